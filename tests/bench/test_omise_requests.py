"""What an Omise request costs beside a bare application that sends the same bytes: `pytest -m bench -s tests/bench`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench.measure import Request, Server, compare

pytestmark = pytest.mark.bench

KEY = "skey_test_bench"
ROUNDS, BATCH = 7, 1_500
CARD = "card[name]=S&card[number]=4242424242424242&card[expiration_month]=12&card[expiration_year]=2034"
LIST = Request("GET", "/charges?limit=10&order=reverse_chronological").encoded(KEY)
TARGETS = {"create a charge": 0.40, "refund a charge": 0.40, "retrieve a charge": 0.80, "list ten charges": 0.40}


def answer_of(ours: Server, encoded: bytes) -> tuple[list[tuple[str, str]], str]:
    head, _, body = ours.ask(encoded).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0].split()[1] == "200", body
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines[1:])]
    return [(name, value) for name, value in headers if name not in ("date", "connection")], body.decode()


def said(ours: Server, encoded: bytes) -> Any:
    return json.loads(answer_of(ours, encoded)[1])


def test_an_omise_request_beside_a_bare_application(tmp_path: Path) -> None:
    with Server("-m", "sandbox", "serve", "--port", "0") as ours:
        token = said(ours, Request("POST", "/tokens", CARD).encoded(KEY))["id"]
        customer = said(ours, Request("POST", "/customers", f"card={token}").encoded(KEY))["id"]
        create = Request("POST", "/charges", f"amount=100000&currency=thb&customer={customer}")
        charge = said(ours, create.encoded(KEY))["id"]
        for _ in range(10):
            ours.ask(create.encoded(KEY))
        refund = Request("POST", f"/charges/{charge}/refunds", "amount=100")
        retrieve = Request("GET", f"/charges/{said(ours, create.encoded(KEY))['id']}")
        recorded = {}
        for request in (create, refund, retrieve, Request("GET", "/charges?limit=10&order=reverse_chronological")):
            headers, body = answer_of(ours, request.encoded(KEY))
            recorded[f"{request.method} {request.path.partition('?')[0]}"] = {"status": 200, "headers": headers, "body": body}
        path = tmp_path / "recorded.json"
        path.write_text(json.dumps(recorded))

        def refunds() -> list[bytes]:
            ids = [said(ours, create.encoded(KEY))["id"] for _ in range(BATCH // 2)]
            return [Request("POST", f"/charges/{one}/refunds", "amount=100").encoded(KEY) for one in ids]

        with Server("-m", "tests.bench.bare", str(path)) as bare:
            for server in (bare, ours):
                server.microseconds([create.encoded(KEY)] * BATCH)
            found = {
                "create a charge": compare(ours, bare, [[create.encoded(KEY)] * BATCH] * ROUNDS, [create.encoded(KEY)]),
                "refund a charge": compare(ours, bare, [refunds() for _ in range(ROUNDS)], [refund.encoded(KEY)]),
                "retrieve a charge": compare(ours, bare, [[retrieve.encoded(KEY)] * BATCH] * ROUNDS, [retrieve.encoded(KEY)]),
                "list ten charges": compare(ours, bare, [[LIST] * (BATCH // 2)] * ROUNDS, [LIST]),
            }
    print(f"\n{'request':<20}{'ours µs':>10}{'bare µs':>10}{'bare/ours':>11}{'target':>8}")
    for name, (mine, theirs) in found.items():
        print(f"{name:<20}{mine:>10.0f}{theirs:>10.0f}{theirs / mine:>11.2f}{TARGETS[name]:>8.2f}")
