"""`POST /v2/conversations:send`: a partner tells of what became of an order.

Source: the order update sample of 2018, "Order updates" of the documentation, issues of the sample's repository; read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sandbox.core.errors import Reason, Refusal
from sandbox.core.merchant import Merchant
from sandbox.providers.base import Op, Reply
from sandbox.providers.google import LOST, envelope, invalid
from sandbox.providers.google_ordering import assumed, deciding
from sandbox.providers.google_ordering.assumed import ORDERING, setting
from sandbox.providers.google_ordering.records import Order, Partner
from sandbox.providers.google_ordering.updates import REJECTED

PATH = "/v2/conversations:send"
ID_MAX = 500


def send(merchant: Merchant, partner: Partner, sent: Mapping[str, Any]) -> Reply:
    """The update is decided; a refused one is kept too, with its rule.

    Raises:
        Refusal: PARAM_INVALID for what is no update; NOT_FOUND for an order that is not there, or not in that mode.
    """
    in_sandbox = sent.get("isInSandbox", False)
    if not isinstance(in_sandbox, bool):
        raise invalid("isInSandbox is true or false.")
    pushed = sent.get("customPushMessage")
    update = pushed.get("orderUpdate") if isinstance(pushed, Mapping) else None
    if not isinstance(update, Mapping):
        raise invalid("An order update is customPushMessage.orderUpdate, an object.")
    order = order_of(merchant, partner, update.get("actionOrderId"), in_sandbox)
    verdict = deciding.update(merchant, order, update)
    if verdict.outcome == REJECTED:
        status, word = assumed.REFUSED_UPDATE
        said = f"Request contains an invalid argument. Rule {verdict.rule}: {verdict.says}."
        return Reply(status, orjson.dumps(envelope(status, word, said)), keep=False)
    return Reply(200, assumed.SUCCESS_BODY)


def order_of(merchant: Merchant, partner: Partner, action_order_id: Any, in_sandbox: bool) -> Order:
    """The partner's order of that id, made in that mode. Raises Refusal PARAM_INVALID, NOT_FOUND."""
    if not isinstance(action_order_id, str) or not 0 < len(action_order_id) <= ID_MAX:
        raise invalid(f"orderUpdate.actionOrderId is a text of up to {ID_MAX} characters: your own id of the order.")
    for order in merchant.store.shelf(ORDERING, Order).of("action_order_id", action_order_id):
        if order.partner_id == partner.id and order.sandbox == in_sandbox:
            return order  # type: ignore[no-any-return]
    if setting(merchant, "unknown_order_is_500", assumed.UNKNOWN_ORDER_IS_500):
        raise Refusal(Reason.FAILED, message=f"Order {action_order_id} was not found for project {partner.project_id}.")
    raise Refusal(Reason.NOT_FOUND, kind="order", id=action_order_id, message=LOST)


OPERATIONS: tuple[Op, ...] = (Op("POST", PATH, send),)
DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("isInSandbox must equal the mode that the order was made in, else the order is not found", "issue 4 of the transactions sample"),
    ("an unknown order answers 404 NOT_FOUND", "issue 20 of the transactions sample"),
    ("a bad argument answers 400 INVALID_ARGUMENT", "issue 16 of the updates sample"),
    ("keys are taken in camelCase and in snake_case", "the sample of 2018 sends the one, the documentation the other"),
)
