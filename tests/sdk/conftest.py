from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.sdk import node_project
from tests.sdk.account import Account
from tests.serving import Receiver, Serving


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    """A server process of this session's own, which ends in order and has nothing to complain about."""
    with Serving() as made:
        yield made
        code, _ = made.stop()
    assert code == 0, f"the server ended with {code}:\n{made.stderr}"
    assert "Traceback" not in made.stderr, made.stderr


@pytest.fixture
def account(serving: Serving) -> Account:
    return Account(serving, secrets.token_hex(8))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.fixture
def client(account: Account) -> Iterator[stripe.StripeClient]:
    """The official Python library pointed at the server, as the README tells a user to do it."""
    sockets = stripe.RequestsClient()
    yield stripe.StripeClient(account.key, base_addresses={"api": account.url, "files": account.url}, http_client=sockets)
    sockets.close()


@pytest.fixture(scope="session")
def node() -> None:
    """Node and the official library are here, or the test is skipped with the reason."""
    node_project.install()


@pytest.fixture
def play(node: None, account: Account) -> Callable[[str], Any]:
    """Runs one script of `node/` as a merchant of its own; answers what it found."""
    return lambda script: node_project.run(script, account.url, account.key)
