"""A small application under test, over real sockets: it takes webhooks and acts at the API, rightly or with a fault of its choice."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

FAULTS = ("none", "acts_twice", "refunds_disputed", "answers_500", "forgets_keys", "sleeps")


class Application:
    """Refunds what the issuer warns of, and answers disputes with evidence.

    Args:
        fault: one of FAULTS.
    """

    def __init__(self, api: str, fault: str = "none", merchant: str = "scenario") -> None:
        assert fault in FAULTS
        self.api, self.fault, self.merchant = api, fault, merchant
        self.seen: set[str] = set()
        self.lock = threading.Lock()
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                application.take(event)
                self.send_response(500 if application.fault == "answers_500" else 200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks"

    def __enter__(self) -> Application:
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def take(self, event: dict[str, Any]) -> None:
        with self.lock:
            if event["id"] in self.seen and self.fault != "acts_twice":
                return
            again = event["id"] in self.seen
            self.seen.add(event["id"])
        shown = event["data"]["object"]
        if self.fault == "sleeps":
            return
        if event["type"] == "radar.early_fraud_warning.created":
            self.write("/v1/refunds", {"charge": shown["charge"]}, f"{event['id']}-{again}")
        elif event["type"] == "charge.dispute.created" and self.fault == "refunds_disputed":
            self.write("/v1/refunds", {"charge": shown["charge"]}, event["id"])
        elif event["type"] == "charge.dispute.created":
            self.write(f"/v1/disputes/{shown['id']}", {"evidence[uncategorized_text]": "We sent it."}, f"{event['id']}-{again}")

    def write(self, path: str, params: dict[str, str], key: str) -> None:
        """One call, and a second try if no answer came."""
        for number in range(2):
            used = f"{key}-{number}" if self.fault == "forgets_keys" else key
            headers = {"authorization": f"Bearer sk_test_{self.merchant}", "idempotency-key": used}
            request = urllib.request.Request(self.api + path, urlencode(params).encode(), headers)
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    answer.read()
                return
            except urllib.error.HTTPError as refused:
                refused.close()
                return
            except OSError:
                continue
