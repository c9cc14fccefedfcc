"""Who of an office works on which case: a list of colleagues, and indexes for what staff began or work on."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# Row-level security shows an account to its owner and to administrators. Everybody who works on an office's cases may
# know whom they can be given to, and that is all this tells.
COLLEAGUES = """
CREATE FUNCTION colleagues() RETURNS TABLE (account_id uuid, name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.name, a.role FROM account a
    WHERE a.status = 'active' AND a.realm = scope_realm() AND a.role <> 'authority_auditor'
      AND CASE scope_realm()
          WHEN 'institution' THEN a.institution_id = scope_institution()
          WHEN 'authority' THEN a.authority_id = scope_authority()
          ELSE false
      END
$$
"""


def upgrade() -> None:
    for office in ("institution_id", "authority_id"):
        op.create_index(
            f"ix_application_{office}_filer",
            "application",
            [office, "filer", "id"],
            postgresql_where=sa.text("filer <> 'doctor'"),
        )
    op.create_index(
        "ix_application_assignee_id",
        "application",
        ["assignee_id"],
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    )
    op.execute(COLLEAGUES)
    op.execute("REVOKE ALL ON FUNCTION colleagues FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION colleagues TO registry_app")


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
