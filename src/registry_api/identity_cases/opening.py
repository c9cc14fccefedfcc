"""Opening a case, by people who are not signed in: what happens is the same whether there is such an account."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from pydantic import ValidationError

from registry_api.accounts.door import FoundAccount, enter_account, enter_door, find_account
from registry_api.accounts.entry import token_hash
from registry_api.accounts.phones import normal_phone
from registry_api.accounts.principals import Doctor
from registry_api.accounts.reach import Owner, find_owner
from registry_api.accounts.throttle import Limit, address_limit, reserve
from registry_api.audit.service import record
from registry_api.captchas.service import HumanProof, Purpose, require_proof
from registry_api.contacts.email import normal_email
from registry_api.identity_cases import claims, queries
from registry_api.identity_cases.schemas import (
    CaseForm,
    CaseLookup,
    CaseOpened,
    CaseStatus,
    DisputeForm,
    PhoneReplacementForm,
)
from registry_api.kit.ids import new_id
from registry_api.kit.problems import CONSTRAINTS, InvalidBody, NotFound, Problem
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.messages.service import send
from registry_api.messages.templates import said_time
from registry_api.practitioners.identity import IdNumberRefused, check_id_number, normalise_name

A_DAY = timedelta(days=1)
A_DAY_PER_PERSON = 3
A_DAY_PER_ADDRESS = 30
LOOKUPS = 60
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Nothing that is read as something else: people copy a token by hand. Sixteen make 79 bits."""


class IdentityCaseOpen(Problem):
    """A case of this kind is open for the person; a second one would only be in its way."""

    status, code = 409, "identity_case_open"


CONSTRAINTS["uq_identity_case_open"] = IdentityCaseOpen


@dataclass(frozen=True, slots=True)
class _Checked:
    """A form whose fields are right."""

    kind: str
    name: str
    id_number: str
    phone: str
    email: str | None
    authority_id: UUID


async def open_dispute(work: Work, form: DisputeForm) -> CaseOpened:
    """Opens 身份异议 or 更正 at the authority of the division or of the one above it.

    Raises InvalidBody, HumanProofRequired, TooManyRequests, EvidenceInvalid, IdentityCaseOpen.
    """
    checked = await _check(work, form, form.kind, form.phone, "/phone", form.email)
    case_id, files = await _admit(work, form, checked, "identity_dispute")
    if form.kind == "correction" and form.login_name is not None:
        found = await find_account(work, "doctor", "login_name", form.login_name)
    else:
        found = await find_account(work, "doctor", "id_number", checked.id_number)
    return await _open(work, case_id, form, checked, files, found, None)


async def request_phone_replacement(work: Work, form: PhoneReplacementForm) -> CaseOpened:
    """Opens 更换手机号 at the main institution of a valid registration, else at the authority of the division.

    The phone that is verified now is told, so that its owner hears of somebody else's attempt. Where the case lies is
    not in the answer: it would tell a stranger where somebody works. Raises as `open_dispute`.
    """
    checked = await _check(work, form, "phone_replacement", form.new_phone, "/new_phone", None)
    case_id, files = await _admit(work, form, checked, "phone_replacement")
    found = await find_account(work, "doctor", "id_number", checked.id_number)
    # The account's scope shows its registration. Nothing of it is answered, and a new id takes as long.
    entered = await enter_account(work, found.id if found else new_id())
    person = entered.practitioner_id if isinstance(entered, Doctor) else None
    institution_id = await work.tx.find(queries.MAIN_INSTITUTION, person_id=person, today=work.today)
    return await _open(work, case_id, form, checked, files, found, institution_id)


async def _check(
    work: Work, form: CaseForm, kind: str, phone: str, phone_place: str, email: str | None
) -> _Checked:
    """The fields, normalised. Raises InvalidBody with everything that is wrong."""
    faults: list[dict[str, str]] = []
    number = ""
    try:
        number = check_id_number(form.id_number, work.today).number
    except IdNumberRefused as refused:
        message = text(f"id_number.{refused.code}", work.language)
        faults.append({"pointer": "/id_number", "code": refused.code, "message": message})
    name, reached, address = normalise_name(form.name), normal_phone(phone), None
    if not name:
        faults.append({"pointer": "/name", "code": "missing"})
    if reached is None:
        faults.append({"pointer": phone_place, "code": "wrong_phone"})
    if email is not None and (address := normal_email(email)) is None:
        faults.append({"pointer": "/email", "code": "wrong_email"})
    code = form.division_code
    authority_id = await work.tx.find(
        queries.DESK_OF_DIVISION, county=code, city=f"{code[:4]}00", province=f"{code[:2]}0000"
    )
    if authority_id is None:
        faults.append({"pointer": "/division_code", "code": "no_authority"})
    if reached is None or authority_id is None or faults:
        raise InvalidBody(faults)
    return _Checked(kind, name, number, reached, address, authority_id)


