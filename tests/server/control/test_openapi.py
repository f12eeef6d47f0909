"""The OpenAPI document is sound, and says what is routed and what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import TypeAdapter

from sandbox.providers import PROVIDERS
from sandbox.server.control.openapi import ErrorBody, printed, schema_of
from sandbox.server.control.table import OPERATIONS
from tests.harness import Shop


@pytest.fixture
def document(shop: Shop) -> Any:
    return shop.control("GET", "/openapi.json").body


def test_the_document_is_valid_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_what_is_documented_is_what_is_routed(shop: Shop, document: Any) -> None:
    """Asked of the router, not of the table that both are made from."""
    documented = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert documented == {(op.method, op.path) for op in OPERATIONS}
    assert len(documented) == len(OPERATIONS)
    shop.control("GET", "/clock")
    road = shop.app.control
    for method, path in sorted(documented):
        op, _ = road.match(method, path.replace("{id}", "x").replace("{payment}", "x"))
        assert (op.method, op.path) == (method, path)


def test_escalating_says_both_that_it_does(document: Any) -> None:
    summary = document["paths"]["/_sandbox/disputes/{id}/escalate"]["post"]["summary"]
    assert "inquiry becomes a chargeback" in summary
    assert "lost after its evidence may be appealed" in summary


def test_the_contract_s_paths_are_there(document: Any) -> None:
    """Every control call of the public interface that this version answers."""
    wanted = {
        "GET clock", "POST clock", "POST clock/advance", "GET settings", "POST settings", "POST disputes", "POST disputes/{id}/win",
        "POST disputes/{id}/lose", "POST disputes/{id}/escalate", "POST early_fraud_warnings", "POST refunds",
        "POST refunds/{id}/succeed", "POST refunds/{id}/fail", "POST refunds/{id}/cancel",
        "POST disputes/{id}/evidence", "POST disputes/{id}/submit",
        "POST disputes/{id}/accept", "POST three_d_secure/{payment}/pass", "POST three_d_secure/{payment}/fail", "GET payments",
        "GET payments/{id}", "GET disputes", "GET disputes/{id}", "GET ledger", "GET events", "GET deliveries", "GET requests",
        "GET timers", "POST deliveries/{id}/resend", "GET webhook_endpoints", "POST webhook_endpoints", "DELETE webhook_endpoints/{id}",
        "POST webhook_endpoints/{id}/roll", "POST webhook_endpoints/{id}/enable", "POST webhook_endpoints/{id}/disable", "GET inbox",
        "POST reset", "GET snapshots", "POST snapshots", "POST snapshots/{id}/restore", "POST snapshots/{id}/fork",
        "DELETE snapshots/{id}", "GET faults", "POST faults", "DELETE faults", "DELETE faults/{id}", "GET merchants",
        "POST merchants", "GET stream", "GET openapi.json", "GET scenarios", "POST scenarios/{name}/run", "POST record/start",
        "POST record/stop", "GET about", "GET record", "GET requests/{id}", "GET deliveries/{id}", "GET scenarios/{name}",
        "GET machines/{provider}/{kind}", "POST disputes/{id}/files", "POST record/range",
        "POST reviews/{id}/approve",
        "GET google/ordering/partners", "POST google/ordering/partners", "POST google/ordering/checkouts",
        "GET google/ordering/checkouts/{id}", "POST google/ordering/checkouts/{id}/submit", "GET google/ordering/orders",
        "GET google/ordering/orders/{id}", "GET google/jwks",
            "POST google/bookings/partners", "GET google/bookings/partners", "PUT google/bookings/feeds/{feed}",
            "GET google/bookings/feeds/{feed}", "POST google/bookings/quote", "POST google/bookings", "GET google/bookings",
            "GET google/bookings/{id}", "POST google/bookings/{id}/cancel", "POST google/bookings/{id}/modify",
            "POST google/bookings/{id}/attendance", "POST google/bookings/{id}/postings",
    }  # fmt: skip
    shown = {f"{method.upper()} {path.removeprefix('/_sandbox/')}" for path, methods in document["paths"].items() for method in methods}
    assert shown == wanted


def test_no_two_models_share_a_component_s_name() -> None:
    """Each model's schema, made by itself, is the one that the document has under its name."""
    schemas: dict[str, Any] = {}
    for op in OPERATIONS:
        for kind in (op.answer, op.body, ErrorBody):
            parts: dict[str, Any] = {}
            if kind is not None:
                schema_of(kind, parts)
            for name, schema in parts.items():
                assert schemas.setdefault(name, schema) == schema, f"two models are shown as {name}"
    assert {"RestaurantAnswers", "BookingServerAnswers"} <= schemas.keys()
    assert schemas.items() <= printed()["components"]["schemas"].items()


def test_settings_of_each_provider_have_their_text(document: Any) -> None:
    """In what may be sent and in what is shown."""
    asked = document["paths"]["/_sandbox/settings"]["post"]
    body = asked["requestBody"]["content"]["application/json"]["schema"]
    assert body == asked["responses"]["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Settings"}
    shown = document["components"]["schemas"]["Settings"]["properties"]["providers"]["properties"]
    assert {provider.name: list(provider.settings) for provider in PROVIDERS if provider.settings}.keys() == shown.keys()
    for provider in PROVIDERS:
        told = shown[provider.name]["properties"]
        assert [(name, row["default"], row["description"]) for name, row in told.items()] == [
            (row.name, row.default, row.about) for row in provider.settings
        ]


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document: Any) -> None:
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in operations)


ANSWERED = [
    "/about", "/machines/stripe/dispute", "/clock", "/settings", "/payments", "/payments/{payment}", "/disputes", "/disputes/{dispute}",
    "/ledger", "/events",
    "/deliveries", "/requests", "/timers", "/webhook_endpoints", "/inbox", "/merchants", "/snapshots",
]  # fmt: skip


@pytest.mark.parametrize("path", ANSWERED)
def test_what_is_answered_has_exactly_the_documented_fields(shop: Shop, path: str) -> None:
    """On a merchant that has some of everything."""
    shop.freeze()
    shop.control("POST", "/webhook_endpoints", {"provider": "stripe", "url": "sandbox:inbox"})
    paid = shop.pay()
    made = shop.control("POST", "/disputes", {"charge": paid["id"]}).body
    shop.control("POST", "/snapshots")
    shop.settle()
    answer = shop.control("GET", path.replace("{payment}", paid["id"]).replace("{dispute}", made["id"])).body
    template = "/_sandbox" + path.replace("{payment}", "{id}").replace("{dispute}", "{id}").replace("stripe/dispute", "{provider}/{kind}")
    shape = next(op.answer for op in OPERATIONS if (op.method, op.path) == ("GET", template))
    TypeAdapter(shape).validate_python(answer, strict=True)
    fields = getattr(shape, "__annotations__", None) or shape.model_fields
    inherited = {name for base in getattr(shape, "__orig_bases__", ()) for name in getattr(base, "__annotations__", {})}
    assert set(answer) == set(fields) | inherited
    if "data" in answer:
        assert answer["data"], f"{path} shows nothing to check"
