"""HTTP conventions: who asks, how parameters are written, what surrounds an answer."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from sandbox.core.errors import Refusal
from sandbox.providers.stripe.documented import _operations
from sandbox.providers.stripe.provider import Stripe
from sandbox.providers.stripe.routes import OPERATIONS
from sandbox.providers.stripe.versions import NEWEST
from tests.harness import Answer, Shop

INVALID = "invalid_request_error"


def said(answer: Answer) -> tuple[Any, ...]:
    error = answer.error
    return answer.status, error["type"], error.get("code"), error.get("param"), error["message"]


# Who asks


def test_no_key(shop: Shop) -> None:
    for header in ("", "Digest x", "Bearer ", "Basic " + base64.b64encode(b":").decode()):
        answer = shop.get("/v1/charges", headers={"authorization": header})
        assert said(answer) == (
            401, INVALID, None, None,
            "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. "
            "'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at "
            "https://support.stripe.com/.",
        )  # fmt: skip
        assert answer.headers["www-authenticate"] == 'Basic realm="Stripe"'
        assert list(answer.error) == ["message", "type"]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("undefined", "*****ined"),
        ("key", "key"),
        ("sk_tset_4eC39HqLyjWDrjtT1zdp7dc", "sk_tset_*******************p7dc"),
    ],
)
def test_an_unknown_key_is_shown_masked(shop: Shop, key: str, shown: str) -> None:
    answer = shop.get("/v1/charges", key=key)
    assert said(answer) == (401, INVALID, None, None, f"Invalid API Key provided: {shown}")
    assert len(shown) == len(key)


@pytest.mark.parametrize("key", ["sk_test_51" + "a" * 97, "pk_test_4eC39HqLyjWD-rjtT1zdp7dc", "rk_test_"])
def test_a_key_whose_end_names_no_merchant_is_told_what_would(shop: Shop, key: str) -> None:
    """A real test key, longer than a merchant's name, is the first thing that a newcomer tries."""
    answer = shop.get("/v1/charges", key=key)
    assert said(answer)[:4] == (401, INVALID, None, None)
    shown, _, hint = answer.error["message"].partition(". ")
    assert (shown[:26], shown[-4:]) == ("Invalid API Key provided: ", key[-4:])
    assert hint.startswith("This sandbox takes sk_test_NAME, NAME being 1 to 64 letters, digits or _: it names the merchant")


def test_a_key_with_a_space(shop: Shop) -> None:
    message = shop.get("/v1/charges", key="sk_test_ alpha").error["message"]
    assert message.startswith("Invalid API Key provided: ")
    assert message.endswith(
        " This key contains at least one space. Please delete the spaces and try again. If you have any questions, we can help at "
        "https://support.stripe.com/."
    )


@pytest.mark.parametrize("key", ["sk_live_abcdefghijklmnop", "rk_live_abcdefghijklmnop", "pk_live_abcdefghijklmnop"])
def test_live_keys_are_refused_and_never_repeated(shop: Shop, key: str) -> None:
    answer = shop.get("/v1/charges", key=key)
    assert answer.status == 401
    assert "abcdefghijklmnop" not in json.dumps(answer.body)
    assert "live keys" in answer.error["message"]
    assert "abcdefghijklmnop" not in shop.world.merchants


def test_a_publishable_key_on_a_secret_endpoint(shop: Shop) -> None:
    assert said(shop.get("/v1/charges", key="pk_test_alpha")) == (
        403, INVALID, "secret_key_required", None,
        "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at "
        "https://dashboard.stripe.com/account/apikeys.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        "Bearer sk_test_alpha", "bearer rk_test_alpha", "Basic " + base64.b64encode(b"sk_test_alpha:").decode(),
        "basic " + base64.b64encode(b"rk_test_alpha:ignored").decode(),
    ],
)  # fmt: skip
def test_bearer_and_basic_with_secret_and_restricted_keys(shop: Shop, header: str) -> None:
    customer = shop.post("/v1/customers")["id"]
    assert shop.get(f"/v1/customers/{customer}", headers={"authorization": header})["id"] == customer


def test_the_suffix_of_the_key_is_the_account(shop: Shop) -> None:
    customer = shop.post("/v1/customers")["id"]
    assert shop.get(f"/v1/customers/{customer}", key="sk_test_beta").status == 404


