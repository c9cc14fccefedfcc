"""What the rules leave to a province or to an authority, settled for a time and by a document."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Text, Uuid, and_, bindparam, or_, select

from registry_api.institutions.models import Authority, AuthoritySetting
from registry_api.institutions.provinces import Office, read_office
from registry_api.kit.db import Statement
from registry_api.kit.texts import text
from registry_api.kit.work import Work

ProvincialName = Literal["change_ends_additional", "change_while_filed"]
OwnName = Literal["direct_handling_countersigned"]
SettingName = Literal[ProvincialName, OwnName]
PROVINCIAL: tuple[str, ...] = get_args(ProvincialName)
NAMES: tuple[SettingName, ...] = (*get_args(ProvincialName), *get_args(OwnName))
Phase = Literal["planned", "current", "overruled", "past"]
Document = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
    Field(description="文号 or name of the document."),
]


class SettingChange(BaseModel):
    """A setting from a day on, and the document that says so."""

    model_config = ConfigDict(extra="forbid")

    name: SettingName
    value: bool
    valid_from: Annotated[date, Field(description="First day, Asia/Shanghai; today or later.")]
    document: Document


class SettingPeriod(BaseModel):
    """What was, is or will be settled; both days are included."""

    id: UUID
    value: bool
    valid_from: date
    valid_to: date | None
    document: str
    authority_name: str
    recorded_at: datetime
    phase: Annotated[
        Phase, Field(description="`overruled`: the province's, where the authority has settled its own.")
    ]
    may_take_back: Annotated[bool, Field(description="Whether the reader may take it back: it is planned.")]


class SettingRead(BaseModel):
    """One choice: what holds today here, by whose word, and every period, the newest first."""

    name: SettingName
    title: str
    help: str
    provincial: Annotated[bool, Field(description="Whether the authority of the province settles it.")]
    may_change: Annotated[bool, Field(description="Whether the reader may settle it.")]
    locked: Annotated[str | None, Field(description="Why the reader may not, in words.")]
    value: Annotated[bool, Field(description="What holds today; false where nobody has settled anything.")]
    periods: list[SettingPeriod]


class Settings(BaseModel):
    """Every choice."""

    items: list[SettingRead]


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    authority_id: UUID
    name: str
    value: Any
    valid_from: date
    valid_to: date | None
    document: str
    recorded_at: datetime
    authority_name: str

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day <= (self.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads: of which office, and whether its administrator."""

    authority_id: UUID
    office: Office
    administers: bool

    def locked_by(self, name: SettingName) -> str | None:
        if name in PROVINCIAL and not self.office.speaks_for_province:
            return "province"
        return None if self.administers else "role"


_PERIODS = Statement(
    select(
        AuthoritySetting.id,
        AuthoritySetting.authority_id,
        AuthoritySetting.name,
        AuthoritySetting.value,
        AuthoritySetting.valid_from,
        AuthoritySetting.valid_to,
        AuthoritySetting.document,
        AuthoritySetting.recorded_at,
        Authority.name,
    )
    .join(Authority, Authority.id == AuthoritySetting.authority_id)
    .where(
        or_(
            Authority.id == bindparam("authority_id", type_=Uuid),
            and_(Authority.level == "province", Authority.division_code == bindparam("province", type_=Text)),
        )
    )
    .order_by(AuthoritySetting.valid_from.desc(), AuthoritySetting.id.desc())
    .limit(200),
    _Row,
)


async def list_settings(work: Work, authority_id: UUID, *, administers: bool) -> Settings:
    """Every choice as it is for an authority; `administers`: the reader is its administrator, who may change some."""
    reader = _Reader(authority_id, await read_office(work, authority_id), administers)
    rows = await work.tx.fetch_all(_PERIODS, authority_id=authority_id, province=reader.office.province_code)
    return Settings(items=[_read(work, name, reader, rows) for name in NAMES])


def _read(work: Work, name: SettingName, reader: _Reader, rows: list[_Row]) -> SettingRead:
    named = [row for row in rows if row.name == name]
    # The authority's own choice goes before its province's, as it does where the facts of a case are read.
    holding = sorted(
        (row for row in named if row.holds_on(work.today)),
        key=lambda row: row.authority_id != reader.authority_id,
    )
    current = holding[0] if holding else None
    locked = reader.locked_by(name)

    def phase(row: _Row) -> Phase:
        if row.valid_from > work.today:
            return "planned"
        if row is current:
            return "current"
        return "overruled" if row in holding else "past"

    return SettingRead(
        name=name,
        title=text(f"setting.{name}.title", work.language),
        help=text(f"setting.{name}.help", work.language),
        provincial=name in PROVINCIAL,
        may_change=locked is None,
        locked=text(f"setting_locked.{locked}", work.language) if locked else None,
        value=bool(current and current.value),
        periods=[
            SettingPeriod(
                id=row.id,
                value=bool(row.value),
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                document=row.document,
                authority_name=row.authority_name,
                recorded_at=row.recorded_at,
                phase=phase(row),
                may_take_back=locked is None
                and row.authority_id == reader.authority_id
                and phase(row) == "planned",
            )
            for row in named
        ],
    )
