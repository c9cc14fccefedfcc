"""The proof that a person is there, as a device works it out."""

import asyncio
from typing import Any

from altcha import Challenge, Payload, solve_challenge

from tests.support.people import Person


async def human_proof(person: Person, purpose: str = "sign_in") -> dict[str, Any]:
    """The body of `human_proof`: a puzzle is asked for and solved."""
    answer = await person.call("POST", "/captchas/challenges", json={"purpose": purpose})
    assert answer.status_code == 201, answer.text
    challenge = Challenge.from_dict(answer.json()["challenge"])
    solution = await asyncio.to_thread(solve_challenge, challenge)
    assert solution is not None
    return {"proof_of_work": Payload(challenge, solution).to_base64()}
