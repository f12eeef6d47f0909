"""Enhanced evidence: what makes it complete, who may give it, and what compliance costs."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.providers.stripe.enhanced import identified
from tests.harness import Answer, Shop

CE3 = "visa_compelling_evidence_3"
ALL_ACTIONS = [
    "missing_customer_identifiers", "missing_disputed_transaction_description", "missing_merchandise_or_services",
    "missing_prior_undisputed_transaction_description", "missing_prior_undisputed_transactions",
]  # fmt: skip
WHO = {"customer_purchase_ip": "203.0.113.7", "customer_email_address": "jane@example.com", "product_description": "Shoes"}
OPENED = [
    "payment_intent.created",
    "charge.succeeded",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "payment_intent.succeeded",
]


def disputed(shop: Shop, card: str = "createCe3EligibleDispute") -> Any:
    (dispute,) = shop.disputes_of(shop.pay(f"pm_card_{card}"))
    return dispute


def stage(shop: Shop, dispute: Any, form: Any, submit: bool = False) -> Answer:
    return shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"enhanced_evidence": form}, "submit": submit})


def compelling(shop: Shop, dispute: Any, priors: list[str] | None = None, **disputed: Any) -> Answer:
    form: dict[str, Any] = {"disputed_transaction": {**WHO, "merchandise_or_services": "merchandise", **disputed}}
    if priors is not None:
        form["prior_undisputed_transactions"] = [{"charge": prior, **WHO} for prior in priors]
    return stage(shop, dispute, {CE3: form})


def eligibility(answer: Any, kind: str = CE3) -> Any:
    return answer["evidence_details"]["enhanced_eligibility"][kind]


def earlier(shop: Shop, count: int = 2) -> list[str]:
    return [shop.pay()["latest_charge"] for _ in range(count)]


def refused(answer: Answer, param: str, message: str) -> None:
    assert (answer.status, answer.error.get("param"), answer.error["message"]) == (400, param, message)


# Compelling Evidence 3.0


def test_an_eligible_dispute_lacks_everything_at_first(shop: Shop) -> None:
    dispute = disputed(shop)
    assert dispute["enhanced_eligibility_types"] == [CE3]
    assert eligibility(dispute) == {"required_actions": ALL_ACTIONS, "status": "requires_action"}
    assert dispute["evidence"]["enhanced_evidence"] == {CE3: {"disputed_transaction": None, "prior_undisputed_transactions": []}}
    assert (dispute["reason"], dispute["payment_method_details"]["card"]["network_reason_code"]) == ("fraudulent", "10.4")
    assert shop.events() == OPENED


def test_staged_evidence_works_off_the_required_actions(shop: Shop) -> None:
    """One request after the other; each event says what changed."""
    dispute, priors = disputed(shop), earlier(shop)
    first = compelling(shop, dispute)
    assert eligibility(first)["required_actions"] == [ALL_ACTIONS[0], *ALL_ACTIONS[3:]]
    second = stage(shop, dispute, {CE3: {"prior_undisputed_transactions": [{"charge": prior} for prior in priors]}})
    assert eligibility(second)["required_actions"] == [ALL_ACTIONS[0], ALL_ACTIONS[3]]
    third = compelling(shop, dispute, priors)
    assert eligibility(third) == {"required_actions": [], "status": "qualified"}
    assert (third["status"], third["evidence_details"]["has_evidence"]) == ("needs_response", True)
    event = shop.get("/v1/events", {"type": "charge.dispute.updated"})["data"][0]
    assert event["data"]["previous_attributes"]["evidence_details"] == {
        "enhanced_eligibility": {CE3: {"required_actions": [ALL_ACTIONS[0], ALL_ACTIONS[3]], "status": "requires_action"}}
    }


@pytest.mark.parametrize(
    ("disputed_says", "missing"),
    [
        ({"customer_purchase_ip": "203.0.113.8"}, True),  # the email alone: neither device nor address
        ({"customer_email_address": ""}, True),  # the address alone
        ({"customer_email_address": "", "customer_device_id": "device-0123456789"}, True),  # only the disputed one has it
        ({}, False),
    ],
)
def test_identifiers_match_in_two_and_one_is_a_place(shop: Shop, disputed_says: dict[str, str], missing: bool) -> None:
    answer = compelling(shop, disputed(shop), earlier(shop), **disputed_says)
    assert (ALL_ACTIONS[0] in eligibility(answer)["required_actions"]) is missing


@pytest.mark.parametrize(
    ("match", "missing"),
    [
        (("customer_account_id", "customer_email_address"), True),  # two of the customer, none of a place
        (("customer_account_id", "shipping_address", "customer_email_address"), True),
        (("customer_account_id", "customer_purchase_ip"), False),
        (("customer_device_id", "customer_email_address"), False),
        (("customer_device_fingerprint", "customer_email_address"), False),
        (("customer_device_id", "customer_purchase_ip"), False),
    ],
)
def test_two_matches_of_the_customer_do_not_stand_for_a_place(match: tuple[str, ...], missing: bool) -> None:
    """One of the two has to be an IP address or a device, however many others there are."""
    says = {name: {"line1": "1 Main St"} if name == "shipping_address" else "203.0.113.7, as before" for name in match}
    assert identified(says, [says, dict(says)]) is not missing


def test_keys_of_the_disputed_transaction_are_merged_and_cleared(shop: Shop) -> None:
    dispute = disputed(shop)
    compelling(shop, dispute, shipping_address={"line1": "1 Main St", "country": "US"})
    shown = compelling(shop, dispute, product_description="", customer_account_id="jane")["evidence"]["enhanced_evidence"][CE3]
    assert shown["disputed_transaction"] == {
        **WHO, "product_description": None, "merchandise_or_services": "merchandise", "customer_account_id": "jane",
        "customer_device_fingerprint": None, "customer_device_id": None,
        "shipping_address": {"city": None, "country": "US", "line1": "1 Main St", "line2": None, "postal_code": None, "state": None},
    }  # fmt: skip
    assert stage(shop, dispute, "")["evidence"]["enhanced_evidence"][CE3]["disputed_transaction"] is None


def test_a_payment_that_does_not_fit_disqualifies(shop: Shop) -> None:
    """The disputed one itself, or one that was disputed too."""
    dispute, (fine,) = disputed(shop), earlier(shop, 1)
    other = disputed(shop, "createDispute")["charge"]
    for unfit in (dispute["charge"], other):
        assert eligibility(compelling(shop, dispute, [fine, unfit])) == {"required_actions": [], "status": "not_qualified"}


def test_what_is_wrong_with_a_form_is_named_in_full(shop: Shop) -> None:
    dispute, (prior,) = disputed(shop), earlier(shop, 1)
    where = f"evidence[enhanced_evidence][{CE3}]"
    answer = compelling(shop, dispute, ["ch_x"])
    refused(answer, f"{where}[prior_undisputed_transactions][0][charge]", "No such charge: 'ch_x'")
    answer = compelling(shop, dispute, [prior] * 3)
    refused(answer, f"{where}[prior_undisputed_transactions]", "Invalid array: at most 2 prior undisputed transactions")
    answer = compelling(shop, dispute, customer_device_id="short")
    refused(answer, f"{where}[disputed_transaction][customer_device_id]", "Invalid customer_device_id: must be at least 15 characters")
    answer = stage(shop, dispute, {"visa_compliance": {"fee_acknowledged": True}})
    refused(answer, "evidence[enhanced_evidence][visa_compliance]", "This dispute is not eligible for visa compliance.")
    answer = compelling(shop, disputed(shop, "createDispute"))
    refused(answer, where, "This dispute is not eligible for Visa Compelling Evidence 3.0.")


@pytest.mark.parametrize(("age", "eligible"), [(119, False), (120, True), (364, True), (365, False)])
def test_profile_network_looks_at_card_and_age(age: int, eligible: bool) -> None:
    """Two payments with the same card, 120 to 364 days old; what qualifies wins after 60 days."""
    shop = Shop(profile="network")
    priors = earlier(shop)
    shop.advance(days=age)
    paid = shop.pay()
    dispute = shop.control("POST", "/disputes", {"charge": paid["id"]}).body
    assert dispute["enhanced_eligibility_types"] == ([CE3] if eligible else [])
    if eligible:
        assert eligibility(compelling(shop, dispute, priors))["status"] == "qualified"
        shop.post(f"/v1/disputes/{dispute['id']}", {"submit": True})
        shop.advance(days=60)
        assert shop.get(f"/v1/disputes/{dispute['id']}")["status"] == "won"
    shop.close()


def test_profile_network_loses_what_does_not_qualify() -> None:
    shop = Shop(profile="network")
    priors = earlier(shop)
    shop.advance(days=200)
    dispute = shop.control("POST", "/disputes", {"charge": shop.pay()["id"]}).body
    assert eligibility(compelling(shop, dispute, priors[:1]))["status"] == "requires_action"
    shop.post(f"/v1/disputes/{dispute['id']}", {"submit": True})
    shop.advance(days=60)
    assert shop.get(f"/v1/disputes/{dispute['id']}")["status"] == "lost"
    shop.close()


# Compliance


@pytest.mark.parametrize(
    ("card", "kind", "brand"),
    [("createComplianceDispute", "visa_compliance", "visa"),
     ("createMastercardComplianceDispute", "mastercard_compliance", "mastercard")],
)  # fmt: skip
def test_compliance_wants_its_fee_acknowledged(shop: Shop, card: str, kind: str, brand: str) -> None:
    dispute = disputed(shop, card)
    assert dispute["payment_method_details"]["card"] == {
        "brand": brand, "case_type": "compliance", "network": brand, "network_reason_code": None,
    }  # fmt: skip
    assert (dispute["reason"], dispute["enhanced_eligibility_types"]) == ("noncompliant", [kind])
    assert eligibility(dispute, kind) == {"status": "requires_fee_acknowledgement"}
    path, name = f"/v1/disputes/{dispute['id']}", f"evidence[enhanced_evidence][{kind}][fee_acknowledged]"
    message = f"You must acknowledge the fee of this compliance dispute with `{name}` before you can submit evidence."
    refused(shop.post(path, {"evidence": {"uncategorized_text": "winning_evidence"}}), name, message)
    told = stage(shop, dispute, {kind: {"fee_acknowledged": True}})
    assert eligibility(told, kind) == {"status": "fee_acknowledged"}
    assert told["evidence"]["enhanced_evidence"] == {kind: {"fee_acknowledged": True}}
    assert shop.post(path, {"evidence": {"uncategorized_text": "it complies"}})["status"] == "under_review"


@pytest.mark.parametrize(("word", "status", "kept"), [("winning_evidence", "won", 0), ("losing_evidence", "lost", 50_000)])
def test_the_compliance_fee_comes_back_with_a_win(shop: Shop, word: str, status: str, kept: int) -> None:
    """500 dollars with the evidence, as a row of its own beside the dispute's; the books say who has them."""
    dispute = disputed(shop, "createComplianceDispute")
    evidence = {"uncategorized_text": word, "enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}
    shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": evidence})
    (fee,) = shop.get("/v1/balance_transactions", {"type": "stripe_fee"})["data"]
    assert (fee["amount"], fee["net"], fee["reporting_category"], fee["source"]) == (-50_000, -50_000, "fee", None)
    assert shop.balance("fees:compliance") == 50_000
    shop.advance(seconds=6)
    after = shop.get(f"/v1/disputes/{dispute['id']}").body
    assert (after["status"], len(after["balance_transactions"])) == (status, 2 if status == "won" else 1)
    assert shop.balance("fees:compliance") == kept
    amounts = [row["amount"] for row in shop.get("/v1/balance_transactions", {"type": "stripe_fee"})["data"]]
    assert amounts == ([50_000, -50_000] if status == "won" else [-50_000])


def test_an_accepted_compliance_dispute_costs_no_compliance_fee(shop: Shop) -> None:
    shop.post(f"/v1/disputes/{disputed(shop, 'createComplianceDispute')['id']}/close")
    assert shop.balance("fees:compliance") == 0
