"""Sign-in with a password: counted before it is looked at, and a second factor on a device that is not known."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from registry_api.accounts import queries
from registry_api.accounts.addresses import network_of
from registry_api.accounts.challenges import ask_second_factor
from registry_api.accounts.devices import find_device
from registry_api.accounts.door import enter_account, find_account
from registry_api.accounts.phones import normal_phone
from registry_api.accounts.schemas import SessionCreate
from registry_api.accounts.sessions import Opened, open_session
from registry_api.accounts.step_up import second_factor_methods
from registry_api.accounts.throttle import Limit, address_limit, reserve
from registry_api.accounts.visit import Visit
from registry_api.audit.service import record
from registry_api.captchas.service import HumanProofRequired, require_proof
from registry_api.kit.ids import new_id
from registry_api.kit.passwords import verify_password
from registry_api.kit.problems import Problem
from registry_api.kit.work import Work

ATTEMPTS = 10
WINDOW = timedelta(minutes=15)
FREE_ATTEMPTS = 5
"""Beyond them an attempt needs the proof that a person is there."""
ADDRESS_ATTEMPTS = 300
"""A hospital signs in from one address; this only stops spraying."""
FAILURES_IN_A_ROW = 100
"""Then the password alone is no longer looked at (NIST SP 800-63B 3.2.2): it takes a known device or a new password."""


class WrongCredentials(Problem):
    """Login name, password or entrance is wrong; which one is not told."""

    status, code = 401, "wrong_credentials"


class SecondFactorMissing(Problem):
    """Staff without authenticator or passkey: the invitation was never completed, or its factors were taken away."""

    status, code = 403, "second_factor_missing"


@dataclass(frozen=True, slots=True)
class _Login:
    """What the login name leads to."""

    account_id: UUID | None
    password_hash: str | None
    """None if there is nothing to compare with."""
    device_id: UUID | None
    bucket: str
    """Where attempts are counted."""


async def sign_in(visit: Visit, body: SessionCreate, *, user_agent: str, device_token: str | None) -> Opened:
    """Opens a session; the hash is computed between two transactions, so that no connection waits for it.

    Raises WrongCredentials, HumanProofRequired, TooManyRequests, SecondFactorRequired or SecondFactorMissing.
    """
    proved = body.human_proof is not None
    async with visit.transaction() as work:
        if proved:
            await require_proof(work, "sign_in", body.human_proof)
        login = await _find_login(work, body, device_token)
        opened_after = visit.now - WINDOW
        before = await work.tx.find(queries.COUNT_ATTEMPTS, key=login.bucket, window_opened=opened_after) or 0
    if not proved and FREE_ATTEMPTS <= before < ATTEMPTS:
        raise HumanProofRequired
    attempt = await reserve(
        visit.system,
        (
            address_limit("sign_in", visit.address, ADDRESS_ATTEMPTS, WINDOW),
            Limit(login.bucket, ATTEMPTS, WINDOW),
        ),
        visit.now,
    )
    if not proved and attempt > FREE_ATTEMPTS:
        raise HumanProofRequired
    matches, new_hash = await verify_password(body.password, login.password_hash)
    answer: Opened | Problem | None = None
    async with visit.transaction() as work:
        if matches and login.account_id is not None:
            answer = await _admit(work, body, login.account_id, login, new_hash, user_agent)
        if answer is None:
            await _record_failure(work, body, login.account_id)
            answer = WrongCredentials(human_proof_required=attempt >= FREE_ATTEMPTS)
    if isinstance(answer, Problem):
        raise answer
    return answer


async def _find_login(work: Work, body: SessionCreate, device_token: str | None) -> _Login:
    """Takes the same statements whether or not there is such an account."""
    typed = body.login_name.strip()
    phone = normal_phone(typed) if body.realm == "doctor" else None
    found = await find_account(work, body.realm, "phone", phone) if phone else None
    if found is None:
        found = await find_account(work, body.realm, "login_name", typed)
    account_id = found.id if found else None
    known = await work.tx.find(queries.FIND_CREDENTIALS, account_id=account_id or new_id())
    device_id = await find_device(work, account_id, device_token)
    password_hash = None
    if known is not None and known.status == "active":
        looked_at = device_id is not None or known.failures < FAILURES_IN_A_ROW
        password_hash = known.password_hash if looked_at else None
    if device_id is not None:
        # A bucket of its own: whoever guesses elsewhere cannot lock the owner out.
        bucket = f"sign_in/device/{device_id}"
    else:
        name = work.system.blind_index.of("sign_in", f"{body.realm}/{typed.casefold()}").hex()
        bucket = f"sign_in/{account_id or name}/{network_of(work.address)}"
    return _Login(account_id, password_hash, device_id, bucket)


async def _admit(
    work: Work, body: SessionCreate, account_id: UUID, login: _Login, new_hash: str | None, user_agent: str
) -> Opened | Problem | None:
    """A session, or what is asked for first; None if the account was disabled just now."""
    principal = await enter_account(work, account_id)
    if principal is None:
        return None
    if login.device_id is None:
        methods = await second_factor_methods(work, principal)
        if methods:
            return await ask_second_factor(work, principal, methods, body.delivery, bucket=login.bucket)
        if principal.realm != "doctor":
            return SecondFactorMissing(values={"office": principal.office})
        # A doctor without any has not verified a phone yet: nothing is open to the account before that.
    return await open_session(
        work,
        principal,
        body.delivery,
        user_agent=user_agent,
        device_id=login.device_id,
        password_hash=new_hash,
        writes=((queries.FORGET_ATTEMPTS, {"key": login.bucket}),),
    )


async def _record_failure(work: Work, body: SessionCreate, account_id: UUID | None) -> None:
    await record(
        work,
        None,
        "session.refused",
        object_type="account",
        object_id=account_id,
        outcome="refused",
        details={"realm": body.realm},
    )
    await work.tx.run(queries.COUNT_FAILURE, account_id=account_id or new_id())
