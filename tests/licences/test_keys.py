"""Keys of licences: what an operator brings is checked, what is published suffices, and rotation keeps old licences."""

import base64
import json

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from registry_api.kit.key_bundles import KeyBundle, encode_ring, make_demonstration_ring, parse_bundles
from registry_api.licences.keys import LicenceKeyRing, PublishedKeys
from tests.support.licence_keys import make_bundle, make_pem
from tests.support.signed_licences import ORIGIN

OLD, NEW = make_bundle("旧"), make_bundle("新")
RING = LicenceKeyRing.parse(encode_ring([NEW, OLD]), ORIGIN)


def test_the_first_key_signs_and_all_are_published() -> None:
    signature = RING.signer.sign(b"message")
    published = [RING.published.find(one.key_id) for one in RING.published]
    assert [one is not None and one.verify(b"message", signature) for one in published] == [True, False]


def test_a_ring_keeps_no_private_key_of_a_retired_one() -> None:
    new, old = parse_bundles(encode_ring([NEW, OLD]))
    assert new.private_key is not None
    assert old.private_key is None
    assert old.certificates == OLD.certificates


@pytest.mark.parametrize("form", ["jwks", "cose"])
def test_what_is_published_can_be_read_back(form: str) -> None:
    published = RING.published
    content = json.dumps(published.jwks()).encode() if form == "jwks" else published.cose_keys()
    read = PublishedKeys.parse(content)
    assert [one.key_id for one in read] == [one.key_id for one in published]
    assert all(one.verify(b"m", RING.signer.sign(b"m")) is (at == 0) for at, one in enumerate(read))
    assert (read.issuer, bool(read.roots)) == ((ORIGIN, True) if form == "jwks" else (None, False))


def test_a_key_set_has_what_the_standards_ask_for() -> None:
    jwk = RING.published.jwks()["keys"][0]
    assert {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256"}.items() <= jwk.items()
    assert base64.b64decode(jwk["x5c"][0]) != b""
    assert len(base64.urlsafe_b64decode(jwk["x"] + "=")) == 32
    cose = cbor2.loads(RING.published.cose_keys())[0]
    assert (cose[1], cose[3], cose[4], cose[-1], len(cose[2])) == (2, -7, [2], 1, 8)
    assert "d" not in jwk
    assert -4 not in cose  # the private part


def test_keys_for_something_else_are_left_out() -> None:
    document = RING.published.jwks()
    document["keys"].insert(0, {"kty": "RSA", "kid": "access tokens"})
    assert len(list(PublishedKeys.parse(json.dumps(document).encode()))) == 2


def swapped() -> bytes:
    document = RING.published.jwks()
    document["keys"][0]["x"], document["keys"][1]["x"] = document["keys"][1]["x"], document["keys"][0]["x"]
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{}", b"[]", b"null", b'{"keys": []}', b'{"keys": [{"x5c": ["eA=="]}]}'),
        *(b'{"keys": [{"x5c": 1}]}', b'{"keys": [{"x5c": []}]}', b"\x80", b"\x81\xa0", b"\xff"),
        cbor2.dumps([{1: 2, 2: b"k", 3: -7, -1: 1, -2: b"x", -3: b"y"}]),
        cbor2.dumps([{1: 1, 3: -8, -1: 6}]),
        bytes(2 << 20),
    ],
    ids=range(14),
)
def test_what_is_no_key_set_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"key set|JWK set|certificate"):
        PublishedKeys.parse(content)


def test_a_key_set_that_contradicts_its_certificates_is_refused() -> None:
    with pytest.raises(ValueError, match="differs from its certificate"):
        PublishedKeys.parse(swapped())


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_no_key_set(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"key set|JWK set"):
        PublishedKeys.parse(content)


def entry(pem: bytes) -> str:
    return base64.b64encode(pem).decode()


@pytest.mark.parametrize(
    ("ring", "said"),
    [
        pytest.param("", "needs its private key", id="empty"),
        pytest.param("***", "entry 1 of the ring is not base64", id="no base64"),
        pytest.param(entry(b"x"), "there is no certificate", id="no pem"),
        pytest.param(OLD.encode(with_private_key=False), "needs its private key", id="only retired"),
        pytest.param(
            f"{encode_ring([NEW])},{entry(b'x')}", "entry 2 of the ring: there is no", id="broken retired"
        ),
        pytest.param(
            entry(make_pem(key=generate_private_key(SECP384R1()))), "not on the curve P-256", id="other curve"
        ),
        pytest.param(
            entry(
                make_pem().split(b"-----BEGIN CERT")[0] + make_pem()[make_pem().index(b"-----BEGIN CERT") :]
            ),
            "not the private key's",
            id="another's certificate",
        ),
    ],
)
def test_a_ring_that_would_not_work_is_refused_and_no_key_is_shown(ring: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        parse_bundles(ring)
    assert "BEGIN" not in str(caught.value)


def test_certificates_that_are_no_chain_are_refused() -> None:
    pem = make_pem("甲") + make_pem("乙").split(b"-----END PRIVATE KEY-----\n")[1]
    with pytest.raises(ValueError, match="no chain"):
        KeyBundle.parse(pem)


def test_an_encrypted_key_is_named() -> None:
    key = generate_private_key(SECP256R1())
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    certificate = make_pem(key=key).split(b"-----END PRIVATE KEY-----\n")[1]
    with pytest.raises(ValueError, match="encrypted"):
        KeyBundle.parse(locked + certificate)


def test_keys_made_for_a_demonstration_say_so() -> None:
    demonstration = parse_bundles(make_demonstration_ring())[0]
    assert demonstration.is_demonstration
    assert not NEW.is_demonstration
    assert "示例" in demonstration.certificates[-1].subject.rfc4514_string()
    assert "PRIVATE" not in repr(demonstration)
