"""Six digits of an authenticator (RFC 6238): 30 seconds, SHA-1, one step of drift either way, each step once."""

import hmac
import io
from datetime import datetime
from uuid import UUID

import pyotp
import segno

from registry_api.kit.problems import InvalidBody
from registry_api.kit.work import Work
from registry_api.second_factors.queries import LIST_FACTORS, USE_TOTP

SECRET_PLACE = "second_factor.secret"  # noqa: S105 (where it is sealed, not what)
ISSUER = "中医（专长）医师电子化注册"
_STEP_SECONDS = 30
_DRIFT = (0, -1, 1)


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, login_name: str) -> str:
    """What an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login_name, issuer_name=ISSUER)


def qr_svg(uri: str) -> str:
    """The QR code of an address as SVG, without a colour of its own."""
    content = io.BytesIO()
    segno.make(uri, error="m").save(content, kind="svg", scale=4, xmldecl=False, nl=False)
    return content.getvalue().decode()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step whose code this is, one step early or late included; None for any other code."""
    typed = "".join(code.split())
    authenticator = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _STEP_SECONDS
    for drift in _DRIFT:
        expected = authenticator.generate_otp(current + drift)
        if hmac.compare_digest(expected.encode(), typed.encode()):
            return current + drift
    return None


async def check_totp(work: Work, account_id: UUID, code: str, *, place: str = "/code") -> None:
    """Lets go on who has the authenticator; the code's step is used up. Raises InvalidBody at `place`.

    The caller has counted the attempt.
    """
    for factor in await work.tx.fetch_all(LIST_FACTORS, account_id=account_id):
        if factor.secret_sealed is None:
            continue
        step = matching_step(
            work.system.sealer.open_text(factor.secret_sealed, SECRET_PLACE, factor.id), code, work.now
        )
        if step is not None and await work.tx.run(USE_TOTP, factor_id=factor.id, step=step, now=work.now):
            return
    raise InvalidBody([{"pointer": place, "code": "wrong_code"}])
