"""Accounts grow: contacts, devices, second factors, tickets, codes, messages, WeChat, identity cases.

People who are not signed in come through a door: `find_account` tells that an account exists, `enter_account` sets
its scope once a ticket, a code or a password has proved who is there, `enter_door` lets one new account be made.
`take_ticket` uses a ticket up in the statement that finds it.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def foreign(table: str, column: str, target: str, **more: Any) -> sa.ForeignKeyConstraint:
    """A foreign key under the name that the models derive."""
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"), **more)


def make(table: str, *parts: sa.schema.SchemaItem, key: str = "id") -> None:
    """A table with its primary key under the name that the models derive."""
    op.create_table(table, *parts, sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")))


def one_of(table: str, column: str, values: str) -> sa.CheckConstraint:
    """A check on text, as the models write it."""
    listed = ", ".join(repr(value) for value in values.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))


def column(name: str, kind: Any, *, needed: bool = False, **more: Any) -> sa.Column[Any]:
    """Short for a column."""
    return sa.Column(name, kind, nullable=not needed, **more)


def extend_accounts() -> None:
    """New columns, and statuses beyond active and disabled."""
    columns = (
        sa.Column("password_changed_at", INSTANT),
        sa.Column("phone_index", sa.LargeBinary()),
        sa.Column("phone_verified_at", INSTANT),
        sa.Column("phone_changed_at", INSTANT),
        sa.Column("email_sealed", sa.LargeBinary()),
        sa.Column("email_index", sa.LargeBinary()),
        sa.Column("email_verified_at", INSTANT),
        sa.Column("privacy_policy_version", sa.Text()),
        sa.Column("privacy_agreed_at", INSTANT),
        sa.Column("failures_in_a_row", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by", sa.Uuid(), sa.ForeignKey("account.id", name=op.f("fk_account_created_by"))),
        sa.Column("status_since", INSTANT),
    )
    for one in columns:
        op.add_column("account", one)
    op.drop_constraint(op.f("ck_account_status"), "account")
    op.create_check_constraint(
        op.f("ck_account_status"),
        "account",
        "status IN ('active', 'invited', 'disabled', 'frozen', 'closed')",
    )
    op.create_index("ix_account_phone_index", "account", ["phone_index"])
    op.create_index("ix_account_email_index", "account", ["email_index"])
    op.create_index(
        "uq_account_person",
        "account",
        ["id_number_index"],
        unique=True,
        postgresql_where=sa.text("realm = 'doctor' AND status <> 'closed'"),
    )
    op.create_index(
        "uq_account_phone",
        "account",
        ["phone_index"],
        unique=True,
        postgresql_where=sa.text("realm = 'doctor' AND status <> 'closed' AND phone_verified_at IS NOT NULL"),
    )


def make_sign_in_tables() -> None:
    """Devices, refresh tokens, second factors."""
    make(
        "known_device",
        column("id", sa.Uuid(), needed=True),
        column("account_id", sa.Uuid(), needed=True),
        column("token_hash", sa.LargeBinary(), needed=True),
        column("user_agent", sa.Text(), needed=True),
        column("created_at", INSTANT, needed=True),
        column("last_seen_at", INSTANT, needed=True),
        column("expires_at", INSTANT, needed=True),
        column("revoked_at", INSTANT),
        foreign("known_device", "account_id", "account"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_known_device_token_hash")),
    )
    op.create_index(op.f("ix_known_device_account_id"), "known_device", ["account_id"])
    op.add_column(
        "account_session",
        sa.Column(
            "device_id",
            sa.Uuid(),
            sa.ForeignKey("known_device.id", name=op.f("fk_account_session_device_id")),
        ),
    )
    op.add_column("account_session", sa.Column("proved_at", INSTANT))
    make(
        "refresh_token",
        column("id", sa.Uuid(), needed=True),
        column("session_id", sa.Uuid(), needed=True),
        column("account_id", sa.Uuid(), needed=True),
        column("token_hash", sa.LargeBinary(), needed=True),
        column("created_at", INSTANT, needed=True),
        column("expires_at", INSTANT, needed=True),
        column("used_at", INSTANT),
        column("successor_sealed", sa.LargeBinary()),
        foreign("refresh_token", "session_id", "account_session", ondelete="CASCADE"),
        foreign("refresh_token", "account_id", "account"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_token_token_hash")),
    )
    op.create_index(op.f("ix_refresh_token_session_id"), "refresh_token", ["session_id"])
    make(
        "second_factor",
        column("id", sa.Uuid(), needed=True),
        column("account_id", sa.Uuid(), needed=True),
        column("kind", sa.Text(), needed=True),
        column("name", sa.Text(), needed=True),
        column("secret_sealed", sa.LargeBinary()),
        column("last_step", sa.BigInteger()),
        column("credential_id", sa.LargeBinary()),
        column("public_key", sa.LargeBinary()),
        column("sign_count", sa.BigInteger()),
        column("created_at", INSTANT, needed=True),
        column("confirmed_at", INSTANT),
        column("last_used_at", INSTANT),
        column("removed_at", INSTANT),
        one_of("second_factor", "kind", "totp passkey"),
        sa.CheckConstraint(
            "(kind = 'totp') = (secret_sealed IS NOT NULL) AND (kind = 'passkey') = (credential_id IS NOT NULL)",
            name=op.f("ck_second_factor_form"),
        ),
        foreign("second_factor", "account_id", "account"),
        sa.UniqueConstraint("credential_id", name=op.f("uq_second_factor_credential_id")),
    )
    op.create_index(op.f("ix_second_factor_account_id"), "second_factor", ["account_id"])


def make_proof_tables() -> None:
    """Tickets, codes, captchas, proofs of work, messages."""
    make(
        "one_time_ticket",
        column("id", sa.Uuid(), needed=True),
        column("kind", sa.Text(), needed=True),
        column("token_hash", sa.LargeBinary(), needed=True),
        column("account_id", sa.Uuid()),
        column("payload_sealed", sa.LargeBinary()),
        column("created_at", INSTANT, needed=True),
        column("expires_at", INSTANT, needed=True),
        column("used_at", INSTANT),
        one_of(
            "one_time_ticket",
            "kind",
            "account_registration wechat_binding staff_invitation password_reset phone_change"
            " email_verification second_factor_challenge",
        ),
        foreign("one_time_ticket", "account_id", "account"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_ticket_token_hash")),
    )
    op.create_index(op.f("ix_one_time_ticket_account_id"), "one_time_ticket", ["account_id"])
    make(
        "verification_code",
        column("id", sa.Uuid(), needed=True),
        column("account_id", sa.Uuid(), needed=True),
        column("purpose", sa.Text(), needed=True),
        column("phone_sealed", sa.LargeBinary(), needed=True),
        column("code_hash", sa.LargeBinary(), needed=True),
        column("created_at", INSTANT, needed=True),
        column("expires_at", INSTANT, needed=True),
        column("attempts", sa.SmallInteger(), needed=True, server_default="0"),
        column("consumed_at", INSTANT),
        one_of(
            "verification_code",
            "purpose",
            "verify_phone change_phone_old change_phone_new reset_password recover_login_name"
            " unknown_device step_up",
        ),
        foreign("verification_code", "account_id", "account"),
    )
    op.create_index(
        "ix_verification_code_account_id_purpose_id", "verification_code", ["account_id", "purpose", "id"]
    )
    make(
        "captcha",
        column("id", sa.Uuid(), needed=True),
        column("purpose", sa.Text(), needed=True),
        column("answer_hash", sa.LargeBinary(), needed=True),
        column("answer_sealed", sa.LargeBinary(), needed=True),
        column("heard", sa.SmallInteger(), needed=True, server_default="0"),
        column("created_at", INSTANT, needed=True),
        column("expires_at", INSTANT, needed=True),
        column("used_at", INSTANT),
    )
    make(
        "spent_proof",
        column("challenge_hash", sa.LargeBinary(), needed=True),
        column("expires_at", INSTANT, needed=True),
        key="challenge_hash",
    )
    make(
        "message",
        column("id", sa.Uuid(), needed=True),
        column("channel", sa.Text(), needed=True),
        column("template", sa.Text(), needed=True),
        column("language", sa.Text(), needed=True),
        column("account_id", sa.Uuid()),
        column("to_sealed", sa.LargeBinary(), needed=True),
        column("values_sealed", sa.LargeBinary()),
        column("created_at", INSTANT, needed=True),
        column("expires_at", INSTANT, needed=True),
        column("sent_at", INSTANT),
        column("failed_at", INSTANT),
        column("reference", sa.Text()),
        one_of("message", "channel", "sms email"),
        foreign("message", "account_id", "account"),
    )
    op.create_index("ix_message_account_id_id", "message", ["account_id", "id"])


def make_identity_tables() -> None:
    """Watches for certificates, identity cases, WeChat, and who looked at whose application."""
    make(
        "qualification_watch",
        column("id", sa.Uuid(), needed=True),
        column("account_id", sa.Uuid(), needed=True),
        column("certificate_number_sealed", sa.LargeBinary(), needed=True),
        column("certificate_number_index", sa.LargeBinary(), needed=True),
        column("created_at", INSTANT, needed=True),
        column("told_at", INSTANT),
        foreign("qualification_watch", "account_id", "account"),
        sa.UniqueConstraint(
            "account_id",
            "certificate_number_index",
            name=op.f("uq_qualification_watch_account_id_certificate_number_index"),
        ),
    )
    op.create_index(
        op.f("ix_qualification_watch_certificate_number_index"),
        "qualification_watch",
        ["certificate_number_index"],
    )
    make(
        "identity_case",
        column("id", sa.Uuid(), needed=True),
        column("number", sa.Text(), needed=True),
        column("kind", sa.Text(), needed=True),
        column("status", sa.Text(), needed=True),
        column("account_id", sa.Uuid()),
        column("person_index", sa.LargeBinary(), needed=True),
        column("claim_sealed", sa.LargeBinary(), needed=True),
        column("evidence", postgresql.JSONB(), needed=True),
        column("token_hash", sa.LargeBinary(), needed=True),
        column("institution_id", sa.Uuid()),
        column("authority_id", sa.Uuid()),
        column("created_at", INSTANT, needed=True),
        column("decided_at", INSTANT),
        column("decided_by", sa.Uuid()),
        column("reason_sealed", sa.LargeBinary()),
        one_of("identity_case", "kind", "taken_identity correction phone_replacement"),
        one_of("identity_case", "status", "open upheld rejected"),
        sa.CheckConstraint(
            "(institution_id IS NULL) <> (authority_id IS NULL)", name=op.f("ck_identity_case_desk")
        ),
        foreign("identity_case", "account_id", "account"),
        foreign("identity_case", "institution_id", "institution"),
        foreign("identity_case", "authority_id", "authority"),
        foreign("identity_case", "decided_by", "account"),
        sa.UniqueConstraint("number", name=op.f("uq_identity_case_number")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_identity_case_token_hash")),
    )
    op.create_index(op.f("ix_identity_case_account_id"), "identity_case", ["account_id"])
    for office in ("institution_id", "authority_id"):
        op.create_index(f"ix_identity_case_{office}_status_id", "identity_case", [office, "status", "id"])
    op.create_index(
        "uq_identity_case_open",
        "identity_case",
        ["person_index", "kind"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    make(
        "wechat_binding",
        column("id", sa.Uuid(), needed=True),
        column("account_id", sa.Uuid(), needed=True),
        column("union_index", sa.LargeBinary(), needed=True),
        column("union_sealed", sa.LargeBinary(), needed=True),
        column("created_at", INSTANT, needed=True),
        column("removed_at", INSTANT),
        foreign("wechat_binding", "account_id", "account"),
    )
    for name, indexed in (("account", "account_id"), ("union", "union_index")):
        op.create_index(
            f"uq_wechat_binding_{name}",
            "wechat_binding",
            [indexed],
            unique=True,
            postgresql_where=sa.text("removed_at IS NULL"),
        )
    make(
        "wechat_login",
        column("id", sa.Uuid(), needed=True),
        column("purpose", sa.Text(), needed=True),
        column("status", sa.Text(), needed=True),
        column("poll_hash", sa.LargeBinary(), needed=True),
        column("scan_hash", sa.LargeBinary(), needed=True),
        column("state_hash", sa.LargeBinary()),
        column("browser_hash", sa.LargeBinary()),
        column("confirm_hash", sa.LargeBinary()),
        column("network", sa.Text(), needed=True),
        column("account_id", sa.Uuid()),
        column("union_sealed", sa.LargeBinary()),
        column("created_at", INSTANT, needed=True),
        column("expires_at", INSTANT, needed=True),
        one_of("wechat_login", "purpose", "sign_in bind"),
        one_of(
            "wechat_login",
            "status",
            "waiting scanned confirmed refused failed unbound bound_elsewhere used",
        ),
        foreign("wechat_login", "account_id", "account"),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_wechat_login_{name}"))
            for name in ("poll_hash", "scan_hash", "state_hash")
        ),
    )
    make(
        "application_view",
        column("id", sa.Uuid(), needed=True),
        column("application_id", sa.Uuid(), needed=True),
        column("account_id", sa.Uuid(), needed=True),
        column("day", sa.Date(), needed=True),
        column("viewed_at", INSTANT, needed=True),
        column("office", sa.Text(), needed=True),
        column("role", sa.Text(), needed=True),
        foreign("application_view", "application_id", "application", ondelete="CASCADE"),
        sa.UniqueConstraint(
            "application_id",
            "account_id",
            "day",
            name=op.f("uq_application_view_application_id_account_id_day"),
        ),
    )


ENTRY_ROW = """
RETURNS TABLE (session_id uuid, account_id uuid, realm text, role text, name text, practitioner_id uuid,
               institution_id uuid, authority_id uuid, office text, id_number_index bytea, activated boolean,
               scopes text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"""

OFFICE = """
        coalesce((SELECT i.name FROM institution i WHERE i.id = a.institution_id),
                 (SELECT o.name FROM authority o WHERE o.id = a.authority_id), ''),
        a.id_number_index, a.activated_at IS NOT NULL, NULL::text[]"""

FUNCTIONS = f"""
CREATE FUNCTION scope_role() RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('registry.role', true), '') $$;

