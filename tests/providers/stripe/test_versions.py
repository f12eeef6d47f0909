"""Older API versions: what they show differently in answers, events and webhooks, row by row of the table."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers.stripe.versions import CHANGES, behind, known, older
from tests.harness import Shop

ENDIVE, SEPTEMBER, DAHLIA, CLOVER, BASIL, ACACIA = (
    "2026-10-28.endive", "2026-09-30.endive", "2026-03-25.dahlia", "2025-09-30.clover", "2025-03-31.basil", "2024-10-28.acacia",
)  # fmt: skip
OLD, OLDER, OLDEST = "2024-06-20", "2023-10-16", "2020-08-27"
ALL = (ENDIVE, SEPTEMBER, "2026-08-26.dahlia", "2026-06-24.dahlia", DAHLIA, CLOVER, BASIL, ACACIA, OLD, OLDER, "2022-08-01", OLDEST)
GONE = object()


def at(shown: Any, path: str) -> Any:
    """The value at a dotted path, or GONE."""
    for name in path.split("."):
        if not isinstance(shown, dict) or name not in shown:
            return GONE
        shown = shown[name]
    return shown


def shown_in(shop: Shop, path: str, version: str) -> Any:
    answer = shop.get(path, headers={"stripe-version": version})
    assert (answer.status, answer.headers["stripe-version"]) == (200, version)
    return answer.body


@pytest.fixture
def paths(shop: Shop) -> dict[str, str]:
    """Where one object of each kind is."""
    paid = shop.pay("pm_card_createDispute")
    (dispute,) = shop.disputes_of(paid)
    refunded = shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"], "amount": 500}).body
    return {
        "charge": f"/v1/charges/{refunded['charge']}", "payment_intent": f"/v1/payment_intents/{paid['id']}",
        "dispute": f"/v1/disputes/{dispute['id']}", "refund": f"/v1/refunds/{refunded['id']}",
    }  # fmt: skip


CAME = [
    (change.object, key, change.since)
    for change in CHANGES
    for key in change.came
    if change.object in ("charge", "payment_intent", "dispute", "refund") and "mastercard_compliance" not in key
]


@pytest.mark.parametrize(("kind", "key", "since"), CAME)
def test_key_is_shown_from_its_version_on(shop: Shop, paths: dict[str, str], kind: str, key: str, since: str) -> None:
    for version in ALL:
        newest = at(shown_in(shop, paths[kind], ENDIVE), key)
        expected = newest if version[:10] >= since else GONE
        assert at(shown_in(shop, paths[kind], version), key) == expected, version
    assert any(version[:10] < since for version in ALL)
    assert at(shown_in(shop, paths[kind], since), key) is not GONE


# What official libraries are pinned to, and the first and last release of each train.
PINNED = (
    *ALL, "2024-09-30.acacia", "2025-02-24.acacia", "2025-08-27.basil", "2025-11-17.clover", "2026-01-28.clover", "2026-02-25.clover",
    "2026-05-27.dahlia", "2026-07-29.dahlia", "2024-04-10", "2025-03-31",
)  # fmt: skip
IMPOSSIBLE = (
    "2025-13-01", "2025-02-29", "2025-06-31.basil", "2027-01-01", "2027-01-01.foo", "2026-10-29", "2026-10-29.endive", "2026-10-28.acacia",
    "2025-03-30.basil", "2025-03-31.acacia", "2024-09-29.acacia", "2024-06-20.acacia", "2020-08-26", "2026-10-28.", "2026-10-28.Endive",
    "latest", "2026-10-28.endive ", "٢٠٢٥-01-01",
)  # fmt: skip


@pytest.mark.parametrize("version", PINNED)
def test_version_that_was_released_is_known(version: str) -> None:
    assert known(version)


@pytest.mark.parametrize("version", IMPOSSIBLE)
def test_version_that_never_was_is_unknown(version: str) -> None:
    """No such day, not yet or no longer, or another train's name."""
    assert not known(version)


@pytest.mark.parametrize("version", ["2025-13-01", "2027-01-01.foo", "2026-10-28.acacia"])
def test_unknown_version_is_refused_and_changes_nothing(shop: Shop, version: str) -> None:
    answer = shop.post("/v1/customers", {"name": "Ann"}, headers={"stripe-version": version})
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    assert answer.error["message"].startswith(f"Invalid Stripe API version: {version}")
    wanted = {"url": "http://localhost:4242/", "enabled_events": ["*"], "api_version": version}
    assert shop.post("/v1/webhook_endpoints", wanted).status == 400
    assert (shop.get("/v1/customers")["data"], shop.get("/v1/webhook_endpoints")["data"]) == ([], [])


