"""The pytest plugin as another project uses it: test sessions of their own, in one process, under xdist, and failing ones."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path
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
    return session.runpytest_subprocess(*PLUGIN, "-p", "no:cacheprovider", *args)


def test_the_project_says_where_the_plugin_is() -> None:
    """What pip installs makes pytest find it."""
    lines = (ROOT / "pyproject.toml").read_text().partition("[project.entry-points.pytest11]")[2].splitlines()
    assert lines[1] == 'payment_sandbox = "sandbox.pytest_plugin"'


def test_every_member_of_the_contract(session: pytest.Pytester) -> None:
    session.makepyfile(
        """
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
    )
    run(session).assert_outcomes(passed=6)


def test_the_documentation_s_example_passes(session: pytest.Pytester) -> None:
    section = (ROOT / "docs/pytest.md").read_text()
    session.makepyfile(section.partition("```python\n")[2].partition("```")[0])
    run(session).assert_outcomes(passed=1)


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


def test_a_failed_test_shows_its_merchant_s_timeline(session: pytest.Pytester) -> None:
    """And one that passed does not."""
    session.makepyfile(
        """
        from shop import charged

        def test_fails(merchant):
            merchant.open_dispute(charged(merchant))
            merchant.advance(days=30)
            assert merchant.events() == []

        def test_passes(merchant):
            charged(merchant)
        """
    )
    result = run(session)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([
        "*timeline of merchant *_test_fails *", "*request  POST /v1/charges  200*", "*event    charge.dispute.created *",
        "*webhook  charge.dispute.closed  to sandbox:inbox  200*", "*  now", "balance  stripe merchant:available: *",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*timeline of merchant *_test_passes *")


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
    run(session, "-n", "2").assert_outcomes(passed=6)


def test_the_same_test_at_the_same_time_has_the_same_ids_in_every_run(session: pytest.Pytester) -> None:
    session.makepyfile(
        """
        from shop import charged

        def test_ids(merchant):
            merchant.control("POST", "/clock", {"now": "2026-01-05T09:00:00Z", "rate": 0})
            print("made", charged(merchant))
        """
    )
    made = [re.findall("made (ch_[A-Za-z0-9]+)", str(run(session, "-s").stdout)) for _ in range(2)]
    assert made[0] == made[1]
    assert len(made[0]) == 1


def test_a_scenario_is_a_test(session: pytest.Pytester) -> None:
    """A shipped one, on each provider it lists; one beside the test; one that does not hold is told with what was seen."""
    session.makefile(".yaml", mine=STORY.replace("STATUS", "needs_response"), wrong=STORY.replace("STATUS", "lost"))
    session.makepyfile(
        """
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
    )
    result = run(session, "--strict-markers")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*scenario wrong on stripe: 1 of 1 expectations do not hold*", "*seen *needs_response*"])
    result.stdout.fnmatch_lines(["*nowhere*"])


def test_a_scenario_judges_the_application_that_a_fixture_serves(session: pytest.Pytester) -> None:
    """The example shop with the merchant's key: the right one passes, the one with a bug fails with the verdict that names it."""
    session.makepyfile(
        """
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
    )
    result = run(session)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*expectations do not hold*", "*a duplicate webhook is not acted on twice*"])


STORY = """
name: wrong
about: A charge is disputed.
providers: [stripe]
steps:
  - charge: {as: sale, amount: 2000}
  - dispute: {as: claim, charge: sale}
  - expect: {objects: {claim: {status: {stripe: STATUS}}}}
"""


def test_a_session_that_uses_nothing_starts_nothing(session: pytest.Pytester) -> None:
    session.makepyfile(
        """
        import sys

        def test_nothing_is_there():
            assert not {"httpx", "pydantic", "starlette", "sandbox.served", "sandbox.handle"} & set(sys.modules)
        """
    )
    run(session).assert_outcomes(passed=1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_ends_with_the_session_however_that_ends(session: pytest.Pytester, number: int) -> None:
    session.makepyfile(
        """
        import time

        def test_it(payment_sandbox):
            open("url", "w").write(payment_sandbox.url)
            time.sleep(60)
        """
    )
    process = session.popen([sys.executable, "-m", "pytest", *PLUGIN], stdin=None)
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
