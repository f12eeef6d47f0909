"""`/transfers` and `/recipients`: money on its way to a bank account."""

from __future__ import annotations

from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.money import percent_half_up
from sandbox.core.records import NEW
from sandbox.providers.base import Op
from sandbox.providers.omise import money, troubles
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.params import Bad, Given, refuse
from sandbox.providers.omise.records import Recipient, Sending
from sandbox.providers.omise.routes import find
from sandbox.providers.omise.views.account import BANKS
from sandbox.providers.omise.views.money import transferable
from sandbox.providers.omise.wire import Page

KINDS = ("individual", "corporation")


def create(merchant: Merchant, given: Given) -> Sending:
    """Without an amount, all that may leave; without a recipient, the default one."""
    again = given.text("idemp_key")
    for made in find.all_of(merchant, Sending) if again is not None else ():
        if made.details.get("idemp_key") == again:
            return made  # type: ignore[no-any-return]
    home = money.country(merchant)
    recipient = recipient_to_pay(merchant, given.text("recipient"))
    amount = given.whole("amount")
    if amount is None:
        amount = transferable(merchant)
    amount = checked_amount(amount, home.transfer_fee)
    metadata = given.metadata() or {}
    details: dict[str, Any] = {
        "fail_fast": given.flag("fail_fast", False), "idemp_key": again, "total_fee": home.transfer_fee,
        "fee_vat": fee_vat(home.transfer_fee, home.vat),
    }  # fmt: skip
    draft = Sending(
        merchant.new_id(OMISE, Sending), OMISE, NEW, merchant.now, amount, home.currency, recipient.id if recipient else "",
        metadata=metadata, details=details,
    )  # fmt: skip
    sending = merchant.fire(draft, Trigger.CREATE)
    if details["fail_fast"]:
        failure = failure_of(merchant, sending)
        if failure:
            return merchant.fire(sending, Trigger.FAIL, failure_code=failure)
    return sending


def checked_amount(amount: int | Bad, least: int) -> int:
    """What may be sent at once. Raises Refusal bad_request."""
    if not isinstance(amount, int):
        raise refuse("bad_request", "amount is not a number")
    if amount < least:
        raise refuse("bad_request", f"amount must be at least {least}")
    if amount > money.TRANSFER_MAX:
        raise refuse("bad_request", f"amount must be less than or equal to {money.TRANSFER_MAX}")
    return amount


def fee_vat(total: int, rate: int) -> int:
    """The VAT in a fee that includes it: 196 of 3000 at 7 %."""
    return money.half_up(total * rate, 10_000 + rate) if rate else percent_half_up(total, 0)


def recipient_to_pay(merchant: Merchant, recipient_id: str | None) -> Recipient | None:
    """Raises Refusal not_found, invalid_recipient."""
    if recipient_id is None:
        known = [r for r in find.all_of(merchant, Recipient) if r.details.get("default") and r.status != "deleted"]
        return known[-1] if known else None
    recipient: Recipient = find.one(merchant, Recipient, recipient_id)
    if recipient.status == "deleted":
        raise refuse("invalid_recipient", "recipient was deleted", Reason.WRONG_STATUS)
    return recipient


def failure_of(merchant: Merchant, sending: Sending) -> str:
    """Why the money cannot leave; empty if it can."""
    for word in (troubles.SUSPENDED, troubles.SENDING, troubles.REMOVED):
        if troubles.fails(merchant, word):
            return troubles.FAILED[word]
    recipient: Recipient | None = merchant.get(OMISE, Recipient, sending.recipient_id)
    if recipient is not None and recipient.status != "verified":
        return "invalid_recipient"
    return "insufficient_balance" if sending.amount > transferable(merchant) else ""


def index(merchant: Merchant, given: Given) -> Page:
    rows = [sending for sending in find.all_of(merchant, Sending) if sending.status != "deleted"]
    return find.page(merchant, given, rows, "/transfers")


def retrieve(merchant: Merchant, given: Given, transfer_id: str) -> Sending:
    found: Sending = find.one(merchant, Sending, transfer_id)
    return found


def pending(merchant: Merchant, transfer_id: str) -> Sending:
    sending: Sending = find.one(merchant, Sending, transfer_id)
    if sending.status != "pending":
        raise refuse("bad_request", "transfer was already sent", Reason.WRONG_STATUS)
    return sending


def update(merchant: Merchant, given: Given, transfer_id: str) -> Sending:
    sending = pending(merchant, transfer_id)
    facts: dict[str, Any] = {}
    amount = given.whole("amount")
    if amount is not None:
        facts["amount"] = checked_amount(amount, sending.details["total_fee"])
    metadata = given.metadata()
    if metadata is not None:
        facts["metadata"] = metadata
    return merchant.fire(sending, Trigger.UPDATE, **facts)


def delete(merchant: Merchant, given: Given, transfer_id: str) -> Sending:
    return merchant.fire(pending(merchant, transfer_id), Trigger.DELETE)


def mark_as_sent(merchant: Merchant, given: Given, transfer_id: str) -> Sending:
    """Test mode: the money leaves, if there is enough of it and the recipient is verified."""
    sending = pending(merchant, transfer_id)
    failure = failure_of(merchant, sending)
    if failure:
        return merchant.fire(sending, Trigger.FAIL, failure_code=failure)
    return merchant.fire(sending, Trigger.SETTLE, sent_at=merchant.now)


def mark_as_paid(merchant: Merchant, given: Given, transfer_id: str) -> Sending:
    sending: Sending = find.one(merchant, Sending, transfer_id)
    if sending.status == "pending":
        sending = mark_as_sent(merchant, given, transfer_id)
    if sending.status == "failed":
        return sending
    if sending.status != "sent":
        raise refuse("bad_request", "transfer was already paid", Reason.WRONG_STATUS)
    if troubles.fails(merchant, troubles.PAYING):
        return merchant.fire(sending, Trigger.FAIL, failure_code=troubles.FAILED[troubles.PAYING])
    return merchant.fire(sending, Trigger.SUCCEED, paid_at=merchant.now)


