"""What a provider lends the suites in this folder: a record of each kind at its machine's start, in a world where it makes sense.

The suites walk from there to any status by the provider's own table. A provider joins with one line in `SAMPLES`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import (
    NEW,
    Charge,
    Customer,
    Dispute,
    Document,
    Endpoint,
    Event,
    Instrument,
    Record,
    Refund,
    Schedule,
    Settlement,
)
from sandbox.providers.stripe import debiting
from sandbox.providers.stripe.records import (
    AccountLink,
    ApplicationFee,
    BankAccount,
    Capability,
    ConnectedAccount,
    FeeRefund,
    FileLink,
    FraudWarning,
    FrozenClock,
    LegacySource,
    LegacyToken,
    Mandate,
    PaymentIntent,
    Payout,
    PlatformTransfer,
    Review,
    SetupIntent,
    TransferReversal,
)
from sandbox.providers.stripe.views.charge import NO_BILLING
from tests.contract.openapi import check_event
from tests.providers.google_bookings import samples as google_bookings
from tests.providers.google_ordering import samples as google_ordering
from tests.providers.omise import samples as omise

AMOUNT = 2000
DAY = 86_400


class Samples(NamedTuple):
    """`drafts(merchant)` answers, by kind, the record to walk from; `wrong(event)` answers what is wrong with one on the wire.

    `fits(merchant, record)` answers the record with what one in its status has beside it, where the draft's company does not do.
    """

    drafts: Callable[[Merchant], Mapping[type, Record]]
    wrong: Callable[[Any], list[str]]
    fits: Callable[[Merchant, Record], Record] = lambda merchant, record: record


def envelope(merchant: Merchant, event: Event) -> Any:
    return json.loads(merchant.dialects[event.provider].envelope(merchant, event))


def stripe(merchant: Merchant) -> dict[type, Record]:
    """Refunds and disputes belong to a captured charge of an intent; the intent to walk with owns an authorized one."""
    now = merchant.now
    card = {
        "brand": "discover", "country": "US", "exp_month": 12, "exp_year": 2034, "fingerprint": "F" * 16, "funding": "credit",
        "last4": "4242",
    }  # fmt: skip
    details = {"card": card, "test_card": "4000000000000259", "billing_details": NO_BILLING, "capture_before": now + 7 * DAY,
               "test_account": "000222222227"}  # fmt: skip
    declined = {"failure_code": "card_declined", "failure_message": "Your card was declined."}
    draft = Charge("ch_1SampleCharge", "stripe", NEW, now, AMOUNT, "usd", captured=AMOUNT, details=details)
    paid = merchant.fire(draft._replace(id="ch_1SamplePaid", parent_id="pi_3SamplePaid"), Trigger.CAPTURE)
    held = merchant.fire(draft._replace(id="ch_1SampleHeld", captured=0), Trigger.AUTHORIZE)
    merchant.fire(Refund("re_1SampleOther", "stripe", NEW, now, 500, "usd", paid.id), Trigger.PEND)
    bank = BankAccount("ba_1SampleBank", "stripe", NEW, now, "acct_1SampleAccount", "US", "usd", "6789")
    merchant.fire(bank, Trigger.CREATE)
    return {
        Charge: draft._replace(details={**details, **declined}),
        PaymentIntent: PaymentIntent("pi_3SampleIntent", "stripe", NEW, now, AMOUNT, "usd", charge_id=held.id),
        # An uncaptured charge is given back by a refund, so this one's charge stands at the fork of both roads.
        Refund: Refund("re_1SampleRefund", "stripe", NEW, now, AMOUNT, "usd", held.id),
        Dispute: Dispute(
            "du_1SampleDispute", "stripe", NEW, now, 1500, "usd", paid.id, reason="fraudulent", evidence_due_at=now + DAY,
            details={"brand": "discover", "network_reason_code": "UA02"},
        ),
        Customer: Customer("cus_SampleCustomer", "stripe", NEW, now),
        Instrument: Instrument("pm_1SampleMethod", "stripe", NEW, now, "card", details={"card": card}),
        LegacyToken: LegacyToken(
            "tok_1SampleToken", "stripe", NEW, now, "4242424242424242", "card_1SampleCard", {"card": card, "billing_details": NO_BILLING}
        ),
        LegacySource: LegacySource(
            "card_1SampleCard", "stripe", NEW, now, "card", "cus_SampleCustomer", details={"card": card, "billing_details": NO_BILLING}
        ),
        SetupIntent: SetupIntent("seti_1SampleSetup", "stripe", NEW, now),
        Mandate: Mandate(
            "mandate_1SampleMandate", "stripe", NEW, now, "pm_1SampleMethod",
            {"accepted_at": now, "how": "offline", "kind": "us_bank_account"},
        ),
        FrozenClock: FrozenClock("clock_1SampleClock", "stripe", NEW, now, now + DAY),
        Payout: Payout("po_1SamplePayout", "stripe", NEW, now, 500, "usd", bank.id, now + DAY, now + 2 * DAY, automatic=True),
        Schedule: Schedule("payout_schedule", "stripe", NEW, now, 0),
        ConnectedAccount: ConnectedAccount("acct_1SampleConnect01", "stripe", NEW, now, "US", "usd"),
        PlatformTransfer: PlatformTransfer(
            "tr_1SampleTransfer", "stripe", NEW, now, 500, "usd", "acct_1SampleConnect01", paid.id, "py_1SamplePay"
        ),
        TransferReversal: TransferReversal("trr_1SampleReversal", "stripe", NEW, now, 200, "usd", "tr_1SampleTransfer", "pyr_1SampleBack"),
        ApplicationFee: ApplicationFee("fee_1SampleFee", "stripe", NEW, now, 50, "usd", "acct_1SampleConnect01", "py_1SamplePay"),
        FeeRefund: FeeRefund("fr_1SampleFeeRefund", "stripe", NEW, now, 20, "usd", "fee_1SampleFee"),
        Capability: Capability("acct_1SampleConnect01/transfers", "stripe", NEW, now, "acct_1SampleConnect01", "transfers"),
        AccountLink: AccountLink(
            "alink_1SampleLink", "stripe", NEW, now, "acct_1SampleConnect01", now + 300, "https://example.com/", "https://example.com/again"
        ),
        BankAccount: bank._replace(id="ba_1SampleOther"),
        Document: Document("file_1SampleFile", "stripe", NEW, now, "dispute_evidence", "a.pdf", "pdf", b"%PDF-"),
        Review: Review("prv_1SampleReview", "stripe", NEW, now, paid.id),
        FileLink: FileLink("link_1SampleLink", "stripe", NEW, now, "file_1SampleFile"),
        FraudWarning: FraudWarning("issfr_1SampleWarning", "stripe", NEW, now, paid.id),
        Settlement: next(merchant.store.all(Settlement)),
        Endpoint: Endpoint("we_1SampleEndpoint", "stripe", NEW, now, "http://127.0.0.1:9/hook", secret="whsec_sample"),
    }  # fmt: skip


def stripe_fits(merchant: Merchant, record: Any) -> Any:
    """An intent that is processing has a bank account and a pending charge."""
    if record.__class__ is not PaymentIntent or record.status != "processing":
        return record
    method = debiting.named(merchant, "pm_usBankAccount_insufficientFunds")
    assert method is not None
    details = {"debit": method.kind, "account": method.details[method.kind], "mandate": "mandate_x", "test_account": method.card}
    draft = Charge("py_3SamplePending", "stripe", NEW, merchant.now, AMOUNT, "usd", parent_id=record.id, details=details)
    charge = merchant.fire(draft, Trigger.PEND)
    return merchant.put(record._replace(charge_id=charge.id, instrument_id=method.id))


SAMPLES: Mapping[str, Samples] = {
    "stripe": Samples(stripe, check_event, stripe_fits),
    "omise": Samples(omise.drafts, omise.wrong_event),
    "google_bookings": Samples(google_bookings.drafts, google_bookings.wrong_event),
    "google_ordering": Samples(google_ordering.drafts, google_ordering.wrong_event),
}
