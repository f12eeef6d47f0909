"""What a log may keep of a request's body: all but card numbers, security codes and whatever opens something."""

from __future__ import annotations

import re

BODY_KEPT_MAX = 4_096  # bytes: what a person reads; uploads and long evidence are left out
KEPT_MEDIA = frozenset((b"", b"application/x-www-form-urlencoded", b"application/json"))
# As they stand in a form or in JSON. Each has a sign that is quickly looked for: most bodies have none, and every request passes here.
DIGITS = re.compile(rb"\d[\d +%-]{11}")
NUMBER = re.compile(rb"(?<!\d)\d(?:(?:%20|[ +-])?\d){7,16}((?:(?:%20|[ +-])?\d){4})(?!\d)")  # 12 to 19 digits, and two of a %20 before
CODE = re.compile(rb"((?:cvc|cvv|security_code)(?:%5D|\]|\")*(?:=|:)\s*\"?)\d{3,4}")
OPENS = re.compile(rb"((?<![a-z])(?:[a-z]{1,2}|[sp]key)_test_|whsec_|_secret_)\w+")


def without_secrets(text: bytes) -> bytes:
    """The text with four characters in the place of each secret that say nothing; whose it was can still be told."""
    if DIGITS.search(text):
        text = NUMBER.sub(rb"xxxx\1", text)
    if text.find(b"cv") >= 0 or text.find(b"security_code") >= 0:  # not `in`: that first tries whether the bytes are a number
        text = CODE.sub(rb"\1xxxx", text)
    if (text.find(b"_test_") >= 0 or text.find(b"sec") >= 0) and OPENS.search(text):  # `sub` costs much even if there is nothing
        text = OPENS.sub(rb"\1xxxx", text)
    return text


def kept_body(body: bytes, media: bytes) -> bytes:
    """The body as the log keeps it; empty where it is too long, or no form and no JSON."""
    if len(body) > BODY_KEPT_MAX or (media not in KEPT_MEDIA and media.partition(b";")[0].strip().lower() not in KEPT_MEDIA):
        return b""
    return without_secrets(body)
