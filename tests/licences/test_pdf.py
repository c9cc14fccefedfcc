"""A licence's PDF counts as long as nothing of it was touched, and what was touched is named."""

import io
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from registry_api.kit.key_bundles import make_demonstration_ring, parse_bundles
from registry_api.licences.keys import PublishedKeys
from registry_api.licences.pdf_signature import certify
from registry_api.licences.pdf_verification import LONGEST_PDF, PdfCheck, check_pdf
from registry_api.licences.reasons import Reason
from registry_api.licences.tokens import qr_url
from tests.support.licence_keys import make_bundle
from tests.support.pages import qr_codes
from tests.support.signed_licences import NOW, ORIGIN, PHOTO, Issuer
from tests.support.tampering import edited, other_photo, page_content, replaced, signed_by

BUNDLE = make_bundle("某省中医药管理局")
ISSUER = Issuer(BUNDLE)
KEYS = ISSUER.ring.published
FORGER = make_bundle("伪造者")


def check(pdf: bytes, keys: PublishedKeys = KEYS) -> PdfCheck:
    return check_pdf(pdf, keys, now=NOW + timedelta(days=20 * 365))


def reasons(pdf: bytes, keys: PublishedKeys = KEYS) -> set[Reason]:
    return set(check(pdf, keys).reasons)


def catalogue(pdf: bytes) -> Any:
    return PdfFileReader(io.BytesIO(pdf)).root


def contact() -> str:
    return qr_url(ORIGIN, ISSUER.token())


def test_what_was_handed_out_counts_even_after_the_certificate_has_ended() -> None:
    found = check(ISSUER.pdf)
    assert found == PdfCheck((), ISSUER.claims(), NOW)


def test_the_code_on_the_page_is_a_token_of_the_same_licence() -> None:
    (code,) = qr_codes(ISSUER.pdf)
    assert code.startswith(f"{ORIGIN}/v#")


def test_signing_adds_little_and_changes_nothing() -> None:
    """What was rendered stands in front as it was, so PDF/A's metadata did not change either."""
    assert ISSUER.pdf.startswith(ISSUER.page)
    added = ISSUER.pdf[len(ISSUER.page) :]
    assert len(added) < 8_000
    assert catalogue(ISSUER.pdf)["/Metadata"].data == catalogue(ISSUER.page)["/Metadata"].data
    assert b"xpacket" not in added
    assert len(ISSUER.pdf) < 150_000


def test_the_signature_has_a_name_that_is_read_aloud_and_no_size() -> None:
    field = catalogue(ISSUER.pdf)["/AcroForm"]["/Fields"][0].get_object()
    assert field["/TU"] == "注册机关电子签名"
    assert [float(one) for one in field["/Rect"]] == [0, 0, 0, 0]
    assert field["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_with_any_byte_changed_it_does_not_count(share: float, flip: int) -> None:
    content = bytearray(ISSUER.pdf)
    begin = ISSUER.pdf.index(b"/Contents <") + 10
    end = ISSUER.pdf.index(b">", begin) + 1
    at = int(share * (len(content) - (end - begin)))
    at += end - begin if at >= begin else 0  # the signature itself is tried apart
    content[at] ^= flip
    assert reasons(bytes(content))


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), digit=st.sampled_from(b"0123456789abcdef"))
def test_a_signature_that_was_touched_never_says_something_else(share: float, digit: int) -> None:
    content = bytearray(ISSUER.pdf)
    begin = ISSUER.pdf.index(b"/Contents <") + 11
    end = ISSUER.pdf.index(b">", begin)
    content[begin + int(share * (end - begin))] = digit
    found = check(bytes(content))
    assert found.reasons or found.claims == ISSUER.claims()


def test_nothing_hides_in_the_room_left_for_the_signature() -> None:
    end = ISSUER.pdf.index(b"00>", ISSUER.pdf.index(b"/Contents <"))
    assert reasons(ISSUER.pdf[:end] + b"07" + ISSUER.pdf[end + 2 :]) == {Reason.EDITED}


@settings(max_examples=40, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True))
def test_cut_short_it_does_not_count(share: float) -> None:
    assert reasons(ISSUER.pdf[: int(share * len(ISSUER.pdf))])


def test_another_page_in_its_place_is_an_alteration() -> None:
    content = page_content(ISSUER.pdf)
    assert reasons(replaced(ISSUER.pdf, content, content[:-4] + b"\0\0\0\0")) == {Reason.ALTERED}


def test_another_photo_in_its_place_is_named() -> None:
    swapped = replaced(ISSUER.pdf, PHOTO, other_photo(len(PHOTO)))
    assert reasons(swapped) == {Reason.ALTERED, Reason.OTHER_PHOTO}


@pytest.mark.parametrize("what", ["page", "language"])
def test_an_edit_after_signing_is_named(what: str) -> None:
    assert reasons(edited(ISSUER.pdf, what)) == {Reason.EDITED}


def test_a_photo_swapped_by_an_editor_is_named() -> None:
    assert reasons(edited(ISSUER.pdf, "photo")) == {Reason.EDITED, Reason.OTHER_PHOTO}


