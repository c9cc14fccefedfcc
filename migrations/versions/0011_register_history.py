"""The register as history: entries are the truth, and statuses and places are rows that they make.

A practice knows the entry that allowed it and the one that ended it; `standing` holds the statuses; an entry may set
another aside. What the register held before is put into these terms: until now only registrations were entered by
applications, and what else an entry said came with the demonstration's content.

Who may see a person's rows is the same for every table of a person, as one CASE (see 0004): the person, or an office
that has an application of theirs, a practice of theirs, or, as an authority, that registered them or lies in a
province that assessed them or consented to their practice. `known_to_office` reads past the policies, since a policy
of `practice` cannot read `practice`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATUSES = "('valid', 'filed', 'suspended', 'deregistered', 'revoked')"
PERIOD = (
    "daterange(valid_from, least(valid_to + 1,"
    " CASE WHEN ended_on IS NOT NULL THEN greatest(ended_on, valid_from) END), '[)')"
)

CONVERT = (
    # 备案 suspends a practice and no longer cuts it; 注销 ends it on its own day.
    """
UPDATE practice p SET valid_to = NULL,
    ended_on = CASE WHEN e.kind = 'deregistered' THEN e.effective_on END,
    end_kind = CASE WHEN e.kind = 'deregistered' THEN e.kind END,
    ended_by = CASE WHEN e.kind = 'deregistered' THEN e.id END
FROM register_entry e
WHERE e.registration_id = p.registration_id AND e.kind IN ('filed', 'deregistered')
  AND p.valid_to = e.effective_on - 1
""",
    "ALTER TABLE register_entry DISABLE TRIGGER register_entry_no_change",
    # An import did not say what it took over.
    """
UPDATE register_entry e SET kind = 'opened',
    effective_on = CASE WHEN n.later THEN r.registered_on ELSE greatest(r.status_since, n.last_begun) END,
    details = jsonb_build_object(
        'status', CASE WHEN n.later THEN 'valid' ELSE r.status END,
        'status_since', CASE WHEN n.later THEN r.registered_on ELSE r.status_since END,
        'registered_on', r.registered_on, 'authority_id', r.authority_id, 'practices', n.practices)
FROM registration r, LATERAL (
    SELECT EXISTS (SELECT 1 FROM register_entry l WHERE l.registration_id = r.id AND l.kind <> 'imported') AS later,
           max(p.valid_from) AS last_begun,
           coalesce(jsonb_agg(jsonb_build_object(
               'institution_id', p.institution_id, 'authority_id', p.authority_id, 'kind', p.kind,
               'valid_from', p.valid_from, 'valid_to', p.valid_to) ORDER BY p.valid_from)
               FILTER (WHERE p.id IS NOT NULL), '[]') AS practices
    FROM practice p WHERE p.registration_id = r.id) n
WHERE e.kind = 'imported' AND r.id = e.registration_id
""",
    "ALTER TABLE register_entry ENABLE TRIGGER register_entry_no_change",
    """
UPDATE practice p SET entry_id = (
    SELECT e.id FROM register_entry e WHERE e.registration_id = p.registration_id
    AND e.kind IN ('registered', 'opened') ORDER BY e.id LIMIT 1)
""",
    """
UPDATE registration r SET filed_on = e.effective_on,
    filing_institution_id = (e.details ->> 'institution_id')::uuid
FROM register_entry e WHERE e.registration_id = r.id AND e.kind = 'filed' AND r.status = 'filed'
""",
    """
INSERT INTO standing (id, registration_id, practitioner_id, entry_id, status, valid_from, ended_on)
SELECT gen_random_uuid(), e.registration_id, e.practitioner_id, e.id,
    CASE e.kind WHEN 'registered' THEN 'valid' WHEN 'opened' THEN e.details ->> 'status' ELSE e.kind END,
    CASE e.kind WHEN 'opened' THEN (e.details ->> 'status_since')::date ELSE e.effective_on END,
    lead(e.effective_on) OVER (PARTITION BY e.registration_id ORDER BY e.id)
FROM register_entry e
""",
)

ACCESS = (
    """
