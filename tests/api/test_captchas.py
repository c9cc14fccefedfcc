"""Captchas and proofs of work: each counts once, for one purpose, for a while."""

import asyncio
import base64
import io
import json
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from altcha import Challenge, Payload, Solution, solve_challenge
from PIL import Image

from registry_api.captchas.issue import DIGITS, HEARINGS, LENGTH
from registry_api.captchas.service import HumanProof, HumanProofRequired, Purpose, require_proof
from registry_api.kit.problems import InvalidBody
from registry_api.kit.work import System, Work
from registry_api.worker import clean
from tests.support.people import Cast
from tests.support.problems import problem

pytestmark = pytest.mark.usefixtures("fresh_counters")


@dataclass
class Stranger:
    """Somebody who is not signed in, and the operations that will ask for a proof."""

    cast: Cast
    client: httpx.AsyncClient
    superuser: Any

    @property
    def system(self) -> System:
        system: System = self.cast.app.state.system
        return system

    async def post(self, path: str, purpose: str = "sign_in") -> httpx.Response:
        return await self.client.post(f"/api/v1{path}", json={"purpose": purpose})

    async def captcha(self, purpose: str = "sign_in") -> dict[str, Any]:
        answer = await self.post("/captchas", purpose)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def digits(self, captcha_id: str) -> str:
        """What a person would read."""
        sealed = await self.superuser.fetchval("SELECT answer_sealed FROM captcha WHERE id = $1", captcha_id)
        return self.system.sealer.open_text(bytes(sealed), "captcha.answer", UUID(captcha_id))

    async def read(self, purpose: str = "sign_in") -> HumanProof:
        """A captcha with its right answer."""
        made = await self.captcha(purpose)
        return HumanProof(captcha_id=made["captcha_id"], captcha_answer=await self.digits(made["captcha_id"]))

    async def worked(self, purpose: str = "sign_in") -> Payload:
        """A puzzle and its solution."""
        answer = await self.post("/captchas/challenges", purpose)
        assert answer.status_code == 201, answer.text
        challenge = Challenge.from_dict(answer.json()["challenge"])
        solution = await asyncio.to_thread(solve_challenge, challenge)
        assert solution is not None
        return Payload(challenge, solution)

    async def prove(self, proof: HumanProof | None, purpose: Purpose = "sign_in") -> bool:
        """Whether an operation that asks for this proof goes on."""
        work = Work(self.system, None, self.system.clock.now(), "zh-CN", "r", None, None)  # type: ignore[arg-type]
        try:
            await require_proof(work, purpose, proof)
        except InvalidBody as refusal:
            if refusal.errors != [{"pointer": "/human_proof", "code": "wrong_proof"}]:
                raise
            return False
        return True


@pytest.fixture
async def stranger(cast: Cast, superuser: Any) -> AsyncIterator[Stranger]:
    settings = cast.app.state.system.settings
    # Cheap puzzles: the tests are about what counts, not about how long it takes.
    cast.app.state.system.settings = settings.model_copy(
        update={"proof_of_work_cost": 10, "proof_of_work_counters": 20}
    )
    transport = httpx.ASGITransport(cast.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings.origin) as client:
        yield Stranger(cast, client, superuser)
    cast.app.state.system.settings = settings


async def test_a_captcha_is_a_small_picture_of_digits_that_lives_five_minutes(stranger: Stranger) -> None:
    made = await stranger.captcha()
    kind, content = made["image"].split(",")
    assert kind == "data:image/png;base64"
    picture = base64.b64decode(content)
    assert len(picture) <= 10_000
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size == (200, 72)
    digits = await stranger.digits(made["captcha_id"])
    assert len(digits) == LENGTH
    assert set(digits) <= set(DIGITS)
    assert made["expires_at"] == (stranger.system.clock.now() + timedelta(minutes=5)).isoformat().replace(
        "+00:00", "Z"
    )


async def test_of_fifty_parallel_answers_one_counts(stranger: Stranger) -> None:
    proof = await stranger.read()
    answers = await asyncio.gather(*(stranger.prove(proof) for _ in range(50)))
    assert answers.count(True) == 1


async def test_a_wrong_answer_uses_the_captcha_up(stranger: Stranger) -> None:
    right = await stranger.read()
    assert not await stranger.prove(right.model_copy(update={"captcha_answer": "1"}))
    assert not await stranger.prove(right)


async def test_digits_count_as_people_type_them(stranger: Stranger) -> None:
    right = await stranger.read()
    full_width = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in right.captcha_answer or "")
    assert await stranger.prove(right.model_copy(update={"captcha_answer": f" {full_width} "}))


async def test_a_captcha_counts_for_its_purpose_only(stranger: Stranger) -> None:
    proof = await stranger.read("password_reset")
    assert not await stranger.prove(proof, "sign_in")
    assert not await stranger.prove(proof, "password_reset")


async def test_a_captcha_ends_after_five_minutes(stranger: Stranger) -> None:
    proof = await stranger.read()
    stranger.cast.clock.advance(timedelta(minutes=5))
    assert not await stranger.prove(proof)


