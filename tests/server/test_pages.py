"""The dashboard's files: what is sent of them, under which policy, and what is never sent."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from sandbox.server.pages import FOLDER, MEDIA, Pages
from tests.harness import Shop

FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.suffix in MEDIA)


@pytest.mark.parametrize("path", ["/", "/?merchant=beta", "/dashboard", "/dashboard/", "/dashboard/payments/pi_1", "/dashboard/nothing"])
def test_every_address_is_the_one_page(shop: Shop, path: str) -> None:
    """What an address shows is decided in the browser, so links from logs and answers open where they should."""
    answer = shop.get(path)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.body == (FOLDER / "index.html").read_bytes()


def test_the_root_is_omise_s_for_whoever_brings_its_key(shop: Shop) -> None:
    key = base64.b64encode(b"skey_test_alpha:").decode()
    answer = shop.get("/", headers={"authorization": f"Basic {key}"})
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_sent_with_its_type_under_a_strict_policy(shop: Shop, name: str) -> None:
    answer = shop.get(f"/dashboard/static/{name}")
    assert answer.status == 200
    assert answer.headers["content-type"].encode().startswith(MEDIA[Path(name).suffix])
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_file_that_did_not_change_is_not_sent_again(shop: Shop) -> None:
    first = shop.get("/dashboard/static/main.js")
    again = shop.get("/dashboard/static/main.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    other = shop.get("/dashboard/static/main.js", headers={"if-none-match": '"other"'})
    assert (other.status, other.body) == (200, first.body)


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    pages = Pages(tmp_path)
    (tmp_path / "a.js").write_text("1")
    first = pages.read("a.js")
    (tmp_path / "a.js").write_text("22")
    again = pages.read("a.js")
    assert first is not None
    assert again is not None
    assert (first.content, again.content, first.tag != again.tag) == (b"1", b"22", True)


OUTSIDE = [
    "../server/pages.py", "..%2f..%2fsettings.py", "/etc/passwd", "lib/../../cli.py", "README.md", "nothing.js", "lib", "",
    "lib/dom.js/x.js", "%2e%2e/dashboard/main.js", "main.js%00.css", "LIB/dom.js",
]  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_else_is_sent_from_the_disk(shop: Shop, name: str) -> None:
    answer = shop.get(f"/dashboard/static/{name}")
    assert answer.status in (200, 404)
    if answer.status == 200:  # the path led out of the folder before it was sent: it is a page's address then
        assert answer.body == (FOLDER / "index.html").read_bytes()


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    assert Pages().read(name.replace("%2f", "/").replace("%2e", ".").replace("%00", "\0")) is None


def test_pages_are_only_read(shop: Shop) -> None:
    answer = shop.post("/dashboard/payments", {"a": "b"})
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    head = shop.call("HEAD", "/")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str((FOLDER / "index.html").stat().st_size))


# What the content policy would refuse in a browser is not in the files to begin with.


@pytest.mark.parametrize("name", FILES)
def test_no_file_has_anything_inline_or_from_elsewhere(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser", text) == []
    assert re.findall(r"(?<![-\w])style:|[\"' ]style=[\"']|setAttribute\(\"(?:style|on)", text) == []
    found = re.findall(r"https?://[^\s\"'`)]+", text)
    addresses = [one for one in found if not one.startswith(("http://www.w3.org/2000/svg", "http://127.0.0.1"))]
    assert addresses == []
    if name.endswith(".html"):
        assert re.findall(r"<script(?![^>]*\ssrc=)|<style|\son\w+=", text) == []


@pytest.mark.parametrize("name", FILES)
def test_no_file_is_too_long(name: str) -> None:
    """As everywhere in the house; a line is one that can be read."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 400
    assert [line for line in lines if len(line) > 140] == []


# Colours: what is written can be read, by WCAG's reckoning of contrast

TOKENS = dict(re.findall(r"--([\w-]+): light-dark\(#(\w{6}), #\w{6}\)", (FOLDER / "style/tokens.css").read_text()))
DARK = dict(re.findall(r"--([\w-]+): light-dark\(#\w{6}, #(\w{6})\)", (FOLDER / "style/tokens.css").read_text()))
WRITTEN = [
    *((text, ground) for text in ("ink", "ink-soft", "accent", "warn", "bad", "good") for ground in ("ground", "sheet", "sunk")),
    *((tone, f"{tone}-soft") for tone in ("good", "warn", "bad", "quiet", "accent")), ("accent-ink", "accent"), ("ink", "accent-soft"),
]  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", [TOKENS, DARK], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(colours: dict[str, str]) -> None:
    wrong = []
    for text, ground in WRITTEN:
        low, high = sorted((luminance(colours[text]), luminance(colours[ground])))
        ratio = (high + 0.05) / (low + 0.05)
        if ratio < 4.5:
            wrong.append(f"{text} on {ground}: {ratio:.2f}")
    assert wrong == []
