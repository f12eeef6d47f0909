from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import WAIT_MS, expect, started, watched
from tests.browser.desk import Desk
from tests.sdk.node_project import install
from tests.serving import Serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NODE = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with started() as made:
        yield made


@pytest.fixture(scope="session")
def serving() -> Iterator[Serving]:
    """A server process of this session's own, which ends in order and has nothing to complain about."""
    with Serving() as made:
        yield made
        code, _ = made.stop()
    assert code == 0, f"the server ended with {code}:\n{made.stderr}"
    assert "Traceback" not in made.stderr, made.stderr


@pytest.fixture
def options() -> dict[str, Any]:
    """Of the browser's context; a test overrides them by parametrisation: dark mode, a narrow window."""
    return {}


@contextmanager
def seated(browser: Browser, serving: Serving, options: dict[str, Any]) -> Iterator[Desk]:
    """A page that looks at a merchant nobody used before. Afterwards it has done nothing that no page may do."""
    expect.set_options(timeout=WAIT_MS)
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options})
    context.set_default_timeout(WAIT_MS)
    wrong = watched(context, serving.url)
    made = Desk(serving, context.new_page(), f"m{secrets.token_hex(8)}", wrong)
    yield made
    made.check()
    context.close()


@pytest.fixture
def desk(browser: Browser, serving: Serving, options: dict[str, Any]) -> Iterator[Desk]:
    with seated(browser, serving, options) as made:
        yield made


@pytest.fixture(scope="module")
def tour(browser: Browser, serving: Serving) -> Iterator[Desk]:
    """One for all tests of a module that look and change nothing."""
    with seated(browser, serving, {}) as made:
        yield made


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core as npm installs it, at the version of the lock file."""
    install(NODE)
    return (NODE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
