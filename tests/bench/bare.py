"""A bare ASGI application that answers bytes and headers recorded from ours: what a request costs without us.

    python -m tests.bench.bare RECORDED.json

`RECORDED.json` maps "METHOD /path" to {"status", "headers", "body"}; the same uvicorn configuration as `serve` runs it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from sandbox.server.run import Server, configuration, listen


def application(recorded: dict[str, Any]) -> Any:
    answers = {
        key: (
            {
                "type": "http.response.start",
                "status": row["status"],
                "headers": [(name.encode(), value.encode()) for name, value in row["headers"]],
            },
            {"type": "http.response.body", "body": row["body"].encode()},
        )
        for key, row in recorded.items()
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:
        start, body = answers[scope["method"] + " " + scope["path"]]
        if scope["method"] == "POST":
            await receive()
        await send(start)
        await send(body)

    return app


async def main() -> None:
    with open(sys.argv[1]) as file:
        recorded = json.load(file)
    made = listen("127.0.0.1", 0)
    server = Server(configuration(application(recorded)), f"http://127.0.0.1:{made.getsockname()[1]}")
    await server.serve([made])


if __name__ == "__main__":
    asyncio.run(main())
