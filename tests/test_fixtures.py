"""`payment-sandbox fixtures FILE` plays what the official CLI's `stripe fixtures` plays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.fixtures import field, filled, flat
from sandbox.remote import Refused
from tests.serving import Serving, command

JENNY = {"name": "jenny", "path": "/v1/customers", "method": "post", "params": {"name": "Jenny Rosen"}}
PAID = {
    "name": "paid", "path": "/v1/payment_intents", "method": "post",
    "params": {"amount": 1500, "currency": "usd", "customer": "${jenny:id}", "payment_method": "pm_card_visa", "confirm": True},
}  # fmt: skip
BACK = {"name": "back", "path": "/v1/refunds", "method": "post", "params": {"payment_intent": "${paid:id}", "amount": 500}}
LISTED = {"name": "listed", "path": "/v1/refunds", "method": "get", "params": {"limit": 1}}
SHOWN = {"name": "shown", "path": "/v1/refunds/${listed:data.[0].id}", "method": "get"}
DECLINED = {
    "name": "declined", "path": "/v1/payment_intents", "method": "post", "expected_error_type": "card_error",
    "params": {"amount": 100, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True},
}  # fmt: skip


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with Serving() as made:
        yield made


def play(serving: Serving, tmp_path: Path, *rows: Any) -> tuple[int, str, str]:
    file = tmp_path / "fixtures.json"
    file.write_text(json.dumps({"_meta": {"template_version": 0}, "fixtures": rows}))
    done = command("fixtures", str(file), "--server", serving.url, "--merchant", tmp_path.name)
    return done.returncode, done.stdout, done.stderr


def test_later_calls_name_what_earlier_ones_made(serving: Serving, tmp_path: Path) -> None:
    code, said, complaint = play(serving, tmp_path, JENNY, PAID, BACK, LISTED, SHOWN, DECLINED)
    assert (code, complaint) == (0, "")
    lines = [line.split() for line in said.splitlines()]
    assert [line[0] for line in lines] == ["jenny:", "paid:", "back:", "listed:", "shown:", "declined:"]
    assert [line[3] for line in lines] == ["200", "200", "200", "200", "200", "402"]
    assert lines[4][4] == lines[2][4], "the refund that was made is the one that was shown"
    (intent,) = serving.call("GET", "/v1/payment_intents", {"customer": lines[0][4]}, f"sk_test_{tmp_path.name}")[1]["data"]
    assert (intent["id"], intent["amount"]) == (lines[1][4], 1500)


def test_refused_call_ends_the_file(serving: Serving, tmp_path: Path) -> None:
    """What was played before stays; a decline that the file does not expect is a refusal."""
    code, said, complaint = play(serving, tmp_path, JENNY, {**DECLINED, "expected_error_type": ""}, LISTED)
    assert (code, said.split(":")[0]) == (1, "jenny")
    assert "declined: POST /v1/payment_intents was answered with 402: Your card was declined." in complaint


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("nonsense", "no JSON"),
        ("[]", "no list of 'fixtures'"),
        ('{"fixtures": [{"name": "a"}]}', "fixtures[0] needs name, path and method"),
        ('{"fixtures": [{"name": "a", "path": "/v1/x", "method": "put"}]}', "fixtures[0]: put /v1/x is no call of the API"),
    ],
)
def test_foreign_file_is_exit_code_3(tmp_path: Path, content: str, why: str) -> None:
    file = tmp_path / "foreign.json"
    file.write_text(content)
    done = command("fixtures", str(file), "--server", "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (3, "")
    assert why in done.stderr


def test_missing_file_is_exit_code_3_and_no_server_is_4(tmp_path: Path) -> None:
    file = tmp_path / "gone.json"
    assert command("fixtures", str(file)).returncode == 3
    file.write_text(json.dumps({"fixtures": [JENNY]}))
    assert command("fixtures", str(file), "--server", "http://127.0.0.1:9").returncode == 4


def test_queries_are_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONE", "555")
    monkeypatch.delenv("NOBODY_SET_THIS", raising=False)
    answers = {"a": {"id": "x/1", "on": True, "list": [{"n": 7}]}}
    asked = {"id": "${a:id}", "all": ["${a:list.[0].n} of ${a:list.0.n}"], "on": "${a:on}", "env": "${.env:PHONE}", "n": 1}
    assert filled(asked, answers) == {"id": "x/1", "all": ["7 of 7"], "on": "true", "env": "555", "n": 1}
    assert filled("/v1/x/${a:id}", answers, quoted=True) == "/v1/x/x%2F1"
    assert filled("${.env:NOBODY_SET_THIS|none} ${a:gone|-} ${a:list.[3].n|-}", answers) == "none - -"
    with pytest.raises(Refused, match="no earlier call made that"):
        filled("${b:id}", answers)


def test_a_path_that_leads_nowhere_is_none() -> None:
    assert [field({"a": [1]}, path) for path in ("b", "a.x", "a.0.b")] == [None, None, None]


def test_parameters_are_flattened() -> None:
    assert flat({"a": {"b": [True, None]}, "c": 1}) == [("a[b][0]", "true"), ("a[b][1]", ""), ("c", "1")]
