"""An account says when its owner last signed in; a role belongs to the realm of its account.

Administrators see their staff's last sign-in (an account that nobody uses is one to disable) and nothing of their
sessions. A trigger keeps it, so that no way of opening a session can forget it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    "GRANT SELECT (last_signed_in_at) ON account TO registry_app",
    """
CREATE FUNCTION note_sign_in() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    UPDATE account SET last_signed_in_at = NEW.created_at
    WHERE id = NEW.account_id AND (last_signed_in_at IS NULL OR last_signed_in_at < NEW.created_at);
    RETURN NULL;
END $$
""",
    "REVOKE ALL ON FUNCTION note_sign_in FROM PUBLIC",
    "CREATE TRIGGER account_session_note AFTER INSERT ON account_session"
    " FOR EACH ROW EXECUTE FUNCTION note_sign_in()",
    "UPDATE account a SET last_signed_in_at ="
    " (SELECT max(s.created_at) FROM account_session s WHERE s.account_id = a.id)"
    " WHERE EXISTS (SELECT 1 FROM account_session s WHERE s.account_id = a.id)",
)


def upgrade() -> None:
    """Adds a column and a check; the release before works on with them."""
    op.add_column("account", sa.Column("last_signed_in_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(op.f("ck_account_role_of_realm"), "account", "starts_with(role, realm)")
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
