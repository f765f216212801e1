"""A feed of an EHR's, by HTTP with etags."""

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FeedServer:
    """The running server; `content` may be changed at any time."""

    url: str
    content: str = ""


@contextlib.contextmanager
def feed_server(path: str) -> Iterator[FeedServer]:
    """Serve a feed at a path, and nothing elsewhere."""
    told = FeedServer("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = told.content.encode()
            etag = f'"{hashlib.sha256(content).hexdigest()[:12]}"'
            if self.path != path:
                return self.send_error(404)
            known = self.headers.get("If-None-Match") == etag
            self.send_response(304 if known else 200)
            self.send_header("ETag", etag)
            self.send_header("Content-Length", "0" if known else str(len(content)))
            self.end_headers()
            if not known:
                self.wfile.write(content)
            return None

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