@pytest.mark.parametrize("tail", [b"\n", b" ", b"%%EOF\n", b"\0" * 100])
def test_not_even_white_space_may_follow(tail: bytes) -> None:
    assert reasons(ISSUER.pdf + tail) <= {Reason.EDITED, Reason.MALFORMED}
    assert reasons(ISSUER.pdf + tail)


def test_a_second_signature_is_an_edit() -> None:
    twice = signed_by(ISSUER.pdf, FORGER, field="Second", certify=False, contact=None)
    assert Reason.EDITED in reasons(twice)


def test_a_page_without_signature_is_named() -> None:
    assert reasons(ISSUER.page) == {Reason.UNSIGNED}


def test_a_page_that_somebody_else_signed_is_another_issuers() -> None:
    found = check(signed_by(ISSUER.page, FORGER, field="LicenceSignature", certify=True, contact=contact()))
    assert found.reasons == (Reason.OTHER_ISSUER,)
    assert found.claims == ISSUER.claims()  # the token was copied from a genuine licence


def test_a_forger_who_takes_our_name_has_the_wrong_key() -> None:
    namesake = make_bundle("某省中医药管理局")
    forged = signed_by(ISSUER.page, namesake, field="LicenceSignature", certify=True, contact=contact())
    assert reasons(forged) == {Reason.WRONG_KEY}


def test_our_own_signature_on_something_else_is_no_licence() -> None:
    """Such as on a form: only a certification that permits no change, with a licence's token, makes a licence."""
    approval = signed_by(ISSUER.page, BUNDLE, field="Form", certify=False, contact=contact())
    assert reasons(approval) == {Reason.NOT_A_LICENCE}
    bare = signed_by(ISSUER.page, BUNDLE, field="Form", certify=True, contact=None)
    assert reasons(bare) == {Reason.NOT_A_LICENCE}
    assert reasons(ISSUER.sign(ISSUER.page, ISSUER.presentation(NOW + timedelta(days=9999)))) == {
        Reason.NOT_A_LICENCE
    }


def test_a_token_of_another_photo_does_not_fit() -> None:
    assert reasons(ISSUER.sign(ISSUER.page, ISSUER.token(photo_digest=bytes(16)))) == {Reason.OTHER_PHOTO}


def test_a_token_of_another_registry_does_not_fit() -> None:
    assert reasons(ISSUER.sign(ISSUER.page, Issuer(origin="https://x").token())) == {Reason.OTHER_ISSUER}


def test_a_certificate_that_was_not_valid_when_it_signed_is_not_trusted() -> None:
    issuer = Issuer(*parse_bundles(make_demonstration_ring()))
    code = qr_url(ORIGIN, issuer.token())
    early = certify(ISSUER.page, code, issuer.ring.signer, signed_at=NOW - timedelta(days=9999))
    assert reasons(early, issuer.ring.published) == {Reason.UNTRUSTED}
    assert reasons(issuer.pdf, issuer.ring.published) == set()


def test_keys_without_certificates_suffice() -> None:
    bare = PublishedKeys.parse(KEYS.cose_keys())
    assert reasons(ISSUER.pdf, bare) == set()
    assert reasons(ISSUER.pdf, Issuer().ring.published) == {Reason.WRONG_KEY}


def test_a_licence_of_a_retired_key_counts() -> None:
    assert reasons(ISSUER.pdf, Issuer(make_bundle("新"), BUNDLE).ring.published) == set()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_what_only_begins_like_a_pdf_is_malformed(content: bytes) -> None:
    assert reasons(b"%PDF-1.7\n" + content) == {Reason.MALFORMED}


def test_what_is_too_large_is_not_read() -> None:
    assert reasons(ISSUER.pdf + bytes(LONGEST_PDF)) == {Reason.MALFORMED}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_finds_the_signature_right(tmp_path: Path) -> None:
    """A program that had no part in it: the CMS is detached, over all but the hole it lies in."""
    begin, end = (int(one) for one in re.findall(rb"/ByteRange \[ ?0 (\d+) (\d+) \d+ ?\]", ISSUER.pdf)[0])
    (tmp_path / "content").write_bytes(ISSUER.pdf[:begin] + ISSUER.pdf[end:])
    (tmp_path / "cms").write_bytes(bytes.fromhex(ISSUER.pdf[begin + 1 : end - 1].decode()))
    (tmp_path / "root").write_bytes(BUNDLE.certificates[-1].public_bytes(Encoding.PEM))
    files = ["-in", "cms", "-content", "content", "-CAfile", "root", "-out", "out"]
    command = ["openssl", "cms", "-verify", "-cades", "-inform", "DER", "-binary", "-purpose", "any", *files]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "CAdES Verification successful" in done.stderr


@pytest.mark.skipif(
    shutil.which("pdfsig") is None, reason="poppler's pdfsig is not installed (poppler-utils)"
)
def test_poppler_finds_the_signature_valid_and_complete(tmp_path: Path) -> None:
    file = tmp_path / "licence.pdf"
    file.write_bytes(ISSUER.pdf)
    said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False).stdout
    assert re.search(r"Signature Validation: Signature is Valid", said)
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
