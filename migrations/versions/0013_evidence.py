"""Evidence of an application: files of the applicant, of the institution that reports, and of the authority."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The file is about the person of the application that it is put to, and says truly which side put it there.
OF_CASE = """EXISTS (SELECT 1 FROM application c WHERE c.id = attachment.application_id
    AND c.practitioner_id = attachment.practitioner_id)"""
OF_REPORT = """EXISTS (SELECT 1 FROM application c WHERE c.id = attachment.application_id
    AND c.practitioner_id = attachment.practitioner_id AND c.filer = 'institution')"""
POLICIES = (
    f"""ALTER POLICY applicant_add ON attachment WITH CHECK (
        (SELECT scope_realm()) = 'doctor' AND practitioner_id = (SELECT scope_practitioner())
        AND uploaded_by = 'doctor' AND {OF_CASE})""",
    """ALTER POLICY applicant_remove ON attachment USING (
        (SELECT scope_realm()) = 'doctor' AND practitioner_id = (SELECT scope_practitioner())
        AND uploaded_by = 'doctor')""",
    f"""CREATE POLICY institution_add ON attachment FOR INSERT TO registry_app WITH CHECK (
        (SELECT scope_realm()) = 'institution' AND uploaded_by = 'institution' AND kind = 'evidence'
        AND {OF_REPORT})""",
    f"""CREATE POLICY institution_remove ON attachment FOR DELETE TO registry_app USING (
        (SELECT scope_realm()) = 'institution' AND uploaded_by = 'institution' AND kind = 'evidence'
        AND {OF_REPORT})""",
    f"""CREATE POLICY authority_add ON attachment FOR INSERT TO registry_app WITH CHECK (
        (SELECT scope_realm()) = 'authority' AND uploaded_by = 'authority' AND kind = 'evidence'
        AND {OF_CASE})""",
)


def upgrade() -> None:
    op.add_column("attachment", sa.Column("name_sealed", sa.LargeBinary()))
    op.add_column("attachment", sa.Column("uploaded_by", sa.Text(), server_default="doctor", nullable=False))
    op.alter_column("attachment", "status", nullable=True)
    op.drop_constraint(op.f("ck_attachment_kind"), "attachment", type_="check")
    op.create_check_constraint(op.f("ck_attachment_kind"), "attachment", "kind IN ('photo', 'evidence')")
    op.create_check_constraint(
        op.f("ck_attachment_reviewed"), "attachment", "(kind = 'photo') = (status IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_attachment_named"), "attachment", "(kind = 'evidence') = (name_sealed IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_attachment_uploaded_by"),
        "attachment",
        "uploaded_by IN ('doctor', 'institution', 'authority')",
    )
    for statement in POLICIES:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
