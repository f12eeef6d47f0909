"""Every filter that the reference names for a list: exactly what it asks for is found, and some of the list is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.harness import START
from tests.providers.stripe.rows.gallery import Gallery


class Filter(NamedTuple):
    path: str
    name: str
    says: Callable[[Any], Any]  # what an object of the list says of it
    value: Any = None  # None: whatever some object says


def field(*keys: str) -> Callable[[Any], Any]:
    def says(body: Any) -> Any:
        for key in keys:
            body = body[key]
        return body

    return says


def plain(path: str, *names: str) -> list[Filter]:
    return [Filter(path, name, field(name)) for name in names]


FILTERS = [
    *plain("charges", "customer", "payment_intent", "transfer_group"),
    *plain("refunds", "charge", "payment_intent"),
    *plain("disputes", "charge", "payment_intent"),
    *plain("files", "purpose"),
    *plain("file_links", "file"),
    Filter("file_links", "expired", field("expired"), True),
    Filter("file_links", "expired", field("expired"), False),
    *plain("payment_intents", "customer"),
    *plain("payment_methods", "customer", "allow_redisplay"),
    Filter("payment_methods", "type", field("type"), "card"),
    *plain("setup_intents", "customer", "payment_method"),
    Filter("customers", "email", field("email"), "jenny@example.com"),
    Filter("customers", "test_clock", field("test_clock")),
    Filter("events", "type", field("type"), "charge.failed"),
    Filter("events", "type", lambda event: "charge.dispute.*" * event["type"].startswith("charge.dispute."), "charge.dispute.*"),
    *plain("balance_transactions", "source", "type", "currency"),
    *plain("balance/history", "type", "currency"),
    *plain("radar/early_fraud_warnings", "charge"),
    Filter("radar/early_fraud_warnings", "payment_intent", lambda warning: warning.get("payment_intent")),
    Filter("payouts", "destination", field("destination")),
    Filter("payouts", "status", field("status"), "failed"),
    *plain("transfers", "transfer_group"),
    Filter("application_fees", "charge", field("charge")),
]  # fmt: skip
WITH_CREATED = (
    "charges", "refunds", "disputes", "files", "file_links", "payment_intents", "setup_intents", "customers", "events",
    "balance_transactions", "reviews", "radar/early_fraud_warnings", "payouts", "transfers", "application_fees",
)  # fmt: skip


def everything(gallery: Gallery, path: str, **params: Any) -> list[Any]:
    """All pages of a list."""
    shop, found, more, after = gallery.shop, [], True, {}
    while more:
        page = shop.get(f"/v1/{path}", {"limit": 100, **params, **after})
        assert page.status == 200, page.body
        found += page["data"]
        more, after = page["has_more"], {"starting_after": found[-1]["id"]} if found else {}
    return found


@pytest.mark.parametrize("row", FILTERS, ids=lambda row: f"{row.path}?{row.name}" + f"={row.value}" * (row.value is not None))
def test_a_filter_finds_what_it_asks_for(gallery: Gallery, row: Filter) -> None:
    shop = gallery.clocked if row.name == "test_clock" else gallery.shop
    if row.name == "test_clock":
        (clocked,) = (seen.body for seen in gallery.seen["customer"] if seen.shop is shop)
        assert shop.get("/v1/customers", {"test_clock": clocked["test_clock"]})["data"] == [clocked]
        assert shop.get("/v1/customers")["data"] == []
        return
    bodies = everything(gallery, row.path)
    value = row.value if row.value is not None else next(row.says(body) for body in bodies if row.says(body))
    wanted = [body["id"] for body in bodies if row.says(body) == value]
    assert [body["id"] for body in everything(gallery, row.path, **{row.name: value})] == wanted
    assert 0 < len(wanted) < len(bodies)


@pytest.mark.parametrize("path", WITH_CREATED)
def test_created_bounds_a_list(gallery: Gallery, path: str) -> None:
    """From both sides, with and without the bound itself, or at one moment."""
    bodies = everything(gallery, path)
    moments = sorted({body["created"] for body in bodies})
    moment = moments[len(moments) // 2]
    for params, holds in (
        ({"created": {"gt": moment}}, lambda at: at > moment),
        ({"created": {"gte": moment}}, lambda at: at >= moment),
        ({"created": {"lt": moment}}, lambda at: at < moment),
        ({"created": {"lte": moment}}, lambda at: at <= moment),
        ({"created": {"gte": START, "lt": moment}}, lambda at: START <= at < moment),
        ({"created": moment}, lambda at: at == moment),
    ):
        found = everything(gallery, path, **params)
        assert [body["id"] for body in found] == [body["id"] for body in bodies if holds(body["created"])], params


@pytest.mark.parametrize(("path", "name"), [
    ("charges", "customer"), ("charges", "payment_intent"), ("refunds", "charge"), ("refunds", "payment_intent"), ("disputes", "charge"),
    ("disputes", "payment_intent"), ("payment_intents", "customer"), ("payment_intents", "customer_account"),
    ("payment_methods", "customer"), ("setup_intents", "customer"), ("setup_intents", "payment_method"), ("file_links", "file"),
    ("customers", "test_clock"),
    ("balance_transactions", "payout"), ("radar/early_fraud_warnings", "charge"), ("radar/early_fraud_warnings", "payment_intent"),
])  # fmt: skip
def test_a_filter_by_what_is_not_there_is_a_400(gallery: Gallery, path: str, name: str) -> None:
    answer = gallery.shop.get(f"/v1/{path}", {name: "nope_1"})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "resource_missing", name)


def test_no_intent_is_of_a_customer_account(gallery: Gallery) -> None:
    account = gallery.shop.get("/v1/accounts")["data"][0]["id"]
    assert gallery.shop.get("/v1/payment_intents", {"customer_account": account})["data"] == []


@pytest.mark.parametrize("params", [{"type": "seashell"}, {"currency": "xxx"}, {"source": "@dispute"}])
def test_balance_transactions_of_what_is_not_there_are_none(gallery: Gallery, params: dict[str, str]) -> None:
    """No error: also where a dispute is asked for, though it is the source of its rows."""
    shop = gallery.shop
    dispute = next(body for body in gallery.of("dispute") if body["balance_transactions"])
    assert dispute["balance_transactions"][0]["source"] == dispute["id"]
    answer = shop.get("/v1/balance_transactions", {key: dispute["id"] if value == "@dispute" else value for key, value in params.items()})
    assert (answer.status, answer["data"]) == (200, [])


def test_disputes_know_no_other_filter(gallery: Gallery) -> None:
    for name in ("customer", "status"):
        answer = gallery.shop.get("/v1/disputes", {name: "x"})
        assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "parameter_unknown", name)


def test_reviews_list_the_open_ones(gallery: Gallery) -> None:
    closed = [body for body in gallery.of("review") if not body["open"]]
    assert closed
    assert all(body["open"] for body in everything(gallery, "reviews"))
    assert gallery.shop.get(f"/v1/reviews/{closed[0]['id']}").status == 200


def test_delivery_success_divides_the_events(gallery: Gallery) -> None:
    """An event is delivered once all of its endpoints have got it; these have never been sent."""
    every = {event["id"] for event in everything(gallery, "events")}
    got = {event["id"] for event in everything(gallery, "events", delivery_success=True)}
    owed = {event["id"] for event in everything(gallery, "events", delivery_success=False)}
    assert (got | owed, got & owed) == (every, set())


def test_types_of_events_are_named_one_by_one(gallery: Gallery) -> None:
    """At most 20, and not beside `type`."""
    names = ["charge.failed", "refund.created"]
    found = everything(gallery, "events", types=names)
    assert {event["type"] for event in found} == set(names)
    too_many = gallery.shop.get("/v1/events", {"types": ["charge.failed"] * 21})
    assert (too_many.status, too_many.error["param"]) == (400, "types")
    both = gallery.shop.get("/v1/events", {"types": names, "type": "charge.failed"})
    assert (both.status, both.error["code"]) == (400, "parameters_exclusive")
