"""The example shop as an application under test: served over real sockets, by a thread of this process."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

import uvicorn

from tests.example.shop import Shop


class Application:
    """The shop, with one bug or none, until the block ends.

    Args:
        api: where it finds Stripe.
        bug: one of the example's BUGS; empty: none.
    """

    def __init__(self, api: str, bug: str = "", merchant: str = "scenario") -> None:
        self.shop = Shop(api, bug, f"sk_test_{merchant}")
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/webhooks"
        self.server = uvicorn.Server(uvicorn.Config(self.shop.app(), log_level="error", lifespan="off", ws="none"))
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],), daemon=True)

    def __enter__(self) -> Application:
        self.thread.start()  # the socket listens already: who calls early waits
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.should_exit = True
        self.thread.join(5)
        self.socket.close()
        self.shop.http.close()
