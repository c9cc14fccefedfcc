"""Whether a doctor also gets notices by SMS and by mail; the portal shows them always."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = ("notice_by_sms", "notice_by_email")


def upgrade() -> None:
    """A constant default is kept in the catalogue: no row is rewritten."""
    for name in COLUMNS:
        op.add_column("account", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    names = ", ".join(COLUMNS)
    op.execute(f"GRANT SELECT ({names}), UPDATE ({names}) ON account TO registry_app")


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
