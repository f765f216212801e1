"""A PBX's registrar over TCP or TLS, in Python: it lets desks in, and does as a test tells it."""

import contextlib
import queue
import select
import socket
import ssl
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import trustme

from tests.sip_caller import Received


class Connection:
    """One desk's connection, for more than one thread: OpenSSL's own may be used by one at a time,
    or what is sent while something is read may reach the desk as a broken record."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._lock = threading.Lock()
        self.getpeername = sock.getpeername

    def recv(self) -> bytes:
        """Wait for bytes; none at the end. Raises `OSError` or `ValueError` once closed."""
        while True:
            with self._lock:
                self._sock.setblocking(False)
                try:
                    return self._sock.recv(65536)
                except (BlockingIOError, ssl.SSLWantReadError):
                    pass
                finally:
                    self._sock.settimeout(5)
            select.select([self._sock], [], [])

    def sendall(self, data: bytes) -> None:
        """Send, from any thread."""
        with self._lock:
            self._sock.sendall(data)

    def close(self) -> None:
        """Cut it, without a farewell."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A request, and the connection it came by."""

    message: Received
    connection: Connection


class FakeRegistrar:
    """Listens from `open` to `close`, as often as wanted, on one port."""

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        *,
        answers_options: bool = True,
        pongs: bool = False,
    ) -> None:
        self._context = context
        self._answers_options = answers_options
        self._pongs = pongs
        self.silent = False
        self.verdict: tuple[int, str] = (200, "OK")
        self.arrived: queue.Queue[Arrived] = queue.Queue()
        self.connections: list[Connection] = []
        self.port = 0
        self._listener: socket.socket | None = None
        self.open()

    def open(self) -> None:
        """Take connections."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen()
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def close(self) -> None:
        """Drop every connection and take no more: the PBX has gone."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accept
            self._listener.close()
            self._listener = None
        for connection in self.connections:
            connection.close()
        self.connections.clear()

    def await_request(self, method: str, timeout: float = 5.0) -> Arrived:
        """Return the next request of a method."""
        while True:
            arrived = self.arrived.get(timeout=timeout)
            if arrived.message.method == method:
                return arrived

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        try:
            raw.settimeout(5)
            sock = self._context.wrap_socket(raw, server_side=True) if self._context else raw
            connection = Connection(sock)
        except OSError:
            raw.close()
            return
        self.connections.append(connection)
        buffer = b""
        with contextlib.suppress(OSError, ValueError):
            while data := connection.recv():
                buffer = self._take(connection, buffer + data)

    def _take(self, connection: Connection, buffer: bytes) -> bytes:
        while buffer:
            if buffer.startswith(b"\r\n"):
                if buffer.startswith(b"\r\n\r\n") and self._pongs and not self.silent:
                    connection.sendall(b"\r\n")
                buffer = buffer.lstrip(b"\r\n")
                continue
            head, end, rest = buffer.partition(b"\r\n\r\n")
            if not end:
                return buffer
            length = int(
                next(x for x in head.split(b"\r\n") if x.lower().startswith(b"content-length"))[15:]
            )
            if len(rest) < length:
                return buffer
            self._message(connection, (head + end + rest[:length]).decode())
            buffer = rest[length:]
        return buffer

    def _message(self, connection: Connection, text: str) -> None:
        message = Received(text, 0.0)
        if not self.silent and not message.code:
            if message.method == "OPTIONS" and self._answers_options:
                self.respond(Arrived(message, connection), 200, "OK")
            elif message.method == "REGISTER":
                self._register(Arrived(message, connection))
        self.arrived.put(Arrived(message, connection))

    def _register(self, arrived: Arrived) -> None:
        if not arrived.message.header("Authorization"):
            challenge = f'Digest realm="pbx", nonce="{uuid.uuid4().hex}", qop="auth"'
            self.respond(arrived, 401, "Unauthorized", f"WWW-Authenticate: {challenge}")
            return
        contact = arrived.message.header("Contact")
        self.respond(arrived, *self.verdict, f"Contact: {contact};expires=300")

    def respond(self, arrived: Arrived, code: int, reason: str, *more: str, body: str = "") -> None:
        """Answer a request."""
        message = arrived.message
        lines = [f"SIP/2.0 {code} {reason}"]
        lines += [f"Via: {value}" for value in message.headers("Via")]
        for name in ("From", "To", "Call-ID", "CSeq"):
            lines.append(f"{name}: {message.header(name)}")
        tagged = [f"{x};tag=pbx" if x.startswith("To:") and "tag=" not in x else x for x in lines]
        text = "\r\n".join([*tagged, *more, f"Content-Length: {len(body)}", "", body])
        arrived.connection.sendall(text.encode())


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Whoever signs the certificates that are good."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its certificate, as a line's `ca_file`."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return what a server with this certificate speaks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@contextlib.contextmanager
def registrar(context: ssl.SSLContext | None = None, **how: bool) -> Iterator[FakeRegistrar]:
    """Run a registrar for a block."""
    fake = FakeRegistrar(context, **how)
    try:
        yield fake
    finally:
        fake.close()
