"""Stripe's test cards: what each documented number, `pm_card_NAME` and `tok_NAME` does. One card is one line.

A card is chosen by whoever calls the API, so this file is where a payment's fate is decided: approved, declined at once,
or approved with something to follow (`Card.after`). Anything else that looks like a card number is refused without being
repeated, because a sandbox is the last place where a real number should end up in a log.

Source: docs.stripe.com/testing as of 2026-08; decline bodies recorded in public repositories. What no source says for
certain is listed in ``ASSUMED``, which the fidelity page prints.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from sandbox.core import ids
from sandbox.core.errors import Reason, Refusal
from sandbox.providers.base import VALUES_PAGE

GENERIC_REASON = "generic_decline"
DIGITS = "0123456789"
NUMBER_DIGITS_MIN = 12
NUMBER_DIGITS_MAX = 19
EXPIRY_YEARS_AHEAD_MAX = 50
FINGERPRINT_LENGTH = 16
ACQUIRER_REFERENCE_LENGTH = 16


class Decline(NamedTuple):
    """What the 402 says when the card is charged; `decline_code` None is left out of the body."""

    code: str
    decline_code: str | None
    message: str
    advice_code: str | None = None
    network_decline_code: str | None = None
    param: str | None = None
    rule: str = ""  # of Radar's that blocked it: the network was never asked

    @property
    def reason(self) -> str:
        """The word in the charge's `outcome.reason`, present even where the body has no decline code."""
        if self.rule:
            return "highest_risk_level" if self.rule == HIGH_RISK_RULE else "rule"
        return self.decline_code or self.code

    @property
    def seller_message(self) -> str:
        """The sentence in the charge's `outcome.seller_message`."""
        if self.rule:
            return TOO_RISKY if self.rule == HIGH_RISK_RULE else BY_RULE
        return NO_DETAILS if self.reason == GENERIC_REASON else f"The bank returned the decline code `{self.reason}`."


class Card(NamedTuple):
    """A test card; `number` is empty for names that have none, `name` is empty for numbers that have none."""

    number: str
    name: str
    brand: str
    funding: str = "credit"
    country: str = "US"
    decline: Decline | None = None
    attachable: bool = True  # to a customer; a declining card is declined there already
    after: str = ""  # dispute, inquiry, fraud_warning, two_disputes, refund_pending, refund_fails, funds_available
    reason: str = ""  # of the dispute, or the fraud type of the warning
    network_code: str = ""  # the card network's own code for that reason
    eligible: str = ""  # what its dispute may be answered with: a form of enhanced evidence, or smart_disputes
    prevention: str = ""  # the service that settles its dispute before it is one, if the merchant is enrolled
    three_d_secure: str = ""  # how it takes part, a word of `three_d_secure.WAYS`
    risk: str = "normal"  # what Radar makes of it: normal, elevated, highest
    checks: str = ""  # of the security code, the postal code and the first line, those that do not pass, as "cvc=fail zip=unavailable"
    later: str = ""  # why this sandbox refuses the card for now

    @property
    def last4(self) -> str:
        return self.number[-4:] or NUMBERLESS_LAST4

    @property
    def fails(self) -> dict[str, str]:
        """What the bank says of the checks that do not pass: `cvc_check`, `zip_check`, `line1_check`."""
        if not self.checks:  # of nearly every card, and every payment asks
            return {}
        pairs = (word.split("=") for word in self.checks.split())
        return {f"{name}_check": result for name, result in pairs}


class Brand(NamedTuple):
    """How a brand is spelt on a legacy card object, which network carries it, and the length of its CVC."""

    legacy: str
    network: str
    cvc_digits: int = 3


BRANDS = {
    "visa": Brand("Visa", "visa"),
    "mastercard": Brand("MasterCard", "mastercard"),
    "amex": Brand("American Express", "amex", cvc_digits=4),
    "discover": Brand("Discover", "discover"),
    "diners": Brand("Diners Club", "diners"),
    "jcb": Brand("JCB", "jcb"),
    "unionpay": Brand("UnionPay", "unionpay"),
    "unknown": Brand("Unknown", "unknown"),
}

