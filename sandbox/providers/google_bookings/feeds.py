"""What the three feeds may say. Types are checked, what is not used here is taken as it is, unknown names bring a warning.

Source: the Hindi page on payment types of the Payments Redirect add-on, the API description behind Google's Ruby client, and
the feed tutorials; where they differ, `shapes` says which form is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sandbox.core.clock import LATEST
from sandbox.core.errors import Reason, Refusal
from sandbox.providers.google_bookings import template
from sandbox.providers.google_bookings.shapes import Row, Warn, canonical_service, canonical_slot, canonical_venue

ROWS_MAX = 50_000
DIGITS = re.compile(r"-?\d{1,19}\Z")
INT64_MAX = 2**63 - 1


def int64(value: Any) -> Any:
    """JSON has no int64: it is sent as a text; numbers are read too."""
    return int(value) if isinstance(value, str) and DIGITS.match(value) else value


def one_template(value: str) -> str:
    fault = template.wrong(value)
    if fault is not None:
        raise ValueError(f"the template cannot be used: {fault}")
    missing = [name for name in template.REQUIRED if name not in template.variables(value)]
    if missing:
        raise ValueError(f"the template lacks the required variable {{{missing[0]}}}")
    return value


Micros = Annotated[int, BeforeValidator(int64), Field(ge=0, le=INT64_MAX)]
Seconds = Annotated[int, BeforeValidator(int64), Field(ge=0, le=10 * 366 * 86_400)]
Moment = Annotated[int, BeforeValidator(int64), Field(ge=0, le=LATEST, description="Unix seconds")]
Count = Annotated[int, BeforeValidator(int64), Field(ge=0, le=1_000_000)]
Id = Annotated[str, Field(min_length=1, max_length=500)]
PriceType = Literal["FIXED_RATE_DEFAULT", "PER_PERSON"]
CardRule = Literal["REQUIRE_CREDIT_CARD_UNSPECIFIED", "REQUIRE_CREDIT_CARD_CONDITIONAL", "REQUIRE_CREDIT_CARD_ALWAYS"]
PrepaymentType = Literal["PREPAYMENT_TYPE_UNSPECIFIED", "REQUIRED", "OPTIONAL", "NOT_SUPPORTED"]
Confirmation = Literal[
    "CONFIRMATION_MODE_UNSPECIFIED", "CONFIRMATION_MODE_SYNCHRONOUS", "CONFIRMATION_MODE_ASYNCHRONOUS", "SYNCHRONOUS", "ASYNCHRONOUS"
]


class Feed(BaseModel):
    """A message of a feed; `Any` marks what is known and not used here."""

    model_config = ConfigDict(extra="allow", strict=True, defer_build=True)


class Price(Feed):
    price_micros: Micros
    currency_code: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    pricing_option_tag: Any = None


class NoShowFee(Feed):
    fee: Price
    fee_type: PriceType | None = None


class Deposit(Feed):
    deposit: Price
    min_advance_cancellation_sec: Seconds | None = None
    deposit_type: PriceType | None = None


class PriceInfo(Feed):
    price: Price
    price_type: PriceType | None = None


class Prepayment(Feed):
    price_info: PriceInfo


class PrepaymentTerms(Feed):
    charge_timing: Literal["CHARGE_TIMING_UNSPECIFIED", "CHARGE_NOW", "CHARGE_LATER"] | None = None
    charge_time_before_start_time_sec: Seconds | None = None


class Rules(Feed):
    min_advance_online_canceling: Seconds | None = None
    min_advance_booking: Seconds | None = None
    admission_policy: Any = None
    cancellation_policy: Any = None
    late_cancellation_fee: Any = None
    noshow_fee: Any = None


class Service(Feed):
    merchant_id: Id
    service_id: Id
    price: Price | None = None
    rules: Rules | None = None
    no_show_fee: NoShowFee | None = None
    deposit: Deposit | None = None
    require_credit_card: CardRule | None = None
    prepayment_type: PrepaymentType | None = None
    prepayment_terms: PrepaymentTerms | None = None
    uri_template: Annotated[str, AfterValidator(one_template)] | None = None
    name: Any = None
    description: Any = None
    localized_service_name: Any = None
    localized_description: Any = None
    tax_rate: Any = None
    type: Any = None
    form: Any = None
    category: Any = None
    action_link: Any = None
    price_interpretation: Any = None
    payment_options: Any = None
    intake_form: Any = None
    per_ticket_intake_form: Any = None
    related_media: Any = None
    ticket_type: Any = None


class Resources(Feed):
    party_size: Annotated[int, BeforeValidator(int64), Field(ge=1, le=10_000)] | None = None
    room_id: str | None = None
    room_name: Any = None
    staff_id: str | None = None
    staff_name: Any = None


class Overrides(Feed):
    first_bookable_sec: Moment | None = None
    last_bookable_sec: Moment | None = None
    last_online_cancellable_sec: Moment | None = None


class Slot(Feed):
    merchant_id: Id
    service_id: Id
    start_sec: Moment
    duration_sec: Seconds
    spots_total: Count | None = None
    spots_open: Count | None = None
    availability_tag: str | None = None
    resources: Resources | None = None
    confirmation_mode: Confirmation | None = None
    prepayment: Prepayment | None = None
    no_show_fee: NoShowFee | None = None
    deposit: Deposit | None = None
    require_credit_card: CardRule | None = None
    scheduling_rule_overrides: Overrides | None = None
    linkout_required_reason: Literal["LINKOUT_REQUIRED_REASON_UNSPECIFIED", "PAYMENT_REQUIRED"] | None = None
    payment_option_id: Any = None
    recurrence: Any = None
    schedule_exception: Any = None
    ticket_type_id: Any = None
    duration_requirement: Any = None


class Tokenization(Feed):
    tokenization_parameter: dict[str, Any] | None = None
    billing_information_format: Any = None
    merchant_of_record_name: Any = None
    payment_country_code: Any = None
    card_network_parameters: Any = None
    allowed_auth_methods: Any = None


class Venue(Feed):
    merchant_id: Id
    tokenization_config: Tokenization | None = None
    name: Any = None
    telephone: Any = None
    url: Any = None
    geo: Any = None
    category: Any = None
    tax_rate: Any = None
    num_bookings_30d: Any = None
    brand_id: Any = None
    matching_hints: Any = None
    action_link: Any = None
    terms: Any = None
    payment_option: Any = None
    payment_restrictions: Any = None
    service_attribute: Any = None
    waitlist: Any = None


class Kind(NamedTuple):
    """One feed: where its rows stand in the file, and what a row may say."""

    wrappers: tuple[tuple[str, ...], ...]  # names under which rows stand, the canonical first
    canonical: Callable[[Any, str, list[Warn]], Any]
    model: type[Feed]


KINDS: Mapping[str, Kind] = {
    "merchants": Kind((("merchant",), ("merchants",)), canonical_venue, Venue),
    "services": Kind((("service",), ("services",)), canonical_service, Service),
    "availability": Kind((("service_availability", "availability"), ("availability",)), canonical_slot, Slot),
}
AROUND = frozenset(("metadata",))  # beside the rows


def rows_of(kind: str, feed: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Every row with its path in the file. Raises Refusal PARAM_INVALID."""
    given = {re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower(): value for name, value in feed.items()}
    names = [wrapper for wrapper in KINDS[kind].wrappers if wrapper[0] in given]
    strange = sorted(set(given) - AROUND - {wrapper[0] for wrapper in KINDS[kind].wrappers})
    if strange or not names:
        wanted = KINDS[kind].wrappers[0][0]
        said = f"has '{strange[0]}', which the {kind} feed does not have" if strange else "has no rows"
        raise wrong(strange[0] if strange else wanted, f"The feed {said}: write {{\"{wanted}\": [...]}}.")
    found: list[tuple[str, Any]] = []
    for wrapper in names:
        outer = listed(given[wrapper[0]], wrapper[0])
        if len(wrapper) == 1:
            found += [(f"{wrapper[0]}[{number}]", row) for number, row in enumerate(outer)]
            continue
        for number, part in enumerate(outer):
            path = f"{wrapper[0]}[{number}]"
            inner = part.get(wrapper[1]) if isinstance(part, Mapping) else None
            found += [(f"{path}.{wrapper[1]}[{place}]", row) for place, row in enumerate(listed(inner, f"{path}.{wrapper[1]}"))]
    if len(found) > ROWS_MAX:
        raise wrong(names[0][0], f"The feed has {len(found)} rows; at most {ROWS_MAX} are taken. Send a part of it.")
    return found


