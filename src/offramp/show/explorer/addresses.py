"""By which names and addresses a server is reached."""

from __future__ import annotations

import ipaddress
import re
import socket
from contextlib import suppress
from typing import Final

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_EVERY: Final = {"0.0.0.0": socket.AF_INET, "::": socket.AF_INET6}
# Addresses that are kept for documentation: whatever leads out of this machine leads there.
_FAR: Final = {socket.AF_INET: "198.51.100.1", socket.AF_INET6: "2001:db8::1"}
_DEFAULT_PORT: Final = 80


def names_of(host: str, port: int) -> frozenset[str]:
    """Names, with the port, by which a server that listens on `host` may be asked for.

    The address that a connection has reached comes to them, which only the connection knows.
    """
    names = {host, *LOOPBACK} if host in (*LOOPBACK, *_EVERY) else {host}
    if host in _EVERY:
        names.add(socket.gethostname())
    return frozenset(spelled(name, port) for name in names)


def shown(host: str, port: int) -> tuple[str, ...]:
    """Names, with the port, under which a server that listens on `host` is told of: on this machine first."""
    if host in _EVERY:
        here = "127.0.0.1" if host == "0.0.0.0" else "::1"
        return tuple(spelled(name, port) for name in (here, *_own(_EVERY[host])))
    return (spelled("127.0.0.1" if host == "localhost" else host, port),)


def spelled(host: str, port: int) -> str:
    """A host with its port as a request names it; an IPv4 address that came as IPv6 as the former."""
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        host = str((address.version == 6 and address.ipv4_mapped) or address)
    return (f"[{host}]:{port}" if ":" in host else f"{host}:{port}").lower()


def with_port(host: str) -> str:
    """A host as a request names it, with the port that browsers leave out."""
    return (host if re.search(r":\d+$", host) else f"{host}:{_DEFAULT_PORT}").lower()


def _own(family: socket.AddressFamily) -> tuple[str, ...]:
    """Addresses by which other machines reach this one, as far as the system knows them."""
    found: list[str] = []
    # Nothing is sent: the system only says from which address it would be.
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.connect((_FAR[family], 9))
        found.append(str(asking.getsockname()[0]))
    with suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, family)]
    addresses = [ipaddress.ip_address(one) for one in dict.fromkeys(found)]
    # One that holds on a single link needs a zone, which browsers take in no address.
    return tuple(str(one) for one in addresses if not one.is_loopback and not one.is_link_local)
