"""What a doctor may apply for now, and for what not: every reason."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from registry_api.accounts.principals import Doctor, practitioner_of
from registry_api.applications.facts import read_facts
from registry_api.applications.models import Application
from registry_api.applications.schemas import ApplicationOption, ApplicationOptions
from registry_api.applications.types import TYPES
from registry_api.applications.types.spec import Payload, Question
from registry_api.kit.checks import Finding
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.workflow.table import OPEN_STATUSES


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An application that is not finished."""

    id: UUID
    type: str
    registration_id: UUID | None


_OPEN_CASES = Statement(
    select(Application.id, Application.type, Application.registration_id).where(
        Application.practitioner_id == bindparam("practitioner_id"),
        or_(*(Application.status == status for status in OPEN_STATUSES)),
    ),
    OpenCase,
)


async def list_options(work: Work, doctor: Doctor) -> ApplicationOptions:
    """For each type and the registration that is held, whether it can be started, and every reason."""
    practitioner_id = practitioner_of(doctor)
    # Nothing is chosen yet, so one reading serves every type.
    facts = await read_facts(work, practitioner_id, next(iter(TYPES.values())), Payload())
    held = facts.registration.id if facts.registration is not None else None
    found = await work.tx.fetch_all(_OPEN_CASES, practitioner_id=practitioner_id)
    # A draft about a registration that has ended keeps nobody from applying for the next one.
    open_cases = {case.type: case.id for case in found if case.registration_id in (None, held)}
    items = []
    for kind in TYPES.values():
        findings = kind.judge(Question(facts, Payload(), work.today, complete=False))
        findings.append(Finding("no_open_application", kind.code not in open_cases))
        items.append(
            ApplicationOption(
                type=kind.code,
                title=kind.title(work.language),
                registration_id=None if kind.about_person else held,
                available=all(finding.passed or finding.severity == "warn" for finding in findings),
                open_application_id=open_cases.get(kind.code),
                checks=[finding.say(work.language) for finding in findings],
            )
        )
    return ApplicationOptions(items=items)