def listed(value: Any, path: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise wrong(path, f"'{path}' must be a list of rows.")
    return value


def wrong(path: str, message: str) -> Refusal:
    return Refusal(Reason.PARAM_INVALID, param=path, message=message)


def read(kind: str, feed: Mapping[str, Any]) -> tuple[list[Row], list[Warn]]:
    """The feed's rows in canonical shape, and what should be mended in it.

    Raises:
        Refusal: PARAM_INVALID with the path of the first thing that is wrong; nothing of the feed is taken then.
    """
    _, canonical, model = KINDS[kind]
    rows: list[Row] = []
    warnings: list[Warn] = []
    for path, given in rows_of(kind, feed):
        shaped = canonical(given, path, warnings)
        try:
            read_row = model.model_validate(shaped)
        except ValidationError as error:
            raise of_validation(error, path) from None
        warnings += unknown(read_row, path)
        rows.append(used(read_row))
        warnings += [
            Warn("W_TEMPLATE_VARIABLE", f"{path}.uri_template", f"No slot fills the variable {{{name}}}: it expands to nothing.")
            for name in template.variables(rows[-1].get("uri_template", "")) if name not in template.KNOWN
        ]  # fmt: skip
    return rows, warnings


def of_validation(error: ValidationError, path: str) -> Refusal:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    full = ".".join((path, *(str(part) for part in first["loc"])))
    message = "is missing" if first["type"] == "missing" else "is not right: " + first["msg"].removeprefix("Value error, ")
    return wrong(full, f"'{full}' {message}. Nothing of the feed was loaded.")


def unknown(row: Feed, path: str) -> list[Warn]:
    """A warning for each field that nobody knows, however deep."""
    found = [
        Warn("W_UNKNOWN_FIELD", f"{path}.{name}", f"'{name}' is no field that is known here, and is ignored.")
        for name in row.model_extra or ()
    ]
    for name in type(row).model_fields:
        value = getattr(row, name)
        if isinstance(value, Feed):
            found += unknown(value, f"{path}.{name}")
    return found


def used(row: Feed) -> Row:
    """The row as it is kept: what is given and known, in plain values."""
    out: Row = {}
    for name in type(row).model_fields:
        value = getattr(row, name)
        if value is not None:
            out[name] = used(value) if isinstance(value, Feed) else value
    return out


DOCUMENTED: tuple[tuple[str, str], ...] = (
    ("int64 values are read as numbers and as texts, and written as texts", "booking server samples; API description"),
    ("a feed with a trailing comma is refused, with the line", "it is no JSON"),
)
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a field in the place that only one page shows is read there, with a warning", "the pages differ"),
    ("a feed with one wrong row is refused whole", "real feeds report rows one by one, after hours"),
    ("a field that nobody knows is ignored, with a warning", "behaviour"),
    ("rules.cancellation_policy, late_cancellation_fee and noshow_fee are taken and not used",
     "they belong to other verticals or older forms"),
)
