"""One attempt, over real sockets."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from sandbox.delivery.post import ANSWER_CHARACTERS_KEPT, PARTNER_ANSWER_BYTES_MAX, Answer, Post, retry_after_s
from sandbox.delivery.targets import Targets

Script = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-app: yes\r\n\r\nok"


def saying(answer: bytes) -> Script:
    async def script(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return script


def post(
    script: Script | None,
    url: str = "http://127.0.0.1:{port}/hook",
    host: str = "127.0.0.1",
    attempt_s: float = 10.0,
    targets: Targets | None = None,
    context: ssl.SSLContext | None = None,
    whole: bool = False,
) -> tuple[Answer, list[bytes]]:
    """What came of one POST to a server that follows the script, and the requests it got. No script: nothing listens."""
    requests: list[bytes] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert script is not None
        try:
            start = await reader.readexactly(5)
            if start == b"POST ":
                start += await reader.readuntil(b"\r\n\r\n")
                requests.append(start + await reader.readexactly(7))
            else:
                requests.append(start)
            await script(requests[-1], writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the sender hung up, or the test is over
        finally:
            writer.close()

    async def run() -> Answer:
        server = await asyncio.start_server(connected, host, 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        if script is None:
            server.close()
            await server.wait_closed()
        sender = Post(targets or Targets(), attempt_s=attempt_s)
        try:
            headers = {"Content-Type": "text/x", "Stripe-Signature": "t=1"}
            return await sender.send(url.format(port=port), headers, b"payload", 1_000, whole=whole)
        finally:
            await sender.close()
            server.close()

    return asyncio.run(run()), requests


def test_a_webhook_is_one_plain_post() -> None:
    """The headers that were signed and agreed on, Host, length, and nothing that an HTTP library adds of its own."""
    answer, (request,) = post(saying(OK))
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    port = answer.request_headers["Host"].rpartition(":")[2]
    assert lines == [
        "POST /hook HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: text/x", "Stripe-Signature: t=1", "Content-Length: 7",
        "Connection: close",
    ]  # fmt: skip
    assert body == b"payload"
    assert (answer.code, answer.error, answer.body) == (200, "", "ok")
    assert answer.response_headers == {"content-length": "2", "x-app": "yes"}
    assert 0 < answer.seconds < 10


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    answer, requests = post(saying(OK))
    assert answer.code == 200
    assert requests[0].startswith(b"POST /hook ")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_localhost_is_reached_on_either_address(host: str) -> None:
    if host == "::1" and not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    answer, (request,) = post(saying(OK), "http://localhost:{port}/hook?a=b%20c", host)
    assert answer.code == 200
    assert request.startswith(b"POST /hook?a=b%20c HTTP/1.1\r\nHost: localhost:")


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(code: int) -> None:
    moved = f"HTTP/1.1 {code} Moved\r\nlocation: http://127.0.0.1:1/elsewhere\r\ncontent-length: 0\r\n\r\n".encode()
    answer, requests = post(saying(moved))
    assert (answer.code, answer.error) == (code, "redirect to http://127.0.0.1:1/elsewhere not followed")
    assert len(requests) == 1


@pytest.mark.parametrize("code", [400, 404, 500, 503])
def test_an_error_answer_is_kept_as_it_came(code: int) -> None:
    answer, _ = post(saying(b"HTTP/1.1 %d X\r\nretry-after: 120\r\n\r\nsorry" % code))
    assert (answer.code, answer.error, answer.body, answer.retry_after_s) == (code, "", "sorry", 120)


def test_nobody_listens() -> None:
    answer, _ = post(None)
    assert (answer.code, answer.error) == (0, "connection refused: nothing listens there")


def test_an_attempt_ends_in_time_whatever_the_receiver_does() -> None:
    """Silence and a byte now and then: the end counts for the whole attempt, not for each read."""

    async def silence(request: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    async def drip(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    for script in (silence, drip):
        answer, _ = post(script, attempt_s=0.4)
        assert (answer.code, answer.error) == (0, "timed out after 0.4 s")
        assert 0.4 <= answer.seconds < 5


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\ncontent-le", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nok", b"\x00\x01garbage\r\n\r\n"]
)
def test_a_broken_answer_is_no_answer(said: bytes) -> None:
    answer, _ = post(saying(said))
    assert (answer.code, answer.error) == (0, "the connection was closed before the answer was whole")


def test_of_a_large_answer_only_the_beginning_is_read() -> None:
    """An endless body ends the attempt at 64 KiB, as delivered: the status says so."""
    sent = 0

    async def endless(request: bytes, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 16_384)
            sent += 16_384
            await writer.drain()

    answer, _ = post(endless, attempt_s=5.0)
    assert (answer.code, answer.error) == (200, "")
    assert answer.body == "x" * ANSWER_CHARACTERS_KEPT
    assert answer.seconds < 5


@pytest.mark.parametrize(("size", "code"), [(PARTNER_ANSWER_BYTES_MAX, 200), (PARTNER_ANSWER_BYTES_MAX + 1, 0)])
def test_a_partners_answer_is_kept_whole_or_is_none(size: int, code: int) -> None:
    """What is acted upon must not be a part of what was said."""
    said = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + b"x" * size
    answer, _ = post(saying(said), whole=True)
    assert answer.code == code
    assert answer.body == ("x" * size if code else "")
    assert answer.error == ("" if code else f"the answer is longer than {PARTNER_ANSWER_BYTES_MAX} bytes, which is all that is read of one")


def test_many_and_long_headers_are_cut() -> None:
    many = b"".join(b"h%d: %s\r\n" % (number, b"v" * 700) for number in range(60))
    answer, _ = post(saying(b"HTTP/1.1 204 No Content\r\n" + many + b"\r\n"))
    assert answer.code == 204
    assert len(answer.response_headers) == 50
    assert {len(text) for text in answer.response_headers.values()} == {500}


def test_a_refused_target_is_a_failed_attempt_with_the_reason() -> None:
    answer, requests = post(saying(OK), targets=Targets(own_ports=range(1, 65536)))
    assert answer.code == 0
    assert answer.error.startswith("not sent: Invalid URL: 127.0.0.1:")
    assert answer.error.endswith("is payment-sandbox itself.")
    assert requests == []


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """The name is asked for once; a second answer that leads elsewhere is never heard."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    targets = Targets(["app.example"], resolve=resolve)
    answer, (request,) = post(saying(OK), "http://app.example:{port}/hook", targets=targets)
    assert answer.code == 200
    assert b"\r\nHost: app.example:" in request
    assert asked == ["app.example"]