CREATE OR REPLACE FUNCTION enter_session(p_token_hash bytea, p_session uuid, p_realm text, p_now timestamptz)
{ENTRY_ROW} AS $$
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
    IF s.last_seen_at < p_now - interval '1 minute' THEN
        UPDATE account_session t SET last_seen_at = p_now WHERE t.id = s.id AND t.last_seen_at < p_now;
    END IF;
    PERFORM set_scope(a.realm, a.id, a.practitioner_id, a.institution_id, a.authority_id);
    PERFORM set_config('registry.role', a.role, true);
    RETURN QUERY SELECT s.id, a.id, a.realm, a.role, a.name, a.practitioner_id, a.institution_id, a.authority_id,
{OFFICE};
END $$;

CREATE FUNCTION enter_account(p_account uuid)
{ENTRY_ROW} AS $$
DECLARE
    a account;
BEGIN
    SELECT * INTO a FROM account t WHERE t.id = p_account AND t.status IN ('active', 'invited');
    IF a.id IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_scope(a.realm, a.id, a.practitioner_id, a.institution_id, a.authority_id);
    PERFORM set_config('registry.role', a.role, true);
    RETURN QUERY SELECT NULL::uuid, a.id, a.realm, a.role, a.name, a.practitioner_id, a.institution_id,
        a.authority_id,
{OFFICE};
END $$;

