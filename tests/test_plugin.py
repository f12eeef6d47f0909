"""The pytest plugin as another project uses it: test sessions of their own, in one process, under xdist, and failing ones."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent
from urllib.request import urlopen

import psutil
import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parent.parent
INSTALLED = bool(entry_points(group="pytest11", name="payment_sandbox"))
# A checkout that was installed before the plugin was there has no entry point for it.
PLUGIN = () if INSTALLED else ("-p", "sandbox.pytest_plugin")
# Without the official library, whose import takes longer than most of these sessions.
SHOP = """
    import json
    from urllib.request import Request, urlopen

    def charged(merchant, amount=2000):
        key = {"authorization": f"Bearer {merchant.stripe_key}"}
        asked = Request(f"{merchant.url}/v1/charges", f"amount={amount}&currency=usd&source=tok_visa".encode(), key)
        with urlopen(asked) as answer:
            return json.load(answer)["id"]
"""


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with a helper that charges cards."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)  # this checkout is what is tested, installed or not
    pytester.makepyfile(shop=SHOP)
    pytester.syspathinsert()
    return pytester


def run(session: pytest.Pytester, *args: str) -> pytest.RunResult:
    """One session of the project's tests, with our plugin alone: most of the time of a start would go into others."""
    with pytest.MonkeyPatch.context() as alone:
        alone.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        return session.runpytest_subprocess("-p", "sandbox.pytest_plugin", "-p", "no:cacheprovider", *args)


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Together:
    """One session over many files, as a project has them: most of a session's time is its start and its server's.

    With every plugin that this environment has, found as pytest finds them.
    """
    here = tmp_path_factory.mktemp("project")
    example = (ROOT / "docs/pytest.md").read_text().partition("```python\n")[2].partition("```")[0]
    files = {
        "shop.py": dedent(SHOP), "test_contract.py": CONTRACT, "test_example.py": example, "test_failing.py": FAILING, "test_ids.py": IDS,
        "test_stories.py": STORIES, "test_applications.py": APPLICATIONS,
        "mine.yaml": STORY.replace("STATUS", "needs_response"), "wrong.yaml": STORY.replace("STATUS", "lost"),
    }  # fmt: skip
    for name, text in files.items():
        (here / name).write_text(text)
    line = [sys.executable, "-m", "pytest", *PLUGIN, "-p", "no:cacheprovider", "-rA", "--strict-markers"]
    path = os.pathsep.join([str(here), str(ROOT)])  # this checkout is what is tested, installed or not
    done = subprocess.run(line, cwd=here, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (pytest.ExitCode.TESTS_FAILED, "")
    return Together(done.stdout)


class Together:
    """What a session said."""

    def __init__(self, said: str) -> None:
        self.said = said

    def ended(self, file: str) -> dict[str, str]:
        """How each test of a file ended."""
        found = re.findall(rf"^(PASSED|FAILED|ERROR|SKIPPED) {file}::(\S+)", self.said, re.MULTILINE)
        return {name: how for how, name in found}

    def has(self, *lines: str) -> None:
        """Lines of these patterns, in this order."""
        pytest.LineMatcher(self.said.splitlines()).fnmatch_lines(lines)


def test_the_project_says_where_the_plugin_is() -> None:
    """What pip installs makes pytest find it."""
    lines = (ROOT / "pyproject.toml").read_text().partition("[project.entry-points.pytest11]")[2].splitlines()
    assert lines[1] == 'payment_sandbox = "sandbox.pytest_plugin"'


CONTRACT = """
import time
import pytest
import stripe
from shop import charged

def test_the_whole_road(payment_sandbox, merchant):
    assert merchant.url == payment_sandbox.url
    assert merchant.stripe_key == "sk_test_" + merchant.name
    assert merchant.omise_key == "skey_test_" + merchant.name
    charge = charged(merchant)
    dispute = merchant.open_dispute(charge, reason="product_not_received")
    assert dispute["status"] == "needs_response"
    start = merchant.now
    merchant.advance(days=9)
    assert merchant.now - start in (9 * 86400, 9 * 86400 + 1)
    assert "charge.dispute.closed" in merchant.events()
    assert [event["type"] for event in merchant.events(full=True)] == merchant.events() == merchant.webhooks.types
    assert {row["status"] for row in merchant.deliveries()} == {"delivered"}
    assert merchant.balance("available", "usd") == 2000 - 88 - 2000 - 1500

def test_the_webhooks_are_signed(merchant):
    charge = charged(merchant)
    event = merchant.webhooks.wait_for("charge.succeeded")
    got = merchant.webhooks[0]
    same = stripe.Webhook.construct_event(got.body, got.headers["Stripe-Signature"], merchant.webhooks.secret)
    assert same.data.object.id == event["data"]["object"]["id"] == charge

def test_one_clock(merchant):
    with merchant.freeze() as clock:
        merchant.advance(days=300)
        assert int(time.time()) == merchant.now
        clock.tick(60)
        assert int(time.time()) == merchant.now
        charged(merchant)
        got = merchant.webhooks[-1]
        event = stripe.Webhook.construct_event(got.body, got.headers["Stripe-Signature"], merchant.webhooks.secret)
        assert event.created == int(time.time())

@pytest.mark.parametrize("number", [1, 2])
def test_a_merchant_is_fresh(merchant, number):
    assert merchant.events() == []
    charged(merchant)
    assert merchant.events() == ["charge.succeeded"]

def test_two_are_not_one(merchant, payment_sandbox):
    other = payment_sandbox.merchant("other")
    charged(merchant)
    assert other.events() == []
"""


def test_every_member_of_the_contract(together: Together) -> None:
    assert together.ended("test_contract.py") == dict.fromkeys(
        (
            "test_the_whole_road", "test_the_webhooks_are_signed", "test_one_clock", "test_a_merchant_is_fresh[1]",
            "test_a_merchant_is_fresh[2]", "test_two_are_not_one",
        ),
        "PASSED",
    )  # fmt: skip


def test_the_documentation_s_example_passes(together: Together) -> None:
    assert list(together.ended("test_example.py").values()) == ["PASSED"]


FAILING = """
from shop import charged

def test_fails(merchant):
    merchant.open_dispute(charged(merchant))
    merchant.advance(days=30)
    assert merchant.events() == []

def test_passes(merchant):
    charged(merchant)
"""


def test_a_failed_test_shows_its_merchant_s_timeline(together: Together) -> None:
    """And one that passed does not."""
    assert together.ended("test_failing.py") == {"test_fails": "FAILED", "test_passes": "PASSED"}
    together.has(
        "*timeline of merchant *_test_fails *", "*request  POST /v1/charges  200*", "*event    charge.dispute.created *",
        "*webhook  charge.dispute.closed  to sandbox:inbox  200*", "*  now", "balance  stripe merchant:available: *",
    )  # fmt: skip
    assert re.findall("timeline of merchant .*_(test_(?:fails|passes)) ", together.said) == ["test_fails"]


IDS = """
from shop import charged

def test_ids(merchant):
    merchant.control("POST", "/clock", {"now": "2026-01-05T09:00:00Z", "rate": 0})
    print("made", charged(merchant))
"""


def test_the_same_test_at_the_same_time_has_the_same_ids_in_every_run(together: Together, session: pytest.Pytester) -> None:
    """Whatever other tests ran in it."""
    session.makepyfile(test_ids=IDS)
    made = [re.findall("made (ch_[A-Za-z0-9]+)", said) for said in (together.said, str(run(session, "-s").stdout))]
    assert made[0] == made[1]
    assert len(made[0]) == 1


STORIES = """
import pytest

@pytest.mark.scenario("missed-deadline")
def test_shipped(): pass

@pytest.mark.scenario("mine.yaml", provider="stripe")
def test_mine(): pass

@pytest.mark.scenario("wrong.yaml")
def test_wrong(): pass

@pytest.mark.scenario("nowhere")
def test_nowhere(): pass
"""

STORY = """
name: wrong
about: A charge is disputed.
providers: [stripe]
steps:
  - charge: {as: sale, amount: 2000}
  - dispute: {as: claim, charge: sale}
  - expect: {objects: {claim: {status: {stripe: STATUS}}}}
"""


def test_a_scenario_is_a_test(together: Together) -> None:
    """A shipped one, on each provider it lists; one beside the test; one that does not hold is told with what was seen."""
    passed, failed = dict.fromkeys(("test_shipped", "test_mine"), "PASSED"), dict.fromkeys(("test_wrong", "test_nowhere"), "FAILED")
    assert together.ended("test_stories.py") == {**passed, **failed}
    together.has("*scenario wrong on stripe: 1 of 1 expectations do not hold*", "*seen *needs_response*")
    together.has("*nowhere*")


APPLICATIONS = """
import pytest
from tests.scenario.application import Application

@pytest.fixture
def right(merchant):
    with Application(merchant.url, merchant=merchant.name) as shop:
        yield shop.url

@pytest.fixture
def wrong(merchant):
    with Application(merchant.url, "acts_twice", merchant.name) as shop:
        yield shop.url

@pytest.mark.scenario("fraud-warned-refunded", webhook="right", secret="whsec_test")
def test_right(merchant):
    assert merchant.events().count("refund.created") == 1

@pytest.mark.scenario("fraud-warned-refunded", webhook="wrong", secret="whsec_test")
def test_wrong(): pass
"""


def test_a_scenario_judges_the_application_that_a_fixture_serves(together: Together) -> None:
    """The example shop with the merchant's key: the right one passes, the one with a bug fails with the verdict that names it."""
    assert together.ended("test_applications.py") == {"test_right": "PASSED", "test_wrong": "FAILED"}
    together.has("*scenario fraud-warned-refunded *expectations do not hold*", "*a duplicate webhook is not acted on twice*")


def test_the_server_takes_the_options_of_the_session(session: pytest.Pytester) -> None:
    session.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def sandbox_options():
            return {"profile": "network", "seed": 7, "outcome": {"won": 0.5}, "also_port": [0], "data": None}
        """
    )
    session.makepyfile(
        """
        def test_settings(merchant):
            settings = merchant.control("GET", "/settings")
            assert (settings["profile"], settings["seed"], settings["outcome"]) == ("network", 7, {"won": 0.5})
        """
    )
    run(session).assert_outcomes(passed=1)


def test_options_that_no_server_takes_say_so(session: pytest.Pytester) -> None:
    session.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def sandbox_options():
            return {"profile": "sandbags"}
        """
    )
    session.makepyfile("def test_it(merchant): pass")
    result = run(session)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*payment-sandbox did not start: *profile*sandbags*"])


