"""The contract in a stranger's hands: a client that a public generator makes of it drives the whole chain."""

import importlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from registry_api.demo.fresh import add_fresh_doctor
from registry_api.demo.logins import Login
from tests.support.database import apart
from tests.support.people import FORM, portrait
from tests.support.server import Server

CONTRACT = Path(__file__).parents[2] / "openapi" / "registry.json"
PACKAGE = "generated_registry_client"
CONFIGURATION = {
    # The generator knows bytes under this name only.
    "content_type_overrides": {
        "image/jpeg": "application/octet-stream",
        "audio/wav": "application/octet-stream",
        "application/pdf": "application/octet-stream",
        "application/cose-key-set": "application/octet-stream",
        "application/statuslist+cwt": "application/octet-stream",
    },
    "post_hooks": [],
}


class Generated:
    """The generated package: operations by tag and name, models by name."""

    def __init__(self) -> None:
        self.clients: list[Any] = []

    def operation(self, tag: str, name: str) -> Any:
        return importlib.import_module(f"{PACKAGE}.api.{tag}.{name}")

    def model(self, module: str, name: str) -> Any:
        return getattr(importlib.import_module(f"{PACKAGE}.models.{module}"), name)

    def part(self, module: str, name: str) -> Any:
        return getattr(importlib.import_module(f"{PACKAGE}.{module}"), name)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    folder = tmp_path_factory.mktemp("client")
    configuration = folder / "configuration.json"
    configuration.write_text(json.dumps(CONFIGURATION), "utf-8")
    made = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--path", str(CONTRACT)),
            *("--output-path", str(folder / PACKAGE), "--meta", "none", "--config", str(configuration)),
            "--fail-on-warning",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    made_of_it = Generated()
    yield made_of_it
    for client in made_of_it.clients:
        client.get_httpx_client().close()
    sys.path.remove(str(folder))


def test_generator_understands_all_of_the_contract(generated: Generated) -> None:
    contract = json.loads(CONTRACT.read_text("utf-8"))
    for methods in contract["paths"].values():
        for operation in methods.values():
            name = "".join(f"_{c.lower()}" if c.isupper() else c for c in operation["operationId"])
            module = generated.operation(operation["tags"][0].replace("-", "_"), name)
            assert callable(module.sync_detailed), name


def test_chain_runs_through_the_generated_client(generated: Generated, server: Server) -> None:
    fresh = _fresh_doctor(server)
    place = next(one for one in server.pool.institutions if one.province_code == fresh.province_code)
    doctor = _sign_in(generated, server, fresh.login)
    payload = {"institution_id": place.id, "form": FORM}

    created = generated.operation("doctor", "create_application").sync(
        client=doctor,
        body=generated.model("application_create", "ApplicationCreate").from_dict(
            {"type": "registration", "payload": payload}
        ),
        idempotency_key=str(uuid4()),
    )
    photo = generated.operation("doctor", "upload_attachment").sync(
        created.id,
        client=doctor,
        body=generated.model("body_upload_attachment", "BodyUploadAttachment")(
            kind=generated.model("body_upload_attachment_kind", "BodyUploadAttachmentKind")("photo"),
            file=generated.part("types", "File")(
                payload=io.BytesIO(portrait()), file_name="p.jpg", mime_type="image/jpeg"
            ),
        ),
    )
    saved = generated.operation("doctor", "update_application").sync(
        created.id,
        client=doctor,
        body=generated.model("application_update", "ApplicationUpdate").from_dict(
            {"payload": {**payload, "photo_id": str(photo.id)}}
        ),
        if_match=f'"v{created.version}"',
    )
    application = generated.operation("doctor", "submit_application").sync(
        created.id, client=doctor, if_match=f'"v{saved.version}"', idempotency_key=str(uuid4())
    )
    for realm, login, action in (
        ("institution", place.handler, "endorse"),
        ("authority", place.authority_handler, "accept"),
        ("authority", place.authority_approver, "approve"),
    ):
        assert action in [one.action for one in _seen(generated, server, realm, login, created.id)]
        application = _decide(generated, server, realm, login, action, application)

    assert application.status == "approved"
    registrations = generated.operation("doctor", "list_my_registrations").sync(client=doctor).items
    assert [(one.id, one.status) for one in registrations] == [(application.registration_id, "valid")]
    image = generated.operation("doctor", "get_my_attachment").sync(created.id, photo.id, client=doctor)
    assert image.payload.read().startswith(b"\xff\xd8")
    assert _wrong_turn(generated, doctor, application).code == "wrong_state"


def _fresh_doctor(server: Server) -> Any:
    made: list[Any] = []

    async def make() -> None:
        made.append(await add_fresh_doctor(server.settings))

    apart(make())
    return made[0]


def _sign_in(generated: Generated, server: Server, login: Login) -> Any:
    body = {
        "realm": login.realm,
        "login_name": login.login_name,
        "password": login.password,
        "delivery": "bearer",
    }
    known = _realm(login.realm) | {"X-Registry-Device": login.device_token}
    anonymous = generated.part("client", "Client")(base_url=server.origin, headers=known)
    session = generated.operation("sessions", "create_session").sync(
        client=anonymous, body=generated.model("session_create", "SessionCreate").from_dict(body)
    )
    signed_in = generated.part("client", "AuthenticatedClient")(
        base_url=server.origin, token=session.access_token, headers=_realm(login.realm)
    )
    generated.clients += [anonymous, signed_in]
    return signed_in


def _realm(realm: str) -> dict[str, str]:
    return {"X-Registry-Realm": realm}


def _seen(generated: Generated, server: Server, realm: str, login: Login, application_id: Any) -> list[Any]:
    operation = generated.operation(realm, f"get_{realm}_application")
    read = operation.sync(application_id, client=_sign_in(generated, server, login))
    return list(read.available_actions)


def _decide(
    generated: Generated, server: Server, realm: str, login: Login, action: str, application: Any
) -> Any:
    body = generated.model(f"{realm}_decision", f"{realm.capitalize()}Decision").from_dict({"action": action})
    return generated.operation(realm, f"decide_{realm}_application").sync(
        application.id,
        client=_sign_in(generated, server, login),
        body=body,
        if_match=f'"v{application.version}"',
        idempotency_key=str(uuid4()),
    )


def _wrong_turn(generated: Generated, doctor: Any, application: Any) -> Any:
    return generated.operation("doctor", "withdraw_application").sync(
        application.id,
        client=doctor,
        body=generated.model("withdrawal", "Withdrawal").from_dict({"comment": ""}),
        if_match=f'"v{application.version}"',
        idempotency_key=str(uuid4()),
    )
