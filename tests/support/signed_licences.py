"""A registry of one's own for tests of licences: its keys, and licences, presentations and PDFs signed with them."""

import asyncio
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from registry_api.kit.key_bundles import KeyBundle, encode_ring
from registry_api.licences import status_list
from registry_api.licences.keys import LicenceKeyRing
from registry_api.licences.pdf_signature import certify
from registry_api.licences.status_list import Status
from registry_api.licences.tokens import (
    PRESENTATION_LIFE,
    LicenceClaims,
    PresentationClaims,
    issue_licence,
    issue_presentation,
    photo_digest,
    qr_url,
    status_list_uri,
)
from registry_api.printing.licence import render_licence
from tests.support.licence_keys import make_bundle
from tests.support.pages import jpeg
from tests.support.printed import licence_page

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
ORIGIN = "https://registry.example.cn"
INDEX = 4711
PHOTO = jpeg()


class Issuer:
    """A registry that signs."""

    def __init__(self, *bundles: KeyBundle, origin: str = ORIGIN) -> None:
        self.ring = LicenceKeyRing.parse(encode_ring(bundles or [make_bundle()]), origin)
        self.origin = origin

    def claims(self, **changes: Any) -> LicenceClaims:
        """What a licence says."""
        content: dict[str, Any] = {
            "issuer": self.origin,
            "licence_number": "DZ37010200000001",
            "version": 2,
            "name": "李明",
            "certificate_number_masked": "ZY37*********6789",
            "institution": "济南市历下区仁和堂中医诊所",
            "photo_digest": photo_digest(PHOTO),
            "issued_on": date(2026, 11, 25),
            "status_list": "0",
            "status_index": INDEX,
        }
        return LicenceClaims(**(content | changes))

    def token(self, **changes: Any) -> str:
        """The token of a licence."""
        return issue_licence(self.claims(**changes), self.ring.signer)

    def presentation(self, shown_at: datetime = NOW) -> str:
        """The token of a 亮照 that began at that instant."""
        claims = PresentationClaims(
            self.origin, "DZ37010200000001", 2, b"0123456789abcdef", shown_at + PRESENTATION_LIFE
        )
        return issue_presentation(claims, self.ring.signer)

    def sign(self, page: bytes, token: str | None = None) -> bytes:
        """A page as this registry signs it."""
        return certify(page, qr_url(self.origin, token or self.token()), self.ring.signer, signed_at=NOW)

    @cached_property
    def page(self) -> bytes:
        """The page of a licence, not signed."""
        content = licence_page(qr_url=qr_url(self.origin, self.token()), photo_jpeg=PHOTO)
        return asyncio.run(render_licence(content, NOW))

    @cached_property
    def pdf(self) -> bytes:
        """The licence as it is handed out."""
        return self.sign(self.page)

    def status_list(
        self, *ended: tuple[int, Status], issued_at: datetime = NOW, list_id: str = "0", size: int = 10_000
    ) -> bytes:
        """A status list as it is published."""
        packed = status_list.pack(size, ended)
        uri = status_list_uri(self.origin, list_id)
        return status_list.issue(packed, uri, self.ring.signer, issuer=self.origin, now=issued_at)
