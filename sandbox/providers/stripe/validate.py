"""Nested text to parameter models, refused in Stripe's own words.

A model is a `Params` whose fields use the types below, `Literal[...]` for an enum, or another `Params` for a hash. The
types check while pydantic walks; only when something is wrong does `validate` look at what pydantic collected and words
*one* refusal: unknown parameters first, all of them, else the first wrong field in the order of the model.

How a field can be left out or emptied:

- ``name: Text``: required; "" is refused with `parameter_invalid_empty`.
- ``name: Text | None = None``: optional; "" is refused as well, because this parameter cannot be unset.
- ``name: Clearable[Text] = None``: optional and nullable. "" unsets: the value is None and the name is in
  `model_fields_set`; absent: the value is None and the name is not. `given()` has exactly what the request said.
- ``metadata: Metadata = None``: None if absent, "" if all keys go, else what `merge_metadata` merges.

Source: Stripe's error answers recorded in public repositories and issues, and its API reference, read 2026-11-23.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    PlainValidator,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from sandbox.core.errors import Reason, Refusal
from sandbox.providers.stripe.limits import CURRENCIES_LISTED, KNOWN_CURRENCIES
from sandbox.providers.stripe.refusing import full_name, only, shown, without, wrong

TEXT_MAX = 5_000
DESCRIPTOR_MAX = 22
INTEGER_DIGITS_MAX = 18  # fits 64 bits, which typed libraries need
METADATA_KEYS_MAX = 50
METADATA_KEY_MAX = 40
METADATA_VALUE_MAX = 500
LIST_LIMIT_MIN, LIST_LIMIT_MAX, LIST_LIMIT_USUAL = 1, 100, 10

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")  # Assumed: a dot is due, otherwise almost everything goes
BOOLEANS = {"true": True, "false": False, True: True, False: False}

NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")

T = TypeVar("T")
P = TypeVar("P", bound="Params")


class Params(BaseModel):
    """What a request says, checked: unknown keys are refused, nothing changes afterwards."""

    ignored: ClassVar[tuple[str, ...]] = ()  # full names of what the request said in vain

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)  # built at its first use: a start is faster

    def given(self, *leave_out: str) -> dict[str, Any]:
        """The fields the request named, in the model's order; a cleared one is None."""
        named = self.model_fields_set
        return {name: value for name, value in self.__dict__.items() if name in named and name not in leave_out}


# What a validator raises: what `said` makes is worded already, "empty" needs the parameter's full name, known only at the end.


def said(message: str, code: str | None = None, key: str = "") -> PydanticCustomError:
    """To raise from a validator: Stripe's own message; `key` where not the field but a key of its hash is to blame."""
    return PydanticCustomError("said", "{message}", {"message": message, "code": code, "key": key and f"[{key}]"})


def _empty() -> PydanticCustomError:
    return PydanticCustomError("empty", "empty")


def text_up_to(limit: int) -> PlainValidator:
    """`Annotated[str, text_up_to(20_000)]` is text of at most so many characters."""

    def check(value: Any) -> str:
        if value.__class__ is not str:
            raise said(f"Invalid string: {shown(value)}")
        if not value:
            raise _empty()
        if len(value) > limit:
            raise said(f"Invalid string: {value[:10]}...{value[-10:]}; must be at most {limit} characters")
        return str(value)

    return PlainValidator(check)


def text_of(limit: int) -> Any:
    """The type of text of at most so many characters."""
    return Annotated[str, text_up_to(limit)]


def _integer(value: Any) -> int:
    if value.__class__ is str:
        digits = value[1:] if value[:1] == "-" else value
        if digits.isdigit() and digits.isascii() and len(digits) <= INTEGER_DIGITS_MAX:
            return int(value)
        if not value:
            raise _empty()
    elif value.__class__ is int:
        return int(value)  # never from a form: a model built in Python
    raise said(f"Invalid integer: {shown(value)}", "parameter_invalid_integer")


def _number(value: Any) -> str:
    if value.__class__ is not str or (value and not NUMBER.fullmatch(value)):
        raise said(f"Invalid decimal: {shown(value)}")
    if not value:
        raise _empty()
    return str(value)


def _non_negative(value: Any) -> int:
    number = _integer(value)
    if number < 0:
        raise said("Invalid non-negative integer")
    return number


def _positive(value: Any) -> int:
    number = _integer(value)
    if number < 1:
        raise said("This value must be greater than or equal to 1.", "parameter_invalid_integer")
    return number


def _limit(value: Any) -> int:
    return min(max(_integer(value), LIST_LIMIT_MIN), LIST_LIMIT_MAX)


