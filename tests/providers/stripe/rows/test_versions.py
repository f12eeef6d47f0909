"""Webhooks in their endpoint's version: every row of the table of changes, as one endpoint of each version hears it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sandbox.providers.stripe.versions import CHANGES
from tests.harness import Shop
from tests.providers.stripe.test_versions import ALL, CAME, GONE, at

Heard = Mapping[str, list[Any]]  # version -> its events, in order


@pytest.fixture(scope="module")
def heard() -> Iterator[Heard]:
    """One journey, heard by an endpoint of each version: a payment, its refund, a dispute that is answered and one that is prevented."""
    shop = Shop()
    shop.control("POST", "/settings", {"providers": {"stripe": {"dispute_prevention": "ethoca_alerts"}}})
    for version in ALL:
        shop.hear("*", url=f"http://localhost:4242/{version}", api_version=version)
    shop.post("/v1/refunds", {"payment_intent": shop.pay()["id"], "amount": 500})
    (dispute,) = shop.disputes_of(shop.pay("pm_card_createDispute"))
    shop.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"uncategorized_text": "losing_evidence"}})
    shop.advance(seconds=6)
    shop.control("POST", f"/disputes/{dispute['id']}/escalate", {})
    shop.pay("pm_card_createMastercardComplianceDispute")
    shop.pay("pm_card_createEthocaAlert")
    shop.settle()
    told: dict[str, list[Any]] = {version: [] for version in ALL}
    for each in shop.receiver.heard:
        told[each.url.rpartition("/")[2]].append(each.event)
    yield told
    shop.close()


def objects(heard: Heard, version: str, kind: str) -> list[Any]:
    found = [event["data"]["object"] for event in heard[version] if event["data"]["object"]["object"] == kind]
    assert found, f"no event of {kind} in {version}"
    return found


@pytest.mark.parametrize("version", ALL)
def test_an_event_says_the_version_it_is_told_in(heard: Heard, version: str) -> None:
    """Each endpoint hears the same events in the same order, but those of refunds that its version does not know."""
    assert {event["api_version"] for event in heard[version]} == {version}
    newest = [event for event in heard[ALL[0]] if version >= "2024-10-28" or not event["type"].startswith("refund.")]
    assert [event["id"] for event in heard[version]] == [event["id"] for event in newest]


@pytest.mark.parametrize(("kind", "key", "since"), CAME)
def test_key_is_told_from_its_version_on(heard: Heard, kind: str, key: str, since: str) -> None:
    for version in ALL:
        if kind == "refund" and version < "2024-10-28":
            continue  # such an endpoint hears of no refund
        shown = [at(each, key) is not GONE for each in objects(heard, version, kind)]
        newest = [at(each, key) is not GONE for each in objects(heard, ALL[0], kind)]
        assert shown == (newest if version[:10] >= since else [False] * len(newest)), version
    assert any(at(each, key) is not GONE for each in objects(heard, ALL[0], kind))


@pytest.mark.parametrize("version", ALL)
def test_what_went_is_told_before(heard: Heard, version: str) -> None:
    """`invoice` went with basil, the lists inside payments with 2022-11-15."""
    for charge in objects(heard, version, "charge"):
        assert ("invoice" in charge, "refunds" in charge) == (version[:10] < "2025-03-31", version[:10] < "2022-11-15")
    for intent in objects(heard, version, "payment_intent"):
        assert ("invoice" in intent, "charges" in intent) == (version[:10] < "2025-03-31", version[:10] < "2022-11-15")


@pytest.mark.parametrize("version", ALL)
def test_statuses_and_words_that_came_are_called_otherwise_before(heard: Heard, version: str) -> None:
    """Of disputes that are prevented or appealed; compliance of Mastercard is not told of."""
    seen = {dispute["status"] for dispute in objects(heard, version, "dispute")}
    assert ("prevented" in seen, "warning_closed" in seen) == (version[:10] >= "2025-09-30", version[:10] < "2025-09-30")
    assert ("appeal_needs_response" in seen) == (version[:10] >= "2026-10-28")
    kinds = {kind for dispute in objects(heard, version, "dispute") for kind in dispute.get("enhanced_eligibility_types", ())}
    assert ("mastercard_compliance" in kinds) == (version[:10] >= "2026-06-24")


def test_every_change_of_the_table_is_looked_at() -> None:
    """A new row wants its place in this file."""
    assert {(change.object, change.since) for change in CHANGES if change.went or change.was} == {
        ("charge", "2025-03-31"), ("payment_intent", "2025-03-31"), ("charge", "2022-11-15"), ("payment_intent", "2022-11-15"),
        ("dispute", "2025-09-30"), ("dispute", "2026-10-28"), ("dispute", "2026-06-24"),
    }  # fmt: skip
