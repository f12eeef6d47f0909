"""How money is asked for and given back at Omise: tokens, charges of cards and sources, authentication, refunds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Instrument, Refund
from sandbox.providers.omise import cards, ids, money, troubles
from sandbox.providers.omise.money import DAY, OMISE
from sandbox.providers.omise.params import refuse
from sandbox.providers.omise.records import Source
from sandbox.providers.omise.sources import OFFLINE, SHORT_LIVED
from sandbox.providers.omise.views.account import card_brands
from sandbox.providers.omise.views.charge import can_refund, refunds_of, void_window_open

SOURCE_FAILURE = "payment_rejected"
SOURCE_FAILURES = (
    "failed_processing", "insufficient_balance", "insufficient_fund", "payment_cancelled", "payment_rejected", "timeout",
    "confirmed_amount_mismatch", "invalid_account",
)  # fmt: skip
AUTHENTICATION_FAILURE = "failed_processing"


def charge_card(merchant: Merchant, draft: Charge, instrument: Instrument, authenticate: bool, base_url: str) -> Charge:
    """The card is charged: declined, authorized, captured, or its holder sent to authenticate first.

    Args:
        authenticate: the merchant asked for 3-D Secure.

    Raises:
        Refusal: brand_not_supported.
    """
    card = cards.CARDS[instrument.card]
    if card.brand not in card_brands(merchant):
        raise refuse("brand_not_supported", "brand not supported")
    if cards.has_expired(instrument.details, merchant.now):
        return declined(merchant, draft, Trigger.DECLINE, "expired_card")
    if authenticate:
        if card.three_d_secure == "not_enrolled":
            return declined(merchant, draft, Trigger.DECLINE, AUTHENTICATION_FAILURE)
        return wait_for_payer(merchant, with_page(merchant, draft, ids.PAYMENT, base_url))
    if card.failure:
        return declined(merchant, draft, Trigger.DECLINE, card.failure)
    if draft.details["capture"]:
        return merchant.fire(draft, Trigger.CAPTURE, captured=draft.amount)
    return expiring(merchant, merchant.fire(draft, Trigger.AUTHORIZE))


def charge_source(merchant: Merchant, draft: Charge, source: Source, base_url: str) -> Charge:
    """The payer is asked; `authorize_uri` leads there unless it happens offline. Raises Refusal backend_error."""
    troubles.check(merchant, troubles.BACKEND)
    merchant.fire(source, Trigger.SPEND, charge_id=draft.id)
    if source.details["flow"] != OFFLINE:
        draft = with_page(merchant, draft, ids.OFFSITE, base_url)
    return wait_for_payer(merchant, draft)


def wait_for_payer(merchant: Merchant, draft: Charge) -> Charge:
    return expiring(merchant, merchant.fire(draft, Trigger.PEND))


def with_page(merchant: Merchant, draft: Charge, prefix: str, base_url: str) -> Charge:
    """The charge knows the page where its payer goes; the merchant's name is in the address, because a browser has no key."""
    page = prefix + ids.suffix(merchant)
    uri = f"{base_url}/payments/{page}/authorize?merchant={merchant.name}"
    return draft._replace(parent_id=page, details={**draft.details, "authorize_uri": uri})


def expiring(merchant: Merchant, charge: Charge) -> Charge:
    merchant.arm(charge, "charge_expires", Trigger.EXPIRE, charge.details["expires_at"])
    return charge


def expiry(merchant: Merchant, capture: bool, source_kind: str) -> int:
    """When a charge that is neither paid nor refused ends."""
    if source_kind.startswith(SHORT_LIVED):
        return merchant.now + money.BANKING_EXPIRES_S
    if not capture and not source_kind:
        return merchant.now + money.country(merchant).authorization_days * DAY
    return merchant.now + money.EXPIRES_S


def declined(merchant: Merchant, charge: Charge, trigger: Trigger, code: str, **facts: Any) -> Charge:
    """A failed charge is an outcome, not an error: it is kept and answered with status 200."""
    message = cards.FAILURES.get(code) or code.replace("_", " ")
    details = {**charge.details, "failure_code": code, "failure_message": message}
    return merchant.fire(charge, trigger, details=details, **facts)


