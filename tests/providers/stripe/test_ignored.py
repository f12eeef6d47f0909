"""What is ignored is said in the answer: the header `Sandbox-Ignored`."""

from __future__ import annotations

import pytest

from sandbox.providers.stripe.ignored import HEADER_BYTES_MAX, header_of
from sandbox.providers.stripe.shapes import shapes_of
from tests.harness import Shop

HEADER = "sandbox-ignored"
HOOKS = {"inputs": {"tax": {"calculation": "taxcalc_1"}}}
INTENT = {"amount": 2000, "currency": "usd"}


@pytest.fixture
def shop():
    made = Shop()
    yield made
    made.close()


def test_nothing_is_said_where_nothing_is_ignored(shop: Shop) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd"})
    assert HEADER not in answer.headers
    assert HEADER not in shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "nope": 1}).headers


def test_ignored_parameters_are_named_in_bracket_form_and_change_nothing(shop: Shop) -> None:
    """The payment is the same as without them."""
    options = {
        "card": {"request_three_d_secure": "automatic", "request_overcapture": "if_available"},
        "klarna": {"preferred_locale": "de-DE"},
    }
    said = {"radar_options": {"session": "rse_1"}, "payment_method_options": options}
    answer = shop.post(
        "/v1/payment_intents", {"amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True, **said}
    )
    assert answer.headers[HEADER] == ("payment_method_options[card][request_overcapture], payment_method_options[klarna], radar_options")
    plain = Shop()
    bare = plain.pay(payment_method_options={"card": {"request_three_d_secure": "automatic"}})
    assert answer.body == bare
    plain.close()


def test_a_refused_request_says_what_it_would_have_ignored(shop: Shop) -> None:
    """Whether the bank refuses or the sandbox; but not if the parameters are wrong anyway."""
    declined = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True, "hooks": HOOKS}
    answer = shop.post("/v1/payment_intents", declined)
    assert (answer.status, answer.headers[HEADER]) == (402, "hooks")
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "customer": "cus_x", "hooks": HOOKS})
    assert (answer.status, answer.headers[HEADER]) == (400, "hooks")
    answer = shop.post("/v1/payment_intents", {"amount": "x", "currency": "usd", "hooks": HOOKS})
    assert (answer.status, answer.error["param"]) == (400, "amount")
    answer = shop.post("/v1/payment_intents", {"amount": 1, "currency": "usd", "hooks": HOOKS, "nope": "1"})
    assert answer.error["message"] == "Received unknown parameter: nope"