def test_under_xdist_each_worker_has_a_server_and_each_test_a_merchant(session: pytest.Pytester) -> None:
    session.makepyfile(
        """
        import pytest
        from shop import charged

        @pytest.mark.parametrize("number", range(6))
        def test_alone(merchant, number):
            charged(merchant, 1000 + number)
            assert merchant.events() == ["charge.succeeded"]
            merchant.advance(days=3)
            assert merchant.webhooks.events[0]["data"]["object"]["amount"] == 1000 + number
        """
    )
    run(session, "-p", "xdist", "-n", "2").assert_outcomes(passed=6)


def test_a_session_that_uses_nothing_starts_nothing(session: pytest.Pytester) -> None:
    """Nor does it take time to load what it does not use."""
    session.makepyfile(
        """
        import sys

        def test_nothing_is_there():
            assert not {"httpx", "pydantic", "starlette", "sandbox.served", "sandbox.handle"} & set(sys.modules)
        """
    )
    run(session).assert_outcomes(passed=1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_with_the_session_however_that_ends(session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    session.makepyfile(
        """
        import time

        def test_it(payment_sandbox):
            open("url", "w").write(payment_sandbox.url)
            time.sleep(60)
        """
    )
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    process = session.popen([sys.executable, "-m", "pytest", "-p", "sandbox.pytest_plugin"], stdin=None)
    url = session.path / "url"
    until = time.monotonic() + 60
    while not (url.exists() and url.read_text()) and time.monotonic() < until:
        time.sleep(0.02)
    [server] = psutil.Process(process.pid).children()
    assert urlopen(url.read_text() + "/livez").status == 200
    process.send_signal(number)
    process.communicate()
    server.wait(15)
    assert not server.is_running()