def test_mastercard_compliance_came_with_june(shop: Shop) -> None:
    """Before, the dispute takes no enhanced evidence, and the hashes are empty."""
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createMastercardComplianceDispute"))
    path = f"/v1/disputes/{dispute['id']}"
    for version in ALL:
        shown = shown_in(shop, path, version)
        here = at(shown, "enhanced_eligibility_types"), at(shown, "evidence.enhanced_evidence")
        if version[:10] >= "2026-06-24":
            assert here == (["mastercard_compliance"], {"mastercard_compliance": {"fee_acknowledged": False}})
        elif version[:10] >= "2024-10-28":
            assert here == ([], {})
            assert shown["evidence_details"]["enhanced_eligibility"] == {}
        else:
            assert here == (GONE, GONE)


def test_statuses_that_came_are_called_something_else_before(shop: Shop) -> None:
    """`prevented` came with clover, appeals with the last endive; in `previous_attributes` too."""
    shop.control("POST", "/settings", {"providers": {"stripe": {"dispute_prevention": "ethoca_alerts"}}, "stripe_version": SEPTEMBER})
    (prevented,) = shop.disputes_of(shop.pay("pm_card_createEthocaAlert"))
    (lost,) = shop.disputes_of(shop.pay("pm_card_createDispute"))
    shop.post(f"/v1/disputes/{lost['id']}", {"evidence": {"uncategorized_text": "losing_evidence"}})
    shop.advance(seconds=6)
    shop.control("POST", f"/disputes/{lost['id']}/escalate", {})
    for version in ALL:
        first = shown_in(shop, f"/v1/disputes/{prevented['id']}", version)["status"]
        assert first == ("prevented" if version[:10] >= "2025-09-30" else "warning_closed"), version
        second = shown_in(shop, f"/v1/disputes/{lost['id']}", version)["status"]
        assert second == ("appeal_needs_response" if version == ENDIVE else "lost"), version
    shop.control("POST", f"/disputes/{lost['id']}/win", {})
    closed = shop.get("/v1/events", {"type": "charge.dispute.closed"})["data"][0]
    assert (closed["api_version"], closed["data"]["previous_attributes"]["status"]) == (SEPTEMBER, "lost")


@pytest.mark.parametrize("version", ALL)
def test_what_basil_removed_is_shown_before(shop: Shop, paths: dict[str, str], version: str) -> None:
    expected = GONE if version[:10] >= "2025-03-31" else None
    assert at(shown_in(shop, paths["charge"], version), "invoice") is expected
    assert at(shown_in(shop, paths["payment_intent"], version), "invoice") is expected


def test_lists_inside_payments_went_with_2022_11_15(shop: Shop, paths: dict[str, str]) -> None:
    """Before, a charge carries its refunds and an intent its charges, each in that version too."""
    charge = shown_in(shop, paths["charge"], OLDEST)
    assert charge["refunds"]["total_count"] == 1
    assert charge["refunds"]["data"] == [shown_in(shop, paths["refund"], OLDEST)]
    intent = shown_in(shop, paths["payment_intent"], "2022-08-01")
    (inner,) = intent["charges"]["data"]
    assert (inner["id"], inner["invoice"], inner["refunds"]["data"]) == (intent["latest_charge"], None, [])
    assert intent["charges"]["url"] == f"/v1/charges?payment_intent={intent['id']}"
    assert "refunds" not in shown_in(shop, paths["charge"], "2022-11-15")
    assert "charges" not in shown_in(shop, paths["payment_intent"], "2022-11-15")


def test_lists_and_expanded_objects_are_in_the_version_too(shop: Shop, paths: dict[str, str]) -> None:
    listed = shop.get("/v1/refunds", {"expand": ["data.charge"]}, headers={"stripe-version": DAHLIA})["data"][0]
    assert "payment_method" not in listed
    assert "electronic_commerce_indicator" not in listed["charge"]["payment_method_details"]["card"]
    old = shop.get("/v1/refunds", {"expand": ["data.charge"]}, headers={"stripe-version": OLD})["data"][0]
    assert old["charge"]["invoice"] is None


