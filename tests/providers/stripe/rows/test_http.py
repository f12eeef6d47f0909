"""The reference's tables of HTTP conventions: who is refused, what a form says, standard errors, idempotency, lists, traps of libraries."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.harness import DAY, Answer, Shop
from tests.providers.stripe.rows.refused import Row

HELP = "we can help at https://support.stripe.com/."
USD_5 = {"amount": 500, "currency": "usd"}


def asked(method: str, path: str, **options: Any) -> Callable[[Shop], tuple[Answer, str]]:
    return lambda shop: (shop.call(method, path, **options), "")


def with_key(key: str) -> Callable[[Shop], tuple[Answer, str]]:
    return asked("GET", "/v1/charges", key=key)


def under_settings(call: Callable[[Shop], tuple[Answer, str]], **own: Any) -> Callable[[Shop], tuple[Answer, str]]:
    def settled(shop: Shop) -> tuple[Answer, str]:
        assert shop.control("POST", "/settings", {"providers": {"stripe": own}}).status == 200
        return call(shop)[0], shop.get("/v1/account")["id"]

    return settled


def struck(what: str, call: Callable[[Shop], tuple[Answer, str]]) -> Callable[[Shop], tuple[Answer, str]]:
    def met(shop: Shop) -> tuple[Answer, str]:
        assert shop.control("POST", "/faults", {"where": "request", "what": what}).status == 200
        return call(shop)

    return met


def pays(**params: Any) -> Callable[[Shop], tuple[Answer, str]]:
    return asked("POST", "/v1/payment_intents", params={**USD_5, **params})


def two_cursors(shop: Shop) -> tuple[Answer, str]:
    ids = [shop.post("/v1/customers")["id"] for _ in range(2)]
    return shop.get("/v1/customers", {"starting_after": ids[1], "ending_before": ids[0]}), ""


def expands(path: str, *words: str) -> Callable[[Shop], tuple[Answer, str]]:
    return lambda shop: (shop.get(path.format(shop.pay()["id"]), {"expand": words}), "")


def keyed(first: str, second: str, **other: Any) -> Callable[[Shop], tuple[Answer, str]]:
    """The same key twice."""

    def call(shop: Shop) -> tuple[Answer, str]:
        headers = {"idempotency-key": "k1"}
        assert shop.post(first, USD_5 if first.endswith("intents") else {}, headers=headers).status == 200
        return shop.post(second, other, headers=headers), ""

    return call


AUTH: dict[str, Row] = {
    "no key": Row(
        asked("GET", "/v1/charges", headers={"authorization": ""}),
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. "
        "'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or " + HELP, status=401,
    ),
    "unknown key": Row(
        with_key("sk_tset_4eC39HqLyjWDarjtT1zdAso0"), "Invalid API Key provided: sk_tset_********************Aso0", status=401
    ),
    "unknown key, short": Row(with_key("undefined"), "Invalid API Key provided: *****ined", status=401),
    "key with a space": Row(
        with_key("sk_test_ 4eC39HqLyjWDarjtAso0"),
        "Invalid API Key provided: sk_test_*****************Aso0 This key contains at least one space. Please delete the spaces and try "
        "again. If you have any questions, " + HELP, status=401,
    ),
    "expired key": Row(
        under_settings(with_key("rk_test_alpha"), expired_keys="rk"), "Expired API Key provided: *******_alpha", "api_key_expired",
        status=401,
    ),
    "publishable key on a secret endpoint": Row(
        with_key("pk_test_alpha"),
        "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at "
        "https://dashboard.stripe.com/account/apikeys.", "secret_key_required", status=403,
    ),
    "restricted key without the right": Row(
        under_settings(with_key("rk_test_alpha"), restricted_key="dispute_read"),
        "The provided key '*******_alpha' does not have the required permissions for this endpoint on account '{}'. Having the "
        "'rak_charge_read' permission would allow this request to continue.", "more_permissions_required", status=403,
    ),
    "Stripe-Account not accessible": Row(
        asked("GET", "/v1/charges", headers={"stripe-account": "acct_x"}),
        "The provided key 'sk_test_*lpha' does not have access to account 'acct_x' (or that account does not exist). Application access "
        "may have been revoked.", "account_invalid", status=403,
    ),
}  # fmt: skip
FORMS: dict[str, Row] = {
    "JSON body": Row(
        asked("POST", "/v1/customers", content=b"{}", headers={"content-type": "application/json"}),
        "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, " + HELP,
    ),
    "boolean": Row(pays(confirm="1"), "Invalid boolean: 1", param="confirm"),
    "integer": Row(pays(amount="12.5"), "Invalid integer: 12.5", "parameter_invalid_integer", "amount"),
    "string": Row(pays(description={"0": "wrong"}), 'Invalid string: {"0":"wrong"}', param="description"),
    "metadata value": Row(
        pays(metadata={"k": "x" * 801}),
        "Metadata values can have up to 500 characters, but you passed in a value that is 801 characters. Invalid value: " + "x" * 801,
        param="metadata",
    ),
    "metadata key": Row(
        pays(metadata={"k" * 41: "1"}),
        "Metadata keys can have up to 40 characters, but you passed in a key that is 41 characters. Invalid key: " + "k" * 41,
        param="metadata",
    ),
    "metadata of more than 50 keys": Row(
        pays(metadata={f"k{n}": "1" for n in range(51)}), "Metadata can have up to 50 keys, but you've set 51.…", param="metadata"
    ),
    "empty string": Row(
        pays(amount=""),
        "You passed an empty string for 'amount'. We assume empty values are an attempt to unset a parameter; however 'amount' cannot be "
        "unset. You should remove 'amount' from your request or supply a non-empty value.", "parameter_invalid_empty", "amount",
    ),
    "email": Row(pays(receipt_email="x"), "Invalid email address: x", "email_invalid", "receipt_email"),
    "length": Row(
        pays(description="x" * 5001), "Invalid string: xxxxxxxxxx...xxxxxxxxxx; must be at most 5000 characters", param="description"
    ),
    "Stripe-Version": Row(asked("GET", "/v1/charges", headers={"stripe-version": "X"}), "Invalid Stripe API version: X"),
}  # fmt: skip
STANDARD: dict[str, Row] = {
    "unknown parameter": Row(
        asked("POST", "/v1/customers", params={"invoice_settings": {"nope": 1}}),
        "Received unknown parameter: invoice_settings[nope]", "parameter_unknown", "invoice_settings[nope]",
    ),
    "several unknown parameters": Row(pays(a=1, b=2), "Received unknown parameters: a, b", "parameter_unknown", "a"),
    "missing parameter": Row(
        asked("POST", "/v1/payment_intents", params={"currency": "usd"}), "Missing required param: amount.", "parameter_missing", "amount"
    ),
    "bad integer": Row(pays(amount="abc"), "Invalid integer: abc", "parameter_invalid_integer", "amount"),
    "integer below minimum": Row(
        asked("POST", "/v1/refunds", params={"charge": "ch_x", "amount": 0}),
        "This value must be greater than or equal to 1.", "parameter_invalid_integer", "amount",
    ),
    "negative where not negative is due": Row(pays(amount=-1), "Invalid non-negative integer", param="amount"),
    "bad enum": Row(
        asked("POST", "/v1/refunds", params={"charge": "ch_x", "reason": "x"}),
        "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer", param="reason",
    ),
    "bad currency": Row(
        pays(currency="xxd"), "Invalid currency: xxd. Stripe currently supports these currencies: usd, aed, …", param="currency"
    ),
    "ID in the path not found": Row(asked("GET", "/v1/disputes/du_x"), "No such dispute: 'du_x'", "resource_missing", "dispute", 404),
    "ID in body not found": Row(pays(customer="cus_x"), "No such customer: 'cus_x'", "resource_missing", "customer"),
    "ID in query not found": Row(asked("GET", "/v1/charges?customer=cus_x"), "No such customer: 'cus_x'", "resource_missing", "customer"),
    "unknown charge in POST /v1/refunds": Row(
        asked("POST", "/v1/refunds", params={"charge": "ch_x"}), "No such charge: 'ch_x'", "resource_missing", "id", 404
    ),
    "unknown cursor": Row(asked("GET", "/v1/refunds?starting_after=x"), "No such refund: 'x'", "resource_missing", "starting_after"),
    "both cursors": Row(two_cursors, "Received both starting_after and ending_before parameters. Please pass in only one."),
    "not expandable": Row(expands("/v1/payment_intents/{}", "nope"), "This property cannot be expanded (nope)."),
    "not expandable, on lists": Row(
        expands("/v1/charges", "customer"),
        "This property cannot be expanded (customer). You may want to try expanding 'data.customer' instead.",
    ),
    "more than four levels": Row(
        expands("/v1/payment_intents/{}", "a.b.c.d.e"), "You cannot expand more than 4 levels of a property. Property: a.b.c.d.e",
        "property_expansion_max_depth",
    ),
    "unknown URL": Row(
        asked("GET", "/v1/foo"),
        "Unrecognized request URL (GET: /v1/foo). If you are trying to list objects, remove the trailing slash. If you are trying to "
        "retrieve an object, make sure you passed a valid (non-empty) identifier in your code. Please see https://stripe.com/docs or "
        + HELP, status=404,
    ),
    "unknown method": Row(asked("PATCH", "/v1/charges"), "Unrecognized request URL (PATCH: /v1/charges). If you…", status=404),
    "rate limit": Row(
        struck("429", pays()),
        "Testmode request rate limit exceeded, the rate limits in testmode are lower than livemode. You can learn more about rate limits "
        "here https://stripe.com/docs/rate-limits.", "rate_limit", status=429,
    ),
    "object locked": Row(
        struck("locked", pays()), "This object cannot be accessed right now because another API request or…", "lock_timeout", status=429
    ),
    "server error": Row(struck("500", pays()), "An unknown error occurred.…", status=500, type="api_error"),
    "server not available": Row(struck("503", pays()), "Stripe is temporarily unavailable.…", status=503, type="api_error"),
    "bad search query": Row(
        asked("GET", "/v1/charges/search?query=nonsense"),
        'We were unable to parse your search query. Try using the format `metadata["key"]:"value"` to query for metadata or key:"value" to '
        "query for other fields.", param="query",
    ),
}  # fmt: skip
IDEMPOTENCY: dict[str, Row] = {
    "other parameters": Row(
        keyed("/v1/payment_intents", "/v1/payment_intents", amount=501, currency="usd"),
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than 'k1' "
        "if you meant to execute a different request.", type="idempotency_error",
    ),
    "same key, other endpoint": Row(
        keyed("/v1/customers", "/v1/setup_intents"),
        "Keys for idempotent requests can only be used for the same endpoint they were first used for ('/v1/customers' vs "
        "'/v1/setup_intents'). Try using a key other than 'k1' if you meant to execute a different request.", type="idempotency_error",
    ),
    "key of more than 255 characters": Row(
        asked("POST", "/v1/customers", headers={"idempotency-key": "k" * 256}), "Idempotency keys can be at most 255 characters long."
    ),
}  # fmt: skip
ALL = {**AUTH, **FORMS, **STANDARD, **IDEMPOTENCY}


@pytest.mark.parametrize("name", ALL)
def test_a_request_is_refused_in_these_words(shop: Shop, name: str) -> None:
    """Status, type, code, blamed parameter and message; the envelope has one key, its own keys are sorted and never null."""
    row = ALL[name]
    answer, told = row.call(shop)
    error = answer.error
    assert (answer.status, error["type"], error.get("code"), error.get("param")) == (row.status, row.type, row.code, row.param), error
    wanted = row.message.replace("{}", told) if row.message.count("{}") else row.message
    assert error["message"].startswith(wanted[:-1]) if wanted.endswith("…") else error["message"] == wanted
    assert (list(answer.body), list(error)) == (["error"], sorted(error))
    assert None not in error.values()
    assert error.get("doc_url") == (f"https://stripe.com/docs/error-codes/{row.code.replace('_', '-')}" if row.code else None)
    assert (answer.headers.get("www-authenticate") == 'Basic realm="Stripe"') is (row.status == 401)
    assert answer.headers.get("stripe-rate-limited-reason") == {"rate limit": "global-rate", "object locked": "resource-specific"}.get(name)
    assert "retry-after" not in answer.headers


# The rows of "idempotency"


def twice(shop: Shop, path: str, params: dict[str, Any] | None = None, **headers: str) -> tuple[Answer, Answer]:
    first, second = (shop.post(path, params, headers={"idempotency-key": "k1", **headers}) for _ in range(2))
    return first, second


def test_methods(shop: Shop) -> None:
    """POST only."""
    customer = shop.post("/v1/customers")["id"]
    answers = [shop.delete(f"/v1/customers/{customer}", headers={"idempotency-key": "k1"}).status for _ in range(2)]
    assert answers == [200, 404]


def test_kept(shop: Shop) -> None:
    """A day of the merchant's clock, then it may be used as new."""
    first, second = twice(shop, "/v1/customers")
    assert first["id"] == second["id"]
    shop.advance(seconds=DAY)
    assert shop.post("/v1/customers", headers={"idempotency-key": "k1"})["id"] != first["id"]


