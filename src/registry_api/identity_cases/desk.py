"""What the office does on whose desk a case lies: read, take up, decide."""

from typing import Any
from uuid import UUID

from registry_api.accounts.door import person_values, phone_values
from registry_api.accounts.principals import AuthorityStaff, InstitutionStaff
from registry_api.accounts.session_queries import END_EVERYWHERE
from registry_api.applications.problems import OwnCase, RoleNotAllowed
from registry_api.audit.service import record, record_refusal
from registry_api.identity_cases import claims, queries
from registry_api.identity_cases.claims import Claim
from registry_api.identity_cases.queries import Case
from registry_api.identity_cases.schemas import (
    Action,
    CaseDecision,
    CasePage,
    CaseRead,
    CaseSummary,
    Status,
)
from registry_api.kit.paging import read_cursor, write_cursor
from registry_api.kit.problems import InvalidBody, NotFound, Problem
from registry_api.kit.roles import Role
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.messages.service import send
from registry_api.messages.templates import said_time
from registry_api.practitioners.identity import mask_email, mask_id_number, mask_phone

Staff = InstitutionStaff | AuthorityStaff
DECIDERS: tuple[Role, ...] = (
    "authority_approver",
    "authority_administrator",
    "institution_administrator",
)
_PAST = {"start": "started", "uphold": "upheld", "reject": "rejected"}


class IdentityCaseClosed(Problem):
    """The case is decided already."""

    status, code = 409, "identity_case_closed"


async def list_cases(
    work: Work, staff: Staff, status: Status | None, limit: int, cursor: str | None
) -> CasePage:
    """A page of the office's cases. Raises CursorRefused."""
    values: dict[str, Any] = {"office_id": _office(staff), "limit": limit + 1}
    if status is not None:
        values["status"] = status
    if cursor is not None:
        [values["last_id"]] = read_cursor(cursor, UUID)
    statement = queries.page_of_desk(staff.realm, by_status=status is not None, after=cursor is not None)
    rows = await work.tx.fetch_all(statement, **values)
    shown = rows[:limit]
    return CasePage(
        items=[CaseSummary(**_summary(work, row)) for row in shown],
        next_cursor=write_cursor(shown[-1].id) if len(rows) > limit else None,
    )


async def read_case(work: Work, staff: Staff, case_id: UUID) -> CaseRead:
    """One case of the office; that somebody looked is recorded. Raises NotFound."""
    case = await _get(work, staff, case_id)
    await record(work, staff, "identity_case.viewed", object_type="identity_case", object_id=case_id)
    return _read(work, staff, case)


async def read_evidence(work: Work, staff: Staff, case_id: UUID, place: int) -> bytes:
    """A proof, counted from 1, as JPEG; that somebody looked is recorded. Raises NotFound."""
    case = await _get(work, staff, case_id)
    content = await claims.read_file(work, case_id, case.evidence, place - 1)
    if content is None:
        raise NotFound
    await record(work, staff, "identity_case.evidence_viewed", object_type="identity_case", object_id=case_id)
    return content


async def decide_case(work: Work, staff: Staff, case_id: UUID, body: CaseDecision) -> CaseRead:
    """Takes the case up, upholds or rejects it; the effects are in the same transaction.

    An approver or administrator of the authority, or an administrator of the institution, and nobody in the own case.
    A disputed account is frozen when the desk takes the case up, not before: whoever opens a case must not be able to
    lock somebody out by that alone. Raises NotFound, RoleNotAllowed, OwnCase, IdentityCaseClosed or InvalidBody.
    """
    case = await _get(work, staff, case_id, locked=True)
    refusal: Problem | None = None
    if staff.role not in DECIDERS:
        refusal = RoleNotAllowed()
    elif staff.id_number_index is not None and staff.id_number_index == case.person_index:
        refusal = OwnCase()
    if refusal is not None:
        record_refusal(
            work,
            staff,
            "identity_case.refused",
            object_type="identity_case",
            object_id=case_id,
            details={"code": refusal.code, "action": body.action},
        )
        raise refusal
    if case.status != "open":
        raise IdentityCaseClosed
    reason = body.reason.strip()
    if body.action != "start" and not reason:
        raise InvalidBody([{"pointer": "/reason", "code": "reason_required"}])
    claim = claims.open_claim(work, case.id, case.claim_sealed)
    if body.action == "start":
        await _start(work, staff, case, claim)
    else:
        await _close(work, staff, case, claim, body.action == "uphold", reason)
    await record(
        work,
        staff,
        f"identity_case.{_PAST[body.action]}",
        object_type="identity_case",
        object_id=case_id,
        details={"kind": case.kind},
    )
    return _read(work, staff, await _get(work, staff, case_id))


