"""Uploads are taken apart in memory, judged by content, and refused as Stripe refuses them."""

from __future__ import annotations

import time
import zlib
from contextlib import suppress
from io import BytesIO
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._multipart_data_generator import MultipartDataGenerator

from sandbox.core.errors import Reason, Refusal
from sandbox.providers.multipart import FIELD_BYTES_MAX, HEADER_BYTES_MAX, HEADERS_MAX, PARTS_MAX, decode_multipart
from sandbox.providers.stripe.upload import (
    MB,
    PURPOSES,
    UNPACKED_BYTES_MAX,
    FilePart,
    UploadPurpose,
    check_file,
    count_pages,
    sniff,
)
from sandbox.providers.stripe.validate import Params, validate

TYPE = b"multipart/form-data; boundary=XX"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPG = b"\xff\xd8\xff\xe0" + bytes(20)
GIF = b"GIF89a" + bytes(20)
SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"></svg>'


def part(name: str, content: bytes, extra: str = "") -> bytes:
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode() + content + b"\r\n"


def pdf(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"".join(objects) + b"trailer\n%%EOF"


def page(number: int) -> bytes:
    return b"%d 0 obj\n<< /Type /Page /Parent 1 0 R >>\nendobj\n" % number


def packed(number: int, *dictionaries: tuple[int, bytes]) -> bytes:
    """An object stream with those objects."""
    body, header = b"", b""
    for inner, dictionary in dictionaries:
        header += b"%d %d " % (inner, len(body))
        body += dictionary + b" "
    stream = zlib.compress(header + body)
    about = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d" % (len(dictionaries), len(header), len(stream))
    return b"%d 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\n" % (number, about, stream)


def test_what_the_python_library_sends_is_taken_apart():
    """Fields nested by the form's rules, the file with its name and every byte."""
    content = bytes(range(256)) * 100 + b"\r\n--not the boundary\r\n"
    file = BytesIO(content)
    file.name = "receipt.pdf"
    generator = MultipartDataGenerator()
    generator.add_params({"purpose": "dispute_evidence", "file": file, "file_link_data": {"create": True, "metadata": {"a": "b"}}})
    content_type = f"multipart/form-data; boundary={generator.boundary}".encode()
    fields, files = decode_multipart(generator.get_post_data(), content_type)
    assert fields == {"purpose": "dispute_evidence", "file_link_data": {"create": "true", "metadata": {"a": "b"}}}
    assert files == {"file": ("receipt.pdf", content)}


def test_names_in_utf8_and_a_quoted_boundary():
    """As browsers and node send them."""
    body = part("file", b"x", '; filename="réçu \\"a\\".pdf"') + part("a[b]", "é".encode()) + b"--XX--"
    assert decode_multipart(body, b'multipart/form-data; charset=utf-8; boundary="XX"') == (
        {"a": {"b": "é"}},
        {"file": ('réçu "a".pdf', b"x")},
    )


@pytest.mark.parametrize(
    ("body", "content_type", "part_of_detail"),
    [
        (b"", b"multipart/form-data", "no multipart boundary"),
        (b"", TYPE, "ends before its last boundary"),
        (b"amount=1", TYPE, "not a multipart body"),
        (part("a", b"1"), TYPE, "ends before its last boundary"),
        (part("a", b"1")[:-9], TYPE, "ends before its last boundary"),
        (b"--XX\r\nContent-Type: text/plain\r\n\r\n1\r\n--XX--", TYPE, "a part without a name"),
        (part("", b"1") + b"--XX--", TYPE, "a part without a name"),
        (part("a", b"\xff") + b"--XX--", TYPE, "not valid UTF-8"),
        (part("a", b"\0") + b"--XX--", TYPE, "a NUL character"),
        (part("a", b"1") + part("a[b]", b"1") + b"--XX--", TYPE, "conflicting types"),
        (part("a", b"1") * (PARTS_MAX + 1) + b"--XX--", TYPE, f"more than {PARTS_MAX} parts"),
        (part("a", b"1" * (FIELD_BYTES_MAX + 1)) + b"--XX--", TYPE, f"more than {FIELD_BYTES_MAX} bytes in 'a'"),
        (b"--XX\r\n" + b"A: b\r\n" * (HEADERS_MAX + 1) + part("a", b"1")[6:] + b"--XX--", TYPE, "headers of a part too large"),
        (part("a" * HEADER_BYTES_MAX, b"1") + b"--XX--", TYPE, "headers of a part too large"),
        (b"", b"multipart/form-data; boundary=" + b"x" * 5000, "not a multipart body"),
    ],
)
def test_a_broken_body_is_refused_by_name(body, content_type, part_of_detail):
    """The detail says what is wrong with it."""
    with pytest.raises(Refusal) as refused:
        decode_multipart(body, content_type)
    assert refused.value.reason is Reason.BODY_MALFORMED
    assert part_of_detail in str(refused.value.facts["detail"])


def test_a_broken_body_is_spoken_of_in_the_answer_alone(caplog, capsys):
    """In our words; the parser's own lines reach neither a log nor stderr."""
    for body, detail in ((b"amount=1", "byte 0 is not what its boundary lets expect"), (b"--XX\r\nA B\r\n", "byte ")):
        with pytest.raises(Refusal) as refused:
            decode_multipart(body, TYPE)
        assert detail in str(refused.value.facts["detail"])
        assert "boundary char" not in str(refused.value.facts["detail"])
    assert (caplog.text, capsys.readouterr().err) == ("", "")


@given(
    st.lists(st.sampled_from([b"--XX", b"--", b"\r\n", b"Content-Disposition: form-data", b'; name="a[]"', b"; filename=x", b":", b"\xff"]))
)
def test_any_body_is_read_or_refused(pieces):
    """No body whatsoever ends in a traceback."""
    with suppress(Refusal):
        fields, files = decode_multipart(b"".join(pieces), TYPE)
        assert fields.keys() | files.keys() <= {"a", "a[]"}


def test_text_where_the_file_is_due():
    """A file that was sent as a field is an invalid hash."""

    class Upload(Params):
        file: FilePart
        purpose: UploadPurpose

    uploaded = validate(Upload, {"file": ("a.png", PNG), "purpose": "dispute_evidence"})
    assert (uploaded.file, uploaded.purpose) == (("a.png", PNG), "dispute_evidence")
    with pytest.raises(Refusal, match="'Invalid hash'"):
        validate(Upload, {"file": "a.png", "purpose": "dispute_evidence"})
    with pytest.raises(Refusal, match="Invalid purpose: must be one of account_requirement, additional_verification, "):
        validate(Upload, {"file": ("a.png", PNG), "purpose": "evidence"})


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), "pdf"),
        (b"\n junk before\n" + pdf(), "pdf"),
        (PNG, "png"),
        (JPG, "jpg"),
        (GIF, "gif"),
        (SVG, "svg"),
        (b"\xef\xbb\xbf <svg/>", "svg"),
        (b"<html>no drawing</html>", None),
        (b"id,amount\n1,2\n", "csv"),
        (("n,é" * 600).encode(), "csv"),
        (b"just words", None),
        (b"PK\x03\x04,", None),
        (b"\xff\xfe,", None),
        (b"", None),
    ],
)
def test_a_file_is_judged_by_its_content(content, kind):
    """Neither the name nor the header of the part is asked."""
    assert sniff(content) == kind