# Older pages of the documentation show the names without a number under 4100000000000019.
NUMBERLESS_LAST4 = "0019"

DECLINED = "Your card was declined."
HIGH_RISK_RULE = "block_if_high_risk__enabled"
TOO_RISKY = "Stripe blocked this payment as too risky."
BY_RULE = "Your account blocked this payment by a rule."
NO_DETAILS = "The bank did not return any further details with this decline."
NOT_RECEIVED = "product_not_received"
CE3 = "visa_compelling_evidence_3"
TOO_OFTEN = "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."

GENERIC = Decline("card_declined", GENERIC_REASON, DECLINED, "try_again_later", "01")
NO_FUNDS = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
LOST = Decline("card_declined", "lost_card", DECLINED)
STOLEN = Decline("card_declined", "stolen_card", DECLINED)
VELOCITY = Decline("card_declined", "card_velocity_exceeded", TOO_OFTEN)
FRAUDULENT = Decline("card_declined", "fraudulent", DECLINED)
BLOCKED = Decline("card_declined", "fraudulent", DECLINED, rule=HIGH_RISK_RULE)
EXPIRED = Decline("expired_card", None, "Your card has expired.", param="exp_month")
WRONG_CVC = Decline("incorrect_cvc", None, "Your card's security code is incorrect.", param="cvc")
BROKEN = Decline("processing_error", None, "An error occurred while processing your card. Try again in a little bit.")
AUTHENTICATION = Decline(
    "authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication."
)
WRONG_NUMBER = Decline("incorrect_number", None, "Your card number is incorrect.", param="number")

# Where one name covers several numbers, the first row is what `pm_card_NAME` gives.
SUCCESS = (
    Card("4242424242424242", "visa", "visa"),
    Card("4000056655665556", "visa_debit", "visa", "debit"),
    Card("5555555555554444", "mastercard", "mastercard"),
    Card("2223003122003222", "mastercard", "mastercard"),
    Card("5200828282828210", "mastercard_debit", "mastercard", "debit"),
    Card("5105105105105100", "mastercard_prepaid", "mastercard", "prepaid"),
    Card("378282246310005", "amex", "amex", three_d_secure="unsupported"),
    Card("371449635398431", "amex", "amex"),
    Card("6011111111111117", "discover", "discover"),
    Card("6011000990139424", "discover", "discover"),
    Card("6011981111111113", "discover", "discover", "debit"),
    Card("3056930009020004", "diners", "diners"),
    Card("36227206271667", "diners", "diners"),
    Card("3566002020360505", "jcb", "jcb", country="JP"),
    Card("6200000000000005", "unionpay", "unionpay", country="CN"),
    Card("6200000000000047", "unionpay", "unionpay", "debit", country="CN"),
    Card("6205500000000000004", "unionpay", "unionpay", country="CN"),
)