def test_a_name_without_address() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(-2, "Name or service not known")

    answer, _ = post(saying(OK), "http://nowhere/", targets=Targets(["nowhere"], resolve=resolve))
    assert (answer.code, answer.error) == (0, "the host name could not be resolved (Name or service not known)")


def test_tls_spoken_to_a_plain_server() -> None:
    answer, _ = post(saying(OK), "https://127.0.0.1:{port}/")
    assert answer.code == 0
    assert answer.error.startswith("TLS error: ")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for `localhost` alone, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        message = "the program openssl is not installed"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    folder = tmp_path_factory.mktemp("tls")
    chain, key = folder / "chain.pem", folder / "key.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(chain)],
        check=True, capture_output=True,
    )  # fmt: skip
    return chain, key


def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_an_unknown_authority_is_a_tls_error(certificate: tuple[Path, Path]) -> None:
    answer, requests = post(saying(OK), "https://localhost:{port}/", context=tls(certificate))
    assert answer.code == 0
    assert answer.error.startswith("TLS error: self")
    assert requests == []


def test_the_certificate_must_be_the_name_that_the_url_has(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address, but name and certificate are the host's, as with the developer's own authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    answer, (request,) = post(saying(OK), "https://localhost:{port}/", context=tls(certificate))
    assert (answer.code, answer.error) == (200, "")
    assert b"\r\nHost: localhost:" in request
    wrong, requests = post(saying(OK), "https://127.0.0.1:{port}/", context=tls(certificate))
    assert wrong.code == 0
    assert wrong.error.startswith("TLS error: IP address mismatch")
    assert requests == []


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("", "", 0),
        ("120", "", 120),
        ("0", "", 0),
        ("-5", "", 0),
        ("1.5", "", 0),
        ("soon", "", 0),
        ("Thu, 01 Jan 1970 00:18:40 GMT", "", 120),  # `at` is 1000
        ("Thu, 01 Jan 1970 00:00:00 GMT", "", 0),
        ("Wed, 21 Oct 2026 07:30:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT", 120),
        ("Wed, 21 Oct 2026 07:30:00 GMT", "nonsense", 0),
        ("9" * 40, "", 999_999_999),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, date: str, seconds: int) -> None:
    """A date counts from the answer's own `Date`, because the receiver's clock need not be ours."""
    assert retry_after_s(value, date, 1_000) == seconds
