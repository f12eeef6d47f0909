"""`expand`: ids replaced by objects in the answer, and nowhere else."""

from __future__ import annotations

import pytest

from sandbox.providers.stripe.expand import EMPTY_LISTS, EXPANDABLE, PASSED
from tests.contract.newer import document
from tests.harness import Shop

# Our word for a hash inside an object -> the component of Stripe's document.
HASHES = {
    "outcome": "charge_outcome", "evidence": "dispute_evidence", "invoice_settings": "invoice_setting_customer_setting",
    "payment_method_details": "payment_method_details", "sepa_debit": "payment_method_sepa_debit",
    "us_bank_account": "payment_method_details_us_bank_account",
}  # fmt: skip
OTHER_METHODS = frozenset(("payment_method", "payment_method_details"))  # one hash a payment method type: ours are cards and bank debits


@pytest.mark.parametrize("kind", sorted({*EXPANDABLE, *PASSED} - {"appeal", "card", "last_payment_error", "last_setup_error"}))
def test_what_stripe_documents_as_expandable_is_expandable(kind: str) -> None:
    documented = set(document()["components"]["schemas"][HASHES.get(kind, kind)]["x-expandableFields"])
    ours = {*EXPANDABLE.get(kind, ()), *PASSED.get(kind, ()), *EMPTY_LISTS.get(kind, ())}
    if kind in OTHER_METHODS:
        documented &= {"billing_details", "card", "customer", "promptpay", "radar_options", "sepa_debit", "us_bank_account"}
    assert documented <= ours


def test_up_to_four_levels(shop: Shop) -> None:
    """The charge that is shown inside is as whole as one that is asked for."""
    customer = shop.post("/v1/customers", {"payment_method": "pm_card_visa"})["id"]
    method = shop.get(f"/v1/customers/{customer}/payment_methods")["data"][0]["id"]
    paid = shop.pay(method, customer=customer)
    shown = shop.get(
        f"/v1/payment_intents/{paid['id']}", {"expand": ["latest_charge.balance_transaction.source.customer", "payment_method.customer"]}
    )
    line = shown["latest_charge"]["balance_transaction"]
    assert (line["object"], line["source"]["object"], line["source"]["customer"]["id"]) == ("balance_transaction", "charge", customer)
    assert shown["latest_charge"]["payment_intent"] == paid["id"]
    assert shown["payment_method"]["customer"]["object"] == "customer"
    whole = shop.get(f"/v1/charges/{paid['latest_charge']}").body
    assert {**shown["latest_charge"], "balance_transaction": line["id"]} == whole


@pytest.mark.parametrize("path", ["a.b.c.d.e", "latest_charge.balance_transaction.source.customer.default_source"])
def test_five_levels_are_too_many(shop: Shop, path: str) -> None:
    answer = shop.get(f"/v1/payment_intents/{shop.pay()['id']}", {"expand": [path]})
    assert (answer.status, answer.error["code"]) == (400, "property_expansion_max_depth")
    assert answer.error["message"] == f"You cannot expand more than 4 levels of a property. Property: {path}"


def test_the_data_of_a_list_is_a_level(shop: Shop) -> None:
    shop.pay()
    assert shop.get("/v1/charges", {"expand": ["data.payment_intent.latest_charge.balance_transaction"]}).status == 200
    answer = shop.get("/v1/charges", {"expand": ["data.payment_intent.latest_charge.balance_transaction.source"]})
    assert (answer.status, answer.error["code"]) == (400, "property_expansion_max_depth")


@pytest.mark.parametrize("form", ["expand[]", "expand[0]", "expand%5B%5D"])
def test_every_spelling_of_an_array(shop: Shop, form: str) -> None:
    paid = shop.pay()
    assert shop.get(f"/v1/payment_intents/{paid['id']}?{form}=latest_charge")["latest_charge"]["object"] == "charge"


def test_lists_expand_below_data(shop: Shop) -> None:
    paid = shop.pay()
    charge = shop.get("/v1/charges", {"expand": ["data.payment_intent"]})["data"][0]
    assert charge["payment_intent"] == paid
    assert shop.get("/v1/charges", {"expand": ["data"]}).body == shop.get("/v1/charges").body
    answer = shop.get("/v1/charges", {"expand": ["payment_intent"]})
    assert answer.status == 400
    assert answer.error["message"] == (
        "This property cannot be expanded (payment_intent). You may want to try expanding 'data.payment_intent' instead."
    )


