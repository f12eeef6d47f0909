"""Where webhooks may go."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from sandbox.core.errors import Reason, Refusal
from sandbox.delivery.targets import Targets, faces_of, is_local, look_up, parse


def refusal(targets: Targets, url: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        targets.admit(url)
    return caught.value


def refused_at_attempt(targets: Targets, url: str) -> str:
    with pytest.raises(Refusal) as caught:
        asyncio.run(targets.addresses(parse(url)))
    assert caught.value.reason is Reason.TARGET_REFUSED
    return str(caught.value.facts["message"])


def answering(*addresses: str) -> object:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "path", "named"),
    [
        ("http://localhost:3000/hook", "http", "localhost", 3000, "/hook", "localhost:3000"),
        ("https://LOCALHOST", "https", "localhost", 443, "/", "localhost"),
        ("http://127.0.0.1:80/a/b?c=d&e=%20#f", "http", "127.0.0.1", 80, "/a/b?c=d&e=%20", "127.0.0.1"),
        ("http://[::1]:8080?x", "http", "::1", 8080, "/?x", "[::1]:8080"),
        ("http://app.localhost./", "http", "app.localhost", 80, "/", "app.localhost"),
        ("http://b\u00fccher.example/", "http", "xn--bcher-kva.example", 80, "/", "xn--bcher-kva.example"),
    ],
)
def test_a_url_is_taken_apart(url: str, scheme: str, host: str, port: int, path: str, named: str) -> None:
    assert parse(url) == (scheme, host, port, path, named)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("localhost:3000/hook", "An explicit scheme (such as https) must be provided."),
        ("/hook", "An explicit scheme (such as https) must be provided."),
        ("ftp://localhost/", "The scheme must be http or https."),
        ("file:///etc/passwd", "The scheme must be http or https."),
        ("http://user:secret@localhost/", "User names and passwords in URLs are not supported."),
        ("http://user@localhost/", "User names and passwords in URLs are not supported."),
        ("http:///hook", "It names no host or port."),
        ("http://localhost:0/", "It names no host or port."),
        ("http://localhost:99999/", "Its host or port cannot be read."),
        ("http://localhost:x/", "Its host or port cannot be read."),
        ("http://[::1/", "Its host or port cannot be read."),
        ("http://local host/", "It contains spaces, backslashes or control characters."),
        ("http://localhost/\r\nX: y", "It contains spaces, backslashes or control characters."),
        ("http://localhost\\@example.com/", "It contains spaces, backslashes or control characters."),
    ],
)
def test_what_is_no_web_address_is_refused(url: str, words: str) -> None:
    caught = refusal(Targets(), url)
    assert caught.reason is Reason.URL_INVALID
    assert caught.facts["message"] == f"Invalid URL: {words}"


@pytest.mark.parametrize(
    "url", ["http://localhost:3000/", "http://127.0.0.1:3000/", "http://127.8.9.1/", "http://[::1]:3000/", "http://app.localhost/",
            "http://[::ffff:127.0.0.1]/"],
)  # fmt: skip
def test_loopback_is_always_allowed(url: str) -> None:
    targets = Targets()
    targets.admit(url)
    assert all(address.is_loopback or address.ipv4_mapped for address in asyncio.run(targets.addresses(parse(url))))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://example.com/hook", "example.com"),
        ("http://93.184.216.34/", "93.184.216.34"),
        ("http://192.168.1.10/", "192.168.1.10"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("http://host.docker.internal/", "host.docker.internal"),
        ("http://127.0.0.1.example.com/", "127.0.0.1.example.com"),
        ("http://localhost.example.com/", "localhost.example.com"),
        ("http://2130706433/", "2130706433"),
    ],
)
def test_everywhere_else_is_refused_and_the_flag_named(url: str, host: str) -> None:
    """At creation and at every attempt, without asking anybody for the name's address."""
    targets = Targets(resolve=answering("127.0.0.1"))  # type: ignore[arg-type]
    caught = refusal(targets, url)
    assert caught.reason is Reason.TARGET_REFUSED
    assert f"--allow-webhook-host {host} to allow it" in str(caught.facts["message"])
    assert f"--allow-webhook-host {host} to allow it" in refused_at_attempt(targets, url)


