"""`/tokens` and `/sources`: what a browser may make with the public key."""

from __future__ import annotations

from typing import Any

from sandbox.core.errors import Reason
from sandbox.core.machine import Trigger
from sandbox.core.merchant import Merchant
from sandbox.core.records import NEW, Instrument
from sandbox.providers.base import VALUES_PAGE, Op
from sandbox.providers.omise import cards, money, troubles
from sandbox.providers.omise.money import OMISE
from sandbox.providers.omise.params import BAD, Given, refuse, sentence
from sandbox.providers.omise.records import CardToken, Source
from sandbox.providers.omise.routes import find
from sandbox.providers.omise.sources import BY_REFERENCE, CURRENCIES_OF, FLOWS, INSTALLMENT_MINIMUM, INSTALLMENT_TERMS, OFFLINE, PER_TYPE
from sandbox.providers.omise.views.cards import ADDRESS

YEARS_AHEAD_MAX = 50
NOT_A_TEST_CARD = f"number is no documented test card, and payment-sandbox takes no other than those that {VALUES_PAGE} lists"


def create(merchant: Merchant, given: Given) -> CardToken:
    card = given.nested("card")
    if card is None:
        raise refuse("missing_card", "request contains no card parameters")
    instrument = tokenized(merchant, card)
    token_id = merchant.new_id(OMISE, CardToken)
    url = f"{given.base_url}/tokens/{token_id}"
    return merchant.fire(CardToken(token_id, OMISE, NEW, merchant.now, instrument.id, url=url), Trigger.CREATE)


def tokenized(merchant: Merchant, given: Given) -> Instrument:
    """The card, without its number. Raises Refusal invalid_card, all that is wrong in one sentence."""
    number = (given.text("number") or "").replace(" ", "").replace("-", "")
    brand = cards.brand_of(number)
    month, year = given.whole("expiration_month"), given.whole("expiration_year")
    wrong = complaints(merchant, given, number, brand, month, year)
    if wrong:
        raise refuse("invalid_card", sentence(wrong))
    troubles.check(merchant, troubles.FRAUD_CHECK)
    if number not in cards.CARDS:
        raise refuse("invalid_card", NOT_A_TEST_CARD)
    details: dict[str, Any] = {
        "brand": brand,
        "last_digits": number[-4:],
        "fingerprint": cards.fingerprint(number, merchant.settings.get("seed", 0)),
        "name": given.text("name"),
        "expiration_month": month,
        "expiration_year": year,
        "security_code_check": given.text("security_code") is not None,
        "country": (given.text("country") or "").lower(),
        **{name: text for name in ADDRESS if (text := given.text(name)) is not None},
    }
    draft = Instrument(merchant.new_id(OMISE, Instrument), OMISE, NEW, merchant.now, "card", card=number, details=details)
    return merchant.fire(draft, Trigger.CREATE)


def complaints(merchant: Merchant, given: Given, number: str, brand: str | None, month: Any, year: Any) -> list[str]:
    """What is wrong with a card: month, name, year, date, number, brand, in that order."""
    wrong = []
    today = cards.month_of(merchant.now)
    good_month = isinstance(month, int) and 1 <= month <= 12
    good_year = isinstance(year, int) and today[0] - YEARS_AHEAD_MAX <= year <= today[0] + YEARS_AHEAD_MAX
    if month is None:
        wrong.append("expiration month can't be blank")
    if not good_month:
        wrong.append("expiration month is not between 1 and 12")
    if given.text("name") is None:
        wrong.append("name can't be blank")
    if not good_year:
        wrong.append("expiration year is invalid")
    if month is not None and not good_month:
        wrong.append("expiration date is invalid")
    elif good_month and good_year and (year, month) < today:
        wrong.append("expiration date cannot be in the past")
    if not number:
        wrong.append("number can't be blank")
    elif brand is None or not cards.luhn(number):
        wrong.append("number is invalid")
    if brand is None:
        wrong.append("brand not supported (unknown)")
    return wrong


def unused(merchant: Merchant, token_id: str) -> CardToken:
    """A token that pays one more time: its first. Raises Refusal not_found, used_token, invalid_card_token."""
    if merchant.get(OMISE, Instrument, token_id) is not None:
        raise refuse("invalid_card_token", "invalid card token")
    token: CardToken = find.one(merchant, CardToken, token_id)
    if token.status == "used":
        raise refuse("used_token", "token was already used", Reason.WRONG_STATUS)
    return token


