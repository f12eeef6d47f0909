"""Objects of every kind in every state that shows other keys: what the rows of the reference are checked against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.harness import DAY, Shop

BILLING = {
    "name": "Jenny Rosen", "email": "jenny@example.com", "phone": "+1",
    "address": {"line1": "1 Main St", "line2": "2", "postal_code": "94111", "city": "Ogden", "state": "UT", "country": "US"},
}  # fmt: skip
SHIPPING = {"name": "Jenny Rosen", "carrier": "USPS", "tracking_number": "94", "phone": "+1", "address": BILLING["address"]}
AGREED = {"customer_acceptance": {"type": "offline"}}
OF_CHARGES = {
    "description": "order 7", "receipt_email": "jenny@example.com", "shipping": SHIPPING, "statement_descriptor": "SHOP",
    "statement_descriptor_suffix": "7", "metadata": {"order": "7"},
}  # fmt: skip
TYPED = {"number": "4242424242424242", "exp_month": 8, "exp_year": 2030, "cvc": "314"}
# Where an object is read again, by its kind; the others have no address of their own.
PATHS = {
    "charge": "charges", "refund": "refunds", "dispute": "disputes", "file": "files", "file_link": "file_links",
    "payment_intent": "payment_intents", "payment_method": "payment_methods", "setup_intent": "setup_intents", "customer": "customers",
    "event": "events", "webhook_endpoint": "webhook_endpoints", "balance_transaction": "balance_transactions", "payout": "payouts",
    "review": "reviews", "radar.early_fraud_warning": "radar/early_fraud_warnings", "transfer": "transfers",
    "application_fee": "application_fees", "token": "tokens", "source": "sources",
    "test_helpers.test_clock": "test_helpers/test_clocks",
}  # fmt: skip


class Seen(NamedTuple):
    """An object as some answer showed it, and where to read it again; `account` is the connected one that it belongs to."""

    shop: Shop
    body: dict[str, Any]
    path: str
    account: str

    def expanded(self, name: str) -> Any:
        return self.shop.get(self.path, {"expand": [name]}, **as_(self.account)).body


def post(shop: Shop, path: str, params: dict[str, Any] | None = None, **options: Any) -> Any:
    """The body of an answer that is no refusal."""
    answer = shop.post(path, params, **options)
    assert answer.status == 200, answer.body
    return answer.body


def as_(account: str) -> dict[str, Any]:
    return {"headers": {"stripe-account": account}} if account else {}


class Gallery:
    """Objects by kind, and hashes inside them by `kind.path`."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.clocked = Shop("clocked")
        self.seen: dict[str, list[Seen]] = defaultdict(list)
        for paint in (payments, saved, refunds, disputes, connect, treasury, files):
            paint(self, self.shop)
        self.hang_lists(self.shop)
        clocks(self, self.clocked)

    def close(self) -> None:
        self.shop.close()
        self.clocked.close()

    def hang(self, body: Any, path: str = "", account: str = "", shop: Shop | None = None) -> Any:
        """The object belongs to the gallery; answers it."""
        kind = body["object"]
        if not path and kind in PATHS:
            path = f"/v1/{PATHS[kind]}/{body['id']}"
        self.seen[kind].append(Seen(shop or self.shop, body, path, account))
        return body

    def hang_lists(self, shop: Shop, account: str = "") -> None:
        """Everything that lists show now."""
        for path in (
            "charges", "refunds", "disputes", "files", "file_links", "payment_intents", "payment_methods", "setup_intents", "customers",
            "events", "webhook_endpoints", "balance_transactions", "payouts", "reviews", "radar/early_fraud_warnings", "transfers",
            "application_fees",
        ):  # fmt: skip
            for body in shop.get(f"/v1/{path}", {"limit": 100}, **as_(account))["data"]:
                self.hang(body, account=account, shop=shop)

    def of(self, kind: str) -> Iterator[dict[str, Any]]:
        """Every state of an object, or of a hash inside one: `charge.outcome`."""
        whole = max((name for name in self.seen if kind == name or kind.startswith(name + ".")), key=len)
        for seen in self.seen[whole]:
            body: Any = seen.body
            for key in kind.removeprefix(whole).split(".")[1:]:
                body = (body or {}).get(key)
            if body is not None:
                yield body


