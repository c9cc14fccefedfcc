"""Passkeys (WebAuthn level 3) as second factors. The only importer of `webauthn`.

A challenge is not kept: it derives from a nonce that the flow has anyway (a ticket, or the session and the time).
"""

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from registry_api.kit.ids import new_id
from registry_api.kit.problems import InvalidBody
from registry_api.kit.settings import Settings
from registry_api.kit.work import Work
from registry_api.second_factors.queries import ADD_PASSKEY, LIST_FACTORS, USE_PASSKEY, FactorRow

_RP_NAME = "中医（专长）医师电子化注册"
_LONGEST = 16_384


def relying_party(settings: Settings) -> str:
    """The host of the origin: a passkey works there and nowhere else."""
    return urlsplit(settings.origin).hostname or ""


async def request_options(work: Work, account_id: UUID, nonce: str) -> dict[str, Any]:
    """Options for `navigator.credentials.get` as JSON: any passkey of the account."""
    options = webauthn.generate_authentication_options(
        rp_id=relying_party(work.system.settings),
        challenge=_challenge(work, nonce),
        allow_credentials=await _descriptors(work, account_id),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return _as_json(options)


async def creation_options(work: Work, account_id: UUID, login_name: str, nonce: str) -> dict[str, Any]:
    """Options for `navigator.credentials.create` as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=relying_party(work.system.settings),
        rp_name=_RP_NAME,
        user_id=account_id.bytes,
        user_name=login_name,
        challenge=_challenge(work, nonce),
        exclude_credentials=await _descriptors(work, account_id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return _as_json(options)


async def check_assertion(
    work: Work, account_id: UUID, assertion: dict[str, Any], nonces: tuple[str, ...]
) -> None:
    """Lets go on who has one of the account's passkeys. Raises InvalidBody at `/assertion`.

    The caller has counted the attempt.
    """
    for factor in await work.tx.fetch_all(LIST_FACTORS, account_id=account_id):
        if factor.kind != "passkey" or not _is_of(factor, assertion):
            continue
        for nonce in nonces:
            count = _verified_count(work, factor, assertion, nonce)
            if count is not None and await work.tx.run(
                USE_PASSKEY, factor_id=factor.id, sign_count=count, now=work.now
            ):
                return
    raise InvalidBody([{"pointer": "/assertion", "code": "wrong_passkey"}])


async def add_passkey(
    work: Work, account_id: UUID, name: str, credential: dict[str, Any], nonces: tuple[str, ...]
) -> UUID:
    """Enrols the new passkey; gives the factor's id. Raises InvalidBody at `/credential`."""
    for nonce in nonces:
        try:
            verified = webauthn.verify_registration_response(
                credential=_bounded(credential),
                expected_challenge=_challenge(work, nonce),
                expected_rp_id=relying_party(work.system.settings),
                expected_origin=work.system.settings.origin,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError):
            continue
        factor_id = new_id()
        await work.tx.run(
            ADD_PASSKEY,
            id=factor_id,
            account_id=account_id,
            kind="passkey",
            name=name,
            credential_id=verified.credential_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            created_at=work.now,
            confirmed_at=work.now,
        )
        return factor_id
    raise InvalidBody([{"pointer": "/credential", "code": "wrong_passkey"}])


def _verified_count(work: Work, factor: FactorRow, assertion: dict[str, Any], nonce: str) -> int | None:
    """The authenticator's new count; None if the assertion is not good for this nonce."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=_bounded(assertion),
            expected_challenge=_challenge(work, nonce),
            expected_rp_id=relying_party(work.system.settings),
            expected_origin=work.system.settings.origin,
            credential_public_key=factor.public_key or b"",
            credential_current_sign_count=factor.sign_count or 0,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None
    return verified.new_sign_count


def _is_of(factor: FactorRow, assertion: dict[str, Any]) -> bool:
    try:
        return webauthn.base64url_to_bytes(str(assertion.get("rawId"))) == factor.credential_id
    except ValueError:
        return False


def _bounded(credential: dict[str, Any]) -> str:
    text = json.dumps(credential)
    if len(text) > _LONGEST:
        raise ValueError("longer than any authenticator's answer")
    return text


async def _descriptors(work: Work, account_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    factors = await work.tx.fetch_all(LIST_FACTORS, account_id=account_id)
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in factors if one.credential_id]


def _challenge(work: Work, nonce: str) -> bytes:
    return work.system.blind_index.of("passkey_challenge", nonce)


def _as_json(options: Any) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return written
