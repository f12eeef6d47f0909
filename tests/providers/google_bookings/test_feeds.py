"""What feeds may look like: the shape conflicts of the reference (0.3), canonical rows, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core.errors import Refusal
from sandbox.providers.google_bookings.feeds import ROWS_MAX, read
from tests.providers.google_bookings.venue import Venue

PRICE = {"price_micros": 25_000_000, "currency_code": "USD"}
SERVICE = {"merchant_id": "m", "service_id": "s"}
SLOT = {**SERVICE, "start_sec": 1_931_000_400, "duration_sec": 5_400}


def row(kind: str, **fields: Any) -> tuple[dict[str, Any], list[str]]:
    """One row in canonical shape without its ids, and the codes of its warnings."""
    base = {"merchants": {"merchant_id": "m"}, "services": SERVICE, "availability": SLOT}[kind]
    wrapper = {"merchants": "merchant", "services": "service"}.get(kind, kind)
    rows, warnings = read(kind, {wrapper: [{**base, **fields}]})
    return {name: value for name, value in rows[0].items() if name not in base}, [warning.code for warning in warnings]


CONFLICTS = [
    pytest.param(
        "availability", {"resources": {"party_size": 2, "prepayment": {"price_info": {"price": PRICE}}}},
        {"resources": {"party_size": 2}, "prepayment": {"price_info": {"price": PRICE}}}, ["W_PREPAYMENT_NESTED"], id="prepayment-position",
    ),
    pytest.param(
        "services", {"deposit": {"deposit": {**PRICE, "min_advance_cancellation_sec": 60}}},
        {"deposit": {"deposit": PRICE, "min_advance_cancellation_sec": 60}}, ["W_CANCEL_SEC_NESTED"], id="deposit-window-position",
    ),
    pytest.param(
        "availability", {"no_show_fee": {"fee": {**PRICE, "fee_type": "PER_PERSON"}}},
        {"no_show_fee": {"fee": PRICE, "fee_type": "PER_PERSON"}}, ["W_FEE_TYPE_NESTED"], id="fee-type-position",
    ),
    pytest.param(
        "services", {"scheduling_rules": {"min_advance_online_canceling": 60}}, {"rules": {"min_advance_online_canceling": 60}},
        ["W_SCHEDULING_RULES"], id="scheduling-rules-name",
    ),
    pytest.param(
        "services", {"deposit": {"deposit": {"price_micros": "25000000", "currency_code": "USD"}, "min_advance_cancellation_sec": "60"}},
        {"deposit": {"deposit": PRICE, "min_advance_cancellation_sec": 60}}, [], id="int64-as-text",
    ),
    pytest.param(
        "services", {"noShowFee": {"fee": {"priceMicros": 25_000_000, "currencyCode": "USD"}, "feeType": "PER_PERSON"}},
        {"no_show_fee": {"fee": PRICE, "fee_type": "PER_PERSON"}}, [], id="camel-case",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "canonical", "codes"), CONFLICTS)
def test_0_3_either_shape_is_read_and_one_is_kept(kind: str, given: dict[str, Any], canonical: dict[str, Any], codes: list[str]) -> None:
    assert row(kind, **given) == (canonical, codes)
    assert row(kind, **canonical) == (canonical, []), "the canonical shape is kept without a warning"


def test_0_3_where_both_places_have_it_the_canonical_one_counts() -> None:
    given = {"deposit": {"deposit": {**PRICE, "min_advance_cancellation_sec": 60}, "min_advance_cancellation_sec": 90}}
    assert row("services", **given) == ({"deposit": {"deposit": PRICE, "min_advance_cancellation_sec": 90}}, ["W_CANCEL_SEC_NESTED"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"service": [\n  {"merchant_id": "m",\n   "service_id": "s",}\n]}', 3),
        ('{"service": [\n  {"merchant_id": "m", "service_id": "s"},\n]}', 2),
    ],
)
def test_0_3_a_trailing_comma_is_refused_with_its_line(venue: Venue, text: str, line: int) -> None:
    headers = {"authorization": "Bearer sk_test_alpha", "content-type": "application/json"}
    response = venue.run(venue._client.request("PUT", "/_sandbox/google/bookings/feeds/services", content=text, headers=headers))
    assert response.status_code == 400
    assert "trailing comma" in response.json()["error"]["message"]
    assert f"line {line}" in response.json()["error"]["message"]
    assert venue.ok("GET", "/feeds/services")["data"] == []


def test_a_field_that_nobody_knows_is_ignored_with_a_warning_however_deep() -> None:
    shown, codes = row("services", deposit={"deposit": {**PRICE, "colour": 1}}, shape="round")
    assert shown == {"deposit": {"deposit": PRICE}}
    assert codes == ["W_UNKNOWN_FIELD", "W_UNKNOWN_FIELD"]


def test_a_template_variable_that_no_slot_fills_is_warned_of() -> None:
    known = "https://v.test/{availability_slot_start_seconds}/{resources_party_size}/{+resources_room_id}"
    assert row("services", uri_template=known)[1] == []
    assert row("services", uri_template=known + "{#colour}")[1] == ["W_TEMPLATE_VARIABLE"]


@pytest.mark.parametrize(
    ("kind", "fields", "path"),
    [
        ("services", {"deposit": {"deposit": {"price_micros": -1, "currency_code": "USD"}}}, "service[0].deposit.deposit.price_micros"),
        ("services", {"deposit": {"deposit": {"price_micros": 1.5, "currency_code": "USD"}}}, "service[0].deposit.deposit.price_micros"),
        ("services", {"deposit": {"deposit": {"price_micros": True, "currency_code": "USD"}}}, "service[0].deposit.deposit.price_micros"),
        ("services", {"deposit": {"deposit": {"price_micros": 1, "currency_code": "usd"}}}, "service[0].deposit.deposit.currency_code"),
        ("services", {"deposit": {"deposit": PRICE, "deposit_type": "PER_TABLE"}}, "service[0].deposit.deposit_type"),
        ("services", {"deposit": {}}, "service[0].deposit.deposit"),
        ("services", {"require_credit_card": "NEVER"}, "service[0].require_credit_card"),
        ("services", {"uri_template": "https://v.test/{availability_slot_start_seconds}"}, "service[0].uri_template"),
        ("services", {"uri_template": "https://v.test/{?resources_party_size}"}, "service[0].uri_template"),
        ("services", {"service_id": ""}, "service[0].service_id"),
        ("availability", {"start_sec": "soon"}, "availability[0].start_sec"),
        ("availability", {"resources": {"party_size": 0}}, "availability[0].resources.party_size"),
        ("availability", {"linkout_required_reason": "FUN"}, "availability[0].linkout_required_reason"),
        ("availability", {"prepayment": {"price_info": {"price": {"currency_code": "USD"}}}},
         "availability[0].prepayment.price_info.price.price_micros"),
        ("merchants", {"tokenization_config": {"tokenization_parameter": []}}, "merchant[0].tokenization_config.tokenization_parameter"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_path(kind: str, fields: dict[str, Any], path: str) -> None:
    with pytest.raises(Refusal) as refused:
        row(kind, **fields)
    assert refused.value.facts["param"] == path


@pytest.mark.parametrize(
    ("kind", "feed", "said"),
    [
        ("services", {}, "has no rows"), ("services", {"service": {}}, "must be a list"), ("services", {"merchant": []}, "'merchant'"),
        ("services", {"service": ["x"]}, "service[0]"), ("availability", {"service_availability": [{}]}, "must be a list"),
        ("availability", {"availability": [SLOT] * (ROWS_MAX + 1)}, str(ROWS_MAX)),
    ],
)  # fmt: skip
def test_a_feed_without_rows_in_their_place_is_refused(kind: str, feed: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(kind, feed)
    assert said in str(refused.value.facts["message"])


def test_a_feed_file_as_google_takes_it() -> None:
    """With metadata, and availability one level deeper."""
    feed = {"metadata": {"shard_number": 0}, "service_availability": [{"availability": [SLOT, SLOT]}, {"availability": [SLOT]}]}
    rows, warnings = read("availability", feed)
    assert (len(rows), warnings) == (3, [])


def test_the_docs_own_examples_load(venue: Venue) -> None:
    """Venue A has deposits on the patio, B a fee on all slots, C no payments and asynchronous dinners."""
    venue.ok("PUT", "/feeds/merchants", {"merchant": [{"merchant_id": name} for name in ("A", "B", "C")]})
    services = [
        {"merchant_id": "A", "service_id": "table", "rules": {"min_advance_online_canceling": 3_600}},
        {"merchant_id": "B", "service_id": "table", "rules": {"min_advance_online_canceling": 1_800},
         "no_show_fee": {"fee": {"price_micros": 20_000_000, "currency_code": "USD"}, "fee_type": "PER_PERSON"}},
        {"merchant_id": "C", "service_id": "table"},
    ]  # fmt: skip
    hundred = {"deposit": {"price_micros": 100_000_000, "currency_code": "USD"}, "min_advance_cancellation_sec": 3_600}
    base = {"service_id": "table", "start_sec": 1_931_000_400, "duration_sec": 5_400}
    slots = [
        {**base, "merchant_id": "A", "resources": {"party_size": 2, "room_id": "patio"}, "deposit": hundred},
        {**base, "merchant_id": "A", "resources": {"party_size": 2, "room_id": "indoor"}},
        {**base, "merchant_id": "B", "resources": {"party_size": 3}},
        {**base, "merchant_id": "C", "confirmation_mode": "CONFIRMATION_MODE_ASYNCHRONOUS"},
    ]
    assert venue.ok("PUT", "/feeds/services", {"service": services}) == {"loaded": 3, "warnings": []}
    assert venue.ok("PUT", "/feeds/availability", {"availability": slots})["loaded"] == 4

    def asked(merchant: str, **more: Any) -> tuple[Any, ...]:
        pick = {"partner_id": "p-1", "merchant_id": merchant, "service_id": "table", "start_sec": 1_931_000_400, **more}
        shown = venue.ok("POST", "/quote", pick)
        return shown["deposit"], shown["no_show_fee"], shown["card_required"]

    assert asked("A", room_id="patio") == (100_000_000, None, True)
    assert asked("A", room_id="indoor") == (None, None, False)
    assert asked("B", party_size=3) == (None, 60_000_000, True)
    assert asked("C") == (None, None, False)
