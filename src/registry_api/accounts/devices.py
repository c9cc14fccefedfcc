"""Known devices: a browser or program that showed a second factor needs none for some time."""

import secrets
from datetime import timedelta
from uuid import UUID

from registry_api.accounts import session_queries
from registry_api.accounts.entry import token_hash
from registry_api.accounts.principals import Principal
from registry_api.kit.ids import new_id
from registry_api.kit.roles import Realm
from registry_api.kit.work import Work

KNOWN_FOR: dict[Realm, timedelta] = {
    "doctor": timedelta(days=180),
    "institution": timedelta(days=7),
    "authority": timedelta(days=7),
}
_LONGEST = 128


async def find_device(work: Work, account_id: UUID | None, token: str | None) -> UUID | None:
    """The device, if it is one of this account; it counts as seen now."""
    if not token or len(token) > _LONGEST:
        return None
    found = await work.tx.find(session_queries.FIND_DEVICE, token_hash=token_hash(token), now=work.now)
    return found[0] if found is not None and found[1] == account_id else None


async def remember_device(work: Work, principal: Principal, user_agent: str) -> tuple[UUID, str]:
    """Knows the device from now on; gives its id and the token that the device keeps."""
    token, device_id = secrets.token_urlsafe(32), new_id()
    await work.tx.run(
        session_queries.ADD_DEVICE,
        id=device_id,
        account_id=principal.account_id,
        token_hash=token_hash(token),
        user_agent=user_agent[:200],
        created_at=work.now,
        last_seen_at=work.now,
        expires_at=work.now + KNOWN_FOR[principal.realm],
    )
    return device_id, token
