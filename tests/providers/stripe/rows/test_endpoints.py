"""Every endpoint that the reference names answers, with the object that it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from sandbox.providers.stripe.provider import Stripe
from sandbox.providers.stripe.routes import OPERATIONS
from tests.harness import DAY, Shop
from tests.providers.stripe.rows.asked import MAKERS, customer
from tests.providers.stripe.rows.gallery import post, upload
from tests.providers.stripe.rows.test_asked import ALL, Maker

# Path and the object of the answer; what `asked` has rows for is not repeated here.
GET = {
    "charges": "list", "charges/search?query=amount>0": "search_result", "charges/@charge": "charge", "charges/@charge/refunds": "list",
    "charges/@refunded": "refund", "charges/@disputed/dispute": "dispute", "refunds": "list", "refunds/@refund": "refund",
    "disputes": "list", "disputes/@dispute": "dispute", "files": "list", "files/@file": "file", "file_links": "list",
    "file_links/@link": "file_link", "payment_intents": "list", "payment_intents/search?query=amount>0": "search_result",
    "payment_intents/@intent": "payment_intent", "payment_methods": "list", "payment_methods/@attached": "payment_method",
    "customers/@owner/payment_methods": "list", "customers/@owned": "payment_method", "setup_intents": "list",
    "setup_intents/@setup": "setup_intent", "customers": "list", "customers/search?query=created>0": "search_result",
    "customers/@customer": "customer", "customers/@payer/sources": "list", "customers/@payer/cards": "list", "customers/@card": "card",
    "customers/@old_card": "card", "tokens/@token": "token", "sources/@source": "source", "account": "account", "events": "list",
    "events/@event": "event", "webhook_endpoints": "list", "webhook_endpoints/@endpoint": "webhook_endpoint", "balance": "balance",
    "balance_transactions": "list", "balance_transactions/@line": "balance_transaction", "balance/history": "list",
    "balance/history/@line": "balance_transaction", "payouts": "list", "payouts/@payout": "payout", "reviews": "list",
    "reviews/@review": "review", "radar/early_fraud_warnings": "list",
    "radar/early_fraud_warnings/@warning": "radar.early_fraud_warning",
    "transfers": "list", "transfers/@transfer": "transfer", "transfers/@transfer/reversals": "list",
    "transfers/@reversal": "transfer_reversal", "application_fees": "list", "application_fees/@fee": "application_fee",
    "application_fees/@fee/refunds": "list", "application_fees/@fee_refund": "fee_refund",
    "test_helpers/test_clocks": "list", "test_helpers/test_clocks/@clock": "test_helpers.test_clock",
}  # fmt: skip
POST = {
    "charges/@charge/refund": "charge", "charges/@charge/refunds": "refund", "charges/@refunded": "refund",
    "charges/@disputed/dispute": "dispute", "charges/@disputed/dispute/close": "dispute", "charges/@held/capture": "charge",
    "refunds/@waiting/cancel": "refund", "test_helpers/refunds/@waiting/expire": "refund", "disputes/@dispute/close": "dispute",
    "payment_intents/@ready/confirm": "payment_intent", "payment_intents/@held_intent/capture": "payment_intent",
    "payment_intents/@intent/cancel": "payment_intent", "payment_methods/@attached/detach": "payment_method",
    "setup_intents/@setup/cancel": "setup_intent", "sources/@source": "source", "events/@event/retry": "event",
    "payouts/@payout/cancel": "payout", "payouts/@sent/reverse": "payout",
    "reviews/@review/approve": "review", "customers/@old_card": "card",
    "application_fees/@fee/refund": "application_fee", "transfers/@transfer/reversals": "transfer_reversal",
}  # fmt: skip
DELETE = {
    "customers/@customer": "customer", "customers/@card": "card", "customers/@old_card": "card",
    "webhook_endpoints/@endpoint": "webhook_endpoint", "test_helpers/test_clocks/@clock": "test_helpers.test_clock",
}  # fmt: skip
ROWS = [(method, path, kind) for method, rows in (("GET", GET), ("POST", POST), ("DELETE", DELETE)) for path, kind in rows.items()]


def refunded(shop: Shop) -> str:
    key = MAKERS["charge"](shop)
    return f"{key}/refunds/" + str(post(shop, "/v1/refunds", {"charge": key})["id"])


def disputed_charge(shop: Shop) -> str:
    return str(shop.disputes_of(shop.pay("pm_card_createDispute"))[0]["charge"])


def owned(shop: Shop) -> str:
    owner = customer(shop)
    return f"{owner}/payment_methods/" + str(post(shop, "/v1/payment_methods/pm_card_visa/attach", {"customer": owner})["id"])


def waiting(shop: Shop) -> str:
    data = {"type": "promptpay", "billing_details": {"name": "Mali", "email": "mali@example.com"}}
    paid = post(shop, "/v1/payment_intents", {"amount": 20_000, "currency": "thb", "payment_method_data": data, "confirm": True})
    shop.control("POST", f"/three_d_secure/{paid['id']}/pass")
    return str(post(shop, "/v1/refunds", {"payment_intent": paid["id"]})["id"])


def sent(shop: Shop) -> str:
    key = str(MAKERS["payout"](shop))
    shop.advance(days=4)
    return key


def newest(path: str, card: str) -> Callable[[Shop], str]:
    def make(shop: Shop) -> str:
        shop.pay(card)
        return str(shop.get(path, {"limit": 1})["data"][0]["id"])

    return make


MORE = {
    "refunded": refunded,
    "disputed": disputed_charge,
    "owned": owned,
    "owner": lambda shop: owned(shop).partition("/")[0],
    "old_card": lambda shop: MAKERS["card"](shop).replace("/sources/", "/cards/"),
    "token": lambda shop: post(shop, "/v1/tokens", {"card": {"number": "4242424242424242", "exp_month": 8, "exp_year": 2030}})["id"],
    "event": newest("/v1/events", "pm_card_visa"),
    "line": newest("/v1/balance_transactions", "pm_card_visa"),
    "review": newest("/v1/reviews", "pm_card_riskLevelElevated"),
    "warning": newest("/v1/radar/early_fraud_warnings", "pm_card_createIssuerFraudRecord"),
    "waiting": waiting,
    "sent": sent,
    "clock": lambda shop: post(shop, "/v1/test_helpers/test_clocks", {"frozen_time": shop.now})["id"],
}


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    made = Shop()
    made.pay("pm_card_bypassPending", 10_000_000)
    yield made
    made.close()


class Everything(Maker):
    def named(self, name: str) -> object:
        if name in MORE and name not in self.made:
            self.made[name] = MORE[name](self.shop)
        return super().named(name)


@pytest.mark.parametrize(("method", "path", "kind"), ROWS, ids=[f"{method} {path}" for method, path, _ in ROWS])
def test_an_endpoint_answers_with_its_object(shop: Shop, method: str, path: str, kind: str) -> None:
    there, _, query = path.partition("?")
    asked = f"/v1/{Everything(shop).path(there)}"
    answer = shop.call(method, asked, dict([query.split("=")]) if query else None)
    assert (answer.status, answer["object"]) == (200, kind)
    if kind in ("list", "search_result"):
        assert answer["url"].replace("/history", "_transactions") == asked.replace("/history", "_transactions")
    if method == "DELETE":
        assert answer.body == {"id": asked.rpartition("/")[2], "object": kind, "deleted": True}


# Places that stand for more than one part of a path, and the resources of these tables.
PARTS = {"refunded": "x/refunds/x", "owned": "x/payment_methods/x", "card": "x/sources/x", "old_card": "x/cards/x",
         "reversal": "x/reversals/x", "fee_refund": "x/refunds/x"}  # fmt: skip
NOUNS = frozenset((
    "account", "application_fees", "balance", "balance_transactions", "charges", "customers", "disputes", "events", "file_links", "files",
    "payment_intents", "payment_methods", "payouts", "radar", "refunds", "reviews", "setup_intents", "sources", "test_helpers", "tokens",
    "transfers", "webhook_endpoints",
))  # fmt: skip


def test_every_operation_has_a_row() -> None:
    """Here, or with its parameters in `asked`."""
    rows = [(method, f"/v1/{path.partition('?')[0]}") for method, path, _ in ROWS]
    rows += [("POST", path) for path in ALL]
    asked = {Stripe().match(method, re.sub(r"@(\w+)", lambda name: PARTS.get(name[1], "x"), path))[0] for method, path in rows}
    left = {op for op in OPERATIONS if op not in asked and op.path.split("/")[2] in NOUNS}
    others = {"bank_accounts", "verify", "verify_microdeposits"}
    assert {f"{op.method} {op.path}" for op in left if others.isdisjoint(op.path.split("/"))} == {
        "POST /v1/files", "GET /v1/files/{file}/contents", "POST /v1/test_helpers/test_clocks/{test_clock}/advance",
    }  # fmt: skip


def test_a_test_clock_is_advanced() -> None:
    """The answer says where it is going; it is ready once it is there."""
    shop = Shop()
    clock = MORE["clock"](shop)
    told = post(shop, f"/v1/test_helpers/test_clocks/{clock}/advance", {"frozen_time": shop.now + DAY})
    assert (told["status"], told["status_details"]) == ("advancing", {"advancing": {"target_frozen_time": told["frozen_time"] + DAY}})
    shop.arrive()
    ready = shop.get(f"/v1/test_helpers/test_clocks/{clock}").body
    assert (ready["status"], ready["status_details"], ready["frozen_time"]) == ("ready", {}, told["frozen_time"] + DAY)
    shop.close()


def test_the_bytes_of_a_file_are_read_with_a_key(shop: Shop) -> None:
    path = shop.get(f"/v1/files/{upload(shop)}")["url"].partition("files.stripe.com")[2]
    assert shop.get(path).body.startswith(b"\x89PNG")
    assert shop.get(path, key="pk_test_alpha").status == 403


@pytest.mark.parametrize(("name", "value"), [("type", "card"), ("allow_redisplay", "always")])
def test_the_payment_methods_of_a_customer_are_filtered(shop: Shop, name: str, value: str) -> None:
    owner = customer(shop)
    for method in ("pm_card_visa", "pm_usBankAccount_success"):
        key = post(shop, f"/v1/payment_methods/{method}/attach", {"customer": owner})["id"]
        shown = "always" if method == "pm_card_visa" else "limited"
        post(shop, f"/v1/payment_methods/{key}", {"allow_redisplay": shown})
    (found,) = shop.get(f"/v1/customers/{owner}/payment_methods", {name: value})["data"]
    assert (found["type"], found["allow_redisplay"]) == ("card", "always")


def test_events_are_found_for_30_days() -> None:
    shop = Shop()
    shop.pay()
    key = shop.get("/v1/events")["data"][0]["id"]
    shop.advance(days=30)
    assert shop.get(f"/v1/events/{key}").status == 200
    shop.advance(seconds=1)
    assert (shop.get(f"/v1/events/{key}").status, shop.get("/v1/events", {"created": {"lte": shop.now - 30 * DAY}})["data"]) == (404, [])
    shop.close()
