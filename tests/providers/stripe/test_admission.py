"""What a key may ask for and how often: expired and restricted keys, rate limits, objects that another call holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness import Answer, Shop


def settle_on(shop: Shop, **own: Any) -> None:
    assert shop.control("POST", "/settings", {"providers": {"stripe": own}}).status == 200


def said(answer: Answer) -> tuple[Any, ...]:
    error = answer.error
    return answer.status, error["type"], error.get("code"), error.get("param"), error["message"]


# Expired keys


@pytest.mark.parametrize(
    ("kind", "name", "shown"),
    [("rk", "alpha", "*******_alpha"), ("sk", "alpha", "*******_alpha"), ("rk", "a_long_name_UEguF", "rk_test_***********_UEguF")],
)
def test_an_expired_key(kind: str, name: str, shown: str) -> None:
    """401 with a code of its own, the last six characters shown; the merchant's other keys work on."""
    shop = Shop(name=name)
    settle_on(shop, expired_keys=kind)
    answer = shop.post("/v1/customers", key=f"{kind}_test_{name}")
    assert said(answer) == (401, "invalid_request_error", "api_key_expired", None, f"Expired API Key provided: {shown}")
    assert answer.headers["www-authenticate"] == 'Basic realm="Stripe"'
    assert shop.events() == []
    other = "sk" if kind == "rk" else "rk"
    assert shop.post("/v1/customers", key=f"{other}_test_{name}").status == 200
    settle_on(shop, expired_keys="")
    assert shop.post("/v1/customers", key=f"{kind}_test_{name}").status == 200
    shop.close()


def test_every_kind_of_key_can_expire(shop: Shop) -> None:
    settle_on(shop, expired_keys="sk, rk, pk")
    for kind in ("sk", "rk", "pk"):
        assert shop.get("/v1/tokens/tok_x", key=f"{kind}_test_alpha").status in (401, 403)
        assert shop.post("/v1/tokens", {"card": {"number": "4242424242424242"}}, key=f"{kind}_test_alpha").status == 401


# Restricted keys


@pytest.mark.parametrize(
    ("rights", "method", "path", "right"),
    [
        ("charge_read", "POST", "/v1/charges", "rak_charge_write"),
        ("charge_write", "GET", "/v1/customers", "rak_customer_read"),
        ("charge_read", "POST", "/v1/refunds", "rak_charge_write"),
        ("charge_read", "POST", "/v1/disputes/du_x/close", "rak_dispute_write"),
        ("dispute_read", "GET", "/v1/balance_transactions", "rak_balance_read"),
        ("dispute_read", "DELETE", "/v1/customers/cus_x", "rak_customer_write"),
        ("dispute_read", "GET", "/v1/webhook_endpoints", "rak_webhook_read"),
        ("dispute_read", "GET", "/v1/radar/early_fraud_warnings", "rak_early_fraud_warning_read"),
    ],
)
def test_a_restricted_key_without_the_right(shop: Shop, rights: str, method: str, path: str, right: str) -> None:
    """403; the message names the right that is missing, and nothing is kept under an idempotency key."""
    settle_on(shop, restricted_key=rights)
    own = shop.get("/v1/account")["id"]
    keyed = {"idempotency-key": "k1"}
    answer = shop.call(method, path, key="rk_test_alpha", headers=keyed)
    assert said(answer) == (
        403, "invalid_request_error", "more_permissions_required", None,
        f"The provided key '*******_alpha' does not have the required permissions for this endpoint on account '{own}'. Having the "
        f"'{right}' permission would allow this request to continue.",
    )  # fmt: skip
    later = shop.call(method, path, headers=keyed)
    assert (later.status != 403, "idempotent-replayed" in later.headers) == (True, False)


def test_who_may_write_may_read_and_a_secret_key_may_everything(shop: Shop) -> None:
    settle_on(shop, restricted_key="customer_write, dispute_read")
    customer = shop.post("/v1/customers", key="rk_test_alpha")["id"]
    assert shop.get(f"/v1/customers/{customer}", key="rk_test_alpha").status == 200
    assert shop.get("/v1/disputes", key="rk_test_alpha").status == 200
    assert shop.get("/v1/charges").status == 200


@pytest.mark.parametrize(
    "own", [{"expired_keys": "sk_test"}, {"restricted_key": "charges_write"}, {"restricted_key": "charge"}, {"rate_limits": "fast"}]
)
def test_settings_that_cannot_be_are_refused(shop: Shop, own: dict[str, str]) -> None:
    answer = shop.control("POST", "/settings", {"providers": {"stripe": own}})
    assert (answer.status, answer.error["param"]) == (422, f"providers.stripe.{next(iter(own))}")


# Rate limits

