"""File uploads: what a file is, and whether its purpose takes it.

The type of a file is judged by its content: libraries send `application/octet-stream` and any name. Nothing is written
to disk; the server has bounded the body before it comes here.

Pages of a PDF are counted without a PDF library: every object whose dictionary says `/Type /Page`, whether it lies
openly in the file or inside a compressed object stream. An object that a later revision of the file replaces counts
once. Not seen: encrypted object streams, object streams with another filter than Flate or with a predictor, and
what exceeds `UNPACKED_BYTES_MAX` or `OBJECTS_MAX`; pages that a revision took out of the tree still count.

Source: docs.stripe.com/file-upload; error texts from public issues; the File object of the API reference, read 2026-11-23.
"""

from __future__ import annotations

import re
import zlib
from typing import Annotated, Any, Literal, NamedTuple, NoReturn

from pydantic import PlainValidator

from sandbox.core.errors import Reason, Refusal
from sandbox.providers.stripe.validate import said

UNPACKED_BYTES_MAX = 16 * 1024 * 1024  # of all object streams of one PDF
OBJECTS_MAX = 200_000  # of one PDF; more are not looked at
PAGES_BELOW = 50
SNIFFED_BYTES = 1_024

KB, MB, DAY_S = 1024, 1024 * 1024, 86_400

UploadPurpose = Literal[
    "account_requirement",
    "additional_verification",
    "business_icon",
    "business_logo",
    "customer_signature",
    "dispute_evidence",
    "identity_document",
    "issuing_regulatory_reporting",
    "pci_document",
    "platform_terms_of_service",
    "tax_document_user_upload",
    "terminal_android_apk",
    "terminal_reader_splashscreen",
    "terminal_wifi_certificate",
    "terminal_wifi_private_key",
]


class Purpose(NamedTuple):
    """What a purpose takes; no types means any."""

    types: tuple[str, ...]
    bytes_max: int
    expires_after_s: int | None
    downloadable: bool


DOCUMENT = Purpose(("pdf", "jpg", "png"), 16 * MB, None, False)
LOGO = Purpose(("jpg", "png", "gif"), 512 * KB, None, True)
PURPOSES = {
    "account_requirement": DOCUMENT,
    "business_icon": LOGO,
    "business_logo": LOGO,
    "customer_signature": Purpose(("jpg", "png", "svg"), 4 * MB, 7 * DAY_S, True),
    # The guide says nine months; the example object of the API reference expires after 270 days.
    "dispute_evidence": Purpose(("pdf", "jpg", "png"), 5 * MB, 270 * DAY_S, True),
    "identity_document": DOCUMENT,
}
UNDOCUMENTED = Purpose((), 16 * MB, None, True)  # Assumed: the guide has no line for the other purposes

