"""Hand-written SQL of the floor's transactions; pgbench runs the same statements."""

PLANS = {"jit": "off", "plan_cache_mode": "force_generic_plan"}
"""Settings of the floor's connections, equal to the service's own."""
ENTER = (
    "SELECT session_id, account_id, realm, role, name, practitioner_id, institution_id, authority_id, office"
    " FROM enter_session($1, NULL, $2, $3)"
)
RESERVE = (
    "INSERT INTO idempotency_record (id, account_id, key_hash, operation, request_digest, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
)
ANSWER = "UPDATE idempotency_record SET status = 200, answer_sealed = $2 WHERE id = $1"
LOCK = """
SELECT a.id, a.version, a.status, a.practitioner_id, a.institution_id, a.authority_id, a.payload, a.form_sealed,
       p.id_number_index
FROM application a JOIN practitioner p ON p.id = a.practitioner_id
WHERE a.id = $1 AND ({scope}) FOR UPDATE OF a
"""
FACTS = """
SELECT q.id AS qualification_id, q.status, q.province_code, q.issued_on,
       (SELECT max(r.status) FROM registration r WHERE r.practitioner_id = $1
          AND (r.status = 'valid' OR r.status = 'filed' OR r.status = 'suspended')),
       (SELECT max(r.status_since) FROM registration r WHERE r.practitioner_id = $1
          AND (r.status = 'deregistered' OR r.status = 'revoked')),
       (SELECT array_agg(f.kind) FROM practitioner_fact f WHERE f.practitioner_id = $1 AND f.valid_from <= $3
          AND (f.valid_to IS NULL OR f.valid_to >= $3)),
       i.status, i.division_code, o.id, o.division_code,
       (SELECT array_agg(c.province_code) FROM cross_province_consent c WHERE c.practitioner_id = $1)
FROM qualification q LEFT JOIN institution i ON i.id = $2 LEFT JOIN authority o ON o.id = i.authority_id
WHERE q.practitioner_id = $1 ORDER BY q.issued_on DESC LIMIT 1
"""
MOVE = """
UPDATE application SET status = $2, version = version + 1, status_since = $3, act_by = $4, updated_at = $3,
    number = coalesce(number, 'ZC-000000-20260101-' || nextval('application_number')),
    submitted_at = coalesce(submitted_at, $3), registration_id = coalesce($5, registration_id)
WHERE id = $1
"""
STEP = """
INSERT INTO application_step (id, application_id, version, action, from_status, to_status, actor_id, actor_role,
    actor_name, office, checks, occurred_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
AUDIT = """
INSERT INTO audit_event (id, occurred_at, action, outcome, realm, role, account_id, session_id, object_type,
    object_id, request_id, details) VALUES ($1, $2, $3, 'done', $4, $5, $6, $7, '{kind}', $8, '-', $9)
"""
OUTBOX = "INSERT INTO outbox_event (id, kind, payload, created_at, run_at) VALUES ($1, $2, $3, $4, $4)"
REGISTRATION = """
INSERT INTO registration (id, practitioner_id, qualification_id, authority_id, certificate_number_sealed,
    certificate_number_index, status, status_since, registered_on, version)
VALUES ($1, $2, $3, $4, $5, $5, 'valid', $6, $6, 1)
"""
ENTRY = """
INSERT INTO register_entry (id, registration_id, practitioner_id, application_id, kind, effective_on, recorded_at,
    recorded_by, details) VALUES ($1, $2, $3, $4, 'registered', $5, $6, $7, '{}')
"""
PRACTICE = """
INSERT INTO practice (id, registration_id, practitioner_id, institution_id, authority_id, kind, valid_from, entry_id)
VALUES ($1, $2, $3, $4, $5, 'main', $6, $7)
"""
STANDING = """
INSERT INTO standing (id, registration_id, practitioner_id, entry_id, status, valid_from)
VALUES ($1, $2, $3, $4, 'valid', $5)
"""
DETAIL = """
SELECT a.*, p.name, p.sex, p.id_number_sealed, p.phone_sealed, i.name, i.address, i.phone, d.name, o.name, o.phone,
       q.certificate_number_sealed, q.issued_on, q.techniques, q.conditions
