"""The floor's transactions as pgbench scripts: the same statements in the same order, without a server between.

What a server makes itself (ids, times) PostgreSQL makes inside the statement, so that no round trip is added. The
stored answer is as long as the floor's, but not the same.
"""

import re

from bench import statements as sql
from bench.prepare import Case, Desk
from registry_api.accounts.entry import token_hash

QUEUE = """
CREATE TABLE bench_case (n bigint PRIMARY KEY, id uuid NOT NULL, token_hash bytea NOT NULL);
CREATE TABLE bench_login AS
SELECT row_number() OVER (ORDER BY a.id) - 1 AS n, convert_to(a.login_key, 'UTF8') AS login_key, d.token_hash
FROM account a
JOIN LATERAL (SELECT token_hash FROM known_device d WHERE d.account_id = a.id ORDER BY id DESC LIMIT 1) d ON true
WHERE a.realm = 'doctor' AND a.status = 'active' ORDER BY a.id LIMIT 100;
GRANT SELECT ON bench_case, bench_login TO registry_app
"""
"""Whatever a script may change once, with the session of whoever acts on it, by number; who signs in, by client."""
ENQUEUE = "INSERT INTO bench_case (n, id, token_hash) VALUES ($1, $2, $3)"

_NEXT = "\\set n :start + :client_id * :per + :k\n\\set k :k + 1\n"
_TODAY = "current_date"
_ANSWER_BYTES = 2000


def _bind(statement: str, *values: str) -> str:
    """The statement with expressions in the place of its parameters; a colon marks a variable of pgbench."""
    return re.sub(r"\$(\d+)", lambda found: values[int(found[1]) - 1], statement.strip())


def _keep(statement: str, prefix: str) -> str:
    """The statement, its one row kept in variables."""
    return f"{statement} \\gset {prefix}_"


def _transaction(*statements: str) -> str:
    lines = [one if "\\gset" in one else f"{one};" for one in statements]
    return "\n".join(["BEGIN;", *lines, "COMMIT;\n"])


def _enter(token: str, realm: str, also: str = "") -> str:
    statement = sql.ENTER.replace(" FROM enter_session", f"{also} FROM enter_session")
    return _keep(_bind(statement, token, f"'{realm}'", "now()"), "who")


def _enter_as(reference: str, realm: str) -> str:
    return _enter(f"decode('{token_hash(reference).hex()}', 'hex')", realm)


def session(desk: Desk) -> str:
    """Session check and scope, and nothing else."""
    return _transaction(_enter_as(desk.reference, desk.realm))


def read_one(case: Case) -> str:
    """The doctor's own application, as the floor reads it."""
    return _transaction(
        _enter_as(case.reference, "doctor"),
        _keep(_bind(sql.DETAIL.format(scope=sql.DOCTOR), f"'{case.id}'", ":who_practitioner_id"), "case"),
        _bind(sql.STEPS, f"'{case.id}'"),
        _bind(sql.FILES, f"'{case.id}'"),
        _bind(sql.FACTS, ":who_practitioner_id", ":case_institution_id", _TODAY),
    )


def first_page(desk: Desk) -> str:
    """The first page of a list with its total."""
    column = f"{desk.realm}_id"
    return _transaction(
        _enter_as(desk.reference, desk.realm),
        _bind(sql.COUNT.format(column=column), f":who_{column}"),
        _bind(sql.PAGE.format(column=column, after=""), f":who_{column}"),
    )


def deep_page(desk: Desk) -> str:
    """The page at nine tenths of a list."""
    column = f"{desk.realm}_id"
    return _transaction(
        _enter_as(desk.reference, desk.realm),
        _bind(sql.PAGE.format(column=column, after=sql.AFTER), f":who_{column}", f"'{desk.deep}'"),
    )