MIMETYPES = {
    "csv": "text/csv",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
}
MAGIC = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
SVG_STARTS = (b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg")

OBJECT = re.compile(rb"\b(\d{1,10})\s{1,8}\d{1,5}\s{1,8}obj\b")
OBJECT_ENDS = re.compile(rb">>\s{0,8}stream\r?\n|endobj")
PAGE = re.compile(rb"/Type\s{0,8}/Page(?![A-Za-z0-9])")
OBJECT_STREAM = re.compile(rb"/Type\s{0,8}/ObjStm\b")
COUNT = re.compile(rb"/N\s{1,8}(\d{1,7})\b(?!\s+\d+\s+R\b)")
FIRST = re.compile(rb"/First\s{1,8}(\d{1,9})\b(?!\s+\d+\s+R\b)")


def _file(value: Any) -> tuple[str, bytes]:
    if isinstance(value, tuple):
        name, content = value
        return name, content
    raise said("Invalid hash")  # recorded for text where the file is due


FilePart = Annotated[tuple[str, bytes], PlainValidator(_file)]  # (filename, content)


def sniff(content: bytes) -> str | None:
    """What a file is, by its first bytes: pdf, jpg, png, gif, svg or csv."""
    for magic, kind in MAGIC:
        if content.startswith(magic):
            return kind
    head = content[:SNIFFED_BYTES]
    if b"%PDF-" in head:
        return "pdf"
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(SVG_STARTS) and b"<svg" in head:
        return "svg"
    try:
        text = head.decode()
    except UnicodeDecodeError as broken:
        if broken.start < len(head) - 3:  # otherwise the cut went through a character
            return None
        text = head[: broken.start].decode()
    # Assumed: Stripe's own test for csv is unknown.
    return "csv" if "," in text.partition("\n")[0] and not CONTROL.search(text) else None


def check_file(purpose: str, content: bytes) -> str | None:
    """The type of a file that its purpose takes.

    Raises:
        Refusal: PARAM_INVALID: wrong type, too large, too many pages.
    """
    takes = PURPOSES.get(purpose, UNDOCUMENTED)
    kind = sniff(content)
    if takes.types and kind not in takes.types:
        mimetypes = ", ".join(MIMETYPES[name] for name in takes.types)
        _refuse(f"We don't currently support that file type. Try uploading a file with one of the following mimetypes: {mimetypes}.")
    if len(content) > takes.bytes_max:
        # Assumed: no source has the words for a file that is too large.
        size = f"{takes.bytes_max // MB} MB" if takes.bytes_max >= MB else f"{takes.bytes_max // KB} KB"
        _refuse(f"The file you uploaded was too large. Please upload a file smaller than {size}.")
    if purpose == "dispute_evidence" and kind == "pdf" and count_pages(content) >= PAGES_BELOW:
        _refuse(f"The file you uploaded was too long. Please upload a file with fewer than {PAGES_BELOW} pages.")
    return kind


def count_pages(pdf: bytes) -> int:
    """How many page objects a PDF has; 0 if none can be seen. Work is linear in the file and what it unpacks to."""
    pages: dict[int, bool] = {}
    unpacked_left = UNPACKED_BYTES_MAX
    at = 0
    while len(pages) < OBJECTS_MAX and (found := OBJECT.search(pdf, at)):
        ends = OBJECT_ENDS.search(pdf, found.end())
        if ends is None:
            break
        at = ends.end()
        dictionary = pdf[found.end() : ends.start()]
        pages[int(found[1])] = PAGE.search(dictionary) is not None
        if ends[0] == b"endobj":
            continue
        stream_ends = pdf.find(b"endstream", at)
        stream = pdf[at : stream_ends if stream_ends >= 0 else len(pdf)]
        at += len(stream)
        if OBJECT_STREAM.search(dictionary):
            unpacked = _unpack(stream, unpacked_left)
            unpacked_left -= len(unpacked)
            pages.update(_packed_pages(dictionary, unpacked))
    return sum(pages.values())


def _unpack(stream: bytes, limit: int) -> bytes:
    if limit <= 0:
        return b""
    try:
        return zlib.decompressobj().decompress(stream, limit)
    except zlib.error:
        return b""


def _packed_pages(dictionary: bytes, unpacked: bytes) -> dict[int, bool]:
    """Which objects of an object stream are pages; it begins with pairs of object number and offset."""
    count, first = COUNT.search(dictionary), FIRST.search(dictionary)
    if count is None or first is None:
        return {}
    body, pieces = int(first[1]), 2 * min(int(count[1]), OBJECTS_MAX)
    numbers = unpacked[:body].split(maxsplit=pieces)[:pieces]
    if not all(number.isdigit() and len(number) <= 10 for number in numbers):
        return {}
    placed = sorted(zip(map(int, numbers[1::2]), map(int, numbers[::2]), strict=False))
    ends = [offset for offset, _ in placed[1:]] + [len(unpacked)]
    return {
        number: PAGE.search(unpacked, body + offset, body + end) is not None for (offset, number), end in zip(placed, ends, strict=False)
    }


def _refuse(message: str) -> NoReturn:
    raise Refusal(Reason.PARAM_INVALID, message=message, code=None, param="file")


# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a file that is too large is refused", "wording"),
    ("text with commas in its first line is csv", "Stripe's own test"),
)
