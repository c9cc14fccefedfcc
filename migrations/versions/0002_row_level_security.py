"""Roles' privileges, the request's scope, and row-level security: the second wall.

`enter_session` and `enter_client` are the only ways to get a scope; policies read nothing else. Statuses are text
and searches use `=` and ranges, because a policy keeps the planner from using an index for any operator that is
not leakproof.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCOPE = """
CREATE FUNCTION scope_realm() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('registry.realm', true), '') $$;
CREATE FUNCTION scope_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('registry.account_id', true), '')::uuid $$;
CREATE FUNCTION scope_practitioner() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('registry.practitioner_id', true), '')::uuid $$;
CREATE FUNCTION scope_institution() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('registry.institution_id', true), '')::uuid $$;
CREATE FUNCTION scope_authority() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('registry.authority_id', true), '')::uuid $$;

CREATE FUNCTION set_scope(p_realm text, p_account uuid, p_practitioner uuid, p_institution uuid, p_authority uuid)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('registry.realm', p_realm, true),
            set_config('registry.account_id', p_account::text, true),
            set_config('registry.practitioner_id', coalesce(p_practitioner::text, ''), true),
            set_config('registry.institution_id', coalesce(p_institution::text, ''), true),
            set_config('registry.authority_id', coalesce(p_authority::text, ''), true);