# The United States are `visa`; Saudi Arabia is documented without a name.
COUNTRIES = (
    Card("4000000320000021", "ar", "visa", country="AR"),
    Card("4000000760000002", "br", "visa", country="BR"),
    Card("4000001240000000", "ca", "visa", country="CA"),
    Card("4000001520000001", "cl", "visa", country="CL"),
    Card("4000001700000003", "co", "visa", country="CO"),
    Card("4000001880000005", "cr", "visa", country="CR"),
    Card("4000002180000000", "ec", "visa", country="EC"),
    Card("4000004840008001", "mx", "visa", country="MX"),
    Card("4000005910000000", "pa", "visa", country="PA"),
    Card("4000006000000066", "py", "visa", country="PY"),
    Card("4000006040000068", "pe", "visa", country="PE"),
    Card("4000008580000003", "uy", "visa", country="UY"),
    Card("4000007840000001", "ae", "visa", country="AE"),
    Card("5200007840000022", "ae_mastercard", "mastercard", country="AE"),
    Card("4000000400000008", "at", "visa", country="AT"),
    Card("4000000560000004", "be", "visa", country="BE"),
    Card("4000001000000000", "bg", "visa", country="BG"),
    Card("4000001120000005", "by", "visa", country="BY"),
    Card("4000001910000009", "hr", "visa", country="HR"),
    Card("4000001960000008", "cy", "visa", country="CY"),
    Card("4000002030000002", "cz", "visa", country="CZ"),
    Card("4000002080000001", "dk", "visa", country="DK"),
    Card("4000002330000009", "ee", "visa", country="EE"),
    Card("4000002460000001", "fi", "visa", country="FI"),
    Card("4000002500000003", "fr", "visa", country="FR"),
    Card("4000002760000016", "de", "visa", country="DE"),
    Card("4000002920000005", "gi", "visa", country="GI"),
    Card("4000003000000030", "gr", "visa", country="GR"),
    Card("4000003480000005", "hu", "visa", country="HU"),
    Card("4000003720000005", "ie", "visa", country="IE"),
    Card("4000003800000008", "it", "visa", country="IT"),
    Card("4000004280000005", "lv", "visa", country="LV"),
    Card("4000004380000004", "li", "visa", country="LI"),
    Card("4000004400000000", "lt", "visa", country="LT"),
    Card("4000004420000006", "lu", "visa", country="LU"),
    Card("4000004700000007", "mt", "visa", country="MT"),
    Card("4000005280000002", "nl", "visa", country="NL"),
    Card("4000005780000007", "no", "visa", country="NO"),
    Card("4000006160000005", "pl", "visa", country="PL"),
    Card("4000006200000007", "pt", "visa", country="PT"),
    Card("4000006420000001", "ro", "visa", country="RO"),
    Card("4000006820000007", "", "visa", country="SA"),
    Card("4000007050000006", "si", "visa", country="SI"),
    Card("4000007030000001", "sk", "visa", country="SK"),
    Card("4000007240000007", "es", "visa", country="ES"),
    Card("4000007520000008", "se", "visa", country="SE"),
    Card("4000007560000009", "ch", "visa", country="CH"),
    Card("4000008260000000", "gb", "visa", country="GB"),
    Card("4000058260000005", "gb_debit", "visa", "debit", country="GB"),
    Card("5555558265554449", "gb_mastercard", "mastercard", country="GB"),
    Card("4000000360000006", "au", "visa", country="AU"),
    Card("4000001560000002", "cn", "visa", country="CN"),
    Card("4000003440000004", "hk", "visa", country="HK"),
    Card("4000003560000008", "in", "visa", country="IN"),
    Card("4000003920000003", "jp", "visa", country="JP"),
    Card("3530111333300000", "jcb", "jcb", country="JP"),
    Card("4000004580000002", "my", "visa", country="MY"),
    Card("4000005540000008", "nz", "visa", country="NZ"),
    Card("4000007020000003", "sg", "visa", country="SG"),
    Card("4000001580000008", "tw", "visa", country="TW"),
    Card("4000007640000003", "th_credit", "visa", country="TH"),
    Card("4000057640000008", "th_debit", "visa", "debit", country="TH"),
)

# `attachable=False` is spelt out in each row, so that the one exception is seen where it is made.
DECLINES = (
    Card("4000000000000002", "visa_chargeDeclined", "visa", decline=GENERIC, attachable=False),
    Card("4000000000009995", "visa_chargeDeclinedInsufficientFunds", "visa", decline=NO_FUNDS, attachable=False),
    Card("4000000000009987", "visa_chargeDeclinedLostCard", "visa", decline=LOST, attachable=False),
    Card("4000000000009979", "visa_chargeDeclinedStolenCard", "visa", decline=STOLEN, attachable=False),
    Card("4000000000006975", "visa_chargeDeclinedVelocityLimitExceeded", "visa", decline=VELOCITY, attachable=False),
    Card("4000000000000069", "chargeDeclinedExpiredCard", "visa", decline=EXPIRED, attachable=False),
    Card("4000000000000127", "chargeDeclinedIncorrectCvc", "visa", decline=WRONG_CVC, attachable=False),
    Card("4000000000000119", "chargeDeclinedProcessingError", "visa", decline=BROKEN, attachable=False),
    Card("4242424242424241", "", "visa", decline=WRONG_NUMBER, attachable=False),
    Card("4000000000000341", "chargeCustomerFail", "visa", decline=GENERIC),
    Card("", "visa_chargeDeclinedFraudulent", "visa", decline=FRAUDULENT, attachable=False),
)