FROM application a JOIN practitioner p ON p.id = a.practitioner_id
LEFT JOIN LATERAL (SELECT * FROM qualification h WHERE h.practitioner_id = a.practitioner_id
                   ORDER BY h.issued_on DESC, h.id DESC LIMIT 1) q ON true
LEFT JOIN institution i ON i.id = a.institution_id LEFT JOIN division d ON d.code = i.division_code
LEFT JOIN authority o ON o.id = a.authority_id
WHERE a.id = $1 AND ({scope})
"""
STEPS = "SELECT * FROM application_step WHERE application_id = $1 ORDER BY version"
FILES = "SELECT * FROM attachment WHERE application_id = $1 ORDER BY id DESC LIMIT 20"
PAGE = """
SELECT a.id, a.number, a.type, a.status, a.version, a.applicant_name, i.name, o.name, a.status_since,
       a.submitted_at, a.act_by
FROM application a LEFT JOIN institution i ON i.id = a.institution_id LEFT JOIN authority o ON o.id = a.authority_id
WHERE a.{column} = $1 AND a.status <> 'draft' {after} ORDER BY a.id DESC LIMIT 21
"""
COUNT = (
    "SELECT count(*) FROM (SELECT 1 FROM application a"
    " WHERE a.{column} = $1 AND a.status <> 'draft' LIMIT 1001) c"
)
AFTER = "AND a.id < $2"
ATTEMPT = """
INSERT INTO attempt_counter (key, window_start, attempts) VALUES ($1, $2, 1)
ON CONFLICT (key) DO UPDATE SET attempts = attempt_counter.attempts + 1 RETURNING attempts
"""
COUNT_ATTEMPTS = "SELECT attempts FROM attempt_counter WHERE key = $1 AND window_start > $2"
FIND_ACCOUNT = "SELECT id, status FROM find_account('doctor', 'login_name', $1)"
CREDENTIALS = "SELECT id, password_hash, status, failures_in_a_row FROM credentials_of($1)"
FIND_DEVICE = "SELECT id, account_id FROM find_device($1, $2)"
ENTER_ACCOUNT = "SELECT account_id, role, name FROM enter_account($1)"
OPEN_SESSION = "SELECT open_session($1, $2, $3, $4, 1800, $5, 'floor', NULL, NULL)"
# The parameters of AUDIT, then the device and the counter's key.
SESSION_OPENED = f"""
WITH event AS ({AUDIT.format(kind="session")}),
    mark AS (UPDATE account_session SET device_id = $10, proved_at = NULL WHERE id = $7),
    forget AS (UPDATE account SET failures_in_a_row = 0 WHERE id = $6 AND failures_in_a_row > 0),
    counter AS (DELETE FROM attempt_counter WHERE key = $11)
SELECT 1
"""  # noqa: S608 (statements of this file)
ACCOUNT = """
SELECT a.id, a.login_name, a.id_number_sealed, a.phone_sealed, a.phone_verified_at, a.email_sealed, a.email_verified_at,
    EXISTS (SELECT 1 FROM wechat_binding w WHERE w.account_id = a.id AND w.removed_at IS NULL),
    q.id, q.certificate_number_sealed
FROM account a LEFT JOIN LATERAL (
    SELECT q.id, q.certificate_number_sealed FROM qualification q
    WHERE q.practitioner_id = a.practitioner_id AND a.activated_at IS NOT NULL
    ORDER BY q.issued_on DESC, q.id DESC LIMIT 1) q ON true
WHERE a.id = $1
"""
DOCTOR, AUTHORITY = "a.practitioner_id = $2", "a.authority_id = $2 AND a.status <> 'draft'"
