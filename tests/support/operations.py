"""The operations on one application, and a body that each takes."""

import re
from typing import Any

from fastapi import FastAPI

from registry_api.kit.roles import REALMS, Realm

SOME = "00000000-0000-7000-8000-000000000001"
CASE = f"applications/{SOME}"
WHY: dict[str, Any] = {"json": {"comment": "理由"}}
BODIES: dict[str, dict[str, Any]] = {
    "/doctor/applications": {"json": {"type": "registration", "payload": {}}},
    f"/doctor/{CASE}": {"json": {"payload": {}}},
    f"/doctor/{CASE}/withdrawal": {"json": {}},
    f"/doctor/{CASE}/objections": WHY,
    f"/doctor/{CASE}/attachments": {
        "data": {"kind": "photo"},
        "files": {"file": ("p.jpg", b"x", "image/jpeg")},
    },
    **{
        f"/{realm}/{CASE}/attachments": {
            "data": {"kind": "evidence", "name": "证明"},
            "files": {"file": ("p.jpg", b"x", "image/jpeg")},
        }
        for realm in ("institution", "authority")
    },
    f"/institution/{CASE}": {"json": {"payload": {}}},
    f"/institution/{CASE}/withdrawal": WHY,
    f"/institution/{CASE}/decisions": {"json": {"action": "endorse"}},
    f"/authority/{CASE}/decisions": {"json": {"action": "accept"}},
    f"/authority/{CASE}/take-over": WHY,
    f"/authority/{CASE}/set-aside": WHY,
    **{
        f"/{realm}/{CASE}/assignment": {"json": {"account_id": None}}
        for realm in ("institution", "authority")
    },
    **{f"/{realm}/{CASE}/notes": {"json": {"text": "看"}} for realm in ("institution", "authority")},
}


def on_cases(app: FastAPI) -> list[tuple[str, str, Realm]]:
    """Method, path and realm of every operation on one application, read from the contract."""
    return [
        (method.upper(), path, realm)
        for where, declared in app.openapi()["paths"].items()
        for path in [re.sub(r"\{\w+\}", SOME, where).removeprefix("/api/v1")]
        for realm in REALMS
        if path.startswith(f"/{realm}/{CASE}")
        for method in declared
    ]
