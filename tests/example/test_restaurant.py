"""The example restaurant as a real process, called by a real server: it checks the signature, takes an order and calls it off."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.example.restaurant import PROJECT
from tests.providers.google_ordering.kitchen import CART, TOTAL
from tests.server.test_serve import free_port
from tests.serving import Serving, environment

SCRIPT = Path(__file__).parent / "restaurant.py"
START_SECONDS_MAX = 60


@pytest.fixture
def served() -> Iterator[tuple[str, str]]:
    """The sandbox's URL and the restaurant's."""
    port = free_port()
    with Serving() as server:
        line = [sys.executable, str(SCRIPT), "--port", str(port), "--api", server.url]
        process = subprocess.Popen(line, env=environment(), stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + START_SECONDS_MAX
            while time.monotonic() < until:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, "the restaurant has ended"
                time.sleep(0.05)
            yield server.url, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def test_the_example_restaurant_takes_an_order_and_calls_it_off(served: tuple[str, str]) -> None:
    """Its library verifies the JWT with the keys that are served; for another project it would answer nothing."""
    api, restaurant = served
    with httpx.Client(base_url=api, timeout=60, trust_env=False) as google, httpx.Client(trust_env=False, timeout=60) as kitchen:

        def post(path: str, body: object) -> dict[str, object]:
            answer = google.post(f"/_sandbox/google/ordering/{path}", json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()  # type: ignore[no-any-return]

        partner = post("partners", {"project_id": PROJECT, "webhook_url": f"{restaurant}/webhook"})
        kitchen.post(f"{restaurant}/token", content=str(partner["access_token"]))
        checkout = post("checkouts", {"partner": partner["id"], "cart": CART})
        assert (checkout["status"], checkout["findings"]) == ("ready", [])
        order = post(f"checkouts/{checkout['id']}/submit", {})
        assert (order["state"], order["captured"]) == ("CONFIRMED", TOTAL)
        for _ in range(2):
            assert kitchen.post(f"{restaurant}/orders/{order['action_order_id']}/CANCELLED").status_code == 200
        shown = google.get(f"/_sandbox/google/ordering/orders/{order['id']}").json()
        assert [row["rule"] for row in shown["updates"]] == ["S1", "U6", "U11"]
        assert (shown["state"], shown["refunded"]) == ("CANCELLED", TOTAL)
        stranger = post("partners", {"project_id": "another-project", "webhook_url": f"{restaurant}/webhook"})
        refused = post("checkouts", {"partner": stranger["id"], "cart": CART})
        assert (refused["status"], [f["code"] for f in refused["findings"]]) == ("failed", ["E_STATUS"])  # type: ignore[attr-defined]
