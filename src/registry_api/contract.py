"""The OpenAPI contract: problems, security and error answers added to what the routes say of themselves."""

import base64
import json
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr

from registry_api.kit.key_bundles import make_demonstration_ring
from registry_api.kit.roles import REALMS
from registry_api.kit.route import API_PREFIX, TransactionalRoute, is_anonymous
from registry_api.kit.sealing import generate_key
from registry_api.kit.settings import Settings
from registry_api.kit.tokens import generate_key_pem

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 problem; `code` is stable, `detail` is for people.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
        "application_status": {"type": "string"},
        "available_actions": {"type": "array", "items": {"type": "string"}},
        "current_version": {"type": "integer"},
        "checks": {"type": "array", "items": {"$ref": "#/components/schemas/Check"}},
        "reason": {"type": "string"},
        "available_at": {"type": "string", "format": "date-time"},
        "applications": {
            "type": "array",
            "description": "With `open_business`: what is not finished.",
            "items": {
                "type": "object",
                "required": ["id", "number", "type_title", "status_title"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "number": {"type": ["string", "null"]},
                    "type_title": {"type": "string"},
                    "status_title": {"type": "string"},
                },
            },
        },
    },
}
_FIELD_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["pointer", "code", "message"],
    "properties": {
        "pointer": {"type": "string", "description": "JSON pointer (RFC 6901)."},
        "code": {"type": "string"},
        "message": {"type": "string"},
    },
}
_ANSWERS = {
    "401": "No identity",
    "403": "Wrong role, wrong entrance, or own case",
    "404": "Missing, or not yours",
    "409": "The state does not allow it",
    "410": "The ticket or link was used, or has ended",
    "412": "Stale `If-Match`",
    "413": "The body is too large",
    "422": "The body or query is not valid",
    "428": "`If-Match` is missing",
    "429": "Too many requests; see `Retry-After`",
    "503": "The database cannot be reached; try again",
}
_COUNTED = (
    *("createSession", "createToken"),
    *("getDisplayBoard", "printDisplayBoard", "getLicenceStatusList", "listLicenceStatusLists"),
)
"""Operations other than POSTs that a limit refuses."""
_ONLY_READING = ("/searches", "/lookups", "/login-name-checks", "/captchas", "/challenges")
"""Ends of the paths of POSTs that change nothing somebody else could have changed before."""


def describe(app: FastAPI) -> None:
    """Replaces `app.openapi` by one that declares every answer."""
    derive = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(derive(), app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(schema: dict[str, Any], app: FastAPI) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    schemas = components["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas |= {"Problem": _PROBLEM, "FieldError": _FIELD_ERROR}
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        **{
            f"{realm}_session": {
                "type": "apiKey",
                "in": "cookie",
                "name": f"__Host-{realm}",
                "description": "With `X-Registry-Realm` on unsafe methods.",
            }
            for realm in REALMS
        },
    }
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete_operation(schema["paths"][route.path_format][method.lower()], route)
    return schema


def _complete_operation(operation: dict[str, Any], route: APIRoute) -> None:
    transactional = isinstance(route, TransactionalRoute)
    wanted = {"422", "503"}
    if transactional and not is_anonymous(route):
        wanted |= {"401", "403"}
        operation["security"] = [{"bearer": []}, *({f"{realm}_session": []} for realm in _realms(operation))]
    else:
        operation["security"] = []
    if operation["operationId"] in ("createSession", "createToken"):
        wanted |= {"401", "403"}
    if operation["tags"] == ["captchas"] or operation["operationId"] in _COUNTED:
        wanted.add("429")
    if "{" in route.path:
        wanted.add("404")
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    if "If-Match" in names:
        wanted |= {"409", "412", "428"}
    methods = route.methods or set()
    if methods & {"POST", "PUT", "PATCH", "DELETE"}:
        wanted |= {"413", "429"}
        if not route.path.endswith(_ONLY_READING):
            wanted.add("409")
    if "POST" in methods and (is_anonymous(route) or route.path.startswith(f"{API_PREFIX}/me/")):
        wanted |= {"403", "410"}
    for status in sorted(wanted):
        operation["responses"][status] = {
            "description": _ANSWERS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _realms(operation: dict[str, Any]) -> list[str]:
    tag = operation["tags"][0]
    return [tag] if tag in REALMS else list(REALMS)


def export() -> str:
    """The contract as the text of `openapi/registry.json`; needs neither database nor environment."""
    from registry_api.app import create_app  # noqa: PLC0415 (the application imports this module)

    app = create_app(example_settings())
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def example_settings() -> Settings:
    """Settings with throw-away keys, for a process that serves nothing."""
    pem = base64.b64encode(generate_key_pem().encode()).decode()
    return Settings(
        environment="development",
        field_keys=SecretStr(f"none:{generate_key()}"),
        blind_index_key=SecretStr(generate_key()),
        token_keys=SecretStr(f"none:{pem}"),
        licence_keys=SecretStr(make_demonstration_ring()),
    )
