"""Reading a refusal."""

import re

import httpx


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which is a problem document in Chinese."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    assert re.search(r"[一-鿿]", document["title"]), document
    assert re.search(r"[一-鿿]", document["detail"]), document
    return answer.status_code, document["code"]


def codes_at(answer: httpx.Response, pointer: str) -> list[str]:
    """Codes of what is wrong at a place of the body."""
    assert answer.status_code == 422, answer.text
    return [error["code"] for error in answer.json().get("errors", ()) if error["pointer"] == pointer]
