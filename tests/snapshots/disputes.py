"""Refunds, disputes, files, fraud warnings, and the money they move, in every state that looks different."""

from __future__ import annotations

from typing import Any

from tests.harness import Answer, Shop
from tests.snapshots.payments import Scene, again, charged

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def refund(shop: Shop, method: str = "pm_card_visa", **params: Any) -> Answer:
    made = shop.pay(method, description="order 6735")
    return shop.post("/v1/refunds", {"payment_intent": made["id"], **params})


def refund_later(shop: Shop, method: str, seconds: int, **params: Any) -> Answer:
    made = refund(shop, method, **params)
    shop.advance(seconds=seconds)
    return again(shop, "refunds", made["id"])


def refund_of_authorization(shop: Shop) -> Answer:
    made = shop.post("/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa", "capture": False})
    return shop.post("/v1/refunds", {"charge": made["id"]})


def refund_overtaken(shop: Shop) -> Answer:
    """The refund of an inquired charge that escalates at once: the chargeback takes the money first."""
    made = shop.pay("pm_card_createDisputeInquiry")
    given_back = shop.post("/v1/refunds", {"payment_intent": made["id"], "amount": 500})
    evidence(shop, shop.disputes_of(made)[0], "escalate_inquiry_evidence")
    shop.advance(seconds=6)
    return again(shop, "refunds", given_back["id"])


def disputed(shop: Shop, card: str = "pm_card_createDispute", **params: Any) -> Any:
    return shop.disputes_of(shop.pay(card, **params))[0]


def evidence(shop: Shop, dispute: Any, text: str, submit: bool = True, **params: Any) -> Answer:
    wanted = {"evidence": {"uncategorized_text": text, "customer_name": "Jenny Rosen"}, "submit": submit, **params}
    return shop.post(f"/v1/disputes/{dispute['id']}", wanted)


def decided(shop: Shop, text: str, card: str = "pm_card_createDispute", days: float = 0, seconds: int = 6) -> Answer:
    """The dispute after its evidence and some time."""
    made = disputed(shop, card)
    evidence(shop, made, text)
    shop.advance(days=days, seconds=seconds)
    return again(shop, "disputes", made["id"])


def accepted(shop: Shop, card: str = "pm_card_createDispute") -> Answer:
    return shop.post(f"/v1/disputes/{disputed(shop, card)['id']}/close")


def left_alone(shop: Shop, days: int, card: str = "pm_card_createDispute") -> Answer:
    made = disputed(shop, card)
    shop.advance(days=days)
    return again(shop, "disputes", made["id"])


def half_disputed(shop: Shop) -> Answer:
    return shop.get("/v1/disputes", {"payment_intent": shop.pay("pm_card_createMultipleDisputes", amount=2001)["id"]})


def with_file(shop: Shop) -> Answer:
    made = disputed(shop)
    wanted = {"evidence": {"receipt": upload(shop)["id"]}, "submit": False, "expand": ["evidence.receipt", "charge"]}
    return shop.post(f"/v1/disputes/{made['id']}", wanted)


def upload(shop: Shop) -> Answer:
    files = {"file": ("receipt.pdf", PDF, "application/octet-stream")}
    return shop.post("/v1/files", files=files, data={"purpose": "dispute_evidence"})


def warning(shop: Shop, **params: Any) -> Answer:
    made = shop.pay("pm_card_createIssuerFraudRecord")
    return shop.get("/v1/radar/early_fraud_warnings", {"payment_intent": made["id"], **params})


def warning_acted_on(shop: Shop) -> Answer:
    made = shop.pay("pm_card_createIssuerFraudRecord")
    shop.post("/v1/refunds", {"payment_intent": made["id"]})
    return shop.get("/v1/radar/early_fraud_warnings", {"payment_intent": made["id"]})["data"][0]


def lines(shop: Shop, kind: str) -> list[Any]:
    """Balance transactions of one type, oldest first."""
    return shop.get("/v1/balance_transactions", {"type": kind})["data"][::-1]


def line_of(shop: Shop, kind: str, number: int = 0) -> Any:
    return again(shop, "balance_transactions", lines(shop, kind)[number]["id"])