RADAR = (
    Card("4100000000000019", "radarBlock", "visa", decline=BLOCKED, risk="highest"),
    Card("4000000000004954", "riskLevelHighest", "visa", decline=BLOCKED, risk="highest"),
    Card("4000000000009235", "riskLevelElevated", "visa", risk="elevated"),
    Card("4000000000000101", "cvcCheckFail", "visa", checks="cvc=fail"),
    Card("4000000000000036", "avsZipFail", "visa", checks="zip=fail"),
    Card("4000000000000028", "avsLine1Fail", "visa", checks="line1=fail"),
    Card("4000000000000010", "avsFail", "visa", checks="zip=fail line1=fail"),
    Card("4000000000000044", "avsUnchecked", "visa", checks="zip=unavailable line1=unavailable"),
    Card("4000058400307872", "cvcCheckFailElevatedRisk", "visa", "debit", risk="elevated", checks="cvc=fail"),
    Card("4000058400306072", "avsZipFailElevatedRisk", "visa", "debit", risk="elevated", checks="zip=fail"),
    Card("4000008400000407", "highFraudDisputeScore", "visa"),
    Card("4000008400000159", "highEfwScore", "visa"),
    Card("4000008400001017", "radarDynamicRiskThreshold", "visa"),
    Card("4000008405600003", "adaptive3dsChallenge", "visa", three_d_secure="optional"),
)
# Radar's words and score for each level, as far as a charge shows them.
SCORES = {"normal": 20, "elevated": 65, "highest": 85}
IN_REVIEW = {
    "advice_code": None, "network_advice_code": None, "network_decline_code": None, "network_status": "approved_by_network",
    "reason": "elevated_risk_level", "risk_level": "elevated", "risk_score": SCORES["elevated"],
    "seller_message": "Stripe evaluated this payment as having elevated risk, and placed it in your manual review queue.",
    "type": "manual_review",
}  # fmt: skip


def refused_outcome(decline: Decline, risk: str) -> dict[str, object]:
    """`outcome` of a charge that failed: by the bank's word, or by a rule of Radar's, before any bank was asked or after one approved."""
    asked = "declined_by_network" if not decline.rule else "reversed_after_approval"
    shown: dict[str, object] = {
        "advice_code": decline.advice_code, "network_advice_code": None, "network_decline_code": decline.network_decline_code,
        "network_status": "not_sent_to_network" if decline.rule == HIGH_RISK_RULE else asked, "reason": decline.reason,
        "risk_level": risk, "risk_score": SCORES[risk],
    }  # fmt: skip
    if decline.rule:
        shown["rule"] = decline.rule
    return {**shown, "seller_message": decline.seller_message, "type": "blocked" if decline.rule else "issuer_declined"}


