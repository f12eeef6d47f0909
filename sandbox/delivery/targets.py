"""Where webhooks may go: this machine, and what the user named; never the network's own addresses, never ourselves.

Theory of operation. A URL is looked at when an endpoint is made, so that the user hears of it at once, and again at every
attempt, because a name may lead elsewhere by then. All addresses of a name must pass, and the attempt connects to one of
these very addresses: nobody can answer "127.0.0.1" to the check and something else to the connection.
"""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit

from sandbox.core.errors import Reason, Refusal

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

FLAG = "--allow-webhook-host"
PORTS = {"http": 80, "https": 443}
LOOPBACK = ("127.0.0.1", "::1")
NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\Z")
# Not even a user's CIDR opens these.
NEVER: tuple[tuple[IPv4Network | IPv6Network, str], ...] = tuple(
    (ip_network(network), what)
    for network, what in (
        ("0.0.0.0/8", "an unspecified address"),
        ("::/128", "an unspecified address"),
        ("169.254.0.0/16", "a link-local address"),
        ("fe80::/10", "a link-local address"),
        ("fd00:ec2::/32", "an address of a cloud's own services"),
        ("224.0.0.0/4", "a multicast address"),
        ("ff00::/8", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
    )
)
NAT64 = IPv6Network("64:ff9b::/96")


class Target(NamedTuple):
    """A URL taken apart."""

    scheme: str
    host: str  # lower case, ASCII, no brackets
    port: int
    path: str  # with the query
    named: str  # what the Host header says


def parse(url: str) -> Target:
    """The URL taken apart. Raises Refusal URL_INVALID."""
    if "://" not in url:
        invalid("An explicit scheme (such as https) must be provided.")
    if any(character <= " " or character in "\x7f\\" for character in url):
        invalid("It contains spaces, backslashes or control characters.")
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode("ascii")
        port = parts.port
    except ValueError:
        invalid("Its host or port cannot be read.")
    if parts.scheme not in PORTS:
        invalid("The scheme must be http or https.")
    if "@" in parts.netloc:
        invalid("User names and passwords in URLs are not supported.")
    if not host or port == 0:
        invalid("It names no host or port.")
    usual = PORTS[parts.scheme]
    shown = f"[{host}]" if ":" in host else host
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or usual, path, shown if port in (None, usual) else f"{shown}:{port}")


def invalid(why: str) -> NoReturn:
    raise Refusal(Reason.URL_INVALID, param="url", message=f"Invalid URL: {why}")


def refused(why: str) -> NoReturn:
    raise Refusal(Reason.TARGET_REFUSED, param="url", message=f"Invalid URL: {why}")


class Targets:
    """Who may be sent to.

    Args:
        allow: host names, addresses and CIDRs beyond loopback.
        own_ports: ports that this server listens on; a set that may still grow.
        resolve: how names become addresses; the system's way if not given.

    Raises:
        ValueError: an entry of `allow` is neither a name nor a network.
    """

    def __init__(self, allow: Iterable[str] = (), own_ports: Iterable[int] = (), resolve: Resolve | None = None) -> None:
        self.own_ports = set(own_ports)
        self.names: set[str] = set()
        self.networks: list[IPv4Network | IPv6Network] = []
        self._resolve = resolve or look_up
        for entry in allow:
            network = as_network(entry)
            if network is not None:
                self.networks.append(network)
            elif NAME.match(entry):
                self.names.add(entry.lower())
            else:
                raise ValueError(f"{FLAG} {entry}: neither a host name (without scheme and port) nor a network such as 10.0.0.0/8")

    def admit(self, url: str) -> None:
        """Whether an endpoint may have this URL, as far as that can be said without asking for the name's addresses.

        Raises:
            Refusal: URL_INVALID, TARGET_REFUSED.
        """
        target = parse(url)
        known = known_addresses(target.host)
        for address in known:
            self.check(target, address)
        if not known and target.host not in self.names and not self.networks:
            refused(stranger(target.host, target.host))

    async def addresses(self, target: Target) -> list[Address]:
        """Every address of the target, each of them checked.

        Raises:
            Refusal: TARGET_REFUSED.
            OSError: the name has no address.
        """
        found = known_addresses(target.host)
        if not found:
            if target.host not in self.names and not self.networks:
                refused(stranger(target.host, target.host))
            found = [ip_address(text) for text in await self._resolve(target.host, target.port)]
        for address in found:
            self.check(target, address)
        return found

    def check(self, target: Target, address: Address) -> None:
        """The address may be sent to. Raises Refusal TARGET_REFUSED."""
        shown = target.host if target.host == str(address) else f"{target.host} ({address})"
        faces = list(faces_of(address))
        for face in faces:
            for network, what in NEVER:
                if face in network:
                    refused(f"{shown} is {what}, where payment-sandbox never sends webhooks.")
        if target.port in self.own_ports and any(is_local(face) for face in faces):
            refused(f"{target.named} is payment-sandbox itself.")
        if target.host in self.names or any(face.is_loopback for face in faces):
            return
        if not any(address in network for network in self.networks):
            refused(stranger(shown, target.host))


def stranger(shown: str, host: str) -> str:
    return (
        f"It must lead to this machine: payment-sandbox sends webhooks to loopback addresses only, and {shown} is none. Start the "
        f"server with {FLAG} {host} to allow it."
    )


def as_network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return None


def known_addresses(host: str) -> list[Address]:
    """The addresses of a host that need no asking: an address itself, or a name that means loopback everywhere."""
    if host == "localhost" or host.endswith(".localhost"):
        return [ip_address(text) for text in LOOPBACK]
    try:
        return [ip_address(host)]
    except ValueError:
        return []


def faces_of(address: Address) -> Iterator[Address]:
    """The address and the IPv4 address that it wraps, if any: both must be harmless."""
    yield address
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            yield inner


def is_local(address: Address) -> bool:
    """Whether the address is one of this machine's: only those can be bound."""
    if address.is_loopback:
        return True
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


async def look_up(host: str, port: int) -> list[str]:
    """Every address of a name, as the system has it.

    In a thread of its own: the loop's few shared ones would let one name server that does not answer hold up everybody,
    and would hold up the program's end.

    Raises:
        OSError: there is none.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def deliver(found: list[str], error: OSError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found)

    def ask() -> None:
        found: list[str] = []
        failure: OSError | None = None
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(row[4][0]) for row in rows))
        except (OSError, UnicodeError) as error:
            failure = error if isinstance(error, OSError) else OSError(str(error))
        if not loop.is_closed():
            loop.call_soon_threadsafe(deliver, found, failure)

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    return await answer
