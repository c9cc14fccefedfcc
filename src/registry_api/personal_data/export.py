"""A copy of everything that is held about a person (个人信息保护法 45), for programs and for people to read."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from registry_api.accounts.principals import Doctor
from registry_api.accounts.step_up import require_recent_proof
from registry_api.accounts.throttle import Limit, reserve
from registry_api.applications import queries
from registry_api.applications.moving import COMMENT_PLACE
from registry_api.applications.payloads import join_payload
from registry_api.applications.types import TYPES
from registry_api.audit.service import record
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.texts import has_text, text
from registry_api.kit.work import Work
from registry_api.personal_data.events import event_title
from registry_api.personal_data.held import ACCOUNT, APPLICATIONS, OF_ACCOUNT, OF_PERSON, PERSON
from registry_api.photos import service as photos

A_DAY = 3
FORMAT = "registry-personal-data/1"
APPLICATIONS_AT_MOST = 500


async def export(work: Work, doctor: Doctor) -> bytes:
    """The copy as JSON in UTF-8. Raises StepUpRequired, TooManyRequests after three a day.

    Nothing is masked: it is the person's own. `key_meanings` says in Chinese what each key means.
    """
    await require_recent_proof(work, doctor)
    await reserve(work.system, (Limit(f"export/{doctor.account_id}", A_DAY, timedelta(days=1)),), work.now)
    left_off: list[str] = []
    content: dict[str, Any] = {}
    (content["account"],), _ = await ACCOUNT.read(work, account_id=doctor.account_id)
    for name, held in OF_ACCOUNT.items():
        content[name], more = await held.read(work, account_id=doctor.account_id)
        left_off += [name] if more else []
    for event in content["events"]:
        event["title"] = event_title(event["action"], work.language)
    if doctor.practitioner_id is not None:
        content |= await _of_person(work, doctor.practitioner_id, left_off)
    document = {
        "format": FORMAT,
        "about": text("export_note.about", work.language),
        "generated_at": work.now,
        "left_off": left_off,
        **content,
        "key_meanings": {},
    }
    document["key_meanings"] = _meanings(work, document)
    await record(work, doctor, "personal_data.exported", object_type="account", object_id=doctor.account_id)
    return json.dumps(document, ensure_ascii=False, indent=1, default=_plain).encode()


def filename(work: Work) -> str:
    """Of the download, with the day in Shanghai."""
    return f"registry-personal-data-{work.today.isoformat()}.json"


async def _of_person(work: Work, practitioner_id: UUID, left_off: list[str]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    (content["person"],), _ = await PERSON.read(work, practitioner_id=practitioner_id)
    for name, held in OF_PERSON.items():
        content[name], more = await held.read(work, practitioner_id=practitioner_id)
        left_off += [name] if more else []
    ids = await work.tx.fetch_all(APPLICATIONS.statement, practitioner_id=practitioner_id)
    left_off += ["applications"] if len(ids) > APPLICATIONS_AT_MOST else []
    content["applications"] = [
        await _application(work, practitioner_id, application_id)
        for application_id, *_ in ids[:APPLICATIONS_AT_MOST]
    ]
    return content


async def _application(work: Work, practitioner_id: UUID, application_id: UUID) -> dict[str, Any]:
    row = await work.tx.get(
        queries.application_detail("doctor"), application_id=application_id, scope=practitioner_id
    )
    names = ("number", "type", "status", "created_at", "updated_at", "submitted_at", "decided_at")
    return {
        **{name: getattr(row, name) for name in names},
        "institution": row.institution_name,
        "authority": row.authority_name,
        "payload": join_payload(work, TYPES[row.type], row.payload, row.form_sealed, row.id),
        "timeline": [
            {
                "action": step.action,
                "from_status": step.from_status,
                "to_status": step.to_status,
                "office": step.office,
                "actor_name": step.actor_name,
                "occurred_at": step.occurred_at,
                "words": step.comment_sealed
                and work.system.sealer.open_json(step.comment_sealed, COMMENT_PLACE, step.id),
            }
            for step in row.steps
        ],
        "attachments": [
            {"name": photos.open_name(work, attachment.id, attachment.name_sealed)}
            | {
                name: getattr(attachment, name)
                for name in ("kind", "uploaded_by", "status", "content_type", "size", "width", "height")
            }
            for attachment in row.attachments
        ],
    }


def _meanings(work: Work, document: dict[str, Any]) -> dict[str, str]:
    """Each key of the document in the words of the catalogue; the form's keys have the form's labels."""
    return {
        key: text(f"{place}.{key}", work.language)
        for key in sorted(_keys(document))
        for place in ("export", "form")
        if has_text(f"{place}.{key}", work.language)
    }


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    if isinstance(value, list):
        return set().union(*map(_keys, value))
    return set()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