def sign_in() -> str:
    """The three transactions of a sign-in without its hash; each client signs in one doctor over and over."""
    attempt, since = "concat('floor/', :device_id::text)", "now() - interval '15 minutes'"
    digest = "sha256(uuid_send(gen_random_uuid()))"
    login = "(SELECT login_key FROM bench_login WHERE n = :client_id)"
    device = "(SELECT token_hash FROM bench_login WHERE n = :client_id)"
    find = _bind(sql.FIND_ACCOUNT, login).replace("SELECT id", "SELECT uuidv7() AS session, id")
    session_id, account = ":known_session", ":known_id"
    event = ("uuidv7()", "now()", "'session.opened'", "'doctor'", ":who_role", account, session_id)
    return (
        _transaction(
            _keep(find, "known"),
            _bind(sql.CREDENTIALS, account),
            _keep(_bind(sql.FIND_DEVICE, device, "now()"), "device"),
            _bind(sql.COUNT_ATTEMPTS, attempt, since),
        )
        + _transaction(_bind(sql.ATTEMPT, "'floor/address'", "now()"), _bind(sql.ATTEMPT, attempt, "now()"))
        + _transaction(
            _keep(_bind(sql.ENTER_ACCOUNT, account), "who"),
            _bind(sql.OPEN_SESSION, session_id, account, digest, "now()", "now() + interval '1 day'"),
            _bind(sql.SESSION_OPENED, *event, session_id, "'{}'", ":device_id", attempt),
            _bind(sql.ACCOUNT, account),
        )
    )


def submit() -> str:
    """Submission of the next draft in the queue."""
    return _move("doctor", sql.DOCTOR, "practitioner_id", "submit", "institution_review")


def approve() -> str:
    """Approval of the next accepted case in the queue."""
    return _move("authority", sql.AUTHORITY, "authority_id", "approve", "approved")


def _move(realm: str, scope: str, column: str, action: str, target: str) -> str:
    approval = action == "approve"
    person, workplace, office = ":case_practitioner_id", ":case_institution_id", ":case_authority_id"
    registration = ":who_registration_id" if approval else "NULL::uuid"
    entry = ":who_entry_id"
    random_hash = "sha256(uuid_send(gen_random_uuid()))"
    effects = [
        _bind(
            sql.REGISTRATION,
            registration,
            person,
            ":facts_qualification_id",
            office,
            f"uuid_send({registration}::uuid)",
            _TODAY,
        ),
        _bind(sql.ENTRY, entry, registration, person, ":case_id", _TODAY, "now()", ":who_account_id"),
        _bind(sql.PRACTICE, "uuidv7()", registration, person, workplace, office, _TODAY, entry),
        _bind(sql.STANDING, "uuidv7()", registration, person, entry, _TODAY),
    ]
    facts = _bind(sql.FACTS, person, workplace, _TODAY)
    statements = [
        _enter(
            "(SELECT token_hash FROM bench_case WHERE n = :n)",
            realm,
            ", uuidv7() AS record_id, uuidv7() AS registration_id, uuidv7() AS entry_id",
        ),
        _bind(
            sql.RESERVE, ":who_record_id", ":who_account_id", random_hash, f"'{action}'", random_hash, "now()"
        ),
        _keep(
            _bind(sql.LOCK.format(scope=scope), "(SELECT id FROM bench_case WHERE n = :n)", f":who_{column}"),
            "case",
        ),
        _keep(facts, "facts") if approval else facts,
        *(effects if approval else []),
        _bind(sql.MOVE, ":case_id", f"'{target}'", "now()", _TODAY, registration),
        _bind(
            sql.STEP,
            "uuidv7()",
            ":case_id",
            ":case_version + 1",
            f"'{action}'",
            ":case_status",
            f"'{target}'",
            ":who_account_id",
            ":who_role",
            ":who_name",
            ":who_office",
            "'[]'",
            "now()",
        ),
        _bind(
            sql.AUDIT.format(kind="application"),
            "uuidv7()",
            "now()",
            f"'application.{action}'",
            ":who_realm",
            ":who_role",
            ":who_account_id",
            ":who_session_id",
            ":case_id",
            "'{}'",
        ),
        _bind(sql.OUTBOX, "uuidv7()", "'floor'", "'{}'", "now()"),
        _bind(sql.DETAIL.format(scope=scope), ":case_id", f":who_{column}"),
        _bind(sql.STEPS, ":case_id"),
        _bind(sql.FILES, ":case_id"),
        _bind(sql.ANSWER, ":who_record_id", f"decode(repeat('ab', {_ANSWER_BYTES}), 'hex')"),
    ]
    return _NEXT + _transaction(*statements)
