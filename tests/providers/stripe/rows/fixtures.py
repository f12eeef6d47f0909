"""Stripe's documented test cards as data: each number with its names, and what a payment with it comes to.

Copied from the documentation and not from `cards.py`, so that a slip in either shows.
"""

from __future__ import annotations

from typing import NamedTuple


class Paid(NamedTuple):
    """A number, the name that `pm_card_NAME` and `tok_NAME` have, and what its charge shows."""

    number: str
    name: str
    brand: str
    funding: str = "credit"
    country: str = "US"


# Where a name covers several numbers, the name is the first one's.
SUCCESS = (
    Paid("4242424242424242", "visa", "visa"),
    Paid("4000056655665556", "visa_debit", "visa", "debit"),
    Paid("5555555555554444", "mastercard", "mastercard"),
    Paid("2223003122003222", "", "mastercard"),
    Paid("5200828282828210", "mastercard_debit", "mastercard", "debit"),
    Paid("5105105105105100", "mastercard_prepaid", "mastercard", "prepaid"),
    Paid("378282246310005", "amex", "amex"),
    Paid("371449635398431", "", "amex"),
    Paid("6011111111111117", "discover", "discover"),
    Paid("6011000990139424", "", "discover"),
    Paid("6011981111111113", "", "discover", "debit"),
    Paid("3056930009020004", "diners", "diners"),
    Paid("36227206271667", "", "diners"),
    Paid("3566002020360505", "jcb", "jcb", country="JP"),
    Paid("6200000000000005", "unionpay", "unionpay", country="CN"),
    Paid("6200000000000047", "", "unionpay", "debit", "CN"),
    Paid("6205500000000000004", "", "unionpay", country="CN"),
)
COUNTRIES = (
    Paid("4242424242424242", "us", "visa"),
    Paid("4000001240000000", "ca", "visa", country="CA"),
    Paid("4000004840008001", "mx", "visa", country="MX"),
    Paid("4000000760000002", "br", "visa", country="BR"),
    Paid("4000008260000000", "gb", "visa", country="GB"),
    Paid("4000002500000003", "fr", "visa", country="FR"),
    Paid("4000002760000016", "de", "visa", country="DE"),
    Paid("4000000360000006", "au", "visa", country="AU"),
    Paid("4000003560000008", "in", "visa", country="IN"),
    Paid("4000003920000003", "jp", "visa", country="JP"),
)


class Declined(NamedTuple):
    """A card that is declined when it is charged, with a 402."""

    number: str
    name: str
    code: str
    decline_code: str | None
    message: str
    attached: bool = False  # to a customer, without being declined there already


DECLINED = "Your card was declined."
DECLINES = (
    Declined("4000000000000002", "visa_chargeDeclined", "card_declined", "generic_decline", DECLINED),
    Declined("4000000000000002", "chargeDeclined", "card_declined", "generic_decline", DECLINED),
    Declined("4000000000009995", "visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds",
             "Your card has insufficient funds."),
    Declined("4000000000009987", "visa_chargeDeclinedLostCard", "card_declined", "lost_card", DECLINED),
    Declined("4000000000009979", "visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", DECLINED),
    Declined("4000000000006975", "visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded",
             "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."),
    Declined("4000000000000069", "chargeDeclinedExpiredCard", "expired_card", None, "Your card has expired."),
    Declined("4000000000000127", "chargeDeclinedIncorrectCvc", "incorrect_cvc", None, "Your card's security code is incorrect."),
    Declined("4000000000000119", "chargeDeclinedProcessingError", "processing_error", None,
             "An error occurred while processing your card. Try again in a little bit."),
    Declined("4000000000000341", "chargeCustomerFail", "card_declined", "generic_decline", DECLINED, attached=True),
    Declined("", "visa_chargeDeclinedFraudulent", "card_declined", "fraudulent", DECLINED),
)  # fmt: skip
BLOCKED = (
    Declined("4100000000000019", "radarBlock", "card_declined", "fraudulent", DECLINED, attached=True),
    Declined("4000000000004954", "riskLevelHighest", "card_declined", "fraudulent", DECLINED, attached=True),
)


class Screened(NamedTuple):
    """A card that Radar or the bank's checks have something to say of, and that pays all the same."""

    number: str
    name: str
    risk: str = "normal"
    cvc: str = "pass"
    postal_code: str = "pass"
    line1: str = "pass"
    funding: str = "credit"


SCREENED = (
    Screened("4000000000009235", "riskLevelElevated", "elevated"),
    Screened("4000000000000101", "cvcCheckFail", cvc="fail"),
    Screened("4000000000000036", "avsZipFail", postal_code="fail"),
    Screened("4000000000000028", "avsLine1Fail", line1="fail"),
    Screened("4000000000000010", "avsFail", postal_code="fail", line1="fail"),
    Screened("4000000000000044", "avsUnchecked", postal_code="unavailable", line1="unavailable"),
    Screened("4000058400307872", "cvcCheckFailElevatedRisk", "elevated", cvc="fail", funding="debit"),
    Screened("4000058400306072", "avsZipFailElevatedRisk", "elevated", postal_code="fail", funding="debit"),
    Screened("4000008400000407", "highFraudDisputeScore"),
    Screened("4000008400000159", "highEfwScore"),
    Screened("4000008400001017", "radarDynamicRiskThreshold"),
    Screened("4000008405600003", "adaptive3dsChallenge"),
)


