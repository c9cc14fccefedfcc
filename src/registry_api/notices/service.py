"""Tells the people concerned about each change of status."""

from registry_api.kit.work import Work
from registry_api.outbox.worker import Event

# Applicant always; the desk that receives it as well. The one who acted knows already.
_TELL = """
INSERT INTO notice (id, event_id, account_id, application_id, kind, values, created_at)
SELECT gen_random_uuid(), $1, a.id, p.id, $3,
    jsonb_build_object('number', coalesce(p.number, ''), 'office', coalesce(i.name, '')), $4
FROM application p
LEFT JOIN institution i ON i.id = p.institution_id
JOIN account a ON a.status = 'active' AND (
    a.practitioner_id = p.practitioner_id
    OR ($5 = 'institution_review' AND a.institution_id = p.institution_id)
    OR ($5 = 'authority_review' AND a.authority_id = p.authority_id AND a.role <> 'authority_auditor'))
WHERE p.id = $2
ON CONFLICT (event_id, account_id) DO NOTHING
"""


async def tell(work: Work, event: Event) -> None:
    """Writes a notice for each account concerned; a repeated event tells nobody twice."""
    payload = event.payload
    await work.tx.connection.execute(
        _TELL, event.id, payload["application_id"], payload["action"], work.now, payload["to"]
    )
