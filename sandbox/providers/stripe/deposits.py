"""A bank account that is verified by what is deposited there: nothing is debited before its holder has told the code or the amounts.

Source: docs.stripe.com "ACH Direct Debit: verify bank accounts with microdeposits", read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Instrument
from sandbox.providers.stripe import mandates, money
from sandbox.providers.stripe.debits import ACH
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import PaymentIntent, SetupIntent
from sandbox.providers.stripe.views.intent import payment_method as method_view

BY_DEPOSITS = "microdeposits"  # a `verification_method`
TIMER = "deposits_end"
ATTEMPTS_MAX = 10
CODES = "payment_method_microdeposit_verification_"
RIGHT, WRONG, EXCEEDED, LATE = "right", "mismatch", "attempts_exceeded", "timeout"
# What tells of a test account, whichever its deposits were.
AMOUNTS: Mapping[tuple[int, ...], str] = {(32, 45): RIGHT, (10, 11): EXCEEDED, (40, 41): LATE}
DESCRIPTORS: Mapping[str, str] = {"SM11AA": RIGHT, "SM33CC": EXCEEDED, "SM44DD": LATE}
ONE_OF = "You must provide either amounts or descriptor_code, and not both."
TWO = "You must provide exactly two microdeposit amounts, in cents."
MESSAGES: Mapping[str, str] = {
    "amounts_mismatch": "The amounts provided do not match the amounts that were sent to the bank account. You have {} verification "
    "attempts remaining.",
    "descriptor_code_mismatch": "The verification code provided does not match the one sent to the bank account. You have {} verification "
    "attempts remaining.",
    EXCEEDED: "You have exceeded the number of allowed verification attempts.",
    LATE: "Microdeposit verification was not completed within the required 10 days.",
}
Order = TypeVar("Order", PaymentIntent, SetupIntent)


def wanted(details: Mapping[str, Any], method: Instrument) -> bool:
    """Whether the payment or setup asks for deposits to an account that nobody has verified yet."""
    return method.kind == ACH and details.get("verification_method") == BY_DEPOSITS and not method.details.get("verified")


def awaited(order: PaymentIntent | SetupIntent) -> bool:
    """Whether it waits for the deposits to be told."""
    return order.status == "requires_action" and order.details.get("chosen_type") == ACH and "deposits" in order.details


def asked(merchant: Merchant, order: Order, method: Instrument, mandate: str) -> Order:
    """The deposits are on their way, and whoever has the account has ten days to tell what came."""
    known = {"arrival_date": money.settlement_day(merchant.now, 1), "attempts": 0}
    details = {**order.details, "chosen_type": ACH, "mandate": mandate, "deposits": known, _error(order): None}
    order = merchant.fire(order, Trigger.CHALLENGE, instrument_id=method.id, details=details)
    merchant.arm(order, TIMER, Trigger.LAPSE, merchant.now + merchant.dialects[STRIPE].timing(merchant, TIMER))
    return order


def judged(amounts: Sequence[int] | None, code: str | None) -> tuple[str, str]:
    """What becomes of a try, and the end of the code of its error. Raises Refusal PARAMS_EXCLUSIVE, PARAM_INVALID."""
    if (amounts is None) == (code is None):
        raise Refusal(Reason.PARAMS_EXCLUSIVE, code="parameters_exclusive", message=ONE_OF, param="amounts")
    if amounts is None:
        verdict = DESCRIPTORS.get(code or "", WRONG)
        return verdict, "descriptor_code_mismatch" if verdict == WRONG else verdict
    if len(amounts) != len((32, 45)):
        raise Refusal(Reason.PARAM_INVALID, code=CODES + "amounts_invalid", message=TWO, param="amounts")
    verdict = AMOUNTS.get(tuple(sorted(amounts)), WRONG)
    return verdict, "amounts_mismatch" if verdict == WRONG else verdict


def error(end: str, left: int = 0) -> dict[str, Any]:
    """The error of a try that was not right."""
    code = CODES + end
    url = "https://stripe.com/docs/error-codes/" + code.replace("_", "-")
    return {"code": code, "doc_url": url, "message": MESSAGES[end].format(left), "type": "invalid_request_error"}


def verified(merchant: Merchant, order: Order, method: Instrument) -> tuple[Order, Instrument, str]:
    """The account is known to be its holder's, and its mandate in force; answers the order without its deposits, and the mandate."""
    mandate: str = order.details["mandate"]
    mandates.change(merchant, mandate, Trigger.SUCCEED)
    method = merchant.put(method._replace(details={**method.details, "verified": True}))
    details = {name: value for name, value in order.details.items() if name != "deposits"}
    return order._replace(details=details), method, mandate


def lapsed(merchant: Merchant, order: PaymentIntent | SetupIntent) -> dict[str, Any]:
    """What changes when nobody has told in time: another payment method is wanted."""
    method: Instrument | None = merchant.get(STRIPE, Instrument, order.instrument_id)
    said = error(LATE)
    if method is not None:
        said["payment_method"] = method_view(merchant, method)
    return {"instrument_id": "", "details": {**order.details, _error(order): dict(sorted(said.items()))}}


def _error(order: PaymentIntent | SetupIntent) -> str:
    return "last_setup_error" if isinstance(order, SetupIntent) else "last_payment_error"


# How the rules above are known, for the fidelity page.
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("with verification_method microdeposits a payment or setup waits for its deposits to be told: verify_with_microdeposits", "docs: ACH"),
    ("test accounts: amounts 32 and 45 or code SM11AA are right; 10 and 11 or SM33CC exceed the attempts, 40 and 41 or SM44DD time out",
     "docs: ACH"),
    ("nobody has told within 10 days: another payment method is wanted", "docs: ACH"),
)  # fmt: skip
ASSUMED: tuple[tuple[str, str], ...] = (
    ("amounts and code are both right, whatever microdeposit_type says, which is descriptor_code", "the sandbox's own"),
    ("a wrong try is a 400 and counts; the tenth exceeds the attempts", "number of attempts, and wording"),
    ("the mandate is pending until then, and stays so if the account is never verified", "status"),
    ("verification_method automatic and instant count every typed test account as verified", "the sandbox's own"),
    ("the hosted page of the deposits is the sandbox's own, where they are told or the attempts exceeded", "the sandbox's own"),
)
