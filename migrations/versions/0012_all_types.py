"""All seven types: who filed, who decided, who works on a case; notes, dated settings, filing by staff."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# A draft is nobody's business but its filer's; a report and a direct handling are drafts within one transaction only.
READ = """
ALTER POLICY read ON application USING (
    CASE (SELECT scope_realm())
        WHEN 'doctor' THEN practitioner_id = (SELECT scope_practitioner()) AND (status <> 'draft' OR filer = 'doctor')
        WHEN 'institution' THEN institution_id = (SELECT scope_institution())
            AND (status <> 'draft' OR filer = 'institution')
        WHEN 'authority' THEN authority_id = (SELECT scope_authority()) AND (status <> 'draft' OR filer = 'authority')
        ELSE false
    END)
"""
# Nobody sees another's draft, so none keeps an institution from its report or an authority from acting directly.
ONE_OPEN_CASE = (
    """CREATE UNIQUE INDEX uq_application_open_case ON application (practitioner_id, type, subject_id)
        WHERE status IN ('institution_review', 'institution_returned', 'authority_review', 'correction_required',
            'accepted', 'countersign')""",
    """CREATE UNIQUE INDEX uq_application_draft ON application (practitioner_id, type, subject_id, filer)
        WHERE status = 'draft'""",
)
POLICIES = (
    # The policies of practice read application, so a policy of application cannot read practice itself.
    """CREATE FUNCTION practises_mainly_here(p_registration uuid) RETURNS boolean
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT EXISTS (SELECT 1 FROM practice p WHERE p.registration_id = p_registration AND p.kind = 'main'
                       AND p.ended_on IS NULL AND p.institution_id = scope_institution())
    $$""",
    "REVOKE ALL ON FUNCTION practises_mainly_here FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION practises_mainly_here TO registry_app",
    """ALTER POLICY applicant_create ON application WITH CHECK (
        (SELECT scope_realm()) = 'doctor' AND practitioner_id = (SELECT scope_practitioner())
        AND status = 'draft' AND filer = 'doctor')""",
    """CREATE POLICY institution_report ON application FOR INSERT TO registry_app WITH CHECK (
        (SELECT scope_realm()) = 'institution' AND institution_id = (SELECT scope_institution())
        AND status = 'draft' AND filer = 'institution'
        AND practises_mainly_here(registration_id))""",
    """CREATE POLICY authority_file ON application FOR INSERT TO registry_app WITH CHECK (
        (SELECT scope_realm()) = 'authority' AND authority_id = (SELECT scope_authority())
        AND status = 'draft' AND filer = 'authority')""",
    """ALTER POLICY institution_decide ON application USING (
        (SELECT scope_realm()) = 'institution' AND institution_id = (SELECT scope_institution())
        AND (status <> 'draft' OR filer = 'institution'))""",
    """ALTER POLICY authority_decide ON application USING (
        (SELECT scope_realm()) = 'authority' AND authority_id = (SELECT scope_authority())
        AND (status <> 'draft' OR filer = 'authority'))""",
    "ALTER TABLE application_note ENABLE ROW LEVEL SECURITY",
    """CREATE POLICY office_read ON application_note FOR SELECT TO registry_app USING (
        realm = (SELECT scope_realm())
        AND office_id = coalesce((SELECT scope_institution()), (SELECT scope_authority())))""",
    """CREATE POLICY office_add ON application_note FOR INSERT TO registry_app WITH CHECK (
        realm = (SELECT scope_realm())
        AND office_id = coalesce((SELECT scope_institution()), (SELECT scope_authority()))
        AND author_id = (SELECT scope_account())
        AND EXISTS (SELECT 1 FROM application c WHERE c.id = application_id))""",
    "ALTER TABLE authority_setting ENABLE ROW LEVEL SECURITY",
    # What an authority has settled is for everybody to know, like the rule it settles.
    """CREATE POLICY signed_in_read ON authority_setting FOR SELECT TO registry_app
        USING ((SELECT scope_realm()) IS NOT NULL)""",
    """CREATE POLICY authority_settles ON authority_setting FOR INSERT TO registry_app WITH CHECK (
        (SELECT scope_realm()) = 'authority' AND authority_id = (SELECT scope_authority()))""",
    """CREATE POLICY authority_ends ON authority_setting FOR UPDATE TO registry_app
        USING ((SELECT scope_realm()) = 'authority' AND authority_id = (SELECT scope_authority()))
        WITH CHECK (authority_id = (SELECT scope_authority()))""",
    "GRANT SELECT, INSERT ON application_note TO registry_app",
    "GRANT SELECT, INSERT ON authority_setting TO registry_app",
    "GRANT UPDATE (valid_to) ON authority_setting TO registry_app",
    # The worker tells of terms that end.
    "GRANT SELECT ON registration, practice TO registry_worker",
    "CREATE POLICY worker ON registration FOR SELECT TO registry_worker USING (true)",
    "CREATE POLICY worker ON practice FOR SELECT TO registry_worker USING (true)",
    # Whom a province consents to is a stranger to it until then.
    """CREATE FUNCTION holder_of_certificate(p_index bytea) RETURNS TABLE (id uuid, name text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT p.id, p.name FROM qualification q JOIN practitioner p ON p.id = q.practitioner_id
        WHERE q.certificate_number_index = p_index AND scope_realm() = 'authority'
    $$""",
    "REVOKE ALL ON FUNCTION holder_of_certificate FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION holder_of_certificate TO registry_app",
    "GRANT INSERT ON cross_province_consent TO registry_app",
    """CREATE POLICY province_consents ON cross_province_consent FOR INSERT TO registry_app WITH CHECK (
        (SELECT scope_realm()) = 'authority' AND authority_id = (SELECT scope_authority())
        AND EXISTS (SELECT 1 FROM authority o WHERE o.id = authority_id AND o.level = 'province'
                    AND o.division_code = province_code))""",
)


def upgrade() -> None:
    op.add_column("application", sa.Column("filer", sa.Text(), server_default="doctor", nullable=False))
    op.drop_index("uq_application_open_case", "application")
    for statement in ONE_OPEN_CASE:
        op.execute(statement)
    op.create_check_constraint(
        op.f("ck_application_filer"), "application", "filer IN ('doctor', 'institution', 'authority')"
    )
    for name in ("decided_by", "assignee_id"):
        op.add_column(
            "application",
            sa.Column(name, sa.Uuid(), sa.ForeignKey("account.id", name=op.f(f"fk_application_{name}"))),
        )
    op.add_column("application", sa.Column("decider_index", sa.LargeBinary()))
    op.add_column("application", sa.Column("assignee_name", sa.Text()))
    op.create_table(
        "application_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("realm", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("realm IN ('institution', 'authority')", name=op.f("ck_application_note_realm")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_note_application_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_application_note_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_note")),
    )
    op.create_index(op.f("ix_application_note_application_id"), "application_note", ["application_id"])
    op.create_table(
        "authority_setting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed("daterange(valid_from, valid_to, '[]')", persisted=True),
            nullable=False,
        ),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("authority_id"), "="),
            (sa.column("name"), "="),
            (sa.column("period"), "&&"),
            using="gist",
            name="ex_authority_setting_one_at_a_time",
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_authority_setting_period")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_authority_setting_authority_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_setting")),
    )
    op.execute(READ)
    for statement in POLICIES:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
