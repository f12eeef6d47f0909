"""Every refusal of a parameter is worded as Stripe words it; the first tests are the rows of its "standard errors"."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.errors import Reason, Refusal
from sandbox.providers.form import decode_form
from sandbox.providers.stripe.addresses import Address, BillingDetails, Shipping
from sandbox.providers.stripe.validate import (
    METADATA_KEYS_MAX,
    TEXT_MAX,
    Amount,
    Bool,
    Clearable,
    Created,
    Currency,
    Email,
    Expandable,
    Integer,
    ListOf,
    ListParams,
    Metadata,
    NonNegative,
    Params,
    Text,
    TextOr,
    Timestamp,
    merge_metadata,
    validate,
)


class Evidence(Params):
    receipt: Clearable[Text] = None
    fee_acknowledged: Bool | None = None


class Line(Params):
    price: Text
    quantity: Integer = 1


class Card(Params):
    number: Text
    exp_month: Integer | None = None


class Order(Expandable):
    """A model that uses every type."""

    amount: Amount | None = None
    amount_to_capture: NonNegative | None = None
    currency: Currency | None = None
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None
    size: Literal["small", "large"] | None = None
    capture: Bool = True
    description: Clearable[Text] = None
    customer: Text | None = None
    receipt_email: Clearable[Email] = None
    metadata: Metadata = None
    evidence: Evidence | None = None
    shipping: Clearable[Shipping] = None
    billing_details: BillingDetails | None = None
    source: TextOr[Card] | None = None
    lines: ListOf[Line] = ()
    types: Clearable[ListOf[Text]] = None
    expires_at: Timestamp | None = None
    priority: Integer = 0


class Charges(ListParams):
    created: Created | None = None


class Required(Params):
    amount: Amount
    currency: Currency


def read(form: str, model: type[Params] = Order) -> Any:
    return validate(model, decode_form(form))


def refused(form: str, model: type[Params] = Order) -> tuple[Reason, Any, Any, Any]:
    """(reason, code, param, message) of a form that is refused."""
    with pytest.raises(Refusal) as raised:
        read(form, model)
    facts = raised.value.facts
    return raised.value.reason, facts["code"], facts["param"], facts["message"]


# The rows of "standard errors" that are about parameters


def test_unknown_parameter():
    """Named in full where it stands in a hash."""
    said = refused("evidence[nope]=1")
    assert said == (Reason.PARAM_UNKNOWN, "parameter_unknown", "evidence[nope]", "Received unknown parameter: evidence[nope]")
    assert refused("lines[0][price]=p&lines[0][x]=1")[2] == "lines[0][x]"


def test_several_unknown_parameters():
    """All in one message; the first is the param."""
    said = refused("nope=1&shipping[x]=2&other=3")
    assert said[1:3] == ("parameter_unknown", "shipping[x]")
    assert said[3] == "Received unknown parameters: shipping[x], nope, other"


def test_missing_parameter():
    """The first one that the model requires, nested ones by their full name."""
    assert refused("", Required) == (Reason.PARAM_MISSING, "parameter_missing", "amount", "Missing required param: amount.")
    assert refused("shipping[address][city]=Rome")[2:] == ("shipping[name]", "Missing required param: shipping[name].")
    assert refused("lines[0][quantity]=1")[2] == "lines[0][price]"


@pytest.mark.parametrize("text", ["abc", "12.5", "1e3", " 1", "1_000", "+1", "--1", "٣", "9" * 19, "NaN"])
def test_bad_integer(text):
    """Decimal text and nothing else, as far as 64 bits go."""
    said = refused(f"amount={text.replace('+', '%2B')}")
    assert said == (Reason.PARAM_INVALID, "parameter_invalid_integer", "amount", f"Invalid integer: {text}")


@pytest.mark.parametrize("text", ["0", "-1"])
def test_integer_below_minimum(text):
    """An amount is at least 1."""
    said = refused(f"amount={text}")
    assert said[1:] == ("parameter_invalid_integer", "amount", "This value must be greater than or equal to 1.")


def test_negative_where_zero_is_allowed():
    """Other words, and no code."""
    assert refused("amount_to_capture=-1")[1:] == (None, "amount_to_capture", "Invalid non-negative integer")
    assert read("amount_to_capture=0").amount_to_capture == 0


def test_bad_enum():
    """The allowed words with commas and a final "or"."""
    said = refused("reason=because")
    assert said[1:3] == (None, "reason")
    assert said[3] == "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer"
    assert refused("size=huge")[3] == "Invalid size: must be one of small or large"


def test_bad_currency():
    """The list of Stripe's currencies, which is long; also for an empty one."""
    said = refused("currency=xxd")
    assert said[1:3] == (None, "currency")
    assert str(said[3]).startswith("Invalid currency: xxd. Stripe currently supports these currencies: usd, aed, afn, all, amd,")
    assert str(refused("currency=")[3]).startswith("Invalid currency: . Stripe currently")
    assert read("currency=USD").currency == "usd"


