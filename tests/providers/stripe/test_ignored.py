"""What is ignored is said in the answer: the header `Sandbox-Ignored`."""

from __future__ import annotations

import pytest

from sandbox.providers.stripe.ignored import HEADER_BYTES_MAX, header_of, ignorable
from tests.harness import Shop

HEADER = "sandbox-ignored"


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
    options = {"card": {"request_three_d_secure": "automatic", "request_overcapture": "if_available"}, "klarna": {"preferred_locale": "de"}}
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
    declined = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True, "hooks": {"a": 1}}
    answer = shop.post("/v1/payment_intents", declined)
    assert (answer.status, answer.headers[HEADER]) == (402, "hooks")
    answer = shop.post("/v1/payment_intents", {"amount": 2000, "currency": "usd", "customer": "cus_x", "hooks": {"a": 1}})
    assert (answer.status, answer.headers[HEADER]) == (400, "hooks")
    answer = shop.post("/v1/payment_intents", {"amount": "x", "currency": "usd", "hooks": {"a": 1}})
    assert (answer.status, answer.error["param"]) == (400, "amount")
    answer = shop.post("/v1/payment_intents", {"amount": 1, "currency": "usd", "hooks": {"a": 1}, "nope": "1"})
    assert answer.error["message"] == "Received unknown parameter: nope"


def test_an_older_version_and_an_expanded_answer_say_it_too(shop: Shop) -> None:
    params = {"amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True, "expand": ["latest_charge"]}
    for version in ("2022-08-01", "2026-10-28.endive"):
        answer = shop.post("/v1/payment_intents", {**params, "hooks": {"a": 1}}, headers={"stripe-version": version})
        assert (answer.status, answer.headers[HEADER]) == (200, "hooks")


def test_the_header_has_a_bound() -> None:
    """However much is ignored, and every name stays whole."""
    names = ignorable("POST /v1/payment_intents")
    _, said = header_of(names)
    assert len(said) <= HEADER_BYTES_MAX + len(b"and 99 more")
    *first, last = said.decode().split(", ")
    assert first == sorted(names)[: len(first)]
    assert last == f"and {len(names) - len(first)} more"