def test_replay(shop: Shop) -> None:
    first, second = twice(shop, "/v1/payment_intents", USD_5)
    assert (second.status, second.body) == (first.status, first.body)
    assert (first.headers.get("idempotent-replayed"), second.headers["idempotent-replayed"]) == (None, "true")
    assert first.headers["original-request"] == second.headers["original-request"] == first.headers["request-id"]
    assert second.headers["request-id"] != first.headers["request-id"]
    assert shop.events() == ["payment_intent.created"]


# The rows of "what the libraries send and need"


def test_basic_authentication_takes_the_key_as_its_user(shop: Shop) -> None:
    """What `curl -u KEY:` sends."""
    header = "Basic " + base64.b64encode(b"sk_test_alpha:").decode()
    assert shop.get("/v1/charges", headers={"authorization": header}).status == 200


def test_no_answer_that_succeeds_has_a_key_called_error(shop: Shop) -> None:
    """Node would throw it."""
    for path in ("/v1/charges", "/v1/balance", "/v1/account", "/v1/events", f"/v1/payment_intents/{shop.pay()['id']}"):
        assert "error" not in shop.get(path).body


def test_the_url_of_a_list_is_its_path(shop: Shop) -> None:
    """Python turns the pages with it: without host, with the ids of the path."""
    charge = shop.pay()["latest_charge"]
    assert shop.get(f"/v1/charges/{charge}/refunds?limit=1")["url"] == f"/v1/charges/{charge}/refunds"
    assert shop.get("/v1/refunds", {"charge": charge})["url"] == "/v1/refunds"
