"""Structured logs: one JSON object a line on standard output, with personal numbers and secrets taken out.

Redaction sits in the formatter, the one place that message, arguments, extras and exception texts all pass.
"""

import logging
import re
import sys
from contextvars import ContextVar
from datetime import date, time
from typing import Any
from uuid import UUID

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request being answered; each line of its log carries it."""

REDACTED = "[redacted]"
_SECRET_WORDS = r"password|passwd|token|secret|authorization|cookie|private_key|api_key"  # noqa: S105
_SECRET_NAME = re.compile(rf"{_SECRET_WORDS}|id_number|phone|certificate_number", re.IGNORECASE)
_DATABASE_DETAIL = r"DETAIL:.*?(?=\n(?:HINT:|The above exception|During handling|\n)|\Z)"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(bearer|basic)\s{1,4}[\w.~+/=-]+", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), REDACTED),
    (re.compile(r"(://[^/\s:@]{0,64}:)[^/\s@]{1,256}@"), rf"\1{REDACTED}@"),
    (
        re.compile(
            rf"((?:{_SECRET_WORDS})[\w-]{{0,40}}[\"']?\s{{0,3}}[:=]\s{{0,3}})"
            r"(?:\"[^\"]*\"|'[^']*'|(?!\[redacted\]|(?:bearer|basic)\s)[^\s,;&})\]]+)",
            re.IGNORECASE,
        ),
        rf"\1{REDACTED}",
    ),
    # Rejected input and rows: pydantic and PostgreSQL quote them in their messages.
    (re.compile(r"input_value=.*?(?=, input_type=)", re.DOTALL), f"input_value={REDACTED}"),
    (re.compile(_DATABASE_DETAIL, re.DOTALL), f"DETAIL: {REDACTED}"),
)
# ID numbers (18 characters, 15 before 1999), certificate numbers that contain one (24 or 27), mobile numbers.
# UUIDs are matched first so that they stay whole.
_NUMBERS = re.compile(
    r"(?P<uuid>\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)"
    r"|(?<!\d)(?:\d{17,}[\dXx]|\d{15}|(?:86)?1[3-9]\d{9})(?!\d)",
    re.IGNORECASE,
)
_PLAIN_TYPES = (bool, float, type(None), date, time, UUID)


def redact(text: str) -> str:
    """The text without ID, certificate and mobile numbers, bearer tokens, and values of secret names."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return _NUMBERS.sub(lambda match: match["uuid"] or REDACTED, text)


def _redact_value(value: object) -> object:
    if isinstance(value, _PLAIN_TYPES):
        return value
    if isinstance(value, int):
        return value if redact(str(value)) == str(value) else REDACTED
    if isinstance(value, dict):
        return {
            redact(str(key)): REDACTED if _SECRET_NAME.search(str(key)) else _redact_value(entry)
            for key, entry in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_redact_value(entry) for entry in value]
    return redact(str(value))


class RedactingFormatter(JsonFormatter):
    """Formats a record as a JSON object: timestamp, level, logger, message, request_id, extras, exc_info."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp=True,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Add the request id and take out what must not be logged."""
        log_data["request_id"] = request_id.get()
        redacted = _redact_value(log_data)
        assert isinstance(redacted, dict)  # noqa: S101 (narrows the type: a dict gives a dict)
        return redacted


class _StandardOutput(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stdout.write(self.format(record) + "\n")
            sys.stdout.flush()
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the name of the standard library)
        """Say where a record could not be written; the inherited report would quote it unredacted."""
        reason = type(sys.exc_info()[1]).__name__
        sys.stderr.write(
            f"log record from {record.pathname}:{record.lineno} could not be written ({reason})\n"
        )


def configure_logging(level: str) -> None:
    """Send everything from `level` up to standard output, uvicorn's loggers and warnings included.

    Repeatable. Run uvicorn with `log_config=None`; its access log stays off, since it would print queries.
    """
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _StandardOutput)]:
        root.removeHandler(handler)
    handler = _StandardOutput()
    handler.setFormatter(RedactingFormatter())
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True