@pytest.mark.parametrize("header", ["stripe-account", "stripe-context"])
def test_only_the_keys_own_account_may_be_named(shop: Shop, header: str) -> None:
    own = shop.get("/v1/account")["id"]
    answer = shop.post("/v1/customers", headers={header: own})
    assert answer.status == 200
    assert answer.headers.get("stripe-account") == (own if header == "stripe-account" else None)
    answer = shop.post("/v1/customers", headers={header: "acct_1other"})
    assert said(answer)[:4] == (403, INVALID, "account_invalid", None)
    assert answer.error["message"] == (
        "The provided key 'sk_test_*lpha' does not have access to account 'acct_1other' (or that account does not exist). Application "
        "access may have been revoked."
    )
    assert len(shop.get("/v1/customers")["data"]) == 1


@pytest.mark.parametrize("given", ["{own}/{other}", "{other}", "{own}"])
def test_a_path_of_accounts_acts_for_the_last_one(shop: Shop, given: str) -> None:
    """`Stripe-Context` is the newer form of `Stripe-Account`, and is not echoed; events of a connected account name it."""
    own, other = shop.get("/v1/account")["id"], shop.post("/v1/accounts")["id"]
    acted = other if given.endswith("{other}") else own
    answer = shop.post("/v1/customers", headers={"stripe-context": given.format(own=own, other=other)})
    assert (answer.status, "stripe-account" in answer.headers, "stripe-context" in answer.headers) == (200, False, False)
    assert shop.get(f"/v1/customers/{answer['id']}", headers={"stripe-account": acted}).status == 200
    assert shop.get(f"/v1/customers/{answer['id']}").status == (200 if acted == own else 404)
    (event,) = shop.get("/v1/events", {"type": "customer.created"}, headers={"stripe-account": acted})["data"]
    assert event.get("account") == (other if acted == other else None)


def test_what_the_libraries_tell_of_themselves_changes_nothing(shop: Shop) -> None:
    """Nor does what they add: a key on a DELETE or a GET, and no answer is one that they would take for a warning or an error."""
    told = {
        "user-agent": "Stripe/v1 PythonBindings/16.1.0 AIAgent/x", "x-stripe-client-user-agent": '{"lang": "python"}',
        "x-stripe-client-telemetry": '{"last_request_metrics": {"request_id": "req_1", "request_duration_ms": 1}}',
        "idempotency-key": "k1", "accept-encoding": "identity",
    }  # fmt: skip
    customer = shop.post("/v1/customers", headers=told)
    plain = shop.get(f"/v1/customers/{customer['id']}")
    for method in ("GET", "DELETE"):
        answer = shop.call(method, f"/v1/customers/{customer['id']}", headers=told)
        assert (answer.status, "error" in answer.body, "idempotency-key" in answer.headers) == (200, False, False)
        assert set(answer.headers) == set(plain.headers)
    assert "stripe-notice" not in customer.headers


# Paths


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/foo"), ("GET", "/v1/charges/"), ("PUT", "/v1/charges"), ("DELETE", "/v1/charges/ch_x"), ("GET", "/v1")],
)
def test_a_url_that_stripe_does_not_have(shop: Shop, method: str, path: str) -> None:
    assert said(shop.call(method, path)) == (
        404, INVALID, None, None,
        f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove the trailing slash. If you are trying to "
        "retrieve an object, make sure you passed a valid (non-empty) identifier in your code. Please see https://stripe.com/docs or we "
        "can help at https://support.stripe.com/.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("POST", "/v1/subscriptions", "/v1/subscriptions"), ("GET", "/v1/invoices/search", "/v1/invoices/search"),
        ("POST", "/v1/customers/cus_x/tax_ids", "/v1/customers/{customer}/tax_ids"),
    ],
)  # fmt: skip
def test_a_path_that_is_not_emulated_yet_says_so_by_name(shop: Shop, method: str, path: str, template: str) -> None:
    """Stripe has it, so it is not Stripe's 404; and the libraries do not try again."""
    answer = shop.call(method, path)
    assert (answer.status, answer.error["code"]) == (501, "sandbox_not_emulated")
    assert f"{method} {template}" in answer.error["message"]
    assert "doc_url" not in answer.error
    assert answer.headers["stripe-should-retry"] == "false"


