"""Applications that staff start: the institution's report, and the authority's direct handling."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from registry_api.accounts.principals import AuthorityStaff, InstitutionStaff, Principal
from registry_api.applications import queries
from registry_api.applications.drafts import Person, insert_draft, require_institution
from registry_api.applications.judging import judge_start, require_complete, require_met
from registry_api.applications.payloads import parse_payload, type_of
from registry_api.applications.perform import scope_of, take
from registry_api.applications.problems import FilerNotAllowed, OutsideJurisdiction
from registry_api.applications.turn import Move, decide_turn
from registry_api.applications.types.preconditions import setting
from registry_api.applications.types.spec import ApplicationType, Facts, Question
from registry_api.kit.db import Statement
from registry_api.kit.problems import InvalidBody
from registry_api.kit.work import Work
from registry_api.practitioners.models import Practitioner
from registry_api.register.models import Registration

_OF_REGISTRATION = Statement(
    select(Practitioner.id, Practitioner.name)
    .join(Registration, Registration.practitioner_id == Practitioner.id)
    .where(Registration.id == bindparam("registration_id")),
    Person,
)
_PERSON = Statement(
    select(Practitioner.id, Practitioner.name).where(Practitioner.id == bindparam("practitioner_id")), Person
)


async def report(
    work: Work,
    staff: InstitutionStaff,
    type_code: str,
    registration_id: UUID,
    raw: dict[str, Any],
    comment: str,
) -> UUID:
    """An institution reports 备案 or 注销 of its own doctor (Order 13 Art. 19, 医师法 17); gives the application.

    Raises FilerNotAllowed, InvalidBody, NotEligible, OutsideJurisdiction, OpenApplicationExists, OwnCase.
    """
    kind = type_of(type_code)
    person = await work.tx.find(_OF_REGISTRATION, registration_id=registration_id)
    if person is None:
        raise InvalidBody([{"pointer": "/registration_id", "code": "unknown_reference"}])
    application_id, _ = await _begin(work, staff, kind, person, registration_id, raw)
    await _take_first(work, staff, application_id, Move("report", comment))
    return application_id


async def handle_directly(
    work: Work,
    staff: AuthorityStaff,
    type_code: str,
    practitioner_id: UUID,
    registration_id: UUID | None,
    raw: dict[str, Any],
    *,
    document: str,
    reason: str,
) -> UUID:
    """An authority handles any type itself: same rules, effects and records; gives the application.

    Where the authority's setting asks for two people, another approver countersigns before it takes effect.
    Raises FilerNotAllowed, InvalidBody, NotEligible, OutsideJurisdiction, OpenApplicationExists, OwnCase,
    RoleNotAllowed.
    """
    kind = type_of(type_code)
    person = await work.tx.find(_PERSON, practitioner_id=practitioner_id)
    if person is None:
        raise InvalidBody([{"pointer": "/practitioner_id", "code": "unknown_reference"}])
    application_id, facts = await _begin(work, staff, kind, person, registration_id, raw)
    two_people = setting(facts, "direct_handling_countersigned")
    move = Move("file_for_countersign" if two_people else "file_direct", reason, basis=document)
    await _take_first(work, staff, application_id, move)
    return application_id


async def _begin(
    work: Work,
    staff: InstitutionStaff | AuthorityStaff,
    kind: ApplicationType,
    person: Person,
    registration_id: UUID | None,
    raw: dict[str, Any],
) -> tuple[UUID, Facts]:
    if staff.realm not in kind.filers:
        raise FilerNotAllowed
    payload = parse_payload(kind, raw)
    require_complete(kind, payload, staff.realm)
    facts = await judge_start(work, person.id, kind, payload, staff.realm)
    require_institution(payload, facts)
    place = facts.institution_id if isinstance(staff, InstitutionStaff) else facts.authority_id
    if place is None:
        # Nobody reviews, as where the additional practice is over: the rules say what is wrong with it.
        require_met(work, kind.judge(Question(facts, payload, work.today, filer=staff.realm)))
    if place != scope_of(staff):
        raise OutsideJurisdiction
    return await insert_draft(work, staff, kind, person, registration_id, payload, facts), facts


async def _take_first(work: Work, staff: Principal, application_id: UUID, move: Move) -> None:
    case = await work.tx.get(
        queries.locked_case(staff.realm), application_id=application_id, scope=scope_of(staff)
    )
    await take(work, staff, case, decide_turn(case, move.action, staff.role, work.today), move)
