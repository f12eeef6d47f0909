"""What can be asked of Omise, and can happen there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.records import Charge, Customer, Dispute, Document, Endpoint
from sandbox.providers.omise.records import Recipient, Sending
from tests.harness import Answer
from tests.lives import base
from tests.lives.base import Step
from tests.providers.omise.shop import CARD, Till

NUMBERS = ("4242424242424242", "5555555555554444", "4111111111140011", "4111111111140003", "4111111111150002")
SOURCES = ("promptpay", "truemoney", "internet_banking_bay", "installment_kbank", "econtext")
CHARGE_VERBS = ("capture", "reverse", "expire", "mark_as_paid", "mark_as_failed", "disputes")
PNG = b"\x89PNG\r\n\x1a\n\xff\xfe not text"
BANK_ACCOUNT = {"brand": "bbl", "number": "1234567890", "name": "Somchai Prasert"}
SETTINGS: tuple[dict[str, Any], ...] = (
    {"outcome": "won"}, {"outcome": {"won": 0.5}}, {"providers": {"omise": {"webhook_retries": "60,3600"}}},
    {"providers": {"omise": {"fails": "capture,transfer_pay"}}}, {"providers": {"omise": {"fails": None}}},
)  # fmt: skip


def nth(till: Till, kind: type, number: int) -> str:
    return base.nth(till, "omise", kind, number)


def disputed(till: Till, number: int) -> str:
    """One of the disputes; where there is none, a new one of a new charge."""
    if not len(till.merchant.store.shelf("omise", Dispute)):
        params = {"amount": 100_000, "currency": "thb", "card": token(till, 0)["id"]}
        charge = till.omise("POST", "/charges", params)
        till.omise("POST", f"/charges/{charge['id']}/disputes")
    return nth(till, Dispute, number)


def paid(till: Till, number: int) -> str:
    """One of the charges that hold money, if there are any."""
    found = [one.id for one in till.merchant.store.shelf("omise", Charge).rows.values() if one.status == "successful" and not one.disputed]
    return found[number % len(found)] if found else nth(till, Charge, number)


def token(till: Till, number: int) -> Answer:
    return till.omise("POST", "/tokens", {"card": {**CARD, "number": NUMBERS[number % len(NUMBERS)]}})


def pay(till: Till, number: int) -> Answer:
    params: dict[str, Any] = {"amount": 20_000 + number, "currency": ("thb", "usd")[number % 2], "metadata": {"n": number, "a": "ü\ud7ff"}}
    if number % 4 == 0:
        params["return_uri"] = "http://127.0.0.1:1/back"
    if number % 5 == 0:
        params |= {"capture": False, "authorization_type": "pre_auth"}
    if number % 7 == 0:
        params["webhook_endpoints"] = ["http://localhost:4999/own"]
    if number % 11 == 0:
        return till.omise("POST", "/charges", {**params, "customer": nth(till, Customer, number)})
    return till.omise("POST", "/charges", {**params, "card": token(till, number)["id"]})


def by_source(till: Till, number: int) -> Answer:
    source = {"type": SOURCES[number % len(SOURCES)], "installment_term": 3}
    return till.omise("POST", "/charges", {"amount": 300_000 + number, "currency": "thb", "source": source})


def dispute(till: Till, number: int) -> Answer:
    chosen = f"/disputes/{disputed(till, number)}"
    if number % 4 == 0:
        return till.omise("PATCH", f"{chosen}/{('accept', 'close')[number // 4 % 2]}", {"status": ("won", "lost")[number // 8 % 2]})
    return till.omise("PATCH", chosen, {"message": f"Signed for {number}"} if number % 2 else {"metadata": {"n": number}})


def document(till: Till, number: int) -> Answer:
    where = f"/disputes/{disputed(till, number)}/documents"
    if number % 3 == 0:
        return till.omise("DELETE", f"{where}/{nth(till, Document, number)}")
    return till.omise("POST", where, files={"file": ("a.png", PNG)}, data={"kind": "proof_of_receipt"})


def keyed(till: Till, number: int) -> Answer:
    """Sometimes a repetition."""
    where = f"/charges/{paid(till, 0)}/refunds"
    return till.omise("POST", where, {"amount": 7}, headers={"idempotency-key": f"key {number % 3}"})


def customer(till: Till, number: int) -> Answer:
    chosen = f"/customers/{nth(till, Customer, number)}"
    if number % 5 == 0:
        return till.omise("DELETE", chosen)
    if number % 5 == 1:
        return till.omise("PATCH", chosen, {"description": f"N{number}", "card": token(till, number)["id"]})
    if number % 5 == 2:
        cards = till.omise("GET", f"{chosen}/cards").body.get("data")
        return till.omise("DELETE", cards[0]["location"]) if cards else till.omise("GET", chosen)
    return till.omise("POST", "/customers", {"email": f"{number}@example.com", "card": token(till, number)["id"]})


def recipient(till: Till, number: int) -> Answer:
    chosen = f"/recipients/{nth(till, Recipient, number)}"
    if chosen.endswith("missing"):
        return till.omise("POST", "/recipients", {"name": f"N{number}", "bank_account": BANK_ACCOUNT})
    if number % 4 == 0:
        return till.omise("DELETE", chosen)
    if number % 4 == 1:
        return till.omise("PATCH", f"{chosen}/verify")
    if number % 4 == 2:
        return till.omise("PATCH", chosen, {"bank_account": {"number": f"{number:010}"}})
    return till.omise("POST", "/recipients", {"name": f"N{number}", "bank_account": BANK_ACCOUNT})


def transfer(till: Till, number: int) -> Answer:
    chosen = f"/transfers/{nth(till, Sending, number)}"
    if chosen.endswith("missing") or number % 4 == 3:
        to = {"recipient": nth(till, Recipient, number)} if number % 3 == 0 else {}
        return till.omise("POST", "/transfers", {"amount": 3_000 + number, **to})
    if number % 4 == 0:
        return till.omise("DELETE", chosen)
    return till.omise("POST", f"{chosen}/mark_as_{('sent', 'paid')[number % 2]}")


def endpoint(till: Till, number: int) -> Answer:
    if number % 4 == 0:
        return till.omise("PATCH", "/account", {"webhook_uri": None if number % 3 == 0 else f"http://localhost:{4000 + number}/hook"})
    if number % 4 == 1:
        return till.control("POST", f"webhook_endpoints/{nth(till, Endpoint, number)}/roll")
    return till.control("POST", "webhook_endpoints", {"provider": "omise", "url": f"http://localhost:{4000 + number}/hook"})


def charge(till: Till, number: int) -> Answer:
    """Of those that wait for something, if any does."""
    waiting = [one.id for one in till.merchant.store.shelf("omise", Charge).rows.values() if one.status in ("pending", "authorized")]
    chosen = waiting[number // 6 % len(waiting)] if waiting else nth(till, Charge, number // 6)
    return till.omise("POST", f"/charges/{chosen}/{CHARGE_VERBS[number % 6]}")


def bank(till: Till, number: int) -> Answer:
    """The bank decides, or the payer does."""
    if number % 2:
        return till.control("POST", f"disputes/{disputed(till, number // 4)}/{('win', 'lose')[number // 2 % 2]}")
    return till.control("POST", f"three_d_secure/{nth(till, Charge, number // 4)}/{('pass', 'fail')[number // 2 % 2]}")


STEPS: Mapping[str, Step[Till]] = {
    "pay": pay,
    "by source": by_source,
    "charge": charge,
    "refund": lambda till, n: till.omise("POST", f"/charges/{paid(till, n)}/refunds", {"amount": 20_000 if n % 3 else n + 1}),
    "dispute": lambda till, n: till.omise("POST", f"/charges/{nth(till, Charge, n)}/disputes"),
    "evidence": dispute,
    "decide": bank,
    "document": document,
    "keyed": keyed,
    "customer": customer,
    "recipient": recipient,
    "transfer": transfer,
    "endpoint": endpoint,
    "settings": lambda till, n: till.control("POST", "settings", SETTINGS[n % len(SETTINGS)]),
    "version": lambda till, n: till.omise("PATCH", "/account/api_version", {"api_version": ("2017-11-02", "2019-05-29")[n % 2]}),
    "both": lambda till, n: till.post("/v1/charges", {"amount": 500 + n, "currency": "usd", "source": "tok_visa"}),
}
TOLD = (
    ([("endpoint", 2), ("pay", 1), ("dispute", 0), ("document", 1), ("advance", 3)], [("evidence", 1), ("advance", 79), ("pay", 5)]),
    ([("customer", 3), ("pay", 22), ("recipient", 3), ("recipient", 1), ("transfer", 7), ("transfer", 1)], [("transfer", 2)]),
)
