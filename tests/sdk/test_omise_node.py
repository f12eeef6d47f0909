"""The official Node library 1.1, unchanged but for its agent's port, against the real server: every call it has in this domain."""

from __future__ import annotations

import json
import secrets
import socket
from typing import Any

import pytest

from tests.sdk import node_project
from tests.sdk.account import Account
from tests.sdk.node_project import OMISE_FOLDER
from tests.serving import Serving


@pytest.fixture(scope="module")
def found(serving: Serving) -> Any:
    """What one journey through all calls found."""
    node_project.install(OMISE_FOLDER)
    account = Account(serving, secrets.token_hex(8))
    return node_project.run("journey.js", account.url, account.key.replace("sk_", "skey_"), OMISE_FOLDER)


def test_charges_captures_and_refunds(found: Any) -> None:
    assert found["charges"] == {
        "token": False, "made": ["successful", 96_094, "Visa"], "updated": {"order": {"id": 1}}, "captured": 60_000, "reversed": "reversed",
        "expired": "expired", "source": "expired", "declined": "insufficient_fund", "refund": [10_000, False], "refunds": 1, "same": True,
        "listed": 2, "retrieved": 10_000,
    }  # fmt: skip


def test_disputes_answered_won_and_lost_by_silence(found: Any) -> None:
    assert found["disputes"] == {
        "updated": ["pending", "Signed for"], "open": True, "pending": True, "closed": ["won", "lost"], "all": 2, "silence": None,
    }  # fmt: skip


def test_customers_and_their_cards(found: Any) -> None:
    assert found["customers"] == {
        "card": ["S. P.", "MasterCard"], "destroyed": True, "cards": 1, "charged": "MasterCard", "retrieved": True, "listed": 1,
        "gone": True,
    }  # fmt: skip


def test_money_account_and_search(found: Any) -> None:
    """The library loses the filters of a search and sends an empty one."""
    assert found["money"] == {
        "recipient": ["a@example.com", False, 1], "transfer": [37_000, True, 1], "destroyed": [True, True], "balance": "THB",
        "account": True, "country": "TH", "capability": "card", "transaction": "charge.captured.net", "event": "charge.create", "search": 1,
    }  # fmt: skip


def test_refusals_reject_the_promise_or_reach_the_callback(found: Any) -> None:
    unsupported = [["service_not_found", "you are using api version which does not support this operation"]] * 10
    assert found["refusals"] == {
        "card": ["invalid_card", "number is invalid"],
        "missing": ["not_found", "charge chrg_test_404 was not found"],
        "amount": ["invalid_charge", "amount must be greater than or equal to 2000 (thb subunits)"],
        "unsupported": unsupported,
        "callback": "customer missing was not found",
    }


def test_every_call_that_the_library_has_was_made(found: Any) -> None:
    assert found["never"] == []


def test_second_port_80_needs_no_way_around() -> None:
    """`serve --also-port 80`: both ports open the same merchants."""
    node_project.install(OMISE_FOLDER)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", 80))
        except OSError as error:
            pytest.skip(f"port 80 cannot be listened on here: {error.strerror}")
    with Serving("--also-port", "80") as server:
        assert node_project.run("port80.js", server.url, "skey_test_alpha", OMISE_FOLDER) == ["successful", 96_094]
        status, listed = server.call("GET", "/charges", key="skey_test_alpha")
        assert (status, listed["total"]) == (200, 1)


def test_lock_file_names_no_private_registry() -> None:
    """Whoever installs takes the library from their own registry; the version is exact."""
    lock = json.loads((OMISE_FOLDER / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert lock["packages"][""]["dependencies"] == {"omise": lock["packages"]["node_modules/omise"]["version"]}