def _boolean(value: Any) -> bool:
    known = BOOLEANS.get(value) if value.__class__ in (str, bool) else None
    if known is None:
        raise _empty() if value == "" else said(f"Invalid boolean: {shown(value)}")
    return known


def _currency(value: Any) -> str:
    if value.__class__ is not str:
        raise said(f"Invalid string: {shown(value)}")
    code = str(value.lower())
    if code not in KNOWN_CURRENCIES:
        # Recorded for "" too, which other parameters refuse as an attempt to unset them.
        raise said(f"Invalid currency: {value}. Stripe currently supports these currencies: {CURRENCIES_LISTED}")
    return code


def _email(value: Any) -> str:
    if value.__class__ is str:
        if EMAIL.fullmatch(value) and len(value) <= TEXT_MAX:
            return str(value)
        if not value:
            raise _empty()
    raise said(f"Invalid email address: {shown(value)}", "email_invalid")


def _metadata(value: Any) -> dict[str, str] | Literal[""]:
    if value == "":
        return ""
    if value.__class__ is not dict:
        raise said("Invalid object")
    for key, text in value.items():
        if text.__class__ is not str:
            raise said(f"Invalid string: {shown(text)}", key=key)
        if len(key) > METADATA_KEY_MAX:
            raise said(_too_long("key", key, METADATA_KEY_MAX))
        if "[" in key or "]" in key:
            raise said(f"Metadata keys cannot contain square brackets. Invalid key: {key}")  # Assumed wording
        if len(text) > METADATA_VALUE_MAX:
            raise said(_too_long("value", text, METADATA_VALUE_MAX))
    if len(value) > METADATA_KEYS_MAX and sum(map(bool, value.values())) > METADATA_KEYS_MAX:
        raise said(_too_many(sum(map(bool, value.values()))))
    return dict(value)


def _too_long(what: str, text: str, limit: int) -> str:
    return (
        f"Metadata {what}s can have up to {limit} characters, but you passed in a {what} that is {len(text)} characters."
        f" Invalid {what}: {text}"
    )


def _too_many(keys: int) -> str:
    return (
        f"Metadata can have up to {METADATA_KEYS_MAX} keys, but you've set {keys}."
        " Email us at support+metadata@stripe.com for more information."
    )


def merge_metadata(old: Mapping[str, str], given: Mapping[str, str] | str | None) -> dict[str, str]:
    """Metadata after a request: a key with "" goes, "" as the whole empties it, None (absent) keeps it.

    Raises:
        Refusal: PARAM_INVALID, more than 50 keys together.
    """
    if given is None:
        return dict(old)
    if isinstance(given, str):
        return {}
    merged = {key: text for key, text in {**old, **given}.items() if text}
    if len(merged) > METADATA_KEYS_MAX:
        raise Refusal(Reason.PARAM_INVALID, param="metadata", code=None, message=_too_many(len(merged)))
    return merged