def answer_payer(merchant: Merchant, charge: Charge, passed: bool, failure: str = SOURCE_FAILURE) -> Charge:
    """The payer authenticated or paid, or did not; a test card may still be refused afterwards.

    Args:
        failure: why the payer of a source did not.

    Raises:
        Refusal: WRONG_STATUS, nobody waits for the payer any more.
    """
    if charge.status != "pending":
        raise Refusal(Reason.WRONG_STATUS, message=f"Charge {charge.id} is {charge.status}: it waits for nobody.")
    instrument: Instrument | None = merchant.get(OMISE, Instrument, charge.instrument_id)
    card = cards.CARDS[instrument.card] if instrument is not None else None
    if not passed:
        return declined(merchant, charge, Trigger.FAIL, AUTHENTICATION_FAILURE if card is not None else failure)
    if card is not None and (card.three_d_secure == "fails" or card.failure):
        return declined(merchant, charge, Trigger.FAIL, card.failure or AUTHENTICATION_FAILURE)
    return merchant.fire(charge, Trigger.SUCCEED if charge.details["capture"] else Trigger.AUTHORIZE)


def capture(merchant: Merchant, charge: Charge, amount: int) -> Charge:
    """The authorized money is taken, the rest of it released; or the bank refuses, and the charge has failed."""
    if troubles.fails(merchant, troubles.CAPTURE):
        return declined(merchant, charge, Trigger.DECLINE, troubles.FAILED[troubles.CAPTURE], released=charge.amount)
    return merchant.fire(charge, Trigger.CAPTURE, captured=amount, released=charge.amount - amount)


def refund(merchant: Merchant, charge: Charge, amount: int, void: bool, metadata: Mapping[str, Any]) -> Refund:
    """A part of the captured money goes back, or all of it as a void that returns the fee.

    Raises:
        Refusal: NOT_CAPTURED, CHARGE_DISPUTED, ALREADY_REFUNDED, AMOUNT_EXCEEDS_REFUNDABLE, failed_void.
    """
    if charge.status != "successful":
        raise Refusal(Reason.NOT_CAPTURED)
    if charge.disputed:
        raise Refusal(Reason.CHARGE_DISPUTED)
    left = charge.captured - charge.refunded
    if left <= 0 or not can_refund(merchant, charge) or len(refunds_of(merchant, charge)) >= money.REFUNDS_MAX:
        raise Refusal(Reason.ALREADY_REFUNDED)
    if amount > left:
        raise Refusal(Reason.AMOUNT_EXCEEDS_REFUNDABLE)
    voided = amount == charge.captured and void_window_open(merchant, charge)
    if void and not voided:
        raise refuse("failed_void", "void failed", Reason.WRONG_STATUS)
    draft = Refund(
        merchant.new_id(OMISE, Refund), OMISE, NEW, merchant.now, amount, charge.currency, charge.id, metadata=metadata,
        details={
            "voided": voided, "funding": money.funded(charge, amount), "funding_currency": charge.details["terms"]["funding_currency"]
        },
    )  # fmt: skip
    return merchant.fire(draft, Trigger.VOID if voided else Trigger.SUCCEED)


# What else changes in a charge, whoever fires the trigger


def captured_now(merchant: Merchant, charge: Charge) -> dict[str, Any]:
    return {"details": {**charge.details, "authorized_at": charge.details.get("authorized_at") or merchant.now, "paid_at": merchant.now}}


def paid_now(merchant: Merchant, charge: Charge) -> dict[str, Any]:
    return {"captured": charge.amount, **captured_now(merchant, charge)}


def authorized_now(merchant: Merchant, charge: Charge) -> dict[str, Any]:
    return {"details": {**charge.details, "authorized_at": merchant.now}}


def reversed_now(merchant: Merchant, charge: Charge) -> dict[str, Any]:
    return {"released": charge.amount, "details": {**charge.details, "reversed_at": merchant.now}}


def expired_now(merchant: Merchant, charge: Charge) -> dict[str, Any]:
    """By hand a charge expires before its time, which then was now."""
    released = charge.amount if charge.status == "authorized" else 0
    return {"released": released, "details": {**charge.details, "expires_at": merchant.now}}


ASSUMED: tuple[tuple[str, str], ...] = (
    ("a card charge with a return_uri, or authentication 3DS or PASSKEY, is authenticated", "documented: if card or account is enrolled"),
    ("a full refund within 24 hours (setting void_hours) is a void; a part never is", "recorded once, 5 h 48 min after the capture"),
    ("an authorization of a pending charge still expires 7 days after the charge was made", "behaviour"),
    ("mark_as_failed and a payer who refuses give failure_code payment_rejected, for a card failed_processing", "codes"),
    ("a card whose brand the account does not take (setting card_brands) is tokenized, and its charge answers brand_not_supported", "when"),
    ("authorize_uri names the merchant, because a browser brings no key", "the sandbox's own"),
    ("promptpay and other sources cannot be refunded or disputed", "recorded for one wechat_pay charge"),
)
