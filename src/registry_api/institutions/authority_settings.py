"""What the rules leave to a province or to an authority, settled for a time and by a document."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Date, Text, Uuid, and_, bindparam, insert, or_, select, update

from registry_api.institutions.models import Authority, AuthoritySetting
from registry_api.institutions.provinces import NotTheProvince, Office, read_office
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import CONSTRAINTS, InvalidBody, Problem
from registry_api.kit.texts import text
from registry_api.kit.work import Work

ProvincialName = Literal["change_ends_additional", "change_while_filed"]
OwnName = Literal["direct_handling_countersigned"]
SettingName = Literal[ProvincialName, OwnName]
PROVINCIAL: tuple[str, ...] = get_args(ProvincialName)
NAMES: tuple[SettingName, ...] = (*get_args(ProvincialName), *get_args(OwnName))


class SettledAlready(Problem):
    """A later setting is recorded for that day."""

    status, code = 409, "settled_already"


CONSTRAINTS["ex_authority_setting_one_at_a_time"] = SettledAlready


class SettingChange(BaseModel):
    """A setting from a day on, and the document that says so."""

    model_config = ConfigDict(extra="forbid")

    name: SettingName
    value: bool
    valid_from: Annotated[date, Field(description="First day, Asia/Shanghai; today or later.")]
    document: Annotated[str, Field(min_length=1, max_length=100, description="文号 or name of the document.")]


class SettingPeriod(BaseModel):
    """What was, is or will be settled; both days are included."""

    value: bool
    valid_from: date
    valid_to: date | None
    document: str
    authority_name: str


class SettingRead(BaseModel):
    """One choice: what holds today here, by whose word, and every period."""

    name: SettingName
    title: str
    help: str
    provincial: Annotated[bool, Field(description="Whether the authority of the province settles it.")]
    may_change: bool
    value: bool
    periods: list[SettingPeriod]


class Settings(BaseModel):
    """Every choice."""

    items: list[SettingRead]


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    value: Any
    valid_from: date
    valid_to: date | None
    document: str
    authority_name: str


_PERIODS = Statement(
    select(
        AuthoritySetting.name,
        AuthoritySetting.value,
        AuthoritySetting.valid_from,
        AuthoritySetting.valid_to,
        AuthoritySetting.document,
        Authority.name,
    )
    .join(Authority, Authority.id == AuthoritySetting.authority_id)
    .where(
        or_(
            Authority.id == bindparam("authority_id", type_=Uuid),
            and_(Authority.level == "province", Authority.division_code == bindparam("province", type_=Text)),
        )
    )
    .order_by(AuthoritySetting.name, AuthoritySetting.valid_from.desc())
    .limit(200),
    _Row,
)
_END = Statement(
    update(AuthoritySetting)
    .where(
        AuthoritySetting.authority_id == bindparam("owner_id"),
        AuthoritySetting.name == bindparam("setting_name"),
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


async def list_settings(work: Work, authority_id: UUID) -> Settings:
    """Every choice as it is for an authority, with who may change it."""
    office = await read_office(work, authority_id)
    rows = await work.tx.fetch_all(_PERIODS, authority_id=authority_id, province=office.province_code)
    return Settings(items=[_read(work, name, office, rows) for name in NAMES])


def _read(work: Work, name: SettingName, office: Office, rows: list[_Row]) -> SettingRead:
    own = [row for row in rows if row.name == name]
    now = next((row for row in own if row.valid_from <= work.today <= (row.valid_to or date.max)), None)
    return SettingRead(
        name=name,
        title=text(f"setting.{name}.title", work.language),
        help=text(f"setting.{name}.help", work.language),
        provincial=name in PROVINCIAL,
        may_change=name not in PROVINCIAL or office.speaks_for_province,
        value=bool(now and now.value),
        periods=[
            SettingPeriod(
                value=bool(row.value),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                document=row.document,
                authority_name=row.authority_name,
            )
            for row in own
        ],
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
