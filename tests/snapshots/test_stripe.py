"""What a Stripe client reads is on file, answer by answer, and changes only where somebody looked at the change."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.providers.stripe.machines import MACHINES
from tests.harness import Answer, Shop
from tests.snapshots import debits, disputes, happenings, journeys, payments, refusals, risk, treasury
from tests.snapshots.payments import Scene
from tests.snapshots.snapshot import FOLDER, check, masked

TABLES = (
    payments.SCENES, debits.SCENES, risk.SCENES, disputes.SCENES, happenings.SCENES, refusals.SCENES, treasury.SCENES,
    journeys.SCENES,
)  # fmt: skip
SCENES: dict[str, Scene] = {name: scene for table in TABLES for name, scene in table.items()}


@pytest.mark.parametrize("name", SCENES)
def test_answer_is_the_one_on_file(name: str, shop: Shop, request: pytest.FixtureRequest) -> None:
    """Errors are kept with their status; whatever else was asked for is a 200."""
    answer = SCENES[name](shop)
    shown = answer
    if isinstance(answer, Answer):
        refused = name.startswith("error.")
        assert answer.status in ((400, 401, 402, 403, 404, 501) if refused else (200,)), answer.body
        shown = {"status": answer.status, **answer.body} if refused else answer.body
    check(name, shown, request.config.getoption("--snapshot-update"))


def test_no_file_without_a_scene() -> None:
    """A scene that was renamed or removed takes its file along."""
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(SCENES)


def test_no_scene_twice() -> None:
    assert len(SCENES) == sum(len(table) for table in TABLES)


def test_every_emitted_event_has_a_scene() -> None:
    emitted = {emit.type for table in MACHINES.values() for row in table.values() for emit in row.emit}
    assert emitted - set(happenings.CAUSES) - {name.removeprefix("event.") for name in treasury.SCENES} == set()


def test_masks_leave_shapes_and_order() -> None:
    """The same id has the same name everywhere; a secret keeps its length; a time becomes its distance from the start."""
    charge, other = "ch_3Ab3dEFGHijklMNOp1234567", "ch_1Zb3dEFGHijklMNOp1234567"
    value = {
        "id": charge,
        "text": f"No such charge: '{charge}'",
        "other": [other, charge],
        "log": "/acct_1Ab3dEFGHijklMNO/logs/req_Ab3dEFGHijklMN?t=1767690000",
        "amount": 2000,
        "secret": "whsec_" + "a1" * 16,
        "created": 1_767_603_600,
        "due_by": 1_768_348_799,
        "fingerprint": "Xt5EWLLDS7FJjR1c",
    }
    assert masked(value) == {
        "id": "<charge:1>",
        "text": "No such charge: '<charge:1>'",
        "other": ["<charge:2>", "<charge:1>"],
        "log": "/<account:1>/logs/<request:1>?t=<start+1d>",
        "amount": 2000,
        "secret": "whsec_<32 characters>",
        "created": "<start>",
        "due_by": "<start+8d14h59m59s>",
        "fingerprint": "<16 characters>",
    }


def test_missing_or_different_file_fails(tmp_path: Path) -> None:
    """Nothing is on file until it was asked for, and a difference is shown line by line."""
    with pytest.raises(AssertionError, match=r"no snapshot charge.json"):
        check("charge", {"amount": 2000}, False, tmp_path)
    check("charge", {"amount": 2000}, True, tmp_path)
    check("charge", {"amount": 2000}, False, tmp_path)
    with pytest.raises(AssertionError, match=r'(?s)-  "amount": 2000.*\+  "amount": 2001'):
        check("charge", {"amount": 2001}, False, tmp_path)