DISPUTES = (
    Card("4000000000000259", "createDispute", "visa", after="dispute", reason="fraudulent", network_code="10.4"),
    Card("4000000000002685", "createDisputeProductNotReceived", "visa", after="dispute", reason=NOT_RECEIVED, network_code="13.1"),
    Card("4000000000001976", "createDisputeInquiry", "visa", after="inquiry", reason="fraudulent", network_code="10"),
    Card("4000000000005423", "createIssuerFraudRecord", "visa", after="fraud_warning", reason="made_with_stolen_card"),
    Card("4000000404000079", "createMultipleDisputes", "visa", after="two_disputes", reason="fraudulent", network_code="10.4"),
    Card("4000000404000038", "createCe3EligibleDispute", "visa", after="dispute", reason="fraudulent", network_code="10.4", eligible=CE3),
    Card("4000008400000779", "createComplianceDispute", "visa", after="dispute", reason="noncompliant", eligible="visa_compliance"),
    Card("5105008400000002", "createMastercardComplianceDispute", "mastercard", after="dispute", reason="noncompliant",
         eligible="mastercard_compliance"),
    Card("4000000001000043", "createAutoRepresentmentEligibleDispute", "visa", after="dispute", reason="fraudulent", network_code="10.4",
         eligible="smart_disputes"),
    Card("4000000404004816", "createRapidDisputeResolutionDispute", "visa", after="dispute", reason="fraudulent", network_code="10.4",
         prevention="rapid_dispute_resolution"),
    Card("4000000404005649", "createCe3BlockDispute", "visa", after="dispute", reason="fraudulent", network_code="10.4",
         prevention="compelling_evidence_block"),
    Card("5105000300000018", "createEthocaAlert", "mastercard", after="dispute", reason="fraudulent", prevention="ethoca_alerts"),
    # Two names that circulate without a documentation: one says what it means, the other does not.
    Card("", "createDisputeInquiryNotReceived", "visa", after="inquiry", reason=NOT_RECEIVED, network_code="13"),
    Card("", "createDisputeAndFailToWithdraw", "visa",
         later="an unofficial name that does not say who fails to withdraw what; pm_card_createDispute brings a chargeback"),
)

REFUNDS = (
    Card("4000000000007726", "pendingRefund", "visa", after="refund_pending"),
    Card("4000000000005126", "refundFail", "visa", after="refund_fails"),
    Card("4000000000000077", "bypassPending", "visa", after="funds_available"),
    Card("4000003720000278", "bypassPendingInternational", "visa", country="IE", after="funds_available"),
)

# What the words mean stands in `three_d_secure.WAYS`.
THREE_D_SECURE = (
    Card("4000002500003155", "authenticationRequiredOnSetup", "visa", three_d_secure="unless_set_up"),
    Card("4000002760003184", "authenticationRequired", "visa", three_d_secure="required"),
    Card("4000003800000446", "authenticationRequiredSetupForOffSession", "visa", three_d_secure="set_up"),
    Card("4000008260003178", "authenticationRequiredChargeDeclinedInsufficientFunds", "visa", decline=NO_FUNDS, three_d_secure="required"),
    Card("4000000000003220", "threeDSecure2Required", "visa", three_d_secure="required"),
    Card("4000008400000027", "threeDSecure2Required", "visa", three_d_secure="required"),
    Card("4000008400001629", "threeDSecureRequiredChargeDeclined", "visa", decline=GENERIC, three_d_secure="required"),
    Card("4000008400001280", "threeDSecureRequiredProcessingError", "visa", decline=GENERIC, three_d_secure="broken"),
    Card("4000000000003055", "threeDSecureOptional", "visa", three_d_secure="optional"),
    Card("4000000000003097", "threeDSecureOptionalProcessingError", "visa", three_d_secure="optional_broken"),
    Card("4000000032200000", "", "visa", three_d_secure="frictionless"),
)

# Documented elsewhere on the testing page; named here so that they are not taken for real cards.
SPECIAL = (
    Card("4000002500001001", "visa_cartesBancaires", "visa", country="FR", later="it is co-branded with Cartes Bancaires"),
    Card("5555552500001001", "mastercard_cartesBancaires", "mastercard", country="FR", later="it is co-branded with Cartes Bancaires"),
    Card("4000050360000001", "visa_debit_eftposAuCoBranded", "visa", "debit", "AU", later="it is co-branded with eftpos"),
    Card("5555050360000080", "mastercard_debit_eftposAuCoBranded", "mastercard", "debit", "AU", later="it is co-branded with eftpos"),
    Card("6555900000604105", "", "discover", later="it is a BCcard or DinaCard"),
    Card("5062210000000009", "", "unknown", country="MX", later="it is a Carnet card"),
    Card("4000051230000072", "debit_visaFsaProductCode", "visa", "debit", later="it is a health benefit card"),
    Card("5200828282828897", "mastercard_debit_mastercardFsaProductCode", "mastercard", "debit", later="it is a health benefit card"),
)