@pytest.mark.parametrize("path", ["nope", "amount", "payment_method", "payment_intent.nope", "outcome.nope"])
def test_what_cannot_be_expanded(shop: Shop, path: str) -> None:
    """No code, no param; on an empty list a name that nothing knows is refused as well."""
    paid = shop.pay()
    answer = shop.get(f"/v1/charges/{paid['latest_charge']}", {"expand": [path]})
    assert (answer.status, answer.error.get("code"), answer.error.get("param")) == (400, None, None)
    assert answer.error["message"].startswith(f"This property cannot be expanded ({path}).")
    assert shop.get("/v1/refunds", {"expand": ["data.nope"]}).status == 400


def test_a_bad_path_leaves_no_trace(shop: Shop) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "expand": ["nope"]})
    assert answer.status == 400
    assert (shop.events(), shop.get("/v1/payment_intents")["data"]) == ([], [])


def test_hashes_may_be_named_and_nothing_happens(shop: Shop) -> None:
    charge = f"/v1/charges/{shop.pay()['latest_charge']}"
    card = "payment_method_details.card"
    paths = ["billing_details", "outcome", f"{card}.checks", "shipping", "review", f"{card}.mandate"]
    assert shop.get(charge, {"expand": paths}).body == shop.get(charge).body


def test_the_refunds_of_a_charge(shop: Shop) -> None:
    """Left out unless asked for; newest first, at most ten, with a count."""
    charge = shop.pay()["latest_charge"]
    refunds = [shop.post("/v1/refunds", {"charge": charge, "amount": 10})["id"] for _ in range(11)]
    path = f"/v1/charges/{charge}"
    assert "refunds" not in shop.get(path).body
    shown = shop.get(path, {"expand": ["refunds.data.balance_transaction"]})["refunds"]
    assert [refund["id"] for refund in shown["data"]] == refunds[:0:-1]
    assert (shown["has_more"], shown["total_count"], shown["url"]) == (True, 11, f"{path}/refunds")
    assert shown["data"][0]["balance_transaction"]["type"] == "refund"


def test_a_customers_lists_are_empty(shop: Shop) -> None:
    customer = shop.post("/v1/customers")["id"]
    shown = shop.get(f"/v1/customers/{customer}", {"expand": ["sources", "subscriptions", "tax_ids", "test_clock"]})
    for name in ("sources", "subscriptions", "tax_ids"):
        assert (shown[name]["data"], shown[name]["url"]) == ([], f"/v1/customers/{customer}/{name}")


def test_a_deleted_customer_expands_to_a_stub(shop: Shop) -> None:
    """Of a payment, its charge and the refund of it; what would be inside is not looked for."""
    customer = shop.post("/v1/customers")["id"]
    paid = shop.pay(customer=customer)
    shop.delete(f"/v1/customers/{customer}")
    stub = {"id": customer, "object": "customer", "deleted": True}
    for path in (f"/v1/payment_intents/{paid['id']}", f"/v1/charges/{paid['latest_charge']}"):
        assert shop.get(path, {"expand": ["customer"]})["customer"] == stub
        assert shop.get(path, {"expand": ["customer.sources"]})["customer"] == stub
    (listed,) = shop.get("/v1/charges", {"expand": ["data.customer"]})["data"]
    assert listed["customer"] == stub


def test_the_default_payment_method_of_a_customer(shop: Shop) -> None:
    given = {"payment_method": "pm_card_visa", "invoice_settings": {"default_payment_method": "pm_card_visa"}}
    made = shop.post("/v1/customers", {**given, "expand": ["invoice_settings.default_payment_method"]})
    assert made["invoice_settings"]["default_payment_method"]["customer"] == made["id"]


def test_an_answer_to_a_post_is_expanded_and_the_event_is_not(shop: Shop) -> None:
    paid = shop.pay(expand=["latest_charge"])
    assert paid["latest_charge"]["object"] == "charge"
    event = shop.get("/v1/events", {"type": "payment_intent.succeeded"})["data"][0]
    assert event["data"]["object"]["latest_charge"] == paid["latest_charge"]["id"]
    assert shop.get(f"/v1/payment_intents/{paid['id']}")["latest_charge"] == paid["latest_charge"]["id"]


def test_files_of_evidence(shop: Shop) -> None:
    file = shop.post("/v1/files", files={"file": ("a.pdf", b"%PDF-1.4")}, data={"purpose": "dispute_evidence"})["id"]
    dispute = shop.disputes_of(shop.pay("pm_card_createDispute"))[0]["id"]
    shop.post(f"/v1/disputes/{dispute}", {"evidence": {"receipt": file}, "submit": False})
    shown = shop.get(f"/v1/disputes/{dispute}", {"expand": ["evidence.receipt", "balance_transactions.source", "charge.customer"]})
    assert shown["evidence"]["receipt"]["object"] == "file"
    assert shown["balance_transactions"][0]["source"]["object"] == "dispute"
    assert shop.get(f"/v1/disputes/{dispute}")["evidence"]["receipt"] == file
