"""A connection to the PBX: TCP, or TLS by Python's own `ssl` and the system's trust store.

pjsua2's wheels carry an OpenSSL past its end of life, or none; the interpreter's is kept by the
system. Connecting blocks and belongs on a thread of its own; what comes back never blocks.
"""

import contextlib
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import truststore

from softphone.guard.forward import Address
from softphone.guard.framing import PING, PONG, Frames, Unframed
from softphone.wire import Transport

CONNECT_WITHIN: Final = 4.0  # seconds for the connection and the handshake, each
MOST_UNSENT: Final = 256 * 1024  # bytes a PBX that does not read may leave with us
DEFAULT_PORTS: Final = {Transport.UDP: 5060, Transport.TCP: 5060, Transport.TLS: 5061}


class Unreachable(Exception):
    """The PBX cannot be reached, or may not be trusted; the sentence says why and the mend."""

    def __init__(self, sentence: str, *, lasting: bool = False) -> None:
        super().__init__(sentence)
        self.lasting = lasting  # somebody has to mend it: trying at once again is of no use


class Broken(Exception):
    """A connection that was up is no more."""


@dataclass(frozen=True, slots=True)
class PbxAddress:
    """Where a PBX is, as the account names it."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(slots=True)
class Stream:
    """An open connection. Every method is for one thread and returns at once."""

    sock: socket.socket
    peer: Address
    here: Address
    _frames: Frames = field(default_factory=Frames)
    _unsent: bytearray = field(default_factory=bytearray)

    def receive(self) -> list[bytes]:
        """Return the messages that have arrived. Raises `Broken`."""
        messages: list[bytes] = []
        try:
            while data := self.sock.recv(65536):
                pings = self._frames.pings
                messages += self._frames.feed(data)
                if self._frames.pings > pings:
                    self.send(PONG)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return messages
        except (OSError, Unframed) as error:
            raise Broken(str(error)) from error
        raise Broken("closed by the PBX")

    def send(self, data: bytes) -> None:
        """Send, now or when the connection takes it. Raises `Broken`."""
        if len(self._unsent) + len(data) > MOST_UNSENT:
            raise Broken("the PBX does not read")
        self._unsent += data
        self.flush()

    def flush(self) -> None:
        """Send what is still unsent. Raises `Broken`."""
        try:
            while self._unsent:
                sent = self.sock.send(self._unsent)
                del self._unsent[:sent]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as error:
            raise Broken(str(error)) from error

    def ping(self) -> None:
        """Send the keep-alive of RFC 5626 4.4.1. Raises `Broken`."""
        self.send(PING)

    @property
    def has_unsent(self) -> bool:
        """Whether the connection has to be watched for room."""
        return bool(self._unsent)

    @property
    def answers_pings(self) -> bool:
        """Whether the far end has ever answered a keep-alive."""
        return self._frames.pongs > 0

    def close(self) -> None:
        """Close, without waiting for the far end's farewell."""
        self.sock.close()


def look_up(registrar: PbxAddress, family: int) -> list[Address]:
    """Return the addresses of a registrar, in the resolver's order. Raises `Unreachable`."""
    try:
        found = socket.getaddrinfo(registrar.host, registrar.port, family, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(
            f"The name {registrar.host} of the PBX was not found; check it and the network."
        ) from None
    return list(dict.fromkeys((str(entry[4][0]), int(entry[4][1])) for entry in found))


def connect(
    registrar: PbxAddress, addresses: list[Address], context: ssl.SSLContext | None, bind: str
) -> Stream:
    """Connect to the first address that takes us; blocks. Raises `Unreachable`."""
    failure = Unreachable(f"The PBX {registrar} has no address.")
    for address in addresses:
        try:
            return _connect(registrar, address, context, bind)
        except Unreachable as error:
            failure = error
    raise failure


def _connect(
    registrar: PbxAddress, address: Address, context: ssl.SSLContext | None, bind: str
) -> Stream:
    source = (bind, 0) if bind and bind not in ("0.0.0.0", "::") else None
    try:
        sock = socket.create_connection(address, CONNECT_WITHIN, source)
    except TimeoutError:
        raise Unreachable(f"The PBX {registrar} does not answer.") from None
    except ConnectionRefusedError:
        raise Unreachable(f"The PBX {registrar} takes no connections.") from None
    except OSError as error:
        raise Unreachable(f"The PBX {registrar} cannot be reached ({error.strerror}).") from None
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        if context is not None:
            sock = context.wrap_socket(sock, server_hostname=registrar.host)
    except (OSError, ValueError) as error:
        sock.close()
        raise _refused(registrar, error) from error
    here = sock.getsockname()[:2]
    sock.setblocking(False)
    return Stream(sock, address, (str(here[0]), int(here[1])))


def tls_context(ca_file: str) -> ssl.SSLContext:
    """Return what TLS is spoken with: 1.2 or 1.3, certificate and name checked.

    With no CA file the system's trust store decides: the Keychain and the certificate store of
    Windows are asked themselves (truststore), as the interpreter's own `ssl` reads neither in full.
    Raises `Unreachable` for a file that is none.
    """
    try:
        context: ssl.SSLContext
        if ca_file:
            context = ssl.create_default_context(cafile=ca_file)
        else:
            context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except (OSError, ssl.SSLError):
        what = "cannot be read" if not Path(ca_file).is_file() else "holds no certificate"
        raise Unreachable(
            f"The CA file {ca_file} {what}; name a PEM file, or none for the system's own.",
            lasting=True,
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    with contextlib.suppress(NotImplementedError):  # a library without ALPN needs no hint
        context.set_alpn_protocols(["sip"])
    return context


_WORDS: Final = {  # X509_V_ERR_*, openssl/x509_vfy.h
    9: "is not valid yet; check this machine's clock",
    10: "has expired; it has to be renewed at the PBX",
    18: "is signed by itself; give its file as the line's CA file",
    19: "is signed by a CA this system does not trust; give the CA's file as the line's CA file",
    20: "is signed by a CA this system does not trust; give the CA's file as the line's CA file",
    21: "is signed by a CA this system does not trust; give the CA's file as the line's CA file",
    23: "has been revoked",
    26: "is not one for a server",
    62: "is for another name; give the PBX by the name in its certificate",
    64: "is for another address; give the PBX by the name in its certificate",
}


def _refused(registrar: PbxAddress, error: Exception) -> Unreachable:
    if isinstance(error, ssl.SSLCertVerificationError):
        words = _WORDS.get(error.verify_code, f"cannot be trusted ({error.verify_message})")
        return Unreachable(f"The certificate of the PBX {registrar} {words}.", lasting=True)
    if isinstance(error, TimeoutError):
        return Unreachable(f"The PBX {registrar} does not finish the TLS handshake.")
    if isinstance(error, ssl.SSLError) and error.reason in _NOT_TLS:
        return Unreachable(f"The PBX {registrar} does not speak TLS on this port.", lasting=True)
    if isinstance(error, ssl.SSLError) and error.reason in _TOO_OLD:
        return Unreachable(
            f"The PBX {registrar} speaks neither TLS 1.2 nor TLS 1.3; it has to be brought up "
            "to date.",
            lasting=True,
        )
    return Unreachable(f"The PBX {registrar} broke the TLS handshake off.")


_NOT_TLS: Final = {"WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "UNEXPECTED_MESSAGE"}
_TOO_OLD: Final = {
    "UNSUPPORTED_PROTOCOL",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "NO_PROTOCOLS_AVAILABLE",
    "VERSION_TOO_LOW",
}
