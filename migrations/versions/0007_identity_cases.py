"""Identity cases can be followed and begun; a notice may be about something else than an application.

Who opened a case follows it with number and token, without an account: `find_identity_case` tells no more than its
status. `whom_to_ask` names the office of a certificate that its holder cannot see before the identity is verified.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    "GRANT UPDATE (started_at) ON identity_case TO registry_app",
    """
CREATE FUNCTION find_identity_case(p_number text, p_token_hash bytea)
RETURNS TABLE (id uuid, number text, kind text, status text, created_at timestamptz, started_at timestamptz,
               decided_at timestamptz, reason_sealed bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.number, c.kind, c.status, c.created_at, c.started_at, c.decided_at, c.reason_sealed
    FROM identity_case c WHERE c.token_hash = p_token_hash AND c.number = p_number
$$
""",
    """
CREATE FUNCTION whom_to_ask(p_account uuid) RETURNS TABLE (name text, phone text, address text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.name, o.phone, o.address FROM account a
    JOIN practitioner p ON p.id_number_index = a.id_number_index
    JOIN qualification q ON q.practitioner_id = p.id
    JOIN authority o ON o.division_code = q.province_code AND o.level = 'province'
    WHERE a.id = p_account AND a.id = scope_account()
    ORDER BY q.issued_on DESC, o.id LIMIT 1
$$
""",
    # As before, and for the desk of the case only.
    """
CREATE OR REPLACE FUNCTION change_status_for_case(p_case uuid, p_from text, p_to text, p_now timestamptz)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE account a SET status = p_to, status_since = p_now FROM identity_case c
    WHERE c.id = p_case AND c.kind = 'taken_identity' AND a.id = c.account_id AND a.status = p_from
      AND c.authority_id = scope_authority() AND p_to IN ('active', 'frozen')
$$
""",
    # Another ID number is another person: what was verified for the old one counts no more.
    """
CREATE FUNCTION correct_account_for_case(p_case uuid, p_name text, p_sealed bytea, p_index bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE account a SET name = p_name, id_number_sealed = p_sealed, id_number_index = p_index,
        practitioner_id = CASE WHEN a.id_number_index = p_index THEN a.practitioner_id END,
        activated_at = CASE WHEN a.id_number_index = p_index THEN a.activated_at END
    FROM identity_case c
    WHERE c.id = p_case AND c.kind = 'correction' AND c.status = 'upheld' AND a.id = c.account_id
      AND c.authority_id = scope_authority()
$$
""",
    "REVOKE ALL ON FUNCTION find_identity_case, whom_to_ask, correct_account_for_case FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION find_identity_case, whom_to_ask, correct_account_for_case TO registry_app",
)


def upgrade() -> None:
    """Adds a column and loosens another; the release before works on with them."""
    op.add_column("identity_case", sa.Column("started_at", sa.DateTime(timezone=True)))
    op.alter_column("notice", "application_id", nullable=True)
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a released migration is not undone; restore a backup")
