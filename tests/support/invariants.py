"""What must hold in the database whatever happened: each query gives the rows that break its invariant.

Numbers are those of the project's list of invariants. Those that take more than the database to see (I6, I9) are
asserted where the operations are driven.
"""

from typing import Any
from weakref import WeakKeyDictionary

from registry_api.register.replay import differences_of

# Seeded content has a history but was never driven: it has neither audit rows nor all of its events.
_LICENSED = "(SELECT object_id FROM audit_event WHERE action = 'licence.issued')"
_DRIVEN = "(SELECT object_id FROM audit_event WHERE action = 'application.created')"

# The institution passes: it endorses, or reports (and answers for what it corrects); or the authority steps in for it.
_PASSES = """(e.action IN ('endorse', 'report', 'resubmit') AND ea.institution_id = a.institution_id
                OR e.action = 'take_over' AND ea.authority_id = a.authority_id)"""

# Only then does an approval speak of the photo too.
_TAKEN_OVER = """EXISTS (SELECT 1 FROM application_step o WHERE o.application_id = s.application_id
                AND o.action = 'take_over' AND o.version < s.version)"""

INVARIANTS: dict[str, str] = {
    "I1 at most one application under way per doctor, type and subject, and one draft of each filer": """
        SELECT practitioner_id FROM application WHERE status IN ('draft', 'institution_review',
            'institution_returned', 'authority_review', 'correction_required', 'accepted', 'countersign')
        GROUP BY practitioner_id, type, subject_id, CASE status WHEN 'draft' THEN filer END HAVING count(*) > 1""",
    "I2 an approved application has exactly one register entry, of its registration": """
        SELECT a.id FROM application a LEFT JOIN register_entry e
            ON e.application_id = a.id AND e.registration_id = a.registration_id
        WHERE a.status = 'approved' GROUP BY a.id HAVING count(e.id) <> 1""",
    "I2 an entry by application comes from an approved one, or from one set aside with it": """
        SELECT e.id FROM register_entry e JOIN application a ON a.id = e.application_id
        WHERE a.status <> CASE WHEN EXISTS (SELECT 1 FROM register_entry s WHERE s.reverses_id = e.id)
            THEN 'set_aside' ELSE 'approved' END""",
    "I2 approval and effect are one transaction": """
        SELECT a.id FROM application a JOIN register_entry e ON e.application_id = a.id
        JOIN application_step s ON s.application_id = a.id AND s.to_status = 'approved'
        JOIN registration r ON r.id = e.registration_id
        WHERE e.xmin <> s.xmin OR (r.xmin <> s.xmin AND NOT EXISTS (
            SELECT 1 FROM register_entry l WHERE l.registration_id = r.id AND l.id > e.id))""",
    "I2 what is set aside has lost its effect, in one transaction": """
        SELECT s.id FROM application_step s JOIN register_entry e ON e.application_id = s.application_id
        LEFT JOIN register_entry undo ON undo.reverses_id = e.id
        WHERE s.action = 'set_aside' AND undo.xmin IS DISTINCT FROM s.xmin""",
    "I3 no effect without a pass of the institution and an approval by the authority, of two persons": """
        SELECT a.id FROM application a WHERE a.status = 'approved' AND a.filer <> 'authority' AND NOT EXISTS (
            SELECT 1 FROM application_step e JOIN account ea ON ea.id = e.actor_id,
                          application_step p JOIN account pa ON pa.id = p.actor_id
            WHERE e.application_id = a.id AND _passes
            AND p.application_id = a.id AND p.action = 'approve' AND pa.authority_id = a.authority_id
            AND pa.role = 'authority_approver' AND e.version < p.version AND (e.action = 'take_over' OR (
                ea.id <> pa.id AND ea.id_number_index IS DISTINCT FROM coalesce(pa.id_number_index, ''::bytea))))""",
    "I3 a direct handling has its basis, and the countersignature is another person's": """
        SELECT a.id FROM application a WHERE a.filer = 'authority' AND NOT EXISTS (
            SELECT 1 FROM application_step f JOIN account fa ON fa.id = f.actor_id
            LEFT JOIN application_step p ON p.application_id = a.id AND p.action IN ('countersign', 'discard')
            LEFT JOIN account pa ON pa.id = p.actor_id
            WHERE f.application_id = a.id AND f.from_status = 'draft' AND f.comment_sealed IS NOT NULL
            AND fa.authority_id = a.authority_id AND fa.role = 'authority_approver'
            AND CASE f.action WHEN 'file_direct' THEN p.id IS NULL ELSE
                p.id IS NULL AND a.status IN ('countersign', 'terminated') OR (
                pa.authority_id = a.authority_id AND pa.role = 'authority_approver' AND pa.id <> fa.id
                AND fa.id_number_index IS DISTINCT FROM coalesce(pa.id_number_index, ''::bytea)) END)""",
    "I3 what an authority decides was passed by another person, or taken over from a desk that was late": """
        SELECT a.id FROM application a
        WHERE filer <> 'authority' AND status IN ('accepted', 'approved', 'refused') AND (
            NOT EXISTS (SELECT 1 FROM application_step e JOIN account ea ON ea.id = e.actor_id
                WHERE e.application_id = a.id AND _passes
                AND (e.action = 'take_over' OR (a.endorsed_by = ea.id AND a.endorsed_digest IS NOT NULL)))
            OR EXISTS (SELECT 1 FROM application_step s WHERE s.application_id = a.id
                AND s.action IN ('accept', 'approve', 'refuse') AND s.actor_id = a.endorsed_by))""",
    "I3 who sets a decision aside is not who decided": """
        SELECT s.id FROM application_step s JOIN account sa ON sa.id = s.actor_id
        JOIN application a ON a.id = s.application_id
        WHERE s.action = 'set_aside' AND (a.decided_by = s.actor_id OR sa.id_number_index = a.decider_index)""",
    "I3 nobody decides on their own case": """
        SELECT s.id FROM application_step s JOIN account c ON c.id = s.actor_id
        JOIN application a ON a.id = s.application_id JOIN practitioner p ON p.id = a.practitioner_id
        WHERE c.realm <> 'doctor' AND c.id_number_index = p.id_number_index""",
    "I5 a valid registration has one main institution, and no other has a place in force": """
        SELECT r.id FROM registration r
        LEFT JOIN practice p ON p.registration_id = r.id AND p.kind = 'main' AND p.valid_to IS NULL
            AND p.ended_on IS NULL
        GROUP BY r.id HAVING count(p.id) <> CASE WHEN r.status IN ('deregistered', 'revoked') THEN 0 ELSE 1 END""",
    "I5 an additional practice lasts no longer than its registration": """
        SELECT p.id FROM practice p JOIN registration r ON r.id = p.registration_id
        WHERE r.status IN ('deregistered', 'revoked') AND p.ended_on IS NULL
        AND (p.valid_to IS NULL OR p.valid_to >= r.status_since)""",
    "I7 each version is a step's or an edit's": """
        SELECT a.id FROM application a WHERE a.version <> 1
            + (SELECT count(*) FROM application_step s WHERE s.application_id = a.id)
            + (SELECT count(*) FROM audit_event e WHERE e.object_id = a.id AND e.action = 'application.edited')""",
    "I7 the last step made the version, unless the applicant may have edited since": """
        SELECT a.id FROM application a LEFT JOIN application_step s ON s.application_id = a.id GROUP BY a.id
        HAVING a.version < coalesce(max(s.version), 1) OR (a.version <> coalesce(max(s.version), 1)
            AND a.status NOT IN ('draft', 'institution_returned', 'correction_required'))""",
    "I7 each step begins where the one before ended": """
        SELECT id FROM (SELECT id, from_status, occurred_at,
                lag(to_status, 1, 'draft') OVER following AS reached, lag(occurred_at) OVER following AS before
            FROM application_step WINDOW following AS (PARTITION BY application_id ORDER BY version)) s
        WHERE from_status <> reached OR before > occurred_at""",
    "I7 the last step made the status": """
        SELECT a.id FROM application a LEFT JOIN LATERAL (SELECT to_status FROM application_step s
            WHERE s.application_id = a.id ORDER BY version DESC LIMIT 1) s ON true
        WHERE a.status <> coalesce(s.to_status, 'draft')""",
    "I8 each step has one audit row, of its transaction": """
        SELECT s.id FROM application_step s LEFT JOIN audit_event e ON e.object_id = s.application_id
            AND e.action = 'application.' || s.action AND e.outcome = 'done'
            AND e.details ->> 'version' = s.version::text AND e.account_id IS NOT DISTINCT FROM
                coalesce(s.actor_id, '00000000-0000-0000-0000-000000000000')
        WHERE s.application_id IN _driven GROUP BY s.id HAVING count(e.id) <> 1""",
    "I8 each audited decision has its step": """
        SELECT e.id FROM audit_event e LEFT JOIN application_step s
            ON s.application_id = e.object_id AND s.version::text = e.details ->> 'version'
        WHERE e.object_type = 'application' AND e.outcome = 'done' AND e.details ? 'version'
        AND s.id IS NULL""",
    "I8 each step has one event": """
        SELECT s.id FROM application_step s LEFT JOIN outbox_event e ON e.kind = 'application.moved'
            AND e.payload ->> 'application_id' = s.application_id::text
            AND e.payload ->> 'version' = s.version::text AND e.payload ->> 'action' = s.action
        WHERE s.application_id IN _driven GROUP BY s.id HAVING count(e.id) <> 1""",
    "I8 nobody is told twice of one event": """
        SELECT event_id FROM notice GROUP BY event_id, account_id HAVING count(*) > 1""",
    "I8 no event was given up": "SELECT id FROM outbox_event WHERE failed_at IS NOT NULL",
    "I10 a filing is cancelled within two years, judged when that was first asked for": """
        SELECT e.id FROM register_entry e JOIN application a ON a.id = e.application_id
        WHERE e.kind = 'filing_cancelled' AND (
            SELECT max(CASE f.kind WHEN 'filed' THEN f.effective_on ELSE (f.details ->> 'status_since')::date END)
                + interval '2 years' FROM register_entry f
            WHERE f.registration_id = e.registration_id AND f.id < e.id
            AND (f.kind = 'filed' OR (f.kind = 'opened' AND f.details ->> 'status' = 'filed')))
            < (a.submitted_at AT TIME ZONE 'Asia/Shanghai')::date""",
    "I11 a photo is approved by who endorsed, or by who approved what no institution had passed": """
        SELECT t.id FROM attachment t WHERE t.status = 'approved' AND NOT EXISTS (
            SELECT 1 FROM application_step s JOIN account c ON c.id = s.actor_id
            WHERE s.application_id = t.application_id AND t.decided_by = s.actor_id
            AND (s.action, c.realm) IN (('endorse', 'institution'), ('approve', 'authority'))
            AND (s.action = 'endorse' OR _taken_over))""",
    "I11 what an institution passed to the authority has its photo, approved": """
        SELECT a.id FROM application a LEFT JOIN attachment t
            ON t.id::text = a.payload ->> 'photo_id' AND t.application_id = a.id
        WHERE a.status IN ('authority_review', 'accepted', 'approved', 'refused', 'not_accepted')
        AND a.type = 'registration' AND a.endorsed_by IS NOT NULL AND t.status IS DISTINCT FROM 'approved'""",
    "I11 what reaches an institution has its photo": """
        SELECT a.id FROM application a WHERE a.status = 'institution_review' AND a.type = 'registration'
        AND NOT EXISTS (
            SELECT 1 FROM attachment t WHERE t.application_id = a.id AND t.id::text = a.payload ->> 'photo_id')""",
    "I11 a photo of an application became a registration's as that was approved, as it was passed (ADR 15)": """
        SELECT p.id FROM photo p WHERE p.application_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM application a JOIN attachment t ON t.application_id = a.id AND t.status = 'approved'
                AND t.id::text = a.payload ->> 'photo_id' AND t.storage_key = p.storage_key
                AND t.sha256 = p.sha256 AND t.decided_by = p.decided_by
            JOIN application_step s ON s.application_id = a.id AND s.actor_id = p.decided_by
            JOIN account c ON c.id = s.actor_id
            WHERE a.id = p.application_id AND a.registration_id = p.registration_id
            AND a.status IN ('approved', 'set_aside') AND p.status = 'approved' AND CASE
                WHEN p.institution_id IS NULL THEN EXISTS (SELECT 1 FROM application_step o
                        WHERE o.application_id = a.id AND o.action = 'take_over')
                    AND (s.action = 'approve' AND c.authority_id = a.authority_id
                        OR s.action = 'endorse' AND c.realm = 'institution')
                ELSE s.action = 'endorse' AND p.institution_id = a.institution_id
                    AND c.institution_id = p.institution_id END)""",
    "I11 any other photo was decided by the institution that was the main one on that day": """
        SELECT p.id FROM photo p LEFT JOIN account c ON c.id = p.decided_by
        WHERE p.application_id IS NULL AND p.status IN ('approved', 'rejected') AND (
            c.institution_id IS DISTINCT FROM p.institution_id OR p.institution_id IS NULL
            OR NOT EXISTS (SELECT 1 FROM practice m WHERE m.registration_id = p.registration_id
                AND m.kind = 'main' AND m.institution_id = p.institution_id
                AND m.valid_from <= (p.decided_at AT TIME ZONE 'Asia/Shanghai')::date
                AND (m.ended_on IS NULL OR m.end_kind = 'set_aside'
                    OR m.ended_on >= (p.decided_at AT TIME ZONE 'Asia/Shanghai')::date)))""",
    "I11 nobody decides on a photo of their own": """
        SELECT p.id FROM photo p JOIN account c ON c.id = p.decided_by
        JOIN practitioner d ON d.id = p.practitioner_id
        WHERE p.status IN ('approved', 'rejected') AND c.id_number_index = d.id_number_index""",
    "I11 the current photo is the last approved, since the one before made room for it": """
        SELECT id FROM (SELECT id, superseded_at, lead(decided_at) OVER (PARTITION BY registration_id
                ORDER BY decided_at, id) AS next FROM photo WHERE status = 'approved') p
        WHERE superseded_at IS DISTINCT FROM next""",
    "I12 a valid licence says what the register says": """
        SELECT l.id FROM licence l JOIN registration r ON r.id = l.registration_id
        LEFT JOIN practice p ON p.registration_id = r.id AND p.kind = 'main' AND p.valid_to IS NULL
            AND p.ended_on IS NULL
        WHERE l.status = 'valid' AND (r.status, r.authority_id, p.institution_id)
            IS DISTINCT FROM ('valid', l.authority_id, l.institution_id)""",
    "I12 a licence ended with what was entered": """
        SELECT l.id FROM licence l WHERE l.end_reason NOT IN ('photo_changed', 'reissued') AND l.id IN _licensed
        AND NOT EXISTS (SELECT 1 FROM register_entry e WHERE e.registration_id = l.registration_id
                        AND e.recorded_at = l.ended_at)""",
    "an application is with the authority that registered its institution": """
        SELECT a.id FROM application a JOIN institution i ON i.id = a.institution_id
        WHERE a.authority_id IS DISTINCT FROM i.authority_id""",
}


