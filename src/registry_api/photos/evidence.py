"""Proofs: photos and scans of papers, decoded for whoever keeps them."""

from registry_api.kit.problems import Problem
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.photos.decoder import DecodedPhoto, PhotoRefused, decode_evidence
from registry_api.photos.decoding import in_thread


class EvidenceInvalid(Problem):
    """A file is no image that can be used; `reason` says why."""

    status, code = 422, "evidence_invalid"


async def decode(content: bytes, work: Work) -> DecodedPhoto:
    """The proof, redrawn in a thread: only pixels pass on. Raises EvidenceInvalid with the reason in words."""
    try:
        return await in_thread(decode_evidence, content)
    except PhotoRefused as refused:
        reason = text(f"evidence.{refused.code}", work.language)
        raise EvidenceInvalid(values={"reason": reason}, reason=refused.code) from refused
