"""`/v1/file_links`: public addresses of files, and their end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import DAY, Shop

PDF = b"%PDF-1.4\n%%EOF\n"


def upload(shop: Shop, purpose: str = "dispute_evidence", **fields: str) -> Any:
    files = {"file": ("receipt.pdf", PDF, "application/octet-stream")}
    answer = shop.call("POST", "/v1/files", files=files, data={"purpose": purpose, **fields})
    assert answer.status == 200, answer.body
    return answer.body


def link(shop: Shop, file: str, **params: Any) -> Any:
    answer = shop.post("/v1/file_links", {"file": file, **params})
    assert answer.status == 200, answer.body
    return answer.body


def fetch(shop: Shop, url: str) -> Any:
    """What anybody without a key gets at the address."""
    return shop.run(shop._client.get(url.partition("://")[2].partition("/")[2].join(("/", ""))))


def test_a_link_is_downloaded_without_a_key(shop: Shop) -> None:
    file = upload(shop)
    made = link(shop, file["id"], metadata={"case": "7"})
    assert made["id"].startswith("link_1")
    assert (made["file"], made["expired"], made["expires_at"], made["metadata"]) == (file["id"], False, None, {"case": "7"})
    assert made["url"].startswith("https://files.stripe.com/links/MDB8")  # in process there is no server to point to
    got = fetch(shop, made["url"])
    assert (got.status_code, got.content, got.headers["content-type"]) == (200, PDF, "application/pdf")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert shop.events() == ["file.created"]


@pytest.mark.parametrize("last", ["MDB8", "MDB8YWxwaGF8bGlua194fHg", "MDB8!!!", "MDB8" + "A" * 40])
def test_an_address_that_nobody_was_given_opens_nothing(shop: Shop, last: str) -> None:
    assert fetch(shop, f"http://x/links/{last}").status_code in (401, 404)


def test_an_address_with_another_secret_opens_nothing(shop: Shop) -> None:
    url = link(shop, upload(shop)["id"])["url"]
    changed = url[:-4] + ("AAAA" if not url.endswith("AAAA") else "BBBB")
    assert fetch(shop, changed).status_code == 404


def test_a_link_expires_on_the_clock(shop: Shop) -> None:
    file = upload(shop)
    made = link(shop, file["id"], expires_at=shop.now + DAY)
    shop.advance(seconds=DAY - 1)
    assert fetch(shop, made["url"]).status_code == 200
    shop.advance(seconds=1)
    assert fetch(shop, made["url"]).status_code == 404
    ended = shop.get(f"/v1/file_links/{made['id']}").body
    assert (ended["expired"], ended["url"]) == (True, None)
    again = shop.post(f"/v1/file_links/{made['id']}", {"expires_at": ""}).body
    assert (again["expired"], again["expires_at"], again["url"]) == (False, None, made["url"])
    assert fetch(shop, made["url"]).status_code == 200


def test_a_link_ends_now_and_keeps_its_metadata(shop: Shop) -> None:
    made = link(shop, upload(shop)["id"], metadata={"a": "1", "b": "2"})
    ended = shop.post(f"/v1/file_links/{made['id']}", {"expires_at": "now", "metadata": {"a": ""}}).body
    assert (ended["expired"], ended["expires_at"], ended["metadata"]) == (True, shop.now, {"b": "2"})


def test_a_link_ends_with_its_file(shop: Shop) -> None:
    made = link(shop, upload(shop)["id"])
    shop.advance(days=300)
    assert fetch(shop, made["url"]).status_code == 404


@pytest.mark.parametrize(("params", "param"), [
    ({"expires_at": 5}, "expires_at"), ({"file": "file_x"}, "file"), ({"expires_at": "soon"}, "expires_at"), ({"file": ""}, "file"),
])  # fmt: skip
def test_a_link_that_cannot_be_is_refused(shop: Shop, params: Any, param: str) -> None:
    answer = shop.post("/v1/file_links", {"file": upload(shop)["id"], **params})
    assert (answer.status, answer.error["param"]) == (400, param)


@pytest.mark.parametrize("moment", ["yesterday", "5"])
def test_a_link_cannot_have_ended_before(shop: Shop, moment: str) -> None:
    made = link(shop, upload(shop)["id"])
    answer = shop.post(f"/v1/file_links/{made['id']}", {"expires_at": moment})
    assert (answer.status, answer.error["param"]) == (400, "expires_at")


def test_a_file_of_a_private_purpose_has_no_links(shop: Shop) -> None:
    answer = shop.post("/v1/file_links", {"file": upload(shop, "identity_document")["id"]})
    assert (answer.status, answer.error["param"]) == (400, "file")
    assert "identity_document cannot be linked" in answer.error["message"]


def test_an_upload_may_make_a_link(shop: Shop) -> None:
    file = upload(shop, **{"file_link_data[create]": "true", "file_link_data[metadata][case]": "7"})
    (made,) = file["links"]["data"]
    assert (made["file"], made["metadata"]) == (file["id"], {"case": "7"})
    assert fetch(shop, made["url"]).content == PDF
    assert upload(shop, **{"file_link_data[create]": "false"})["links"]["data"] == []


def test_links_are_listed_with_their_file_and_by_state(shop: Shop) -> None:
    one, two = upload(shop)["id"], upload(shop)["id"]
    made = [link(shop, one, expires_at=shop.now + 10), link(shop, one), link(shop, two)]
    ids = [each["id"] for each in made]
    assert [row["id"] for row in shop.get(f"/v1/files/{one}")["links"]["data"]] == [ids[1], ids[0]]
    shop.advance(seconds=10)

    def listed(**params: Any) -> list[str]:
        return [row["id"] for row in shop.get("/v1/file_links", params)["data"]]

    assert listed() == ids[::-1]
    assert listed(file=one) == [ids[1], ids[0]]
    assert listed(expired=True) == [ids[0]]
    assert listed(expired=False) == [ids[2], ids[1]]
    assert shop.get("/v1/file_links", {"expand": ["data.file"]})["data"][0]["file"]["id"] == two
    missing = shop.get("/v1/file_links/link_x")
    assert (missing.status, missing.error["param"]) == (404, "link")


def test_links_of_another_merchant_are_their_own(shop: Shop) -> None:
    made = link(shop, upload(shop)["id"])
    assert shop.get(f"/v1/file_links/{made['id']}", key="sk_test_beta").status == 404
    assert fetch(shop, made["url"]).status_code == 200
