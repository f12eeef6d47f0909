"""Order with Google, assembled: its tables and words behind the interface that the server knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.core.errors import Reason, Refusal
from sandbox.core.machine import Table, Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import Attempt, Charge, Delivery, Endpoint, Entry, Event, Record, Refund
from sandbox.providers.base import Call, Op, Payment, Provider, Remark, Reply, Rule, Setting, Steer, Values
from sandbox.providers.google import Google, access_token, bearer, read_object
from sandbox.providers.google_ordering import assumed, flow, signing, values, views
from sandbox.providers.google_ordering.assumed import ORDERING, setting
from sandbox.providers.google_ordering.bank import OrderingBank
from sandbox.providers.google_ordering.deciding import decisions_of, money_of, order_named, remark
from sandbox.providers.google_ordering.directions import directions
from sandbox.providers.google_ordering.fidelity import rules
from sandbox.providers.google_ordering.machines import EVENTS, MACHINES
from sandbox.providers.google_ordering.played import play
from sandbox.providers.google_ordering.records import INDEXES, RECORDS, Checkout, Decision, Order, Partner
from sandbox.providers.google_ordering.routes import OPERATIONS
from sandbox.providers.google_ordering.routes.conversations import PATH
from sandbox.providers.google_ordering.settings import SETTINGS
from sandbox.providers.google_ordering.steering import STEERING

# Nothing but our own: Google shows partners none of these.
PREFIXES: Mapping[type, str] = {
    Endpoint: "partner_", Checkout: "checkout_", Order: "order_", Charge: "charge_", Refund: "refund_", Entry: "entry_",
    Decision: "decision_", Event: "event_", Delivery: "delivery_",
}  # fmt: skip


class GoogleOrdering(Google):
    """The provider. It has no state of its own: everything lives in the merchant."""

    name = ORDERING
    flow = views.FLOW
    views = views.VIEWS
    prefixes = PREFIXES
    machines: Mapping[type, Table] = MACHINES
    derived: Mapping[tuple[type, Trigger], Callable[[Merchant, Any], dict[str, Any]]] = {}
    records: Sequence[type] = RECORDS
    indexes: Mapping[type, tuple[str, ...]] = INDEXES
    operations: Sequence[Op] = OPERATIONS
    steering: Sequence[Steer] = STEERING
    settings: Sequence[Setting] = SETTINGS
    payment_kinds: Sequence[type] = (Order,)
    no_webhooks = (
        "Google sends no webhooks about orders: it calls a partner's own webhook. POST /_sandbox/google/ordering/partners registers one; "
        "GET /_sandbox/events?provider=google_ordering shows what happened."
    )
    bank = OrderingBank()

    # What the core asks

    def timing(self, merchant: Merchant, name: str) -> int:
        delay: int = setting(merchant, "refund_delay_s", assumed.REFUND_DELAY_S)
        return {"refund_delay": delay}[name]

    def memo(self, template: str, record: Any) -> str | None:
        return template.format(order=record.details.get("order") or getattr(record, "parent_id", ""), rule=getattr(record, "reason", ""))

    def address(self, endpoint: Endpoint, event: Event) -> tuple[str, str]:
        return "POST", endpoint.url

    def sign(self, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        return signing.headers(endpoint, at)

    def forge(self, endpoint: Endpoint, event: Event, delivery: Delivery, body: bytes, at: int, now: int) -> dict[str, str]:
        return signing.headers(endpoint, at, forged=True)

    def heard(self, merchant: Merchant, delivery: Delivery, event: Event, attempt: Attempt) -> None:
        flow.heard(merchant, delivery, event, attempt)

    def play(self, endpoint: Endpoint, event: Event, body: bytes) -> tuple[int, bytes]:
        return play(endpoint, body)

    # What the server asks

    def owns(self, path: str, headers: Mapping[bytes, bytes]) -> bool:
        return path == PATH

    def decode(self, op: Op, call: Call) -> Any:
        return None  # whose token it is comes first: `answer` reads the body

    def answer(self, merchant: Merchant, op: Op, call: Call, params: Any, values: tuple[str, ...]) -> Reply:
        partner = self.partner(merchant, call)
        reply: Reply = op.handler(merchant, partner, read_object(call.body), *values)
        return reply

    def partner(self, merchant: Merchant, call: Call) -> Partner:
        """Whose token the call has. Raises Refusal KEY_UNKNOWN."""
        token = bearer(call.headers)
        for partner in merchant.store.shelf(ORDERING, Partner).rows.values():
            if access_token(merchant, self.flow, partner.id) == token:
                return partner  # type: ignore[no-any-return]
        raise Refusal(Reason.KEY_UNKNOWN)

    def payment(self, merchant: Merchant, record: Any) -> Payment | None:
        """An order is a payment; its charge is part of it."""
        captured, refunded = money_of(merchant, record)
        theirs = f"{record.action_order_id}, Google's " if record.action_order_id else ""  # once the partner has given it an id
        return Payment(
            record.id, ORDERING, record.status, record.created, record.amount, record.currency, captured, refunded, False,
            f"Order {theirs}{record.google_order_id}", "", [record.charge_id] if record.charge_id else [],
        )  # fmt: skip

    def payment_named(self, merchant: Merchant, key: str) -> Order | None:
        return order_named(merchant, key)

    def came_of(self, merchant: Merchant, payment_id: str) -> Sequence[Record]:
        """The checkout that was submitted, and with it the call that asked the partner about the cart."""
        order: Order = merchant.get(ORDERING, Order, payment_id)
        return [merchant.get(ORDERING, Checkout, order.checkout_id)]

    def remarks(self, merchant: Merchant, payment_id: str) -> Sequence[Remark]:
        order: Order = merchant.get(ORDERING, Order, payment_id)
        return [remark(order, decision) for decision in decisions_of(merchant, order)]

    def event_names(self) -> Sequence[str]:
        return EVENTS

    def directions(self, url: str, host: str, port: str) -> Sequence[str]:
        return directions(url, host, port)

    def fidelity(self) -> Sequence[Rule]:
        return rules()

    def test_values(self) -> Sequence[Values]:
        return values.tables()


def _is_a_provider(ordering: GoogleOrdering) -> Provider:
    return ordering
