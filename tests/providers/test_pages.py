"""The page of a payer, for every provider alike."""

from __future__ import annotations

from sandbox.providers import pages


def test_a_page_shows_text_as_text() -> None:
    """And neither loads anything nor may be framed."""
    reply = pages.page("<b>", "a & b", pages.choice("yes", "<no>"))
    assert reply.status == 200
    assert b"<h1>&lt;b&gt;</h1>\n<p>a &amp; b</p>" in reply.body
    assert b'value="fail">&lt;no&gt;</button>' in reply.body
    assert dict(reply.headers)[b"content-security-policy"].startswith(b"default-src 'none';")


def test_the_way_back_keeps_the_shops_own_parameters() -> None:
    assert dict(pages.away("http://shop/back", "a=1").headers)[b"location"] == b"http://shop/back?a=1"
    assert dict(pages.away("http://shop/back?b=2", "a=1").headers)[b"location"] == b"http://shop/back?b=2&a=1"
    assert dict(pages.away("http://shop/back").headers)[b"location"] == b"http://shop/back"


def test_an_address_cannot_end_the_header_it_stands_in() -> None:
    reply = pages.away("http://shop/\r\nset-cookie: a=b", "c=d")
    assert (reply.status, dict(reply.headers)[b"location"]) == (303, b"http://shop/set-cookie:a=b?c=d")
