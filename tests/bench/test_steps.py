"""How many bytecodes a request executes, in process: `pytest -m bench -s tests/bench/test_steps.py`.

The same to the last digit on any machine, however busy: what to compare before and after a change. It does not see what C does, so
times (`test_requests.py`, `test_omise_requests.py`) have the last word. The ten functions that most of it goes to stand below each.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from types import CodeType, FrameType
from typing import Any

import pytest

from sandbox.providers import PROVIDERS
from sandbox.server.app import App, build
from sandbox.server.world import World
from tests.bench.measure import FORM, Request
from tests.bench.test_omise_requests import CARD
from tests.bench.test_omise_requests import KEY as OMISE_KEY
from tests.bench.test_requests import CREATE, LIST, PREPARE
from tests.harness import START

pytestmark = pytest.mark.bench

STRIPE_KEY = "sk_test_bench"
WARM, COUNTED, SHOWN = 30, 20, 10


async def ask(app: App, request: Request, key: str) -> bytes:
    path, _, query = request.path.partition("?")
    body = request.body.encode()
    headers = [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {key}".encode()), (b"accept", b"*/*")]
    if request.method == "POST":
        headers += [(b"content-type", FORM.encode()), (b"content-length", b"%d" % len(body))]
    scope = {"type": "http", "method": request.method, "path": path, "query_string": query.encode(), "headers": headers}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200, sent[1]["body"]
    return sent[1]["body"]  # type: ignore[no-any-return]


async def made(app: App, request: Request, key: str) -> str:
    """The id of what the request makes."""
    return str(json.loads(await ask(app, request, key))["id"])


async def count(app: App, name: str, requests: list[Request], key: str) -> None:
    """Prints what one of these requests executes; the first of them only warm up."""
    for request in requests[:WARM]:
        await ask(app, request, key)
    steps: Counter[CodeType] = Counter()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode" and frame.f_code.co_filename != __file__:
            steps[frame.f_code] += 1
        return trace

    sys.settrace(trace)
    try:
        for request in requests[WARM:]:
            await ask(app, request, key)
    finally:
        sys.settrace(None)
    counted = len(requests) - WARM
    print(f"\n{name:<24}{sum(steps.values()) / counted:>9,.0f} bytecodes")
    for code, many in steps.most_common(SHOWN):
        print(f"  {many / counted:>8.0f}  {code.co_qualname} ({code.co_filename.rpartition('/')[2]})")


async def both() -> None:
    app = build(World(PROVIDERS, lambda: START))
    often = WARM + COUNTED
    charge = await made(app, CREATE, STRIPE_KEY)
    intents = [await made(app, PREPARE, STRIPE_KEY) for _ in range(often)]
    await count(app, "create a charge", [CREATE] * often, STRIPE_KEY)
    await count(app, "confirm an intent", [Request("POST", f"/v1/payment_intents/{one}/confirm") for one in intents], STRIPE_KEY)
    await count(app, "retrieve a charge", [Request("GET", f"/v1/charges/{charge}")] * often, STRIPE_KEY)
    await count(app, "list ten charges", [LIST] * often, STRIPE_KEY)
    token = await made(app, Request("POST", "/tokens", CARD), OMISE_KEY)
    customer = await made(app, Request("POST", "/customers", f"card={token}"), OMISE_KEY)
    create = Request("POST", "/charges", f"amount=100000&currency=thb&customer={customer}")
    await count(app, "create a charge, Omise", [create] * often, OMISE_KEY)


def test_bytecodes_a_request() -> None:
    asyncio.run(both())