def test_no_path_of_stripes_is_taken_for_an_id() -> None:
    """Whatever literal path Stripe documents, an operation answers it only if it is that very path."""
    stripe = Stripe()
    for operation in _operations():
        method, _, template = operation.partition(" ")
        try:
            op, _ = stripe.match(method, template)
        except Refusal:
            continue
        assert op.path.count("{") == template.count("{"), f"{operation} is answered by {op.path}"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/core/events"), ("POST", "/v2/billing/meter_events"), ("POST", "/v2/core/event_destinations"), ("GET", "/v2/x"),
        ("POST", "/oauth/token"), ("POST", "/oauth/deauthorize"),
    ],
)  # fmt: skip
def test_the_second_version_of_the_api_and_oauth_are_not_emulated_and_say_so_by_name(shop: Shop, method: str, path: str) -> None:
    answer = shop.call(method, path)
    assert said(answer)[:3] == (501, INVALID, "sandbox_not_emulated")
    assert f"{method} {path}" in answer.error["message"]
    assert answer.headers["stripe-should-retry"] == "false"


def test_one_path_of_that_form_is_not_stripes(shop: Shop) -> None:
    """Google's partners call it."""
    assert "sandbox_not_emulated" not in str(shop.post("/v2/conversations:send").body)


@pytest.mark.parametrize("path", ["//v1/charges", "/v1//charges", "/v1///charges"])
def test_double_slashes_are_tolerated(shop: Shop, path: str) -> None:
    assert shop.get(f"http://127.0.0.1:12111{path}")["url"] == "/v1/charges"
    assert shop.get("/v1/charges//ch_x").error["message"] == "No such charge: 'ch_x'"


def test_ids_are_opaque_text(shop: Shop) -> None:
    """No prefix is checked, and nothing in an id can break the answer."""
    for key in ("x", "du_1", "%00", "%22", "a" * 600):
        assert shop.get(f"/v1/charges/{key}").status == 404
    assert shop.get("/v1/charges/du_1").error["message"] == "No such charge: 'du_1'"


def test_head_is_no_method_of_the_api(shop: Shop) -> None:
    answer = shop.call("HEAD", "/v1/charges")
    assert (answer.status, answer.body) == (404, b"")


# Parameters


def test_a_json_body_is_refused(shop: Shop) -> None:
    answer = shop.post("/v1/customers", content=b'{"name": "x"}', headers={"content-type": "application/json; charset=utf-8"})
    assert said(answer) == (
        400, INVALID, None, None,
        "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help "
        "at https://support.stripe.com/.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        b"metadata[a]=1&metadata[b]=x+y", b"metadata%5Ba%5D=1&metadata%5Bb%5D=x%20y",
    ],
)  # fmt: skip
def test_hashes_in_every_spelling(shop: Shop, body: bytes) -> None:
    assert shop.post("/v1/customers", content=body)["metadata"] == {"a": "1", "b": "x y"}


@pytest.mark.parametrize("name", ["preferred_locales[]", "preferred_locales[0]"])
def test_arrays_in_every_spelling(shop: Shop, name: str) -> None:
    second = name.replace("0", "1")
    assert shop.post("/v1/customers", content=f"{name}=de&{second}=fr".encode())["preferred_locales"] == ["de", "fr"]


def test_lists_of_hashes_in_every_spelling(shop: Shop) -> None:
    """`a[0][b]` and `a[][b]`; a hash inside a hash, four levels deep."""
    for name in ("amount_details[line_items][0]", "amount_details[line_items][]"):
        form = f"amount=100&currency=usd&{name}[product_name]=x&{name}[quantity]=1&{name}[unit_cost]=100"
        answer = shop.post("/v1/payment_intents", content=form.encode())
        assert (answer.status, answer.headers["sandbox-ignored"]) == (200, "amount_details")
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createComplianceDispute"))
    form = "submit=false&evidence[enhanced_evidence][visa_compliance][fee_acknowledged]=true"
    shown = shop.post(f"/v1/disputes/{dispute['id']}", content=form.encode())
    assert shown["evidence"]["enhanced_evidence"]["visa_compliance"] == {"fee_acknowledged": True}


def test_numbers_and_booleans_are_taken_as_text(shop: Shop) -> None:
    made = shop.post("/v1/customers", {"name": 12.5, "description": True, "metadata": {"a": 1, "b": False}})
    assert (made["name"], made["description"], made["metadata"]) == ("12.5", "true", {"a": "1", "b": "false"})


