"""What was sent back is kept beside the step, and what a correction changed beside the application.

An authority lists once all that is missing (行政许可法 32); it may ask again only about what the correction changed,
so both have to be known. A refused request counts against the idle limit like any other: `touch_session`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TOUCH = (
    """
CREATE FUNCTION touch_session(p_session uuid, p_now timestamptz)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE account_session t SET last_seen_at = p_now
    WHERE t.id = p_session AND t.revoked_at IS NULL AND t.last_seen_at < p_now - interval '1 minute'
$$
""",
    "REVOKE ALL ON FUNCTION touch_session FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION touch_session TO registry_app",
)


def upgrade() -> None:
    """Adds two columns and a function; the release before works on with them."""
    op.add_column("application_step", sa.Column("payload_sealed", sa.LargeBinary()))
    op.add_column(
        "application",
        sa.Column("changed_places", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )
    for statement in TOUCH:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
