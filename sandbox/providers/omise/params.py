"""What a request says, read leniently as Omise does: unknown names are ignored, null and empty text mean absent.

Libraries send JSON with real numbers, others send forms where everything is text, so a number may be either. A value that
cannot be read is refused in the words of the resource it is for, which only the caller knows: readers answer `BAD` then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.core.errors import Reason, Refusal

METADATA_BYTES_MAX = 15_000  # Assumed: no limit is documented
TEXT_MAX = 5_000
WHOLE_MAX = 10**15
TRUE, FALSE = ("true", "1", "t", "yes", "on"), ("false", "0", "f", "no", "off")


FRACTION = re.compile(r"-?[0-9]+\.[0-9]*[1-9][0-9]*\Z")


class Bad:
    """A value that is there and cannot be read."""


BAD: Final = Bad()


class Given:
    """One request's parameters, and what an answer to it needs to know."""

    __slots__ = ("base_url", "fields", "files", "version")

    def __init__(
        self, fields: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]], version: str = "", base_url: str = ""
    ) -> None:
        self.fields, self.files, self.version, self.base_url = fields, files, version, base_url

    def raw(self, name: str) -> Any:
        """The value as it came; None if it is absent, null or empty."""
        value = self.fields.get(name)
        return None if value == "" else value

    def has(self, name: str) -> bool:
        """Whether the name was sent at all, be it to clear the value."""
        return name in self.fields

    def text(self, name: str) -> str | None:
        """Text; a number is taken for its digits. Anything nested counts as absent."""
        value = self.fields.get(name)
        if value is None or value == "" or isinstance(value, (dict, list)):
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        text = str(value)
        if len(text) > TEXT_MAX:
            raise refuse("bad_request", f"{name} is too long (maximum is {TEXT_MAX} characters)")
        return text

    def whole(self, name: str) -> int | Bad | None:
        """An integer, or BAD."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool):
            return BAD
        if isinstance(value, int):
            return value if abs(value) <= WHOLE_MAX else BAD
        if isinstance(value, float):
            return int(value) if value.is_integer() and abs(value) <= WHOLE_MAX else BAD
        if isinstance(value, str):
            digits = value.strip()
            if digits.removeprefix("-").isascii() and digits.removeprefix("-").isdigit() and len(digits) <= 16:
                return int(digits)
        return BAD

    def is_fraction(self, name: str) -> bool:
        """Whether it is a number, but no integer."""
        value = self.raw(name)
        if isinstance(value, float):
            return not value.is_integer()
        return isinstance(value, str) and FRACTION.match(value.strip()) is not None

    def flag(self, name: str, usual: bool) -> bool:
        """A boolean; what is no boolean counts as absent."""
        value = self.raw(name)
        if isinstance(value, bool):
            return value
        word = str(value).lower()
        return True if word in TRUE else False if word in FALSE else usual

    def nested(self, name: str) -> Given | None:
        """A hash of parameters; an empty one counts as absent."""
        value = self.raw(name)
        return Given(value, self.files, self.version, self.base_url) if isinstance(value, dict) and value else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts: a real one, or a form's hash with digits for keys."""
        value = self.raw(name)
        if isinstance(value, dict):
            value = list(value.values())
        return tuple(str(item) for item in value if isinstance(item, (str, int))) if isinstance(value, list) else ()

    def metadata(self) -> dict[str, Any] | None:
        """The hash `metadata`, None if it was not sent. Raises Refusal bad_request for anything else."""
        if "metadata" not in self.fields:
            return None
        value = self.fields["metadata"]
        if value is None or value == "":
            return {}
        if not isinstance(value, dict):
            raise refuse("bad_request", "Metadata should be a JSON hash")
        if len(str(value)) > METADATA_BYTES_MAX:
            raise refuse("bad_request", f"metadata is too long (maximum is {METADATA_BYTES_MAX} characters)")
        return value


def refuse(code: str, message: str, reason: Reason = Reason.PARAM_INVALID, **facts: Any) -> Refusal:
    """A refusal with one of Omise's own codes and its words."""
    return Refusal(reason, code=code, message=message, **facts)


def sentence(parts: list[str]) -> str:
    """Several complaints as one: "a", "a and b", "a, b, and c"."""
    if len(parts) < 3:
        return " and ".join(parts)
    return ", ".join(parts[:-1]) + ", and " + parts[-1]


ASSUMED: tuple[tuple[str, str], ...] = (
    ("a text of more than 5,000 characters, or metadata of more than 15,000, is refused", "both limits and their words"),
    ("a boolean that cannot be read counts as not sent", "behaviour"),
)