class Disputed(NamedTuple):
    """A card whose charge succeeds and is disputed then; `number` is empty for a name that has none."""

    number: str
    name: str
    reason: str
    code: str | None
    amounts: tuple[int, ...] = (2001,)
    case: str = "chargeback"
    brand: str = "visa"
    eligible: tuple[str, ...] = ()


DISPUTES = (
    Disputed("4000000000000259", "createDispute", "fraudulent", "10.4"),
    Disputed("4000000000002685", "createDisputeProductNotReceived", "product_not_received", "13.1"),
    Disputed("4000000000001976", "createDisputeInquiry", "fraudulent", "10", case="inquiry"),
    Disputed("", "createDisputeInquiryNotReceived", "product_not_received", "13", case="inquiry"),
    Disputed("4000000404000079", "createMultipleDisputes", "fraudulent", "10.4", (1001, 1000)),
    Disputed("4000000404000038", "createCe3EligibleDispute", "fraudulent", "10.4", eligible=("visa_compelling_evidence_3",)),
    Disputed("4000008400000779", "createComplianceDispute", "noncompliant", None, case="compliance", eligible=("visa_compliance",)),
    Disputed("5105008400000002", "createMastercardComplianceDispute", "noncompliant", None, case="compliance", brand="mastercard",
             eligible=("mastercard_compliance",)),
    Disputed("4000000001000043", "createAutoRepresentmentEligibleDispute", "fraudulent", "10.4"),
    Disputed("4000000404004816", "createRapidDisputeResolutionDispute", "fraudulent", "10.4"),
    Disputed("4000000404005649", "createCe3BlockDispute", "fraudulent", "10.4"),
    Disputed("5105000300000018", "createEthocaAlert", "fraudulent", "4837", brand="mastercard"),
)  # fmt: skip


class Secured(NamedTuple):
    """What a card asks of its holder: on session, once he has passed, off session, and that once it was set up.

    A word is the payment's status, or the decline code of the 402.
    """

    number: str
    name: str
    present: str = "requires_action"
    passed: str = "succeeded"
    absent: str = "authentication_required"
    set_up: str = "authentication_required"
    wished: str = "requires_action"  # where the merchant asks for 3D Secure


SECURED = (
    Secured("4000002500003155", "authenticationRequiredOnSetup", set_up="succeeded"),
    Secured("4000002760003184", "authenticationRequired"),
    Secured("4000003800000446", "authenticationRequiredSetupForOffSession", absent="succeeded", set_up="succeeded"),
    Secured("4000008260003178", "authenticationRequiredChargeDeclinedInsufficientFunds", passed="insufficient_funds"),
    Secured("4000000000003220", "threeDSecure2Required"),
    Secured("4000008400000027", "", set_up="authentication_required"),
    Secured("4000008400001629", "threeDSecureRequiredChargeDeclined", passed="generic_decline"),
    Secured("4000008400001280", "threeDSecureRequiredProcessingError", "generic_decline", "", "generic_decline", "", "generic_decline"),
    Secured("4000000000003055", "threeDSecureOptional", "succeeded", "", "succeeded", "succeeded"),
    Secured("4000000000003097", "threeDSecureOptionalProcessingError", "succeeded", "", "succeeded", "succeeded", "succeeded"),
    Secured("4242424242424242", "visa", "succeeded", "", "succeeded", "succeeded", "succeeded"),
    Secured("378282246310005", "amex_threeDSecureNotSupported", "succeeded", "", "succeeded", "succeeded", "succeeded"),
    Secured("4000000032200000", "", "succeeded", "", "succeeded", "succeeded", "succeeded"),
)


class Debited(NamedTuple):
    """A bank account that can be debited: how its debit ends on the fifth day."""

    number: str
    name: str
    ends: str  # succeeded, processing, or the code of its failure
    disputed: bool = False


DEBITS = (
    Debited("000123456789", "usBankAccount_success", "succeeded"),
    Debited("000111111116", "usBankAccount_noAccount", "no_account"),
    Debited("000111111113", "usBankAccount_accountClosed", "account_closed"),
    Debited("000222222227", "usBankAccount_insufficientFunds", "insufficient_funds"),
    Debited("000333333335", "usBankAccount_debitNotAuthorized", "debit_not_authorized"),
    Debited("000555555559", "usBankAccount_dispute", "succeeded", disputed=True),
    Debited("000000000009", "usBankAccount_processing", "processing"),
    Debited("AT611904300234573201", "success_at", "succeeded"),
    Debited("AT861904300235473202", "failed_at", "generic_could_not_process"),
    Debited("AT591904300235473203", "disputed_at", "succeeded", disputed=True),
)
