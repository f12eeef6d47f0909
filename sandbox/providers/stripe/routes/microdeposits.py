"""`…/verify_microdeposits` of payment and setup intents: the account's holder tells what was deposited there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Instrument
from sandbox.providers.base import Op
from sandbox.providers.stripe import deposits
from sandbox.providers.stripe.disputing import STRIPE
from sandbox.providers.stripe.records import PaymentIntent, SetupIntent
from sandbox.providers.stripe.routes import find, intent_confirm, setups
from sandbox.providers.stripe.routes.intent_terms import check_secret, need_secret, unexpected
from sandbox.providers.stripe.routes.methods import used
from sandbox.providers.stripe.validate import Expandable, Integer, ListOf, Text
from sandbox.providers.stripe.views.intent import intent as intent_view
from sandbox.providers.stripe.views.intent import public_intent
from sandbox.providers.stripe.views.setup import public_setup
from sandbox.providers.stripe.views.setup import setup_intent as setup_view
from sandbox.providers.stripe.wire import Failed

Order = TypeVar("Order", PaymentIntent, SetupIntent)
NOTHING_TO_TELL = "You cannot verify microdeposits of this {} because it has a status of {} and waits for none."


class Told(Expandable):
    amounts: ListOf[Integer] | None = None
    client_secret: Text | None = None
    descriptor_code: Text | None = None


def tell(
    merchant: Merchant, order: Order, params: Told, told: Callable[[Merchant, Order, str], Order | Failed],
    shown: Callable[[Order], dict[str, Any]],
) -> Order | Failed:  # fmt: skip
    """What was told of the deposits is right or final, and `told` goes on; or one try less is left, and the error shows the order."""
    verdict, end = deposits.judged(params.amounts, params.descriptor_code)
    if verdict != deposits.WRONG:
        return told(merchant, order, verdict)
    known, left = counted(order)
    if left == 0:
        return told(merchant, order, deposits.EXCEEDED)
    waiting = merchant.fire(order, Trigger.UPDATE, details={**order.details, "deposits": known})
    return Failed({**deposits.error(end, left), **shown(waiting)}, 400)


def verify_payment(merchant: Merchant, params: Told, intent_id: str) -> PaymentIntent | Failed:
    intent: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    check_secret(merchant, intent, params.client_secret)
    if not deposits.awaited(intent):
        raise unexpected(merchant, intent, NOTHING_TO_TELL.format("PaymentIntent", intent.status))
    return tell(merchant, intent, params, told_payment, lambda waiting: {"payment_intent": intent_view(merchant, waiting)})


def told_payment(merchant: Merchant, intent: PaymentIntent, verdict: str) -> PaymentIntent | Failed:
    """The account is debited, or will never be."""
    method: Instrument = merchant.get(STRIPE, Instrument, intent.instrument_id)
    if verdict == deposits.RIGHT:
        return intent_confirm.debit_now(merchant, *deposits.verified(merchant, intent, method))
    return intent_confirm.refused(merchant, intent, deposits.error(verdict), used(merchant, method, ""), status=400)


def verify_setup(merchant: Merchant, params: Told, setup_id: str) -> SetupIntent | Failed:
    setup: SetupIntent = find.in_path(merchant, find.SETUP, setup_id)
    setups.check_secret(merchant, setup, params.client_secret)
    if not deposits.awaited(setup):
        raise setups.unexpected(merchant, setup, NOTHING_TO_TELL.format("SetupIntent", setup.status))
    return tell(merchant, setup, params, told_setup, lambda waiting: {"setup_intent": setup_view(merchant, waiting)})


def told_setup(merchant: Merchant, setup: SetupIntent, verdict: str) -> SetupIntent | Failed:
    """The account is ready to be debited, or will never be."""
    method: Instrument = merchant.get(STRIPE, Instrument, setup.instrument_id)
    if verdict == deposits.RIGHT:
        return setups.done(merchant, *deposits.verified(merchant, setup, method))
    return setups.refused(merchant, setup, deposits.error(verdict), method)._replace(status=400)


def counted(order: PaymentIntent | SetupIntent) -> tuple[dict[str, Any], int]:
    """What is known of the deposits after one more wrong try, and how many are left."""
    known = order.details["deposits"]
    attempts = known["attempts"] + 1
    return {**known, "attempts": attempts}, deposits.ATTEMPTS_MAX - attempts


def told(merchant: Merchant, order: PaymentIntent | SetupIntent, passed: bool) -> Any:
    """Whoever has the account has answered on the page: the right code, or wrong ones until no attempt was left."""
    verdict = deposits.RIGHT if passed else deposits.EXCEEDED
    if isinstance(order, SetupIntent):
        told_setup(merchant, order, verdict)
    else:
        told_payment(merchant, order, verdict)
    return merchant.get(STRIPE, order.__class__, order.id)


def verify_payment_public(merchant: Merchant, params: Told, intent_id: str) -> dict[str, Any] | Failed:
    """The same with a publishable key: the client secret is a must, the intent in the answer a reduced one."""
    need_secret(params.client_secret)
    answer = verify_payment(merchant, params, intent_id)
    now: PaymentIntent = find.in_path(merchant, find.INTENT, intent_id)
    shown = public_intent(merchant, now)
    return Failed({**answer.error, "payment_intent": shown}, answer.status) if isinstance(answer, Failed) else shown


def verify_setup_public(merchant: Merchant, params: Told, setup_id: str) -> dict[str, Any] | Failed:
    need_secret(params.client_secret)
    answer = verify_setup(merchant, params, setup_id)
    now: SetupIntent = find.in_path(merchant, find.SETUP, setup_id)
    shown = public_setup(merchant, now)
    return Failed({**answer.error, "setup_intent": shown}, answer.status) if isinstance(answer, Failed) else shown


OPERATIONS = (
    Op("POST", "/v1/payment_intents/{intent}/verify_microdeposits", verify_payment, Told, public=verify_payment_public),
    Op("POST", "/v1/setup_intents/{intent}/verify_microdeposits", verify_setup, Told, public=verify_setup_public),
)
