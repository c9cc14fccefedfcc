"""Licences: a version ends once and never changes otherwise; anyone may ask for one by what its code says.

An office that knows the person ends it, by what it decides; the doctor claims it and the worker issues the next
version. Who verifies is nobody: two functions read past the policies what is shown to whoever holds a genuine code,
and which places of a status list have ended.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# As in 0011: the person, or an office with an application or a practice of theirs, and so on.
KNOWN = (
    "(EXISTS (SELECT 1 FROM application c WHERE c.practitioner_id = licence.practitioner_id)"
    " OR known_to_office(licence.practitioner_id))"
)
STATEMENTS = (
    "CREATE SEQUENCE licence_number",
    "CREATE SEQUENCE licence_list_place START 0 MINVALUE 0",
    "ALTER TABLE licence ENABLE ROW LEVEL SECURITY",
    f"""CREATE POLICY read ON licence FOR SELECT TO registry_app USING (
        CASE (SELECT scope_realm())
            WHEN 'doctor' THEN licence.practitioner_id = (SELECT scope_practitioner())
            WHEN 'institution' THEN {KNOWN}
            WHEN 'authority' THEN {KNOWN}
            ELSE false END)""",
    """CREATE POLICY claim ON licence FOR INSERT TO registry_app WITH CHECK (
        (SELECT scope_realm()) = 'doctor' AND practitioner_id = (SELECT scope_practitioner()) AND status = 'valid'
        AND EXISTS (SELECT 1 FROM registration r WHERE r.id = registration_id
                    AND r.practitioner_id = licence.practitioner_id))""",
    f"""CREATE POLICY finish ON licence FOR UPDATE TO registry_app
        USING ((SELECT scope_realm()) IN ('institution', 'authority') AND {KNOWN})
        WITH CHECK (status <> 'valid')""",
    "CREATE POLICY worker ON licence TO registry_worker USING (true) WITH CHECK (true)",
    "GRANT SELECT, INSERT, UPDATE (status, ended_at, end_reason) ON licence TO registry_app, registry_worker",
    "GRANT USAGE ON SEQUENCE licence_number, licence_list_place TO registry_app, registry_worker",
    """CREATE FUNCTION licence_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.status <> 'valid' OR NEW.status = 'valid'
           OR (to_jsonb(NEW) - 'status' - 'ended_at' - 'end_reason')
              <> (to_jsonb(OLD) - 'status' - 'ended_at' - 'end_reason') THEN
            RAISE EXCEPTION 'a licence ends once' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER licence_ends_once BEFORE UPDATE ON licence
        FOR EACH ROW EXECUTE FUNCTION licence_ends_once()""",
    # Whoever enters something has locked the registration: one of both waits, and sees what the other did. A statement
    # of its own reads after the lock, since a row that was waited for is read anew and what is joined to it is not.
    """CREATE FUNCTION licence_says_what_is_so() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        PERFORM 1 FROM registration r WHERE r.id = NEW.registration_id FOR KEY SHARE;
        IF NOT EXISTS (SELECT 1 FROM registration r JOIN practice p ON p.registration_id = r.id
                       WHERE r.id = NEW.registration_id AND r.status = 'valid' AND r.authority_id = NEW.authority_id
                       AND p.kind = 'main' AND p.valid_to IS NULL AND p.ended_on IS NULL
                       AND p.institution_id = NEW.institution_id) THEN
            RAISE EXCEPTION 'the register says otherwise'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'licence_says_what_is_so';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER licence_says_what_is_so BEFORE INSERT ON licence
        FOR EACH ROW WHEN (NEW.status = 'valid') EXECUTE FUNCTION licence_says_what_is_so()""",
    """CREATE TRIGGER licence_no_removal BEFORE DELETE OR TRUNCATE ON licence
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()""",
    """CREATE FUNCTION verified_licence(p_number text, p_version integer, p_day date)
    RETURNS TABLE (id uuid, status text, issued_at timestamptz, ended_at timestamptz, photo_key text,
                   registration_id uuid, certificate_number_sealed bytea, registration_status text, name text,
                   sex text, institution text, authority text, techniques text[], conditions text[],
                   additional text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT l.id, l.status, l.issued_at, l.ended_at, l.photo_key, r.id, r.certificate_number_sealed, r.status,
               p.name, p.sex,
               (SELECT i.name FROM practice m JOIN institution i ON i.id = m.institution_id
                WHERE m.registration_id = r.id AND m.kind = 'main' AND m.period @> p_day),
               o.name, q.techniques, q.conditions,
               ARRAY(SELECT i.name FROM practice m JOIN institution i ON i.id = m.institution_id
                     WHERE m.registration_id = r.id AND m.kind = 'additional' AND m.period @> p_day
                     ORDER BY m.valid_from, m.id)
        FROM licence l
        JOIN registration r ON r.id = l.registration_id
        JOIN practitioner p ON p.id = l.practitioner_id
        JOIN qualification q ON q.id = r.qualification_id
        JOIN authority o ON o.id = r.authority_id
        WHERE l.number = p_number AND l.version = p_version
    $$""",
    """CREATE FUNCTION licence_list_state(p_list integer) RETURNS TABLE (known boolean, ended bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT EXISTS (SELECT 1 FROM licence l WHERE l.list_id = p_list),
               (SELECT count(*) FROM licence l WHERE l.list_id = p_list AND l.status <> 'valid')
    $$""",
    """CREATE FUNCTION ended_licences(p_list integer) RETURNS TABLE (superseded integer[], revoked integer[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT coalesce(array_agg(l.list_index) FILTER (WHERE l.status = 'superseded'), '{}'),
               coalesce(array_agg(l.list_index) FILTER (WHERE l.status = 'revoked'), '{}')
        FROM licence l WHERE l.list_id = p_list AND l.status <> 'valid'
    $$""",
    "REVOKE ALL ON FUNCTION verified_licence, licence_list_state, ended_licences FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION verified_licence, licence_list_state, ended_licences TO registry_app",
)


def upgrade() -> None:
    """Adds a table; nothing else changes."""
    op.create_table(
        "licence",
        *(
            sa.Column(name, kind, nullable=False)
            for name, kind in (
                ("id", sa.Uuid()),
                ("registration_id", sa.Uuid()),
                ("practitioner_id", sa.Uuid()),
                ("institution_id", sa.Uuid()),
                ("authority_id", sa.Uuid()),
                ("number", sa.Text()),
                ("version", sa.Integer()),
                ("status", sa.Text()),
                ("list_id", sa.Integer()),
                ("list_index", sa.Integer()),
                ("claims_sealed", sa.LargeBinary()),
                ("photo_key", sa.Text()),
                ("photo_sha256", sa.LargeBinary()),
                ("storage_key", sa.Text()),
                ("sha256", sa.LargeBinary()),
                ("size", sa.Integer()),
                ("issued_at", sa.DateTime(timezone=True)),
            )
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("end_reason", sa.Text()),
        sa.CheckConstraint("status IN ('valid', 'superseded', 'revoked')", name=op.f("ck_licence_status")),
        sa.CheckConstraint(
            "end_reason IN ('changed', 'photo_changed', 'reissued', 'filed', 'suspended', 'deregistered', 'revoked')",
            name=op.f("ck_licence_end_reason"),
        ),
        sa.CheckConstraint(
            "(status = 'valid') = (ended_at IS NULL) AND (status = 'valid') = (end_reason IS NULL)",
            name=op.f("ck_licence_ended"),
        ),
        *(
            sa.ForeignKeyConstraint([f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_licence_{one}_id"))
            for one in ("registration", "practitioner", "institution", "authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
        sa.UniqueConstraint("number", "version", name=op.f("uq_licence_number_version")),
        sa.UniqueConstraint("registration_id", "version", name=op.f("uq_licence_registration_id_version")),
        sa.UniqueConstraint("list_id", "list_index", name=op.f("uq_licence_list_id_list_index")),
    )
    op.create_index(op.f("ix_licence_practitioner_id"), "licence", ["practitioner_id"])
    op.create_index(
        "uq_licence_current", "licence", ["registration_id"], unique=True, postgresql_where="status = 'valid'"
    )
    op.create_index(
        "ix_licence_list_ended",
        "licence",
        ["list_id", "status", "list_index"],
        postgresql_where="status <> 'valid'",
    )
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
