"""The loopback server: whoever holds the token may speak to the engine, nobody else.

One thread accepts, reads and drains; the engine's thread sends, directly while a client keeps up,
into that client's own backlog when it does not. A client that lets its backlog fill is dropped: the
engine never waits for a window.
"""

import hmac
import secrets
import selectors
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from softphone.wire import (
    MAX_LINE,
    VERSION,
    AnyCommand,
    CommandRefused,
    Event,
    Hello,
    WireError,
    decode_command,
    encode,
)

HELLO_WITHIN: Final = 2.0  # seconds
MAX_BACKLOG: Final = 1 << 20  # bytes
MAX_STRANGERS: Final = 32  # connections that have not yet shown the token

Receive = Callable[["Client", AnyCommand], None]


@dataclass(eq=False, slots=True)
class Client:
    """One connection."""

    sock: socket.socket
    connected_at: float
    trusted: bool = False  # has shown the token
    joined: bool = False  # has been welcomed and hears every event
    closed: bool = False
    incoming: bytearray = field(default_factory=bytearray)
    skipping: bool = False  # inside a line that is too long
    backlog: bytearray = field(default_factory=bytearray)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Server:
    """Listens on a port of its own choosing. `receive` is called on the server's thread."""

    def __init__(self, receive: Receive) -> None:
        self.token = secrets.token_hex(32)
        self._receive = receive
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._clients: set[Client] = set()
        self._selector = selectors.DefaultSelector()
        self._waker, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="server", daemon=True)

    def start(self) -> None:
        """Begin to accept."""
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._thread.start()

    def stop(self) -> None:
        """Send what is still in the backlogs, as far as it goes at once, and close."""
        self._stopping.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join(2)
        for client in list(self._clients):
            self._flush(client)
            client.sock.close()
        self._selector.close()
        for sock in (self._listener, self._waker, self._woken):
            sock.close()

    @property
    def anybody(self) -> bool:
        """Whether a trusted client is connected."""
        return any(client.trusted and not client.closed for client in list(self._clients))

    @property
    def has_listener(self) -> bool:
        """Whether a welcomed client hears what is broadcast."""
        return any(client.joined and not client.closed for client in list(self._clients))

    def send(self, client: Client, event: Event) -> None:
        """Tell one client. For the engine's thread."""
        self._put(client, encode(event))

    def broadcast(self, event: Event) -> None:
        """Tell every welcomed client. For the engine's thread."""
        data = encode(event)
        for client in list(self._clients):
            if client.joined:
                self._put(client, data)

    def _put(self, client: Client, data: bytes) -> None:
        with client.lock:
            if client.closed:
                return
            client.backlog += data
            sent = self._send_some(client)
            if len(client.backlog) > MAX_BACKLOG:
                client.closed = True
        if not sent or client.closed:
            self._wake()

    @staticmethod
    def _send_some(client: Client) -> bool:
        """Send what the socket takes; True when the backlog is empty. Holds the client's lock."""
        try:
            while client.backlog:
                count = client.sock.send(client.backlog)
                del client.backlog[:count]
        except BlockingIOError:
            return False
        except OSError:  # the client has gone; the reader's side closes it
            client.closed = True
        return True

    def _flush(self, client: Client) -> None:
        with client.lock:
            if not client.closed:
                self._send_some(client)

    def _wake(self) -> None:
        self._waker.send(b"\0")

    # The server's own thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            for key, mask in self._selector.select(self._patience()):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj is self._woken:
                    self._woken.recv(4096)
                else:
                    self._serve(key.data, mask)
            self._look_after()

    def _patience(self) -> float | None:
        strangers = [c.connected_at for c in self._clients if not c.trusted]
        if not strangers:
            return None
        return max(0.0, min(strangers) + HELLO_WITHIN - time.monotonic()) + 0.001

    def _accept(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:  # gone again before it was accepted
            return
        if sum(not client.trusted for client in self._clients) >= MAX_STRANGERS:
            sock.close()
            return
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = Client(sock, time.monotonic())
        self._clients.add(client)
        self._selector.register(sock, selectors.EVENT_READ, client)

    def _look_after(self) -> None:
        now = time.monotonic()
        for client in list(self._clients):
            if not client.trusted and now - client.connected_at > HELLO_WITHIN:
                client.closed = True
            if client.closed:
                self._drop(client)
                continue
            writing = selectors.EVENT_WRITE if client.backlog else 0
            self._selector.modify(client.sock, selectors.EVENT_READ | writing, client)

    def _serve(self, client: Client, mask: int) -> None:
        if mask & selectors.EVENT_WRITE:
            self._flush(client)
        if not mask & selectors.EVENT_READ:
            return
        try:
            data = client.sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            client.closed = True
            return
        client.incoming += data
        self._take_lines(client)

    def _take_lines(self, client: Client) -> None:
        while not client.closed:
            end = client.incoming.find(b"\n")
            if end < 0:
                self._limit(client)
                return
            line = bytes(client.incoming[:end])
            del client.incoming[: end + 1]
            if client.skipping:
                client.skipping = False
            elif client.trusted:
                self._command(client, line)
            else:
                self._hello(client, line)

    def _limit(self, client: Client) -> None:
        """Keep an endless line from filling the memory."""
        if len(client.incoming) <= MAX_LINE:
            return
        if not client.trusted:
            client.closed = True
            return
        client.incoming.clear()
        if not client.skipping:
            client.skipping = True
            self._refuse(client, f"a line is longer than {MAX_LINE} bytes")

    def _hello(self, client: Client, line: bytes) -> None:
        try:
            hello = decode_command(line)
        except WireError:
            client.closed = True
            return
        if not isinstance(hello, Hello) or not hmac.compare_digest(
            hello.token.encode(), self.token.encode()
        ):
            client.closed = True
            return
        client.trusted = True
        if hello.version != VERSION:
            self._refuse(client, f"this engine speaks version {VERSION}, not {hello.version}")
            client.closed = True
            return
        self._receive(client, hello)

    def _command(self, client: Client, line: bytes) -> None:
        try:
            command = decode_command(line)
        except WireError as error:
            self._refuse(client, str(error))
            return
        self._receive(client, command)

    def _refuse(self, client: Client, reason: str) -> None:
        self._put(client, encode(CommandRefused("", "", reason)))

    def _drop(self, client: Client) -> None:
        self._clients.discard(client)
        self._selector.unregister(client.sock)
        client.sock.close()