CREATE FUNCTION known_to_office(p_person uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF scope_realm() = 'institution' THEN
        RETURN EXISTS (SELECT 1 FROM practice p
                       WHERE p.practitioner_id = p_person AND p.institution_id = scope_institution());
    ELSIF scope_realm() = 'authority' THEN
        RETURN EXISTS (SELECT 1 FROM practice p
                       WHERE p.practitioner_id = p_person AND p.authority_id = scope_authority())
            OR EXISTS (SELECT 1 FROM registration r
                       WHERE r.practitioner_id = p_person AND r.authority_id = scope_authority())
            OR EXISTS (SELECT 1 FROM qualification q JOIN authority o ON o.id = scope_authority()
                       WHERE q.practitioner_id = p_person AND left(q.province_code, 2) = left(o.division_code, 2))
            OR EXISTS (SELECT 1 FROM cross_province_consent c JOIN authority o ON o.id = scope_authority()
                       WHERE c.practitioner_id = p_person AND left(c.province_code, 2) = left(o.division_code, 2));
    END IF;
    RETURN false;
END $$
""",
    "REVOKE ALL ON FUNCTION known_to_office FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION known_to_office TO registry_app",
    "GRANT SELECT, INSERT ON standing TO registry_app",
    "GRANT UPDATE (status, status_since, authority_id, version, filed_on, filing_institution_id)"
    " ON registration TO registry_app",
    "GRANT UPDATE (ended_on, end_kind, ended_by) ON practice TO registry_app",
    "GRANT UPDATE (ended_on) ON standing TO registry_app",
    "ALTER TABLE standing ENABLE ROW LEVEL SECURITY",
)

REPLACED = {
    "cross_province_consent": ("own", "staff"),
    "practice": ("own", "institution", "authority", "authority_enter"),
    "practitioner": ("own", "staff"),
    "practitioner_fact": ("own", "staff"),
    "qualification": ("own", "staff"),
    "register_entry": ("own", "staff", "authority_enter"),
    "registration": ("own", "institution", "authority"),
    "standing": (),
}
ENTERED = ("practice", "register_entry", "standing")
CHANGED = ("practice", "registration", "standing")


def case_of(column: str) -> str:
    """Whether the session's office has an application of the person; drafts are hidden from it by their own policy."""
    return f"EXISTS (SELECT 1 FROM application c WHERE c.practitioner_id = {column})"


def readable(column: str) -> str:
    """Whether the session may see the rows of a person."""
    return f"""CASE (SELECT scope_realm())
        WHEN 'doctor' THEN {column} = (SELECT scope_practitioner())
        WHEN 'institution' THEN {case_of(column)} OR known_to_office({column})
        WHEN 'authority' THEN {case_of(column)} OR known_to_office({column})
        ELSE false END"""


def add_columns() -> None:
    """What the tables get, and `standing`; the period is made again once all rows are converted."""
    op.add_column("register_entry", sa.Column("reverses_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_register_entry_reverses_id"), "register_entry", "register_entry", ["reverses_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_register_entry_reverses_id"), "register_entry", ["reverses_id"])
    op.add_column("registration", sa.Column("filed_on", sa.Date()))
    op.add_column("registration", sa.Column("filing_institution_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_registration_filing_institution_id"),
        "registration",
        "institution",
        ["filing_institution_id"],
        ["id"],
    )
    op.drop_column("practice", "period")
    for name, kind in (("entry_id", sa.Uuid()), ("ended_on", sa.Date()), ("end_kind", sa.Text())):
        op.add_column("practice", sa.Column(name, kind))
    op.add_column("practice", sa.Column("ended_by", sa.Uuid()))
    op.create_table(
        "standing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column(
            "period",
            postgresql.DATERANGE(),
            sa.Computed("daterange(valid_from, ended_on, '[)')", persisted=True),
            nullable=False,
        ),
        postgresql.ExcludeConstraint(
            (sa.column("registration_id"), "="),
            (sa.column("period"), "&&"),
            using="gist",
            name="ex_standing_one",
        ),
        sa.CheckConstraint(f"status IN {STATUSES}", name=op.f("ck_standing_status")),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= valid_from", name=op.f("ck_standing_period")),
        *(
            sa.ForeignKeyConstraint([f"{one}_id"], [f"{target}.id"], name=op.f(f"fk_standing_{one}_id"))
            for one, target in (
                ("registration", "registration"),
                ("practitioner", "practitioner"),
                ("entry", "register_entry"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_standing_entry_id")),
    )
    for one in ("registration_id", "practitioner_id"):
        op.create_index(op.f(f"ix_standing_{one}"), "standing", [one])
    op.create_index("ix_practitioner_name", "practitioner", ["name"])


def constrain_practice() -> None:
    """The constraints of `practice`, as the models have them."""
    op.alter_column("practice", "entry_id", nullable=False)
    op.add_column(
        "practice",
        sa.Column("period", postgresql.DATERANGE(), sa.Computed(PERIOD, persisted=True), nullable=False),
    )
    for column in ("entry_id", "ended_by"):
        op.create_foreign_key(op.f(f"fk_practice_{column}"), "practice", "register_entry", [column], ["id"])
    op.create_unique_constraint(
        op.f("uq_practice_entry_id_institution_id_valid_from"),
        "practice",
        ["entry_id", "institution_id", "valid_from"],
    )
    for name, condition in (
        ("end_kind", "end_kind IN ('changed', 'became_main', 'cancelled', 'deregistered', 'set_aside')"),
        ("ended", "(ended_on IS NULL) = (end_kind IS NULL) AND (ended_on IS NULL) = (ended_by IS NULL)"),
    ):
        op.create_check_constraint(op.f(f"ck_practice_{name}"), "practice", condition)
    for name, columns, where in (
        ("ex_practice_one_per_institution", "registration_id WITH =, institution_id WITH =", ""),
        ("ex_practice_one_main", "registration_id WITH =", " WHERE (kind = 'main')"),
    ):
        op.execute(
            f"ALTER TABLE practice ADD CONSTRAINT {name} EXCLUDE USING gist ({columns}, period WITH &&){where}"
        )


def upgrade() -> None:
    """Adds columns and a table; the release before cannot enter a registration any more, and reads on."""
    add_columns()
    for statement in CONVERT:
        op.execute(statement)
    constrain_practice()
    for statement in ACCESS:
        op.execute(statement)
    for table, policies in REPLACED.items():
        for policy in policies:
            op.execute(f"DROP POLICY {policy} ON {table}")
        column = f"{table}.{'id' if table == 'practitioner' else 'practitioner_id'}"
        op.execute(f"CREATE POLICY read ON {table} FOR SELECT TO registry_app USING ({readable(column)})")
    # An authority enters what it decides: the person has an application with it.
    for tables, policy, clauses in (
        (ENTERED, "enter ON {table} FOR INSERT", ("WITH CHECK",)),
        (CHANGED, "change ON {table} FOR UPDATE", ("USING", "WITH CHECK")),
    ):
        for table in tables:
            decides = f"((SELECT scope_realm()) = 'authority' AND {case_of(f'{table}.practitioner_id')})"
            named = policy.format(table=table)
            op.execute(
                f"CREATE POLICY {named} TO registry_app " + " ".join(f"{one} {decides}" for one in clauses)
            )


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
