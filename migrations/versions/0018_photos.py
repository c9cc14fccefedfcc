"""Photos of registrations, decided by the main institution; an application's photo that its approval approves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OWN = "(SELECT scope_realm()) = 'doctor' AND practitioner_id = (SELECT scope_practitioner())"
# The institution that decides is the main one on the day of the decision; what it decided stays its own to see.
REVIEWER = "(SELECT scope_realm()) = 'institution' AND practises_mainly_here(registration_id)"
ACCESS = (
    "ALTER TABLE photo ENABLE ROW LEVEL SECURITY",
    f"""CREATE POLICY read ON photo FOR SELECT TO registry_app USING (
        ({OWN}) OR ({REVIEWER})
        OR ((SELECT scope_realm()) = 'institution' AND institution_id = (SELECT scope_institution())))""",
    f"""CREATE POLICY own_add ON photo FOR INSERT TO registry_app WITH CHECK (
        {OWN} AND status = 'pending' AND application_id IS NULL
        AND EXISTS (SELECT 1 FROM registration r WHERE r.id = registration_id AND r.status = 'valid'
                    AND r.practitioner_id = (SELECT scope_practitioner())))""",
    f"""CREATE POLICY own_end ON photo FOR UPDATE TO registry_app
        USING ({OWN} AND status = 'pending') WITH CHECK ({OWN} AND status IN ('withdrawn', 'replaced'))""",
    f"""CREATE POLICY institution_decide ON photo FOR UPDATE TO registry_app
        USING ({REVIEWER}) WITH CHECK ({REVIEWER} AND status IN ('approved', 'rejected'))""",
    # The photo of an application becomes the registration's in the transaction of its approval.
    """CREATE POLICY authority_adopt ON photo FOR INSERT TO registry_app WITH CHECK (
        (SELECT scope_realm()) = 'authority' AND status = 'approved'
        AND EXISTS (SELECT 1 FROM application c WHERE c.id = application_id AND c.status = 'approved'
                    AND c.practitioner_id = photo.practitioner_id
                    AND c.registration_id = photo.registration_id))""",
    "CREATE POLICY worker ON photo TO registry_worker USING (true) WITH CHECK (true)",
    "GRANT SELECT, INSERT ON photo TO registry_app",
    """GRANT UPDATE (status, decided_at, decided_by, decider_name, institution_id, reason_sealed, superseded_at)
        ON photo TO registry_app""",
    "GRANT SELECT ON photo TO registry_worker",
    "GRANT UPDATE (status, decided_at) ON photo TO registry_worker",
    # Where no institution passed the application's photo, who approves the application approves it.
    """CREATE POLICY authority_approve ON attachment FOR UPDATE TO registry_app
        USING ((SELECT scope_realm()) = 'authority' AND kind = 'photo'
               AND EXISTS (SELECT 1 FROM application c WHERE c.id = application_id))
        WITH CHECK ((SELECT scope_realm()) = 'authority' AND kind = 'photo' AND status = 'approved')""",
)

# What was approved before this release: by the institution's endorsement, or by the approval itself.
BACKFILL = """
WITH adopted AS (
    SELECT e.registration_id, e.recorded_at, e.recorded_by, c.id AS application_id, c.endorsed_by, c.institution_id,
           t.id AS attachment_id, t.status
    FROM register_entry e
    JOIN application c ON c.id = e.application_id AND c.status = 'approved'
    JOIN attachment t ON t.application_id = c.id AND t.kind = 'photo' AND t.id::text = c.payload ->> 'photo_id'
    WHERE e.kind = 'registered'
), approved AS (
    UPDATE attachment t SET status = 'approved', decided_at = a.recorded_at, decided_by = a.recorded_by
    FROM adopted a WHERE t.id = a.attachment_id AND a.status <> 'approved'
)
INSERT INTO photo (id, registration_id, practitioner_id, application_id, status, storage_key, sha256, size, width,
                   height, advice, uploaded_at, decided_at, decided_by, institution_id)
SELECT t.id, a.registration_id, t.practitioner_id, a.application_id, 'approved', t.storage_key, t.sha256, t.size,
       t.width, t.height, t.advice, t.created_at,
       CASE WHEN a.status = 'approved' THEN coalesce(t.decided_at, a.recorded_at) ELSE a.recorded_at END,
       CASE WHEN a.status = 'approved' THEN t.decided_by ELSE a.recorded_by END,
       CASE WHEN a.endorsed_by IS NOT NULL THEN a.institution_id END
FROM adopted a JOIN attachment t ON t.id = a.attachment_id
"""


def upgrade() -> None:
    """Adds a table, and fills it with the photos of approved applications; the release before reads on."""
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("size", "width", "height")),
        sa.Column("advice", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Uuid()),
        sa.Column("decider_name", sa.Text()),
        sa.Column("institution_id", sa.Uuid()),
        sa.Column("reason_sealed", sa.LargeBinary()),
        sa.Column("superseded_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'rejected', 'withdrawn', 'replaced', 'lapsed')",
            name=op.f("ck_photo_status"),
        ),
        sa.CheckConstraint("(status = 'pending') = (decided_at IS NULL)", name=op.f("ck_photo_decided")),
        sa.CheckConstraint(
            "(status = 'rejected') = (reason_sealed IS NOT NULL)", name=op.f("ck_photo_reasoned")
        ),
        sa.CheckConstraint("superseded_at IS NULL OR status = 'approved'", name=op.f("ck_photo_superseded")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_photo_{column}"))
            for column, table in (
                ("registration_id", "registration"),
                ("practitioner_id", "practitioner"),
                ("application_id", "application"),
                ("decided_by", "account"),
                ("institution_id", "institution"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index(op.f("ix_photo_application_id"), "photo", ["application_id"])
    for owner in ("registration_id", "practitioner_id", "institution_id"):
        op.create_index(f"ix_photo_{owner}_id", "photo", [owner, "id"])
    for name, condition in (
        ("uq_photo_pending", "status = 'pending'"),
        ("uq_photo_current", "status = 'approved' AND superseded_at IS NULL"),
    ):
        op.create_index(name, "photo", ["registration_id"], unique=True, postgresql_where=sa.text(condition))
    op.execute(BACKFILL)
    for statement in ACCESS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