# The rows of "form encoding"


def test_string_where_a_hash_came():
    """The hash or array is shown as JSON."""
    assert refused("customer[0]=wrong")[1:] == (None, "customer", 'Invalid string: {"0":"wrong"}')
    assert refused("description[]=wrong")[3] == 'Invalid string: ["wrong"]'
    assert refused("amount[gte]=1")[3] == 'Invalid integer: {"gte":"1"}'
    assert refused("capture[]=true")[3] == 'Invalid boolean: ["true"]'


def test_hash_or_array_where_a_scalar_came():
    """Two short messages."""
    assert refused("shipping[address]=Rome&shipping[name]=J")[1:] == (None, "shipping[address]", "Invalid object")
    assert refused("metadata=x")[1:] == (None, "metadata", "Invalid object")
    assert refused("evidence[]=x")[1:] == (None, "evidence", "Invalid object")
    assert refused("expand=charge")[1:] == (None, "expand", "Invalid array")
    assert refused("types[a]=card")[1:] == (None, "types", "Invalid array")


@pytest.mark.parametrize("text", ["True", "1", "yes", "x"])
def test_bad_boolean(text):
    """Only `true` and `false`."""
    assert refused(f"capture={text}")[1:] == (None, "capture", f"Invalid boolean: {text}")
    assert (read("capture=false").capture, read("capture=true").capture) == (False, True)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("amount=", "amount"),
        ("customer=", "customer"),
        ("capture=", "capture"),
        ("reason=", "reason"),
        ("evidence=", "evidence"),
        ("shipping[name]=&shipping[address][line1]=x", "shipping[name]"),
        ("lines[3][price]=", "lines[3][price]"),
        ("expand[]=", "expand[0]"),
        ("expand=", "expand"),
    ],
)
def test_empty_where_nothing_can_be_unset(form, name):
    """The long message names the parameter three times."""
    said = refused(form)
    assert said[:3] == (Reason.PARAM_EMPTY, "parameter_invalid_empty", name)
    assert said[3] == (
        f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter; however '{name}' cannot be"
        f" unset. You should remove '{name}' from your request or supply a non-empty value."
    )


def test_empty_unsets_a_nullable_parameter():
    """Cleared and absent are both None; only the cleared one was given."""
    order = read("description=&receipt_email=&shipping=&types=&customer=cus_1&metadata[a]=1")
    assert (order.description, order.receipt_email, order.shipping, order.types, order.evidence) == (None,) * 5
    assert order.given("metadata") == {
        "customer": "cus_1", "description": None, "receipt_email": None, "shipping": None, "types": None,
    }  # fmt: skip
    assert read("billing_details[address][line2]=").billing_details.address == Address(line2=None)


def test_bad_email():
    """With a code of its own."""
    for text in ("x", "a@b", "a b@c.de", "@c.de", "a@b@c.de"):
        assert refused(f"receipt_email={text}")[1:] == ("email_invalid", "receipt_email", f"Invalid email address: {text}")
    assert read("receipt_email=jenny%2Bx@sub.example.com").receipt_email == "jenny+x@sub.example.com"
    assert refused("billing_details[email]=x")[2] == "billing_details[email]"


