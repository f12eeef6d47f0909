"""Every parameter that the reference lists for an endpoint is accepted, and does what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.harness import Shop
from tests.providers.stripe.rows.asked import ENDPOINTS, GONE, MAKERS
from tests.providers.stripe.rows.more_asked import MORE

ALL = {**ENDPOINTS, **MORE}
ROWS = [(path, param) for path, asked in ALL.items() for param in asked.rows]


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    made = Shop()
    yield made
    made.close()


class Maker:
    """What `@name` stands for: made at its first use, the same afterwards."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.made: dict[str, Any] = {}

    def named(self, name: str) -> Any:
        if name not in self.made:
            self.made[name] = MAKERS[name](self.shop)
        return self.made[name]

    def filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self.filled(item) for key, item in value.items() if item is not GONE}
        if isinstance(value, str) and value.startswith("@"):
            return self.named(value[1:])
        return value

    def path(self, template: str) -> str:
        return "/".join(str(self.filled(part)) for part in template.split("/"))


def at(body: Any, path: str) -> Any:
    for key in path.split("."):
        body = body[key]
    return body


@pytest.mark.parametrize(("path", "param"), ROWS, ids=[f"POST {path} {param}".strip() for path, param in ROWS])
def test_a_parameter_does_what_it_says(shop: Shop, path: str, param: str) -> None:
    base, rows = ALL[path]
    params, shows = rows[param]
    maker = Maker(shop)
    answer = shop.post(maker.path(path), maker.filled({**base, **params}))
    assert answer.status == 200, answer.body
    assert "sandbox-ignored" not in answer.headers
    for where, wanted in shows.items():
        value = at(answer.body, where)
        assert wanted(value) if callable(wanted) else value == maker.filled(wanted), f"{where} is {value!r}"


def test_what_is_said_of_cards_goes_before_what_is_said_of_all(shop: Shop) -> None:
    """Whether they are saved with the customer, and whether they are captured."""
    customer = shop.post("/v1/customers")["id"]
    for of_all, of_cards, kept in (("off_session", "none", None), (None, "on_session", customer), ("on_session", None, customer)):
        said = {"setup_future_usage": of_all} if of_all else {}
        options = {"payment_method_options": {"card": {"setup_future_usage": of_cards}}} if of_cards else {}
        made = shop.pay(customer=customer, expand=["payment_method"], **said, **options)
        assert made["payment_method"]["customer"] == kept
    assert shop.post("/v1/setup_intents", {"payment_method_options": {"card": {"capture_method": "manual"}}}).error["param"] == (
        "payment_method_options[card][capture_method]"
    )


@pytest.mark.parametrize("path", ["/v1/charges", "/v1/payment_intents"])
def test_radar_options_are_taken_and_named_as_ignored(shop: Shop, path: str) -> None:
    """The one parameter of these tables that has nothing to act on."""
    answer = shop.post(path, {**ALL[path].base, "radar_options": {"session": "rse_1"}})
    assert (answer.status, answer.headers["sandbox-ignored"]) == (200, "radar_options")