def payments(gallery: Gallery, shop: Shop) -> None:
    shop.hear()
    shop.hear(api_version="2026-10-28.endive", description="all", metadata={"till": "4"})
    gallery.hang(shop.hear("charge.failed"))
    owner = post(shop, "/v1/customers", {"email": "jenny@example.com"})["id"]
    shop.pay(customer=owner, transfer_group="g", setup_future_usage="off_session", excluded_payment_method_types=["klarna"], **OF_CHARGES)
    kept = shop.pay(mandate_data=AGREED)
    gallery.hang(shop.get(f"/v1/charges/{kept['latest_charge']}", {"expand": ["refunds"]}).body)
    shop.pay(payment_method_types=["card"], allowed_payment_method_types=["card"], capture_method="manual")
    for card in ("chargeDeclined", "radarBlock"):
        declined = {"amount": 2000, "currency": "usd", "payment_method": f"pm_card_{card}", "confirm": True}
        assert shop.post("/v1/payment_intents", declined).status == 402
    late = post(shop, "/v1/payment_intents", {"amount": 2000, "currency": "usd"})
    post(shop, f"/v1/payment_intents/{late['id']}/cancel", {"cancellation_reason": "abandoned"})
    asked = gallery.hang(shop.pay("pm_card_authenticationRequired", return_url="https://shop.example/"))
    shop.control("POST", f"/three_d_secure/{asked['id']}/pass")
    card = {"object": "card", **TYPED, "name": "Jenny", "address_line1": "1 Main St", "address_zip": "94111"}
    post(shop, "/v1/charges", {"amount": 900, "currency": "usd", "source": card})
    safe = post(shop, "/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_visa"})
    post(shop, f"/v1/charges/{safe['id']}", {"fraud_details": {"user_report": "safe"}})
    shop.pay("pm_card_riskLevelElevated", payment_method_options={"card": {"request_three_d_secure": "any"}})
    gallery.hang(shop.get("/v1/reviews")["data"][0])
    plain = post(shop, "/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_riskLevelElevated"})
    post(shop, "/v1/refunds", {"charge": plain["id"]})
    typed = {"amount": 900, "currency": "usd", "source": {**card, "number": "4000000000009235"}}
    gallery.hang(post(shop, f"/v1/reviews/{post(shop, '/v1/charges', typed)['review']}/approve"))
    shop.pay("pm_card_createIssuerFraudRecord")
    post(shop, "/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_createIssuerFraudRecord"})
    debit = {"payment_method": "pm_usBankAccount_success", "mandate_data": AGREED, "confirm": True, "amount": 2000, "currency": "usd"}
    gallery.hang(shop.get(f"/v1/charges/{post(shop, '/v1/payment_intents', debit)['latest_charge']}").body)


