"""The requests of the workloads, as HTTP/1.1 text."""

import json
from uuid import uuid4

from bench.figures import DEEP, OURS
from bench.prepare import Case, Desk
from registry_api.demo.proofs import device_token
from registry_api.demo.staff import PASSWORDS
from registry_api.kit.paging import write_cursor


def request(method: str, path: str, realm: str, reference: str, body: str = "", **headers: str) -> str:
    """An HTTP/1.1 request as text."""
    lines = [f"{method} /api/v1{path} HTTP/1.1", "Host: localhost", f"X-Registry-Realm: {realm}"]
    lines += [
        f"Cookie: {realm}={reference}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def read_one(case: Case) -> str:
    """The doctor's own application."""
    return request("GET", f"/doctor/applications/{case.id}", "doctor", case.reference)


def page(desk: Desk, workload: str, server: str) -> str:
    """A page of a desk's list, as the server names its place."""
    query = ""
    if workload == DEEP:
        query = f"?cursor={write_cursor(desk.deep)}" if server == OURS else f"?last={desk.deep}"
    return request("GET", f"/{desk.realm}/applications{query}", desk.realm, desk.reference)


def submit(case: Case) -> str:
    """Submission of a draft."""
    path = f"/doctor/applications/{case.id}/submission"
    key = str(uuid4())
    return request("POST", path, "doctor", case.reference, If_Match=f'"v{case.version}"', Idempotency_Key=key)


def approve(case: Case) -> str:
    """Approval of an accepted application."""
    path = f"/authority/applications/{case.id}/decisions"
    key = str(uuid4())
    body = '{"action":"approve"}'
    return request(
        "POST", path, "authority", case.reference, body, If_Match=f'"v{case.version}"', Idempotency_Key=key
    )


def sign_in(login_name: str) -> str:
    """A doctor's sign-in from a known device."""
    body = json.dumps({"realm": "doctor", "login_name": login_name, "password": PASSWORDS["doctor"]})
    device = device_token("doctor", login_name)
    return request("POST", "/sessions", "doctor", "none", body, X_Registry_Device=device)
