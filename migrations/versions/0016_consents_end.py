"""A consent can be withdrawn, and a setting that has not begun can be taken back.

The function that names a certificate's holder also says where the holder was assessed, and answers only the
authority of a province: nobody else consents.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ACCESS = (
    "DROP FUNCTION holder_of_certificate",
    """CREATE FUNCTION holder_of_certificate(p_index bytea)
        RETURNS TABLE (id uuid, name text, province_code text, province_name text)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
        SELECT p.id, p.name, q.province_code, d.name
        FROM qualification q JOIN practitioner p ON p.id = q.practitioner_id JOIN division d ON d.code = q.province_code
        WHERE q.certificate_number_index = p_index AND scope_realm() = 'authority'
          AND EXISTS (SELECT 1 FROM authority o WHERE o.id = scope_authority() AND o.level = 'province')
    $$""",
    "REVOKE ALL ON FUNCTION holder_of_certificate FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION holder_of_certificate TO registry_app",
    "GRANT UPDATE (withdrawn_on, withdrawal_document) ON cross_province_consent TO registry_app",
    """CREATE POLICY province_withdraws ON cross_province_consent FOR UPDATE TO registry_app
        USING ((SELECT scope_realm()) = 'authority' AND EXISTS (
            SELECT 1 FROM authority o WHERE o.id = (SELECT scope_authority()) AND o.level = 'province'
            AND o.division_code = province_code))
        WITH CHECK (true)""",
    "GRANT DELETE ON authority_setting TO registry_app",
    # What has begun to hold was decided by, and stays.
    """CREATE POLICY authority_takes_back ON authority_setting FOR DELETE TO registry_app USING (
        (SELECT scope_realm()) = 'authority' AND authority_id = (SELECT scope_authority())
        AND valid_from > (now() AT TIME ZONE 'Asia/Shanghai')::date)""",
)


def upgrade() -> None:
    op.add_column("cross_province_consent", sa.Column("withdrawn_on", sa.Date()))
    op.add_column("cross_province_consent", sa.Column("withdrawal_document", sa.Text()))
    for name, rule in (
        ("withdrawn", "(withdrawn_on IS NULL) = (withdrawal_document IS NULL)"),
        ("period", "withdrawn_on >= granted_on"),
    ):
        op.create_check_constraint(op.f(f"ck_cross_province_consent_{name}"), "cross_province_consent", rule)
    op.drop_constraint(
        op.f("uq_cross_province_consent_practitioner_id_province_code"),
        "cross_province_consent",
        type_="unique",
    )
    op.create_index(
        "uq_cross_province_consent_standing",
        "cross_province_consent",
        ["practitioner_id", "province_code"],
        unique=True,
        postgresql_where=sa.text("withdrawn_on IS NULL"),
    )
    op.create_index(
        "ix_cross_province_consent_province_code_id", "cross_province_consent", ["province_code", "id"]
    )
    for statement in ACCESS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
