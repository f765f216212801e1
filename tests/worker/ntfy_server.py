"""An ntfy server on loopback: what is published is kept and given to who polls, as ntfy does it
(https://docs.ntfy.sh/publish/, https://docs.ntfy.sh/subscribe/api/)."""

import contextlib
import json
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class NtfyServer:
    """What it keeps, oldest first. Who publishes to `theirs` or polls needs the token."""

    url: str = ""
    token: str = ""
    kept: list[dict[str, Any]] = field(default_factory=list)
    polls: list[str] = field(default_factory=list)  # `since` of each
    lock: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, topic: str, message: str, **more: Any) -> dict[str, Any]:
        """Keep a message."""
        with self.lock:
            number = len(self.kept)
            told = {"id": f"id{number:08}", "time": 1_700_000_000 + number, "event": "message",
                    "topic": topic, "message": message, **more}  # fmt: skip
            self.kept.append(told)
        return told

    def of(self, topic: str) -> list[dict[str, Any]]:
        return [each for each in self.kept if each["topic"] == topic]

    def press(self, page: dict[str, Any], label: str) -> int:
        """Press a button of a page on its phone."""
        action = next(each for each in page["actions"] if each["label"] == label)
        asked = urllib.request.Request(
            action["url"], action["body"].encode(), method=action["method"]
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return int(answer.status)

    def since(self, topic: str, since: str) -> list[dict[str, Any]]:
        """Return what there is after a message; all of it for a time, or an id nobody knows."""
        messages = self.of(topic)
        ids = [each["id"] for each in messages]
        return messages[ids.index(since) + 1 :] if since in ids else messages


@contextlib.contextmanager
def ntfy_server(token: str = "") -> Iterator[NtfyServer]:
    """Run one."""
    told = NtfyServer(token=token)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            topic = urlsplit(self.path).path.strip("/")
            if topic:  # anybody may write to the reply topic, as a button does
                self._say(200, json.dumps(told.publish(topic, body.decode())))
            elif self._knows():
                page = json.loads(body)
                made = told.publish(page.pop("topic"), page.pop("message"), **page)
                self._say(200, json.dumps(made))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            topic, kind = parts.path.strip("/").split("/")
            asked = parse_qs(parts.query)
            if kind != "json" or asked.get("poll") != ["1"]:
                self._say(400, "{}")
            elif self._knows():
                since = asked["since"][0]
                told.polls.append(since)
                found = told.since(topic, since)
                self._say(200, "".join(json.dumps(each) + "\n" for each in found))

        def _knows(self) -> bool:
            right = not told.token or self.headers.get("Authorization") == f"Bearer {told.token}"
            if not right:
                self._say(403, "{}")
            return right

        def _say(self, code: int, text: str) -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            return

    with running(Handler) as url:
        told.url = url
        yield told


@contextlib.contextmanager
def running(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Run a server on loopback and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
