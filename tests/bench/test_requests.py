"""What a request costs beside a bare application that sends the same bytes: `pytest -m bench -s tests/bench`.

Nothing here asserts a timing: the table is the result. Targets stand beside it for whoever reads it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench.measure import Request, Server, compare

pytestmark = pytest.mark.bench

CREATE = Request("POST", "/v1/charges", "amount=2000&currency=usd&source=tok_visa")
PREPARE = Request("POST", "/v1/payment_intents", "amount=2000&currency=usd&payment_method=pm_card_visa")
LIST = Request("GET", "/v1/charges?limit=10")
ROUNDS, BATCH = 7, 1_500
STORED = 100_000


def recorded_answers(ours: Server, path: Path) -> tuple[Path, str, str]:
    """What our server answers to one request of each kind, as the bare application will answer it."""
    answers: dict[str, Any] = {}

    def record(request: Request) -> Any:
        answer = ours.call(request)
        assert answer.status == 200, answer.body
        answers[request.method + " " + request.path.partition("?")[0]] = {
            "status": answer.status,
            "headers": [(name.lower(), value) for name, value in answer.headers if name.lower() not in ("date", "connection")],
            "body": answer.body,
        }
        return json.loads(answer.body)

    charge = record(CREATE)
    for _ in range(10):
        ours.call(CREATE)
    intent = ours.json(PREPARE)
    record(Request("POST", f"/v1/payment_intents/{intent['id']}/confirm"))
    record(Request("GET", f"/v1/charges/{charge['id']}"))
    record(LIST)
    path.write_text(json.dumps(answers))
    return path, charge["id"], intent["id"]


def rows(ours: Server, bare: Server, charge_id: str, intent_id: str, rounds: int) -> dict[str, tuple[float, float]]:
    """CPU microseconds (ours, bare) of each kind of request."""
    retrieve = Request("GET", f"/v1/charges/{charge_id}").encoded()
    confirm = f"/v1/payment_intents/{intent_id}/confirm"

    def intents() -> list[bytes]:
        ids = [ours.json(PREPARE)["id"] for _ in range(BATCH // 2)]
        return [Request("POST", f"/v1/payment_intents/{one}/confirm").encoded() for one in ids]

    return {
        "create a charge": compare(ours, bare, [[CREATE.encoded()] * BATCH] * rounds, [CREATE.encoded()]),
        "confirm an intent": compare(ours, bare, [intents() for _ in range(rounds)], [Request("POST", confirm).encoded()]),
        "retrieve a charge": compare(ours, bare, [[retrieve] * BATCH] * rounds, [retrieve]),
        "list ten charges": compare(ours, bare, [[LIST.encoded()] * (BATCH // 2)] * rounds, [LIST.encoded()]),
    }


TARGETS = {"create a charge": 0.40, "confirm an intent": 0.25, "retrieve a charge": 0.80, "list ten charges": 0.40}


def show(title: str, found: dict[str, tuple[float, float]]) -> None:
    print(f"\n{title}\n{'request':<20}{'ours µs':>10}{'bare µs':>10}{'bare/ours':>11}{'target':>8}")
    for name, (mine, theirs) in found.items():
        print(f"{name:<20}{mine:>10.0f}{theirs:>10.0f}{theirs / mine:>11.2f}{TARGETS[name]:>8.2f}")


def test_a_request_beside_a_bare_application(tmp_path: Path) -> None:
    with Server("-m", "sandbox", "serve", "--port", "0") as ours:
        print(f"\nready in {ours.ready_s:.2f} s, {ours.rss() / 2**20:.0f} MiB")
        path, charge_id, intent_id = recorded_answers(ours, tmp_path / "recorded.json")
        with Server("-m", "tests.bench.bare", str(path)) as bare:
            bare.microseconds([CREATE.encoded()] * BATCH)
            ours.microseconds([CREATE.encoded()] * BATCH)
            few = rows(ours, bare, charge_id, intent_id, ROUNDS)
            show("few charges stored", few)
            before, stored = ours.rss(), BATCH * (ROUNDS + 1)
            for _ in range(STORED - stored):
                ours.ask(CREATE.encoded())
            print(f"\nmemory a charge: {(ours.rss() - before) / (STORED - stored) / 1000:.1f} kB")
            many = rows(ours, bare, charge_id, intent_id, ROUNDS)
            show(f"{STORED:,} charges stored", many)
            for name, (mine, theirs) in many.items():
                ratio = theirs / mine / (few[name][1] / few[name][0])
                print(f"{name:<20} keeps {ratio:.0%} of its ratio")


def test_what_durability_costs(tmp_path: Path) -> None:
    serve = ("-m", "sandbox", "serve", "--port", "0")
    with Server(*serve) as memory, Server(*serve, "--data", str(tmp_path / "bench.sqlite")) as durable:
        for each in (memory, durable):
            each.microseconds([CREATE.encoded()] * BATCH)
        mine, theirs = compare(durable, memory, [[CREATE.encoded()] * BATCH] * ROUNDS, [CREATE.encoded()])
    print(f"\ncreate a charge: {mine:.0f} µs with --data, {theirs:.0f} µs in memory: {mine / theirs:.2f} times")
