"""What keeps strangers out and secrets in, over a real socket."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Serving, drain

ROUTES = [
    "/", "/livez", "/readyz", "/v1/charges", "/v1/charges/ch_1", "/v1/nothing", "/v1/files", "/v2/core/events", "/dashboard/",
    "/_sandbox/clock", "/_sandbox/openapi.json", "/_sandbox/stream", "/_sandbox/nothing", "/nowhere",
]  # fmt: skip
ODD_PATHS = ["/v1/charges/%00", "/v1/%ff%fe", "/v1/charges?limit=%00&x[[]=1", "/v1/charges/../../etc/passwd"]
STRANGERS = ["evil.example", "evil.example:12111", "127.0.0.1.evil.example", "localhost.evil.example", "169.254.1.1", ""]
LIVE = "sk_live_51HxY2zKdQq8sMn4TVerySecret"
CHARGE = {"amount": 2000, "currency": "usd", "source": "tok_visa"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    data = tmp_path_factory.mktemp("data") / "sandbox.sqlite"
    with Serving("--allow-host", "sandbox.internal", "--data", str(data)) as running:
        yield running


# Host


@pytest.mark.parametrize("host", STRANGERS)
@pytest.mark.parametrize("path", ROUTES)
def test_a_foreign_host_name_is_refused_on_every_route(server: Serving, path: str, host: str) -> None:
    """A web page whose name was made to lead to this machine (DNS rebinding) gets nothing."""
    status, answer = server.call("GET", path, host=host)
    assert (status, answer["error"]["code"]) == (421, "host_not_allowed")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:12111", "[::1]:12111", "sandbox.internal", "SANDBOX.internal:8080"])
def test_loopback_and_allowed_names_are_answered(server: Serving, host: str) -> None:
    assert server.call("GET", "/v1/charges", host=host)[0] == 200


def test_a_request_without_a_host_is_refused(server: Serving) -> None:
    answer = server.raw(b"GET /v1/charges HTTP/1.0\r\nAuthorization: Bearer sk_test_alpha\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 421 ")


def ask_as(server: Serving, address: str, host: str) -> bytes:
    """The status line of an answer of the server at another of its addresses."""
    with socket.create_connection((address, server.port), timeout=10) as line:
        line.sendall(b"GET /livez HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % host.encode())
        return drain(line).partition(b"\r\n")[0]


def test_the_address_that_the_user_bound_and_the_public_name_are_answered() -> None:
    """Whoever said them needs no further flag; links in answers start with the public name."""
    with Serving("--host", "127.0.0.2", "--public-url", "http://pay.example:8443") as server:
        assert server.url.startswith("http://127.0.0.2:")
        for host in (f"127.0.0.2:{server.port}", "pay.example:8443"):
            assert ask_as(server, "127.0.0.2", host) == b"HTTP/1.1 200 OK"
        assert ask_as(server, "127.0.0.2", "127.0.0.3").startswith(b"HTTP/1.1 421 ")


def test_a_server_on_all_addresses_still_knows_its_names() -> None:
    """As in a container, where the environment says it all."""
    with Serving(env={"PAYMENT_SANDBOX_HOST": "0.0.0.0", "PAYMENT_SANDBOX_ALLOW_HOST": "payment-sandbox"}) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert ask_as(server, "127.0.0.1", "payment-sandbox:12111") == b"HTTP/1.1 200 OK"
        assert ask_as(server, "127.0.0.2", "127.0.0.2").startswith(b"HTTP/1.1 421 ")


# Live keys


def sent(key: str) -> list[dict[str, str]]:
    basic = base64.b64encode(f"{key}:".encode()).decode()
    return [{"authorization": f"Bearer {key}"}, {"authorization": f"Basic {basic}"}]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/v1/charges", "/v1/charges/ch_1", "/v1/nothing", "/v1/files", "/_sandbox/clock", "/_sandbox/reset"])
@pytest.mark.parametrize("key", [LIVE, LIVE.replace("sk_", "rk_"), LIVE.replace("sk_", "pk_")])
def test_a_live_key_is_refused_everywhere_and_not_repeated(server: Serving, method: str, path: str, key: str) -> None:
    for headers in sent(key):
        status, answer = server.call(method, path, **headers)
        assert status in (401, 404), answer
        assert key not in str(answer)
        if path in ("/v1/charges", "/v1/files", "/_sandbox/clock"):
            assert status == 401


def test_a_live_key_is_neither_stored_nor_logged(tmp_path: Path) -> None:
    """Wherever a careless client puts it: not in the data file, on stderr, in the request log or in an answer."""
    data = tmp_path / "sandbox.sqlite"
    with Serving("--data", str(data)) as server:
        seen = [str(server.call("POST", "/v1/charges", CHARGE)[1])]
        for headers in sent(LIVE):
            server.call("POST", "/v1/charges", CHARGE, **headers)
            server.call("GET", "/_sandbox/clock", **headers)
        server.call("GET", f"/v1/charges?api_key={LIVE}")
        server.call("GET", f"/v1/charges/{LIVE}")
        server.call("GET", f"/_sandbox/clock?merchant={LIVE}", authorization="")
        server.call("POST", "/v1/charges", CHARGE, idempotency_key=LIVE)
        for path in ("/v1/customers", "/_sandbox/settings"):
            status, answer = server.call("POST", path, {"metadata": {"key": LIVE}})
            assert status == 401, answer
            seen.append(str(answer))
        seen += [str(server.call("GET", path)[1]) for path in ("/_sandbox/requests", "/_sandbox/events", "/_sandbox/merchants")]
        server.stop()
        seen.append(server.stderr)
    seen.extend(path.read_bytes().decode("latin-1") for path in tmp_path.iterdir())
    assert not [text for text in seen if LIVE in text]


# Sizes


def test_a_body_that_says_it_is_too_large_is_not_even_read(server: Serving) -> None:
    head = b"POST /v1/charges HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_alpha\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000000000\r\n\r\n"
    assert server.raw(head, whole=False).startswith(b"HTTP/1.1 4")


def test_a_body_that_turns_out_too_large_is_refused(server: Serving) -> None:
    """Chunk after chunk, no length announced."""
    head = b"POST /v1/charges HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sk_test_alpha\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    assert server.raw(head, *[chunk] * 256, whole=False).startswith(b"HTTP/1.1 4")
    assert server.call("GET", "/livez")[0] == 200


# Words


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", [*ROUTES, *ODD_PATHS])
def test_no_answer_has_a_traceback_or_a_path_of_this_machine(server: Serving, method: str, path: str) -> None:
    if path == "/_sandbox/stream":
        return
    answer = str(server.call(method, path, {"a[b": "\x00", "amount": "NaN"} if method == "POST" else None)[1])
    for word in ("Traceback", "site-packages", str(Path(__file__).parents[2]), ".py"):
        assert word not in answer


def test_the_server_says_nothing_of_what_it_is_made_of(server: Serving) -> None:
    """No `Server: uvicorn`: a client sees the headers of the provider."""
    answer = server.raw(b"GET /v1/charges HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert b"uvicorn" not in answer.lower()


def test_nothing_of_all_this_was_a_bug_of_ours(server: Serving) -> None:
    """Last in the file: no request above has left a traceback on stderr."""
    assert "Traceback" not in server.stderr
