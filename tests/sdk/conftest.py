from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

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
