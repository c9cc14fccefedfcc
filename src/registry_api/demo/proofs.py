"""What the demonstration's people show beside a password: a known device, and for staff an authenticator's secret.

Both follow from the login name, so that seeding and the published logins agree. Such accounts are never made in
production, where known passwords would be as bad.
"""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from registry_api.accounts.entry import token_hash
from registry_api.demo.chance import Chance
from registry_api.demo.offices import OPENED
from registry_api.demo.staff import DemoStaff
from registry_api.kit.roles import Realm
from registry_api.kit.sealing import Sealer
from registry_api.second_factors.totp import SECRET_PLACE

DEVICE_COLUMNS = ("id", "account_id", "token_hash", "user_agent", "created_at", "last_seen_at", "expires_at")
FACTOR_COLUMNS = ("id", "account_id", "kind", "name", "secret_sealed", "created_at", "confirmed_at")
_EXPIRES = datetime(2100, 1, 1, tzinfo=UTC)
"""A demonstration may be looked at years after it was seeded."""


def device_token(realm: Realm, login_name: str) -> str:
    """What the browser of this person has in its device cookie."""
    return base64.urlsafe_b64encode(_digest("device", realm, login_name)).decode().rstrip("=")


def totp_secret(realm: Realm, login_name: str) -> str:
    """The authenticator's secret of this person, base32 of 160 bits."""
    return base64.b32encode(_digest("totp", realm, login_name)[:20]).decode()


def device_row(
    chance: Chance, account_id: UUID, realm: Realm, login_name: str, since: datetime
) -> tuple[Any, ...]:
    """A row of the table known_device, as DEVICE_COLUMNS."""
    hashed = token_hash(device_token(realm, login_name))
    return (chance.id_at(since), account_id, hashed, "demonstration", since, since, _EXPIRES)


def staff_proof_rows(
    seed: int, sealer: Sealer, staff: list[DemoStaff]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows of known_device and of second_factor, one of each for every member of staff."""
    devices, factors = [], []
    for position, member in enumerate(staff):
        chance = Chance(seed, "office", 5_000_000 + position)
        devices.append(device_row(chance, member.id, member.realm, member.login_name, OPENED))
        factor_id = chance.id_at(OPENED)
        secret = sealer.seal(totp_secret(member.realm, member.login_name), SECRET_PLACE, factor_id)
        factors.append((factor_id, member.id, "totp", "演示动态口令", secret, OPENED, OPENED))
    return devices, factors


def _digest(kind: str, realm: Realm, login_name: str) -> bytes:
    return hashlib.sha256(f"demonstration/{kind}/{realm}/{login_name}".encode()).digest()
