"""Payments in one shape; one payment with its timeline, its parts and its money."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core.records import Charge
from sandbox.providers.stripe.records import PaymentIntent
from tests.harness import DAY, START, Shop


def ids(answer: Any) -> list[str]:
    return [row["id"] for row in answer["data"]]


def test_a_payment_has_one_shape(shop: Shop) -> None:
    paid = shop.pay(description="A book", metadata={"order": "7"})
    shop.control("POST", "/refunds", {"charge": paid["id"], "amount": 500})
    assert shop.control("GET", "/payments")["data"] == [
        {
            "id": paid["id"], "provider": "stripe", "status": "succeeded", "created": START, "iso": "2026-01-05T09:00:00Z",
            "amount": 2000, "currency": "usd", "captured": 2000, "refunded": 500, "disputed": False, "description": "A book",
            "customer": None, "charges": [paid["latest_charge"]],
        }
    ]  # fmt: skip


def test_a_charge_without_an_intent_is_a_payment_too(shop: Shop) -> None:
    charge = shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_visa", "capture": False})
    row = shop.control("GET", "/payments")["data"][0]
    assert (row["id"], row["status"], row["captured"], row["charges"]) == (charge["id"], "succeeded", 0, [charge["id"]])


def test_declined_attempts_are_part_of_their_payment(shop: Shop) -> None:
    made = shop.post("/v1/payment_intents", {"amount": 900, "currency": "usd"})
    for method in ("pm_card_chargeDeclined", "pm_card_visa"):
        shop.post(f"/v1/payment_intents/{made['id']}/confirm", {"payment_method": method, "return_url": "https://shop.example"})
    row = shop.control("GET", "/payments")["data"][0]
    assert (len(row["charges"]), row["captured"]) == (2, 900)


def test_pages_go_through_every_kind_of_payment_once_and_oldest_first(shop: Shop) -> None:
    """Intents and bare charges of the same second stand on two shelves."""
    made = []
    for step in range(4):
        shop.wall.now = START + step // 2
        made.append(shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_visa"})["id"])
        made.append(shop.pay()["id"])
    seen: list[str] = []
    after = ""
    while True:
        answer = shop.control("GET", f"/payments?limit=3{after}")
        seen += ids(answer)
        assert answer["next"] == (ids(answer)[-1] if answer["has_more"] else None)
        if not answer["has_more"]:
            break
        after = f"&after={answer['next']}"
    assert sorted(seen) == sorted(made)
    assert seen == ids(shop.control("GET", "/payments"))
    created = [row["created"] for row in shop.control("GET", "/payments")["data"]]
    assert created == sorted(created)


def test_filters_say_which(shop: Shop) -> None:
    first = shop.pay(amount=1234, description="Red hat")
    held = shop.pay(capture_method="manual")
    assert ids(shop.control("GET", "/payments?status=requires_capture")) == [held["id"]]
    assert ids(shop.control("GET", "/payments?provider=stripe&q=red")) == [first["id"]]
    assert ids(shop.control("GET", "/payments?q=1234")) == [first["id"]]
    assert ids(shop.control("GET", f"/payments?q={first['latest_charge']}")) == [first["id"]]
    assert ids(shop.control("GET", "/payments?status=lost")) == []


@pytest.mark.parametrize(
    "path",
    ["/payments", "/disputes", "/events", "/deliveries", "/webhook_endpoints", "/requests", "/timers", "/ledger", "/inbox", "/merchants",
     "/snapshots"],
)  # fmt: skip
def test_an_unknown_cursor_is_refused_on_every_list(shop: Shop, path: str) -> None:
    shop.pay()
    answer = shop.control("GET", f"{path}?after=nobody")
    assert answer.status == 404
    assert answer.error["code"] in ("cursor_unknown", "not_found")


def test_the_timeline_tells_a_payment_s_whole_story(shop: Shop) -> None:
    """What moved, what it became, what was sent of it, and what is still ahead, all in simulated time."""
    shop.freeze()
    endpoint = shop.hear("charge.dispute.created")
    paid = shop.pay()
    shop.advance(days=1)
    made = shop.control("POST", "/disputes", {"charge": paid["id"]}).body
    shop.settle()
    shown = shop.control("GET", f"/payments/{paid['id']}")
    assert (shown["disputes"], shown["refunds"]) == ([made["id"]], [])
    line = [row for row in shown["timeline"] if row["object"] == made["id"]]
    assert [(row["kind"], row["at"]) for row in line] == [
        ("status", START + DAY), ("event", START + DAY), ("event", START + DAY), ("money", START + DAY),
        ("deadline", made["evidence_details"]["due_by"]),
    ]  # fmt: skip
    assert line[0]["status"] == "needs_response"
    assert [row["type"] for row in line[1:3]] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    delivery = line[1]["deliveries"][0]
    assert (delivery["endpoint"], delivery["status"], delivery["attempts"], delivery["last_code"]) == (endpoint["id"], "delivered", 1, 200)
    assert (line[3]["amount"], line[3]["fee"], line[3]["name"]) == (-2000, 1500, "dispute")
    assert (line[4]["name"], line[4]["trigger"]) == ("evidence_due", "deadline")
    times = [row["at"] for row in shown["timeline"]]
    assert times == sorted(times)


def test_a_payment_is_found_by_its_charge(shop: Shop) -> None:
    paid = shop.pay()
    assert shop.control("GET", f"/payments/{paid['latest_charge']}").body == shop.control("GET", f"/payments/{paid['id']}").body
    assert shop.control("GET", "/payments/pi_nobody").status == 404


def test_a_payment_is_found_by_whatever_belongs_to_it(shop: Shop) -> None:
    paid = shop.pay()
    refund = shop.control("POST", "/refunds", {"charge": paid["id"], "amount": 100}).body
    dispute = shop.control("POST", "/disputes", {"charge": paid["id"]}).body
    warning = shop.control("POST", "/early_fraud_warnings", {"charge": paid["id"]}).body
    for key in (refund["id"], dispute["id"], warning["id"]):
        assert shop.control("GET", f"/payments/{key}")["id"] == paid["id"]


def test_a_payment_has_its_parts_as_the_api_shows_them(shop: Shop) -> None:
    paid = shop.pay()
    refund = shop.control("POST", "/refunds", {"charge": paid["id"], "amount": 100}).body
    shown = shop.control("GET", f"/payments/{paid['id']}")
    found = [(part["kind"], part["id"], part["status"], part["amount"]) for part in shown["parts"]]
    assert found == [
        ("PaymentIntent", paid["id"], "succeeded", 2000), ("Charge", paid["latest_charge"], "succeeded", 2000),
        ("Refund", refund["id"], "succeeded", 100),
    ]  # fmt: skip
    assert shown["parts"][0]["object"] == shop.get(f"/v1/payment_intents/{paid['id']}").body
    assert shown["parts"][2]["object"] == shop.get(f"/v1/refunds/{refund['id']}").body
    assert [part["actions"] and part["actions"]["fail"]["possible"] for part in shown["parts"]] == [{}, {}, True]


def test_a_payment_has_its_own_transfers_only(shop: Shop) -> None:
    shop.pay()
    paid = shop.pay(amount=5000)
    shown = shop.control("GET", f"/payments/{paid['id']}")["transfers"]
    assert [(row["amount"], row["cause"]) for row in shown] == [(5000, paid["latest_charge"]), (175, paid["latest_charge"])]
    numbers = {row["id"]: row for row in shop.control("GET", "/ledger")["transfers"]}
    assert all(numbers[row["id"]] == row for row in shown)


def test_an_amount_is_found_as_people_write_it(shop: Shop) -> None:
    found, other = shop.pay(amount=4321), shop.pay(amount=432_100)
    yen = shop.pay(amount=4321, currency="jpy")
    assert ids(shop.control("GET", "/payments?q=43.21")) == [found["id"]]
    assert ids(shop.control("GET", "/payments?q=4321.00")) == [other["id"]]
    assert ids(shop.control("GET", "/payments?q=4321")) == [found["id"], other["id"], yen["id"]]


def test_a_page_costs_the_same_however_many_payments_there_are(shop: Shop) -> None:
    """Counted in the records that a page takes from the shelves, because a stopwatch is no test."""
    paid = shop.pay()
    merchant = shop.merchant
    charge = merchant.get("stripe", Charge, paid["latest_charge"])
    intent = merchant.get("stripe", PaymentIntent, paid["id"])
    for number in range(20_000):
        at = START + 1 + number // 3
        merchant.store.put(charge._replace(id=f"ch_{number}", created=at, parent_id=""))
        merchant.store.put(intent._replace(id=f"pi_{number}", created=at))
    shelves = [merchant.store.shelf("stripe", kind) for kind in (PaymentIntent, Charge)]
    counted = [Counted(shelf.rows) for shelf in shelves]
    for shelf, rows in zip(shelves, counted, strict=True):
        shelf.rows = rows
    assert len(shop.control("GET", "/payments?limit=10&after=pi_15000")["data"]) == 10
    assert sum(rows.taken for rows in counted) < 60  # ten, the look-ahead, and a search by halving


class Counted(dict[str, Any]):
    taken = 0

    def __getitem__(self, key: str) -> Any:
        self.taken += 1
        return super().__getitem__(key)
