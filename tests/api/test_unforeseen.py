"""An error that nobody foresaw: people get a number to quote, and no internals."""

import pytest

from registry_api.applications import options
from tests.support.people import Cast


async def test_unforeseen_error_names_the_request_and_nothing_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, doctor = await cast.doctor()

    async def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(options, "list_options", fail)
    answer = await doctor.call("GET", "/doctor/application-options")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "secret detail" not in answer.text