@pytest.mark.parametrize(
    ("purpose", "content", "kind"),
    [
        ("dispute_evidence", PNG, "png"),
        ("dispute_evidence", pdf(page(1)), "pdf"),
        ("customer_signature", SVG, "svg"),
        ("business_logo", GIF, "gif"),
        ("tax_document_user_upload", b"whatever", None),
        ("identity_document", JPG + bytes(16 * MB - len(JPG)), "jpg"),
    ],
)
def test_a_purpose_takes_its_types_up_to_its_size(purpose, content, kind):
    """The last byte that fits is taken."""
    assert check_file(purpose, content) == kind


@pytest.mark.parametrize(
    ("purpose", "content", "message"),
    [
        (
            "dispute_evidence",
            GIF,
            "We don't currently support that file type. Try uploading a file with one of the following mimetypes:"
            " application/pdf, image/jpeg, image/png.",
        ),
        (
            "business_icon",
            pdf(),
            "We don't currently support that file type. Try uploading a file with one of the following mimetypes:"
            " image/jpeg, image/png, image/gif.",
        ),
        ("dispute_evidence", PNG + bytes(5 * MB), "The file you uploaded was too large. Please upload a file smaller than 5 MB."),
        ("business_logo", PNG + bytes(MB // 2), "The file you uploaded was too large. Please upload a file smaller than 512 KB."),
        (
            "dispute_evidence",
            pdf(*map(page, range(50))),
            "The file you uploaded was too long. Please upload a file with fewer than 50 pages.",
        ),
    ],
)
def test_a_purpose_refuses_what_it_does_not_take(purpose, content, message):
    """In Stripe's words where a source has them."""
    with pytest.raises(Refusal) as refused:
        check_file(purpose, content)
    assert refused.value.facts == {"message": message, "code": None, "param": "file"}


def test_every_purpose_of_the_table_can_be_sent():
    """The table has no typing mistakes."""
    assert PURPOSES.keys() <= set(get_args(UploadPurpose))


@pytest.mark.parametrize(
    ("content", "pages"),
    [
        (b"no pdf at all", 0),
        (pdf(b"1 0 obj <</Type/Pages /Count 1>> endobj ", page(2)), 1),
        (pdf(page(1), page(2), b"3 0 obj<</Type/Page/Contents 4 0 R>>endobj"), 3),
        (pdf(page(1), page(2), page(2)), 2),
        (pdf(page(1), page(2), b"2 0 obj null endobj "), 1),
        (pdf(packed(9, (1, b"<</Type/Pages>>"), (2, b"<</Type /Page>>"), (3, b"<</Type /Page>>")), page(4)), 3),
        (pdf(packed(9, (2, b"<</Type /Page>>")), page(2)), 1),
        (pdf(b"1 0 obj<</Length 30>>\nstream\n2 0 obj <</Type /Page>> endobj\nendstream endobj ", page(3)), 1),
        (pdf(b"1 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>\nstream\nnot zlib\nendstream endobj ", page(3)), 1),
        (pdf(b"1 0 obj<</Type/ObjStm/N 2 0 R/First 4>>\nstream\n" + zlib.compress(b"2 0 <</Type/Page>>") + b"\nendstream endobj "), 0),
        (pdf(b"1 0 obj<</Type/ObjStm/N 1/First 4>>\nstream\n" + zlib.compress(b"x y <</Type/Page>>") + b"\nendstream endobj "), 0),
        (pdf(b"1 0 obj<</Type/Page>>\nstream\n"), 1),
    ],
)
def test_pages_are_counted_open_and_packed(content, pages):
    """An object that a later revision replaces counts once; what a stream merely contains does not."""
    assert count_pages(content) == pages


def test_forty_nine_pages_pass():
    """Fewer than fifty is what Stripe asks for."""
    assert check_file("dispute_evidence", pdf(packed(99, *((n, b"<</Type/Page>>") for n in range(1, 50))))) == "pdf"


@pytest.mark.parametrize(
    "piece",
    [
        b"1 0 obj ",
        b"1 0 obj<<>>stream\n",
        b"1 0 obj<<>>stream\nendstream ",
        b"1 ",
        b"11111111111",
        b"<<",
        b">>        ",
        b"obj",
        b"/N 1 ",
        b"1     ",
    ],
)
def test_a_hostile_pdf_takes_time_in_proportion_to_its_size(piece):
    """Five megabytes of anything are counted in a moment."""
    began = time.perf_counter()
    count_pages(pdf(piece * (5 * MB // len(piece))))
    assert time.perf_counter() - began < 5


def test_a_bomb_is_unpacked_as_far_as_the_limit():
    """A stream of a gigabyte costs no more than the limit, however many there are."""
    deflate = zlib.compressobj()
    bomb = b"".join(deflate.compress(bytes(MB)) for _ in range(256)) + deflate.flush()
    about = b"<< /Type /ObjStm /N 9999999 /First %d >>" % UNPACKED_BYTES_MAX
    began = time.perf_counter()
    assert count_pages(pdf(*(b"%d 0 obj %s\nstream\n%s\nendstream endobj " % (n, about, bomb) for n in range(9)), page(77))) == 1
    assert time.perf_counter() - began < 5
