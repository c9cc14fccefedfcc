"""Problems: every refusal as RFC 9457 `application/problem+json`, in the caller's language."""

import logging
from collections.abc import Mapping
from typing import Any

import asyncpg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from registry_api.kit.db import CONNECTION_FAULTS
from registry_api.kit.logs import request_id
from registry_api.kit.storage import StorageUnavailable
from registry_api.kit.texts import has_text, language_from, text

log = logging.getLogger(__name__)
TYPE_PREFIX = "/problems/"


class Problem(Exception):  # noqa: N818 (RFC 9457 calls it a problem)
    """A refusal that the caller can act on. Subclasses sit beside the rule they express."""

    status = 400
    code = "invalid_body"

    def __init__(
        self,
        *,
        headers: Mapping[str, str] | None = None,
        values: Mapping[str, object] | None = None,
        **extras: Any,
    ) -> None:
        super().__init__(self.code)
        self.headers = dict(headers or {})
        self.values = dict(values or {})
        self.extras = extras


class Unauthenticated(Problem):
    """Nobody is signed in, or no longer."""

    status, code = 401, "unauthenticated"


class Forbidden(Problem):
    """Signed in, but this role may not."""

    status, code = 403, "forbidden"


class WrongRealm(Problem):
    """An unsafe request without, or with another, `X-Registry-Realm`."""

    status, code = 403, "wrong_realm"


class OriginRefused(Problem):
    """An unsafe browser request from elsewhere."""

    status, code = 403, "origin_refused"


class NotFound(Problem):
    """Missing, or not yours: the answer is the same."""

    status, code = 404, "not_found"


class StaleVersion(Problem):
    """`If-Match` names an older version."""

    status, code = 412, "stale_version"


class PreconditionRequired(Problem):
    """`If-Match` is missing where a decision needs it."""

    status, code = 428, "precondition_required"


class IdempotencyMismatch(Problem):
    """The key was used for another request."""

    status, code = 422, "idempotency_mismatch"


class IdempotencyInFlight(Problem):
    """The first request with this key has not answered yet."""

    status, code = 409, "idempotency_in_flight"


class TooManyRequests(Problem):
    """A limit is reached; `Retry-After` says when to come back."""

    status, code = 429, "too_many_requests"


class BodyTooLarge(Problem):
    """The body exceeds its bound."""

    status, code = 413, "body_too_large"


class ServiceUnavailable(Problem):
    """The database, or the storage that the request needs, cannot be reached now."""

    status, code = 503, "service_unavailable"


class InvalidBody(Problem):
    """The body breaks a rule that the schema cannot express; `errors` has `{pointer, code}`."""

    status, code = 422, "invalid_body"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__()
        self.errors = errors


CONSTRAINTS: dict[str, type[Problem]] = {}
"""Named database constraints whose violation is a refusal of its own; slices add theirs at import."""


def problem_document(problem: Problem, language: Any) -> dict[str, Any]:
    """The body of a problem: what happened and what to do, without internals."""
    document: dict[str, Any] = {
        "type": TYPE_PREFIX + problem.code.replace("_", "-"),
        "title": text(f"problem.{problem.code}.title", language, **problem.values),
        "status": problem.status,
        "detail": text(f"problem.{problem.code}.detail", language, **problem.values),
        "code": problem.code,
        "request_id": request_id.get(),
    }
    if isinstance(problem, InvalidBody):
        document["errors"] = [
            {
                "pointer": error["pointer"],
                "code": error["code"],
                "message": error.get("message")
                or field_message(error["code"], language, **error.get("values", {})),
            }
            for error in problem.errors
        ]
    return document | problem.extras


def field_message(code: str, language: Any, **values: object) -> str:
    """What is wrong with a field, by the code of the error."""
    key = f"field.{code}"
    return text(key if has_text(key, language) else "field.default", language, **values)


def render(problem: Problem, language: Any) -> Response:
    """The problem as an HTTP response."""
    return JSONResponse(
        problem_document(problem, language),
        status_code=problem.status,
        headers={"Cache-Control": "no-store", **problem.headers},
        media_type="application/problem+json",
    )


def install_handlers(app: FastAPI) -> None:
    """Every exception ends in one of these."""

    async def on_problem(request: Request, error: Exception) -> Response:
        return render(_as_problem(error), _language(request))

    async def on_fault(request: Request, error: Exception) -> Response:
        log.warning("database unavailable: %s", type(error).__name__)
        return render(ServiceUnavailable(headers={"Retry-After": "2"}), _language(request))

    async def on_storage_fault(request: Request, error: Exception) -> Response:
        log.warning("storage unavailable: %s", error)
        return render(ServiceUnavailable(headers={"Retry-After": "10"}), _language(request))

    async def on_bug(request: Request, error: Exception) -> Response:
        log.error("unhandled error", exc_info=error)
        return render(Internal(), _language(request))

    for kind in (Problem, RequestValidationError, HTTPException, asyncpg.IntegrityConstraintViolationError):
        app.add_exception_handler(kind, on_problem)
    for kind in (*CONNECTION_FAULTS, asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError):
        app.add_exception_handler(kind, on_fault)
    app.add_exception_handler(StorageUnavailable, on_storage_fault)
    # asyncpg files wrong arguments under interface errors; they are bugs, not faults of the connection.
    app.add_exception_handler(asyncpg.DataError, on_bug)


class Internal(Problem):
    """A fault of ours; the log has it under the request id."""

    status, code = 500, "internal"


class _MethodNotAllowed(Problem):
    status, code = 405, "method_not_allowed"


def _as_problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _from_validation(error)
    if isinstance(error, HTTPException):
        known = {404: NotFound, 405: _MethodNotAllowed, 413: BodyTooLarge}.get(error.status_code)
        if known is not None:
            return known(headers=error.headers)
        return InvalidBody([]) if error.status_code < 500 else Internal()
    constraint = getattr(error, "constraint_name", None)
    known = CONSTRAINTS.get(constraint or "")
    if known is not None:
        return known()
    log.error("unhandled constraint %s", constraint, exc_info=error)
    return Internal()


class _InvalidQuery(InvalidBody):
    code = "invalid_query"


def _from_validation(error: RequestValidationError) -> Problem:
    errors = []
    in_body = False
    for item in error.errors():
        where, *path = item["loc"]
        in_body = in_body or where == "body"
        values = {
            name: value for name, value in (item.get("ctx") or {}).items() if isinstance(value, str | int)
        }
        place = pointer(path if where == "body" else [where, *path])
        errors.append({"pointer": place, "code": item["type"], "values": values})
    return InvalidBody(errors) if in_body else _InvalidQuery(errors)


def pointer(path: list[Any] | tuple[Any, ...]) -> str:
    """A JSON pointer (RFC 6901) of path segments."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _language(request: Request) -> Any:
    return language_from(request.headers.get("accept-language"))
