"""`/payments/{id}/authorize`: the page where a payer authenticates or pays, or does not. A browser comes here without a key."""

from __future__ import annotations

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.money import format_amount
from sandbox.core.records import Charge
from sandbox.providers.base import Op, Reply
from sandbox.providers.omise import paying
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.params import Given, refuse
from sandbox.providers.pages import away, choice, page


def behind(merchant: Merchant, page_id: str) -> Charge:
    shelf = merchant.store.shelves.get((OMISE, Charge))
    found = shelf.of("parent_id", page_id) if shelf is not None else []
    if not found:
        raise Refusal(Reason.NOT_FOUND, kind="payment", id=page_id[:100])
    return found[0]  # type: ignore[no-any-return]


def show(merchant: Merchant, given: Given, page_id: str) -> Reply:
    charge = behind(merchant, page_id)
    price = format_amount(charge.amount, charge.currency)
    if charge.status != "pending":
        return page("Nothing to do", f"The payment of {price} ({charge.id}) waits for nobody any more.")
    if "card" in charge.details:
        buttons = choice("Pass authentication", "Fail authentication")
        return page("3-D Secure", f"Test payment of {price}: does the cardholder pass the authentication?", buttons)
    buttons = choice("Pay", "Refuse")
    return page("Payment", f"Test payment of {price}: does the payer pay?", buttons)


def decide(merchant: Merchant, given: Given, page_id: str) -> Reply:
    """The charge is complete and the payer goes back to the shop, if it said where that is."""
    charge = behind(merchant, page_id)
    outcome = given.text("outcome")
    if outcome not in ("pass", "fail"):
        raise refuse("bad_request", "outcome is not included in the list")
    if charge.status == "pending":  # a second click finds it decided and only goes back
        charge = paying.answer_payer(merchant, charge, outcome == "pass")
    back = charge.details.get("return_uri")
    if back is None:
        return page("Done", f"The payment {charge.id} was answered. You may close this page.")
    return away(back)


OPERATIONS = (
    Op("GET", "/payments/{payment}/authorize", show, public=show),
    Op("POST", "/payments/{payment}/authorize", decide, public=decide),
)