def saved(gallery: Gallery, shop: Shop) -> None:
    """Customers with what they pay by, setups, tokens and sources."""
    about = {"address": BILLING["address"], "shipping": {"name": "Jenny", "address": BILLING["address"]}, "phone": "+1", "name": "Jenny"}
    who = {**about, "business_name": "Shop", "individual_name": "Jenny", "preferred_locales": ["en"], "description": "x"}
    jenny = post(shop, "/v1/customers", {**who, "tax_exempt": "exempt", "metadata": {"crm": "7"}, "source": "tok_visa"})["id"]
    expand = {"expand": ["sources", "subscriptions", "tax_ids"]}
    gallery.hang(shop.get(f"/v1/customers/{jenny}", expand).body)
    address = {"address_city": "Ogden", "address_country": "US", "address_line2": "2", "address_state": "UT"}
    card = {**TYPED, **address, "name": "Jenny", "address_line1": "1 Main St", "address_zip": "94111"}
    for token in ({"card": card}, {"card": {key: TYPED[key] for key in ("number", "exp_month", "exp_year")}}):
        shown = gallery.hang(post(shop, "/v1/tokens", token))
        gallery.hang(shown["card"])
    bank = {"country": "US", "currency": "usd", "account_number": "000123456789", "routing_number": "110000000"}
    carrying = gallery.hang(post(shop, "/v1/tokens", {"bank_account": bank}))
    gallery.hang(post(shop, f"/v1/customers/{jenny}/sources", {"source": carrying["id"]}))
    kept = post(shop, f"/v1/customers/{jenny}/sources", {"source": shown["id"], "metadata": {"a": "1"}})
    gallery.hang(kept, f"/v1/customers/{jenny}/sources/{kept['id']}")
    gallery.hang(shop.get(f"/v1/tokens/{shown['id']}").body)
    source = {"type": "card", "token": "tok_visa", "owner": BILLING, "statement_descriptor": "SHOP", "currency": "usd"}
    made = gallery.hang(post(shop, "/v1/sources", source))
    post(shop, f"/v1/customers/{jenny}/sources", {"source": made["id"]})
    gallery.hang(shop.get(f"/v1/sources/{made['id']}").body)
    gallery.hang(post(shop, "/v1/sources", {"type": "card", "token": "tok_visa"}))
    post(shop, "/v1/customers", {"source": post(shop, "/v1/sources", {"type": "card", "token": "tok_visa"})["id"]})
    method = {"type": "card", "card": TYPED, "billing_details": BILLING, "allow_redisplay": "always", "metadata": {"a": "1"}}
    fresh = gallery.hang(post(shop, "/v1/payment_methods", method))
    post(shop, f"/v1/payment_methods/{fresh['id']}/attach", {"customer": jenny})
    for name in ("pm_usBankAccount_success", "pm_success_at"):
        bank = gallery.hang(shop.get(f"/v1/payment_methods/{name}").body)
    post(shop, f"/v1/payment_methods/{bank['id']}/attach", {"customer": jenny})
    scan = {"type": "promptpay", "billing_details": BILLING}
    gallery.hang(post(shop, "/v1/payment_methods", scan))
    setup = {"customer": jenny, "payment_method": fresh["id"], "description": "x", "metadata": {"a": "1"}, "confirm": True}
    post(shop, "/v1/setup_intents", {**setup, "payment_method_types": ["card"], "allowed_payment_method_types": ["card"]})
    post(shop, "/v1/setup_intents", {"excluded_payment_method_types": ["klarna"], "flow_directions": ["inbound"]})
    asked = {"payment_method": "pm_card_authenticationRequired", "confirm": True, "return_url": "https://shop.example/"}
    waiting = gallery.hang(post(shop, "/v1/setup_intents", asked))
    shop.control("POST", f"/three_d_secure/{waiting['id']}/fail")
    debit = {"payment_method": "pm_usBankAccount_success", "mandate_data": AGREED, "payment_method_types": ["us_bank_account"]}
    post(shop, "/v1/setup_intents", {**debit, "confirm": True})
    gone = post(shop, "/v1/setup_intents")["id"]
    post(shop, f"/v1/setup_intents/{gone}/cancel", {"cancellation_reason": "abandoned"})


def refunds(gallery: Gallery, shop: Shop) -> None:
    jenny = post(shop, "/v1/customers", {"email": "jenny@example.com"})["id"]
    part = {"amount": 500, "reason": "requested_by_customer", "metadata": {"a": "1"}}
    post(shop, "/v1/refunds", {"payment_intent": shop.pay(customer=jenny)["id"], **part})
    for card in ("pm_card_pendingRefund", "pm_card_refundFail"):
        gallery.hang(post(shop, "/v1/refunds", {"payment_intent": shop.pay(card)["id"]}))
    plain = post(shop, "/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_visa", "capture": False})
    post(shop, "/v1/refunds", {"charge": plain["id"]})
    scan = {"amount": 20_000, "currency": "thb", "confirm": True, "payment_method_data": {"type": "promptpay", "billing_details": BILLING}}
    for verb in ("", "cancel"):
        paid = gallery.hang(post(shop, "/v1/payment_intents", scan))
        shop.control("POST", f"/three_d_secure/{paid['id']}/pass")
        waiting = gallery.hang(post(shop, "/v1/refunds", {"payment_intent": paid["id"]}))
        if verb:
            gallery.hang(post(shop, f"/v1/refunds/{waiting['id']}/{verb}"))
    shop.advance(seconds=10)


