"""Tokens: ours pass, everything else is refused (ASVS 5.0 9.1.1 to 9.2.3)."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from jose import jwt

from registry_api.kit import tokens
from registry_api.kit.tokens import (
    TokenKeyRing,
    TokenRefused,
    TokenSigner,
    TokenVerifier,
    generate_key_pem,
)

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
ISSUER = "https://registry.example.cn"
AUDIENCE = "registry-api"
OLD_PEM, NEW_PEM, FOREIGN_PEM = (generate_key_pem() for _ in range(3))
ring = TokenKeyRing([("new", NEW_PEM), ("old", OLD_PEM)])
signer = TokenSigner(ring, ISSUER)
GOOD_CLAIMS = {
    "sub": "clinic-7",
    "iss": ISSUER,
    "aud": AUDIENCE,
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 600,
}


@pytest.fixture
def verifier() -> TokenVerifier:
    return TokenVerifier(ring, ISSUER)


def issue(lifetime: timedelta = timedelta(minutes=10), **claims: Any) -> str:
    return signer.issue({"sub": "clinic-7", **claims}, audience=AUDIENCE, lifetime=lifetime, now=NOW)


def forge(
    claims: dict[str, Any] | None = None,
    headers: dict[str, Any] | None = None,
    key: str = NEW_PEM,
    algorithm: str = "ES256",
) -> str:
    """A token signed with `key`, by default exactly as ours are."""
    return jwt.encode(
        GOOD_CLAIMS if claims is None else claims,
        key,
        algorithm=algorithm,
        headers={"kid": "new", "typ": "at+jwt", **(headers or {})},
    )


def encode_part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_gives_back_its_claims(verifier: TokenVerifier) -> None:
    claims = verifier.verify(issue(jti="7", scope="a b"), audience=AUDIENCE, now=NOW)

    assert claims == {**GOOD_CLAIMS, "jti": "7", "scope": "a b"}
    assert jwt.get_unverified_header(issue()) == {"alg": "ES256", "typ": "at+jwt", "kid": "new"}


def test_the_forging_of_these_tests_makes_good_tokens_by_default(verifier: TokenVerifier) -> None:
    assert verifier.verify(forge(), audience=AUDIENCE, now=NOW) == GOOD_CLAIMS


def test_a_token_of_an_older_key_still_counts(verifier: TokenVerifier) -> None:
    before = TokenSigner(TokenKeyRing([("old", OLD_PEM)]), ISSUER)
    token = before.issue({"sub": "x"}, audience=AUDIENCE, lifetime=timedelta(minutes=1), now=NOW)

    assert verifier.verify(token, audience=AUDIENCE, now=NOW)["sub"] == "x"


@pytest.mark.parametrize("first_use", [timedelta(), timedelta(minutes=10)])
def test_a_token_ends_with_its_lifetime_also_when_remembered(
    verifier: TokenVerifier, first_use: timedelta
) -> None:
    token = issue()
    if first_use < timedelta(minutes=10):
        verifier.verify(token, audience=AUDIENCE, now=NOW + first_use)
        verifier.verify(token, audience=AUDIENCE, now=NOW + timedelta(minutes=9, seconds=59))

    for _ in range(2):
        with pytest.raises(TokenRefused):
            verifier.verify(token, audience=AUDIENCE, now=NOW + timedelta(minutes=10))


def test_a_token_from_the_future_is_refused(verifier: TokenVerifier) -> None:
    verifier.verify(issue(), audience=AUDIENCE, now=NOW - timedelta(seconds=30))
    with pytest.raises(TokenRefused):
        verifier.verify(issue(), audience=AUDIENCE, now=NOW - timedelta(seconds=31))


def test_a_remembered_token_does_not_serve_another_audience(verifier: TokenVerifier) -> None:
    token = issue()
    verifier.verify(token, audience=AUDIENCE, now=NOW)

    with pytest.raises(TokenRefused):
        verifier.verify(token, audience="another", now=NOW)


def test_changing_the_returned_claims_changes_nothing(verifier: TokenVerifier) -> None:
    token = issue()
    verifier.verify(token, audience=AUDIENCE, now=NOW)["sub"] = "somebody else"

    assert verifier.verify(token, audience=AUDIENCE, now=NOW)["sub"] == "clinic-7"


public_pem = (
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
rsa_pem = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
p384_pem = (
    ec.generate_private_key(ec.SECP384R1())
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
unsigned_payload = encode_part(GOOD_CLAIMS)
ours = issue()
head, payload, signature = ours.split(".")
our_header = {"alg": "ES256", "typ": "at+jwt", "kid": "new"}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD_CLAIMS.items() if key != name}


ATTACKS = {
    "alg none": f"{encode_part({**our_header, 'alg': 'none'})}.{unsigned_payload}.",
    "alg none with signature": f"{encode_part({**our_header, 'alg': 'none'})}.{unsigned_payload}.{signature}",
    "no alg": f"{encode_part({'typ': 'at+jwt', 'kid': 'new'})}.{payload}.{signature}",
    "alg as list": f"{encode_part({**our_header, 'alg': ['ES256']})}.{payload}.{signature}",
    "HS256 keyed with a guess": forge(key="secret", algorithm="HS256"),
    "HS256 keyed with the public JWK": forge(key=json.dumps(ring.jwks()["keys"][0]), algorithm="HS256"),
    "RS256": forge(key=rsa_pem, algorithm="RS256"),
    "ES384": forge(key=p384_pem, algorithm="ES384"),
    "foreign key": forge(key=FOREIGN_PEM),
    "key of another kid": forge(key=OLD_PEM),
    "unknown kid": forge(headers={"kid": "newest"}),
    "kid as list": forge(headers={"kid": ["new"]}),
    "kid as path": forge(headers={"kid": "../../dev/null"}),
    "no kid": jwt.encode(GOOD_CLAIMS, NEW_PEM, algorithm="ES256", headers={"typ": "at+jwt"}),
    "typ JWT": forge(headers={"typ": "JWT"}),
    "embedded jwk": forge(headers={"jwk": ring.jwks()["keys"][0]}),
    "jku": forge(headers={"jku": "https://evil.example/jwks.json"}),
    "crit": forge(headers={"crit": ["b64"], "b64": False}),
    "other issuer": forge(claims={**GOOD_CLAIMS, "iss": "https://evil.example"}),
    "other audience": forge(claims={**GOOD_CLAIMS, "aud": "portal"}),
    "expired": forge(claims={**GOOD_CLAIMS, "exp": int(NOW.timestamp())}),
    "exp as text": forge(claims={**GOOD_CLAIMS, "exp": str(GOOD_CLAIMS["exp"])}),
    "exp as true": forge(claims={**GOOD_CLAIMS, "exp": True}),
    "exp as infinity": forge(claims={**GOOD_CLAIMS, "exp": 1e999}),
    "iat as text": forge(claims={**GOOD_CLAIMS, "iat": "0"}),
    "issued tomorrow": forge(claims={**GOOD_CLAIMS, "iat": int(NOW.timestamp()) + 86400}),
    "sub as number": forge(claims={**GOOD_CLAIMS, "sub": 7}),
    **{f"no {name}": forge(claims=without(name)) for name in GOOD_CLAIMS},
    "payload swapped": f"{head}.{encode_part({**GOOD_CLAIMS, 'sub': 'authority'})}.{signature}",
    "signature cut": f"{head}.{payload}.{signature[:-4]}",
    "signature empty": f"{head}.{payload}.",
    "signature of zeros": f"{head}.{payload}.{base64.urlsafe_b64encode(bytes(64)).rstrip(b'=').decode()}",
    "two parts": f"{head}.{payload}",
    "five parts (JWE)": f"{ours}.a.b",
    "empty": "",
    "dots": "..",
    "header is a list": f"{encode_part([])}.{payload}.{signature}",
    "header nested deep": f"{base64.urlsafe_b64encode(b'[' * 2500).decode()}.{payload}.{signature}",
    "too long": forge(claims={**GOOD_CLAIMS, "padding": "x" * 5000}),
    "lone surrogate": "\ud800.a.b",
    "Chinese": "令牌.令牌.令牌",
}


@pytest.mark.parametrize("token", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_refused(verifier: TokenVerifier, token: str) -> None:
    for _ in range(2):
        with pytest.raises(TokenRefused):
            verifier.verify(token, audience=AUDIENCE, now=NOW)


@given(st.text() | st.lists(st.text(alphabet=st.sampled_from("eyJhbGciOi012_-")), max_size=4).map(".".join))
def test_garbage_is_refused_and_nothing_else_happens(garbage: str) -> None:
    with pytest.raises(TokenRefused):
        TokenVerifier(ring, ISSUER).verify(garbage, audience=AUDIENCE, now=NOW)


def test_remembered_tokens_are_bounded(verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "CACHED_TOKENS", 3)
    issued = [issue(jti=str(number)) for number in range(6)]

    for token in issued + issued:
        verifier.verify(token, audience=AUDIENCE, now=NOW)
        assert len(verifier._verified) <= 3


def test_the_signer_keeps_its_own_claims_to_itself() -> None:
    for claims in ({}, {"sub": ""}, {"sub": "x", "exp": 1}, {"sub": "x", "aud": "y"}):
        with pytest.raises(ValueError, match="claims"):
            signer.issue(claims, audience=AUDIENCE, lifetime=timedelta(minutes=1), now=NOW)


def test_the_published_keys_are_public_and_verify() -> None:
    published = ring.jwks()["keys"]

    assert [key["kid"] for key in published] == ["new", "old"]
    assert all(set(key) == {"kid", "use", "alg", "kty", "crv", "x", "y"} for key in published)
    options = {"verify_exp": False, "verify_aud": False}
    assert jwt.decode(ours, published[0], algorithms=["ES256"], options=options)["sub"] == "clinic-7"


def test_a_ring_is_read_from_text() -> None:
    text = ", ".join(
        f"{kid}:{base64.b64encode(pem.encode()).decode()}"
        for kid, pem in [("new", NEW_PEM), ("old", OLD_PEM)]
    )

    assert TokenKeyRing.parse(text).jwks() == ring.jwks()
    assert "PRIVATE" not in repr(TokenKeyRing.parse(text))


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [("a", rsa_pem)],
        [("a", p384_pem)],
        [("a", public_pem)],
        [("a", "no PEM")],
        [("", NEW_PEM)],
        [("a", NEW_PEM), ("a", OLD_PEM)],
    ],
    ids=["empty", "RSA", "P-384", "public", "no PEM", "no kid", "twice"],
)
def test_an_unfit_ring_is_refused(keys: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match="key"):
        TokenKeyRing(keys)


@pytest.mark.parametrize("text", ["", "a", "a:", "a:***", "a://///w==", "a:bm8gUEVN"])
def test_malformed_ring_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="key"):
        TokenKeyRing.parse(text)
