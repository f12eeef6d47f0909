"""What an Omise client reads is on file, for each resource in each version, and changes only where somebody looked at it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.providers.omise.versions import V2015, V2017, VERSIONS
from tests.providers.omise.shop import MASTERCARD, Till
from tests.providers.omise.test_disputes import PNG
from tests.snapshots.snapshot import check

FOLDER = Path(__file__).parent / "omise"
SHOWN_VERSIONS = VERSIONS[1:]  # the oldest is answered like the second
ID = re.compile(r"\b([a-z0-9]{3,7})_(?:test_)?[0-9a-z]{19}\b")
Scene = Callable[[Till], str]  # what happens; answers the path to look at


def named(value: Any) -> Any:
    """The value with ids as names, numbered as they are met."""
    met: dict[str, str] = {}
    counts: Counter[str] = Counter()

    def name(found: re.Match[str]) -> str:
        if found[0] not in met:
            counts[found[1]] += 1
            met[found[0]] = f"<{found[1]}:{counts[found[1]]}>"
        return met[found[0]]

    def walk(item: Any) -> Any:
        if isinstance(item, dict):
            return {inner: walk(held) for inner, held in item.items()}
        if isinstance(item, list):
            return [walk(held) for held in item]
        return ID.sub(name, item) if isinstance(item, str) else item

    return walk(value)


def refunded(till: Till, looked: bool = False) -> Any:
    charge = till.charge(description="order 6735", metadata={"order": "6735"})
    till.ok("POST", f"/charges/{charge['id']}/refunds", {"amount": 10_000})
    return till.ok("GET", charge["location"]) if looked else charge


def reversed_now(till: Till) -> Any:
    return till.ok("POST", f"/charges/{till.charge(capture=False)['id']}/reverse")


def answered(till: Till) -> Any:
    dispute = till.ok("POST", f"/charges/{refunded(till)['id']}/disputes")
    till.ok("POST", f"/disputes/{dispute['id']}/documents", files={"file": ("receipt.png", PNG)}, data={"kind": "proof_of_receipt"})
    till.ok("PATCH", f"/disputes/{dispute['id']}", {"message": "Signed for"})
    return dispute


def won(till: Till) -> Any:
    dispute = answered(till)
    till.ok("PATCH", f"/disputes/{dispute['id']}/close", {"status": "won"})
    return dispute


def by_source(till: Till, kind: str, **params: Any) -> Any:
    return till.ok("POST", "/charges", {"amount": 40_000, "currency": "thb", "source": {"type": kind}, **params})


def customer(till: Till) -> Any:
    made = till.ok("POST", "/customers", {"card": till.token(), "email": "somchai@example.com"})
    return till.ok("PATCH", f"/customers/{made['id']}", {"card": till.token(MASTERCARD)})


def removed(till: Till) -> Any:
    made = customer(till)
    till.ok("DELETE", f"/customers/{made['id']}")
    return made


def recipient(till: Till) -> Any:
    bank_account = {"brand": "bbl", "number": "1234567890", "name": "Somchai Prasert"}
    made = till.ok("POST", "/recipients", {"name": "Somchai", "bank_account": bank_account})
    return till.ok("PATCH", f"/recipients/{made['id']}/verify")


def transfer(till: Till) -> Any:
    till.charge()
    made = till.ok("POST", "/transfers", {"amount": 50_000, "recipient": recipient(till)["id"]})
    return till.ok("POST", f"/transfers/{made['id']}/mark_as_sent")


def event(till: Till) -> Any:
    refunded(till)
    return till.ok("GET", "/events?order=reverse_chronological")["data"][0]


def delivered(till: Till) -> Any:
    till.ok("PATCH", "/account", {"webhook_uri": "http://localhost:4242/hook"})
    made = event(till)
    till.advance()
    return made


def at(noun: str, made: Callable[[Till], Any]) -> Scene:
    return lambda till: f"/{noun}/{made(till)['id']}"


def below(till: Till) -> str:
    dispute = answered(till)
    document = till.ok("GET", f"/disputes/{dispute['id']}/documents")["data"][0]
    return str(document["location"])


def after(path: str, made: Callable[[Till], Any]) -> Scene:
    def scene(till: Till) -> str:
        made(till)
        return path

    return scene


SCENES: dict[str, Scene] = {
    "account": lambda _: "/account",
    "balance": after("/balance", won),
    "capability": lambda _: "/capability",
    "card": lambda till: str(customer(till)["cards"]["data"][0]["location"]),
    "charge.authorized": at("charges", lambda till: till.charge(capture=False)),
    "charge.captured": at("charges", lambda till: till.charge()),
    "charge.declined": at("charges", lambda till: till.charge(number="4111111111140011")),
    "charge.disputed": lambda till: f"/charges/{answered(till)['charge']}",
    "charge.of_a_redirect": at("charges", lambda till: by_source(till, "internet_banking_bay", return_uri="http://127.0.0.1:1/back")),
    "charge.of_promptpay": at("charges", lambda till: by_source(till, "promptpay")),
    "charge.refunded": at("charges", refunded),
    "charge.reversed": at("charges", reversed_now),
    "customer": at("customers", customer),
    "customer.deleted": at("customers", removed),
    "dispute.open": at("disputes", lambda till: till.dispute()),
    "dispute.pending": at("disputes", answered),
    "dispute.won": at("disputes", won),
    "document": below,
    "event": at("events", event),
    "event.delivered": at("events", delivered),
    "list.of_disputes": after("/disputes/closed", won),
    "recipient": at("recipients", recipient),
    "refund": lambda till: str(refunded(till, looked=True)["refunds"]["data"][0]["location"]),
    "root": lambda _: "/",
    "search": after("/search?scope=charge&filters[captured]=true", refunded),
    "source": lambda till: f"/sources/{by_source(till, 'promptpay')['source']['id']}",
    "token": lambda till: f"/tokens/{till.token()}",
    "transaction": lambda till: f"/transactions/{till.charge()['transaction']}",
    "transactions": after("/transactions", won),
    "transfer": at("transfers", transfer),
}


@pytest.fixture
def till() -> Iterator[Till]:
    made = Till()
    yield made
    made.close()


@pytest.mark.parametrize("version", SHOWN_VERSIONS)
@pytest.mark.parametrize("name", SCENES)
def test_answer_is_the_one_on_file(name: str, version: str, till: Till, request: pytest.FixtureRequest) -> None:
    answer = till.omise("GET", SCENES[name](till), version=version)
    assert (answer.status, answer.headers["omise-version"]) == (200, version)
    check(f"{name}.{version}", named(answer.body), request.config.getoption("--snapshot-update"), FOLDER)


def test_no_file_without_a_scene() -> None:
    wanted = [f"{name}.{version}" for name in SCENES for version in SHOWN_VERSIONS]
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(wanted)


@pytest.mark.parametrize("version", [V2015, V2017])
def test_older_versions_differ_as_the_changelog_says(till: Till, version: str) -> None:
    """Creation time, refunded total, currency, flags, transactions, documents, deleted objects."""

    def old(path: str) -> Any:
        return till.ok("GET", path, version=version)

    dispute = won(till)
    charge = old(f"/charges/{dispute['charge']}")
    assert (charge["refunded"], charge["currency"], "created_at" in charge, "created" in charge) == (10_000, "thb", False, True)
    assert ("paid" in charge, "captured" in charge) == ((True, False) if version == V2017 else (False, True))
    assert ("source" in charge, "source_of_fund" in charge) == ((True, False) if version == V2017 else (False, True))
    assert not {"net", "fee", "transaction_fees", "refunded_amount"} & set(charge)
    shown = old(f"/disputes/{dispute['id']}")
    assert shown["transaction"] == dispute["transactions"][0]["id"]
    assert not {"transactions", "funding_amount", "metadata", "admin_message"} & set(shown)
    (document,) = shown["documents"]["data"]
    assert list(document) == ["object", "livemode", "id", "filename", "location", *(["created"] if version == V2017 else [])]
    (refund,) = charge["refunds"]["data"]
    assert ("status" in refund, "voided" in refund) == (False, version == V2017)
    line = old("/transactions")["data"][0]
    assert (line["type"], line["source"], "key" in line, "direction" in line) == ("credit", charge["id"], False, False)
    assert list(old("/charges"))[:7] == ["object", "from", "to", "offset", "limit", "total", "order"]
    gone = old(f"/customers/{removed(till)['id']}")
    assert list(gone) == ["object", "id", "livemode", "deleted"]
    assert "webhook_deliveries" not in old("/events")["data"][0]


def test_version_that_never_was_is_the_newest(till: Till) -> None:
    assert till.omise("GET", "/account", version="1999-01-01").headers["omise-version"] == "2019-05-29"


def test_setting_is_the_version_of_a_request_that_names_none() -> None:
    made = Till(omise_version=V2017)
    made.as_recorded = False
    assert made.omise("GET", "/account").headers["omise-version"] == V2017
    assert made.omise("GET", "/account", version="2019-05-29").headers["omise-version"] == "2019-05-29"
    made.close()
