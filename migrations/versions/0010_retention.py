"""What is looked for in large tables is found by an index: what has served its time, and the account at the door.

The worker may delete what has ended.

Sessions are a network log and go after six months; the proofs of an identity case go a year after its decision, and
the case stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BY_AGE = {
    "idempotency_record": "created_at",
    "attempt_counter": "window_start",
    "message": "created_at",
    "one_time_ticket": "expires_at",
    "verification_code": "expires_at",
    "refresh_token": "expires_at",
    "wechat_login": "expires_at",
    "captcha": "expires_at",
    "spent_proof": "expires_at",
    "account_session": "expires_at",
    "known_device": "expires_at",
}
STATEMENTS = (
    # A CASE over the columns could use no index (nor can a comparison with convert_from), and every sign-in read all
    # accounts. Same answers as before.
    """
CREATE OR REPLACE FUNCTION find_account(p_realm text, p_by text, p_key bytea)
RETURNS TABLE (id uuid, status text, phone_verified boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_login_key text;
BEGIN
    IF p_by = 'id_number' THEN
        RETURN QUERY SELECT a.id, a.status, a.phone_verified_at IS NOT NULL FROM account a
            WHERE a.id_number_index = p_key AND a.realm = p_realm AND a.status <> 'closed' LIMIT 1;
    ELSIF p_by = 'phone' THEN
        RETURN QUERY SELECT a.id, a.status, true FROM account a
            WHERE a.phone_index = p_key AND a.phone_verified_at IS NOT NULL AND a.realm = p_realm
              AND a.status <> 'closed' LIMIT 1;
    ELSIF p_by = 'login_name' THEN
        v_login_key := convert_from(p_key, 'UTF8');
        RETURN QUERY SELECT a.id, a.status, a.phone_verified_at IS NOT NULL FROM account a
            WHERE a.login_key = v_login_key AND a.realm = p_realm AND a.status <> 'closed';
    END IF;
END $$
""",
    "GRANT SELECT, DELETE ON account_session TO registry_worker",
    "GRANT SELECT (id, decided_at, evidence), UPDATE (evidence) ON identity_case TO registry_worker",
    "CREATE POLICY worker ON account_session TO registry_worker USING (true) WITH CHECK (true)",
    "CREATE POLICY worker ON identity_case TO registry_worker USING (true) WITH CHECK (true)",
)


def upgrade() -> None:
    """Adds indexes and grants; the release before works on with them."""
    for table, column in BY_AGE.items():
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "ix_outbox_event_finished_at",
        "outbox_event",
        ["finished_at"],
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.create_index(
        "ix_identity_case_evidence",
        "identity_case",
        ["decided_at"],
        postgresql_where=sa.text("jsonb_array_length(evidence) > 0"),
    )
    op.create_index(op.f("ix_account_session_device_id"), "account_session", ["device_id"])
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
