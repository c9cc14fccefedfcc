"""What a QR code says is believed only if one of the published keys signed exactly that."""

import base64
from dataclasses import replace
from datetime import date, timedelta

import cbor2
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from pycose.keys.cosekey import CoseKey
from pycose.messages.sign1message import Sign1Message

from registry_api.licences import cose
from registry_api.licences.keys import PublishedKey, PublishedKeys
from registry_api.licences.reasons import Reason, Refused
from registry_api.licences.tokens import LicenceClaims, find_token, issue_licence, qr_url, verify
from tests.support.licence_keys import make_bundle
from tests.support.signed_licences import NOW, ORIGIN, Issuer

ISSUER = Issuer()
KEYS = ISSUER.ring.published
TOKEN = ISSUER.token()


def refusal(token: str, keys: PublishedKeys = KEYS) -> Reason:
    """Why the token is refused."""
    with pytest.raises(Refused) as caught:
        verify(token, keys, now=NOW)
    return caught.value.reason


def decoded(token: str) -> bytes:
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@given(
    name=st.text(min_size=1, max_size=40),
    institution=st.text(min_size=1, max_size=100),
    version=st.integers(1, 10_000),
    issued_on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    index=st.integers(0, 4_000_000),
)
def test_what_was_issued_is_what_is_read(
    name: str, institution: str, version: int, issued_on: date, index: int
) -> None:
    changes = {"name": name, "institution": institution, "version": version, "issued_on": issued_on}
    claims = ISSUER.claims(status_index=index, **changes)
    assert verify(issue_licence(claims, ISSUER.ring.signer), KEYS, now=NOW) == claims


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(decoded(TOKEN)) - 1), flip=st.integers(1, 255))
def test_a_token_with_any_byte_changed_is_refused(at: int, flip: int) -> None:
    content = bytearray(decoded(TOKEN))
    content[at] ^= flip
    assert refusal(encoded(bytes(content))) is not Reason.EXPIRED


@given(at=st.integers(0, len(TOKEN) - 1), other=st.sampled_from("AQgw_-09+/= #"))
def test_a_token_with_any_character_changed_is_refused(at: int, other: str) -> None:
    changed = TOKEN[:at] + other + TOKEN[at + 1 :]
    if changed != TOKEN:
        refusal(changed)


@given(length=st.integers(0, len(TOKEN) - 1))
def test_a_token_that_is_cut_short_is_refused(length: int) -> None:
    assert refusal(TOKEN[:length]) is Reason.MALFORMED


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused_and_nothing_else_happens(content: bytes) -> None:
    refusal(encoded(content))


cbor_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.binary(max_size=5) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.integers() | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(claims=st.dictionaries(st.sampled_from([1, 2, 4, 6, 7, 65535, -65537, 9]), cbor_values))
def test_claims_of_another_make_are_refused_even_if_we_signed_them(claims: dict[int, object]) -> None:
    token = encoded(cose.sign({**claims, 1: ORIGIN}, 61, ISSUER.ring.signer))
    assert refusal(token) in (Reason.NOT_A_LICENCE, Reason.MALFORMED)


@given(ours=st.dictionaries(st.integers(0, 8), cbor_values), kind=st.sampled_from([1, 2]))
def test_a_licence_with_claims_of_the_wrong_kind_is_malformed(ours: dict[int, object], kind: int) -> None:
    token = encoded(cose.sign({1: ORIGIN, 4: 0, -65537: {**ours, 0: kind}}, 61, ISSUER.ring.signer))
    assert refusal(token) is Reason.MALFORMED


def spellings() -> dict[str, str]:
    content = decoded(TOKEN)
    protected, _, payload, signature = cbor2.loads(content).value
    loose = cbor2.CBORTag(18, [protected, {9: 1}, payload, signature])
    return {
        "a byte behind it": encoded(content + b"\0"),
        "something in the header that is not signed": encoded(cbor2.dumps(loose)),
        "a longer spelling of its lengths": encoded(b"\xd8\x12" + content[1:]),
        "an array of unknown length": encoded(content[:1] + b"\x9f" + content[2:] + b"\xff"),
        "no tag": encoded(content[1:]),
        "padding": TOKEN + "=",
        "a space": TOKEN[:9] + " " + TOKEN[9:],
        "the other alphabet": TOKEN.replace("_", "/").replace("-", "+"),
        "too many characters": "A" * 5000,
        "nesting": encoded(b"\x81" * 2000 + b"\0"),
        "nothing": "",
    }


@pytest.mark.parametrize("spelling", sorted(spellings()))
def test_a_licence_has_one_spelling(spelling: str) -> None:
    assert refusal(spellings()[spelling]) is Reason.MALFORMED


