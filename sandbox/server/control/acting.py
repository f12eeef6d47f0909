"""What may be done about something now, and why the rest may not: every act is tried by the rules themselves, and undone.

So nobody keeps a second list of what a provider can do, and what is shown as possible is what would be carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import TypedDict

from sandbox.core.errors import Refusal
from sandbox.core.merchant import Merchant
from sandbox.core.records import Charge, Dispute, Refund
from sandbox.providers.base import Asked, Bank, Provider, Steer
from sandbox.server.control.op import Wrong
from sandbox.server.control.refusals import of_refusal

SMALL_PNG = b"\x89PNG\r\n\x1a\n"  # begins as an image does: enough to be asked about


class Possible(TypedDict):
    """Whether something can be done now; if not, why, and what to do next."""

    possible: bool
    amount: int | None  # minor units, of what it would be about
    code: str | None
    message: str | None


Act = Callable[[Bank, Merchant, Any], Any]

WITH_CHARGE: Mapping[str, Act] = {
    "refund": lambda bank, m, charge: bank.refund(m, charge, None, None),
    "refund_part": lambda bank, m, charge: bank.refund(m, charge, max(1, (charge.captured - charge.refunded) // 2), None),
    "dispute": lambda bank, m, charge: bank.open_dispute(m, charge, None, None, "chargeback", None),
    "dispute_part": lambda bank, m, charge: bank.open_dispute(m, charge, None, max(1, (charge.captured - charge.refunded) // 2),
                                                              "chargeback", None),
    "inquiry": lambda bank, m, charge: bank.open_dispute(m, charge, None, None, "inquiry", None),
    "early_fraud_warning": lambda bank, m, charge: bank.warn(m, charge, None),
}  # fmt: skip
WITH_PAYMENT: Mapping[str, Act] = {
    "three_d_secure": lambda bank, m, key: bank.authenticate(m, key, "pass"),
}
WITH_REFUND: Mapping[str, Act] = {
    "succeed": lambda bank, m, refund: bank.settle_refund(m, refund, "succeed", None),
    "fail": lambda bank, m, refund: bank.settle_refund(m, refund, "fail", None),
    "cancel": lambda bank, m, refund: bank.settle_refund(m, refund, "cancel", None),
}


def write(bank: Bank, merchant: Merchant, dispute: Dispute) -> Any:
    text = next((field.name for field in bank.choices.evidence if not field.file), "message")
    return bank.evidence(merchant, dispute, {text: "."})


def bring(bank: Bank, merchant: Merchant, dispute: Dispute) -> Any:
    file = next((field.name for field in bank.choices.evidence if field.file), "file")
    return bank.attach(merchant, dispute, file, "evidence.png", SMALL_PNG)


WITH_DISPUTE: Mapping[str, Act] = {
    "evidence": write,
    "files": bring,
    "submit": lambda bank, m, dispute: bank.submit(m, dispute),
    "accept": lambda bank, m, dispute: bank.accept(m, dispute),
    "win": lambda bank, m, dispute: bank.decide(m, dispute, "win"),
    "lose": lambda bank, m, dispute: bank.decide(m, dispute, "lose"),
    "escalate": lambda bank, m, dispute: bank.decide(m, dispute, "escalate"),
}


def tried(provider: Provider, merchant: Merchant, act: Act, about: Any) -> Possible:
    """Whether the act would be carried out; it has not been."""
    merchant.begin()
    bodies, merchant.bodies = merchant.bodies, {}  # what is rendered meanwhile shows what will not have happened
    try:
        made = act(provider.bank, merchant, about)
    except Refusal as refusal:
        wrong: Wrong = of_refusal(refusal, provider, merchant)
        return {"possible": False, "amount": None, "code": wrong.code, "message": wrong.message}
    finally:
        merchant.rollback()
        merchant.bodies = bodies
    return {"possible": True, "amount": getattr(made, "amount", None), "code": None, "message": None}


def each(provider: Provider, merchant: Merchant, acts: Mapping[str, Act], about: Any) -> dict[str, Possible]:
    return {name: tried(provider, merchant, act, about) for name, act in acts.items()}


def with_part(provider: Provider, merchant: Merchant, record: Any) -> dict[str, Possible]:
    """What may be done about a part of a payment: about a refund, or what the provider brings for records of that kind."""

    def steered(row: Steer) -> Act:
        return lambda bank, m, part: row.handler(m, Asked(None, None), part.id)

    acts = {row.path.rpartition("/")[2]: steered(row) for row in provider.steering if row.acts_on is record.__class__}
    return each(provider, merchant, {**acts, **(WITH_REFUND if record.__class__ is Refund else {})}, record)


def with_payment(provider: Provider, merchant: Merchant, payment_id: str) -> dict[str, Possible]:
    """What may be done about a payment: by the merchant, the bank and the cardholder."""

    def charged(act: Act) -> Act:
        def of_its_charge(bank: Bank, m: Merchant, key: str) -> Any:
            charge: Charge | None = bank.charge(m, key)
            assert charge is not None, f"{key} is a payment of {provider.name}"
            return act(bank, m, charge)

        return of_its_charge

    acts = {name: charged(act) for name, act in WITH_CHARGE.items()} | dict(WITH_PAYMENT)
    return each(provider, merchant, acts, payment_id)


def with_dispute(provider: Provider, merchant: Merchant, dispute: Dispute) -> dict[str, Possible]:
    return each(provider, merchant, WITH_DISPUTE, dispute)
