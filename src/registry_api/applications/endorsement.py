"""What an endorsement covers."""

import hashlib
import json
from typing import Any

INSTITUTION_PLACE = "/payload/institution_id"


def fixed_places(endorsed_digest: bytes | None) -> list[str]:
    """What can no longer be changed: an institution that has endorsed; another one takes a new application."""
    return [] if endorsed_digest is None else [INSTITUTION_PLACE]


def endorsement_digest(payload: dict[str, Any]) -> bytes:
    """SHA-256 of institution, photo and form; if it differs later, the institution has to look again."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, ensure_ascii=False).encode()).digest()
