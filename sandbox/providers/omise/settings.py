"""What may be set for Omise alone, under `providers.omise`."""

from __future__ import annotations

import re

from sandbox.providers.base import Setting
from sandbox.providers.omise.cards import BRANDS as NUMBERS
from sandbox.providers.omise.events import PLANS
from sandbox.providers.omise.money import COUNTRIES
from sandbox.providers.omise.troubles import WORDS, are_known

BRANDS = frozenset(brand for _, brand in NUMBERS)
RETRY_PLAN = re.compile(r"(\d{1,7}(,\d{1,7}){0,39})?\Z")

SETTINGS: tuple[Setting, ...] = (
    Setting("country", "TH", "The account's home: TH, JP, SG or MY; decides currency, fees, limits", lambda value: value in COUNTRIES),
    Setting("response_days", 14, "Days to answer a dispute before silence loses it; official pages say 7, and 14 to 21",
            lambda value: type(value) is int and 0 <= value <= 365),
    Setting("charge_dispute_at", False, "Show a dispute's deadline as the field charge_dispute_at, which the real API does not have"),
    Setting("webhook_retries", "", "Seconds after each failed delivery, such as 60,300,900, or draft; by default there is one attempt",
            lambda value: isinstance(value, str) and (value in PLANS or RETRY_PLAN.match(value) is not None)),
    Setting("strict_version", False, "Refuse an Omise-Version that Omise never had, instead of answering in the newest"),
    Setting("void_hours", 24, "Hours within which a full refund is a void that returns the fee",
            lambda value: type(value) is int and 0 <= value <= 8_760),
    Setting("card_brands", "", "Brands that the account takes, such as Visa,MasterCard; by default its country's",
            lambda value: isinstance(value, str) and all(name.strip() in BRANDS or not name.strip() for name in value.split(","))),
    Setting("fails", "", f"What goes wrong, comma between them: {', '.join(WORDS)}", are_known),
)  # fmt: skip