# As a destination of payouts; who is charged by them pays as with any card.
PAYOUTS = (
    Card("4000056655665572", "visa_debit_us_transferFail", "visa", "debit"),
    Card("4000056755665555", "visa_debit_us_instantPayoutUnsupported", "visa", "debit"),
)

CARDS = (*SUCCESS, *COUNTRIES, *DECLINES, *RADAR, *DISPUTES, *REFUNDS, *THREE_D_SECURE, *SPECIAL, *PAYOUTS)

ALIASES = {
    "us": "visa",
    "visa_debit_us_transferSuccess": "visa_debit",
    "amex_threeDSecureNotSupported": "amex",
    "chargeDeclined": "visa_chargeDeclined",
    "chargeDeclinedInsufficientFunds": "visa_chargeDeclinedInsufficientFunds",
    "chargeDeclinedLostCard": "visa_chargeDeclinedLostCard",
    "chargeDeclinedStolenCard": "visa_chargeDeclinedStolenCard",
    "chargeDeclinedVelocityLimitExceeded": "visa_chargeDeclinedVelocityLimitExceeded",
    "chargeDeclinedFraudulent": "visa_chargeDeclinedFraudulent",
    "debit_visaHsaProductCode": "debit_visaFsaProductCode",
}

# Assumed: (rule, why it is not certain). A rule about one card starts with its name, or with its number where it has none.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("the outcome of a charge that Radar blocks: too risky, not_sent_to_network, no advice", "all but the words that the API has for it"),
    ("visa_chargeDeclinedInsufficientFunds: message", "recorded in 2021, not with the current API version"),
    ("visa_chargeDeclinedLostCard: message", "recorded in 2021 with a secret key; publishable keys saw 'Your card has been declined.'"),
    ("visa_chargeDeclinedStolenCard: message", "recorded in 2021 with a secret key; publishable keys saw 'Your card has been declined.'"),
    ("visa_chargeDeclinedVelocityLimitExceeded: message", "seen in several public logs, no full recording"),
    ("chargeDeclinedExpiredCard: message, and param exp_month", "recorded in 2021, not with the current API version"),
    ("chargeDeclinedIncorrectCvc: message, and param cvc", "recorded in 2021 and shown in the documentation, not recorded lately"),
    ("chargeDeclinedProcessingError: message", "recorded in 2021, not with the current API version"),
    ("chargeCustomerFail: message, advice code and network decline code as for a generic decline", "message recorded in 2021, codes not"),
    ("visa_chargeDeclinedFraudulent: message; declined by the issuer, last4 0019", "no recording; the old number is now blocked by Radar"),
    ("4242424242424241: message", "seen in several public logs, no recording with the current API version"),
    ("declines other than generic_decline: seller_message names the decline code", "recorded for expired_card only"),
    ("declines other than generic_decline carry no advice code and no network decline code", "only the generic decline was recorded"),
    ("names of declining cards work with and without `visa_`", "documented for chargeDeclined; the others are in common use"),
    ("every name works as pm_card_NAME and as tok_NAME", "the documentation says so of most names"),
    ("riskLevelHighest: blocked like radarBlock, by the rule that a new account has on", "documented as: may be blocked"),
    ("radarBlock and riskLevelHighest can be attached to a customer; only charges are blocked", "documented for charges"),
    ("radarBlock: rule block_if_high_risk__enabled, a score of 85", "name of the rule, and score"),
    ("riskLevelElevated: outcome manual_review, a score of 65", "seller_message, and score"),
    ("cvcCheckFail, avsZipFail: no rule blocks them unless one is on, so they succeed and say that the check failed", "accounts differ"),
    ("cvcCheckFailElevatedRisk, avsZipFailElevatedRisk: both the failed check and a review", "documented by their names"),
    ("highFraudDisputeScore, highEfwScore, radarDynamicRiskThreshold: succeed as any card", "their signals are not in the API"),
    ("adaptive3dsChallenge: a challenge only where the merchant asks for 3D Secure", "adaptive 3D Secure is off unless turned on"),
    ("createMultipleDisputes: two halves, the first rounded up, both fraudulent, 10.4", "amounts and reasons are not documented"),
    ("createDisputeInquiryNotReceived: an inquiry, product_not_received, network code 13, last4 0019", "unofficial name, read literally"),
    ("disputes that are prevented, or eligible for Compelling Evidence or Smart Disputes, are fraudulent, Visa 10.4", "reasons"),
    ("compliance disputes have the reason noncompliant and no network reason code", "not documented"),
    ("bypassPending, bypassPendingInternational: each payment sends balance.available, between charge and intent",
     "the official CLI's trigger waits for it; documented as at most daily"),
    ("bypassPendingInternational: country IE", "read from the digits of the number"),
    ("JCB cards are from JP, UnionPay from CN, Diners Club and all unlisted ones from US", "the documentation names no country"),
    ("visa_debit_us_transferFail: payouts fail with could_not_process on their day of arrival", "code from memory of the documentation"),
    ("amex_threeDSecureNotSupported: the plain amex card", "the same number stands in both tables of the documentation"),
    ("authenticationRequiredChargeDeclinedInsufficientFunds: off session it is refused for want of authentication", "or for want of funds"),
    ("threeDSecureRequiredChargeDeclined: a generic decline after the challenge", "documented as declined"),
    ("threeDSecureRequiredProcessingError: a generic decline without a challenge", "documented as a lookup that fails"),
    ("numbers of fewer than 12 or more than 19 digits are invalid_number, checked before Luhn", "seen for 4 digits, bounds guessed"),
    ("a real card number is card_declined, test_mode_live_card", "undocumented; the end of the message is the sandbox's own"),
    ("invalid_expiry_month, invalid_expiry_year, invalid_cvc: messages", "seen in public logs; recorded only for the month, in 2023"),
    ("a month of this year that has passed is invalid_expiry_month", "no recording"),
    ("two-digit years mean 50 years back to 49 ahead; more than 50 years ahead is refused", "'95' is documented as past, the rest guessed"),
    ("a CVC must have exactly the brand's length", "documented as 'any 3 digits, Amex 4'; whether Amex takes 3 is unknown"),
)


