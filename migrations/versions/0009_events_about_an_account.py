"""People see what was tried under their account by somebody who was not signed in: refused sign-ins and resets."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

POLICY = """
ALTER POLICY own_read ON audit_event USING (
    account_id = (SELECT scope_account())
    OR (object_type = 'account' AND object_id = (SELECT scope_account()))
)
"""


def upgrade() -> None:
    """Shows more rows; the release before asks for its own only."""
    op.execute(POLICY)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
