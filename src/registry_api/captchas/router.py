"""Captchas and puzzles for people who are not signed in; no proof is asked for what makes proofs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from registry_api.captchas import issue
from registry_api.captchas.service import Purpose
from registry_api.kit.route import API_PREFIX
from registry_api.kit.work import System

router = APIRouter(prefix=API_PREFIX, tags=["captchas"])
"""None of these holds a connection while it paints, speaks or computes: they open their own transactions."""


class ProofPurpose(BaseModel):
    """What the proof will be for; it counts for nothing else."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose


class CaptchaRead(BaseModel):
    """Five digits, to be seen or heard; one answer, right or wrong, uses them up."""

    captcha_id: UUID
    image: Annotated[str, Field(description="PNG as a data URL.")]
    audio_url: Annotated[str, Field(description="WAV; three times at most.")]
    expires_at: datetime


class PuzzleTerms(BaseModel):
    """Which puzzle it is for, and how many counters there are."""

    purpose: Purpose
    counters: int


class PuzzleParameters(BaseModel):
    """altcha's parameters (version 2)."""

    algorithm: str
    nonce: str
    salt: str
    cost: int
    key_length: Annotated[int, Field(alias="keyLength")]
    key_prefix: Annotated[str, Field(alias="keyPrefix")]
    key_signature: Annotated[str, Field(alias="keySignature")]
    expires_at: Annotated[int, Field(alias="expiresAt")]
    data: PuzzleTerms


class Puzzle(BaseModel):
    """altcha's challenge: find the counter below `data.counters` whose derived key begins with `keyPrefix`."""

    parameters: PuzzleParameters
    signature: str


class PuzzleRead(BaseModel):
    """A puzzle; the Base64 of `{challenge, solution: {counter, derivedKey}}` is the proof of work."""

    challenge: Puzzle
    expires_at: datetime


@router.post("/captchas", status_code=201, operation_id="createCaptcha")
async def create_captcha(body: ProofPurpose, request: Request) -> CaptchaRead:
    """Digits in a picture, and the address of their sound. They live five minutes."""
    system: System = request.app.state.system
    made = await issue.make_captcha(system, body.purpose, request.state.address)
    return CaptchaRead(
        captcha_id=made.id,
        image=made.image,
        audio_url=f"{API_PREFIX}/captchas/{made.id}/audio",
        expires_at=made.expires_at,
    )


@router.get(
    "/captchas/{captcha_id}/audio",
    operation_id="getCaptchaAudio",
    response_class=Response,
    responses={200: {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_captcha_audio(captcha_id: UUID, request: Request) -> Response:
    """The digits in Mandarin over a murmur; at most three times, each time another sound."""
    system: System = request.app.state.system
    sound = await issue.make_sound(system, captcha_id, request.state.address)
    return Response(sound, media_type="audio/wav")


@router.post("/captchas/challenges", status_code=201, operation_id="createProofOfWorkChallenge")
async def create_challenge(body: ProofPurpose, request: Request) -> PuzzleRead:
    """A puzzle that the device solves by itself in a few seconds; its solution counts once, for ten minutes."""
    system: System = request.app.state.system
    made = await issue.make_challenge(system, body.purpose, request.state.address)
    return PuzzleRead(challenge=Puzzle.model_validate(made.challenge), expires_at=made.expires_at)
