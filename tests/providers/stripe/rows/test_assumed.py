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

# And about states, money, events and test cards.
UNCONFIRMED_COURSES = {
    "order of an expired authorization's events": "an authorization that expires sends charge.expired, then payment_intent.canceled",
    "order of a cancellation's events": "canceling an authorized intent sends charge.refunded, then payment_intent.canceled",
    "order of a refund's events": "a refund sends refund.created, then charge.refunded",
    "a failed refund's events": "a failed refund sends refund.updated, refund.failed, charge.refund.updated and no charge.updated",
    "state of an expired refund": "a refund that needs action and expires is failed",
    "events of prevented disputes": "a prevented dispute moves no money, costs nothing and sends",
    "details of appeals": "an appeal is submitted and decided as evidence is",
    "due_by of each network": "evidence is due after 15 days (Visa), 21 (Mastercard), 14 (Amex), 18 (Discover)",
    "winning_evidence on an inquiry": "winning_evidence on an inquiry closes it",
    "charge.dispute of several disputes": "charge.dispute is the latest of several disputes",
    "order of an escalation's events": "an inquiry that escalates sends charge.dispute.updated, then charge.dispute.funds_withdrawn",
    "dispute fees of other currencies": "dispute fees of GBP 20, AUD 25, NZD 25, SGD 15, HKD 85, JPY 1,300, MXN 300",
    "statement lines of refunds": "without a description the statement says REFUND FOR CHARGE; a failure says REFUND FAILURE FOR CHARGE",
    "the countered fee's own row": "each answer's countered fee is a row of its own",
    "messages of declines": "visa_chargeDeclinedInsufficientFunds: message",
    "highest risk": "riskLevelHighest: blocked like radarBlock",
    "rules on checks": "cvcCheckFail, avsZipFail: no rule blocks them unless one is on",
    "unofficial names": "createDisputeInquiryNotReceived",
    "reversals of young charges": "a refund to a card is of the type refund, however young its charge is",
    "what is low": "a refund that waits for the balance is tried again once a day",
    "cancellation on the dashboard": "the dashboard cancels a refund to a card within an hour",
    "balance.available at most daily": "each payment sends balance.available",
}


@pytest.mark.parametrize(("row", "told"), [*UNCONFIRMED.items(), *UNCONFIRMED_COURSES.items()])
def test_what_is_unconfirmed_is_told_as_assumed(row: str, told: str) -> None:
    assert any(told in rule.rule and rule.how == "assumed" for rule in rules())