def names() -> dict[str, Card]:
    """Every name, without `pm_card_` and `tok_`, and its card."""
    first: dict[str, Card] = {}
    for card in CARDS:
        if card.name:
            first.setdefault(card.name, card)
    return first | {alias: first[name] for alias, name in ALIASES.items()}


_BY_NUMBER = {card.number: card for card in CARDS if card.number}
PAYMENT_METHODS = {f"pm_card_{name}": card for name, card in names().items()}
TOKENS = {f"tok_{name}": card for name, card in names().items()}


def by_number(number: str) -> Card | None:
    """The documented card with these digits, whether emulated or not."""
    return _BY_NUMBER.get(number)


def by_payment_method(id: str) -> Card | None:
    """The card behind a magic `pm_card_NAME`; None for an ordinary id."""
    return PAYMENT_METHODS.get(id)


def by_token(id: str) -> Card | None:
    """The card behind a magic `tok_NAME`; None for an ordinary id."""
    return TOKENS.get(id)


def network_of(brand: str) -> str:
    """The network that carries a brand's payments."""
    return BRANDS[brand].network


def legacy_brand(brand: str) -> str:
    """The brand as tokens and legacy card objects spell it."""
    return BRANDS[brand].legacy


def cvc_length(brand: str) -> int:
    """Digits of the security code."""
    return BRANDS[brand].cvc_digits


@lru_cache(maxsize=1024)  # a pure function of a few known numbers, asked for with every payment
def fingerprint(number: str, seed: object) -> str:
    """16 characters, the same for the same number within one merchant; a card without a number gives its name instead."""
    return ids.token(FINGERPRINT_LENGTH, "fingerprint", seed, number)


def acquirer_reference(id: str) -> str:
    """The sixteen digits by which a cardholder's bank finds this refund."""
    return ids.token(ACQUIRER_REFERENCE_LENGTH, "acquirer_reference", id, alphabet=DIGITS)


