"""One policy for reading applications, as a CASE.

Permissive policies are joined with OR, and under a generic plan the planner made a BitmapOr over the three realms and
sorted the whole desk for a page. A CASE is no index condition: the scoped query's own condition finds the rows in
order, and the policy filters them.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

READ = """
CREATE POLICY read ON application FOR SELECT TO registry_app USING (
    CASE (SELECT scope_realm())
        WHEN 'doctor' THEN practitioner_id = (SELECT scope_practitioner())
        WHEN 'institution' THEN institution_id = (SELECT scope_institution()) AND status <> 'draft'
        WHEN 'authority' THEN authority_id = (SELECT scope_authority()) AND status <> 'draft'
        ELSE false
    END)
"""


def upgrade() -> None:
    op.execute(READ)
    for policy in ("applicant_read", "institution_read", "authority_read"):
        op.execute(f"DROP POLICY {policy} ON application")
    # `case_read` covers the applicant's own files too.
    op.execute("DROP POLICY applicant_read ON attachment")


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