def test_text_that_is_too_long():
    """Shown by its ten first and ten last characters."""
    assert read(f"description={'é' * TEXT_MAX}").description == "é" * TEXT_MAX
    said = refused(f"description={'a' * TEXT_MAX}z")
    assert said[1:] == (None, "description", "Invalid string: aaaaaaaaaa...aaaaaaaaaz; must be at most 5000 characters")


def test_metadata_limits():
    """50 keys of 40 characters with 500 characters each."""
    full = {f"k{n}": "v" for n in range(METADATA_KEYS_MAX)}
    assert validate(Order, {"metadata": {**full, "gone": ""}}).metadata == {**full, "gone": ""}
    for metadata, message in (
        (
            {"a": "v" * 501},
            "Metadata values can have up to 500 characters, but you passed in a value that is 501 characters. Invalid value: vv",
        ),
        ({"k" * 41: "v"}, "Metadata keys can have up to 40 characters, but you passed in a key that is 41 characters. Invalid key: kk"),
        ({**full, "one": "more"}, "Metadata can have up to 50 keys, but you've set 51. Email us at support+metadata@stripe.com"),
        ({"a[b": "v"}, "Metadata keys cannot contain square brackets. Invalid key: a[b"),
    ):
        with pytest.raises(Refusal) as raised:
            validate(Order, {"metadata": metadata})
        assert str(raised.value.facts["message"]).startswith(message)
        assert raised.value.facts["param"] == "metadata"
    assert refused("metadata[a][b]=x")[2:] == ("metadata[a]", 'Invalid string: {"b":"x"}')


def test_metadata_merges():
    """A key with "" goes, "" as a whole empties, absent keeps; 50 keys together are the limit."""
    old = {"a": "1", "b": "2"}
    assert merge_metadata(old, read("metadata[a]=&metadata[c]=3").metadata) == {"b": "2", "c": "3"}
    assert merge_metadata(old, read("metadata=").metadata) == {}
    assert merge_metadata(old, read("").metadata) == old
    assert merge_metadata({}, read("metadata[0]=x").metadata) == {"0": "x"}
    full = {f"k{n}": "v" for n in range(METADATA_KEYS_MAX)}
    assert merge_metadata(full, {"k0": "", "new": "v"}).keys() == {*full, "new"} - {"k0"}
    with pytest.raises(Refusal, match="you've set 51"):
        merge_metadata(full, {"new": "v"})


def test_range():
    """Bounds or equality; nothing else is a bound."""
    assert read("created[gte]=10&created[lt]=20", Charges).created.given() == {"gte": 10, "lt": 20}
    bounds = read("created[gt]=10&created[lte]=20", Charges).created
    assert [bounds.holds(moment) for moment in (10, 11, 20, 21)] == [False, True, True, False]
    equal = read("created=10", Charges).created
    assert [equal.holds(moment) for moment in (9, 10, 11)] == [False, True, False]
    assert refused("created[gte]=x", Charges)[1:] == ("parameter_invalid_integer", "created[gte]", "Invalid integer: x")
    assert refused("created=x", Charges)[2] == "created"
    assert refused("created[eq]=1", Charges)[2:] == ("created[eq]", "Received unknown parameter: created[eq]")
    assert refused("created[]=1", Charges)[2:] == ("created", "Invalid object")


def test_timestamp():
    """Unix seconds."""
    assert read("expires_at=1700000000").expires_at == 1_700_000_000
    assert refused("expires_at=tomorrow")[3] == "Invalid integer: tomorrow"


def test_limit_clamps_silently():
    """0 and -1 act as 1, 101 as 100; only what is no integer is refused."""
    assert [read(form, Charges).limit for form in ("", "limit=0", "limit=-1", "limit=7", "limit=101")] == [10, 1, 1, 7, 100]
    assert refused("limit=ten", Charges)[1:] == ("parameter_invalid_integer", "limit", "Invalid integer: ten")


