"""The guard's datagram sockets, and this machine's own addresses."""

import socket
from ipaddress import ip_address
from typing import Final

from softphone.errors import AddressUnusable, PortTaken

_TAKEN: Final = {98, 48, 10048, 10013}  # EADDRINUSE on Linux, macOS, Windows; WSAEACCES


def bind_datagrams(host: str, port: int) -> socket.socket:
    """Return a socket that never blocks. Raises `PortTaken` or `AddressUnusable`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows would let a second program share it
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        sock.bind((host, port))
    except PermissionError as error:
        sock.close()
        raise AddressUnusable(
            f"SIP port {port} may not be used by this account; choose one above 1023."
        ) from error
    except OSError as error:
        sock.close()
        if error.errno in _TAKEN:
            raise PortTaken(port) from error
        raise AddressUnusable(
            f"{host} is not an address of this machine; choose another with --bind."
        ) from error
    sock.setblocking(False)
    return sock


def look_up(host: str, port: int, family: int) -> str | None:
    """Return an address of a host; None when the name is not found. Blocks."""
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        return None
    return str(found[0][4][0]) if found else None


def route_address(towards: tuple[str, int] = ("192.0.2.1", 9)) -> str:
    """Return this machine's address towards another; loopback where there is no way.

    Nothing is sent, only routed; the default is of RFC 5737 and stands for the whole network.
    """
    family = socket.AF_INET6 if ":" in towards[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(towards)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def is_literal(host: str) -> bool:
    """Whether a host is an address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
