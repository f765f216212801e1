"""The loopback server: who gets in, who does not, and who is dropped."""

import contextlib
import queue
import socket
from collections.abc import Iterator

import pytest

from softphone import wire
from softphone.server import MAX_BACKLOG, Client, Server

Asked = tuple[Client, wire.AnyCommand]


@pytest.fixture
def asked() -> "queue.Queue[Asked]":
    return queue.Queue()


@pytest.fixture
def server(asked: "queue.Queue[Asked]") -> Iterator[Server]:
    server = Server(lambda client, command: asked.put((client, command)))
    server.start()
    yield server
    server.stop()


@contextlib.contextmanager
def connection(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as sock:
        yield sock


def hello(server: Server) -> bytes:
    return wire.encode(wire.Hello(server.token))


@pytest.mark.parametrize(
    "first",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n",
        wire.encode(wire.Hello("guess")),
        wire.encode(wire.Hello("")),
        wire.encode(wire.ShutDown()),
        b"x" * (wire.MAX_LINE + 1),
    ],
)
def test_without_the_token_the_connection_closes_without_a_word(
    server: Server, asked: "queue.Queue[Asked]", first: bytes
) -> None:
    with connection(server) as sock:
        sock.sendall(first)
        with contextlib.suppress(ConnectionResetError):
            assert sock.recv(100) == b""
    assert asked.empty()


def test_whoever_says_nothing_is_let_go_after_two_seconds(server: Server) -> None:
    with connection(server) as sock:
        assert sock.recv(100) == b""


def test_with_the_token_commands_arrive_in_order(
    server: Server, asked: "queue.Queue[Asked]"
) -> None:
    with connection(server) as sock:
        sock.sendall(hello(server) + wire.encode(wire.Ping(1)) + wire.encode(wire.Ping(2)))
        commands = [asked.get(timeout=2)[1] for _ in range(3)]
        assert commands[1:] == [wire.Ping(1), wire.Ping(2)]
        assert server.anybody


def test_a_bad_line_is_answered_and_the_connection_kept(
    server: Server, asked: "queue.Queue[Asked]"
) -> None:
    with connection(server) as sock:
        sock.sendall(hello(server) + b'{"type":"explode"}\n')
        asked.get(timeout=2)
        refused = wire.decode_event(sock.makefile("rb").readline())
        assert isinstance(refused, wire.CommandRefused)
        assert "explode" in refused.reason
        sock.sendall(b"x" * (wire.MAX_LINE + 10))
        sock.sendall(b"\n" + wire.encode(wire.Ping(3)))
        assert asked.get(timeout=2)[1] == wire.Ping(3)


def test_an_older_window_is_told_so(server: Server) -> None:
    with connection(server) as sock:
        sock.sendall(wire.encode(wire.Hello(server.token, version=99)))
        refused = wire.decode_event(sock.makefile("rb").readline())
        assert isinstance(refused, wire.CommandRefused)
        assert "version" in refused.reason


def test_events_reach_those_who_have_been_welcomed(
    server: Server, asked: "queue.Queue[Asked]"
) -> None:
    with connection(server) as sock, connection(server) as stranger:
        sock.sendall(hello(server))
        client, _ = asked.get(timeout=2)
        client.joined = True
        server.broadcast(wire.Pong(4))
        assert wire.decode_event(sock.makefile("rb").readline()) == wire.Pong(4)
        stranger.settimeout(0.1)
        with pytest.raises(TimeoutError):
            stranger.recv(1)


def test_a_client_that_does_not_read_is_dropped_and_holds_nobody_up(
    server: Server, asked: "queue.Queue[Asked]"
) -> None:
    with connection(server) as slow, connection(server) as quick:
        clients = []
        for sock in (slow, quick):
            sock.sendall(hello(server))
            clients.append(asked.get(timeout=2)[0])
        clients[0].joined = True
        event = wire.CommandRefused("", "", "x" * 60000)
        for _ in range(8 * MAX_BACKLOG // 60000):
            server.broadcast(event)
        assert clients[0].closed
        clients[1].joined = True
        server.broadcast(wire.Pong(5))
        assert wire.decode_event(quick.makefile("rb").readline()) == wire.Pong(5)
