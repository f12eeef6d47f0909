"""A call to a partner is a delivery to one endpoint alone, whose answer the dialect hears of in the same unit of work."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core import endpoints, outbox
from sandbox.core.errors import Refusal
from sandbox.core.machine import Trigger as T
from sandbox.core.merchant import Merchant
from sandbox.core.records import Attempt, Charge, Delivery, Endpoint, Event
from tests.core.dialect import NAME, NOON, Toy, charged

URL = "http://localhost:4242/call"


class Asking(Toy):
    """Asks its partner whether a charge stands: a refusal voids it, silence is asked again once, at once."""

    def retry_after(self, merchant: Merchant, tries: int, event: Event, attempt: Attempt) -> int | None:
        return 0 if event.type == "charge.stands" and attempt.code == 0 and tries == 1 else None

    def heard(self, merchant: Merchant, delivery: Delivery, event: Event, attempt: Attempt) -> None:
        charge: Charge = merchant.get(NAME, Charge, event.object_id)
        if delivery.status != "pending" and attempt.response_body == "no" and merchant.row(charge, T.VOID):
            merchant.fire(charge, T.VOID)
            outbox.call(merchant, merchant.get(NAME, Endpoint, delivery.endpoint_id), "charge.voided", charge.id, b"{}")


def asked() -> tuple[Merchant, Charge, Delivery]:
    """A merchant whose partner is asked about a charge."""
    merchant = Merchant("alpha", {NAME: Asking()}, lambda: float(NOON), {})
    charge = charged(merchant)
    merchant.begin()
    partner = endpoints.add_partner(merchant, NAME, URL)
    delivery = outbox.call(merchant, partner, "charge.stands", charge.id, b'{"charge": 1}')
    merchant.commit()
    return merchant, charge, delivery


def brings(merchant: Merchant, delivery: Delivery, code: int, body: str = "", planned: bool = True, error: str = "") -> Delivery:
    attempt = Attempt(merchant.now, float(NOON), 0.0, code, error, {}, {}, body)
    merchant.begin()
    after = outbox.settle(merchant, delivery.id, NAME, attempt, planned)
    merchant.commit()
    assert after is not None
    return after


def types(merchant: Merchant) -> list[str]:
    return [event.type for event in merchant.events()]


def test_a_call_is_owed_to_its_partner_alone() -> None:
    """Its event is frozen as it was asked, about the record; webhook endpoints are owed nothing of it, and the partner no event."""
    merchant, charge, delivery = asked()
    merchant.begin()
    hook = endpoints.add(merchant, NAME, "http://localhost:4242/hook")
    endpoints.add_partner(merchant, NAME, URL)
    outbox.call(merchant, merchant.get(NAME, Endpoint, delivery.endpoint_id), "charge.again", charge.id, b"{}")
    merchant.emit("charge.updated", charge)
    merchant.commit()
    owed = [(merchant.get(NAME, Event, d.event_id).type, d.endpoint_id) for d in merchant.ready.values()]
    assert owed == [("charge.stands", delivery.endpoint_id), ("charge.again", delivery.endpoint_id), ("charge.updated", hook.id)]
    event: Event = merchant.get(NAME, Event, delivery.event_id)
    assert (event.body, event.object_id, event.status) == (b'{"charge": 1}', charge.id, "frozen")


def test_the_answer_comes_about_with_the_attempt() -> None:
    """One unit of work: the attempt kept, the charge void, the next call owed."""
    merchant, charge, delivery = asked()
    after = brings(merchant, delivery, 200, "no")
    assert (after.status, after.ready, [a.response_body for a in after.attempts]) == ("delivered", False, ["no"])
    assert merchant.get(NAME, Charge, charge.id).status == "void"
    assert types(merchant) == ["charge.paid", "charge.stands", "charge.voided"]
    assert len(merchant.ready) == 1


def test_what_comes_about_is_undone_with_the_attempt() -> None:
    merchant, charge, delivery = asked()
    merchant.begin()
    outbox.settle(merchant, delivery.id, NAME, Attempt(merchant.now, 0.0, 0.0, 200, "", {}, {}, "no"), True)
    merchant.rollback()
    assert merchant.get(NAME, Charge, charge.id) == charge
    assert merchant.get(NAME, Delivery, delivery.id) == delivery
    assert types(merchant) == ["charge.paid", "charge.stands"]


def test_a_call_is_made_again_at_once_without_a_timer() -> None:
    """Also while the clock is frozen; the second silence ends the plan, and a refusal by status is not asked again."""
    merchant, _, delivery = asked()
    armed = list(merchant.timers)
    first = brings(merchant, delivery, 0)
    assert (first.status, first.ready, first.next_at) == ("pending", True, 0)
    assert list(merchant.timers) == armed
    second = brings(merchant, first, 0)
    assert (second.status, second.ready, second.tries) == ("failed", False, 2)
    merchant, _, delivery = asked()
    assert brings(merchant, delivery, 500).status == "failed"


def test_an_attempt_by_hand_is_heard_too() -> None:
    merchant, charge, delivery = asked()
    brings(merchant, delivery, 500)
    brings(merchant, delivery, 200, "no", planned=False)
    assert merchant.get(NAME, Charge, charge.id).status == "void"


@pytest.mark.parametrize("url", ["", "sandbox:inbox", "ftp://localhost/x"])
def test_a_partner_has_an_address_that_may_be_called(url: str) -> None:
    """Whoever sends says which; a refused one leaves no endpoint."""
    merchant = Merchant("alpha", {NAME: Asking()}, lambda: float(NOON), {})

    def admit(given: str) -> None:
        if not given.startswith("http"):
            raise Refusal("url_invalid", message=given)  # type: ignore[arg-type]

    merchant.admit = admit
    merchant.begin()
    with pytest.raises(Refusal):
        endpoints.add_partner(merchant, NAME, url)
    merchant.rollback()
    assert list(merchant.store.all(Endpoint)) == []


def test_the_partner_that_the_sandbox_plays_needs_no_admission() -> None:
    merchant = Merchant("alpha", {NAME: Asking()}, lambda: float(NOON), {})

    def nobody(url: Any) -> None:
        raise AssertionError("it was asked")

    merchant.admit = nobody
    merchant.begin()
    made = endpoints.add_partner(merchant, NAME, endpoints.PARTNER, "key", {"project": "p"})
    merchant.commit()
    assert endpoints.is_partner(made)
    assert (made.url, made.secret, made.details) == (endpoints.PARTNER, "key", {"project": "p"})
