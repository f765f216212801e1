"""A manager interface that is told what to say: it may lie, hang, send garbage and drop."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

from console.floor.ami import Message, Reader

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
Talk = Callable[["Caller"], None]


def said(event: str = "", **fields: object) -> bytes:
    """A message as Asterisk writes it."""
    told = {**({"Event": event} if event else {}), **fields}
    return ("".join(f"{key}: {value}\r\n" for key, value in told.items()) + "\r\n").encode()


class Caller:
    """One connection, seen from the PBX's side."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._connection = connection
        self._reader = Reader()
        self._heard: list[Message] = []
        list(self._reader.feed(BANNER))

    def say(self, *told: bytes) -> None:
        """Send bytes."""
        self._connection.sendall(b"".join(told))

    def hear(self, action: str) -> Message:
        """Wait for an action."""
        while True:
            for message in self._heard:
                if message.get("Action") == action:
                    self._heard.remove(message)
                    return message
            received = self._connection.recv(65536)
            if not received:
                raise ConnectionError("the desk has gone")
            self._heard += self._reader.feed(received)

    def let_in(self) -> Message:
        """Greet, and take the login."""
        self.say(BANNER)
        login = self.hear("Login")
        self.say(said(Response="Success", ActionID=login.get("ActionID")))
        return login

    def picture(self, *events: bytes) -> None:
        """Answer the next QueueStatus."""
        asked = self.hear("QueueStatus").get("ActionID")
        self.say(said(Response="Success", ActionID=asked), *events)
        self.say(said("QueueStatusComplete", ActionID=asked))

    def wait(self) -> None:
        """Say nothing until the other side has gone."""
        with contextlib.suppress(OSError):
            while self._connection.recv(65536):
                pass


class Peer:
    """Answers each connection with the next talk, the last one again and again."""

    def __init__(self, chain: Path, key: Path, *talks: Talk) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, key)
        self._context = context
        self._talks = list(talks)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.connections = 0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._server.accept()
            except OSError:
                return
            self._open.append(plain)
            self.connections += 1
            talk = self._talks.pop(0) if len(self._talks) > 1 else self._talks[0]
            threading.Thread(target=self._talk, args=(plain, talk), daemon=True).start()

    def _talk(self, plain: socket.socket, talk: Talk) -> None:
        with (
            contextlib.suppress(OSError),
            contextlib.closing(plain),
            self._context.wrap_socket(plain, server_side=True) as connection,
        ):
            self._open.append(connection)
            talk(Caller(connection))

    def close(self) -> None:
        """End every connection, and hear no more."""
        self._server.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
