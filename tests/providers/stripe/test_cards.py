"""Stripe's test cards, row by row, and the refusal of everything that is not one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from sandbox.core.errors import Reason, Refusal
from sandbox.providers.stripe import cards
from sandbox.providers.stripe.cards import ALIASES, ASSUMED, BRANDS, CARDS, Card
from sandbox.providers.stripe.three_d_secure import WAYS

BAD_LUHN = "4242424242424241"
MID_2026 = int(datetime(2026, 6, 15, tzinfo=UTC).timestamp())
AFTERS = {"", "dispute", "inquiry", "fraud_warning", "two_disputes", "refund_pending", "refund_fails", "funds_available"}

SUCCESS = (
    ("4242424242424242", "visa", "visa", "credit"),
    ("4000056655665556", "visa_debit", "visa", "debit"),
    ("5555555555554444", "mastercard", "mastercard", "credit"),
    ("2223003122003222", "mastercard", "mastercard", "credit"),
    ("5200828282828210", "mastercard_debit", "mastercard", "debit"),
    ("5105105105105100", "mastercard_prepaid", "mastercard", "prepaid"),
    ("378282246310005", "amex", "amex", "credit"),
    ("371449635398431", "amex", "amex", "credit"),
    ("6011111111111117", "discover", "discover", "credit"),
    ("6011000990139424", "discover", "discover", "credit"),
    ("6011981111111113", "discover", "discover", "debit"),
    ("3056930009020004", "diners", "diners", "credit"),
    ("36227206271667", "diners", "diners", "credit"),
    ("3566002020360505", "jcb", "jcb", "credit"),
    ("6200000000000005", "unionpay", "unionpay", "credit"),
    ("6200000000000047", "unionpay", "unionpay", "debit"),
    ("6205500000000000004", "unionpay", "unionpay", "credit"),
)

COUNTRIES = (
    ("4000001240000000", "ca", "CA"),
    ("4000004840008001", "mx", "MX"),
    ("4000000760000002", "br", "BR"),
    ("4000008260000000", "gb", "GB"),
    ("4000002500000003", "fr", "FR"),
    ("4000002760000016", "de", "DE"),
    ("4000000360000006", "au", "AU"),
    ("4000003560000008", "in", "IN"),
    ("4000003920000003", "jp", "JP"),
)

DECLINES = (
    ("4000000000000002", "visa_chargeDeclined", "card_declined", "generic_decline", "Your card was declined."),
    (
        "4000000000009995",
        "visa_chargeDeclinedInsufficientFunds",
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    ("4000000000009987", "visa_chargeDeclinedLostCard", "card_declined", "lost_card", "Your card was declined."),
    ("4000000000009979", "visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", "Your card was declined."),
    (
        "4000000000006975",
        "visa_chargeDeclinedVelocityLimitExceeded",
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    ("4000000000000069", "chargeDeclinedExpiredCard", "expired_card", None, "Your card has expired."),
    ("4000000000000127", "chargeDeclinedIncorrectCvc", "incorrect_cvc", None, "Your card's security code is incorrect."),
    (
        "4000000000000119",
        "chargeDeclinedProcessingError",
        "processing_error",
        None,
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    ("4000000000000341", "chargeCustomerFail", "card_declined", "generic_decline", "Your card was declined."),
    ("", "visa_chargeDeclinedFraudulent", "card_declined", "fraudulent", "Your card was declined."),
)

DISPUTES = (
    ("4000000000000259", "createDispute", "dispute", "fraudulent", "10.4"),
    ("4000000000002685", "createDisputeProductNotReceived", "dispute", "product_not_received", "13.1"),
    ("4000000000001976", "createDisputeInquiry", "inquiry", "fraudulent", "10"),
    ("", "createDisputeInquiryNotReceived", "inquiry", "product_not_received", "13"),
    ("4000000000005423", "createIssuerFraudRecord", "fraud_warning", "made_with_stolen_card", ""),
    ("4000000404000079", "createMultipleDisputes", "two_disputes", "fraudulent", "10.4"),
    ("4000000404000038", "createCe3EligibleDispute", "dispute", "fraudulent", "10.4"),
    ("4000008400000779", "createComplianceDispute", "dispute", "noncompliant", ""),
    ("5105008400000002", "createMastercardComplianceDispute", "dispute", "noncompliant", ""),
    ("4000000001000043", "createAutoRepresentmentEligibleDispute", "dispute", "fraudulent", "10.4"),
    ("4000000404004816", "createRapidDisputeResolutionDispute", "dispute", "fraudulent", "10.4"),
    ("4000000404005649", "createCe3BlockDispute", "dispute", "fraudulent", "10.4"),
    ("5105000300000018", "createEthocaAlert", "dispute", "fraudulent", ""),
)

REFUNDS = (
    ("4000000000007726", "pendingRefund", "refund_pending"),
    ("4000000000005126", "refundFail", "refund_fails"),
    ("4000000000000077", "bypassPending", "funds_available"),
    ("4000003720000278", "bypassPendingInternational", "funds_available"),
)

SECURED = (
    ("4000000000003055", "threeDSecureOptional", "optional"),
    ("4000002500003155", "authenticationRequiredOnSetup", "unless_set_up"),
    ("4000002760003184", "authenticationRequired", "required"),
    ("4000003800000446", "authenticationRequiredSetupForOffSession", "set_up"),
    ("4000008260003178", "authenticationRequiredChargeDeclinedInsufficientFunds", "required"),
    ("4000000000003220", "threeDSecure2Required", "required"),
    ("4000008400000027", "threeDSecure2Required", "required"),
    ("4000008400001629", "threeDSecureRequiredChargeDeclined", "required"),
    ("4000008400001280", "threeDSecureRequiredProcessingError", "broken"),
    ("4000000000003097", "threeDSecureOptionalProcessingError", "optional_broken"),
    ("4000000032200000", "", "frictionless"),
)

LATER = (
    ("4000002500001001", "visa_cartesBancaires"),
    ("4000051230000072", "debit_visaFsaProductCode"),
)


def found(number: str, name: str) -> Card:
    """The card of that number, or of that name where it has no number; its magic ids must agree."""
    by_name = cards.by_payment_method(f"pm_card_{name}")
    assert by_name is not None
    assert cards.by_token(f"tok_{name}") is by_name
    card = cards.by_number(number) if number else by_name
    assert card is not None
    assert card.name == by_name.name == name
    return card


def refused(number: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        cards.check_number(number)
    return caught.value


@pytest.mark.parametrize(("number", "name", "brand", "funding"), SUCCESS)
def test_success_cards_approve(number: str, name: str, brand: str, funding: str) -> None:
    """A success card has its brand and funding, no decline and no aftermath."""
    card = found(number, name)
    assert (card.brand, card.funding, card.decline, card.attachable, card.after) == (brand, funding, None, True, "")
    assert cards.check_number(number) is card


def test_first_number_of_a_name_wins() -> None:
    """Where a name covers several numbers, the magic id gives the first documented one."""
    firsts: dict[str, str] = {}
    for number, name, _, _ in SUCCESS:
        firsts.setdefault(name, number)
    assert {name: found("", name).number for name in firsts} == firsts


@pytest.mark.parametrize(("number", "name", "country"), COUNTRIES)
def test_country_cards_name_their_issuer(number: str, name: str, country: str) -> None:
    """A country card is a plain Visa from elsewhere."""
    assert found(number, name) == Card(number, name, "visa", country=country)


@pytest.mark.parametrize(("number", "name", "code", "decline_code", "message"), DECLINES)
def test_declining_cards_say_why(number: str, name: str, code: str, decline_code: str | None, message: str) -> None:
    """A declining card carries the words of its 402; only chargeCustomerFail can be attached to a customer first."""
    card = found(number, name)
    assert card.decline is not None
    assert (card.decline.code, card.decline.decline_code, card.decline.message) == (code, decline_code, message)
    assert card.decline.reason == (decline_code or code)
    assert card.attachable is (name == "chargeCustomerFail")


def test_generic_decline_carries_the_recorded_codes() -> None:
    """The one recorded decline body: advice and network code; the outcome names no further details."""
    assert cards.GENERIC.advice_code == "try_again_later"
    assert cards.GENERIC.network_decline_code == "01"
    assert cards.GENERIC.seller_message == "The bank did not return any further details with this decline."
    assert cards.EXPIRED.seller_message == "The bank returned the decline code `expired_card`."


@pytest.mark.parametrize(("number", "name", "after", "reason", "network_code"), DISPUTES)
def test_dispute_cards_approve_first(number: str, name: str, after: str, reason: str, network_code: str) -> None:
    """The charge succeeds; what follows and why is in the row."""
    card = found(number, name)
    assert (card.decline, card.after, card.reason, card.network_code) == (None, after, reason, network_code)


@pytest.mark.parametrize(("number", "name", "after"), REFUNDS)
def test_refund_cards_approve_first(number: str, name: str, after: str) -> None:
    """The charge succeeds; its refund or its settlement is unusual."""
    card = found(number, name)
    assert (card.decline, card.after) == (None, after)


@pytest.mark.parametrize(("number", "name"), LATER)
def test_cards_not_emulated_yet_are_refused_by_name(number: str, name: str) -> None:
    """A documented card without its behaviour is refused, instead of passing as a plain one."""
    refusal = refused(number)
    assert refusal.reason is Reason.NOT_EMULATED
    assert name in str(refusal.facts["what"])


@pytest.mark.parametrize(("number", "name", "way"), SECURED)
def test_cards_take_part_in_3d_secure_each_in_its_way(number: str, name: str, way: str) -> None:
    card = found(number, name) if name else cards.check_number(number)
    assert (card.three_d_secure, card.after) == (way, "")
    assert way in WAYS


def test_the_card_that_does_not_support_3d_secure_is_the_plain_amex() -> None:
    assert cards.by_payment_method("pm_card_amex_threeDSecureNotSupported") is cards.by_number("378282246310005")


@pytest.mark.parametrize("card", [card for card in CARDS if card.number != BAD_LUHN], ids=lambda card: card.number or card.name)
def test_every_number_passes_luhn(card: Card) -> None:
    """A typing error in the table would show here; a card without a number has nothing to check."""
    assert cards.luhn_ok(card.number)


def test_rows_are_well_formed() -> None:
    """No number stands twice, every row can be reached, and its words are known ones."""
    numbers = Counter(card.number for card in CARDS if card.number)
    assert [number for number, rows in numbers.items() if rows > 1] == []
    for card in CARDS:
        assert card.number or card.name
        assert card.brand in BRANDS
        assert card.funding in {"credit", "debit", "prepaid"}
        assert card.after in AFTERS
        assert len(card.last4) == 4
        assert not (card.decline and card.after)
        if card.name:
            assert cards.by_token(f"tok_{card.name}") in CARDS


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_aliases_resolve(alias: str, name: str) -> None:
    """An alias is the very same row, both as PaymentMethod and as token, and hides no name of its own."""
    assert cards.by_payment_method(f"pm_card_{alias}") is cards.by_payment_method(f"pm_card_{name}") is not None
    assert cards.by_token(f"tok_{alias}") is cards.by_token(f"tok_{name}") is not None
    assert alias not in {card.name for card in CARDS}


@pytest.mark.parametrize("id", ["pm_1Nv0FGQ9RKHgCVdK", "tok_visa", "pm_card_", "visa", ""])
def test_ordinary_ids_are_not_magic(id: str) -> None:
    """Only `pm_card_NAME` names a test card among PaymentMethods."""
    assert cards.by_payment_method(id) is None


def test_a_wrong_check_digit_is_an_incorrect_number() -> None:
    """The documented bad number, and any other that fails Luhn, stops at creation with 402."""
    for number in (BAD_LUHN, "4000000000000003"):
        refusal = refused(number)
        assert refusal.reason is Reason.PARAM_INVALID
        assert refusal.facts == {
            "status": 402,
            "type": "card_error",
            "code": "incorrect_number",
            "param": "number",
            "message": "Your card number is incorrect.",
        }


@pytest.mark.parametrize("number", ["", "4444", "4" * 20, "4242x42424242424", "\u0664" * 16])
def test_what_is_no_number_is_an_invalid_number(number: str) -> None:
    """Wrong length or other characters than ASCII digits."""
    assert refused(number).facts["code"] == "invalid_number"


@pytest.mark.parametrize("number", ["4242 4242 4242 4242", "4242-4242-4242-4242", " 4242424242424242 "])
def test_spaces_and_dashes_do_not_matter(number: str) -> None:
    """A number may be typed as it is embossed."""
    assert cards.check_number(number).name == "visa"


@pytest.mark.parametrize("number", ["4539578763621486", "5425 2334 3010 9903", "374245455400126"])
def test_a_real_card_is_refused_without_being_repeated(number: str) -> None:
    """A number with a right check digit that is not documented is taken for real; at most its last four digits leave."""
    refusal = refused(number)
    digits = number.replace(" ", "")
    assert cards.luhn_ok(digits)
    assert (refusal.facts["status"], refusal.facts["code"], refusal.facts["decline_code"]) == (402, "card_declined", "test_mode_live_card")
    told = str(refusal)
    assert digits[-4:] in told
    assert "docs/test-values.md" in told
    for start in range(len(digits) - 4):
        assert digits[start : start + 5] not in told


@pytest.mark.parametrize(("month", "year", "kept"), [(6, 2026, 2026), (12, 34, 2034), (1, 2076, 2076), (1, 69, 2069), (7, 26, 2026)])
def test_a_future_expiry_is_kept_in_four_digits(month: int, year: int, kept: int) -> None:
    """The card is good until the end of its month."""
    assert cards.check_expiry(month, year, MID_2026) == kept


@pytest.mark.parametrize(
    ("month", "year", "code", "param"),
    [
        (13, 2034, "invalid_expiry_month", "exp_month"),
        (0, 2034, "invalid_expiry_month", "exp_month"),
        (5, 2026, "invalid_expiry_month", "exp_month"),
        (1, 95, "invalid_expiry_year", "exp_year"),
        (12, 2025, "invalid_expiry_year", "exp_year"),
        (1, 2077, "invalid_expiry_year", "exp_year"),
        (1, -1, "invalid_expiry_year", "exp_year"),
    ],
)
def test_a_bad_expiry_is_refused(month: int, year: int, code: str, param: str) -> None:
    """Month 13 and year 95 are the documented examples."""
    with pytest.raises(Refusal) as caught:
        cards.check_expiry(month, year, MID_2026)
    assert (caught.value.facts["code"], caught.value.facts["param"], caught.value.facts["status"]) == (code, param, 402)


@pytest.mark.parametrize(("cvc", "brand"), [("123", "visa"), ("000", "unionpay"), ("1234", "amex")])
def test_any_cvc_of_the_right_length_will_do(cvc: str, brand: str) -> None:
    """Three digits, four for American Express."""
    cards.check_cvc(cvc, brand)


@pytest.mark.parametrize(("cvc", "brand"), [("99", "visa"), ("1234", "visa"), ("123", "amex"), ("12a", "visa"), ("", "visa")])
def test_a_bad_cvc_is_refused(cvc: str, brand: str) -> None:
    """CVC 99 is the documented example."""
    with pytest.raises(Refusal) as caught:
        cards.check_cvc(cvc, brand)
    assert (caught.value.facts["code"], caught.value.facts["param"], caught.value.facts["status"]) == ("invalid_cvc", "cvc", 402)


def test_brands_are_spelt_both_ways() -> None:
    """Legacy card objects have their own spelling; the network is the brand's own."""
    assert {brand: cards.legacy_brand(brand) for brand in BRANDS if brand != "unknown"} == {
        "visa": "Visa",
        "mastercard": "MasterCard",
        "amex": "American Express",
        "discover": "Discover",
        "diners": "Diners Club",
        "jcb": "JCB",
        "unionpay": "UnionPay",
    }
    assert cards.network_of("visa") == "visa"
    assert (cards.cvc_length("amex"), cards.cvc_length("visa")) == (4, 3)


def test_fingerprints_belong_to_number_and_merchant() -> None:
    """The same number has one fingerprint per merchant; another number or merchant another one."""
    visa = cards.fingerprint("4242424242424242", 7)
    assert len(visa) == 16
    assert visa.isalnum()
    assert visa == cards.fingerprint("4242424242424242", 7)
    assert len({visa, cards.fingerprint("4242424242424242", 8), cards.fingerprint("5555555555554444", 7)}) == 3


def test_what_is_not_confirmed_is_listed() -> None:
    """Every declining card but the recorded one has a line on the fidelity page; no line is empty or double."""
    rules = [rule for rule, _ in ASSUMED]
    assert len(set(rules)) == len(rules)
    assert all(rule and why for rule, why in ASSUMED)
    listed = {rule.partition(":")[0] for rule in rules}
    declining = {card.name or card.number for card in CARDS if card.decline}
    assert declining - listed == {"visa_chargeDeclined"}
