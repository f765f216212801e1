"""Peers that behave as gateways, relays and paging terminals do, and misbehave as they do too."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from console.delivery.dispatch import Dispatch

PAGE = Dispatch(
    key="R7.0.page.0",
    to="+15155550110",
    subject="Frontdesk page",
    text="Frontdesk: urgent call R7. Call back (515) 555-0100.",
    urgent=True,
)


@dataclass
class Asked:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Gateway:
    """An HTTP gateway: what it was asked, and what it answers to the next request."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    code: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    came: threading.Event = field(default_factory=threading.Event)  # set by the first request
    answering: threading.Event = field(default_factory=threading.Event)  # cleared, it waits
    hang_up: bool = False  # take the request, then close without a word


@contextlib.contextmanager
def gateway(tls: ssl.SSLContext | None = None) -> Iterator[Gateway]:
    """Run a gateway on loopback."""
    told = Gateway()
    told.answering.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            asked = Asked(self.path, dict(self.headers.items()), self.rfile.read(length))
            told.asked.append(asked)
            told.came.set()
            told.answering.wait(60)
            if told.hang_up:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(told.code)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}/send"
    try:
        yield told
    finally:
        told.answering.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def terminal(answer: Callable[[str], str | None]) -> Iterator[tuple[int, list[str]]]:
    """Run a paging terminal: `answer` gets each line ("" for the greeting) and returns what is
    said, None to hang up. Yields its port and the lines it heard."""
    heard: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            peer, _ = listening.accept()
            with peer, peer.makefile("rwb", buffering=0) as line:
                said = answer("")
                while said is not None:
                    line.write(said.encode() + b"\r\n")
                    got = line.readline().decode().rstrip("\r\n")
                    if not got:
                        return
                    heard.append(got)
                    said = answer(got)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1], heard
    finally:
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