def test_arrays_indexed_or_not():
    """Index order counts, gaps close, and an error keeps the sender's own index."""
    assert read("expand[1]=b&expand[0]=a&expand[10]=c").expand == ("a", "b", "c")
    assert read("expand[]=a&expand[]=b").expand == ("a", "b")
    assert [line.price for line in read("lines[][price]=a&lines[][price]=b").lines] == ["a", "b"]
    assert refused("lines[2][price]=a&lines[7][price]=b&lines[7][quantity]=x")[2] == "lines[7][quantity]"
    assert refused("lines[][price]=a&lines[][price]=b&lines[][quantity]=x")[2] == "lines[1][quantity]"


def test_an_id_or_the_thing_itself():
    """Text is an id, a hash is checked as one."""
    assert read("source=tok_visa").source == "tok_visa"
    assert read("source[number]=4242&source[exp_month]=1").source == Card(number="4242", exp_month=1)
    assert refused("source[exp_month]=1")[2:] == ("source[number]", "Missing required param: source[number].")
    assert refused("source[number]=1&source[exp_month]=x")[2] == "source[exp_month]"
    assert refused("source[]=1")[2:] == ("source", 'Invalid string: ["1"]')


def test_a_gap_of_the_sandbox_is_no_mistake_of_the_caller():
    """A documented parameter that is not emulated says so, but a truly unknown one comes first, and nobody looks without need."""
    asked = []

    def documented() -> frozenset[str]:
        asked.append(1)
        return frozenset({"on_behalf_of", "mandate"})

    with pytest.raises(Refusal) as raised:
        validate(Order, {"on_behalf_of": "acct_1", "mandate": "m"}, documented)
    assert (raised.value.reason, raised.value.facts) == (
        Reason.NOT_EMULATED,
        {"what": "the parameter 'on_behalf_of'", "param": "on_behalf_of"},
    )
    with pytest.raises(Refusal, match="Received unknown parameter: nope"):
        validate(Order, {"on_behalf_of": "acct_1", "nope": "m"}, documented)
    assert len(asked) == 2
    validate(Order, {"amount": "1"}, documented)
    with pytest.raises(Refusal, match="Invalid integer"):
        validate(Order, {"amount": "x"}, documented)
    assert len(asked) == 2


def test_unknown_parameters_come_before_wrong_ones():
    """Else the first wrong field in the order of the model, whatever the order of the form."""
    assert refused("amount=x&nope=1")[0] is Reason.PARAM_UNKNOWN
    assert refused("reason=x&amount=x")[2] == "amount"


def test_an_uploaded_file_where_text_is_due():
    """Its bytes are not repeated in the message."""
    with pytest.raises(Refusal) as raised:
        validate(Order, {"customer": ("a.pdf", b"\xff" * 1000)})
    assert raised.value.facts["message"] == 'Invalid string: ["a.pdf","..."]'


def test_params_do_not_change():
    """A handler cannot rewrite what was asked."""
    with pytest.raises(ValueError, match="frozen"):
        read("amount=5").amount = 6


NAMES = st.sampled_from([*Order.model_fields, *Shipping.model_fields, *Address.model_fields, "created", "gte", "0", "1", "x"]) | st.text(
    max_size=3
)
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(["", "0", "-1", "true", "usd", "a@b.co", "duplicate", "x" * 5001]) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4) | st.tuples(st.text(max_size=3), st.binary(max_size=3))
    ),
    max_leaves=10,
)


@given(st.dictionaries(NAMES, JUNK, max_size=6), st.sampled_from([Order, Charges, Required, Shipping, BillingDetails, Expandable]))
def test_junk_is_refused_and_never_a_traceback(raw, model):
    """Whatever stands where, the answer is a model or a refusal that names a parameter of the request or a missing one."""
    refusal = None
    try:
        assert isinstance(validate(model, raw), model)
    except Refusal as caught:
        refusal = caught
    if refusal is None:
        return
    assert refusal.reason in {Reason.PARAM_UNKNOWN, Reason.PARAM_MISSING, Reason.PARAM_EMPTY, Reason.PARAM_INVALID}
    assert isinstance(refusal.facts["message"], str)
    assert isinstance(refusal.facts["param"], str)
    top = refusal.facts["param"].partition("[")[0]
    assert refusal.reason is Reason.PARAM_MISSING or any(name.startswith(top) for name in raw)
