"""Debian's Chromium, driven by Playwright: started once, a fresh context and a fresh merchant for every test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
try:
    from playwright.sync_api import expect as expect
    from playwright.sync_api import sync_playwright
except ImportError:  # the default run collects these files too, and asks for no browser
    sync_playwright = expect = None

# The last is the same browser without its windows: it costs less, but the whole suite has not been seen to pass in it.
NAMES = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
FLAGS = (
    "--no-sandbox",  # containers run as root
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--force-color-profile=srgb", "--font-render-hinting=none",
)  # fmt: skip
WAIT_MS = 30_000  # for a condition; a machine may be shared


def missing(why: str) -> None:
    """Without a browser these tests mean nothing: skipped on a developer's machine, a failure where CI=true."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@contextmanager
def started(missing: Callable[[str], None] = missing) -> Iterator[Browser]:
    """A headless browser with a profile of its own, gone when the block ends."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        missing("there is no Chromium on the path: apt-get install chromium")
    if sync_playwright is None:
        missing("Playwright is not installed: pip install -e '.[test,browser]'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS], headless=True)  # a fresh user-data-dir each
        try:
            yield browser
        finally:
            browser.close()


# What a page may never do is written down where the test can read it: the policy's violations as the browser reports them.
ON_EVERY_PAGE = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
});
"""


def watched(context: Any, url: str) -> list[str]:
    """What is wrong with any page of the context, as it happens: errors, policy violations, requests to anybody else."""
    wrong: list[str] = []
    context.add_init_script(ON_EVERY_PAGE)

    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            wrong.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def asked(request: Any) -> None:
        if not request.url.startswith((f"{url}/", "data:", "blob:")):
            wrong.append(f"a request to {request.url}")

    context.on("console", said)
    context.on("request", asked)
    context.on("weberror", lambda error: wrong.append(f"uncaught: {error.error}"))
    return wrong
