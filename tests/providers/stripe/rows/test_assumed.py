"""What the reference could not confirm is on the fidelity page as assumed, row by row."""

from __future__ import annotations

import pytest

from sandbox.providers.stripe.fidelity import rules

# What is unconfirmed about the resources, and what the page says of it.
UNCONFIRMED = {
    "outcome of a blocked charge": "the outcome of a charge that Radar blocks",
    "capture after expiry": "capture after expiry",
    "amount_refunded after a partial capture": "after a partial capture amount_refunded shows the released rest",
    "both charge and payment_intent": "charge and payment_intent that do not belong together",
    "reverse_transfer without transfer": "reverse_transfer and refund_application_fee are refused",
    "amounts of other currencies": "an over-refund names amounts of other currencies",
    "too many pages on submit": "more than 49 pages of evidence",
    "text too long": "text that is too long answers",
    "all text too long": "more than 150,000 characters",
    "unknown file": "file upload",
    "file of another purpose": "a file of another purpose is refused",
    "CE 3.0 not eligible": "enhanced evidence that the dispute is not eligible for",
    "metadata of closed disputes": "metadata of a closed dispute",
    "second submission": "evidence for a dispute under review is refused",
    "close of an inquiry": "accepting an inquiry ends it as lost",
    "POST /v1/files on the API host": "an upload is answered on the API's own host",
    "confirm when succeeded": "confirming a succeeded",
    "codes of intents in a wrong state": "a state that forbids a payment intent's call",
    "capture too much": "capturing more than was authorized",
    "attached elsewhere, used or detached": "attaching a payment method that is attached already",
    "17th webhook endpoint": "a 17th webhook endpoint",
    "bad webhook URL": "a webhook URL without a scheme",
    "unknown event name": "an unknown name in enabled_events",
    "payout of too much": "a payout above the available balance",
    "approve a closed review": "approving a closed review",
    "test clocks' errors": "advancing into the past",
    "test clocks move everything": "a test clock is the account's whole clock",
    "amounts of two disputes": "createMultipleDisputes",
    "prevented disputes": "prevented",
    "appeals": "an appeal is decided by",
}


@pytest.mark.parametrize("row", UNCONFIRMED)
def test_what_is_unconfirmed_is_told_as_assumed(row: str) -> None:
    assert any(UNCONFIRMED[row] in rule.rule and rule.how == "assumed" for rule in rules())
