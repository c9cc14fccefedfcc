"""The door: what people may do who are not signed in.

Without a scope row-level security shows nothing of an account. `find_account` tells that one exists;
`enter_account` takes its scope once a password, a code or a ticket has proved who is there; `enter_door` lets one
new account be made.
"""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import LargeBinary, Text, Uuid, bindparam, column, func, select

from registry_api.accounts.principals import Principal, principal_of
from registry_api.accounts.queries import ENTRY_COLUMNS
from registry_api.kit.db import Statement, unread
from registry_api.kit.roles import Realm
from registry_api.kit.work import Work


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """That there is an account, and no more."""

    id: UUID
    status: str
    phone_verified: bool


_FIND = Statement(
    select(column("id"), column("status"), column("phone_verified")).select_from(
        func.find_account(
            bindparam("realm", type_=Text), bindparam("by", type_=Text), bindparam("key", type_=LargeBinary)
        ).table_valued("id", "status", "phone_verified")
    ),
    FoundAccount,
)
ENTER_ACCOUNT: Statement[Principal] = Statement(
    select(*ENTRY_COLUMNS).select_from(
        func.enter_account(bindparam("account_id", type_=Uuid)).table_valued(
            *[part.name for part in ENTRY_COLUMNS]
        )
    ),
    principal_of,
)
_ENTER_DOOR = Statement(select(func.enter_door(bindparam("account_id", type_=Uuid))), unread)


async def find_account(
    work: Work, realm: Realm, by: Literal["id_number", "phone", "login_name"], value: str
) -> FoundAccount | None:
    """The account that is not closed and has this ID number, verified phone or login name.

    `value` is normalised: `check_id_number(...).number`, `normal_phone(...)`; a login name as it was typed.
    """
    key = value.strip().casefold().encode() if by == "login_name" else work.system.blind_index.of(by, value)
    return await work.tx.find(_FIND, realm=realm, by=by, key=key)


async def enter_account(work: Work, account_id: UUID) -> Principal | None:
    """Sets the scope of an active or invited account for the rest of this transaction; None for another status.

    Call it only after a proof. The principal has no session.
    """
    return await work.tx.find(ENTER_ACCOUNT, account_id=account_id)


async def enter_door(work: Work, account_id: UUID) -> None:
    """Lets this transaction insert the doctor's account `account_id`, and write what belongs to it."""
    await work.tx.find(_ENTER_DOOR, account_id=account_id)


def person_values(work: Work, account_id: UUID, *, id_number: str) -> dict[str, Any]:
    """The sealed number and its blind index, as the columns of `account` take them."""
    return {
        "id_number_sealed": work.system.sealer.seal(id_number, "account.id_number", account_id),
        "id_number_index": work.system.blind_index.of("id_number", id_number),
    }


def phone_values(work: Work, account_id: UUID, phone: str) -> dict[str, Any]:
    """The sealed phone and its blind index, as the columns of `account` take them."""
    return {
        "phone_sealed": work.system.sealer.seal(phone, "account.phone", account_id),
        "phone_index": work.system.blind_index.of("phone", phone),
    }


def email_values(work: Work, account_id: UUID, email: str) -> dict[str, Any]:
    """The sealed address and its blind index (case folded), as the columns of `account` take them."""
    return {
        "email_sealed": work.system.sealer.seal(email, "account.email", account_id),
        "email_index": work.system.blind_index.of("email", email.casefold()),
    }
