"""What the pytest marker `scenario` does: the story is played at the session's server, and a verdict that fails fails the test."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from sandbox.pytest_plugin import merchant_name
from sandbox.scenario.library import find
from sandbox.scenario.outside import Outside
from sandbox.scenario.reader import BadFile, Read, Unreadable
from sandbox.scenario.runner import Application, play
from sandbox.scenario.verdict import Verdict, iso


def play_marked(
    request: pytest.FixtureRequest, story: str, provider: str | None = None, webhook: str | None = None, secret: str | None = None
) -> None:
    """The story holds on the provider, or on each that it lists.

    Args:
        story: a shipped one's name, or a file, from the test's own folder on.
        webhook: where the application under test takes webhooks, or the name of a fixture that says it. The story is then played
            at the test's `merchant`, whose key such a fixture can give to the application.
        secret: what they are signed with, or the name of a fixture.
    """
    served = request.getfixturevalue("payment_sandbox")
    read = found(story, request.path.parent)
    own = request.getfixturevalue("merchant") if webhook else None
    app = Application(value_of(request, webhook), secret_of(request, secret)) if webhook else None
    for name in [provider] if provider else read.scenario.providers:
        merchant = own or served.merchant(merchant_name(f"{request.node.nodeid}::{name}_{read.scenario.name}"))
        verdict = asyncio.run(played(read, name, served.url, merchant.name, app))
        if own is None:
            served.reset(merchant)
        if verdict.failed or not verdict.ran:
            pytest.fail(told(verdict), pytrace=False)


def found(story: str, folder: Path) -> Read:
    """A file beside the test, or a shipped story. Fails the test if it is neither, or no scenario."""
    beside = folder / story
    try:
        return find(str(beside) if beside.is_file() else story)
    except (BadFile, Unreadable) as error:
        wrong = str(error)
    pytest.fail(wrong, pytrace=False)


def value_of(request: pytest.FixtureRequest, said: str | None) -> str:
    """What was said, or what the fixture of that name gives."""
    assert said is not None
    return said if "://" in said or not said.isidentifier() else str(request.getfixturevalue(said))


def secret_of(request: pytest.FixtureRequest, said: str | None) -> str:
    """What the fixture of that name gives; without one it is the secret itself, which may look like a name."""
    if not said:
        return ""
    try:
        return str(request.getfixturevalue(said))
    except pytest.FixtureLookupError as error:
        if error.argname != said:
            raise
        return said


async def played(read: Read, provider: str, url: str, merchant: str, app: Application | None) -> Verdict:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
        return await play(read, provider, Outside(client, merchant), app)


def told(verdict: Verdict) -> str:
    """The expectations that did not hold, and what happened around them."""
    lines = [f"scenario {verdict.scenario} on {verdict.provider}: {len(verdict.failed)} of {verdict.ran} expectations do not hold"]
    for check in verdict.failed:
        lines += ["", f"{check.step} (line {check.line}): {check.what}", f"  expected {check.expected}", f"  seen     {check.seen}"]
        lines += [f"    {iso(each.at)}  {each.kind:<8}  {each.what}  {each.about}" for each in verdict.around(check)]
    return "\n".join(lines)