class Problem(NamedTuple):
    """What is wrong with typed-in card data, in Stripe's words; always a 402."""

    code: str
    param: str
    message: str
    decline_code: str | None = None


MALFORMED_NUMBER = Problem("invalid_number", "number", "The card number is not a valid credit card number.")
INCORRECT_NUMBER = Problem(WRONG_NUMBER.code, "number", WRONG_NUMBER.message)
BAD_MONTH = Problem("invalid_expiry_month", "exp_month", "Your card's expiration month is invalid.")
BAD_YEAR = Problem("invalid_expiry_year", "exp_year", "Your card's expiration year is invalid.")
BAD_CVC = Problem("invalid_cvc", "cvc", "Your card's security code is invalid.")
REAL_CARD = Problem(
    "card_declined",
    "number",
    "Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: "
    "https://stripe.com/docs/testing. This sandbox accepts only the test numbers that {page} lists and refuses real cards; "
    "the number ending in {last4} is not one of them.",
    "test_mode_live_card",
)


def _refusal(problem: Problem, **blanks: str) -> Refusal:
    facts = {"code": problem.code, "param": problem.param, "message": problem.message.format(**blanks)}
    if problem.decline_code:
        facts["decline_code"] = problem.decline_code
    return Refusal(Reason.PARAM_INVALID, status=402, type="card_error", **facts)


def luhn_ok(number: str) -> bool:
    """Whether the last digit is the check digit of the others; `number` holds digits only."""
    total = 0
    for place, digit in enumerate(map(int, reversed(number))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def require_emulated(card: Card) -> Card:
    """The card itself, if this sandbox knows how to play it.

    Raises:
        Refusal: NOT_EMULATED.
    """
    if card.later:
        raise Refusal(Reason.NOT_EMULATED, what=f"the test card {card.name or 'ending in ' + card.last4} ({card.later})")
    return card


def check_number(number: str) -> Card:
    """The test card with this number, typed with or without spaces and dashes.

    Raises:
        Refusal: PARAM_INVALID (402: malformed, check digit wrong, or not a documented test number), NOT_EMULATED.
            No fact holds more of an unknown number than its last four digits.
    """
    typed = number.replace(" ", "").replace("-", "")
    if not (typed.isascii() and typed.isdigit() and NUMBER_DIGITS_MIN <= len(typed) <= NUMBER_DIGITS_MAX):
        raise _refusal(MALFORMED_NUMBER)
    if not luhn_ok(typed):
        raise _refusal(INCORRECT_NUMBER)
    card = by_number(typed)
    if card is None:
        raise _refusal(REAL_CARD, last4=typed[-4:], page=VALUES_PAGE)
    return require_emulated(card)


def check_expiry(month: int, year: int, now: int) -> int:
    """The expiry year in four digits; the card is good until the end of its month.

    Args:
        year: two or four digits, as Stripe takes both.
        now: epoch seconds, simulated.

    Raises:
        Refusal: PARAM_INVALID, 402.
    """
    today = datetime.fromtimestamp(now, UTC)
    if not 1 <= month <= 12:
        raise _refusal(BAD_MONTH)
    if 0 <= year <= 99:
        # The century that puts the year nearest to now, so that 95 is long past and 34 is to come.
        oldest = today.year - EXPIRY_YEARS_AHEAD_MAX
        year = oldest + (year - oldest) % 100
    if not today.year <= year <= today.year + EXPIRY_YEARS_AHEAD_MAX:
        raise _refusal(BAD_YEAR)
    if year == today.year and month < today.month:
        raise _refusal(BAD_MONTH)
    return year


def check_cvc(cvc: str, brand: str) -> None:
    """The security code could belong to a card of this brand; its value never matters.

    Raises:
        Refusal: PARAM_INVALID, 402.
    """
    if not (cvc.isascii() and cvc.isdigit() and len(cvc) == cvc_length(brand)):
        raise _refusal(BAD_CVC)
