"""What a partner answers, read: the wrapper, a proposed order or errors, an order's first state.

Nothing is raised for what a partner got wrong: it becomes findings, which the developer reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.core.errors import Refusal
from sandbox.core.records import Attempt
from sandbox.providers.google import error_of, read_object
from sandbox.providers.google_ordering.money import Malformed, price
from sandbox.providers.google_ordering.payment_data import TIMESOFMONEY, check
from sandbox.providers.google_ordering.records import Finding

WRAPPER = "finalResponse.richResponse.items[0].structuredResponse"
# What a partner may say against a cart.
ERRORS = frozenset((
    "NOT_FOUND", "INVALID", "AVAILABILITY_CHANGED", "PRICE_CHANGED", "INCORRECT_PRICE", "REQUIREMENTS_NOT_MET", "TOO_LATE", "NO_CAPACITY",
    "INELIGIBLE", "OUT_OF_SERVICE_AREA", "CLOSED", "PROMO_NOT_APPLICABLE", "PROMO_NOT_RECOGNIZED", "PROMO_EXPIRED",
    "PROMO_USER_INELIGIBLE", "PROMO_ORDER_INELIGIBLE",
))  # fmt: skip


class Proposal(NamedTuple):
    """What came of a checkout."""

    findings: list[Finding]
    order: Mapping[str, Any] | None = None
    total: int = 0
    currency: str = "inr"
    processor: str = ""  # empty: the partner is paid in another way
    payment: Mapping[str, Any] = {}


def structured(attempt: Attempt, limit_s: float) -> Mapping[str, Any] | Finding:
    """What the wrapper of an answer holds, keys in camelCase; or why there is nothing to read."""
    if attempt.code == 0:
        return Finding("E_UNREACHABLE", "", f"The webhook gave no answer: {attempt.error}.")
    if not 200 <= attempt.code < 300:
        return Finding("E_STATUS", "", f"The webhook answered with status {attempt.code}: it should be 200.")
    if attempt.seconds > limit_s:
        return Finding("E_UNREACHABLE", "", f"The webhook answered after {attempt.seconds:.1f} s: {limit_s:g} s are given.")
    try:
        value: Any = read_object(attempt.response_body.encode())
    except Refusal as refusal:
        return Finding("E_ANSWER", "", error_of(refusal)[1]["error"]["message"])
    for part in ("finalResponse", "richResponse", "items"):
        value = value.get(part) if isinstance(value, Mapping) else None
    items = value if isinstance(value, list) else []
    for item in items:
        inner = item.get("structuredResponse") if isinstance(item, Mapping) else None
        if isinstance(inner, Mapping):
            return inner
    return Finding("E_ANSWER", WRAPPER, "The answer has no structuredResponse there.")


def proposal(attempt: Attempt, cart: Mapping[str, Any], limit_s: float) -> Proposal:
    """A checkout's answer, checked."""
    said = structured(attempt, limit_s)
    if isinstance(said, Finding):
        return Proposal([said])
    if said.get("error") is not None:
        return Proposal(refused(said["error"]), proposed_in(said.get("error")) or proposed_in(said.get("checkoutResponse")))
    response = said.get("checkoutResponse")
    root = f"{WRAPPER}.checkoutResponse"
    if not isinstance(response, Mapping):
        return Proposal([Finding("E_ANSWER", root, "The answer has neither a checkoutResponse nor an error.")])
    order = response.get("proposedOrder")
    if not isinstance(order, Mapping) or not isinstance(order.get("cart"), Mapping):
        return Proposal([Finding("E_ORDER", f"{root}.proposedOrder", "A proposed order has a `cart` and a `totalPrice`.")])
    try:
        total, currency = price(order.get("totalPrice"), f"{root}.proposedOrder.totalPrice")
        for number, item in enumerate(lines_of(order)):
            price(item.get("price"), f"{root}.proposedOrder.otherItems[{number}].price")
    except Malformed as wrong:
        return Proposal([Finding("E_MONEY", wrong.path, wrong.why)], order)
    found: list[Finding] = []
    if total <= 0:
        found.append(Finding("E_MONEY", f"{root}.proposedOrder.totalPrice", "A total is more than zero."))
    if not same_lines(order["cart"], cart):
        message = "The cart's lines are not those that were asked about: an accepted cart goes back as it came."
        found.append(Finding("W_CART_CHANGED", f"{root}.proposedOrder.cart.lineItems", message))
    processor, payment, more = paid(response.get("paymentOptions"), f"{root}.paymentOptions", total, currency)
    found += more
    if processor == TIMESOFMONEY and currency != "inr":
        found.append(Finding("E_CURRENCY", f"{root}.proposedOrder.totalPrice", f"TimesofMoney takes INR, not {currency.upper()}."))
    return Proposal(found, order, total, currency, processor, payment)


