"""Rows of an application: itself, its steps and its photo, with all that is personal sealed."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from registry_api.demo.cases import DemoCase, DemoStep
from registry_api.demo.chance import Chance
from registry_api.demo.deadlines import act_by
from registry_api.demo.opinions import registration_form
from registry_api.demo.people import DemoPerson
from registry_api.demo.places import places
from registry_api.demo.registrations import DemoRegistration
from registry_api.demo.staff import DemoStaff
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.sealing import BlindIndex, Sealer

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A stored portrait that several applications share."""

    storage_key: str
    sha256: bytes
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Clerk:
    """What rows are made with."""

    seed: int
    sealer: Sealer
    blind_index: BlindIndex
    password_hash: str
    handlers: dict[UUID, DemoStaff] = field(default_factory=dict)
    """Handler of each institution and authority, by the office's id."""
    approvers: dict[UUID, DemoStaff] = field(default_factory=dict)
    portraits: dict[str, list[Portrait]] = field(default_factory=dict)
    """By sex, GB/T 2261.1."""
    numbers_per_doctor: int = 2
    """So many serial numbers are set aside for each doctor, so that a number depends on the doctor alone."""

    def application_number(self, person: DemoPerson, position: int, case: DemoCase) -> str | None:
        """受理号 of the doctor's application number `position`; a draft has none."""
        if not case.steps or case.institution is None:
            return None
        serial = person.index * self.numbers_per_doctor + position + 1
        day = case.steps[0].occurred_at.astimezone(SHANGHAI)
        return f"ZC-{case.institution.authority.division_code}-{day:%Y%m%d}-{serial:06d}"

    def practice_certificate_number(self, person: DemoPerson, registration: DemoRegistration) -> str:
        """Number of the 执业证书."""
        division = registration.entries[0].institution.authority.division_code
        return f"YSZ{division}{person.index + 1:07d}"


@dataclass(slots=True)
class Record:
    """The rows of one doctor while they are made."""

    clerk: Clerk
    chance: Chance
    person: DemoPerson
    rows: Rows
    account_id: UUID | None = None


def add_case(record: Record, case: DemoCase, position: int, registration_id: UUID | None) -> UUID:
    """Adds the doctor's application number `position`; `registration_id` is its effect. Gives its id."""
    clerk, chance, person = record.clerk, record.chance, record.person
    application_id = chance.id_at(case.created_at)
    institution = case.institution
    moments = {step.to_status: step.occurred_at for step in case.steps}
    endorsed = _add_steps(record, case, application_id)
    payload: dict[str, str] = {}
    if institution is not None:
        payload["institution_id"] = str(institution.id)
    if case.steps:
        payload["photo_id"] = str(_add_photo(record, case, application_id, endorsed))
    form = registration_form(
        chance,
        sex=person.sex,
        ethnicity=person.ethnicity,
        born=int(person.id_number[6:10]),
        qualified=person.issued_on.year,
        home=places()[person.id_number[:6]],
    )
    since = case.steps[-1].occurred_at if case.steps else case.created_at
    final = case.status in _FINAL
    record.rows["application"].append(
        (
            application_id,
            clerk.application_number(person, position, case),
            "registration",
            case.status,
            1 + len(case.steps),
            person.id,
            registration_id,
            person.id,
            institution.id if institution else None,
            institution.authority.id if institution else None,
            person.name,
            json.dumps(payload),
            clerk.sealer.seal_json(form, "application.form", application_id),
            None,
            endorsed[0] if endorsed else None,
            since,
            act_by(case.status, since.astimezone(SHANGHAI).date()),
            moments.get("authority_review"),
            moments.get("accepted"),
            moments.get("correction_required"),
            case.steps[0].occurred_at if case.steps else None,
            since if final else None,
            case.created_at,
            since,
        )
    )
    return application_id


_FINAL = frozenset(("approved", "refused", "not_accepted", "withdrawn"))


def _add_steps(record: Record, case: DemoCase, application_id: UUID) -> tuple[UUID, datetime] | None:
    """Adds the steps; gives who endorsed last, and when."""
    endorsed = None
    for version, step in enumerate(case.steps, start=2):
        actor_id, role, name, office = _actor(record, case, step)
        step_id = record.chance.id_at(step.occurred_at)
        comment = None
        if step.comment or step.field_comments:
            comment = record.clerk.sealer.seal_json(
                {"comment": step.comment, "field_comments": step.field_comments},
                "application_step.comment",
                step_id,
            )
        record.rows["application_step"].append(
            (
                step_id,
                application_id,
                version,
                step.action,
                step.from_status,
                step.to_status,
                actor_id,
                role,
                name,
                office,
                comment,
                "[]",
                step.occurred_at,
            )
        )
        if step.action == "endorse" and actor_id is not None:
            endorsed = (actor_id, step.occurred_at)
    return endorsed


def _actor(record: Record, case: DemoCase, step: DemoStep) -> tuple[UUID | None, str, str, str]:
    """Account, role, name and office of who took the step."""
    if step.desk == "applicant" or case.institution is None:
        return record.account_id, "doctor", record.person.name, ""
    if step.desk == "system":
        return None, "system", "系统", case.institution.authority.name
    if step.desk == "institution":
        member = record.clerk.handlers[case.institution.id]
    elif step.desk == "handler":
        member = record.clerk.handlers[case.institution.authority.id]
    else:
        member = record.clerk.approvers[case.institution.authority.id]
    return member.id, member.role, member.name, member.office


def _add_photo(
    record: Record, case: DemoCase, application_id: UUID, endorsed: tuple[UUID, datetime] | None
) -> UUID:
    portrait = record.chance.pick(record.clerk.portraits[record.person.sex])
    attachment_id = record.chance.id_at(case.created_at)
    record.rows["attachment"].append(
        (
            attachment_id,
            application_id,
            record.person.id,
            "photo",
            "approved" if endorsed else "pending",
            portrait.storage_key,
            "image/jpeg",
            portrait.sha256,
            portrait.size,
            portrait.width,
            portrait.height,
            [],
            case.created_at,
            endorsed[1] if endorsed else None,
            endorsed[0] if endorsed else None,
        )
    )
    return attachment_id
