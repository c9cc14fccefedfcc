"""The worker may delete what has served its time, and finds it by an index.

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
