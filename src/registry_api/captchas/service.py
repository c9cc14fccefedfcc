"""Proof that a person is there: the digits of a captcha, or work that a device did.

The digits can be seen or heard; the work asks for neither (WCAG 2.2, 3.3.8). Whatever is shown here counts once.
"""

import hmac
import unicodedata
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import bindparam, update

from registry_api.captchas.models import Captcha
from registry_api.captchas.work_proofs import spend_proof
from registry_api.kit.db import Statement
from registry_api.kit.problems import InvalidBody, Problem
from registry_api.kit.sealing import BlindIndex
from registry_api.kit.work import Work

Purpose = Literal[
    "account_registration",
    "login_name_check",
    "sign_in",
    "password_reset",
    "login_name_recovery",
    "identity_dispute",
    "phone_replacement",
    "email_verification",
    "register_search",
]
"""What a proof is for; it counts for nothing else."""


class HumanProof(BaseModel):
    """Either `captcha_id` with `captcha_answer`, or `proof_of_work` (Base64 of altcha's payload)."""

    model_config = ConfigDict(extra="forbid")

    captcha_id: UUID | None = None
    captcha_answer: Annotated[str, Field(min_length=1, max_length=16)] | None = None
    proof_of_work: Annotated[str, Field(min_length=1, max_length=2048)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        digits = self.captcha_id is not None and self.captcha_answer is not None
        neither = self.captcha_id is None and self.captcha_answer is None
        if (digits and self.proof_of_work is None) or (neither and self.proof_of_work is not None):
            return self
        raise PydanticCustomError("one_way_of_proof", "give a captcha's answer or a proof of work")


class HumanProofRequired(Problem):
    """This operation wants to know that a person is there."""

    status, code = 403, "human_proof_required"


_USE_UP = Statement(
    update(Captcha)
    .where(Captcha.id == bindparam("captcha_id"), Captcha.used_at.is_(None))
    .values(used_at=bindparam("now"))
    .returning(Captcha.purpose, Captcha.answer_hash, Captcha.expires_at),
    lambda *row: row,
)


async def require_proof(work: Work, purpose: Purpose, proof: HumanProof | None) -> None:
    """Lets go on who proved to be there. Raises HumanProofRequired, or InvalidBody at `/human_proof`.

    A proof is used up in a transaction of its own before it is looked at, so that neither a burst, a wrong answer
    nor a request that is rolled back leaves it for another try. `work.tx` is not touched.
    """
    if proof is None:
        raise HumanProofRequired
    if proof.proof_of_work is not None:
        accepted = await spend_proof(work.system, purpose, proof.proof_of_work, work.now)
    else:
        accepted = await _use_captcha(work, purpose, proof)
    if not accepted:
        raise InvalidBody([{"pointer": "/human_proof", "code": "wrong_proof"}])


async def _use_captcha(work: Work, purpose: Purpose, proof: HumanProof) -> bool:
    async with work.system.counters.transaction() as tx:
        found = await tx.find(_USE_UP, captcha_id=proof.captcha_id, now=work.now)
    if found is None or proof.captcha_id is None or proof.captcha_answer is None:
        return False
    bound_to: str
    expected: bytes
    expires_at: datetime
    bound_to, expected, expires_at = found
    given = answer_hash(work.system.blind_index, proof.captcha_id, proof.captcha_answer)
    return bound_to == purpose and expires_at > work.now and hmac.compare_digest(expected, given)


def answer_hash(blind_index: BlindIndex, captcha_id: UUID, answer: str) -> bytes:
    """The HMAC of a captcha and its answer; full-width digits and spaces are what some keyboards type."""
    digits = "".join(unicodedata.normalize("NFKC", answer).split())
    return blind_index.of("captcha", f"{captcha_id}/{digits}")