def disputes(gallery: Gallery, shop: Shop) -> None:
    """Fresh, staged, answered, won, lost, closed, without an intent, eligible for enhanced evidence, of a bank debit."""
    opened = {}
    for card in ("createDispute", "createDisputeInquiry", "createCe3EligibleDispute", "createComplianceDispute", "createMultipleDisputes"):
        intent = shop.pay(f"pm_card_{card}")
        opened[card] = gallery.hang(shop.get("/v1/disputes", {"payment_intent": intent["id"]})["data"][0])["id"]
    post(shop, "/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_createDispute"})
    receipt = upload(shop)
    staged = {"evidence": {"customer_name": "Jenny", "receipt": receipt}, "submit": False, "metadata": {"a": "1"}}
    gallery.hang(post(shop, f"/v1/disputes/{opened['createDispute']}", staged))
    won = {"evidence": {"uncategorized_text": "winning_evidence"}}
    gallery.hang(post(shop, f"/v1/disputes/{opened['createDispute']}", won))
    gallery.hang(post(shop, f"/v1/disputes/{opened['createMultipleDisputes']}/close"))
    paid = {"uncategorized_text": "losing_evidence", "enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}
    post(shop, f"/v1/disputes/{opened['createComplianceDispute']}", {"evidence": paid})
    shop.advance(seconds=10)
    debit = {"payment_method": "pm_usBankAccount_dispute", "mandate_data": AGREED, "confirm": True, "amount": 2000, "currency": "usd"}
    post(shop, "/v1/payment_intents", debit)
    shop.advance(days=7)


def connect(gallery: Gallery, shop: Shop) -> None:
    shop.pay("pm_card_bypassPending", 100_000)
    account = post(shop, "/v1/accounts", {"type": "custom", "capabilities": {"transfers": {"requested": True}}})["id"]
    shared = {"transfer_data": {"destination": account}, "application_fee_amount": 100, "on_behalf_of": account}
    paid = shop.pay("pm_card_bypassPending", 10_000, **shared)
    whole = {"amount": 500, "reverse_transfer": True, "refund_application_fee": True}
    made = post(shop, "/v1/refunds", {"payment_intent": paid["id"], **whole})
    charge = shop.get(f"/v1/charges/{paid['latest_charge']}").body
    reversals = f"/v1/transfers/{charge['transfer']}/reversals"
    gallery.hang(shop.get(f"{reversals}/{made['transfer_reversal']}").body, f"{reversals}/{made['transfer_reversal']}")
    lone = post(shop, "/v1/transfers", {"amount": 100, "currency": "usd", "destination": account, "description": "May"})
    back = post(shop, f"/v1/transfers/{lone['id']}/reversals", {"amount": 10})
    gallery.hang(back, f"/v1/transfers/{lone['id']}/reversals/{back['id']}")
    post(shop, "/v1/transfers", {"amount": 100, "currency": "usd", "destination": account, "transfer_group": "g"})
    refunded = f"/v1/application_fees/{charge['application_fee']}/refunds"
    fee_refund = shop.get(refunded)["data"][0]
    gallery.hang(fee_refund, f"{refunded}/{fee_refund['id']}")
    direct = {"amount": 10_000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True, "application_fee_amount": 100}
    post(shop, "/v1/payment_intents", direct, **as_(account))
    post(shop, "/v1/setup_intents", **as_(account))
    gallery.hang_lists(shop, account)


def treasury(gallery: Gallery, shop: Shop) -> None:
    gallery.hang(shop.get("/v1/balance").body)
    for number in ("000123456789", "000111111116"):
        external = {"object": "bank_account", "country": "US", "currency": "usd", "account_number": number, "routing_number": "110000000"}
        own = shop.get("/v1/account")["id"]
        bank = post(shop, f"/v1/accounts/{own}/external_accounts", {"external_account": external})["id"]
        more = {"destination": bank, "description": "May", "statement_descriptor": "SHOP", "metadata": {"a": "1"}}
        gallery.hang(post(shop, "/v1/payouts", {"amount": 100, "currency": "usd", **more}))
    first = post(shop, "/v1/payouts", {"amount": 100, "currency": "usd"})["id"]
    shop.advance(days=3)
    post(shop, f"/v1/payouts/{first}/reverse")
    shop.advance(days=3)


def upload(shop: Shop, purpose: str = "dispute_evidence", **data: Any) -> Any:
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)
    return post(shop, "/v1/files", files={"file": ("receipt.png", png)}, data={"purpose": purpose, **data})["id"]


def files(gallery: Gallery, shop: Shop) -> None:
    upload(shop, "identity_document")
    linked = upload(shop)
    for file in (linked, upload(shop, "business_icon")):
        post(shop, "/v1/file_links", {"file": file})
    ended = post(shop, "/v1/file_links", {"file": linked, "expires_at": shop.now + DAY, "metadata": {"a": "1"}})["id"]
    gallery.hang(post(shop, f"/v1/file_links/{ended}", {"expires_at": "now"}))


def clocks(gallery: Gallery, shop: Shop) -> None:
    made = gallery.hang(post(shop, "/v1/test_helpers/test_clocks", {"frozen_time": shop.now}), shop=shop)
    gallery.hang(post(shop, "/v1/test_helpers/test_clocks", {"frozen_time": shop.now, "name": "deadlines"}), shop=shop)
    gallery.hang(post(shop, "/v1/customers", {"test_clock": made["id"]}), shop=shop)
    gallery.hang(post(shop, f"/v1/test_helpers/test_clocks/{made['id']}/advance", {"frozen_time": shop.now + 60}), shop=shop)
    shop.arrive()
