"""What everybody may read: the public register, an institution's board, and announcements.

Nobody who is not signed in has a scope, so row-level security shows nothing of the register. Two functions answer the
two questions that the law lets everybody ask (医师法 21), and no others.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Names of institutions are written with either kind of bracket.
INSTITUTION_NAME = "lower(translate(name, '() ', '（）'))"

# A place whose days include the day, of a registration that allows it then; the last registration of a person is what
# the register says of them. Where the register holds question marks for a character, the caller compares.
FIND = f"""
CREATE FUNCTION find_public_registrations(p_name text, p_institution uuid, p_institution_name text,
    p_qualification_index bytea, p_registration_index bytea, p_day date, p_most integer)
RETURNS TABLE (id uuid, name text, certificate_number_sealed bytea, status text, authority text, institution text,
               additional text[], techniques text[], conditions text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS (
        SELECT i.id FROM institution i WHERE i.id = p_institution
        UNION SELECT i.id FROM institution i WHERE {INSTITUTION_NAME.replace("name", "i.name")} = p_institution_name
    ), candidate AS MATERIALIZED (
        SELECT x.registration_id FROM asked JOIN practice x ON x.institution_id = asked.id
        WHERE x.period @> p_day OR x.end_kind = 'deregistered'
        UNION SELECT r.id FROM qualification q JOIN registration r ON r.qualification_id = q.id
        WHERE q.certificate_number_index = p_qualification_index
        UNION SELECT r.id FROM registration r WHERE r.certificate_number_index = p_registration_index
    )
    SELECT r.id, p.name, r.certificate_number_sealed, r.status, a.name,
        (SELECT i.name FROM practice x JOIN institution i ON i.id = x.institution_id
         WHERE x.registration_id = r.id AND x.kind = 'main' AND x.period @> p_day),
        ARRAY(SELECT i.name FROM practice x JOIN institution i ON i.id = x.institution_id
              WHERE x.registration_id = r.id AND x.kind = 'additional' AND x.period @> p_day ORDER BY i.name),
        q.techniques, q.conditions
    FROM candidate c
    JOIN registration r ON r.id = c.registration_id
    JOIN practitioner p ON p.id = r.practitioner_id
    JOIN qualification q ON q.id = r.qualification_id
    JOIN authority a ON a.id = r.authority_id
    WHERE (lower(p.name) = lower(p_name) OR p.name ~ '[?？]')
        AND NOT EXISTS (SELECT 1 FROM registration n WHERE n.practitioner_id = r.practitioner_id
                        AND (n.registered_on, n.id) > (r.registered_on, r.id))
    ORDER BY r.registered_on DESC, r.id DESC
    LIMIT p_most
$$
"""
BOARD = """
CREATE FUNCTION list_display_board(p_institution uuid, p_day date, p_most integer)
RETURNS TABLE (registration_id uuid, name text, certificate_number_sealed bytea, kind text, valid_to date,
               techniques text[], conditions text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, p.name, r.certificate_number_sealed, x.kind, x.valid_to, q.techniques, q.conditions
    FROM practice x
    JOIN registration r ON r.id = x.registration_id
    JOIN practitioner p ON p.id = r.practitioner_id
    JOIN qualification q ON q.id = r.qualification_id
    WHERE x.institution_id = p_institution AND x.period @> p_day AND r.status = 'valid'
    ORDER BY x.kind DESC, p.name, x.id
    LIMIT p_most
$$
"""
STATEMENTS = (
    f"CREATE INDEX ix_institution_written_name ON institution ({INSTITUTION_NAME})",
    FIND,
    BOARD,
    "REVOKE ALL ON FUNCTION find_public_registrations, list_display_board FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION find_public_registrations, list_display_board TO registry_app",
    "GRANT SELECT ON announcement TO registry_app",
    "ALTER TABLE announcement ENABLE ROW LEVEL SECURITY",
    # A draft and what was withdrawn are nobody's to read; publishing brings its own policies and grants.
    "CREATE POLICY published ON announcement FOR SELECT TO registry_app"
    " USING (published_at IS NOT NULL AND withdrawn_at IS NULL)",
)


def upgrade() -> None:
    """Adds; nothing that the release before uses changes."""
    op.create_table(
        "announcement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Uuid()),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_announcement_authority_id")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_announcement_created_by")),
        sa.CheckConstraint("kind IN ('notice', 'policy', 'service')", name=op.f("ck_announcement_kind")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR withdrawn_at >= published_at", name=op.f("ck_announcement_withdrawn")
        ),
    )
    op.create_index(op.f("ix_announcement_authority_id"), "announcement", ["authority_id"])
    op.create_index(
        op.f("ix_announcement_pinned_published_at_id"), "announcement", ["pinned", "published_at", "id"]
    )
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
