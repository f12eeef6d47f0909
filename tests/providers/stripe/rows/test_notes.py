"""What the reference notes beside the rows of section 2: the values of outcomes and cards, evidence, files, and how things are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.providers.stripe.views import dispute as dispute_view
from tests.harness import DAY, START, Shop
from tests.providers.stripe.rows.asked import attached, charge, disputed
from tests.providers.stripe.rows.gallery import BILLING, Gallery, post, upload
from tests.providers.stripe.rows.test_asked import ALL, Maker


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    made = Shop()
    made.pay("pm_card_bypassPending", 10_000_000)  # disputes cost more than they bring
    yield made
    made.close()


# Charges: outcome and card

OUTCOMES = {
    "visa": {
        "advice_code": None, "network_advice_code": None, "network_decline_code": None, "network_status": "approved_by_network",
        "reason": None, "risk_level": "normal", "seller_message": "Payment complete.", "type": "authorized",
    },
    "chargeDeclined": {
        "advice_code": "try_again_later", "network_advice_code": None, "network_decline_code": "01",
        "network_status": "declined_by_network", "reason": "generic_decline", "risk_level": "normal", "type": "issuer_declined",
        "seller_message": "The bank did not return any further details with this decline.",
    },
    "radarBlock": {
        "advice_code": None, "network_advice_code": None, "network_decline_code": None, "network_status": "not_sent_to_network",
        "reason": "highest_risk_level", "risk_level": "highest", "rule": "block_if_high_risk__enabled", "type": "blocked",
        "seller_message": "Stripe blocked this payment as too risky.",
    },
    "riskLevelElevated": {
        "advice_code": None, "network_advice_code": None, "network_decline_code": None, "network_status": "approved_by_network",
        "reason": "elevated_risk_level", "risk_level": "elevated", "type": "manual_review",
        "seller_message": "Stripe evaluated this payment as having elevated risk, and placed it in your manual review queue.",
    },
}  # fmt: skip


@pytest.mark.parametrize("card", OUTCOMES)
def test_the_outcome_of_a_charge(shop: Shop, card: str) -> None:
    shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": f"tok_{card}"})
    outcome = shop.get("/v1/charges", {"limit": 1})["data"][0]["outcome"]
    assert 0 <= outcome.pop("risk_score") <= 100
    assert outcome == OUTCOMES[card]


def test_the_card_of_a_charge(shop: Shop) -> None:
    """A 4242 that was charged, key by key."""
    made = shop.get(f"/v1/charges/{shop.pay()['latest_charge']}").body
    card = made["payment_method_details"]["card"]
    for name, form in (("authorization_code", r"\d{6}"), ("fingerprint", r"\w{16}"), ("network_transaction_id", r"\d{15}")):
        assert re.fullmatch(form, card.pop(name))
    unavailable = {"status": "unavailable"}
    assert card == {
        "amount_authorized": 2000, "brand": "visa", "country": "US", "electronic_commerce_indicator": "07", "exp_month": 12,
        "exp_year": 2034, "extended_authorization": {"status": "disabled"}, "funding": "credit", "incremental_authorization": unavailable,
        "installments": None, "last4": "4242", "mandate": None, "multicapture": unavailable, "network": "visa",
        "network_token": {"used": False}, "overcapture": {"maximum_amount_capturable": 2000, "status": "unavailable"},
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "regulated_status": "unregulated", "three_d_secure": None, "transaction_link_id": None, "wallet": None,
    }  # fmt: skip


def test_a_fingerprint_is_the_numbers_own(shop: Shop) -> None:
    made = [shop.get(f"/v1/charges/{charge(shop, source=token)}").body for token in ("tok_visa", "tok_visa", "tok_amex")]
    one, same, other = (body["payment_method_details"]["card"]["fingerprint"] for body in made)
    assert one == same != other


def test_only_an_authorization_says_until_when(shop: Shop) -> None:
    for made, seconds in ((charge(shop, capture=False), 7 * DAY), (charge(shop), None)):
        body = shop.get(f"/v1/charges/{made}").body
        before = body["payment_method_details"]["card"].get("capture_before")
        assert before == (body["created"] + seconds if seconds else None)


def test_3d_secure_of_a_charge_that_was_authenticated(shop: Shop) -> None:
    asked = shop.pay("pm_card_authenticationRequired")
    shop.control("POST", f"/three_d_secure/{asked['id']}/pass")
    made = shop.get(f"/v1/payment_intents/{asked['id']}", {"expand": ["latest_charge"]})["latest_charge"]
    secured = made["payment_method_details"]["card"]["three_d_secure"]
    assert (secured["authentication_flow"], secured["result"], secured["version"]) == ("challenge", "authenticated", "2.2.0")
    assert list(secured) == [
        "authentication_flow", "electronic_commerce_indicator", "exemption_indicator", "result", "result_reason",
         "transaction_id", "version",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "make", [lambda shop: charge(shop, capture=False), lambda shop: shop.pay(capture_method="manual")["latest_charge"]]
)
def test_an_authorization_that_runs_out_is_a_refund_of_stripes_own(make: Any) -> None:
    """Its reason is one that no request can give; no money moves and no event tells of it."""
    shop = Shop()
    made = make(shop)
    shop.advance(days=7)
    body = shop.get(f"/v1/charges/{made}", {"expand": ["refunds"]}).body
    assert (body["refunded"], body["amount_refunded"], body["refunds"]["total_count"]) == (True, 2000, 1)
    (refund,) = shop.get("/v1/refunds", {"charge": made})["data"]
    assert (refund["reason"], refund["status"], refund["amount"]) == ("expired_uncaptured_charge", "succeeded", 2000)
    assert (refund["balance_transaction"], refund["payment_intent"]) == (None, body["payment_intent"])
    assert "refund.created" not in shop.events()
    shop.close()


# Disputes: reasons, evidence

REASONS = (
    "bank_cannot_process", "check_returned", "credit_not_processed", "customer_initiated", "debit_not_authorized", "duplicate",
    "fraudulent", "general", "incorrect_account_details", "insufficient_funds", "noncompliant", "product_not_received",
    "product_unacceptable", "subscription_canceled", "unrecognized",
)  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_a_dispute_of_each_reason(shop: Shop, reason: str) -> None:
    opened = shop.control("POST", "/disputes", {"charge": charge(shop), "reason": reason})
    assert (opened.status, opened["reason"], opened["object"]) == (200, reason, "dispute")
    assert shop.get(f"/v1/disputes/{opened['id']}")["reason"] == reason


EVIDENCE = {
    "TEXT": "billing_address customer_email_address customer_name customer_purchase_ip duplicate_charge_id service_date shipping_address "
    "shipping_carrier shipping_date shipping_tracking_number",
    "20k": "access_activity_log cancellation_policy_disclosure cancellation_rebuttal duplicate_charge_explanation product_description "
    "refund_policy_disclosure refund_refusal_explanation uncategorized_text",
    "FILE": "cancellation_policy customer_communication customer_signature duplicate_charge_documentation receipt refund_policy "
    "service_documentation shipping_documentation uncategorized_file",
}
FIELDS = [(kind, name) for kind, names in EVIDENCE.items() for name in names.split()]


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_a_field_of_evidence(shop: Shop, kind: str, name: str) -> None:
    """Staged up to its limit and no further, shown, unset by an empty string; a file can be expanded."""
    key = disputed(shop)
    value = upload(shop) if kind == "FILE" else "x" * (20_000 if kind == "20k" else 5_000)
    path = f"/v1/disputes/{key}"
    assert post(shop, path, {"evidence": {name: value}, "submit": False})["evidence"][name] == value
    over = shop.post(path, {"evidence": {name: "file_x" if kind == "FILE" else value + "x"}, "submit": False})
    assert (over.status, over.error["param"]) == (400, f"evidence[{name}]")
    expanded = shop.get(path, {"expand": [f"evidence.{name}"]})
    if kind == "FILE":
        assert expanded["evidence"][name]["object"] == "file"
    else:
        assert expanded.error["message"] == f"This property cannot be expanded (evidence.{name})."
    assert post(shop, path, {"evidence": {name: ""}, "submit": False})["evidence"][name] is None


def test_evidence_has_these_fields_and_no_others() -> None:
    assert sorted(name for _, name in FIELDS) == sorted((*dispute_view.TEXTS, *dispute_view.FILES))
    assert [len(names.split()) for names in EVIDENCE.values()] == [10, 8, 9]


CE3 = {
    "customer_account_id": "jenny", "customer_device_fingerprint": "f" * 20, "customer_device_id": "d" * 15,
    "customer_email_address": "jenny@example.com", "customer_purchase_ip": "1.2.3.4", "product_description": "Shoes",
    "shipping_address": BILLING["address"],
}  # fmt: skip


def test_every_key_of_enhanced_evidence(shop: Shop) -> None:
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createCe3EligibleDispute"))
    form = {
        "disputed_transaction": {**CE3, "merchandise_or_services": "services"},
        "prior_undisputed_transactions": [{"charge": charge(shop), **CE3} for _ in range(2)],
    }
    wanted = {"evidence": {"enhanced_evidence": {"visa_compelling_evidence_3": form}}, "submit": False}
    told = post(shop, f"/v1/disputes/{dispute['id']}", wanted)
    assert told["evidence"]["enhanced_evidence"]["visa_compelling_evidence_3"] == form
    assert told["evidence_details"]["enhanced_eligibility"]["visa_compelling_evidence_3"]["status"] in ("qualified", "requires_action")


@pytest.mark.parametrize("kind", ["chargeback", "inquiry"])
def test_a_deadline_is_the_last_second_of_a_day(shop: Shop, kind: str) -> None:
    opened = shop.control("POST", "/disputes", {"charge": charge(shop), "kind": kind})
    assert opened["evidence_details"]["due_by"] % DAY == DAY - 1
    assert opened["evidence_details"]["past_due"] is False


# Files

SENT = (
    "account_requirement", "additional_verification", "business_icon", "business_logo", "customer_signature", "dispute_evidence",
    "identity_document", "issuing_regulatory_reporting", "pci_document", "platform_terms_of_service", "tax_document_user_upload",
    "terminal_android_apk", "terminal_reader_splashscreen", "terminal_wifi_certificate", "terminal_wifi_private_key",
)  # fmt: skip
STRIPES_OWN = (
    "document_provider_identity_document", "finance_report_run", "financial_account_statement", "identity_document_downloadable", "selfie",
    "sigma_scheduled_query",
)  # fmt: skip
LINKED = frozenset((
    "business_icon", "business_logo", "customer_signature", "dispute_evidence", "issuing_regulatory_reporting", "pci_document",
    "tax_document_user_upload", "terminal_android_apk", "terminal_reader_splashscreen",
))  # fmt: skip
KEPT = {"dispute_evidence": 270 * DAY, "customer_signature": 7 * DAY}
NOT_DOWNLOADED = ("account_requirement", "identity_document")


@pytest.mark.parametrize("purpose", SENT)
def test_a_purpose_of_uploads(shop: Shop, purpose: str) -> None:
    """How long it is kept, whether its bytes can be read again, whether it may have a link."""
    made = shop.get(f"/v1/files/{upload(shop, purpose)}").body
    assert (made["purpose"], made["type"], made["size"], made["filename"]) == (purpose, "png", 28, "receipt.png")
    assert made["expires_at"] == (made["created"] + KEPT[purpose] if purpose in KEPT else None)
    assert (made["url"] is None) == (purpose in NOT_DOWNLOADED)
    assert shop.get(f"/v1/files/{made['id']}/contents").status == (400 if purpose in NOT_DOWNLOADED else 200)
    assert shop.post("/v1/file_links", {"file": made["id"]}).status == (200 if purpose in LINKED else 400)


@pytest.mark.parametrize("purpose", STRIPES_OWN)
def test_a_purpose_of_stripes_own_is_filtered_by_but_not_sent(shop: Shop, purpose: str) -> None:
    refused = shop.post("/v1/files", files={"file": ("a.png", b"\x89PNG\r\n\x1a\n")}, data={"purpose": purpose})
    assert (refused.status, refused.error["param"]) == (400, "purpose")
    assert shop.get("/v1/files", {"purpose": purpose})["data"] == []


def test_files_and_links_have_one_event() -> None:
    shop = Shop()
    key = upload(shop)
    shop.post("/v1/file_links", {"file": key})
    assert shop.events() == ["file.created"]
    shop.close()


def test_an_upload_may_bring_its_link(shop: Shop) -> None:
    """`file_link_data` with all its keys."""
    data = {"file_link_data[create]": "true", "file_link_data[expires_at]": str(START + DAY), "file_link_data[metadata][a]": "1"}
    (link,) = shop.get(f"/v1/files/{upload(shop, **data)}")["links"]["data"]
    assert (link["object"], link["expires_at"], link["metadata"]) == ("file_link", START + DAY, {"a": "1"})


# What customers pay by


@pytest.mark.parametrize(("token", "brand"), [
    ("visa", "Visa"), ("mastercard", "MasterCard"), ("amex", "American Express"), ("discover", "Discover"), ("jcb", "JCB"),
    ("diners", "Diners Club"), ("unionpay", "UnionPay"),
])  # fmt: skip
def test_a_legacy_card_spells_its_brand(shop: Shop, token: str, brand: str) -> None:
    for _ in range(2):  # a magic token never runs out
        made = shop.get(f"/v1/charges/{charge(shop, source=f'tok_{token}')}").body
        assert (made["source"]["brand"], made["payment_method_details"]["card"]["brand"]) == (brand, token)


def test_cvc_is_unchecked_until_the_card_is_used_or_attached(shop: Shop) -> None:
    fresh = shop.get("/v1/payment_methods/pm_card_visa").body
    used = shop.get(f"/v1/payment_methods/{shop.pay()['payment_method']}").body
    kept = shop.get(f"/v1/payment_methods/{attached(shop)}").body
    assert [body["card"]["checks"]["cvc_check"] for body in (fresh, used, kept)] == ["unchecked", "pass", "pass"]
    assert fresh["card"]["networks"] == {"available": ["visa"], "preferred": None}
    assert fresh["card"]["three_d_secure_usage"] == {"supported": True}


def test_secrets_and_prefixes_have_their_form(shop: Shop) -> None:
    made = post(shop, "/v1/payment_intents", {"amount": 900, "currency": "usd"})
    assert re.fullmatch(made["id"] + r"_secret_[0-9A-Za-z]{25}", made["client_secret"])
    assert re.fullmatch(r"[0-9A-Z]{8}", post(shop, "/v1/customers")["invoice_prefix"])


def test_a_declined_intent_remembers_the_whole_payment_method(shop: Shop) -> None:
    refused = shop.post(
        "/v1/payment_intents", {"amount": 900, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True}
    )
    shown = shop.get(f"/v1/payment_intents/{refused.error['payment_intent']['id']}").body
    kept = shown["last_payment_error"]
    assert (shown["payment_method"], kept["payment_method"]["object"], kept["charge"]) == (None, "payment_method", shown["latest_charge"])
    said = {key: value for key, value in refused.error.items() if key not in ("payment_intent", "request_log_url")}
    assert {key: kept[key] for key in said} == said


# How things are kept

UPDATES = [path for path, asked in ALL.items() if "metadata" in asked.rows and "@" in path and path.rpartition("/")[2].startswith("@")]


@pytest.mark.parametrize("path", UPDATES)
def test_an_update_merges_metadata(shop: Shop, path: str) -> None:
    maker = Maker(shop)
    there = maker.path(path)
    first = post(shop, there, {"metadata": {"a": "1", "b": "2"}})["metadata"]
    assert (first["a"], first["b"]) == ("1", "2")
    merged = post(shop, there, {"metadata": {"b": "", "c": "3"}})["metadata"]
    assert (merged["a"], merged["c"], "b" in merged) == ("1", "3", False)
    assert post(shop, there, {"metadata": ""})["metadata"] == {}


def test_an_event_tells_of_changed_keys_alone(shop: Shop) -> None:
    """Of a nested hash only what changed inside; a changed list whole."""
    made = post(shop, "/v1/customers", {"address": {"city": "Ogden", "country": "US"}, "preferred_locales": ["en", "de"], "name": "Jenny"})
    change = {"address": {"city": "Provo", "country": "US"}, "preferred_locales": ["en", "fr"], "name": "Jenny"}
    post(shop, f"/v1/customers/{made['id']}", change)
    told = shop.get("/v1/events", {"type": "customer.updated", "limit": 1})["data"][0]["data"]["previous_attributes"]
    assert told == {"address": {"city": "Ogden"}, "preferred_locales": ["en", "de"]}


def test_only_updates_tell_what_was_before(gallery: Gallery) -> None:
    for event in gallery.of("event"):
        changed = event["type"].rpartition(".")[2]
        assert "previous_attributes" not in event["data"] or changed not in ("created", "succeeded", "opened"), event["type"]


def test_a_statement_line_says_what_its_fee_is_made_of(gallery: Gallery) -> None:
    for line in gallery.of("balance_transaction"):
        assert line["net"] == line["amount"] - line["fee"]
        assert sum(part["amount"] for part in line["fee_details"]) == line["fee"]
        assert all(list(part) == ["amount", "application", "currency", "description", "type"] for part in line["fee_details"])


def test_both_sides_of_a_balance_have_the_same_keys(gallery: Gallery) -> None:
    (balance,) = gallery.of("balance")
    for side in ("available", "pending"):
        for entry in balance[side]:
            assert (list(entry), sum(entry["source_types"].values())) == (["amount", "currency", "source_types"], entry["amount"])
