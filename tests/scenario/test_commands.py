"""`run`, `scenarios`, `validate` and `schema`: what they say, with which exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sandbox.scenario.library import shipped
from sandbox.scenario.reader import compose
from tests.scenario.stories import HEAD
from tests.serving import Serving, command

DEAD = "http://127.0.0.1:9"  # the discard port, where nobody listens
HOLDS = HEAD + "  - charge: {as: sale, amount: 2500}\n  - expect: {objects: {sale: {amount: 2500}}}\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "holds.yaml").write_text(HOLDS)
    (tmp_path / "fails.yaml").write_text(HOLDS.replace("{sale: {amount: 2500}}", "{sale: {amount: 1}}"))
    (tmp_path / "broken.yaml").write_text(HOLDS.replace("charge:", "chrage:"))
    (tmp_path / "silent.yaml").write_text(HEAD + "  - advance: 1d\n")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("run {here}/holds.yaml", 0, "ok   told on stripe: 1 of 1 expectations hold\nok   told on omise: 1 of 1 expectations hold\n"),
        ("run {here}/holds.yaml --provider omise --verbose", 0, "sale: amount holds"),
        ("run {here}/fails.yaml", 1, "    expected  1\n    seen      2500\n"),
        ("run", 2, "the following arguments are required: SCENARIO"),
        ("run {here}/holds.yaml --port much", 2, "'much' is not a port"),
        ("run {here}/holds.yaml --provider stripes", 2, "there is no provider 'stripes'"),
        ("run {here}/holds.yaml --record x.yaml", 2, "--record keeps one play, and these are 2"),
        ("run {here}/broken.yaml", 3, "broken.yaml:5:5: steps[0].chrage: there is no 'chrage' here. Did you mean 'charge'?"),
        ("run {here}/nowhere.yaml", 3, "No such file"),
        ("run missed-dedline", 3, "Did you mean 'missed-deadline'?"),
        ("run {here}/holds.yaml --junit {here}/none/x.xml", 3, "No such file"),
        ("run {here}/holds.yaml --server " + DEAD, 4, "no payment-sandbox answers at " + DEAD),
        ("run {here}/silent.yaml", 5, "nothing ran"),
        ("run {here}/empty", 5, "nothing ran"),
        ("validate {here}/holds.yaml {here}/fails.yaml", 0, "2 valid"),
        ("validate {here}/holds.yaml {here}/broken.yaml", 3, "broken.yaml:5:5: "),
        ("validate", 2, "the following arguments are required: FILE"),
    ],
)
def test_exit_codes(here: Path, line: str, code: int, said: str) -> None:
    done = command(*line.format(here=here).split())
    assert done.returncode == code, done.stdout + done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_json_is_all_that_stands_on_stdout_and_repeats_to_the_byte(here: Path) -> None:
    first, second = (command("run", f"{here}/fails.yaml", "--json", "--html", f"{here}/{n}.html") for n in (1, 2))
    assert (first.returncode, first.stdout) == (1, second.stdout)
    assert json.loads(first.stdout)["passed"] is False
    assert "FAIL told on stripe" in first.stderr
    assert (here / "1.html").read_bytes() == (here / "2.html").read_bytes()


def test_a_play_at_a_server_gives_the_bytes_of_one_in_process() -> None:
    with Serving() as server:
        there = command("run", "accepted", "--json", "--server", server.url)
    assert there.stdout == command("run", "accepted", "--json").stdout
    assert there.returncode == 0


def test_what_a_play_recorded_replays(here: Path) -> None:
    file = here / "recorded.yaml"
    assert command("run", "several-disputes", "--record", str(file)).returncode == 0
    done = command("run", str(file))
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "ok   several-disputes-recorded on stripe: 1 of 1 expectations hold")


def test_scenarios_lists_what_is_shipped() -> None:
    rows: list[dict[str, Any]] = json.loads(command("scenarios", "--json").stdout)
    assert [list(row) for row in rows] == [["name", "about", "providers"]] * len(rows)
    assert {row["name"] for row in rows} == {
        "duplicate-charge", "fraud-warned-refunded", "fraud-chargeback", "missed-deadline", "several-disputes", "inquiry-escalates",
        "inquiry-expires", "won-with-documents", "accepted", "refund-pending-fails", "refund-races-chargeback", "refund-after-win",
        "lost-reply", "webhook-storm", "endpoint-down", "full-quarter",
        "order-rejected", "order-update-lost-reply", "order-refunded-in-steps", "order-cancelled-and-cheaper", "order-dearer-refused",
        "order-other-sandbox", "order-without-update",
        "booking-no-show-per-person", "booking-deposit-windows", "booking-slot-without-fee", "booking-same-token",
        "booking-refusal-or-fault", "booking-canceled-not-refunded", "booking-refunded-once",
    }  # fmt: skip
    text = command("scenarios").stdout
    assert "missed-deadline  (stripe, omise)\n    A cardholder disputes a payment" in text


def test_validate_says_every_mistake_as_json(here: Path) -> None:
    done = command("validate", "--json", f"{here}/broken.yaml", f"{here}/holds.yaml")
    assert done.returncode == 3
    assert json.loads(done.stdout) == [
        {
            "file": f"{here}/broken.yaml", "line": 5, "column": 5, "path": "steps[0].chrage",
            "message": "there is no 'chrage' here. Did you mean 'charge'?",
        }
    ]  # fmt: skip


def test_the_schema_for_editors_takes_what_is_shipped_and_refuses_what_is_wrong() -> None:
    schema = json.loads(command("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    for path in shipped():
        given = compose(path.read_text(), path.name).root
        assert [error.message for error in check.iter_errors(given)] == [], path.name
    wrong = compose(HOLDS.replace("charge:", "chrage:"), "told.yaml").root
    assert list(check.iter_errors(wrong))
