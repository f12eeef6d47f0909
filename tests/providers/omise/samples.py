"""One record of each kind at its machine's start, for the suites that every provider joins."""

from __future__ import annotations

from typing import Any

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Charge, Customer, Dispute, Document, Instrument, Record, Refund, Settlement
from sandbox.providers.omise import money
from sandbox.providers.omise.events import NAMES
from sandbox.providers.omise.records import CardToken, Recipient, Sending, Source
from sandbox.providers.omise.views.cards import card
from tests.providers.omise.shapes import wrong

AMOUNT = 100_000
DAY = 86_400


def drafts(merchant: Merchant) -> dict[type, Record]:
    """Refunds and disputes belong to a captured card charge."""
    now = merchant.now
    instrument = Instrument(
        "card_test_sample", "omise", NEW, now, "card", card="4242424242424242",
        details={
            "brand": "Visa", "last_digits": "4242", "fingerprint": "F" * 43 + "=", "name": "Somchai Prasert", "expiration_month": 12,
            "expiration_year": 2034,
        },
    )  # fmt: skip
    other = merchant.fire(instrument._replace(id="card_test_other"), Trigger.CREATE)
    draft = Charge(
        "chrg_test_sample", "omise", NEW, now, AMOUNT, "thb", captured=AMOUNT, instrument_id=other.id,
        details={
            "terms": money.terms(merchant, AMOUNT, "thb"), "capture": True, "expires_at": now + 7 * DAY, "card": card(merchant, other),
            "authorization_type": None,
        },
    )  # fmt: skip
    paid = merchant.fire(draft._replace(id="chrg_test_paid"), Trigger.CAPTURE)
    funding = {"funding": 40_000, "funding_currency": "thb"}
    bank_account = {"last_digits": "6789", "name": "Somchai Prasert", "brand": "bbl"}
    return {
        Charge: draft,
        Refund: Refund("rfnd_test_sample", "omise", NEW, now, 40_000, "thb", paid.id, details=funding),
        Dispute: Dispute(
            "dspt_test_sample", "omise", NEW, now, AMOUNT, "thb", paid.id, reason="unauthorized_charge", evidence_due_at=now + 14 * DAY
        ),
        Customer: Customer("cust_test_sample", "omise", NEW, now),
        Instrument: instrument,
        CardToken: CardToken("tokn_test_sample", "omise", NEW, now, other.id, url="http://127.0.0.1/tokens/tokn_test_sample"),
        Source: Source("src_test_sample", "omise", NEW, now, "promptpay", AMOUNT, "thb", details={"flow": "offline"}),
        Document: Document("docu_test_sample", "omise", NEW, now, "", "a.png", "png", b"\x89PNG", {"dispute": "dspt_test_sample"}),
        Recipient: Recipient("recp_test_sample", "omise", NEW, now, "Somchai", "individual", details={"bank_account": bank_account}),
        Sending: Sending("trsf_test_sample", "omise", NEW, now, 50_000, "thb", details={"total_fee": 3000, "fee_vat": 196}),
        Settlement: Settlement("settlement_sample", "omise", "pending", now, now + DAY, {"thb": 96_094}),
    }  # fmt: skip


def wrong_event(event: Any) -> list[str]:
    """What is wrong with an event on the wire: a key that Omise does not have, or an object out of shape."""
    strange = [] if event["key"] in NAMES else [f"{event['key']} is no event of Omise's"]
    return strange + wrong(event)