END $$;
"""

# The scope comes from the account in the database, never from the request. An unknown, ended or idle session and a
# disabled account give no row and no scope.
ENTRY = """
CREATE FUNCTION enter_session(p_token_hash bytea, p_session uuid, p_realm text, p_now timestamptz)
RETURNS TABLE (session_id uuid, account_id uuid, realm text, role text, name text, practitioner_id uuid,
               institution_id uuid, authority_id uuid, office text, id_number_index bytea, activated boolean,
               scopes text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    s account_session;
    a account;
BEGIN
    IF p_token_hash IS NOT NULL THEN
        SELECT * INTO s FROM account_session t WHERE t.token_hash = p_token_hash;
    ELSE
        SELECT * INTO s FROM account_session t WHERE t.id = p_session;
    END IF;
    IF s.id IS NULL OR s.revoked_at IS NOT NULL OR s.expires_at <= p_now
       OR s.last_seen_at + make_interval(secs => s.idle_seconds) <= p_now THEN
        RETURN;
    END IF;
    SELECT * INTO a FROM account t WHERE t.id = s.account_id;
    IF a.status <> 'active' OR (p_realm IS NOT NULL AND a.realm <> p_realm) THEN
        RETURN;
    END IF;
    -- One write a minute keeps the idle limit honest without turning every read into a write.
    IF s.last_seen_at < p_now - interval '1 minute' THEN
        UPDATE account_session t SET last_seen_at = p_now WHERE t.id = s.id AND t.last_seen_at < p_now;
    END IF;
    PERFORM set_scope(a.realm, a.id, a.practitioner_id, a.institution_id, a.authority_id);
    RETURN QUERY SELECT s.id, a.id, a.realm, a.role, a.name, a.practitioner_id, a.institution_id, a.authority_id,
        coalesce((SELECT i.name FROM institution i WHERE i.id = a.institution_id),
                 (SELECT o.name FROM authority o WHERE o.id = a.authority_id), ''),
        a.id_number_index, a.activated_at IS NOT NULL, NULL::text[];
END $$;

CREATE FUNCTION enter_client(p_client uuid)
RETURNS TABLE (session_id uuid, account_id uuid, realm text, role text, name text, practitioner_id uuid,
               institution_id uuid, authority_id uuid, office text, id_number_index bytea, activated boolean,
               scopes text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c api_client;
    v_realm text;
BEGIN
    SELECT * INTO c FROM api_client t WHERE t.id = p_client AND t.revoked_at IS NULL;
    IF c.id IS NULL THEN
        RETURN;
    END IF;
    v_realm := CASE WHEN c.institution_id IS NOT NULL THEN 'institution' ELSE 'authority' END;
    PERFORM set_scope(v_realm, c.id, NULL, c.institution_id, c.authority_id);
    RETURN QUERY SELECT NULL::uuid, c.id, v_realm, 'client', c.name, NULL::uuid, c.institution_id, c.authority_id,
        coalesce((SELECT i.name FROM institution i WHERE i.id = c.institution_id),
                 (SELECT o.name FROM authority o WHERE o.id = c.authority_id), ''),
        NULL::bytea, true, c.scopes;
END $$;

CREATE FUNCTION account_for_sign_in(p_realm text, p_login_key text)
RETURNS TABLE (id uuid, password_hash text, status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.password_hash, a.status FROM account a WHERE a.realm = p_realm AND a.login_key = p_login_key
$$;

CREATE FUNCTION client_for_token(p_client uuid)
RETURNS TABLE (id uuid, secret_hash bytea, scopes text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.secret_hash, c.scopes FROM api_client c WHERE c.id = p_client AND c.revoked_at IS NULL
$$;

CREATE FUNCTION open_session(p_id uuid, p_account uuid, p_token_hash bytea, p_now timestamptz, p_idle_seconds integer,
                             p_expires_at timestamptz, p_user_agent text, p_address inet, p_password_hash text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO account_session (id, account_id, token_hash, created_at, last_seen_at, idle_seconds, expires_at,
                                 user_agent, address)
    VALUES (p_id, p_account, p_token_hash, p_now, p_now, p_idle_seconds, p_expires_at, p_user_agent, p_address);
    IF p_password_hash IS NOT NULL THEN
        UPDATE account SET password_hash = p_password_hash WHERE id = p_account;
    END IF;
END $$;
"""

# An UPDATE may fill the chain columns of an unsealed row once; everything else is refused for every role.
APPEND_ONLY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION allow_sealing_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sequence IS NOT NULL OR NEW.sequence IS NULL OR NEW.chain_hash IS NULL
       OR (to_jsonb(NEW) - 'sequence' - 'chain_hash') <> (to_jsonb(OLD) - 'sequence' - 'chain_hash') THEN
        RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_event_sealing BEFORE UPDATE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION allow_sealing_only();
CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER application_step_no_change BEFORE UPDATE OR TRUNCATE ON application_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER register_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON register_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

REFERENCE = ("division", "authority", "institution", "calendar_day")

SCOPED = (
    "account",
    "account_session",
    "api_client",
    "application",
    "application_step",
    "attachment",
    "audit_event",
    "cross_province_consent",
    "idempotency_record",
    "notice",
    "outbox_event",
    "practice",
    "practitioner",
    "practitioner_fact",
    "qualification",
    "register_entry",
    "registration",
)

DOCTOR = "((SELECT scope_realm()) = 'doctor' AND practitioner_id = (SELECT scope_practitioner()))"
INSTITUTION = "((SELECT scope_realm()) = 'institution' AND institution_id = (SELECT scope_institution()))"
AUTHORITY = "((SELECT scope_realm()) = 'authority' AND authority_id = (SELECT scope_authority()))"


def case_of(column: str) -> str:
    """Staff see a person whose case or practice they see: the subqueries are under row-level security themselves."""
    return (
        f"((SELECT scope_realm()) IN ('institution', 'authority') AND ("
        f"EXISTS (SELECT 1 FROM application c WHERE c.practitioner_id = {column})"
        f" OR EXISTS (SELECT 1 FROM practice c WHERE c.practitioner_id = {column})))"
    )


VISIBLE_CASE = "EXISTS (SELECT 1 FROM application c WHERE c.id = application_id)"

# table, name, command, USING, WITH CHECK
POLICIES: tuple[tuple[str, str, str, str | None, str | None], ...] = (
    ("account", "own", "SELECT", "id = (SELECT scope_account())", None),
    ("account_session", "own_read", "SELECT", "account_id = (SELECT scope_account())", None),
    (
        "account_session",
        "own_end",
        "UPDATE",
        "account_id = (SELECT scope_account())",
        "account_id = (SELECT scope_account())",
    ),
    ("application", "applicant_read", "SELECT", DOCTOR, None),
    ("application", "applicant_create", "INSERT", None, f"{DOCTOR} AND status = 'draft'"),
    ("application", "applicant_edit", "UPDATE", DOCTOR, DOCTOR),
    ("application", "applicant_delete", "DELETE", f"{DOCTOR} AND status = 'draft'", None),
    # A draft is nobody's business but the applicant's.
    ("application", "institution_read", "SELECT", f"{INSTITUTION} AND status <> 'draft'", None),
    ("application", "institution_decide", "UPDATE", f"{INSTITUTION} AND status <> 'draft'", INSTITUTION),
    ("application", "authority_read", "SELECT", f"{AUTHORITY} AND status <> 'draft'", None),
    ("application", "authority_decide", "UPDATE", f"{AUTHORITY} AND status <> 'draft'", AUTHORITY),
    ("application_step", "case_read", "SELECT", VISIBLE_CASE, None),
    ("application_step", "case_append", "INSERT", None, VISIBLE_CASE),
    ("attachment", "applicant_read", "SELECT", DOCTOR, None),
    ("attachment", "applicant_add", "INSERT", None, f"{DOCTOR} AND {VISIBLE_CASE}"),
    ("attachment", "applicant_remove", "DELETE", DOCTOR, None),
    ("attachment", "case_read", "SELECT", VISIBLE_CASE, None),
    (
        "attachment",
        "institution_decide",
        "UPDATE",
        f"(SELECT scope_realm()) = 'institution' AND {VISIBLE_CASE}",
        f"(SELECT scope_realm()) = 'institution' AND {VISIBLE_CASE}",
    ),
    (
        "audit_event",
        "append",
        "INSERT",
        None,
        "(SELECT scope_account()) IS NULL OR account_id = (SELECT scope_account())",
    ),
    ("cross_province_consent", "own", "SELECT", DOCTOR, None),
    ("cross_province_consent", "staff", "SELECT", case_of("cross_province_consent.practitioner_id"), None),
    (
        "idempotency_record",
        "own",
        "ALL",
        "account_id = (SELECT scope_account())",
        "account_id = (SELECT scope_account())",
    ),
    ("notice", "own_read", "SELECT", "account_id = (SELECT scope_account())", None),
    (
        "notice",
        "own_mark",
        "UPDATE",
        "account_id = (SELECT scope_account())",
        "account_id = (SELECT scope_account())",
    ),
    ("outbox_event", "append", "INSERT", None, "true"),
    ("practice", "own", "SELECT", DOCTOR, None),
    ("practice", "institution", "SELECT", INSTITUTION, None),
    ("practice", "authority", "SELECT", AUTHORITY, None),
    ("practice", "authority_enter", "INSERT", None, AUTHORITY),
    ("practitioner", "own", "SELECT", DOCTOR.replace("practitioner_id = ", "id = "), None),
    ("practitioner", "staff", "SELECT", case_of("practitioner.id"), None),
    ("practitioner_fact", "own", "SELECT", DOCTOR, None),
    ("practitioner_fact", "staff", "SELECT", case_of("practitioner_fact.practitioner_id"), None),
    ("qualification", "own", "SELECT", DOCTOR, None),
    ("qualification", "staff", "SELECT", case_of("qualification.practitioner_id"), None),
    ("register_entry", "own", "SELECT", DOCTOR, None),
    ("register_entry", "staff", "SELECT", case_of("register_entry.practitioner_id"), None),
    (
        "register_entry",
        "authority_enter",
        "INSERT",
        None,
        "(SELECT scope_realm()) = 'authority' AND"
        " EXISTS (SELECT 1 FROM registration r WHERE r.id = registration_id"
        " AND r.authority_id = (SELECT scope_authority()))",
    ),
    ("registration", "own", "SELECT", DOCTOR, None),
    (
        "registration",
        "institution",
        "SELECT",
        "(SELECT scope_realm()) = 'institution'"
        " AND EXISTS (SELECT 1 FROM practice p WHERE p.registration_id = registration.id)",
        None,
    ),
    (
        "registration",
        "authority",
        "SELECT",
        f"{AUTHORITY} OR ((SELECT scope_realm()) = 'authority'"
        " AND EXISTS (SELECT 1 FROM practice p WHERE p.registration_id = registration.id))",
        None,
    ),
    ("registration", "authority_enter", "INSERT", None, AUTHORITY),
)

GRANTS = """
GRANT USAGE ON SCHEMA public TO registry_app, registry_worker;
GRANT SELECT ON division, authority, institution, calendar_day TO registry_app, registry_worker;
GRANT SELECT (id, realm, role, login_name, name, id_number_sealed, id_number_index, phone_sealed, practitioner_id,
              institution_id, authority_id, activated_at, status, created_at) ON account TO registry_app;
GRANT SELECT (id, account_id, created_at, last_seen_at, expires_at, revoked_at, user_agent, address)
    ON account_session TO registry_app;
GRANT UPDATE (revoked_at) ON account_session TO registry_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON attempt_counter TO registry_app, registry_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON application TO registry_app;
GRANT SELECT, INSERT ON application_step TO registry_app;
GRANT SELECT, INSERT, DELETE ON attachment TO registry_app;
GRANT UPDATE (status, decided_at, decided_by) ON attachment TO registry_app;
GRANT INSERT ON audit_event, outbox_event TO registry_app, registry_worker;
GRANT SELECT, INSERT ON idempotency_record TO registry_app;
GRANT UPDATE (status, answer_sealed) ON idempotency_record TO registry_app;
GRANT SELECT ON notice TO registry_app;
GRANT UPDATE (read_at) ON notice TO registry_app;
GRANT SELECT ON practitioner, practitioner_fact, qualification, cross_province_consent TO registry_app;
GRANT SELECT, INSERT ON registration, practice, register_entry TO registry_app;
GRANT USAGE ON SEQUENCE application_number, practice_certificate_number TO registry_app;

GRANT SELECT, UPDATE ON outbox_event TO registry_worker;
GRANT DELETE ON outbox_event, idempotency_record TO registry_worker;
GRANT SELECT ON idempotency_record, application, application_step, practitioner, account TO registry_worker;
GRANT UPDATE ON application TO registry_worker;
GRANT INSERT ON application_step, notice TO registry_worker;
GRANT SELECT ON notice, audit_event TO registry_worker;
GRANT UPDATE (sequence, chain_hash) ON audit_event TO registry_worker;
REVOKE ALL ON FUNCTION enter_session, enter_client, account_for_sign_in, client_for_token, open_session FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enter_session, enter_client, account_for_sign_in, client_for_token, open_session
    TO registry_app;
"""

# What the worker handles without a person's scope.
WORKER = (
    "account",
    "application",
    "application_step",
    "audit_event",
    "idempotency_record",
    "notice",
    "outbox_event",
    "practitioner",
)


def upgrade() -> None:
    for statements in (SCOPE, ENTRY, APPEND_ONLY, GRANTS):
        for statement in split(statements):
            op.execute(statement)
    for table in SCOPED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table, name, command, using, check in POLICIES:
        op.execute(
            f"CREATE POLICY {name} ON {table} FOR {command} TO registry_app"
            + (f" USING ({using})" if using else "")
            + (f" WITH CHECK ({check})" if check else "")
        )
    for table in WORKER:
        op.execute(f"CREATE POLICY worker ON {table} TO registry_worker USING (true) WITH CHECK (true)")


def split(statements: str) -> list[str]:
    """asyncpg prepares one statement at a time; `;` at a line's end ends one, except inside a $$ body."""
    pieces: list[str] = []
    current: list[str] = []
    in_body = False
    for line in statements.splitlines():
        current.append(line)
        if line.count("$$") % 2:
            in_body = not in_body
        if line.rstrip().endswith(";") and not in_body:
            pieces.append("\n".join(current))
            current = []
    return pieces


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