def retrieve(merchant: Merchant, given: Given, token_id: str) -> CardToken:
    found: CardToken = find.one(merchant, CardToken, token_id)
    return found


# Sources


def create_source(merchant: Merchant, given: Given) -> Source:
    """Raises Refusal bad_request."""
    amount, currency, kind = given.whole("amount"), (given.text("currency") or "").lower(), given.text("type") or ""
    wrong = []
    if amount is BAD or not isinstance(amount, int):
        wrong.append("amount is not a number")
    if currency not in money.CURRENCIES:
        wrong.append("currency is currently not supported")
    if kind not in FLOWS:
        wrong.append("type is currently not supported")
    if wrong or not isinstance(amount, int):
        raise refuse("bad_request", sentence(wrong))
    check_source(merchant, given, amount, currency, kind)
    flow = FLOWS[kind]
    details: dict[str, Any] = {"flow": flow, **{name: text for name in PER_TYPE if (text := given.text(name)) is not None}}
    for name in ("billing", "shipping", "items", "qr_settings"):
        if given.raw(name) is not None:
            details[name] = given.raw(name)
    if kind in INSTALLMENT_TERMS:
        details["installment_term"] = given.whole("installment_term")
        details["zero_interest_installments"] = given.flag("zero_interest_installments", False)
        details["absorption_type"] = "merchant" if details["zero_interest_installments"] else "customer"
    source_id = merchant.new_id(OMISE, Source)
    if flow == OFFLINE and not kind.startswith(BY_REFERENCE):
        details["scannable_code"] = scannable_code(merchant, source_id)
    return merchant.fire(Source(source_id, OMISE, NEW, merchant.now, kind, amount, currency, details=details), Trigger.CREATE)


def check_source(merchant: Merchant, given: Given, amount: int, currency: str, kind: str) -> None:
    home = money.country(merchant)
    funding = money.convert(max(amount, 0), currency, home.currency)
    takes = CURRENCIES_OF.get(kind, (home.currency,))
    if currency not in takes:
        raise refuse("bad_request", f"currency must be {takes[0].upper()}")
    least = INSTALLMENT_MINIMUM if kind in INSTALLMENT_TERMS else home.minimum
    if funding < least:
        raise refuse("bad_request", f"amount must be at least {least}")
    if funding > home.maximum:
        raise refuse("bad_request", f"amount must be less than {home.maximum}")
    if kind in INSTALLMENT_TERMS and given.whole("installment_term") not in INSTALLMENT_TERMS[kind]:
        raise refuse("bad_request", "installment_term is not included in the list")
    email = given.text("email")
    if email is not None and "@" not in email:
        raise refuse("bad_request", "email is in invalid format")
    if kind == "econtext":
        if given.text("name") is None:
            raise refuse("bad_request", "name cannot be blank")
        phone = given.text("phone_number") or ""
        if not phone.isascii() or not phone.isdigit() or len(phone) not in (10, 11):
            raise refuse("bad_request", "phone_number must contain 10-11 digit characters")


def scannable_code(merchant: Merchant, source_id: str) -> dict[str, Any]:
    """What the payer scans: a picture's address and the text in it."""
    return {
        "object": "barcode",
        "type": "qr",
        "image": {
            "object": "document", "livemode": False, "id": f"{source_id}_qr", "deleted": False, "filename": "qrcode.png",
            "location": f"/sources/{source_id}", "kind": "qr", "download_uri": None, "created_at": None,
        },
        "raw_data": f"payment-sandbox:{merchant.name}:{source_id}",
    }  # fmt: skip


def retrieve_source(merchant: Merchant, given: Given, source_id: str) -> Source:
    found: Source = find.one(merchant, Source, source_id)
    return found


OPERATIONS = (
    Op("POST", "/tokens", create, public=create),
    Op("GET", "/tokens/{token}", retrieve, public=retrieve),
    Op("POST", "/sources", create_source, public=create_source),
    Op("GET", "/sources/{source}", retrieve_source, public=retrieve_source),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("the id of a card where that of a token belongs answers invalid_card_token", "what causes it"),
    ("a year more than 50 years away is no plausible one", "boundary"),
    ("a security code counts as right whenever one is given", "behaviour; one test card fails when it is charged"),
    ("what the payer of an offline source scans is a text of the sandbox's own", "the picture has no address to load it from"),
    ("a browser may look at a token or a source with the public key", "documented for tokens"),
)
