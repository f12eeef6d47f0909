"""The reference's tables of illegal calls as data, those of charges, refunds, disputes and files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.harness import Answer, Shop
from tests.providers.stripe.rows.asked import charge, customer, disputed, intent
from tests.providers.stripe.rows.gallery import upload

HOLD = "For more information, see https://stripe.com/docs/payments/place-a-hold-on-a-payment-method"
PDF = b"%PDF-1.7\n%s\ntrailer\n%%EOF"


class Row(NamedTuple):
    """`message` with `…` at its end is how it begins; `{}` in it is the id of what the call was about."""

    call: Callable[[Shop], tuple[Answer, str]]
    message: str
    code: str | None = None
    param: str | None = None
    status: int = 400
    type: str = "invalid_request_error"


def on(path: str, make: Callable[[Shop], str], params: dict[str, Any] | None = None, twice: bool = False) -> Callable[[Shop], Any]:
    """A POST to the path of something that was made; `twice` if the first such call is a legal one."""

    def call(shop: Shop) -> tuple[Answer, str]:
        key = make(shop)
        if twice:
            assert shop.post(path.format(key), params).status == 200
        return shop.post(path.format(key), params), key

    return call


def bare(path: str, **params: Any) -> Callable[[Shop], Any]:
    return lambda shop: (shop.post(path, params), "")


def with_(name: str, make: Callable[[Shop], str], path: str, **params: Any) -> Callable[[Shop], Any]:
    """A POST that names what was made in a parameter."""

    def call(shop: Shop) -> tuple[Answer, str]:
        key = make(shop)
        return shop.post(path, {name: key, **params}), key

    return call


def held(shop: Shop) -> str:
    return charge(shop, capture=False)  # type: ignore[no-any-return]


def held_of_intent(shop: Shop) -> tuple[str, str]:
    made = shop.pay(capture_method="manual")
    return made["latest_charge"], made["id"]


def capture_of_intents_charge(shop: Shop) -> tuple[Answer, str]:
    key, intent_id = held_of_intent(shop)
    return shop.post(f"/v1/charges/{key}/capture"), intent_id


def expired(shop: Shop) -> str:
    made = held(shop)
    shop.advance(days=7)
    return made


def refunded(shop: Shop, **params: Any) -> str:
    made = charge(shop)
    shop.post("/v1/refunds", {"charge": made, **params})
    return made  # type: ignore[no-any-return]


def refund_of_another(shop: Shop) -> tuple[Answer, str]:
    key = shop.post("/v1/refunds", {"charge": charge(shop)})["id"]
    return shop.get(f"/v1/charges/{charge(shop)}/refunds/{key}"), key


def mismatched(shop: Shop) -> tuple[Answer, str]:
    return shop.post("/v1/refunds", {"charge": charge(shop), "payment_intent": shop.pay()["id"]}), ""


def charge_of_dispute(shop: Shop) -> str:
    return shop.get(f"/v1/disputes/{disputed(shop)}")["charge"]  # type: ignore[no-any-return]


def no_dispute(shop: Shop) -> tuple[Answer, str]:
    key = charge(shop)
    return shop.get(f"/v1/charges/{key}/dispute"), key


CHARGES = {
    "capture a captured charge": Row(
        on("/v1/charges/{}/capture", charge), "Charge {} has already been captured.", "charge_already_captured"
    ),
    "capture a charge made by a PaymentIntent": Row(
        capture_of_intents_charge,
        f"This uncaptured Charge was created by a PaymentIntent ({{}}). You must capture the PaymentIntent instead. {HOLD}",
    ),
    "capture after expiry": Row(
        on("/v1/charges/{}/capture", expired), "Charge {} cannot be captured because…", "charge_expired_for_capture"
    ),
    "neither source nor customer": Row(
        bare("/v1/charges", amount=2000, currency="usd"), "Must provide source or customer.", "parameter_missing"
    ),
    "customer without card": Row(
        with_("customer", customer, "/v1/charges", amount=2000, currency="usd"), "This Customer doesn't have any saved payment details…",
        "missing", "card", 402, "card_error",
    ),
    "card declined": Row(
        bare("/v1/charges", amount=2000, currency="usd", source="tok_chargeDeclined"), "Your card was declined.", "card_declined", None,
        402, "card_error",
    ),
    "a charge without a dispute": Row(no_dispute, "No dispute for charge: {}", "resource_missing", None, 404),
}  # fmt: skip

REFUNDS = {
    "neither charge nor payment_intent": Row(
        bare("/v1/refunds"), "One of the following params should be provided for this request: payment_intent or charge."
    ),
    "both charge and payment_intent": Row(mismatched, "You may only specify one of these…", "parameters_exclusive", "charge"),
    "more than is left": Row(
        with_("charge", lambda shop: refunded(shop, amount=1500), "/v1/refunds", amount=3000),
        "Refund amount ($30.00) is greater than unrefunded amount on charge ($5.00)", None, "amount",
    ),
    "nothing left": Row(with_("charge", refunded, "/v1/refunds"), "Charge {} has already been refunded.", "charge_already_refunded"),
    "amount 0": Row(
        with_("charge", charge, "/v1/refunds", amount=0), "This value must be greater than or equal to 1.", "parameter_invalid_integer",
        "amount",
    ),
    "amount negative": Row(
        with_("charge", charge, "/v1/refunds", amount=-1), "This value must be greater than or equal to 1.", "parameter_invalid_integer",
        "amount",
    ),
    "bad reason": Row(
        with_("charge", charge, "/v1/refunds", reason="regret"),
        "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer", None, "reason",
    ),
    "uncaptured PaymentIntent": Row(
        with_("payment_intent", lambda shop: held_of_intent(shop)[1], "/v1/refunds"),
        "This uncaptured Charge was created by a PaymentIntent ({}). You must cancel the PaymentIntent to reverse the authorization "
        f"instead of refunding the Charge directly. {HOLD}",
    ),
    "PaymentIntent without successful charge": Row(
        with_("payment_intent", intent, "/v1/refunds"), "This PaymentIntent ({}) does not have a successful charge to refund."
    ),
    "dispute holds the money": Row(
        with_("charge", charge_of_dispute, "/v1/refunds"), "Charge {} has been charged back; cannot issue a refund.", "charge_disputed"
    ),
    "cancel of a refund that is not requires_action": Row(
        on("/v1/refunds/{}/cancel", lambda shop: shop.post("/v1/refunds", {"charge": charge(shop)})["id"]),
        "Canceling this refund is unsupported.",
    ),
    "reverse_transfer without transfer": Row(
        with_("charge", charge, "/v1/refunds", reverse_transfer=True),
        "Cannot reverse transfer on charge {} because it does not have an associated transfer.", None, "reverse_transfer",
    ),
    "refund of another charge": Row(refund_of_another, "No such refund: '{}'", "resource_missing", "refund", 404),
    "unknown charge": Row(bare("/v1/refunds", charge="ch_x"), "No such charge: 'ch_x'", "resource_missing", "id", 404),
}  # fmt: skip


def evidence(shop: Shop, key: str, **fields: Any) -> Answer:
    return shop.post(f"/v1/disputes/{key}", {"evidence": fields})


def disputes(**fields: Any) -> Callable[[Shop], Any]:
    def call(shop: Shop) -> tuple[Answer, str]:
        key = disputed(shop)
        return evidence(shop, key, **fields), key

    return call


def big_files(shop: Shop) -> tuple[Answer, str]:
    half = PDF.replace(b"%s", b"0" * 2_300_000)
    keys = [shop.post("/v1/files", files={"file": ("a.pdf", half)}, data={"purpose": "dispute_evidence"})["id"] for _ in range(2)]
    return evidence(shop, disputed(shop), receipt=keys[0], refund_policy=keys[1]), ""


def long_pdf(shop: Shop) -> tuple[Answer, str]:
    pages = b"".join(b"%d 0 obj\n<< /Type /Page /Parent 1 0 R >>\nendobj\n" % number for number in range(2, 53))
    return shop.post("/v1/files", files={"file": ("a.pdf", PDF.replace(b"%s", pages))}, data={"purpose": "dispute_evidence"}), ""


def other_file(shop: Shop) -> tuple[Answer, str]:
    key = upload(shop, "business_icon")
    return evidence(shop, disputed(shop), receipt=key), key


def closed(then: Callable[[Shop, str], Answer]) -> Callable[[Shop], Any]:
    def call(shop: Shop) -> tuple[Answer, str]:
        key = disputed(shop)
        assert shop.post(f"/v1/disputes/{key}/close")["status"] == "lost"
        return then(shop, key), key

    return call


def answered_twice(shop: Shop) -> tuple[Answer, str]:
    key = disputed(shop)
    assert evidence(shop, key, customer_name="Jenny")["status"] == "under_review"
    return evidence(shop, key, customer_name="Jane"), key


FILES_TOO_BIG = (
    "The files you've attached to this dispute as evidence will exceed the limit for a dispute's total size. Try using smaller files as "
    "evidence. Hint: if you've attached images, you might want to try providing them in lower resolutions."
)
WRONG_TYPE = (
    "We don't currently support that file type. Try uploading a file with one of the following mimetypes: application/pdf, image/jpeg, "
    "image/png."
)
DISPUTES = {
    "files too big together": Row(big_files, FILES_TOO_BIG, None, "evidence"),
    "PDF too long": Row(long_pdf, "The file you uploaded was too long. Please upload a file with fewer than 50 pages.", None, "file"),
    "text too long": Row(disputes(uncategorized_text="x" * 20_001), "Invalid string: …", None, "evidence[uncategorized_text]"),
    "all text too long": Row(
        disputes(**dict.fromkeys((
            "access_activity_log", "cancellation_policy_disclosure", "cancellation_rebuttal", "duplicate_charge_explanation",
            "product_description", "refund_policy_disclosure", "refund_refusal_explanation", "uncategorized_text",
        ), "x" * 19_000)),
        "The combined character count of all evidence fields is limited to 150,000.", None, "evidence",
    ),
    "unknown file": Row(disputes(receipt="file_x"), "No such file upload: 'file_x'", "resource_missing", "evidence[receipt]"),
    "file of another purpose": Row(other_file, "File with id {} must have purpose dispute_evidence.", None, "evidence[receipt]"),
    "CE 3.0 not eligible": Row(
        disputes(enhanced_evidence={"visa_compelling_evidence_3": {"disputed_transaction": {"product_description": "x"}}}),
        "This dispute is not eligible for Visa Compelling Evidence 3.0.", None, "evidence[enhanced_evidence][visa_compelling_evidence_3]",
    ),
    "update a closed dispute": Row(closed(lambda shop, key: evidence(shop, key, customer_name="x")), "This dispute is already closed"),
    "close a closed dispute": Row(closed(lambda shop, key: shop.post(f"/v1/disputes/{key}/close")), "This dispute is already closed"),
    "second evidence submission": Row(answered_twice, "Evidence for this dispute has already been submitted…"),
    "file of the wrong type": Row(
        lambda shop: (shop.post("/v1/files", files={"file": ("a.pdf", b"GIF89a" + bytes(20))}, data={"purpose": "dispute_evidence"}), ""),
        WRONG_TYPE, None, "file",
    ),
    "a link to a file that must not have one": Row(
        with_("file", lambda shop: upload(shop, "identity_document"), "/v1/file_links"),
        "Files with purpose identity_document cannot be linked…", None, "file",
    ),
}  # fmt: skip
