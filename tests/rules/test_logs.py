"""Log lines are JSON, carry the request, and give away neither persons nor secrets."""

import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from registry_api.kit.ids import new_id
from registry_api.kit.logs import RedactingFormatter, configure_logging, redact, request_id

ID_NUMBER = "11010519491231002X"
PHONE = "13812345678"
CANARIES = (ID_NUMBER, PHONE, "hunter22", "eyJhbGci")
logger = logging.getLogger("registry_api.somewhere")


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    logging.getLogger("uvicorn.access").disabled = False


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Any:
    configure_logging("INFO")

    def read() -> list[dict[str, Any]]:
        output = capsys.readouterr().out
        assert not any(canary in output for canary in CANARIES), output
        return [json.loads(line) for line in output.splitlines()]

    return read


def to_our_handler(record: logging.LogRecord) -> None:
    """Hands a record to the handler that `configure_logging` made, and to no other."""
    (handler,) = (
        one for one in logging.getLogger().handlers if isinstance(one.formatter, RedactingFormatter)
    )
    handler.handle(record)


def test_a_line_is_json_with_time_level_logger_message_and_request(lines: Any) -> None:
    reset = request_id.set("0199f3c4")
    logger.info("申请 %s 已受理", "ZC-370100-20261123-000042", extra={"operation": "accept", "ms": 12.5})
    request_id.reset(reset)
    logger.debug("not shown")

    (line,) = lines()
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "registry_api.somewhere",
        "message": "申请 ZC-370100-20261123-000042 已受理",
        "request_id": "0199f3c4",
        "operation": "accept",
        "ms": 12.5,
    }


def test_numbers_and_secrets_are_taken_out_wherever_they_stand(lines: Any) -> None:
    logger.info("person %s phone %s", ID_NUMBER, PHONE)
    logger.info("as dict %s", {"phone_number": PHONE, "password": "hunter22"})
    logger.info("as JSON %s", json.dumps({"new_password": "hunter22", "n": int(PHONE)}))
    logger.info({"message": "dict as message", "deep": [{"access_token": "hunter22", "no": int(PHONE)}]})
    logger.info("x", extra={"token": "hunter22", "subject": {"id": ID_NUMBER}, PHONE: 1, "nothing": None})
    logger.info("Authorization: Bearer eyJhbGci.eyJzdWIi.abc")
    logger.info("GET /x?token=hunter22&q=1 Cookie: doctor=hunter22; a=b")
    logger.info("postgresql://registry_app:hunter22@127.0.0.1/registry")

    assert len(lines()) == 8


def fail(error: Exception) -> None:
    raise error


def test_exception_texts_are_redacted_and_show_no_locals(lines: Any) -> None:
    class Form(BaseModel):
        age: int

    password = "hunter22"
    rejected = {"age": "hunter22 lives in 历下区"}
    for error in (
        ValueError(f"bad {ID_NUMBER}"),
        KeyError({"phone": PHONE, "password": password}),
        RuntimeError("duplicate\nDETAIL:  Key (login_key)=(hunter22) exists.\nHINT: none"),
    ):
        try:
            fail(error)
        except Exception:
            logger.exception("failed")
    try:
        Form.model_validate(rejected)
    except ValidationError:
        logger.exception("failed")

    written = lines()
    assert [line["message"] for line in written] == ["failed"] * 4
    assert "ValueError: bad [redacted]" in written[0]["exc_info"]
    assert "HINT: none" in written[2]["exc_info"]
    assert "历下区" not in written[3]["exc_info"]


@pytest.mark.parametrize(
    "text",
    [
        f"证{ID_NUMBER}号",
        ID_NUMBER.lower(),
        f"tel{PHONE}.",
        f"+86{PHONE}",
        f"+86-{PHONE}",
        "110105491231002",
        f"202637110{ID_NUMBER}",
        "token=hunter22",
        "client_secret : 'hun ter22'",
        '"refresh_token":"hunter22"',
        "basic aHVudGVyMjI=",
    ],
)
def test_what_is_redacted(text: str) -> None:
    shown = redact(text)

    assert "[redacted]" in shown
    assert not any(part in shown.upper() for part in (ID_NUMBER, PHONE, "HUNTER22", "TER22", "110105"))


@pytest.mark.parametrize(
    "text",
    [
        "ZC-370100-20261123-000042",
        "0199f3c4-1381-7234-8000-113812345678",
        "1795397400000",
        "took 12.345 ms for 10000000000 rows",
        "12345678901",
        "the token was refused",
        "3701**********1234 138****5678",
    ],
)
def test_what_stays(text: str) -> None:
    assert redact(text) == text


def test_no_uuid_is_ever_damaged() -> None:
    assert all(redact(str(one)) == str(one) for one in (new_id() for _ in range(3000)))


@given(st.text())
def test_redacting_twice_changes_no_more_than_once(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_uvicorn_writes_here_but_not_its_access_log(lines: Any) -> None:
    logging.getLogger("uvicorn.error").info("Started server process")
    logging.getLogger("uvicorn.access").info("GET /api/v1/me 200")

    assert [line["message"] for line in lines()] == ["Started server process"]


def test_warnings_are_written_too(lines: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old thing", stacklevel=1)

    assert "old thing" in lines()[0]["message"]


def test_configuring_again_does_not_double_the_lines(lines: Any) -> None:
    configure_logging("INFO")
    logger.info("once")

    assert len(lines()) == 1


def test_a_record_that_cannot_be_formatted_is_reported_without_its_content(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging("INFO")
    # pytest's own handler would raise.
    to_our_handler(logger.makeRecord(logger.name, logging.INFO, "file.py", 7, "%d", (ID_NUMBER,), None))

    captured = capsys.readouterr()
    assert captured.err == "log record from file.py:7 could not be written (TypeError)\n"
    assert captured.out == ""


def test_what_json_cannot_express_is_written_as_text(lines: Any) -> None:
    words, odd = "lone \ud800 surrogate and\nline break", {"odd": object, "many": {1, 2}}
    # What pytest captures itself is sent from process to process, and a lone surrogate cannot be.
    to_our_handler(logger.makeRecord(logger.name, logging.INFO, "file.py", 7, words, (), None, extra=odd))

    assert len(lines()) == 1
