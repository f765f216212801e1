"""A calendar server that is wrong in one way: a real one behind a door that lies.

Everything passes to Radicale and back as it is, but for what `wrong` does with it.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx


@dataclass
class Said:
    """An answer, or with code 0 none: the line stays open and nothing comes."""

    code: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


Pass = Callable[[], Said]
Wrong = Callable[["Asked", Pass], Said]


@dataclass
class Asked:
    """What came from the desk."""

    method: str
    path: str
    content: bytes
    headers: dict[str, str]


def honest(_asked: Asked, on: Pass) -> Said:
    return on()


@dataclass
class Wrongdoer:
    """The running door. `wrong` may be changed at any time."""

    url: str
    behind: str
    wrong: Wrong = honest
    asked: list[Asked] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)

    def at(self, real: str) -> str:
        """Return a calendar's address behind this door."""
        return self.url + urlsplit(real).path

    def send(self, method: str, path: str, content: bytes = b"", **headers: str) -> httpx.Response:
        """Have the real server do something, as if it were the practice's."""
        with httpx.Client(timeout=10) as client:
            return client.request(method, self.behind + path, content=content, headers=headers)

    def methods(self) -> list[str]:
        return [each.method for each in self.asked]


@contextlib.contextmanager
def wrongdoer(behind: str) -> Iterator[Wrongdoer]:
    """Run the door before a server (its address without a path)."""
    door = Wrongdoer("", behind.rstrip("/"))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _do(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            asked = Asked(self.command, self.path, self.rfile.read(length), dict(self.headers))
            door.asked.append(asked)
            said = door.wrong(asked, lambda: self._pass_on(asked))
            if said.code == 0:
                door.let_go.wait(30)
                self.close_connection = True
                with contextlib.suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(said.code)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(said.content)

        def _pass_on(self, asked: Asked) -> Said:
            kept = {
                name: value
                for name, value in asked.headers.items()
                if name.lower() not in ("host", "content-length", "connection", "accept-encoding")
            }
            answer = door.send(asked.method, asked.path, asked.content, **kept)
            given = {
                name: value
                for name, value in answer.headers.items()
                if name.lower() in ("etag", "content-type", "www-authenticate", "location")
            }
            return Said(answer.status_code, answer.content, given)

        do_GET = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = _do  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    door.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield door
    finally:
        door.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()
