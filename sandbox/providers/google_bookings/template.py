"""A service's link out: RFC 6570 templates of the second level, and the variables that a slot fills.

The second level has `{name}`, `{+name}` and `{#name}`, one variable an expression. Higher levels are refused when the feed is
loaded, not when a user picks the slot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

EXPRESSION = re.compile(r"\{([^{}]*)\}")
INNER = re.compile(r"([+#]?)([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)\Z")
RESERVED = ":/?#[]@!$&'()*+,;="
PERCENT = re.compile(r"%25([0-9A-Fa-f]{2})")
REQUIRED = ("availability_slot_start_seconds", "resources_party_size")
KNOWN = (*REQUIRED, "availability_slot_availability_tag", "availability_slot_duration_seconds", "resources_room_id")


def wrong(template: str) -> str | None:
    """What keeps a text from being a template of the second level; None if nothing does."""
    rest = EXPRESSION.sub("", template)
    if "{" in rest or "}" in rest:
        return "a brace has no partner"
    if not template.startswith(("http://", "https://")):
        return "it does not begin with http:// or https://"
    for inner in EXPRESSION.findall(template):
        if INNER.match(inner) is None:
            return f"{{{inner}}} is no expression of RFC 6570's second level: write {{name}}, {{+name}} or {{#name}}"
    return None


def variables(template: str) -> list[str]:
    """The names in a template, in order."""
    return [inner.lstrip("+#") for inner in EXPRESSION.findall(template)]


def expand(template: str, values: Mapping[str, Any]) -> str:
    """The template with its variables filled in; one without a value leaves nothing behind."""

    def one(found: re.Match[str]) -> str:
        operator, name = found[1][:1] if found[1][:1] in "+#" else "", found[1].lstrip("+#")
        value = values.get(name)
        if value is None:
            return ""
        if not operator:
            return quote(str(value), safe="")
        kept = PERCENT.sub(r"%\1", quote(str(value), safe=RESERVED))  # what is encoded already stays as it is
        return f"#{kept}" if operator == "#" else kept

    return EXPRESSION.sub(one, template)


def slot_values(start_sec: int, duration_sec: int, party_size: int | None, tag: str | None, room_id: str | None) -> dict[str, Any]:
    """What a slot has to say to a template; a party without a size is one person."""
    return {
        "availability_slot_start_seconds": start_sec,
        "availability_slot_duration_seconds": duration_sec,
        "availability_slot_availability_tag": tag,
        "resources_party_size": party_size or 1,
        "resources_room_id": room_id,
    }


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a service's uri_template is expanded by RFC 6570, second level; start and party size are required variables", "docs: url-templates"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a template of a higher level, or without the required variables, is refused when the feed is loaded", "when the real feed says so"),
    ("a variable that is neither required nor optional expands to nothing, with a warning", "behaviour"),
)