def _cleared(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    return None if value == "" else check(value)


def _as_list(value: Any) -> Any:
    """A hash whose keys are all indexes is the list they number, gaps closed; anything else is left to pydantic."""
    if value.__class__ is dict and value and all(key.isdigit() and key.isascii() for key in value):
        return [value[key] for key in sorted(value, key=int)]
    return value


def _shape(value: Any) -> str:
    return "(hash)" if value.__class__ is dict else "(text)"


def not_yet(key: str = "") -> PydanticCustomError:
    """To raise from a validator: Stripe has the parameter, or its `key`, and the sandbox does not act on it yet."""
    return PydanticCustomError("not_yet", "not_yet", {"key": key and f"[{key}]"})


def _later(value: Any) -> None:
    raise not_yet()


Text = Annotated[str, text_up_to(TEXT_MAX)]
Descriptor = Annotated[str, text_up_to(DESCRIPTOR_MAX)]  # what the cardholder's statement says
Integer = Annotated[int, PlainValidator(_integer)]
NonNegative = Annotated[int, PlainValidator(_non_negative)]
Amount = Annotated[int, PlainValidator(_positive)]  # minor units, at least 1
Timestamp = NonNegative  # Unix seconds
Number = Annotated[str, PlainValidator(_number)]  # decimal text
Bool = Annotated[bool, PlainValidator(_boolean)]
Currency = Annotated[str, PlainValidator(_currency)]  # any case in, lower case out
Email = Annotated[str, PlainValidator(_email)]
Metadata = Annotated[dict[str, str] | Literal[""] | None, PlainValidator(_metadata)]
Clearable = Annotated[T | None, WrapValidator(_cleared)]
ListOf = Annotated[tuple[T, ...], BeforeValidator(_as_list)]  # `a[]=` and `a[0]=` alike
TextOr = Annotated[Annotated[Text, Tag("(text)")] | Annotated[T, Tag("(hash)")], Discriminator(_shape)]  # an id, or the thing itself
NotYet = Annotated[Any, PlainValidator(_later)]  # for a key of a hash; at the top, a parameter that the model leaves out
Expand = ListOf[Text]
Limit = Annotated[int, PlainValidator(_limit)]


class Range(Params):
    """Bounds of a timestamp; equality is `gte` and `lte` at once."""

    gt: Integer | None = None
    gte: Integer | None = None
    lt: Integer | None = None
    lte: Integer | None = None

    def holds(self, moment: int) -> bool:
        """Whether a time lies inside all bounds that were given."""
        return (
            (self.gt is None or moment > self.gt)
            and (self.gte is None or moment >= self.gte)
            and (self.lt is None or moment < self.lt)
            and (self.lte is None or moment <= self.lte)
        )


def _range(value: Any, check: ValidatorFunctionWrapHandler) -> Range:
    if value.__class__ is str:
        moment = _integer(value)
        return Range.model_construct(gte=moment, lte=moment)
    bounds: Range = check(value)
    return bounds


Created = Annotated[Range, WrapValidator(_range)]


class Expandable(Params):
    """Every operation that answers with an object takes `expand`."""

    expand: Expand = ()


class ListParams(Expandable):
    """Every list takes these; that both cursors exclude each other is checked after they were looked up, as Stripe does."""

    limit: Limit = LIST_LIMIT_USUAL
    starting_after: Text | None = None
    ending_before: Text | None = None


def nothing() -> frozenset[str]:
    return frozenset()


Names = Callable[[], Set[str]]


def validate(
    model: type[P], raw: dict[str, Any], documented: Names = nothing, ignorable: Names = nothing,
    in_vain: Callable[[Iterable[str]], type[Params]] = lambda names: Params,
) -> P:  # fmt: skip
    """What a form says, as a model; its `ignored` has what was said in vain.

    Args:
        raw: as `decode_form` gives it, uploaded files as (filename, bytes).
        documented: the parameters Stripe documents for this operation, so that the sandbox's own gaps do not pass for the
            caller's mistakes.
        ignorable: those of them that may be ignored. Both are called only if a parameter is not in the model.
        in_vain: a model of the ignored parameters of these names: what they say must be possible nevertheless.

    Raises:
        Refusal: PARAM_UNKNOWN, NOT_EMULATED, PARAM_MISSING, PARAM_EMPTY, PARAM_INVALID with `message`, `code`, `param`.
    """
    try:
        return model.__pydantic_validator__.validate_python(raw)  # type: ignore[no-any-return]
    except ValidationError as broken:
        errors = broken.errors(include_url=False)
    unknown = {full_name(error, raw): error["loc"] for error in errors if error["type"] == "extra_forbidden"}
    ignored = {name: place for name, place in unknown.items() if name in ignorable()} if unknown else {}
    if not ignored:
        raise _refusal(errors, raw, [*unknown], documented)
    rest = raw
    for place in ignored.values():
        rest = without(rest, place)
    checked = validate(model, rest, documented)
    validate(in_vain(ignored), only(raw, ignored))
    checked.__dict__["ignored"] = tuple(ignored)  # not through the model's own door, which is shut: it is frozen
    return checked


def _refusal(errors: list[ErrorDetails], raw: Any, unknown: list[str], documented: Names) -> Refusal:
    if not unknown:
        return wrong(errors[0], full_name(errors[0], raw))
    gaps = documented()
    strangers = [name for name in unknown if name not in gaps]
    if not strangers:
        return Refusal(Reason.NOT_EMULATED, what=f"the parameter '{unknown[0]}'", param=unknown[0])
    plural = "s" if len(strangers) > 1 else ""
    return Refusal(
        Reason.PARAM_UNKNOWN,
        params=strangers,
        param=strangers[0],
        code="parameter_unknown",
        message=f"Received unknown parameter{plural}: {', '.join(strangers)}",
    )


# What no source confirms, for the fidelity page.
ASSUMED: tuple[tuple[str, str], ...] = (
    ("a body that cannot be read answers 400 'Invalid request: …'", "wording"),
    ("a boolean that is neither true nor false answers 'Invalid boolean: x'", "wording"),
    ("text that is too long answers 'Invalid string: …; must be at most 5000 characters'", "wording"),
    ("a metadata key with square brackets is refused", "wording; the documentation states the rule"),
    ("an email address needs a dot after the @, otherwise almost everything goes", "the exact rule"),
    ("a hash where a number is due is shown as JSON", "recorded for strings"),
)
