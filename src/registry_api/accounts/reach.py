"""How the owner of an account is reached, and telling the owner that something about the account changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from registry_api.accounts.models import Account
from registry_api.kit.db import Statement
from registry_api.kit.pinyin import pinyin_syllables
from registry_api.kit.roles import Realm
from registry_api.kit.work import Work
from registry_api.messages.service import send
from registry_api.messages.templates import Channel, said_time


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    realm: Realm
    name: str
    login_name: str
    id_number_sealed: bytes | None
    phone_sealed: bytes | None
    email_sealed: bytes | None
    phone_verified_at: datetime | None
    phone_changed_at: datetime | None
    email_verified_at: datetime | None
    last_signed_in_at: datetime | None


_FIND = Statement(
    select(*(getattr(Account, name) for name in _Row.__dataclass_fields__)).where(
        Account.id == bindparam("account_id")
    ),
    _Row,
)


@dataclass(frozen=True, slots=True)
class Owner:
    """The person of an account, opened: keep it inside the request."""

    account_id: UUID
    realm: Realm
    name: str
    login_name: str
    id_number: str | None
    phone: str | None
    email: str | None
    phone_verified_at: datetime | None
    phone_changed_at: datetime | None
    email_verified_at: datetime | None
    last_signed_in_at: datetime | None

    @property
    def verified_phone(self) -> str | None:
        """The phone, if a code that was sent to it came back."""
        return self.phone if self.phone_verified_at is not None else None

    @property
    def reached_phone(self) -> str | None:
        """The verified phone, or the one that an office entered after it saw who lost the old one.

        Codes go there: who lost phone and password would have no way in otherwise, for verifying needs a sign-in.
        """
        return self.phone if self.phone_changed_at is not None else self.verified_phone

    @property
    def verified_email(self) -> str | None:
        """The address, if the link that was sent to it was followed."""
        return self.email if self.email_verified_at is not None else None


async def find_owner(work: Work, account_id: UUID) -> Owner | None:
    """The account's person; None where the scope is another's."""
    row = await work.tx.find(_FIND, account_id=account_id)
    if row is None:
        return None
    opened: dict[str, str | None] = {}
    for name in ("id_number", "phone", "email"):
        sealed = getattr(row, f"{name}_sealed")
        opened[name] = sealed and work.system.sealer.open_text(sealed, f"account.{name}", row.id)
    return Owner(
        account_id=row.id,
        realm=row.realm,
        name=row.name,
        login_name=row.login_name,
        id_number=opened["id_number"],
        phone=opened["phone"],
        email=opened["email"],
        phone_verified_at=row.phone_verified_at,
        phone_changed_at=row.phone_changed_at,
        email_verified_at=row.email_verified_at,
        last_signed_in_at=row.last_signed_in_at,
    )


async def get_owner(work: Work, account_id: UUID) -> Owner:
    """The person of the account whose scope this is."""
    owner = await find_owner(work, account_id)
    if owner is None:
        raise LookupError(account_id)
    return owner


async def tell_owner(work: Work, owner: Owner, template: str, **values: str) -> None:
    """Sends `message.<template>`, with the time, to the verified phone and the verified address.

    Both, because whoever took over one of them must not be able to keep the other from hearing of it.
    """
    said = {"time": said_time(work.now), **values}
    ways: tuple[tuple[Channel, str | None], ...] = (
        ("sms", owner.verified_phone),
        ("email", owner.verified_email),
    )
    for channel, to in ways:
        if to is not None:
            await send(work, channel, template, to, said, account_id=owner.account_id)


def personal_texts(owner: Owner) -> list[str]:
    """What a password of this person must not be made of: name and its pinyin both ways round, numbers, names."""
    mailbox = (owner.email or "").partition("@")[0]
    syllables = pinyin_syllables(owner.name)
    pinyin = ("".join(syllables), "".join(syllables[1:] + syllables[:1]))
    return [
        one for one in (owner.name, *pinyin, owner.login_name, owner.id_number, owner.phone, mailbox) if one
    ]
