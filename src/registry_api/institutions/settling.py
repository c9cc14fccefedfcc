"""An authority settles a choice from a day on, or takes back what has not begun to hold."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, bindparam, delete, insert, or_, select, update

from registry_api.institutions.authority_settings import PROVINCIAL, SettingChange, SettingName
from registry_api.institutions.models import AuthoritySetting
from registry_api.institutions.provinces import NotTheProvince, read_office
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import CONSTRAINTS, InvalidBody, NotFound, Problem
from registry_api.kit.work import Work


class SettledAlready(Problem):
    """A later setting is recorded for that day."""

    status, code = 409, "settled_already"


class SettingInForce(Problem):
    """What has begun to hold is ended by a new setting: decisions were made by it."""

    status, code = 409, "setting_in_force"


CONSTRAINTS["ex_authority_setting_one_at_a_time"] = SettledAlready


@dataclass(frozen=True, slots=True)
class Settled:
    """A recorded setting."""

    name: SettingName
    valid_from: date
    valid_to: date | None


_owner, _name = bindparam("owner_id", type_=Uuid), bindparam("setting_name", type_=Text)
_END = Statement(
    update(AuthoritySetting)
    .where(
        AuthoritySetting.authority_id == _owner,
        AuthoritySetting.name == _name,
        AuthoritySetting.valid_from <= bindparam("last_day", type_=Date),
        or_(
            AuthoritySetting.valid_to.is_(None),
            AuthoritySetting.valid_to > bindparam("last_day", type_=Date),
        ),
    )
    .values(valid_to=bindparam("last_day", type_=Date)),
    unread,
)
_COLUMNS = ("id", "authority_id", "name", "value", "valid_from", "document", "recorded_by", "recorded_at")
_INSERT = Statement(insert(AuthoritySetting).values({name: bindparam(name) for name in _COLUMNS}), unread)
_SETTLED = Statement(
    select(AuthoritySetting.name, AuthoritySetting.valid_from, AuthoritySetting.valid_to)
    .where(AuthoritySetting.id == bindparam("setting_id"), AuthoritySetting.authority_id == _owner)
    .with_for_update(),
    Settled,
)
_DELETE = Statement(
    delete(AuthoritySetting).where(
        AuthoritySetting.id == bindparam("setting_id"), AuthoritySetting.authority_id == _owner
    ),
    unread,
)
_GO_ON = Statement(
    update(AuthoritySetting)
    .where(
        AuthoritySetting.authority_id == _owner,
        AuthoritySetting.name == _name,
        AuthoritySetting.valid_to == bindparam("day_before", type_=Date),
    )
    .values(valid_to=bindparam("last_day", type_=Date)),
    unread,
)


async def settle(work: Work, authority_id: UUID, account_id: UUID, change: SettingChange) -> None:
    """Settles a choice from a day on; what held until then ends the day before.

    Raises NotTheProvince, SettledAlready, InvalidBody for a day that is past: decisions were made by what held then.
    """
    if change.valid_from < work.today:
        raise InvalidBody([{"pointer": "/valid_from", "code": "in_the_past"}])
    office = await read_office(work, authority_id)
    if change.name in PROVINCIAL and not office.speaks_for_province:
        raise NotTheProvince
    last_day = change.valid_from - timedelta(days=1)
    await work.tx.run(_END, owner_id=authority_id, setting_name=change.name, last_day=last_day)
    await work.tx.run(
        _INSERT,
        id=new_id(),
        authority_id=authority_id,
        name=change.name,
        value=change.value,
        valid_from=change.valid_from,
        document=change.document,
        recorded_by=account_id,
        recorded_at=work.now,
    )


async def take_back(work: Work, authority_id: UUID, setting_id: UUID) -> Settled:
    """Deletes a setting of the authority that has not begun; what it would have ended goes on in its stead.

    Raises NotFound, and SettingInForce from its first day on. The audit log keeps what was recorded.
    """
    settled = await work.tx.find(_SETTLED, setting_id=setting_id, owner_id=authority_id)
    if settled is None:
        raise NotFound
    if settled.valid_from <= work.today:
        raise SettingInForce
    await work.tx.run(_DELETE, setting_id=setting_id, owner_id=authority_id)
    await work.tx.run(
        _GO_ON,
        owner_id=authority_id,
        setting_name=settled.name,
        day_before=settled.valid_from - timedelta(days=1),
        last_day=settled.valid_to,
    )
    return settled
