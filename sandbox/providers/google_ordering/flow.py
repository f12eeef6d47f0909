"""An order's way: a partner is asked about a cart, the card is charged, the order is submitted; and what each answer brings.

Each step is one unit of work. A partner's answer comes back to `heard` in the unit that keeps the attempt, so a server that
is killed between charge and answer asks again after its restart, with the same order number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.core import outbox
from sandbox.core.errors import Reason, Refusal
from sandbox.core.ids import digest, token
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Attempt, Charge, Delivery, Endpoint, Event
from sandbox.providers.google import invalid
from sandbox.providers.google_ordering import answers, assumed, messages
from sandbox.providers.google_ordering.assumed import ORDERING, setting
from sandbox.providers.google_ordering.deciding import note, refund
from sandbox.providers.google_ordering.machines import ANSWERS, ASKED, READY, SUBMITTING, TRIGGERS
from sandbox.providers.google_ordering.money import Malformed, price
from sandbox.providers.google_ordering.payment_data import TIMESOFMONEY, is_fatal
from sandbox.providers.google_ordering.records import Checkout, Finding, Order, Partner
from sandbox.providers.google_ordering.updates import APPLIED

CHECKOUT, SUBMIT = "ordering.checkout", "ordering.submit"
LINES_MAX = 500


def checkout(merchant: Merchant, partner: Partner, cart: Mapping[str, Any]) -> Checkout:
    """The partner is asked about the cart. Raises Refusal PARAM_INVALID for what is no cart."""
    check_cart(cart)
    checkout_id = merchant.new_id(ORDERING, Checkout)
    conversation = "CVS" + token(24, "conversation", checkout_id)
    draft = Checkout(checkout_id, ORDERING, NEW, merchant.now, partner.id, cart, conversation)
    asked = merchant.fire(draft, Trigger.CREATE)
    ask(merchant, partner, CHECKOUT, asked.id, messages.checkout(asked, partner.sandbox))
    return asked


def check_cart(cart: Mapping[str, Any]) -> None:
    """Raises Refusal PARAM_INVALID."""
    lines = cart.get("lineItems")
    if not isinstance(lines, list) or not 0 < len(lines) <= LINES_MAX:
        raise invalid(f"A cart has a list `lineItems` of 1 to {LINES_MAX} lines.", "cart.lineItems")
    for number, line in enumerate(lines):
        path = f"cart.lineItems[{number}]"
        if not isinstance(line, dict) or not isinstance(line.get("id"), str) or not isinstance(line.get("name"), str):
            raise invalid(f"{path} needs an `id`, a `name` and a `price`, which is that of the whole line.", path)
        try:
            price(line.get("price"), f"{path}.price")
        except Malformed as wrong:
            raise invalid(f"{wrong.path} {wrong.why}.", wrong.path) from None


def ask(merchant: Merchant, partner: Partner, type: str, about: str, message: Mapping[str, Any]) -> None:
    endpoint: Endpoint = merchant.get(ORDERING, Endpoint, partner.id)
    outbox.call(merchant, endpoint, type, about, orjson.dumps(message))


def submit(merchant: Merchant, found: Checkout, declined: bool) -> Order:
    """The order's total is charged by TimesofMoney, then the order is submitted; a declined card submits nothing (rule S0).

    Raises:
        Refusal: WRONG_STATUS, the checkout failed, waits for its answer, or was submitted.
    """
    if found.status != READY:
        message = f"Checkout {found.id} is {found.status}, and only a ready one can be submitted."
        shown = f"GET /_sandbox/google/ordering/checkouts/{found.id} shows where it stands."
        raise Refusal(Reason.WRONG_STATUS, message=message, next=shown)
    order_id = merchant.new_id(ORDERING, Order)
    partner: Partner = merchant.get(ORDERING, Partner, found.partner_id)
    processor = str(found.payment.get("processor", ""))
    draft = Order(
        order_id, ORDERING, NEW, merchant.now, found.total, found.currency, partner.id, found.id, google_order_id(order_id),
        partner.sandbox, processor, total=found.total,
    )  # fmt: skip
    merchant.fire(found, Trigger.SPEND, order_id=order_id)
    if processor == TIMESOFMONEY:
        charge = Charge(
            merchant.new_id(ORDERING, Charge), ORDERING, NEW, merchant.now, found.total, found.currency,
            captured=0 if declined else found.total, parent_id=order_id, details={"order": draft.google_order_id},
        )  # fmt: skip
        charge = merchant.fire(charge, Trigger.DECLINE if declined else Trigger.CAPTURE)
        draft = draft._replace(charge_id=charge.id)
    if declined:
        order = merchant.fire(draft, Trigger.DECLINE)
        note(merchant, order, "S0", APPLIED)
        return order
    order = merchant.fire(draft, Trigger.PEND)
    ask(merchant, partner, SUBMIT, order.id, messages.submit(order, found, "tok_" + token(24, "instrument", order_id)))
    return order


def google_order_id(order_id: str) -> str:
    """Twenty digits, as Google mints them."""
    return f"{digest('google order', order_id) % 10**19 + 10**19:020d}"


# What partners answer


def heard(merchant: Merchant, delivery: Delivery, event: Event, attempt: Attempt) -> None:
    """An attempt's answer comes about, unless an earlier one did."""
    if delivery.status == "pending":
        return
    if event.type == CHECKOUT:
        asked: Checkout | None = merchant.get(ORDERING, Checkout, event.object_id)
        if asked is not None and asked.status == ASKED:
            proposed(merchant, asked, attempt)
    elif event.type == SUBMIT:
        order: Order | None = merchant.get(ORDERING, Order, event.object_id)
        if order is not None and order.status == SUBMITTING:
            submitted(merchant, order, attempt)