@pytest.mark.parametrize(
    ("allow", "url", "addresses"),
    [
        ("app", "http://app:3000/", ("172.18.0.3",)),
        ("APP.internal", "http://app.INTERNAL/", ("172.18.0.3", "fd12::3")),
        ("172.16.0.0/12", "http://app:3000/", ("172.18.0.3",)),
        ("172.18.0.3", "http://172.18.0.3/", ()),
        ("2001:db8::/32", "http://[2001:db8::1]/", ()),
    ],
)
def test_named_hosts_and_networks_are_allowed(allow: str, url: str, addresses: tuple[str, ...]) -> None:
    targets = Targets([allow], resolve=answering(*addresses))  # type: ignore[arg-type]
    targets.admit(url)
    found = asyncio.run(targets.addresses(parse(url)))
    assert [str(address) for address in found] == (list(addresses) or [parse(url).host])


def test_one_address_out_of_bounds_refuses_the_name() -> None:
    """Every address is checked, not the first only."""
    targets = Targets(["10.0.0.0/8"], resolve=answering("10.0.0.5", "93.184.216.34"))  # type: ignore[arg-type]
    targets.admit("http://app/")
    assert "app (93.184.216.34) is none" in refused_at_attempt(targets, "http://app/")


NEVER = [
    ("169.254.169.254", "link-local"), ("169.254.0.1", "link-local"), ("fe80::1", "link-local"), ("::ffff:169.254.169.254", "link-local"),
    ("64:ff9b::a9fe:a9fe", "link-local"), ("2002:a9fe:a9fe::1", "link-local"), ("fd00:ec2::254", "cloud"), ("0.0.0.0", "unspecified"),
    ("::", "unspecified"), ("::ffff:0.0.0.0", "unspecified"), ("224.0.0.1", "multicast"), ("ff02::1", "multicast"),
    ("255.255.255.255", "reserved"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "what"), NEVER)
def test_some_addresses_are_never_sent_to(address: str, what: str) -> None:
    """Not even if the user's networks cover them, nor if an allowed name leads there."""
    targets = Targets(["0.0.0.0/0", "::/0", "metadata"], resolve=answering(address))  # type: ignore[arg-type]
    url = f"http://[{address}]/" if ":" in address else f"http://{address}/"
    assert what in str(refusal(targets, url).facts["message"])
    assert what in refused_at_attempt(targets, "http://metadata/")


def test_our_own_ports_are_refused_on_every_address_of_this_machine() -> None:
    targets = Targets(["0.0.0.0/0", "::/0", "me"], own_ports=[12111], resolve=answering("127.0.0.1"))  # type: ignore[arg-type]
    for url in ("http://127.0.0.1:12111/", "http://localhost:12111/v1/charges", "http://[::1]:12111/", "http://[::ffff:127.0.0.1]:12111/"):
        assert "is payment-sandbox itself" in str(refusal(targets, url).facts["message"])
    targets.admit("http://localhost:12112/")
    assert "me:12111 is payment-sandbox itself" in refused_at_attempt(targets, "http://me:12111/")


def test_an_address_of_another_machine_is_not_ours() -> None:
    """192.0.2.0/24 is set aside for documentation: no machine has it."""
    assert not is_local(ip_address("192.0.2.1"))
    assert is_local(ip_address("127.0.0.53"))
    Targets(["192.0.2.1"], own_ports=[12111]).admit("http://192.0.2.1:12111/")


def test_a_name_that_moves_is_caught_at_the_attempt() -> None:
    """DNS rebinding: the address is checked each time it is asked for, and the checked one is what is connected to."""
    answers = iter(["10.0.0.5", "169.254.169.254"])

    async def resolve(host: str, port: int) -> Sequence[str]:
        return [next(answers)]

    targets = Targets(["10.0.0.0/8"], resolve=resolve)
    assert [str(a) for a in asyncio.run(targets.addresses(parse("http://app/")))] == ["10.0.0.5"]
    assert "link-local" in refused_at_attempt(targets, "http://app/")


@pytest.mark.parametrize("entry", ["http://app", "app:3000", "10.0.0.0/99", "", "a b", "*", "-app", "user@app"])
def test_an_entry_that_is_neither_name_nor_network_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"neither a host name .* nor a network"):
        Targets([entry])


def test_wrapped_addresses_show_both_faces() -> None:
    assert list(faces_of(ip_address("::ffff:10.0.0.1"))) == [ip_address("::ffff:10.0.0.1"), ip_address("10.0.0.1")]
    assert list(faces_of(ip_address("2001:db8::1"))) == [ip_address("2001:db8::1")]


def test_names_are_looked_up_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address once, in the system's order; a name without one is an OSError."""
    rows = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80)), (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 80)),
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fd00::1", 80, 0, 0)),
    ]  # fmt: skip
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_: rows)
    assert asyncio.run(look_up("app", 80)) == ["10.0.0.1", "fd00::1"]

    def fail(host: str, port: int, **_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(OSError, match="Name or service not known"):
        asyncio.run(look_up("nowhere", 80))