async def test_nothing_goes_on_without_a_proof(stranger: Stranger) -> None:
    with pytest.raises(HumanProofRequired):
        await stranger.prove(None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"captcha_id": "00000000-0000-7000-8000-000000000001"},
        {"captcha_answer": "23456"},
        {
            "captcha_id": "00000000-0000-7000-8000-000000000001",
            "captcha_answer": "2",
            "proof_of_work": "e30=",
        },
        {"captcha_answer": "2", "proof_of_work": "e30="},
    ],
)
def test_a_proof_is_given_in_one_way(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="one_way_of_proof"):
        HumanProof.model_validate(body)


async def test_the_sound_can_be_heard_three_times(stranger: Stranger) -> None:
    made = await stranger.captcha()
    heard = [await stranger.client.get(made["audio_url"]) for _ in range(HEARINGS)]
    assert {answer.headers["content-type"] for answer in heard} == {"audio/wav"}
    assert len({answer.content for answer in heard}) == HEARINGS
    for answer in heard:
        assert len(answer.content) < 100_000
        with wave.open(io.BytesIO(answer.content)) as sound:
            assert (sound.getframerate(), sound.getnchannels()) == (8000, 1)
            assert 4 < sound.getnframes() / 8000 < 15
    assert problem(await stranger.client.get(made["audio_url"])) == (404, "not_found")


async def test_a_captcha_that_is_used_is_silent(stranger: Stranger) -> None:
    proof = await stranger.read()
    await stranger.prove(proof)
    answer = await stranger.client.get(f"/api/v1/captchas/{proof.captcha_id}/audio")
    assert problem(answer) == (404, "not_found")


@pytest.mark.parametrize("path", ["/captchas", "/captchas/challenges"])
async def test_an_address_gets_two_hundred_a_minute(stranger: Stranger, path: str) -> None:
    answers = await asyncio.gather(*(stranger.post(path) for _ in range(210)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(201), statuses.count(429)) == (200, 10)
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert problem(refused) == (429, "too_many_requests")
    assert 1 <= int(refused.headers["retry-after"]) <= 60


async def test_an_unknown_purpose_is_refused(stranger: Stranger) -> None:
    assert problem(await stranger.post("/captchas", "anything")) == (422, "invalid_body")


async def test_a_solution_counts_once_also_in_parallel(stranger: Stranger) -> None:
    proof = HumanProof(proof_of_work=(await stranger.worked()).to_base64())
    answers = await asyncio.gather(*(stranger.prove(proof) for _ in range(50)))
    assert answers.count(True) == 1


async def test_the_same_solution_in_other_words_counts_no_second_time(stranger: Stranger) -> None:
    payload = await stranger.worked()
    assert await stranger.prove(HumanProof(proof_of_work=payload.to_base64()))
    words = payload.to_dict()
    words["solution"]["derivedKey"] = words["solution"]["derivedKey"].upper()
    words["challenge"]["parameters"]["expiresAt"] = float(words["challenge"]["parameters"]["expiresAt"])
    spaced = base64.b64encode(json.dumps(words, indent=1).encode()).decode()
    assert not await stranger.prove(HumanProof(proof_of_work=spaced))


async def test_a_solution_counts_for_its_purpose_only(stranger: Stranger) -> None:
    payload = await stranger.worked("password_reset")
    assert not await stranger.prove(HumanProof(proof_of_work=payload.to_base64()), "sign_in")


async def test_a_solution_ends_after_ten_minutes(stranger: Stranger) -> None:
    payload = await stranger.worked()
    stranger.cast.clock.advance(timedelta(minutes=10))
    assert not await stranger.prove(HumanProof(proof_of_work=payload.to_base64()))


@pytest.mark.parametrize("change", ["cost", "keyPrefix", "expiresAt", "data", "signature", "counter"])
async def test_a_tampered_puzzle_or_solution_is_refused(stranger: Stranger, change: str) -> None:
    payload = await stranger.worked()
    words = payload.to_dict()
    parameters = words["challenge"]["parameters"]
    if change in parameters:
        easier = {"cost": 1, "keyPrefix": "", "expiresAt": parameters["expiresAt"] + 60, "data": None}
        parameters[change] = easier[change]
    elif change == "signature":
        words["challenge"]["signature"] = "0" * 64
    else:
        words["solution"] = Solution(payload.solution.counter + 1, "0" * 64).to_dict()
    tampered = base64.b64encode(json.dumps(words).encode()).decode()
    assert not await stranger.prove(HumanProof(proof_of_work=tampered))
    assert await stranger.prove(HumanProof(proof_of_work=payload.to_base64()))


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"1", b'"words"', b"{}", b'{"challenge": {"parameters": "x"}}', b"[" * 1400],
)
async def test_what_is_no_proof_is_refused(stranger: Stranger, content: bytes) -> None:
    assert not await stranger.prove(HumanProof(proof_of_work=base64.b64encode(content).decode() or "="))


async def test_what_has_ended_is_cleaned_away(stranger: Stranger) -> None:
    # Other tests may leave what ends later still: their clocks were further.
    over = (
        "SELECT (SELECT count(*) FROM captcha WHERE expires_at < $1),"
        " (SELECT count(*) FROM spent_proof WHERE expires_at < $1)"
    )
    await stranger.captcha()
    assert await stranger.prove(HumanProof(proof_of_work=(await stranger.worked()).to_base64()))
    stranger.cast.clock.advance(timedelta(minutes=11))
    now = stranger.cast.clock.now()
    assert all(await stranger.superuser.fetchrow(over, now))
    await clean(stranger.cast.app.state.worker_system)
    assert tuple(await stranger.superuser.fetchrow(over, now)) == (0, 0)
