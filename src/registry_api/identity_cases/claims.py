"""What a person claims, and the proofs: sealed in the row and in the storage."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from fastapi import UploadFile

from registry_api.identity_cases.schemas import MAX_FILES
from registry_api.kit.problems import InvalidBody
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.photos.evidence import EvidenceInvalid, decode

CLAIM_PLACE = "identity_case.claim"
REASON_PLACE = "identity_case.reason"


@dataclass(frozen=True, slots=True)
class Claim:
    """What the person wrote, and what the account said when the case was opened."""

    name: str
    id_number: str
    phone: str
    """Where the person is told; of a lost phone the new one."""
    email: str | None
    statement: str
    account_found: bool
    name_matches: bool
    account_phone: str | None
    """The verified phone of the account concerned: its holder hears of everything that happens to it."""

    def seal(self, work: Work, case_id: UUID) -> bytes:
        """The claim as the row holds it."""
        return work.system.sealer.seal_json(asdict(self), CLAIM_PLACE, case_id)


def open_claim(work: Work, case_id: UUID, sealed: bytes) -> Claim:
    """The claim of a case."""
    values: dict[str, Any] = work.system.sealer.open_json(sealed, CLAIM_PLACE, case_id)
    return Claim(**values)


def open_reason(work: Work, case_id: UUID, sealed: bytes | None) -> str | None:
    """Why a case was decided so."""
    return None if sealed is None else work.system.sealer.open_text(sealed, REASON_PLACE, case_id)


async def decode_files(work: Work, files: Sequence[UploadFile]) -> list[bytes]:
    """The proofs, redrawn: only pixels pass on. Raises InvalidBody or EvidenceInvalid."""
    if len(files) > MAX_FILES:
        values = {"allowed": MAX_FILES}
        raise InvalidBody([{"pointer": "/evidence", "code": "too_many_files", "values": values}])
    if not files:
        raise EvidenceInvalid(values={"reason": text("evidence.missing", work.language)}, reason="missing")
    return [(await decode(await file.read(), work)).jpeg for file in files]


def keys_of(case_id: UUID, count: int) -> list[str]:
    """Where the proofs of a case lie in the storage."""
    return [f"identity-cases/{case_id}/{place}" for place in range(count)]


async def store_files(work: Work, case_id: UUID, files: Sequence[bytes]) -> None:
    """Keeps the proofs sealed, before the row that names them is committed: a row without them would be a lie."""
    for place, (key, content) in enumerate(zip(keys_of(case_id, len(files)), files, strict=True)):
        sealed = work.system.sealer.seal(content, _place(place), case_id)
        await work.system.storage.put(key, sealed, "application/octet-stream")


async def read_file(work: Work, case_id: UUID, keys: Sequence[str], place: int) -> bytes | None:
    """A proof as JPEG; None if there are not so many."""
    if not 0 <= place < len(keys):
        return None
    sealed = await work.system.storage.get(keys[place])
    return work.system.sealer.open_bytes(sealed, _place(place), case_id)


def _place(place: int) -> str:
    return f"identity_case.evidence.{place}"
