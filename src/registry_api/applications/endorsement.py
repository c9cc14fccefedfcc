"""What an endorsement covers."""

import hashlib
import json
from typing import Any


def endorsement_digest(payload: dict[str, Any]) -> bytes:
    """SHA-256 of institution, photo and form; if it differs later, the institution has to look again."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True, ensure_ascii=False).encode()).digest()
