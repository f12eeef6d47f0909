"""Disputes in one shape; one dispute with its files and what may be done about it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness import START, Shop
from tests.providers.omise.shop import Till

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
def till() -> Iterator[Till]:
    made = Till()
    yield made
    made.close()


def disputed(shop: Shop, **how: Any) -> Any:
    return shop.control("POST", "/disputes", {"charge": shop.pay()["id"], **how}).body


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer["data"]]


def test_a_dispute_has_one_shape(shop: Shop) -> None:
    paid = shop.pay()
    made = shop.control("POST", "/disputes", {"charge": paid["id"], "reason": "duplicate"}).body
    shop.control("POST", f"/disputes/{made['id']}/evidence", {"uncategorized_text": "See the receipt."})
    row = {
        "id": made["id"], "provider": "stripe", "status": "needs_response", "created": START, "iso": "2026-01-05T09:00:00Z",
        "kind": "chargeback", "reason": "duplicate", "amount": 2000, "currency": "usd", "charge": paid["latest_charge"],
        "payment": paid["id"], "evidence": {"uncategorized_text": "See the receipt."},
        "evidence_due_at": made["evidence_details"]["due_by"], "submitted_at": None, "submissions": 0, "closed_at": None,
    }  # fmt: skip
    shown = shop.control("GET", f"/disputes/{made['id']}").body
    assert {name: value for name, value in shown.items() if name in row} == row
    assert set(shown) - set(row) == {"state", "actions", "files", "acknowledgements", "object"}
    assert shop.control("GET", "/disputes").body == {"data": [row], "has_more": False, "next": None}
    shop.control("POST", f"/disputes/{made['id']}/submit")
    shop.control("POST", f"/disputes/{made['id']}/lose")
    after = shop.control("GET", f"/disputes/{made['id']}").body
    assert (after["status"], after["submitted_at"], after["submissions"], after["closed_at"]) == ("lost", START, 1, START)
    assert ids(shop.control("GET", "/disputes?status=needs_response")) == []
    assert ids(shop.control("GET", "/disputes?status=lost&q=duplicate")) == [made["id"]]


def test_a_status_is_the_api_s_word(shop: Shop) -> None:
    """An inquiry that was accepted is lost to the API, whatever it is called within."""
    made = shop.control("POST", "/disputes", {"charge": shop.pay()["id"], "kind": "inquiry"}).body
    shop.control("POST", f"/disputes/{made['id']}/accept")
    assert shop.control("GET", f"/disputes/{made['id']}")["status"] == shop.get(f"/v1/disputes/{made['id']}")["status"]


# Files


def test_a_file_is_staged_as_evidence(shop: Shop) -> None:
    """Uploaded with the provider's own purpose, so an SDK sees it too; nothing is submitted by that."""
    made = disputed(shop)
    answer = shop.control("POST", f"/disputes/{made['id']}/files", {"field": "receipt", "filename": "r.png", "content": base64_of(PNG)})
    file = shop.get(f"/v1/files/{answer['evidence']['receipt']}")
    assert (file["purpose"], file["filename"], file["size"]) == ("dispute_evidence", "r.png", len(PNG))
    shown = shop.control("GET", f"/disputes/{made['id']}")
    assert (shown["files"], shown["submissions"], shown["status"]) == (
        [{"id": file["id"], "field": "receipt", "filename": "r.png", "media": "png", "bytes": len(PNG)}], 0, "needs_response",
    )  # fmt: skip


REFUSED = [
    ({"field": "receipt", "content": "no base64!"}, 422, "param_invalid"),
    ({"field": "receipt"}, 422, "param_missing"),
    ({"field": "uncategorized_text", "content": base64_of(PNG)}, 200, ""),  # a text may well be the id of a file
    ({"field": "favourite_colour", "content": base64_of(PNG)}, 422, "param_unknown"),
    ({"field": "receipt", "content": base64_of(b"MZ")}, 422, "param_invalid"),
]


@pytest.mark.parametrize(("body", "status", "code"), REFUSED)
def test_a_file_that_the_provider_would_not_take_leaves_nothing_behind(shop: Shop, body: dict[str, Any], status: int, code: str) -> None:
    made = disputed(shop)
    answer = shop.control("POST", f"/disputes/{made['id']}/files", body)
    assert answer.status == status
    if status != 200:
        assert answer.error["code"] == code
        assert shop.get("/v1/files")["data"] == []


def test_a_file_of_the_size_that_a_provider_takes_fits_in_a_call(till: Till) -> None:
    made = till.dispute()
    content = base64_of(PNG + b"0" * ((10 << 20) - len(PNG)))
    assert till.control("POST", f"disputes/{made['id']}/files", {"field": "proof_of_receipt", "content": content}).status == 200


def test_omise_keeps_a_file_as_a_document_of_that_kind(till: Till) -> None:
    made = till.dispute()
    body = {"field": "proof_of_receipt", "filename": "r.png", "content": base64_of(PNG)}
    assert till.control("POST", f"disputes/{made['id']}/files", body).status == 200
    (document,) = till.ok("GET", f"/disputes/{made['id']}/documents")["data"]
    (file,) = till.control("GET", f"disputes/{made['id']}")["files"]
    assert file == {"id": document["id"], "field": "proof_of_receipt", "filename": "r.png", "media": "png", "bytes": len(PNG)}


def test_a_compliance_dispute_names_the_fee_to_acknowledge_and_is_answered_once_it_was(shop: Shop) -> None:
    paid = shop.pay("pm_card_createComplianceDispute")
    [row] = shop.control("GET", "/disputes").body["data"]
    path, name = f"/disputes/{row['id']}", "enhanced_evidence[visa_compliance][fee_acknowledged]"
    assert row["charge"] == paid["latest_charge"]
    assert shop.control("GET", path).body["acknowledgements"] == [{"name": name, "amount": 50_000, "given": False}]
    shop.control("POST", f"{path}/evidence", {"uncategorized_text": "It complies."})
    assert shop.control("POST", f"{path}/submit").body["error"]["code"] == "param_invalid"
    shop.control("POST", f"{path}/evidence", {name: True})
    assert shop.control("GET", path).body["acknowledgements"] == [{"name": name, "amount": 50_000, "given": True}]
    assert shop.control("POST", f"{path}/submit").body["status"] == "under_review"
    other = shop.control("GET", f"/disputes/{disputed(shop)['id']}").body
    assert other["acknowledgements"] == []
