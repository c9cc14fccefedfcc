"""Bearer tokens of programs: ES256 access tokens (RFC 9068). The only importer of `jose`.

python-jose is safe only in one manner of use: PEM keys constructed once, exactly one algorithm named, and
every claim required (its checks pass when a claim is absent; CVE-2024-33663 stays open for DER keys and for
`algorithms=None`). Keep that manner inside this module.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jose import JWTError, jwk, jwt
from jose.backends.base import Key

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105 (the media type of RFC 9068, no secret)
LONGEST_TOKEN = 4096
CACHED_TOKENS = 4096
# Nodes' clocks differ a little; a token from further in the future was not issued by us.
_SKEW_SECONDS = 30
_OWN_CLAIMS = frozenset({"iss", "aud", "iat", "exp", "nbf"})
_OPTIONS = {
    "require_aud": True,
    "require_iss": True,
    "require_sub": True,
    # `_check_times` requires and judges exp and iat. jose would do it by the wall clock (require_exp alone
    # switches that on, whatever verify_exp says), but the service has one clock, which tests move.
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class TokenRefused(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """The token does not count: malformed, forged, expired, or meant for something else."""


def generate_key_pem() -> str:
    """A new P-256 private key as PKCS #8 PEM."""
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class TokenKeyRing:
    """Named P-256 private keys: the first signs, every one verifies."""

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        """Take `(kid, PEM)` pairs, newest first; raises ValueError on an empty or unfit ring."""
        if not keys:
            raise ValueError("the token key ring needs at least one key")
        self.private: dict[str, Key] = {kid: _load(kid, pem) for kid, pem in keys}
        if len(self.private) != len(keys):
            raise ValueError("a kid occurs twice in the token key ring")
        self.public: dict[str, Key] = {kid: key.public_key() for kid, key in self.private.items()}
        self.current_kid = keys[0][0]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `kid:base64 of a PEM,kid:…`; raises ValueError without showing any key."""
        keys = []
        for position, entry in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
            kid, _, encoded = entry.partition(":")
            try:
                keys.append((kid.strip(), base64.b64decode(encoded, validate=True).decode("ascii")))
            except (binascii.Error, UnicodeDecodeError):
                raise ValueError(f"entry {position} of the token key ring is not base64 of a PEM") from None
        return cls(keys)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys as a JWK set (RFC 7517)."""
        return {
            "keys": [{**key.to_dict(), "kid": kid, "use": "sig"} for kid, key in self.public.items()],
        }

    def __repr__(self) -> str:
        return f"TokenKeyRing(kids={list(self.private)})"


def _load(kid: str, pem: str) -> Key:
    if not kid:
        raise ValueError("a key of the token key ring lacks its kid")
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise ValueError(f"token key {kid} is not an unencrypted PEM private key") from None
    on_p256 = isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)
    if not on_p256:
        raise ValueError(f"token key {kid} is not on the curve P-256")
    return jwk.construct(pem, ALGORITHM)


class TokenSigner:
    """Issues tokens in the name of `issuer` with the newest key."""

    def __init__(self, ring: TokenKeyRing, issuer: str) -> None:
        self._key = ring.private[ring.current_kid]
        self._headers = {"kid": ring.current_kid, "typ": TOKEN_TYPE}
        self._issuer = issuer

    def issue(self, claims: Mapping[str, Any], *, audience: str, lifetime: timedelta, now: datetime) -> str:
        """A signed token with `claims` that is good from `now` (aware) for `lifetime`.

        Raises ValueError if `claims` has no `sub` or sets a claim that the signer sets.
        """
        if not claims.get("sub") or _OWN_CLAIMS & claims.keys():
            raise ValueError(f"claims need a sub and none of {sorted(_OWN_CLAIMS)}")
        issued = int(now.timestamp())
        complete = {
            **claims,
            "iss": self._issuer,
            "aud": audience,
            "iat": issued,
            "exp": issued + int(lifetime.total_seconds()),
        }
        return jwt.encode(complete, self._key, algorithm=ALGORITHM, headers=self._headers)


class TokenVerifier:
    """Verifies tokens of `issuer` with every key of the ring.

    Verified tokens are remembered until they expire (a verification costs 90 µs), so the caller must still
    ask whether the session behind the token lives. For one event loop.
    """

    def __init__(self, ring: TokenKeyRing, issuer: str) -> None:
        self._keys = dict(ring.public)
        self._issuer = issuer
        self._verified: dict[tuple[str, str], dict[str, Any]] = {}

    def verify(self, token: str, *, audience: str, now: datetime) -> dict[str, Any]:
        """The claims of a token that is good at `now` (aware) for `audience`; raises TokenRefused."""
        known = self._verified.get((token, audience))
        if known is None:
            known = self._verify_signature(token, audience)
            _check_times(known, now)
            self._remember((token, audience), known)
        elif not _is_current(known, now):
            del self._verified[token, audience]
            raise TokenRefused("expired")
        return dict(known)

    def _verify_signature(self, token: str, audience: str) -> dict[str, Any]:
        if len(token) > LONGEST_TOKEN:
            raise TokenRefused("too long")
        try:
            header = jwt.get_unverified_header(token)
        except JWTError:
            raise TokenRefused("no token") from None
        kid = header.get("kid")
        key = self._keys.get(kid) if isinstance(kid, str) else None
        # Exactly our header: no other algorithm or type, and no crit, jwk, jku or x5c to fall for.
        if key is None or header != {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": kid}:
            raise TokenRefused("not one of our headers")
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=audience,
                issuer=self._issuer,
                options=_OPTIONS,
            )
        except JWTError:
            raise TokenRefused("signature or claims") from None

    def _remember(self, key: tuple[str, str], claims: dict[str, Any]) -> None:
        if len(self._verified) >= CACHED_TOKENS:
            del self._verified[next(iter(self._verified))]
        self._verified[key] = claims


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    if type(claims.get("iat")) is not int or type(claims.get("exp")) is not int:
        raise TokenRefused("times are missing or no integers")
    if not _is_current(claims, now):
        raise TokenRefused("expired or not yet issued")


def _is_current(claims: Mapping[str, Any], now: datetime) -> bool:
    instant = now.timestamp()
    return bool(claims["iat"] - _SKEW_SECONDS <= instant < claims["exp"])
