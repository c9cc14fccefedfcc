"""What somebody may do to the PDF of a licence: in its place, by an incremental update, or by signing it anew."""

import io

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.generic import StreamObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from registry_api.kit.key_bundles import KeyBundle


def other_photo(length: int) -> bytes:
    """Another JPEG of exactly that length: readers ignore what follows its end."""
    content = io.BytesIO()
    Image.new("RGB", (413, 579), (10, 90, 10)).save(content, "JPEG", quality=10)
    assert len(content.getvalue()) <= length
    return content.getvalue().ljust(length, b"\0")


def replaced(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """The PDF with something of the same length in place of what stands there once: no program notices by itself."""
    assert len(old) == len(new)
    assert pdf.count(old) == 1
    return pdf.replace(old, new)


def page_content(pdf: bytes) -> bytes:
    """The stream that draws the first page, as it stands in the file."""
    page = PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"][0]
    content = page["/Contents"]
    assert isinstance(content, StreamObject)
    return content.encoded_data


def edited(pdf: bytes, what: str) -> bytes:
    """The PDF with an incremental update, as an editor saves one."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    match what:
        case "page":
            page["/Contents"] = writer.add_object(StreamObject(stream_data=b"0 0 100 100 re f"))
            writer.update_container(page)
        case "photo":
            images = page["/Resources"]["/XObject"]
            name = next(one for one in images if images[one]["/Filter"] == "/DCTDecode")
            images[name] = writer.add_object(StreamObject(dict(images[name]), encoded_data=other_photo(9000)))
            writer.update_container(images)
        case "language":
            writer.root["/Lang"] = TextStringObject("en")
            writer.update_root()  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


class _Bold(PdfSigner):
    """Signs what may not be changed any more."""

    def _enforce_certification_constraints(self, _reader: PdfFileReader) -> None:
        pass


def signed_by(pdf: bytes, bundle: KeyBundle, *, field: str, certify: bool, contact: str | None) -> bytes:
    """The PDF with a signature as anybody with pyHanko and a key makes one."""
    assert bundle.private_key is not None
    key = bundle.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    chain = [one.public_bytes(Encoding.PEM) for one in bundle.certificates]
    signer = SimpleSigner(
        signing_cert=next(iter(load_certs_from_pemder_data(chain[0]))),
        signing_key=load_private_key_from_pemder_data(key, passphrase=None),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=MDPPerm.NO_CHANGES if certify else MDPPerm.FILL_FORMS,
        contact_info=contact,
    )
    out = io.BytesIO()
    _Bold(metadata, signer, new_field_spec=SigFieldSpec(field)).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out
    )
    return out.getvalue()