TOO_MANY = (
    "Testmode request rate limit exceeded, the rate limits in testmode are lower than livemode. You can learn more about rate limits here "
    "https://stripe.com/docs/rate-limits."
)


def statuses(shop: Shop, method: str, path: str, times: int) -> list[int]:
    return [shop.call(method, path).status for _ in range(times)]


def refused_for(answer: Answer) -> str:
    assert said(answer) == (429, "invalid_request_error", "rate_limit", None, TOO_MANY)
    assert "retry-after" not in answer.headers
    return answer.headers["stripe-rate-limited-reason"]


def test_nobody_is_limited_unless_the_settings_say_so(shop: Shop) -> None:
    assert statuses(shop, "GET", "/v1/balance", 150) == [200] * 150


@pytest.mark.parametrize(
    ("limits", "path", "most", "why"),
    [
        ("live", "/v1/balance", 25, "endpoint-rate"), ("sandbox", "/v1/files", 20, "endpoint-rate"),
        ("sandbox", "/v1/charges/search?query=amount:1", 20, "endpoint-rate"),
    ],
)  # fmt: skip
def test_one_endpoint_has_a_limit_of_its_own(shop: Shop, limits: str, path: str, most: int, why: str) -> None:
    """In any second of wall time; what was refused does not count, and the merchant's own clock does not matter."""
    settle_on(shop, rate_limits=limits)
    assert statuses(shop, "GET", path, most) == [200] * most
    assert refused_for(shop.get(path)) == why
    shop.wall.now += 0.9
    assert refused_for(shop.get(path)) == why
    shop.wall.now += 0.1
    assert statuses(shop, "GET", path, most + 1) == [200] * most + [429]


@pytest.mark.parametrize(("limits", "most"), [("sandbox", 25), ("live", 100)])
def test_all_endpoints_together_have_a_limit(shop: Shop, limits: str, most: int) -> None:
    settle_on(shop, rate_limits=limits)
    paths = ["/v1/balance", "/v1/charges", "/v1/refunds", "/v1/disputes", "/v1/customers", "/v1/events"]
    answers = [shop.get(paths[n % len(paths)]) for n in range(most + 1)]
    assert [answer.status for answer in answers] == [200] * most + [429]
    assert refused_for(answers[-1]) == "global-rate"
    assert shop.get("/v1/balance", key="sk_test_beta").status == 200


def test_a_payment_intent_can_be_updated_a_thousand_times_an_hour(shop: Shop) -> None:
    """And then is refused by itself, while others go on."""
    settle_on(shop, rate_limits="live")
    first, second = (shop.post("/v1/payment_intents", {"amount": 500, "currency": "usd"})["id"] for _ in range(2))
    window = shop.world.desks["alpha"].spent
    for _ in range(2):
        shop.post(f"/v1/payment_intents/{first}", {"metadata": {"a": "b"}})
    window[f"intent {first}"].extend([shop.wall.now] * 998)
    shop.wall.now += 60
    assert refused_for(shop.post(f"/v1/payment_intents/{first}", {"metadata": {"a": "b"}})) == "resource-specific"
    assert shop.post(f"/v1/payment_intents/{second}", {"metadata": {"a": "b"}}).status == 200
    shop.wall.now += 3600
    assert shop.post(f"/v1/payment_intents/{first}", {"metadata": {"a": "b"}}).status == 200


def test_a_request_beyond_the_limit_is_not_kept_under_its_key(shop: Shop) -> None:
    settle_on(shop, rate_limits="sandbox")
    for _ in range(25):
        shop.post("/v1/customers")
    assert shop.post("/v1/customers", headers={"idempotency-key": "k1"}).status == 429
    shop.wall.now += 1
    again = shop.post("/v1/customers", headers={"idempotency-key": "k1"})
    assert (again.status, "idempotent-replayed" in again.headers) == (200, False)


# Objects that another call holds


def test_an_object_that_is_locked(shop: Shop) -> None:
    """By the fault `locked`, because here no call ever waits for another: 429 with a code of its own, and nothing is kept."""
    shop.control("POST", "/faults", {"where": "request", "what": "locked", "paths": ["POST /v1/customers"], "count": 1})
    answer = shop.post("/v1/customers", headers={"idempotency-key": "k1"})
    assert said(answer) == (
        429, "invalid_request_error", "lock_timeout", None,
        "This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this "
        "error intermittently, retry the request. If you see this error frequently and are making multiple concurrent requests to a single "
        "object, make your requests serially or at a lower rate. For more details, see "
        "https://stripe.com/docs/rate-limits#object-lock-timeouts.",
    )  # fmt: skip
    assert answer.headers["stripe-rate-limited-reason"] == "resource-specific"
    assert shop.post("/v1/customers", headers={"idempotency-key": "k1"}).status == 200