# Recipients


def bank_account(merchant: Merchant, given: Given, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """What is kept of a bank account: never its whole number. Raises Refusal invalid_bank_account, bad_request."""
    said = given.nested("bank_account")
    kept = dict(before or {})
    if said is None:
        if before is None:
            raise refuse("bad_request", "bank_account can't be blank")
        return kept
    number = said.text("number")
    brand = said.text("brand") or said.text("bank_code") or kept.get("brand")
    if brand not in BANKS[money.country_code(merchant)]:
        raise refuse("invalid_bank_account", "brand is not included in the list")
    if number is not None:
        kept["last_digits"] = number[-4:]
    if "last_digits" not in kept or (said.text("name") or kept.get("name")) is None:
        raise refuse("bad_request", "name cannot be blank" if "last_digits" in kept else "number can't be blank")
    kept["brand"] = brand
    for name in ("name", "type", "bank_code", "branch_code"):
        if said.text(name) is not None:
            kept[name] = said.text(name)
    return kept


def create_recipient(merchant: Merchant, given: Given) -> Recipient:
    name, kind = given.text("name"), given.text("type") or KINDS[0]
    if name is None:
        raise refuse("bad_request", "name cannot be blank")
    if kind not in KINDS:
        raise refuse("bad_request", "type is not included in the list")
    details = {"bank_account": bank_account(merchant, given), "tax_id": given.text("tax_id")}
    draft = Recipient(
        merchant.new_id(OMISE, Recipient), OMISE, NEW, merchant.now, name, kind, given.text("email"), given.text("description"),
        metadata=given.metadata() or {}, details=details,
    )  # fmt: skip
    return merchant.fire(draft, Trigger.CREATE)


def recipients(merchant: Merchant, given: Given) -> Page:
    rows = [recipient for recipient in find.all_of(merchant, Recipient) if recipient.status != "deleted"]
    return find.page(merchant, given, rows, "/recipients")


def recipient(merchant: Merchant, given: Given, recipient_id: str) -> Recipient:
    found: Recipient = find.one(merchant, Recipient, recipient_id)
    return found


def living(merchant: Merchant, recipient_id: str) -> Recipient:
    found: Recipient = find.one(merchant, Recipient, recipient_id)
    if found.status == "deleted":
        raise Refusal(Reason.NOT_FOUND, kind="recipient", id=recipient_id)
    return found


def update_recipient(merchant: Merchant, given: Given, recipient_id: str) -> Recipient:
    before = living(merchant, recipient_id)
    facts: dict[str, Any] = {name: given.text(name) for name in ("email", "description") if given.has(name)}
    if given.text("name") is not None:
        facts["name"] = given.text("name")
    if given.text("type") is not None:
        if given.text("type") not in KINDS:
            raise refuse("bad_request", "type is not included in the list")
        facts["kind"] = given.text("type")
    metadata = given.metadata()
    if metadata is not None:
        facts["metadata"] = metadata
    details = {**before.details, "bank_account": bank_account(merchant, given, before.details["bank_account"])}
    if given.has("tax_id"):
        details["tax_id"] = given.text("tax_id")
    after = merchant.fire(before, Trigger.UPDATE, details=details, **facts)
    if after.status == "verified" and details["bank_account"] != before.details["bank_account"]:
        return merchant.fire(after, Trigger.DECLINE, verified_at=0)
    return after


def delete_recipient(merchant: Merchant, given: Given, recipient_id: str) -> Recipient:
    return merchant.fire(living(merchant, recipient_id), Trigger.DELETE)


def verify(merchant: Merchant, given: Given, recipient_id: str) -> Recipient:
    """Test mode: the bank account was looked at and is right, or not what the recipient says."""
    found = living(merchant, recipient_id)
    for code in troubles.RECIPIENTS:
        if troubles.fails(merchant, code):
            return merchant.fire(found, Trigger.DECLINE, verified_at=0, details={**found.details, "failure_code": code})
    if found.status == "verified":
        return found
    return merchant.fire(found, Trigger.APPROVE, verified_at=merchant.now, details={**found.details, "failure_code": None})


OPERATIONS = (
    Op("POST", "/transfers", create),
    Op("GET", "/transfers", index),
    Op("GET", "/transfers/{transfer}", retrieve),
    Op("PATCH", "/transfers/{transfer}", update),
    Op("DELETE", "/transfers/{transfer}", delete),
    Op("POST", "/transfers/{transfer}/mark_as_sent", mark_as_sent),
    Op("POST", "/transfers/{transfer}/mark_as_paid", mark_as_paid),
    Op("POST", "/recipients", create_recipient),
    Op("GET", "/recipients", recipients),
    Op("GET", "/recipients/{recipient}", recipient),
    Op("PATCH", "/recipients/{recipient}", update_recipient),
    Op("DELETE", "/recipients/{recipient}", delete_recipient),
    Op("PATCH", "/recipients/{recipient}/verify", verify),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("split_transfer splits nothing: the most that a transfer may be is sent in one", "behaviour; split_transfer_group_id stays null"),
    ("a transfer that the balance does not cover fails when it is marked as sent, with fail_fast when it is made", "behaviour"),
    ("a transfer without a recipient goes to a bank account that is not shown", "behaviour of the default recipient"),
    ("a transfer fee of 30 baht, 260 yen, 1 dollar or 1 ringgit; VAT is inside it", "recorded for Thailand"),
)
