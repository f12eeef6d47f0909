"""Stripe's part of the page of test values, printed from the tables that decide, and the nearest of their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from sandbox.core.machine import Trigger
from sandbox.providers.base import VALUES_PAGE, Values
from sandbox.providers.stripe import cards, debits, disputing, payouts
from sandbox.providers.stripe.cards import Card
from sandbox.providers.stripe.debits import Account

NEAR = 0.75  # how alike a name must be to have been meant
SERIES = ("pm_card_", "pm_sepaDebit_", "pm_usBankAccount_", "btok_us")  # whatever begins so is no ordinary id
CARD_TABLES: Mapping[str, tuple[Card, ...]] = {
    "Cards that are charged": cards.SUCCESS,
    "Cards by country": cards.COUNTRIES,
    "Cards that are declined": cards.DECLINES,
    "Radar, and checks of the card's data": cards.RADAR,
    "Disputes, inquiries and fraud warnings": cards.DISPUTES,
    "Refunds and available money": cards.REFUNDS,
    "3D Secure": cards.THREE_D_SECURE,
    "Debit cards that payouts go to": cards.PAYOUTS,
    "Cards that are known and refused": cards.SPECIAL,
}
AFTER: Mapping[str, str] = {
    "": "",
    "dispute": "is disputed: `{reason}`",
    "inquiry": "is inquired about: `{reason}`",
    "two_disputes": "is disputed twice: `{reason}`",
    "fraud_warning": "the bank warns of fraud: `{reason}`",
    "refund_pending": "its refund is pending, then succeeds",
    "refund_fails": "its refund succeeds, then fails",
    "funds_available": "its money is available at once",
}
IN_3D_SECURE: Mapping[str, str] = {
    "": "",
    "unsupported": "3D Secure not supported",
    "optional": "3D Secure only if the merchant asks for it",
    "optional_broken": "3D Secure only if the merchant asks for it; the lookup fails",
    "frictionless": "3D Secure passes without a challenge if the merchant asks for it",
    "required": "3D Secure always, off session too",
    "unless_set_up": "3D Secure always, but not off session once it was set up for that",
    "set_up": "3D Secure while the holder is there, not off session",
    "broken": "3D Secure always fails to look it up",
}
VERDICTS: Mapping[Trigger, str] = {
    Trigger.WIN: "the dispute is won", Trigger.LOSE: "the dispute is lost", Trigger.DROP: "the inquiry is closed",
    Trigger.ESCALATE: "the inquiry becomes a chargeback",
}  # fmt: skip


def does(card: Card) -> str:
    """What comes of a card, in one line."""
    if card.later:
        return f"refused: {card.later}"
    comes = [
        f"blocked by Radar: `{card.decline.code}`" if card.decline and card.decline.rule else "",
        f"declined: `{card.decline.decline_code or card.decline.code}`" if card.decline and not card.decline.rule else "",
        "its payment goes to review" if card.risk == "elevated" else "",
        " and ".join(f"`{name}` is `{result}`" for name, result in card.fails.items()),
        AFTER[card.after].format(reason=card.reason),
        f"`{card.eligible}` is offered" if card.eligible else "",
        f"`{card.prevention}` settles it first if the setting `dispute_prevention` names that" if card.prevention else "",
        IN_3D_SECURE[card.three_d_secure],
        f"a payout to it fails: `{payouts.FAILING_CARDS[card.name]}`" if card.name in payouts.FAILING_CARDS else "",
        "no instant payout goes to it" if card.name in payouts.NOT_INSTANT else "",
    ]
    kind = [f"{card.funding} card" if card.funding != "credit" else "", f"from {card.country}" if card.country != "US" else ""]
    return ", ".join(part for part in (*(comes if any(comes) else ["is charged"]), *kind) if part)


def names_of(card: Card) -> str:
    """The names that bring this very card: of numbers that share one, only the first has it."""
    names = [name for name, known in cards.names().items() if known is card]
    return ", ".join(f"`{name}`" for name in names)


def settles(account: Account) -> str:
    if account.failure:
        return f"fails: `{account.failure}`"
    if account.disputed:
        return "settles, then is disputed"
    return "stays processing" if account.stays else "settles"


def payout_banks() -> Iterator[tuple[str, str, str]]:
    for token, bank in payouts.TOKENS.items():
        yield f"`{token}`", f"`{bank.number}`", arrives(payouts.failure_of(bank.number))
    for end, failure in payouts.FAILING.items():
        yield "", f"…`{end}`", arrives(failure)


def arrives(failure: str) -> str:
    return f"the payout fails: `{failure}`" if failure else "the payout arrives"


def tables() -> tuple[Values, ...]:
    number, result = "number", "what comes of it"
    return (
        *(
            Values(title, (number, "names", "brand", result),
                   tuple((f"`{card.number}`" if card.number else "", names_of(card), card.brand, does(card)) for card in rows),
                   "Each name works as `pm_card_NAME` and as `tok_NAME`; with a number go a security code of its brand's length and any "
                   "month to come."
                   if rows is cards.SUCCESS else "")
            for title, rows in CARD_TABLES.items()
        ),
        Values(
            "Bank accounts to debit", ("number", "payment methods", result),
            tuple((f"`{account.number}`", ", ".join(f"`{name}`" for name in debits.names_of(account)), settles(account))
                  for account in debits.ACCOUNTS),
            f"US accounts have the routing number `{debits.ROUTING}`; the others are IBANs.",
        ),
        Values(
            "Bank accounts that payouts go to", ("token", "number", result), tuple(payout_banks()),
            "An account number of any country whose last eight digits are listed fails; any other takes its money.",
        ),
        Values(
            "Magic evidence", ("text", "of a", result),
            tuple((f"`{word}`", kind, VERDICTS[verdict]) for (kind, word), verdict in disputing.MAGIC.items()),
            "As `evidence[uncategorized_text]`, submitted; of an appeal as `evidence[appeal][card][reason_for_filing]`.",
        ),
        Values(
            "PromptPay", ("what", "how"),
            (("the customer pays", "`pay` on the page of `next_action`, or `POST /_sandbox/three_d_secure/{id}/pass`"),
             ("he does not", "the other button there, or `POST /_sandbox/three_d_secure/{id}/fail`")),
            "There is no number: a payment method of the type `promptpay` is made, the payment confirmed, in `thb`.",
        ),
    )  # fmt: skip


def hint(key: str) -> str:
    """A sentence behind "No such …" for what looks like the name of a test value; empty for an ordinary id."""
    known = (*cards.PAYMENT_METHODS, *cards.TOKENS, *debits.BY_NAME, *payouts.TOKENS)
    begin = next((series for series in SERIES if key.startswith(series)), key[:4])
    alike = {name.removeprefix(begin): name for name in known if name.startswith(begin)}
    close = get_close_matches(key.removeprefix(begin), alike, n=1, cutoff=NEAR)
    if close and len(key) > len(begin) + 1:
        return f". Did you mean '{alike[close[0]]}'?"
    return f". This sandbox has no such test value: those that it has are listed in {VALUES_PAGE}." if key.startswith(SERIES) else ""
