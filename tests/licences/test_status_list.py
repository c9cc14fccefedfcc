"""The status list says what has ended, to whoever has the published keys, in few bytes."""

from datetime import timedelta
from itertools import pairwise

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry_api.licences import cose, status_list
from registry_api.licences.reasons import Reason, Refused
from registry_api.licences.status_list import MEDIA_TYPE, Status, pack, place, read
from registry_api.licences.tokens import status_list_uri
from tests.support.signed_licences import NOW, ORIGIN, Issuer

ISSUER = Issuer()
KEYS = ISSUER.ring.published
URI = status_list_uri(ORIGIN, "0")


def refusal(content: bytes) -> Reason:
    with pytest.raises(Refused) as caught:
        read(content, KEYS)
    return caught.value.reason


@given(st.dictionaries(st.integers(0, 999), st.sampled_from(Status)))
def test_every_place_has_its_status(ended: dict[int, Status]) -> None:
    listed = read(ISSUER.status_list(*ended.items(), size=1000), KEYS)
    assert [listed.find(index) for index in range(1000)] == [
        ended.get(index, Status.VALID) for index in range(1000)
    ]


@pytest.mark.parametrize("index", [-1, 1000, 4_000_000])
def test_a_place_outside_the_list_has_no_status(index: int) -> None:
    assert read(ISSUER.status_list(size=1000), KEYS).find(index) is None


@pytest.mark.parametrize("share", [0.0, 0.01])
def test_a_million_licences_take_at_most_twenty_kilobytes(share: float) -> None:
    size = 1_000_000
    ended = [place(position, size, bytes(16)) for position in range(int(size * share))]
    packed = pack(size, [(index, Status.REVOKED) for index in ended])
    token = status_list.issue(packed, URI, ISSUER.ring.signer, issuer=ORIGIN, now=NOW)
    assert len(token) <= 20_000
    assert read(token, KEYS).packed == packed


def test_it_is_written_as_the_draft_says() -> None:
    """draft-ietf-oauth-status-list, 4.1 (low bits first), 5.2 (claims of the CWT); example of two bits in 4.1."""
    statuses = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]
    assert pack(12, [(at, Status(one)) for at, one in enumerate(statuses)]).hex() == "c944f9"
    protected, _, payload, _ = cbor2.loads(ISSUER.status_list()).value
    assert cbor2.loads(protected)[16] == MEDIA_TYPE
    claims = cbor2.loads(payload)
    assert (claims[2], claims[6], claims[65534]) == (URI, int(NOW.timestamp()), 300)
    assert claims[65533]["bits"] == 2


def test_it_is_fresh_for_five_minutes() -> None:
    listed = read(ISSUER.status_list(), KEYS)
    assert listed.issued_at == NOW
    assert listed.is_fresh(NOW + timedelta(seconds=300))
    assert not listed.is_fresh(NOW + timedelta(seconds=301))


def bomb(raw: int) -> bytes:
    claims = {1: ORIGIN, 2: URI, 6: 0, 65533: {"bits": 2, "lst": status_list._deflate(bytes(raw))}}
    return cose.sign(claims, MEDIA_TYPE, ISSUER.ring.signer)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(Issuer().status_list(), Reason.WRONG_KEY, id="a key never published"),
        pytest.param(Issuer(origin="https://x").status_list(), Reason.OTHER_ISSUER, id="another issuer"),
        pytest.param(ISSUER.status_list()[:-1] + b"\0", Reason.FORGED, id="another signature"),
        pytest.param(ISSUER.status_list()[:-1], Reason.MALFORMED, id="cut short"),
        pytest.param(b"", Reason.MALFORMED, id="nothing"),
        pytest.param(bytes(3 << 20), Reason.MALFORMED, id="too long"),
        pytest.param(bomb(10_000_000), Reason.MALFORMED, id="more places than a list has"),
        pytest.param(
            cose.sign({1: ORIGIN}, 61, ISSUER.ring.signer), Reason.NOT_A_STATUS_LIST, id="something else"
        ),
        pytest.param(
            cose.sign({1: ORIGIN, 2: URI}, MEDIA_TYPE, ISSUER.ring.signer),
            Reason.MALFORMED,
            id="no list in it",
        ),
        pytest.param(
            cose.sign(
                {1: ORIGIN, 2: URI, 6: 0, 65533: {"bits": 1, "lst": b""}}, MEDIA_TYPE, ISSUER.ring.signer
            ),
            Reason.MALFORMED,
            id="other bits",
        ),
    ],
)
def test_another_list_is_refused(content: bytes, reason: Reason) -> None:
    assert refusal(content) is reason


@given(size=st.integers(1, 600), key=st.binary(min_size=16, max_size=16))
def test_every_licence_has_a_place_of_its_own(size: int, key: bytes) -> None:
    assert sorted(place(position, size, key) for position in range(size)) == list(range(size))


def test_places_tell_nothing_of_the_order() -> None:
    """Neighbours in time are no neighbours in the list, and another list has another order."""
    size, key = 1 << 20, b"0123456789abcdef"
    places = [place(position, size, key) for position in range(2000)]
    rising = sum(first < second for first, second in pairwise(places))
    assert 900 < rising < 1100
    steps = {second - first for first, second in pairwise(places)}
    assert len(steps) > 1980
    assert len(set(places) & {place(position, size, b"another key, too") for position in range(2000)}) < 30


@pytest.mark.parametrize(
    "call",
    [
        lambda: pack(0, []),
        lambda: pack(4_000_001, []),
        lambda: pack(4, [(4, Status.REVOKED)]),
        lambda: pack(4, [(-1, Status.REVOKED)]),
        lambda: place(4, 4, bytes(16)),
        lambda: place(-1, 4, bytes(16)),
        lambda: place(0, 4, b"short"),
    ],
    ids=["empty", "too large", "beyond", "before", "no such position", "negative", "short key"],
)
def test_what_no_list_has_is_refused_at_once(call: object) -> None:
    with pytest.raises(ValueError, match=r"no such|places"):
        call()  # type: ignore[operator]
