"""Judges a case by the preconditions of its type: the same at draft, submission and approval."""

from dataclasses import dataclass
from uuid import UUID

from registry_api.applications.characters import undrawn
from registry_api.applications.facts import read_facts
from registry_api.applications.payloads import join_payload, parse_payload
from registry_api.applications.problems import NotEligible
from registry_api.applications.queries import Case
from registry_api.applications.types import TYPES
from registry_api.applications.types.spec import ApplicationType, Facts, Payload, Question
from registry_api.kit.checks import Finding
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.problems import InvalidBody
from registry_api.kit.work import Work
from registry_api.workflow.table import Filer


@dataclass(frozen=True, slots=True)
class Judged:
    """The facts of one instant and what the rules found in them."""

    facts: Facts
    findings: list[Finding]
    payload: Payload


async def judge_start(
    work: Work, person_id: UUID, kind: ApplicationType, payload: Payload, filer: Filer
) -> Facts:
    """Whether an application may be begun; what the payload lacks does not count yet. Raises NotEligible."""
    facts = await read_facts(work, person_id, kind, payload)
    require_met(work, kind.judge(Question(facts, payload, work.today, complete=False, filer=filer)))
    return facts


async def judge_case(work: Work, case: Case, *, submitting: bool) -> Judged:
    """Completeness at submission, and every precondition. Raises InvalidBody or NotEligible.

    A doctor's submission fixes who reviews; a decision, and a report, is for whom the facts still name.
    """
    kind = TYPES[case.type]
    payload = parse_payload(kind, join_payload(work, kind, case.payload, case.form_sealed, case.id))
    if submitting:
        require_complete(kind, payload, case.filer)
    facts = await _facts_of(work, case, payload)
    findings = kind.judge(question_of(work, case, payload, facts))
    if not submitting or case.filer == "institution":
        findings.append(Finding("reviewer_unchanged", facts.institution_id == case.institution_id))
    findings += undrawn(case.applicant_name, payload)
    require_met(work, findings)
    if submitting:
        case.institution_id, case.authority_id = facts.institution_id, facts.authority_id
    return Judged(facts, findings, payload)


async def reviewer_of(work: Work, case: Case) -> UUID | None:
    """The institution that would have to look at the case now."""
    kind = TYPES[case.type]
    payload = parse_payload(kind, join_payload(work, kind, case.payload, case.form_sealed, case.id))
    return (await _facts_of(work, case, payload)).institution_id


async def _facts_of(work: Work, case: Case, payload: Payload) -> Facts:
    kind = TYPES[case.type]
    facts = await read_facts(work, case.practitioner_id, kind, payload)
    return facts if kind.about_person else facts.about(case.registration_id)


def require_complete(kind: ApplicationType, payload: Payload, filer: Filer) -> None:
    """Everything that a submission needs. Raises InvalidBody with a pointer for each gap.

    An authority that acts directly has the person's papers before it: it fills in neither form nor photo.
    """
    pointers = kind.missing(payload)
    if filer == "authority":
        pointers = [one for one in pointers if not one.startswith(("/payload/form", "/payload/photo_id"))]
    if pointers:
        raise InvalidBody([{"pointer": place, "code": "missing"} for place in pointers])


def question_of(work: Work, case: Case, payload: Payload, facts: Facts) -> Question:
    """What the rules are asked about a case now."""
    return Question(
        facts,
        payload,
        work.today,
        filer=case.filer,
        submitted_on=case.submitted_at and case.submitted_at.astimezone(SHANGHAI).date(),
    )


def require_met(work: Work, findings: list[Finding]) -> None:
    """Raises NotEligible with every check if one that blocks has failed."""
    if any(not finding.passed and finding.severity == "block" for finding in findings):
        raise NotEligible([finding.say(work.language).model_dump() for finding in findings])
