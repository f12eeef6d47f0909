"""`/v1/files`: uploads, what is refused, and the way back of their bytes."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.server.app import build
from tests.harness import DAY, Answer, Shop

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Page >>\nendobj\n%%EOF"
HOST = "https://files.stripe.com"


def upload(shop: Shop, content: bytes = PNG, name: str = "receipt.png", **fields: str) -> Answer:
    """As the official libraries send it: the part's own type says nothing."""
    files = {"file": (name, content, "application/octet-stream")}
    return shop.post("/v1/files", files=files, data={"purpose": "dispute_evidence", **fields})


def test_an_upload_is_a_file_with_an_end(shop: Shop) -> None:
    answer = upload(shop)
    assert answer.status == 200
    file = answer.body
    assert (file["type"], file["size"], file["filename"], file["purpose"]) == ("png", len(PNG), "receipt.png", "dispute_evidence")
    assert file["expires_at"] == file["created"] + 270 * DAY
    assert file["links"] == {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={file['id']}"}
    assert "livemode" not in file
    assert shop.events() == ["file.created"]
    assert shop.get(f"/v1/files/{file['id']}").body == file


def test_the_url_gives_the_bytes_back(shop: Shop) -> None:
    file = upload(shop, PDF, 'dé 1;.pdf').body
    assert file["url"] == f"{HOST}/v1/files/{file['id']}/contents"
    answer = shop.get(file["url"].removeprefix(HOST))
    assert (answer.status, answer.body) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''d%C3%A9%201%3B.pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["request-id"].startswith("req_")


def test_the_url_points_to_this_server(shop: Shop) -> None:
    """Also for merchants that were there before the server knew its own address, and for new ones."""
    assert shop.merchant.name == "alpha"
    shop.app = build(shop.world, base_url="http://127.0.0.1:9")
    shop._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=shop.app), base_url="http://127.0.0.1:9", trust_env=False)
    for key in ("sk_test_alpha", "sk_test_beta"):
        made = shop.post("/v1/files", files={"file": ("a.png", PNG)}, data={"purpose": "dispute_evidence"}, key=key)
        assert made["url"] == f"http://127.0.0.1:9/v1/files/{made['id']}/contents"


def test_another_merchants_key_does_not_open_it(shop: Shop) -> None:
    file = upload(shop).body
    answer = shop.get(f"/v1/files/{file['id']}/contents", key="sk_test_beta")
    assert (answer.status, answer.error["param"]) == (404, "file")


def test_the_type_is_judged_by_content(shop: Shop) -> None:
    assert upload(shop, PDF, "picture.png")["type"] == "pdf"
    answer = upload(shop, b"hello", "picture.png")
    assert (answer.status, answer.error["param"]) == (400, "file")
    assert answer.error["message"] == (
        "We don't currently support that file type. Try uploading a file with one of the following mimetypes: application/pdf, "
        "image/jpeg, image/png."
    )
    assert shop.events() == ["file.created"]


@pytest.mark.parametrize(
    ("files", "data", "param", "said"),
    [
        ({}, {"purpose": "dispute_evidence"}, "file", "Missing required param: file."),
        ({"file": ("a.png", PNG)}, {}, "purpose", "Missing required param: purpose."),
        ({"file": ("a.png", PNG)}, {"purpose": ""}, "purpose", "You passed an empty string for 'purpose'."),
        ({"file": ("a.png", PNG)}, {"purpose": "selfie"}, "purpose", "Invalid purpose: must be one of account_requirement, "),
        ({"file": ("a.png", PNG)}, {"purpose": "dispute_evidence", "nope": "1"}, "nope", "Received unknown parameter: nope"),
        ({"file": ("a.png", PNG), "other": ("b.png", PNG)}, {"purpose": "dispute_evidence"}, "other", "Received unknown parameter: other"),
        ({"purpose": ("a.png", PNG)}, {}, "file", "Missing required param: file."),
        ({}, {"purpose": "dispute_evidence", "file": "text"}, "file", "Invalid hash"),
    ],
)
def test_what_is_wrong_with_an_upload_is_said(shop: Shop, files: Any, data: Any, param: str, said: str) -> None:
    answer = shop.post("/v1/files", files={**files, **{key: (None, value) for key, value in data.items()}})
    assert (answer.status, answer.error["param"]) == (400, param)
    assert answer.error["message"].startswith(said)
    assert shop.events() == []


def test_two_parts_of_one_name_count_as_one(shop: Shop) -> None:
    """The last, as with any parameter that is sent twice."""
    parts = [("file", ("a.png", PNG)), ("file", ("b.pdf", PDF)), ("purpose", (None, "dispute_evidence"))]
    assert shop.post("/v1/files", files=parts)["filename"] == "b.pdf"


def test_a_form_without_parts_has_no_file(shop: Shop) -> None:
    assert shop.post("/v1/files", {"purpose": "dispute_evidence"}).error["message"] == "Missing required param: file."


def test_some_purposes_cannot_be_downloaded(shop: Shop) -> None:
    file = upload(shop, purpose="identity_document").body
    assert (file["url"], file["expires_at"]) == (None, None)
    answer = shop.get(f"/v1/files/{file['id']}/contents")
    assert (answer.status, answer.error["param"]) == (400, "file")


def test_an_expired_file_is_shown_without_its_bytes(shop: Shop) -> None:
    file = upload(shop, purpose="customer_signature").body
    assert file["expires_at"] == file["created"] + 7 * DAY
    shop.advance(days=7, seconds=-1)
    assert shop.get(f"/v1/files/{file['id']}/contents").status == 200
    shop.advance(seconds=1)
    assert shop.get(f"/v1/files/{file['id']}")["url"] is None
    answer = shop.get(f"/v1/files/{file['id']}/contents")
    assert (answer.status, answer.error["message"]) == (404, f"No such file upload: '{file['id']}'")


def test_files_are_filtered(shop: Shop) -> None:
    first = upload(shop)["id"]
    shop.advance(days=1)
    late = upload(shop, purpose="business_logo")["id"]

    def ids(**params: object) -> list[str]:
        return [row["id"] for row in shop.get("/v1/files", params)["data"]]

    assert ids() == [late, first]
    assert ids(purpose="dispute_evidence") == [first]
    assert ids(purpose="selfie") == []
    assert ids(created={"gte": shop.now}) == [late]
    answer = shop.get("/v1/files", {"purpose": "seashells"})
    assert (answer.status, answer.error["param"]) == (400, "purpose")


def test_a_miss_in_the_path(shop: Shop) -> None:
    for path in ("/v1/files/file_x", "/v1/files/file_x/contents"):
        answer = shop.get(path)
        assert (answer.status, answer.error["param"], answer.error["message"]) == (404, "file", "No such file upload: 'file_x'")