@pytest.mark.parametrize(
    ("path", "said", "code", "param", "message"),
    [
        (
            "payment_intents", {"payment_method_options": {"klarna": {"preferred_locale": "x"}}}, None,
            "payment_method_options[klarna][preferred_locale]", "Invalid payment_method_options[klarna][preferred_locale]: must be one of ",
        ),
        (
            "payment_intents", {"payment_method_options": {"card": {"moto": "perhaps"}}}, None, "payment_method_options[card][moto]",
            "Invalid boolean: perhaps",
        ),
        (
            "payment_intents", {"payment_method_options": {"card": {"request_overcapture": "always"}}}, None,
            "payment_method_options[card][request_overcapture]",
            "Invalid payment_method_options[card][request_overcapture]: must be one of if_available or never",
        ),
        (
            "payment_intents", {"hooks": {"inputs": {"nope": "1"}}}, "parameter_unknown", "hooks[inputs][nope]",
            "Received unknown parameter: hooks[inputs][nope]",
        ),
        ("payment_intents", {"hooks": "x"}, None, "hooks", "Invalid object"),
        (
            "payment_intents", {"amount_details": {"line_items": [{"product_name": "x", "quantity": 1, "unit_cost": "x"}]}},
            "parameter_invalid_integer", "amount_details[line_items][0][unit_cost]", "Invalid integer: x",
        ),
        (
            "payment_intents", {"amount_details": {"line_items": [{"product_name": "x"}]}}, "parameter_missing",
            "amount_details[line_items][0][quantity]", "Missing required param: amount_details[line_items][0][quantity].",
        ),
        (
            "accounts", {"business_profile": {"minority_owned_business_designation": ["none_of_these_apply", "x"]}}, None,
            "business_profile[minority_owned_business_designation][1]",
            "Invalid business_profile[minority_owned_business_designation][1]: must be one of lgbtqi_owned_business, ",
        ),
        (
            "payment_intents", {"payment_method_options": {"konbini": {"confirmation_number": "x" * 12}}}, None,
            "payment_method_options[konbini][confirmation_number]",
            "Invalid string: xxxxxxxxxx...xxxxxxxxxx; must be at most 11 characters",
        ),
        (
            "payment_intents", {"payment_method_options": {"dollars": {}, "cash": {"a": "b"}}}, "parameter_unknown",
            "payment_method_options[cash]", "Received unknown parameter: payment_method_options[cash]",
        ),
        (
            "setup_intents", {"payment_method_options": {"boleto": {"expires_after_days": 1}}}, "parameter_unknown",
            "payment_method_options[boleto]", "Received unknown parameter: payment_method_options[boleto]",
        ),
        ("customers", {"tax": {"ip_address": {"a": "b"}}}, None, "tax[ip_address]", 'Invalid string: {"a":"b"}'),
        ("customers", {"validate": "maybe"}, None, "validate", "Invalid boolean: maybe"),
        (
            "accounts", {"individual": {"relationship": {"percent_ownership": "half"}}}, None,
            "individual[relationship][percent_ownership]", "Invalid decimal: half",
        ),
    ],
)  # fmt: skip
def test_what_is_ignored_must_be_possible_all_the_same(
    shop: Shop, path: str, said: dict[str, object], code: str | None, param: str, message: str
) -> None:
    """Its type, its words, its length, the keys of its hashes: refused as any other parameter, and nothing happens."""
    answer = shop.post(f"/v1/{path}", {**(INTENT if path == "payment_intents" else {}), **said})
    assert (answer.status, answer.error["type"]) == (400, "invalid_request_error")
    assert (answer.error.get("code"), answer.error["param"]) == (code, param)
    assert answer.error["message"].startswith(message)
    assert HEADER not in answer.headers
    assert shop.events() == []


def test_an_empty_value_of_what_is_ignored_unsets_or_is_refused(shop: Shop) -> None:
    answer = shop.post("/v1/customers", {"invoice_settings": {"custom_fields": ""}})
    assert (answer.status, answer.headers[HEADER]) == (200, "invoice_settings[custom_fields]")
    answer = shop.post("/v1/payment_intents", {**INTENT, "hooks": ""})
    assert (answer.status, answer.error["code"], answer.error["param"]) == (400, "parameter_invalid_empty", "hooks")


def test_an_older_version_and_an_expanded_answer_say_it_too(shop: Shop) -> None:
    params = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True, "expand": ["latest_charge"]}
    for version in ("2022-08-01", "2026-10-28.endive"):
        answer = shop.post("/v1/payment_intents", {**params, "hooks": HOOKS}, headers={"stripe-version": version})
        assert (answer.status, answer.headers[HEADER]) == (200, "hooks")


def test_a_replay_says_it_as_the_first_answer_did(shop: Shop) -> None:
    """An idempotency key repeats the outcome, and that something was said in vain is part of it; also of a decline."""
    for number, method in enumerate(("pm_card_visa", "pm_card_chargeDeclined")):
        said = {**INTENT, "payment_method": method, "confirm": True, "hooks": HOOKS}
        first, again = (shop.post("/v1/payment_intents", said, headers={"idempotency-key": f"k{number}"}) for _ in range(2))
        assert (again.headers["idempotent-replayed"], again.headers[HEADER]) == ("true", first.headers[HEADER]) == ("true", "hooks")
    plain = [shop.post("/v1/customers", headers={"idempotency-key": "k"}) for _ in range(2)]
    assert [HEADER in answer.headers for answer in plain] == [False, False]


def test_the_header_has_a_bound() -> None:
    """However much is ignored, and every name stays whole."""
    names = shapes_of("POST /v1/payment_intents")
    _, said = header_of(names)
    assert len(said) <= HEADER_BYTES_MAX + len(b"and 99 more")
    *first, last = said.decode().split(", ")
    assert first == sorted(names)[: len(first)]
    assert last == f"and {len(names) - len(first)} more"
