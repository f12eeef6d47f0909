"""The command line: what it takes, what it says, with which exit code."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import sandbox
from sandbox.cli import PREFIX, Parser, command_first, duration, main, parser
from sandbox.settings import BY_NAME, OUTCOMES, PROFILES, SETTINGS, SIGNATURE_CLOCKS, Setting
from tests.providers.omise.shop import basic
from tests.serving import Receiver, Serving, command, environment, start

DEAD = "http://127.0.0.1:9"  # the discard port, where nobody listens


@pytest.fixture(scope="module")
def server() -> Iterator[Serving]:
    with Serving() as running:
        yield running


def every_parser(made: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield made
    for action in made._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from every_parser(inner)


EVERY_FLAG = [
    (made.prog, action.option_strings[0], action)
    for made in every_parser(parser())
    for action in made._actions
    if action.option_strings and action.option_strings[0] not in ("-h", "--version")
]


@pytest.mark.parametrize(("prog", "flag", "action"), EVERY_FLAG, ids=[f"{prog} {flag}" for prog, flag, _ in EVERY_FLAG])
def test_every_flag_says_its_twin_in_the_environment(prog: str, flag: str, action: argparse.Action) -> None:
    twin = PREFIX + flag.removeprefix("--").replace("-", "_").upper()
    assert (action.help or "").endswith(f"[{twin}]")


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting.name != "providers"], ids=lambda setting: setting.name)
def test_the_help_of_a_setting_says_what_it_may_be(setting: Setting) -> None:
    """And what it is by default."""
    said = next(action.help for _, flag, action in EVERY_FLAG if flag == "--" + setting.name.replace("_", "-")) or ""
    usual = "" if setting.default is None else f" ({setting.default})"
    assert said.startswith(f"{setting.values}{usual}; for new merchants: {setting.about}")


def test_a_setting_that_takes_one_of_a_few_words_names_each_of_them() -> None:
    for words, name in ((PROFILES, "profile"), (OUTCOMES, "outcome"), (SIGNATURE_CLOCKS, "signature_clock")):
        assert [word for word in words if word not in BY_NAME[name].values] == []
        assert all(BY_NAME[name].allows(word) for word in words)
    assert BY_NAME["outcome"].values == 'never, lost, won or {"won": 0.4}'


def test_every_setting_has_a_flag() -> None:
    """But those that only one provider has."""
    flags = {flag for prog, flag, _ in EVERY_FLAG if prog.endswith("serve")}
    assert {"--" + setting.name.replace("_", "-") for setting in SETTINGS} - flags == {"--providers"}


def read(line: str, monkeypatch: pytest.MonkeyPatch, **twins: str) -> argparse.Namespace:
    for twin, value in twins.items():
        monkeypatch.setenv(PREFIX + twin, value)
    return parser().parse_args(line.split())


def test_the_environment_counts_where_the_line_has_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = {
        "PORT": "4000", "ALSO_PORT": "4001,4002", "PROFILE": "network", "OUTCOME": '{"won": 0.4}', "SEED": "7",
        "ALLOW_HOST": "a.example,b.example", "DATA": "/tmp/x.sqlite", "EVENTS_KEPT": "200",
    }  # fmt: skip
    said = read("serve", monkeypatch, **twins)
    assert (said.port, said.also_port, said.profile, said.outcome, said.seed) == (4000, [4001, 4002], "network", {"won": 0.4}, 7)
    assert (said.allow_host, said.data, said.events_kept) == (["a.example", "b.example"], "/tmp/x.sqlite", 200)


def test_the_line_counts_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    said = read("serve --port 5000 --allow-host c.example --allow-host d.example", monkeypatch, PORT="4000", ALLOW_HOST="a.example")
    assert (said.port, said.allow_host) == (5000, ["c.example", "d.example"])


def test_a_client_finds_the_server_that_the_environment_started(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read("health", monkeypatch, PORT="4000").server == "http://127.0.0.1:4000"
    assert read("health", monkeypatch, PORT="4000", SERVER="http://other:1").server == "http://other:1"


@pytest.mark.parametrize(
    "line", ["--merchant beta clock advance 9d", "--merchant=beta clock advance 9d", "clock --merchant beta advance 9d",
             "clock advance 9d --merchant beta"],
)  # fmt: skip
def test_a_merchant_may_be_named_before_or_after_command_and_verb(line: str) -> None:
    said = parser().parse_args(command_first(line.split()))
    assert (said.merchant, said.json, said.span) == ("beta", False, 9 * 86_400)


def test_what_json_says_before_the_verb_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read("clock --json advance 1h", monkeypatch).json is True
    assert read("clock advance 1h", monkeypatch, JSON="1").json is True
    assert read("clock advance 1h", monkeypatch, JSON="no").json is False


WRONG = {
    "": "required",
    "fly": "invalid choice: 'fly'",
    "serve --port 70000": "'70000' is not a port",
    "serve --port http": "'http' is not a port",
    "serve --nonsense": "unrecognized arguments",
    "serve --por 80": "unrecognized arguments",
    "serve --profile fast": "'fast' is not testmode or network",
    "serve --seed -1": "--seed",
    "serve --stripe-version 2020-01-01": "is not a version from 2020-08-27 to",
    "serve --seed=-1": "'-1' is not an integer from 0",
    "serve --outcome maybe": "'maybe' is not never, lost, won",
    "serve --allow-host http://a.example/": "is not a host name",
    "serve --public-url pay.example": "is not an address like",
    "serve --request-seconds 0": "is not a number of seconds",
    "serve --data postgresql://localhost/pay": "not supported yet",
    "clock advance": "say how far time goes on",
    "clock advance 9d --until next": "say only one of a SPAN such as 7d, --to DATE or --until next|idle",
    "clock advance -9d": "-9d: time only goes forward",
    "--port 0 serve": "--port comes after the command",
    "--merchant": "--merchant comes after the command",
    "clock advance 9": "is not a time span like 7d",
    "clock advance --until tomorrow": "neither next nor idle",
    "clock rate fast": "invalid float value: 'fast'",
    "dispute": "the following arguments are required: CHARGE",
    "events --server localhost:12111": "is not an address like",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_exit_code_2_and_one_line_that_says_why(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(line.split())
    said = capsys.readouterr()
    assert end.value.code == 2
    assert said.out == ""
    assert WRONG[line] in said.err
    assert said.err.startswith("payment-sandbox")
    assert said.err.count("\n") == 1


def test_a_wrong_twin_is_exit_code_2_and_names_the_variable(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PAYMENT_SANDBOX_PROFILE", "fast")
    with pytest.raises(SystemExit) as end:
        main(["serve"])
    assert end.value.code == 2
    assert "PAYMENT_SANDBOX_PROFILE: 'fast' is not testmode or network" in capsys.readouterr().err


def test_a_webhook_host_that_is_none_is_exit_code_2() -> None:
    done = command("serve", "--port", "0", "--allow-webhook-host", "http://a.example/hook")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "--allow-webhook-host http://a.example/hook" in done.stderr


@pytest.mark.parametrize(
    ("said", "meant"), [("7d", 604_800), ("12h", 43_200), ("30m", 1_800), ("90s", 90), ("1d12h", 129_600), ("0s", 0)]
)
def test_a_time_span_is_counted_in_seconds(said: str, meant: int) -> None:
    assert duration(said) == meant


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"payment-sandbox {sandbox.__version__}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert [name for name in ("serve", "clock", "dispute", "events", "reset", "health") if name not in said] == []


def test_nothing_heavy_is_imported_to_read_the_line() -> None:
    """`health` runs every few seconds in a container."""
    heavy = ("httpx", "rich", "uvicorn", "pydantic", "starlette", "asyncio", "sqlite3", "http.client")
    program = f"import sys, sandbox.cli; sandbox.cli.parser(); print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout == "[]\n"


# Clients without a server


@pytest.mark.parametrize("line", ["clock", "clock advance 9d", "dispute ch_1", "events", "events --follow", "reset", "health"])
def test_nobody_answers_is_exit_code_4_and_what_to_do(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*line.split(), "--server", DEAD]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"payment-sandbox: no payment-sandbox answers at {DEAD}")
    assert "payment-sandbox serve" in said.err
    assert said.err.count("\n") == 1


# Clients of a server


def charge(server: Serving, merchant: str) -> str:
    status, made = server.call(
        "POST", "/v1/charges", {"amount": 2000, "currency": "usd", "source": "tok_visa"}, key=f"sk_test_{merchant}"
    )
    assert status == 200, made
    return str(made["id"])


def ask(server: Serving, merchant: str, *line: str) -> str:
    done = command(*line, "--server", server.url, "--merchant", merchant)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_health_is_exit_code_0_when_the_server_can_write(server: Serving) -> None:
    assert ask(server, "healthy", "health") == f"{server.url} is ready\n"


def test_the_clock_is_shown_and_moved(server: Serving) -> None:
    shown = json.loads(ask(server, "tick", "clock", "--json"))
    assert (shown["rate"], shown["next"]) == (1, None)
    assert ask(server, "tick", "clock", "set", "2026-01-05T09:00:00Z").startswith("2026-01-05T09:00:0")
    assert re.fullmatch(r"2026-01-05T09:00:..Z, rate 0 \(frozen\)\n", ask(server, "tick", "clock", "freeze"))
    assert ask(server, "tick", "clock", "advance", "1d12h", "--json").count('"fired": []') == 1
    assert ask(server, "tick", "clock").startswith("2026-01-06T21:00:")
    ask(server, "tick", "clock", "advance", "--to", "2026-02-01")
    assert ask(server, "tick", "clock").startswith("2026-02-01T00:00:00Z")
    assert ", rate 60\n" in ask(server, "tick", "clock", "rate", "60")


def test_a_dispute_is_opened_and_its_deadline_missed(server: Serving) -> None:
    """The main job without a line of code: every step says what happened."""
    opened = ask(server, "loser", "dispute", charge(server, "loser"), "--reason", "product_not_received", "--amount", "500")
    assert re.match(r"du_\w+ opened: 500 usd, product_not_received, needs_response\nevidence is due by \d{4}-", opened)
    went = ask(server, "loser", "clock", "advance", "9d")
    assert opened.split()[0] in went
    assert re.search(r"^now \S+: 2 timers rang, 2 events$", went, re.MULTILINE)
    listed = ask(server, "loser", "events", "--type", "charge.dispute.*").splitlines()
    assert [line.split()[1] for line in listed] == [
        "charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed",
    ]  # fmt: skip


def test_one_is_counted_as_one_and_nothing_due_is_said(server: Serving) -> None:
    charge(server, "one")
    ask(server, "one", "clock", "freeze")
    assert re.search(r"^now \S+: 1 timer rang, 1 event$", ask(server, "one", "clock", "advance", "--until", "next"), re.MULTILINE)
    assert re.fullmatch(r"now \S+: nothing is due\n", ask(server, "one", "clock", "advance", "--until", "next"))


def test_a_clock_set_back_says_both_times_as_dates(server: Serving) -> None:
    charge(server, "back")
    done = command("clock", "set", "2020-01-01", "--server", server.url, "--merchant", "back")
    assert done.returncode == 1
    assert re.search(r"not back to 2020-01-01T00:00:00Z: it shows 20\d\d-\d\d-\d\dT", done.stderr)


def test_a_type_that_no_event_has_is_exit_code_2(server: Serving) -> None:
    """A known one that has not happened yet is none."""
    assert ask(server, "typed", "events", "--type", "charge.refunded") == ""
    done = command("events", "--type", "charge.disputed", "--server", server.url, "--merchant", "typed")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "No provider has an event 'charge.disputed'." in done.stderr


def test_who_follows_a_server_that_stops_is_told() -> None:
    with Serving() as ending:
        charge(ending, "live")
        with start("events", "--follow", "--json", "--server", ending.url, "--merchant", "live") as follower:
            assert follower.stdout is not None
            assert follower.stderr is not None
            assert json.loads(follower.stdout.readline())["type"] == "charge.succeeded"
            ending.stop()
            assert follower.wait(10) == 4
            assert follower.stderr.read() == f"payment-sandbox: the server at {ending.url} has stopped: there is nothing more to follow\n"


def test_a_long_advance_says_on_stderr_whom_it_waits_for(server: Serving) -> None:
    """Once, and then it is waited for in silence."""
    with Receiver(seconds=9) as slow:
        server.call("POST", "/_sandbox/webhook_endpoints", {"provider": "stripe", "url": slow.url}, "sk_test_waiting")
        charge(server, "waiting")
        with start("clock", "advance", "1h", "--server", server.url, "--merchant", "waiting") as advancing:
            assert advancing.stderr is not None
            assert re.fullmatch(rf"waiting for {re.escape(slow.url)} to answer \w+\n", advancing.stderr.readline())
            slow.hurry.set()
            assert advancing.wait(10) == 0
            assert advancing.stderr.read() == ""


def test_an_inquiry_is_opened(server: Serving) -> None:
    assert "warning_needs_response" in ask(server, "asked", "dispute", charge(server, "asked"), "--inquiry")


def test_an_answer_as_json_is_the_control_apis(server: Serving) -> None:
    opened = json.loads(ask(server, "exact", "dispute", charge(server, "exact"), "--json"))
    listed = json.loads(ask(server, "exact", "events", "--json"))
    assert opened["object"] == "dispute"
    assert listed == server.call("GET", "/_sandbox/events", {"merchant": "exact"}, key="sk_test_exact")[1]["data"]


def test_what_the_server_refuses_is_exit_code_1_and_its_own_words(server: Serving) -> None:
    done = command("dispute", "ch_nobody", "--server", server.url)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "ch_nobody" in done.stderr


def test_a_reset_merchant_is_as_if_never_used(server: Serving) -> None:
    charge(server, "gone")
    assert ask(server, "gone", "reset") == "merchant gone is as if never used\n"
    assert ask(server, "gone", "events") == ""


def test_followed_events_come_as_they_happen(server: Serving) -> None:
    """Those before first, each once, until the reader goes."""
    charge(server, "live")
    with start("events", "--follow", "--json", "--server", server.url, "--merchant", "live") as follower:
        assert follower.stdout is not None
        assert follower.stderr is not None
        assert json.loads(follower.stdout.readline())["type"] == "charge.succeeded"
        charged = charge(server, "live")
        second = json.loads(follower.stdout.readline())
        assert second["type"] == "charge.succeeded"
        assert charged in json.dumps(second["object"])
        follower.send_signal(2)
        follower.wait(30)
        assert follower.wait(10) == 0
        assert follower.stderr.read() == ""


def test_whoever_stops_reading_is_no_error(server: Serving) -> None:
    charge(server, "pipe")
    line = f"{sys.executable} -m sandbox events --server {server.url} --merchant pipe | true"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, env=environment())
    assert done.stderr == ""


def test_tables_have_no_rules_when_nobody_looks(server: Serving) -> None:
    """Columns for grep and cut: one line an event, no heads, no colours."""
    charge(server, "plain")
    assert re.fullmatch(r"\S+Z  charge\.succeeded  evt_\w+  ch_\w+\n", ask(server, "plain", "events"))


def test_tables_are_ruled_on_a_terminal(server: Serving, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    charge(server, "pretty")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert main(["events", "--server", server.url, "--merchant", "pretty"]) == 0
    said = capsys.readouterr().out
    assert "created" in said
    assert "───" in said


def test_times_are_shown_in_utc(server: Serving) -> None:
    charge(server, "utc")
    shown = datetime.fromisoformat(ask(server, "utc", "events").split()[0])
    assert shown.tzinfo == UTC
    assert abs(shown.timestamp() - time.time()) < 60


def test_a_parser_is_made_of_the_same_stuff_all_the_way() -> None:
    """A command's parser that were argparse's own would print its whole usage for a typing error."""
    assert {type(made) for made in every_parser(parser())} == {Parser}


def test_a_dispute_at_omise_says_its_reason_and_until_when_evidence_is_due(server: Serving) -> None:
    card = {"name": "Somchai", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2034}
    _, token = server.call("POST", "/tokens", {"card": card}, authorization=basic("pkey_test_baht"))
    wanted = {"amount": 100_000, "currency": "thb", "card": token["id"]}
    _, made = server.call("POST", "/charges", wanted, authorization=basic("skey_test_baht"))
    opened = ask(server, "baht", "dispute", made["id"], "--reason", "duplicate_processing")
    assert re.match(r"dspt_\w+ opened: 100000 THB, Duplicate Processing, open\nevidence is due by \d{4}-", opened)