def line_of_charge(shop: Shop) -> Any:
    charged(shop, description="order 6735")
    return line_of(shop, "charge")


def line_settled(shop: Shop) -> Any:
    charged(shop, description="order 6735")
    shop.advance(days=2)
    return line_of(shop, "charge")


def line_of_refund(shop: Shop) -> Any:
    refund(shop)
    return line_of(shop, "refund")


def line_of_refund_failure(shop: Shop) -> Any:
    refund_later(shop, "pm_card_refundFail", 4)
    return line_of(shop, "refund_failure")


def line_of_dispute(shop: Shop) -> Any:
    disputed(shop)
    return line_of(shop, "adjustment")


def line_of_reversal(shop: Shop) -> Any:
    decided(shop, "winning_evidence")
    return line_of(shop, "adjustment", 1)


def balance(shop: Shop) -> Answer:
    """Both sides, two currencies: a settled payment, one pending, a refund, and a dispute that was withdrawn."""
    charged(shop)
    shop.advance(days=2)
    charged(shop, currency="eur", amount=5000)
    refund(shop, amount=300)
    disputed(shop, amount=700)
    return shop.get("/v1/balance")


INQUIRY = "pm_card_createDisputeInquiry"
SCENES: dict[str, Scene] = {
    "refund.succeeded": lambda shop: refund(shop, reason="requested_by_customer", metadata={"ticket": "12"}),
    "refund.partial": lambda shop: refund(shop, amount=500),
    "refund.pending": lambda shop: refund(shop, "pm_card_pendingRefund"),
    "refund.pending_then_succeeded": lambda shop: refund_later(shop, "pm_card_pendingRefund", 5),
    "refund.failed": lambda shop: refund_later(shop, "pm_card_refundFail", 4),
    "refund.of_authorization": refund_of_authorization,
    "refund.overtaken_by_dispute": refund_overtaken,
    "dispute.needs_response": disputed,
    "dispute.needs_response_product_not_received": lambda shop: disputed(shop, "pm_card_createDisputeProductNotReceived"),
    "dispute.staged": lambda shop: evidence(shop, disputed(shop), "a signed receipt", submit=False, metadata={"case": "3"}),
    "dispute.staged_with_file": with_file,
    "dispute.under_review": lambda shop: evidence(shop, disputed(shop), "a signed receipt"),
    "dispute.won": lambda shop: decided(shop, "winning_evidence"),
    "dispute.lost": lambda shop: decided(shop, "losing_evidence"),
    "dispute.lost_by_deadline": lambda shop: left_alone(shop, 9),
    "dispute.lost_by_acceptance": accepted,
    "dispute.warning_needs_response": lambda shop: disputed(shop, INQUIRY),
    "dispute.warning_under_review": lambda shop: evidence(shop, disputed(shop, INQUIRY), "a signed receipt"),
    "dispute.warning_closed": lambda shop: decided(shop, "losing_evidence", INQUIRY),
    "dispute.warning_closed_by_expiry": lambda shop: left_alone(shop, 121, INQUIRY),
    "dispute.escalated": lambda shop: decided(shop, "escalate_inquiry_evidence", INQUIRY),
    "dispute.accepted_inquiry": lambda shop: accepted(shop, INQUIRY),
    "dispute.two_of_one_charge": half_disputed,
    "file.dispute_evidence": upload,
    "file.retrieved": lambda shop: again(shop, "files", upload(shop)["id"]),
    "early_fraud_warning.actionable": lambda shop: warning(shop)["data"][0],
    "early_fraud_warning.acted_on": warning_acted_on,
    "balance.empty": lambda shop: shop.get("/v1/balance"),
    "balance.busy": balance,
    "balance_transaction.charge": line_of_charge,
    "balance_transaction.charge_settled": line_settled,
    "balance_transaction.refund": line_of_refund,
    "balance_transaction.refund_failure": line_of_refund_failure,
    "balance_transaction.dispute": line_of_dispute,
    "balance_transaction.dispute_reversal": line_of_reversal,
}