def test_metadata_is_no_object(shop: Shop) -> None:
    """A user's own keys stay, whatever they are called."""
    shown = {"object": "refund", "metadata": {"object": "refund", "customer": "me"}, "customer": None}
    assert older(shop.merchant, shown, OLD) == {"object": "refund", "metadata": {"object": "refund", "customer": "me"}}


@pytest.mark.parametrize(
    ("version", "capture_method", "automatic"),
    [
        (ENDIVE, "automatic_async", True), ("2024-04-10", "automatic_async", True),
        (OLDER, "automatic", True), ("2022-11-15", "automatic", False),
    ],
)  # fmt: skip
def test_parameters_left_out_mean_what_they_meant(shop: Shop, version: str, capture_method: str, automatic: bool) -> None:
    """The capture method changed with 2024-04-10, automatic payment methods came with 2023-08-16."""
    made = shop.post("/v1/payment_intents", {"amount": 500, "currency": "usd"}, headers={"stripe-version": version})
    assert made["capture_method"] == capture_method
    assert (made["automatic_payment_methods"] is not None) is automatic
    assert made["payment_method_types"] == ["card"]
    said = {"amount": 500, "currency": "usd", "capture_method": "manual", "automatic_payment_methods": {"enabled": True}}
    asked = shop.post("/v1/payment_intents", said, headers={"stripe-version": version})
    assert (asked["capture_method"], asked["automatic_payment_methods"]["enabled"]) == ("manual", True)


@pytest.mark.parametrize("version", ALL)
def test_payment_method_types_is_accepted_everywhere(shop: Shop, version: str) -> None:
    """The CLI's fixtures send it to every version."""
    wanted = {"amount": 500, "currency": "usd", "payment_method_types": ["card"]}
    assert shop.post("/v1/payment_intents", wanted, headers={"stripe-version": version}).status == 200


def test_declined_payment_in_an_error_is_in_the_version(shop: Shop) -> None:
    wanted = {"amount": 500, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True}
    answer = shop.post("/v1/payment_intents", wanted, headers={"stripe-version": OLD})
    assert (answer.status, answer.error["payment_intent"]["invoice"]) == (402, None)


# Events and webhooks


def test_webhooks_are_in_the_endpoints_version(shop: Shop) -> None:
    """Two endpoints get the same event, each in its own version; the API tells it in the account's."""
    shop.hear("refund.created", url="http://localhost:4242/new")
    shop.hear("refund.created", url="http://localhost:4242/old", api_version=BASIL)
    shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"]})
    shop.settle()
    heard = {each.url.rpartition("/")[2]: each.event for each in shop.receiver.heard}
    assert (heard["new"]["api_version"], heard["old"]["api_version"]) == (ENDIVE, BASIL)
    assert heard["new"]["data"]["object"]["payment_method"] is not None
    assert "payment_method" not in heard["old"]["data"]["object"]
    assert heard["new"]["id"] == heard["old"]["id"]
    assert shop.get(f"/v1/events/{heard['old']['id']}", headers={"stripe-version": BASIL})["api_version"] == ENDIVE


def test_refund_events_of_charges_came_with_acacia(shop: Shop) -> None:
    shop.hear(api_version=OLD)
    shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"]})
    shop.settle()
    assert shop.receiver.types == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.refunded"]


def test_events_are_told_in_the_accounts_version(shop: Shop) -> None:
    """And stay so, whatever the account's version is later; `previous_attributes` too."""
    shop.control("POST", "/settings", {"stripe_version": BASIL})
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createDispute"))
    shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"uncategorized_text": "winning_evidence"}})
    shop.control("POST", "/settings", {"stripe_version": None})
    event = shop.get("/v1/events", {"type": "charge.dispute.updated"})["data"][0]
    assert event["api_version"] == BASIL
    assert "submission_method" not in event["data"]["object"]["evidence_details"]
    assert "submission_method" not in event["data"]["previous_attributes"]["evidence_details"]
    assert event["data"]["previous_attributes"]["status"] == "needs_response"


@pytest.mark.parametrize(
    ("version", "old"), [("", False), (ENDIVE, False), ("2027-01-31.fuchsia", False), (SEPTEMBER, True), (OLDEST, True)]
)
def test_only_what_is_behind_is_made_anew(version: str, old: bool) -> None:
    assert behind(version) is old


def test_table_stands_newest_first() -> None:
    assert [change.since for change in CHANGES] == sorted((change.since for change in CHANGES), reverse=True)