def test_null_of_a_library_is_an_empty_string_and_unsets(shop: Shop) -> None:
    """As node sends it."""
    customer = shop.post("/v1/customers", {"name": "Jenny", "metadata": {"a": "1", "b": "2"}})["id"]
    changed = shop.post(f"/v1/customers/{customer}", {"name": None, "metadata": {"a": None}})
    assert (changed["name"], changed["metadata"]) == (None, {"b": "2"})


def test_parameters_of_get_and_delete_come_in_the_query(shop: Shop) -> None:
    customer = shop.post("/v1/customers?name=Jenny")["id"]
    assert shop.get("/v1/customers?limit=1&expand[]=data")["data"][0]["name"] == "Jenny"
    assert shop.get("/v1/customers", content=b"limit=x").status == 200
    answer = shop.delete(f"/v1/customers/{customer}?nope=1")
    assert (answer.status, answer.error["param"]) == (400, "nope")
    assert shop.delete(f"/v1/customers/{customer}")["deleted"] is True


@pytest.mark.parametrize(
    ("params", "code", "param", "message"),
    [
        ({"nope": "1"}, "parameter_unknown", "nope", "Received unknown parameter: nope"),
        ({"nope": "1", "no": {"pe": "2"}}, "parameter_unknown", "nope", "Received unknown parameters: nope, no"),
        ({"amount": ""}, "parameter_missing", "currency", None),
        ({"currency": "usd"}, "parameter_missing", "amount", "Missing required param: amount."),
        ({"currency": "usd", "amount": "abc"}, "parameter_invalid_integer", "amount", "Invalid integer: abc"),
        ({"currency": "usd", "amount": "12.5"}, "parameter_invalid_integer", "amount", "Invalid integer: 12.5"),
        ({"currency": "usd", "amount": 900, "confirm": "maybe"}, None, "confirm", "Invalid boolean: maybe"),
        ({"currency": "usd", "amount": 900, "description": {"0": "wrong"}}, None, "description", 'Invalid string: {"0":"wrong"}'),
        ({"currency": "usd", "amount": 900, "receipt_email": "x"}, "email_invalid", "receipt_email", "Invalid email address: x"),
        (
            {"currency": "usd", "amount": 900, "capture_method": "later"}, None, "capture_method",
            "Invalid capture_method: must be one of automatic, automatic_async, or manual",
        ),
        ({"currency": "usd", "amount": 900, "shipping": {"name": "x"}}, "parameter_missing", "shipping[address]", None),
        ({"currency": "usd", "amount": 900, "customer": "cus_x"}, "resource_missing", "customer", "No such customer: 'cus_x'"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_parameter_is_said(shop: Shop, params: Any, code: str | None, param: str, message: str | None) -> None:
    answer = shop.post("/v1/payment_intents", params)
    if "amount" in params and params["amount"] == "":
        code, param = "parameter_invalid_empty", "amount"
    assert said(answer)[:4] == (400, INVALID, code, param)
    assert message is None or answer.error["message"] == message
    assert shop.events() == []


def test_an_empty_string_unsets_or_is_refused(shop: Shop) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": "", "currency": "usd"})
    assert said(answer)[2:] == (
        "parameter_invalid_empty", "amount",
        "You passed an empty string for 'amount'. We assume empty values are an attempt to unset a parameter; however 'amount' cannot be "
        "unset. You should remove 'amount' from your request or supply a non-empty value.",
    )  # fmt: skip
    customer = shop.post("/v1/customers", {"name": "Jenny"})["id"]
    assert shop.post(f"/v1/customers/{customer}", {"name": ""})["name"] is None


def test_an_unknown_currency_names_the_known_ones(shop: Shop) -> None:
    answer = shop.post("/v1/payment_intents", {"amount": 900, "currency": "xxd"})
    assert said(answer)[:4] == (400, INVALID, None, "currency")
    assert answer.error["message"].startswith("Invalid currency: xxd. Stripe currently supports these currencies: usd, aed, ")
    assert shop.post("/v1/payment_intents", {"amount": 900, "currency": "USD"})["currency"] == "usd"


def test_strings_have_5000_characters_at_most(shop: Shop) -> None:
    assert shop.post("/v1/customers", {"description": "x" * 5000}).status == 200
    answer = shop.post("/v1/customers", {"description": "x" * 5001})
    assert (answer.status, answer.error["param"]) == (400, "description")
    assert answer.error["message"].endswith("must be at most 5000 characters")


def test_metadata_merges_and_has_bounds(shop: Shop) -> None:
    path = f"/v1/customers/{shop.post('/v1/customers', {'metadata': {'a': 1, 'b': 2}})['id']}"
    assert shop.post(path, {"metadata": {"b": "", "c": "3"}})["metadata"] == {"a": "1", "c": "3"}
    assert shop.post(path, {"metadata": ""})["metadata"] == {}
    long = shop.post(path, {"metadata": {"k": "x" * 501}})
    assert said(long)[:4] == (400, INVALID, None, "metadata")
    assert long.error["message"].startswith(
        "Metadata values can have up to 500 characters, but you passed in a value that is 501 characters. Invalid value: x"
    )
    assert shop.post(path, {"metadata": {"k" * 41: "1"}}).status == 400
    assert shop.post(path, {"metadata": {f"k{n}": "1" for n in range(51)}}).status == 400
    assert len(shop.post(path, {"metadata": {f"k{n}": "1" for n in range(50)}})["metadata"]) == 50
    assert shop.post(path, {"metadata": {"one": "more"}}).status == 400


# Errors


def test_the_keys_of_an_error_are_sorted_and_have_a_value(shop: Shop) -> None:
    """Never null; the documentation link goes with a code; the log link is a page of the dashboard."""
    answer = shop.get("/v1/charges/ch_x")
    error = answer.error
    assert list(answer.body) == ["error"]
    assert list(error) == ["code", "doc_url", "message", "param", "request_log_url", "type"]
    assert error["doc_url"] == "https://stripe.com/docs/error-codes/resource-missing"
    request = answer.headers["request-id"]
    assert error["request_log_url"] == f"/dashboard/requests/{request}?merchant=alpha&t={shop.now}"
    assert shop.get(error["request_log_url"]).headers["content-type"].startswith("text/html")
    assert shop.control("GET", f"/requests/{request}")["error"]["request_log_url"] == error["request_log_url"]
    assert list(shop.get("/v1/foo").error) == ["message", "request_log_url", "type"]


def sorted_keys(shown: Any, where: str = "") -> list[str]:
    """Places whose keys are not: id, object, then the alphabet's order."""
    if isinstance(shown, list):
        return [bad for item in shown for bad in sorted_keys(item, where + "[]")]
    if not isinstance(shown, dict):
        return []
    keys = list(shown)
    head = [key for key in ("id", "object") if key in shown]
    wrong = [] if keys == [*head, *sorted(set(keys) - set(head))] else [f"{where}: {keys}"]
    return wrong + [bad for key, item in shown.items() for bad in sorted_keys(item, f"{where}.{key}")]


def test_keys_stand_as_stripe_sorts_them(shop: Shop) -> None:
    """id, object, then the alphabet: in objects, their hashes, lists, events; and two spaces a level."""
    customer = shop.post("/v1/customers", {"name": "x", "business_name": "b", "individual_name": "i", "address": {"city": "x"}})["id"]
    shipping = {"name": "x", "address": {"city": "x"}, "carrier": "c"}
    held = shop.pay(capture_method="manual", customer=customer, setup_future_usage="off_session", shipping=shipping)
    shop.post(f"/v1/payment_intents/{held['id']}/capture", {"amount_to_capture": 900})
    shop.post("/v1/refunds", {"payment_intent": held["id"], "amount": 100})
    shop.pay("pm_card_createDispute")
    shop.pay("pm_card_createIssuerFraudRecord")
    shop.post("/v1/charges", {"amount": 900, "currency": "usd", "source": "tok_visa"})
    shop.post("/v1/payment_intents", {"amount": 900, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True})
    shop.pay("pm_card_riskLevelElevated")
    shop.pay("pm_usBankAccount_success", mandate_data={"customer_acceptance": {"type": "offline"}})
    shop.post("/v1/files", files={"file": ("a.pdf", b"%PDF-1.4")}, data={"purpose": "dispute_evidence", "file_link_data[create]": "true"})
    shop.post("/v1/webhook_endpoints", {"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    shop.post("/v1/setup_intents", {"payment_method": "pm_card_visa", "confirm": True, "customer": customer})
    shop.pay("pm_card_bypassPending", 9_000)
    connected = shop.post("/v1/accounts", {"email": "jenny@example.com"})["id"]
    shop.pay(transfer_data={"destination": connected}, application_fee_amount=100)
    assert shop.post("/v1/payouts", {"amount": 500, "currency": "usd"}).status == 200
    shop.post("/v1/test_helpers/test_clocks", {"frozen_time": shop.now})
    shown = {op.path: shop.get(op.path, {"limit": 100}) for op in OPERATIONS if op.method == "GET" and "{" not in op.path and (
        op.path not in ("/v1/balance", "/v1/account") and not op.path.endswith("/search")
    )}  # fmt: skip
    assert [path for path, answer in shown.items() if not answer["data"]] == []
    for path in ("/v1/balance", "/v1/account"):
        shown[path] = shop.get(path)
    wrong = [f"{path}{bad}" for path, answer in shown.items() for bad in sorted_keys(answer.body)]
    assert wrong == []
    raw = shop.run(shop._client.get("/v1/charges?limit=2", headers={"authorization": "Bearer sk_test_alpha"})).text
    assert raw == json.dumps(json.loads(raw), indent=2, ensure_ascii=False)


# Response headers

ALWAYS = {
    "content-type": "application/json", "cache-control": "no-cache, no-store", "vary": "Origin", "strict-transport-security": "max-age=0",
    "access-control-allow-origin": "*", "access-control-allow-credentials": "true", "access-control-max-age": "300",
    "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE", "stripe-version": NEWEST,
    "access-control-expose-headers": "Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required, "
    "X-Stripe-Privileged-Session-Required",
}  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/charges"), ("POST", "/v1/customers"), ("GET", "/v1/charges/ch_x"), ("GET", "/v1/x")]
)
def test_the_headers_of_every_answer(shop: Shop, method: str, path: str) -> None:
    """These, the length and the request's id: nothing else, whatever the status."""
    headers = dict(shop.call(method, path).headers)
    assert headers.pop("content-length").isdigit()
    request = headers.pop("request-id")
    assert (request[:4], len(request)) == ("req_", 4 + 14)
    assert headers == ALWAYS


def test_request_ids_are_unique_and_stand_in_events(shop: Shop) -> None:
    answers = [shop.post("/v1/customers") for _ in range(5)]
    assert len({answer.headers["request-id"] for answer in answers}) == 5
    event = shop.get("/v1/events")["data"][0]
    assert event["request"] == {"id": answers[-1].headers["request-id"], "idempotency_key": None}


def test_a_key_is_echoed_with_the_first_request(shop: Shop) -> None:
    first = shop.post("/v1/customers", headers={"idempotency-key": "k1"})
    assert first.headers["idempotency-key"] == "k1"
    assert first.headers["original-request"] == first.headers["request-id"]
    assert first.headers["stripe-should-retry"] == "false"
    assert "idempotent-replayed" not in first.headers
    event = shop.get("/v1/events")["data"][0]
    assert event["request"]["idempotency_key"] == "k1"


def test_versions(shop: Shop) -> None:
    """Echoed, older well-formed ones too; others are refused."""
    newest = shop.get("/v1/charges", headers={"stripe-version": NEWEST})
    assert (newest.headers["stripe-version"], "sandbox-ignored" in newest.headers) == (NEWEST, False)
    for version in ("2020-08-27", "2024-06-20", "2025-03-31.basil"):
        answer = shop.get("/v1/charges", headers={"stripe-version": version})
        assert (answer.status, answer.headers["stripe-version"]) == (200, version)
        assert "sandbox-ignored" not in answer.headers
    for version in ("2020-08-26", "2019-12-03", "latest", "2024-06-20;beta=v1", "2024-06-20.Acacia"):
        answer = shop.post("/v1/customers", headers={"stripe-version": version})
        assert said(answer) == (400, INVALID, None, None, f"Invalid Stripe API version: {version}")
        assert (answer.headers["stripe-version"], "sandbox-ignored" in answer.headers) == (NEWEST, False)
    assert shop.events() == []


# A browser


def test_a_page_of_another_site_may_use_a_publishable_key_only(shop: Shop) -> None:
    """A secret key here is a name that can be guessed: no page on the web may use it."""
    page = {"sec-fetch-site": "cross-site"}
    refused = shop.post("/v1/customers", headers=page)
    assert said(refused)[:3] == (403, INVALID, "publishable_key_required")
    assert shop.events() == []
    card = {"type": "card", "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}}
    assert shop.post("/v1/payment_methods", card, key="pk_test_alpha", headers=page).status == 200
    for site in ("same-origin", "same-site", "none"):
        assert shop.post("/v1/customers", headers={"sec-fetch-site": site}).status == 200
