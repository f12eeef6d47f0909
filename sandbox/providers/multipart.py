"""Multipart bodies: fields nested as a form's are, and files. The server has bounded the body before it comes here."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from sandbox.core.errors import Reason, Refusal
from sandbox.providers.form import nest

PARTS_MAX = 100
HEADERS_MAX = 6  # of one part
HEADER_BYTES_MAX = 2_048  # one line; new versions of the parser have limits of their own, above ours
FIELD_BYTES_MAX = 64 * 1024  # a part that is no file

# The parser warns of every broken body; the answer says it already. Its own logger may be the application's, in process.
SILENT = logging.getLogger("sandbox.multipart")
SILENT.disabled = True


class Parts:
    """The parts of one body while the parser walks through it."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []
        self.files: dict[str, tuple[str, bytes]] = {}
        self.ended = False
        self._count = self._headers = 0
        self._header, self._value = b"", b""
        self._disposition = b""
        self._name: str | None = None
        self._filename: str | None = None
        self._content: list[bytes] = []

    def begin(self) -> None:
        self._count += 1
        if self._count > PARTS_MAX:
            _malformed(f"more than {PARTS_MAX} parts")
        self._disposition, self._content, self._headers = b"", [], 0

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers += 1
        if self._headers > HEADERS_MAX or len(self._header) + len(self._value) > HEADER_BYTES_MAX:
            _malformed("headers of a part too large")
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header, self._value = b"", b""

    def headers_finished(self) -> None:
        kind, options = parse_options_header(self._disposition)
        if kind != b"form-data" or not options.get(b"name"):
            _malformed("a part without a name")
        self._name = _text(options[b"name"])
        filename = options.get(b"filename")
        self._filename = None if filename is None else _text(filename)

    def data(self, data: bytes, start: int, end: int) -> None:
        self._content.append(data[start:end])

    def part_end(self) -> None:
        assert self._name is not None, "the parser ended a part before its headers"
        content = b"".join(self._content)
        if self._filename is not None:
            self.files[self._name] = (self._filename, content)
        elif len(content) > FIELD_BYTES_MAX:
            _malformed(f"more than {FIELD_BYTES_MAX} bytes in '{self._name}'", self._name)
        else:
            self.pairs.append((self._name, _text(content)))

    def end(self) -> None:
        self.ended = True


def decode_multipart(body: bytes, content_type: bytes) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    """(fields nested by the rules of `form`, files by name as (filename, bytes)) of a multipart/form-data body.

    Raises:
        Refusal: BODY_MALFORMED.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        _malformed("no multipart boundary in the content type")
    parts = Parts()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.begin,
                "on_header_field": parts.header_field,
                "on_header_value": parts.header_value,
                "on_header_end": parts.header_end,
                "on_headers_finished": parts.headers_finished,
                "on_part_data": parts.data,
                "on_part_end": parts.part_end,
                "on_end": parts.end,
            },
        )
        parser.logger = SILENT
        parser.write(body)
    except FormParserError as broken:
        where = getattr(broken, "offset", -1)
        _malformed(f"not a multipart body: {f'byte {where} is not what' if where >= 0 else 'it is not as'} its boundary lets expect")
    if not parts.ended:
        _malformed("the multipart body ends before its last boundary")
    return nest(parts.pairs), parts.files


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        _malformed("not valid UTF-8")
    if "\0" in text:
        _malformed("a NUL character")
    return text


def _malformed(detail: str, param: str | None = None) -> NoReturn:
    facts = {"detail": detail} if param is None else {"detail": detail, "param": param}
    raise Refusal(Reason.BODY_MALFORMED, **facts)
