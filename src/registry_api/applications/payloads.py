"""A payload between its three shapes: what the contract shows, what the rules read, and what is stored.

References, codes and days are stored plain; what a person wrote, sealed.
"""

import hashlib
import json
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from registry_api.applications.types import TYPES
from registry_api.applications.types.spec import ApplicationType, Payload
from registry_api.kit.problems import InvalidBody, pointer
from registry_api.kit.work import Work

FORM_PLACE = "application.form"
_REVIEWER_FIELDS = ("institution_id", "additional_practice_id")
"""What names the institution that reviews."""


def type_of(code: str) -> ApplicationType:
    """The type of a code. Raises InvalidBody for an unknown one."""
    kind = TYPES.get(code)
    if kind is None:
        raise InvalidBody([{"pointer": "/type", "code": "literal_error"}])
    return kind


def parse_payload(kind: ApplicationType, payload: dict[str, Any]) -> Payload:
    """The payload in the type's shape. Raises InvalidBody with a pointer for each fault."""
    try:
        return kind.payload.model_validate(payload)
    except ValidationError as error:
        raise InvalidBody(
            [
                {
                    "pointer": "/payload" + pointer(item["loc"]),
                    "code": item["type"],
                    "values": {k: v for k, v in (item.get("ctx") or {}).items() if isinstance(v, str | int)},
                }
                for item in error.errors()
            ]
        ) from error


def split_payload(payload: Payload) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is stored plain, and what is stored sealed: the fields of the form, and beside them what is `written`."""
    sealed = {"form", *payload.written}
    plain: dict[str, Any] = json.loads(payload.model_dump_json(exclude=sealed, exclude_none=True))
    words: dict[str, Any] = payload.model_dump(mode="json", include=sealed, by_alias=True)
    return plain, {**words.pop("form", {}), **words}


def join_payload(
    work: Work, kind: ApplicationType, plain: dict[str, Any], sealed: bytes | None, row: UUID
) -> dict[str, Any]:
    """The payload as the applicant gave it."""
    words = work.system.sealer.open_json(sealed, FORM_PLACE, row) if sealed else {}
    written = {name: words.pop(name) for name in sorted(kind.payload.written) if name in words}
    form = {"form": words} if "form" in kind.payload.model_fields else {}
    return {**plain, **written, **form}


def fixed_places(kind: ApplicationType, endorsed_digest: bytes | None) -> list[str]:
    """What can no longer be changed: the institution that has endorsed; another one takes a new application."""
    if endorsed_digest is None:
        return []
    return [f"/payload/{name}" for name in _REVIEWER_FIELDS if name in kind.payload.model_fields]


OWN_PARTICULARS = ("home_address", "postcode", "ethnicity")
"""Of the form what the applicant alone answers for: an institution can stand for none of it."""


def endorsement_digest(payload: dict[str, Any]) -> bytes:
    """SHA-256 of what an endorsement covers; if it differs later, the institution has to look again."""
    form = {name: words for name, words in payload.get("form", {}).items() if name not in OWN_PARTICULARS}
    return _digest({**payload, "form": form} if "form" in payload else payload)


def is_as_endorsed(digest: bytes, payload: dict[str, Any]) -> bool:
    """Whether this is still what the institution endorsed; what was endorsed before 0.2 covers the particulars too."""
    return digest in (endorsement_digest(payload), _digest(payload))


def _digest(words: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).digest()