def test_the_last_character_has_no_bits_to_spare() -> None:
    """Without this check sixteen or four texts would be one token."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same = [one for one in alphabet if decoded(TOKEN[:-1] + one) == decoded(TOKEN)]
    accepted = []
    for one in same:
        try:
            verify(TOKEN[:-1] + one, KEYS, now=NOW)
            accepted.append(one)
        except Refused:
            pass
    assert accepted == [TOKEN[-1]]


def test_another_algorithm_is_refused() -> None:
    protected = cbor2.dumps({1: -35, 4: ISSUER.ring.signer.key_id, 16: 61}, canonical=True)
    _, _, payload, signature = cbor2.loads(decoded(TOKEN)).value
    assert (
        refusal(encoded(cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))))
        is Reason.MALFORMED
    )


def test_what_another_registry_issued_is_named() -> None:
    assert refusal(Issuer(origin="https://elsewhere.example.cn").token()) is Reason.OTHER_ISSUER


def test_a_key_that_was_never_published_is_named() -> None:
    assert refusal(Issuer().token()) is Reason.WRONG_KEY


def test_our_key_under_another_origin_is_another_issuer() -> None:
    same_key = replace(ISSUER.claims(), issuer="https://elsewhere.example.cn")
    assert refusal(issue_licence(same_key, ISSUER.ring.signer)) is Reason.OTHER_ISSUER


def test_a_status_list_of_another_issuer_is_malformed() -> None:
    claims = {
        1: ORIGIN,
        65535: {"status_list": {"idx": 1, "uri": "https://evil.example/api/v1/licences/status-lists/0"}},
        -65537: {0: 1, 1: "n", 2: 1, 3: "n", 4: "c", 5: "i", 6: b"p" * 16, 7: 1},
    }
    assert refusal(encoded(cose.sign(claims, 61, ISSUER.ring.signer))) is Reason.MALFORMED


def test_a_status_list_is_no_licence() -> None:
    assert refusal(encoded(ISSUER.status_list())) is Reason.NOT_A_LICENCE


def test_an_old_licence_is_verified_with_a_key_that_is_retired() -> None:
    old, new = make_bundle("2025"), make_bundle("2026")
    licence = Issuer(old).token()
    after = Issuer(new, old)
    assert isinstance(verify(licence, after.ring.published, now=NOW), LicenceClaims)
    assert after.ring.signer.key_id != Issuer(old).ring.signer.key_id


def test_a_presentation_lives_thirty_seconds() -> None:
    token = ISSUER.presentation()
    verify(token, KEYS, now=NOW + timedelta(seconds=29))
    with pytest.raises(Refused, match="expired"):
        verify(token, KEYS, now=NOW + timedelta(seconds=30))


@pytest.mark.parametrize(
    "text", [TOKEN, f" {qr_url(ORIGIN, TOKEN)}\n", qr_url("http://127.0.0.1:8000", TOKEN)]
)
def test_the_token_is_found_in_what_was_scanned(text: str) -> None:
    assert find_token(text) == TOKEN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://registry.example.cn/v",
        "https://x/y#abc",
        "javascript:/v#abc",
        "http://[/v#a",
        "你好",
        "#",
    ],
)
def test_what_is_no_code_of_ours_is_no_licence(text: str) -> None:
    with pytest.raises(Refused, match="not_a_licence"):
        find_token(text)


def test_another_library_reads_the_same() -> None:
    protected, unprotected, payload, signature = cbor2.loads(decoded(TOKEN)).value
    message = Sign1Message.from_cose_obj([protected, dict(unprotected), payload, signature], True)
    message.key = CoseKey.from_dict(cbor2.loads(KEYS.cose_keys())[0])
    assert message.verify_signature()
    assert message.phdr_encoded == protected
    assert message.payload is not None
    claims = cbor2.loads(message.payload)
    assert claims[1] == ORIGIN
    assert claims[65535]["status_list"]["uri"] == f"{ORIGIN}/api/v1/licences/status-lists/0"
    message.key = CoseKey.from_dict(cbor2.loads(Issuer().ring.published.cose_keys())[0])
    assert not message.verify_signature()


def test_the_codes_stay_small() -> None:
    """Versions of a QR code of level M: from 18 and 12 on a cheap camera reads them from a small screen."""
    long = ISSUER.token(institution="济南市历下区文化东路社区卫生服务中心（济南市历下区第二人民医院）")
    assert version(TOKEN) <= 18
    assert version(long) <= 20
    assert version(ISSUER.presentation()) <= 12


def version(token: str) -> int:
    return int(segno.make_qr(qr_url(ORIGIN, token), error="m", boost_error=False).version)


def test_nobody_signs_what_is_too_long_to_be_read() -> None:
    with pytest.raises(ValueError, match="too long"):
        ISSUER.token(institution="院" * 2000)


def test_a_signature_of_another_length_is_no_signature() -> None:
    assert not PublishedKey(make_bundle().public_key).verify(b"message", b"")