def answer_s(merchant: Merchant) -> float:
    return float(setting(merchant, "answer_s", assumed.ANSWER_S))


def proposed(merchant: Merchant, asked: Checkout, attempt: Attempt) -> None:
    """The checkout is ready, or failed; its findings say why."""
    said = answers.proposal(attempt, asked.cart, answer_s(merchant))
    failed = any(is_fatal(finding, said.processor) for finding in said.findings)
    merchant.fire(
        asked, Trigger.FAIL if failed else Trigger.SUCCEED,
        findings=tuple(said.findings), proposed=said.order or {}, total=said.total, currency=said.currency,
        payment={"processor": said.processor, **said.payment},
    )  # fmt: skip


def submitted(merchant: Merchant, order: Order, attempt: Attempt) -> None:
    """The order is in the state that the partner says (S1, S2), or has failed (S3)."""
    said = answers.structured(attempt, answer_s(merchant))
    update = said.get("orderUpdate") if isinstance(said, Mapping) else None
    problem = said.message if isinstance(said, Finding) else unusable(merchant, order, update)
    if problem or not isinstance(update, Mapping):
        failed = merchant.fire(order, Trigger.FAIL)
        back = order.total if refundable(merchant, order) and setting(
            merchant, "refund_on_submit_failure", assumed.REFUND_ON_SUBMIT_FAILURE
        ) else 0  # fmt: skip
        refund(merchant, failed, back, "S3")
        note(merchant, failed, "S3", APPLIED, back, says=problem)
        return
    state = update["orderState"]["state"]
    receipt = update.get("receipt")
    visible = receipt.get("userVisibleOrderId") if isinstance(receipt, Mapping) else None
    after = merchant.fire(
        order, TRIGGERS[state], action_order_id=update["actionOrderId"], details={"user_visible_order_id": visible}
    )
    rejected = state not in ("CREATED", "CONFIRMED")
    back = order.total if rejected and refundable(merchant, order) else 0
    refund(merchant, after, back, "S2")
    note(merchant, after, "S2" if rejected else "S1", APPLIED, back, state=state)


def refundable(merchant: Merchant, order: Order) -> bool:
    charge: Charge | None = merchant.get(ORDERING, Charge, order.charge_id)
    return charge is not None and charge.captured > charge.refunded


def unusable(merchant: Merchant, order: Order, update: Any) -> str:
    """Why an order cannot be taken from the answer; empty if it can."""
    if not isinstance(update, Mapping):
        return "The answer has no orderUpdate."
    action_order_id, state = update.get("actionOrderId"), update.get("orderState")
    if not isinstance(action_order_id, str) or not action_order_id:
        return "The orderUpdate has no actionOrderId, by which later updates name the order."
    word = state.get("state") if isinstance(state, Mapping) else None
    if word not in ANSWERS:
        return f"The orderUpdate's state is {word!r:.40}: a submitted order is answered {', '.join(ANSWERS)}."
    others = merchant.store.shelf(ORDERING, Order).of("action_order_id", action_order_id)
    if any(other.partner_id == order.partner_id for other in others):
        return f"The actionOrderId {action_order_id:.100} is that of another order."
    return ""


ASSUMED: tuple[tuple[str, str], ...] = (
    ("an actionOrderId that another order of the partner has cannot be used: the submit fails", "behaviour"),
    ("a total in the answer to a submitted order is not looked at", "behaviour"),
)