async def _start(work: Work, staff: Staff, case: Case, claim: Claim) -> None:
    if not await work.tx.run(queries.START, case_id=case.id, now=work.now):
        return
    if case.kind == "taken_identity" and case.account_id is not None:
        await _change_status(work, case, "active", "frozen")
        await work.tx.run(END_EVERYWHERE, account_id=case.account_id, now=work.now)
        await _tell_holder(work, staff, case, claim, "identity_account_frozen")


async def _close(work: Work, staff: Staff, case: Case, claim: Claim, upheld: bool, reason: str) -> None:
    await work.tx.run(
        queries.DECIDE,
        case_id=case.id,
        outcome="upheld" if upheld else "rejected",
        now=work.now,
        decider_id=staff.account_id,
        sealed=work.system.sealer.seal(reason, claims.REASON_PLACE, case.id),
    )
    if case.account_id is not None:
        if upheld:
            await _take_effect(work, staff, case, case.account_id, claim)
        elif case.kind == "taken_identity" and case.started_at is not None:
            await _change_status(work, case, "frozen", "active")
            await _tell_holder(work, staff, case, claim, "identity_account_released")
    said = {"number": case.number}
    await send(work, "sms", "identity_case_decided", claim.phone, said)
    if claim.email is not None:
        await send(work, "email", "identity_case_decided", claim.email, said)


async def _take_effect(work: Work, staff: Staff, case: Case, account_id: UUID, claim: Claim) -> None:
    """Closes the false account so that the owner can register; or corrects the account; or enters the new phone."""
    if case.kind == "taken_identity":
        await work.tx.run(queries.CLOSE_ACCOUNT, case_id=case.id, now=work.now)
        await _tell_holder(work, staff, case, claim, "identity_account_closed")
        return
    if case.kind == "correction":
        person = person_values(work, account_id, id_number=claim.id_number)
        await work.tx.run(queries.CORRECT_ACCOUNT, case_id=case.id, name=claim.name, **person)
        await _tell_holder(work, staff, case, claim, "account_corrected")
        return
    phone = phone_values(work, account_id, claim.phone)
    await work.tx.run(queries.REPLACE_PHONE, case_id=case.id, now=work.now, **phone)
    await work.tx.run(END_EVERYWHERE, account_id=account_id, now=work.now)
    await _tell_holder(work, staff, case, claim, "phone_replaced", phone_masked=mask_phone(claim.phone))


async def _change_status(work: Work, case: Case, before: str, after: str) -> None:
    await work.tx.run(
        queries.CHANGE_STATUS, case_id=case.id, from_status=before, to_status=after, now=work.now
    )


async def _tell_holder(
    work: Work, staff: Staff, case: Case, claim: Claim, template: str, **more: str
) -> None:
    """Tells the phone that the account had when the case was opened."""
    if claim.account_phone is not None:
        said = {"number": case.number, "time": said_time(work.now), "office": staff.office, **more}
        await send(work, "sms", template, claim.account_phone, said, account_id=case.account_id)


async def _get(work: Work, staff: Staff, case_id: UUID, *, locked: bool = False) -> Case:
    statement = queries.of_desk(staff.realm, locked=locked)
    case = await work.tx.find(statement, case_id=case_id, office_id=_office(staff))
    if case is None:
        raise NotFound
    return case


def _office(staff: Staff) -> UUID:
    return staff.authority_id if isinstance(staff, AuthorityStaff) else staff.institution_id


def _summary(work: Work, case: Case) -> dict[str, Any]:
    shown = "started" if case.status == "open" and case.started_at else case.status
    return {
        "id": case.id,
        "number": case.number,
        "kind": case.kind,
        "kind_title": text(f"identity_case_kind.{case.kind}", work.language),
        "status": case.status,
        "status_title": text(f"identity_case_status.{shown}", work.language),
        "name": claims.open_claim(work, case.id, case.claim_sealed).name,
        "created_at": case.created_at,
        "started_at": case.started_at,
        "decided_at": case.decided_at,
    }


def _read(work: Work, staff: Staff, case: Case) -> CaseRead:
    claim = claims.open_claim(work, case.id, case.claim_sealed)
    actions: list[Action] = []
    own = staff.id_number_index is not None and staff.id_number_index == case.person_index
    if case.status == "open" and staff.role in DECIDERS and not own:
        actions = ["uphold", "reject"] if case.started_at else ["start", "uphold", "reject"]
    replaced = case.kind == "phone_replacement"
    return CaseRead(
        **_summary(work, case),
        id_number_masked=mask_id_number(claim.id_number),
        phone_masked=mask_phone(claim.phone),
        email_masked=None if claim.email is None else mask_email(claim.email),
        new_phone_masked=mask_phone(claim.phone) if replaced else None,
        statement=claim.statement,
        evidence_count=len(case.evidence),
        account_found=claim.account_found,
        name_matches=claim.name_matches,
        reason=claims.open_reason(work, case.id, case.reason_sealed),
        available_actions=actions,
    )