async def broken_invariants(owner: Any) -> dict[str, list[Any]]:
    """The invariants that do not hold, with the rows that break them; `owner` is a connection that sees all."""
    found: dict[str, list[Any]] = {}
    if unlike := await _unlike_their_history(owner):
        found["I4 a registration is what its entries make of it"] = unlike
    for name, query in INVARIANTS.items():
        words = query.replace("_driven", _DRIVEN).replace("_licensed", _LICENSED).replace("_passes", _PASSES)
        words = words.replace("_taken_over", _TAKEN_OVER)
        if rows := await owner.fetch(words):
            found[name] = [row[0] for row in rows[:5]]
    return found


_checked: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
"""By connection, the transactions up to which every registration was compared with its history."""


async def _unlike_their_history(owner: Any) -> list[Any]:
    """Registrations that changed since the last look of this connection, and are not what their entries make."""
    horizon = await owner.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    changed = await owner.fetch(
        "SELECT DISTINCT registration_id FROM (SELECT id AS registration_id, xmin FROM registration"
        " UNION ALL SELECT registration_id, xmin FROM practice UNION ALL SELECT registration_id, xmin FROM standing"
        " UNION ALL SELECT registration_id, xmin FROM register_entry) one WHERE xmin::text::bigint >= $1",
        _checked.get(owner, 0),
    )
    _checked[owner] = horizon
    return await differences_of(owner, [row["registration_id"] for row in changed])