CREATE FUNCTION enter_door(p_account uuid) RETURNS void LANGUAGE sql AS
$$ SELECT set_scope('door', p_account, NULL, NULL, NULL) $$;

CREATE FUNCTION find_account(p_realm text, p_by text, p_key bytea)
RETURNS TABLE (id uuid, status text, phone_verified boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.status, a.phone_verified_at IS NOT NULL FROM account a
    WHERE a.realm = p_realm AND a.status <> 'closed' AND CASE p_by
        WHEN 'id_number' THEN a.id_number_index = p_key
        WHEN 'phone' THEN a.phone_index = p_key AND a.phone_verified_at IS NOT NULL
        WHEN 'login_name' THEN a.login_key = convert_from(p_key, 'UTF8')
        ELSE false END
    LIMIT 1
$$;

CREATE FUNCTION credentials_of(p_account uuid)
RETURNS TABLE (id uuid, realm text, password_hash text, status text, failures_in_a_row integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.realm, a.password_hash, a.status, a.failures_in_a_row FROM account a WHERE a.id = p_account
$$;

CREATE FUNCTION count_failure(p_account uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE account SET failures_in_a_row = failures_in_a_row + 1 WHERE id = p_account
$$;

CREATE FUNCTION find_device(p_token_hash bytea, p_now timestamptz)
RETURNS TABLE (id uuid, account_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE known_device d SET last_seen_at = p_now
    WHERE d.token_hash = p_token_hash AND d.revoked_at IS NULL AND d.expires_at > p_now
    RETURNING d.id, d.account_id
$$;

CREATE FUNCTION find_refresh_token(p_token_hash bytea)
RETURNS TABLE (id uuid, session_id uuid, account_id uuid, created_at timestamptz, expires_at timestamptz,
               used_at timestamptz, successor_sealed bytea)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.session_id, r.account_id, r.created_at, r.expires_at, r.used_at, r.successor_sealed
    FROM refresh_token r WHERE r.token_hash = p_token_hash FOR UPDATE
$$;

CREATE FUNCTION find_passkey(p_credential bytea)
RETURNS TABLE (id uuid, account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.id, f.account_id FROM second_factor f
    WHERE f.credential_id = p_credential AND f.confirmed_at IS NOT NULL AND f.removed_at IS NULL
$$;

CREATE FUNCTION find_wechat_account(p_union_index bytea)
RETURNS TABLE (account_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.account_id FROM wechat_binding b WHERE b.union_index = p_union_index AND b.removed_at IS NULL
$$;

CREATE FUNCTION take_ticket(p_kind text, p_token_hash bytea, p_now timestamptz)
RETURNS TABLE (id uuid, account_id uuid, payload_sealed bytea, created_at timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE one_time_ticket t SET used_at = p_now
    WHERE t.token_hash = p_token_hash AND t.kind = p_kind AND t.used_at IS NULL AND t.expires_at > p_now
    RETURNING t.id, t.account_id, t.payload_sealed, t.created_at
$$;

CREATE FUNCTION peek_ticket(p_kind text, p_token_hash bytea, p_now timestamptz)
RETURNS TABLE (id uuid, account_id uuid, payload_sealed bytea, created_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, t.account_id, t.payload_sealed, t.created_at FROM one_time_ticket t
    WHERE t.token_hash = p_token_hash AND t.kind = p_kind AND t.used_at IS NULL AND t.expires_at > p_now
$$;

CREATE FUNCTION match_identity(p_account uuid)
RETURNS TABLE (practitioner_id uuid, registered_name text, taken boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id, p.name,
           EXISTS (SELECT 1 FROM account o WHERE o.practitioner_id = p.id AND o.id <> a.id AND o.status <> 'closed')
    FROM account a JOIN practitioner p ON p.id_number_index = a.id_number_index WHERE a.id = p_account
$$;

CREATE FUNCTION match_certificate(p_account uuid, p_certificate bytea)
RETURNS TABLE (qualification_id uuid, status text, own boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT q.id, q.status, a.practitioner_id IS NOT NULL AND q.practitioner_id = a.practitioner_id
    FROM qualification q CROSS JOIN account a WHERE q.certificate_number_index = p_certificate AND a.id = p_account
$$;

CREATE FUNCTION close_account_of_case(p_case uuid, p_now timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_account uuid;
BEGIN
    SELECT c.account_id INTO v_account FROM identity_case c
    WHERE c.id = p_case AND c.kind = 'taken_identity' AND c.status = 'upheld' AND c.authority_id = scope_authority();
    UPDATE account SET status = 'closed', status_since = p_now, practitioner_id = NULL WHERE id = v_account;
    UPDATE account_session SET revoked_at = p_now WHERE account_id = v_account AND revoked_at IS NULL;
    UPDATE wechat_binding SET removed_at = p_now WHERE account_id = v_account AND removed_at IS NULL;
    RETURN v_account;
END $$;

CREATE FUNCTION change_status_for_case(p_case uuid, p_from text, p_to text, p_now timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE account a SET status = p_to, status_since = p_now FROM identity_case c
    WHERE c.id = p_case AND c.kind = 'taken_identity' AND a.id = c.account_id AND a.status = p_from
      AND p_to IN ('active', 'frozen')
$$;

CREATE FUNCTION replace_phone_for_case(p_case uuid, p_sealed bytea, p_index bytea, p_now timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE account a SET phone_sealed = p_sealed, phone_index = p_index, phone_verified_at = NULL,
                         phone_changed_at = p_now
    FROM identity_case c
    WHERE c.id = p_case AND c.kind = 'phone_replacement' AND c.status = 'upheld' AND a.id = c.account_id
      AND (c.authority_id = scope_authority() OR c.institution_id = scope_institution())
$$;

CREATE FUNCTION end_sessions_of(p_account uuid, p_now timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE account_session SET revoked_at = p_now WHERE account_id = p_account AND revoked_at IS NULL;
    UPDATE known_device SET revoked_at = p_now WHERE account_id = p_account AND revoked_at IS NULL;
$$;
"""

OWN = "account_id = (SELECT scope_account())"
INSTITUTION_ADMINISTRATOR = (
    "((SELECT scope_role()) = 'institution_administrator' AND realm = 'institution'"
    " AND institution_id = (SELECT scope_institution()))"
)
# A superior's administrator: of the same authority, of one under it, or of an institution that it registers.
AUTHORITY_ADMINISTRATOR = (
    "((SELECT scope_role()) = 'authority_administrator' AND ("
    "authority_id = (SELECT scope_authority())"
    " OR authority_id IN (SELECT o.id FROM authority o WHERE o.superior_id = (SELECT scope_authority()))"
    " OR institution_id IN (SELECT i.id FROM institution i WHERE i.authority_id = (SELECT scope_authority()))))"
)
ADMINISTERED = f"{INSTITUTION_ADMINISTRATOR} OR {AUTHORITY_ADMINISTRATOR}"
STAFF_FACTOR = "account_id IN (SELECT a.id FROM account a WHERE a.id <> (SELECT scope_account()))"
DESK = (
    "((SELECT scope_realm()) = 'institution' AND institution_id = (SELECT scope_institution()))"
    " OR ((SELECT scope_realm()) = 'authority' AND authority_id = (SELECT scope_authority()))"
)

# table, name, command, USING, WITH CHECK
POLICIES: tuple[tuple[str, str, str, str | None, str | None], ...] = (
    ("account", "own_edit", "UPDATE", "id = (SELECT scope_account())", "id = (SELECT scope_account())"),
    (
        "account",
        "door_create",
        "INSERT",
        None,
        "(SELECT scope_realm()) = 'door' AND id = (SELECT scope_account()) AND realm = 'doctor'"
        " AND practitioner_id IS NULL AND activated_at IS NULL",
    ),
    ("account", "staff_read", "SELECT", ADMINISTERED, None),
    ("account", "staff_create", "INSERT", None, f"realm <> 'doctor' AND ({ADMINISTERED})"),
    ("account", "staff_edit", "UPDATE", ADMINISTERED, ADMINISTERED),
    ("known_device", "own", "ALL", OWN, OWN),
    ("refresh_token", "own", "ALL", OWN, OWN),
    ("second_factor", "own", "ALL", OWN, OWN),
    # `account` is under row-level security itself, so this is what an administrator administers.
    ("second_factor", "staff_reset", "UPDATE", STAFF_FACTOR, STAFF_FACTOR),
    ("second_factor", "staff_read", "SELECT", STAFF_FACTOR, None),
    ("one_time_ticket", "issue", "INSERT", None, "true"),
    ("one_time_ticket", "own_read", "SELECT", OWN, None),
    ("one_time_ticket", "own_void", "UPDATE", OWN, OWN),
    ("one_time_ticket", "staff_void", "UPDATE", STAFF_FACTOR, STAFF_FACTOR),
    ("one_time_ticket", "staff_read", "SELECT", STAFF_FACTOR, None),
    ("verification_code", "own", "ALL", OWN, OWN),
    ("message", "own_read", "SELECT", OWN, None),
    ("message", "send", "INSERT", None, "true"),
    ("qualification_watch", "own", "ALL", OWN, OWN),
    ("identity_case", "own_read", "SELECT", OWN, None),
    ("identity_case", "open", "INSERT", None, "status = 'open' AND decided_by IS NULL"),
    ("identity_case", "desk_read", "SELECT", DESK, None),
    ("identity_case", "desk_decide", "UPDATE", DESK, DESK),
    ("wechat_binding", "own", "ALL", OWN, OWN),
    (
        "application_view",
        "applicant_read",
        "SELECT",
        "(SELECT scope_realm()) = 'doctor'"
        " AND EXISTS (SELECT 1 FROM application c WHERE c.id = application_id)",
        None,
    ),
    (
        "application_view",
        "staff_add",
        "INSERT",
        None,
        f"{OWN} AND EXISTS (SELECT 1 FROM application c WHERE c.id = application_id)",
    ),
    ("audit_event", "own_read", "SELECT", OWN, None),
    (
        "practitioner",
        "own_phone",
        "UPDATE",
        "(SELECT scope_realm()) = 'doctor' AND id = (SELECT scope_practitioner())",
        "(SELECT scope_realm()) = 'doctor' AND id = (SELECT scope_practitioner())",
    ),
)
SCOPED = (
    "known_device",
    "refresh_token",
    "second_factor",
    "one_time_ticket",
    "verification_code",
    "message",
    "qualification_watch",
    "identity_case",
    "wechat_binding",
    "application_view",
)
WORKER = (
    "message",
    "qualification_watch",
    "known_device",
    "one_time_ticket",
    "verification_code",
    "refresh_token",
)

GRANTS = """
GRANT SELECT (phone_verified_at, phone_changed_at, phone_index, email_sealed, email_index, email_verified_at,
    privacy_policy_version, privacy_agreed_at, created_by, status_since, password_changed_at, login_key,
    failures_in_a_row) ON account TO registry_app;
GRANT INSERT ON account TO registry_app;
GRANT UPDATE (login_name, login_key, password_hash, password_changed_at, name, role, status, status_since, phone_sealed,
    phone_index, phone_verified_at, phone_changed_at, email_sealed, email_index, email_verified_at, practitioner_id,
    activated_at, failures_in_a_row, id_number_sealed, id_number_index) ON account TO registry_app;
GRANT SELECT (device_id, proved_at, idle_seconds) ON account_session TO registry_app;
GRANT UPDATE (device_id, proved_at) ON account_session TO registry_app;
GRANT SELECT, INSERT, UPDATE ON known_device, refresh_token, second_factor, verification_code, qualification_watch,
    wechat_binding, wechat_login TO registry_app;
GRANT DELETE ON qualification_watch TO registry_app;
GRANT SELECT, INSERT ON one_time_ticket, identity_case, application_view, message TO registry_app;
GRANT UPDATE (used_at) ON one_time_ticket TO registry_app;
GRANT UPDATE (status, decided_at, decided_by, reason_sealed) ON identity_case TO registry_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON captcha, spent_proof TO registry_app;
GRANT SELECT ON audit_event TO registry_app;
GRANT UPDATE (phone_sealed) ON practitioner TO registry_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON message TO registry_worker;
GRANT SELECT, DELETE ON one_time_ticket, verification_code, refresh_token, known_device, wechat_login, captcha,
    spent_proof TO registry_worker;
GRANT SELECT, UPDATE ON qualification_watch TO registry_worker;
GRANT SELECT ON qualification TO registry_worker;
REVOKE ALL ON FUNCTION enter_account, find_account, credentials_of, count_failure, find_device, find_refresh_token,
    find_passkey, find_wechat_account, take_ticket, peek_ticket, match_identity, match_certificate,
    close_account_of_case, change_status_for_case, replace_phone_for_case, end_sessions_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enter_account, find_account, credentials_of, count_failure, find_device,
    find_refresh_token, find_passkey, find_wechat_account, take_ticket, peek_ticket, match_identity,
    match_certificate, close_account_of_case, change_status_for_case, replace_phone_for_case, end_sessions_of
    TO registry_app;
"""


def upgrade() -> None:
    """Adds; nothing that the release before uses goes away."""
    extend_accounts()
    make_sign_in_tables()
    make_proof_tables()
    make_identity_tables()
    for statements in (FUNCTIONS, GRANTS):
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
    op.execute("CREATE POLICY worker ON qualification FOR SELECT TO registry_worker USING (true)")


def split(statements: str) -> Iterator[str]:
    """asyncpg prepares one statement at a time; `;` at a line's end ends one, except inside a $$ body."""
    current: list[str] = []
    in_body = False
    for line in statements.splitlines():
        current.append(line)
        if line.count("$$") % 2:
            in_body = not in_body
        if line.rstrip().endswith(";") and not in_body:
            yield "\n".join(current)
            current = []


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