def lines_of(order: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Taxes, fees, discounts."""
    items = order.get("otherItems")
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def proposed_in(said: Any) -> Mapping[str, Any] | None:
    """A corrected order that may come with errors."""
    order = said.get("proposedOrder") if isinstance(said, Mapping) else None
    return order if isinstance(order, Mapping) else None


def same_lines(given: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether the same lines are there, for the same money; what a partner adds to them is its own matter."""

    def lines(cart: Mapping[str, Any]) -> list[Any]:
        items = cart.get("lineItems")
        rows = []
        for item in items if isinstance(items, list) else ():
            try:
                worth: Any = price(item.get("price"), "price")
            except (Malformed, AttributeError):
                worth = None
            rows.append((item.get("id"), item.get("quantity"), worth) if isinstance(item, Mapping) else None)
        return rows

    return lines(given) == lines(asked)


def paid(options: Any, root: str, total: int, currency: str) -> tuple[str, Mapping[str, Any], list[Finding]]:
    """(processor, how the user pays, findings)."""
    own = options.get("googleProvidedOptions") if isinstance(options, Mapping) else None
    if isinstance(own, Mapping):
        path = f"{root}.googleProvidedOptions.facilitationSpecification"
        processor, found = check(own.get("facilitationSpecification"), path, total, currency)
        return processor, {}, found
    theirs = options.get("actionProvidedOptions") if isinstance(options, Mapping) else None
    if isinstance(theirs, Mapping):
        return "", {"type": theirs.get("paymentType"), "display_name": theirs.get("displayName")}, []
    message = "There are neither googleProvidedOptions (a card) nor actionProvidedOptions (paid to you, as on delivery)."
    return "", {}, [Finding("E_PAYMENT", root, message)]


def refused(error: Any) -> list[Finding]:
    """The partner's errors, each as a finding; and what is wrong with how they are said."""
    root = f"{WRAPPER}.error.foodOrderErrors"
    rows = error.get("foodOrderErrors") if isinstance(error, Mapping) else None
    if not isinstance(rows, list) or not rows:
        return [Finding("E_ANSWER", root, "An error names at least one of foodOrderErrors.")]
    found = []
    for number, row in enumerate(rows):
        word, path = (row.get("error") if isinstance(row, Mapping) else None), f"{root}[{number}]"
        if word not in ERRORS:
            found.append(Finding("E_ERROR_TYPE", f"{path}.error", f"{word!r:.60} is no error: there are {', '.join(sorted(ERRORS))}."))
            continue
        about = f" ({row['description']})" if row.get("description") else ""
        found.append(Finding("E_REFUSED", path, f"The partner says {word} of {row.get('id') or 'the order'}{about}."))
        if word == "PRICE_CHANGED" and not (row.get("id") and row.get("updatedPrice")):
            found.append(Finding("E_ERROR_TYPE", path, "PRICE_CHANGED needs the line's `id` and its `updatedPrice`."))
    return found


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("a checkout is answered with a proposed order and payment options, or with errors of sixteen kinds", "ordering docs, checkout"),
    ("PRICE_CHANGED needs the line's id and its new price", "ordering docs, ErrorType"),
)  # fmt: skip
ASSUMED: tuple[tuple[str, str], ...] = (
    ("codes of findings, and which answer brings which", "the sandbox's own"),
    ("a proposed order with other lines than were asked about is a warning", "docs: the cart goes back unmodified"),
    ("an order of zero or less cannot be submitted", "behaviour"),
)
