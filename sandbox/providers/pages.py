"""Pages for a browser without a key: where a payer authenticates or pays, and the way back to the shop."""

from __future__ import annotations

from html import escape

from sandbox.providers.base import Reply

HTML = (b"content-type", b"text/html; charset=utf-8")
# Nothing of other hosts is loaded, and nobody may frame the page.
GUARD = (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}}
button{{font:inherit;padding:.6rem 1.4rem;margin-right:1rem}}</style>
<h1>{title}</h1>
<p>{text}</p>
{form}
</html>
"""
CHOICE = """<form method="post">
<button name="outcome" value="pass">{yes}</button>
<button name="outcome" value="fail">{no}</button>
</form>"""


def choice(yes: str, no: str) -> str:
    """A form with two buttons: `outcome` is `pass` or `fail`."""
    return CHOICE.format(yes=escape(yes), no=escape(no))


def page(title: str, text: str, form: str = "") -> Reply:
    """A page with a form that is ready-made HTML, or with none."""
    body = PAGE.format(title=escape(title), text=escape(text), form=form).encode()
    return Reply(200, body, [HTML, GUARD], keep=False)


def away(address: str, query: str = "") -> Reply:
    """The browser is sent to an address of the shop's, with more parameters than it has."""
    joined = b"" if not query else (b"&" if "?" in address else b"?") + query.encode()
    return Reply(303, b"", [HTML, (b"location", header_safe(address) + joined)], keep=False)


def header_safe(address: str) -> bytes:
    """An address that cannot end the header it stands in."""
    return "".join(c for c in address if c > " " and c != "\x7f").encode("ascii", "xmlcharrefreplace")