async def _admit(work: Work, form: CaseForm, checked: _Checked, purpose: Purpose) -> tuple[UUID, list[bytes]]:
    """Throttles and the human proof; gives an id for the case, and the proofs decoded."""
    limit = address_limit("identity_case", work.address, A_DAY_PER_ADDRESS, A_DAY)
    await reserve(work.system, (limit,), work.now)
    try:
        proof: HumanProof | None = form.human_proof()
    except ValidationError:
        raise InvalidBody([{"pointer": "/human_proof", "code": "one_way_of_proof"}]) from None
    await require_proof(work, purpose, proof)
    person = work.system.blind_index.of("id_number", checked.id_number).hex()
    limit = Limit(f"identity_case/{checked.kind}/{person}", A_DAY_PER_PERSON, A_DAY)
    await reserve(work.system, (limit,), work.now)
    files = await claims.decode_files(work, form.evidence)
    case_id = new_id()
    # Before an account's scope is entered, in which nothing can be recorded for somebody else.
    await record(
        work,
        None,
        "identity_case.opened",
        object_type="identity_case",
        object_id=case_id,
        details={"kind": checked.kind},
    )
    return case_id, files


async def _open(
    work: Work,
    case_id: UUID,
    form: CaseForm,
    checked: _Checked,
    files: list[bytes],
    found: FoundAccount | None,
    institution_id: UUID | None,
) -> CaseOpened:
    number = f"SF{work.today:%Y%m%d}{secrets.randbelow(10**8):08d}"
    token = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    await enter_door(work, found.id if found else new_id())
    owner = await find_owner(work, found.id if found else new_id())
    claim = _claim(form, checked, owner)
    await work.tx.run(
        queries.INSERT,
        id=case_id,
        number=number,
        kind=checked.kind,
        status="open",
        account_id=found.id if found else None,
        person_index=work.system.blind_index.of("id_number", checked.id_number),
        claim_sealed=claim.seal(work, case_id),
        evidence=claims.keys_of(case_id, len(files)),
        token_hash=_hash_of(token),
        institution_id=institution_id,
        authority_id=None if institution_id else checked.authority_id,
        created_at=work.now,
    )
    # After the row, which another open case may refuse: a refused form leaves no file.
    await claims.store_files(work, case_id, files)
    if checked.kind == "phone_replacement" and owner is not None and owner.verified_phone is not None:
        said = {"number": number, "time": said_time(work.now)}
        await send(
            work,
            "sms",
            "phone_replacement_requested",
            owner.verified_phone,
            said,
            account_id=owner.account_id,
        )
    return CaseOpened(number=number, token=token)


def _hash_of(token: str) -> bytes:
    """The same however it was typed: small letters, spaces, other dashes or none."""
    return token_hash("".join(one for one in token.upper() if one in _LETTERS))


def _claim(form: CaseForm, checked: _Checked, owner: Owner | None) -> claims.Claim:
    return claims.Claim(
        name=checked.name,
        id_number=checked.id_number,
        phone=checked.phone,
        email=checked.email,
        statement=form.statement.strip(),
        account_found=owner is not None,
        name_matches=owner is not None and owner.name == checked.name,
        account_phone=owner.verified_phone if owner is not None else None,
    )


async def follow_case(work: Work, body: CaseLookup) -> CaseStatus:
    """Where a case stands. Raises NotFound unless number and token belong together; TooManyRequests."""
    limit = address_limit("identity_case_lookup", work.address, LOOKUPS, timedelta(minutes=15))
    await reserve(work.system, (limit,), work.now)
    found = await work.tx.find(queries.FOLLOW, number=body.number.strip(), token_hash=_hash_of(body.token))
    if found is None:
        raise NotFound
    shown = "started" if found.status == "open" and found.started_at else found.status
    step = f"{found.kind}_upheld" if found.status == "upheld" else found.status
    return CaseStatus.model_validate(
        {
            "number": found.number,
            "kind": found.kind,
            "kind_title": text(f"identity_case_kind.{found.kind}", work.language),
            "status": found.status,
            "status_title": text(f"identity_case_status.{shown}", work.language),
            "created_at": found.created_at,
            "started_at": found.started_at,
            "decided_at": found.decided_at,
            "reason": claims.open_reason(work, found.id, found.reason_sealed),
            "next": text(f"identity_case_next.{step}", work.language),
        }
    )
