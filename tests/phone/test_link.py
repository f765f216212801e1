"""The link by itself, against a socket that plays the engine."""

import socket
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtNetwork import QAbstractSocket
from pytestqt.qtbot import QtBot

from console.phone.link import PhoneLink
from softphone import wire

WELCOME = wire.Welcome(
    engine="test",
    version=wire.VERSION,
    sip_address="127.0.0.1:5060",
    max_calls=4,
    registration=wire.Registration.DIRECT,
    sound=wire.Sound(),
)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        made.settimeout(5)
        yield made


def to(listener: socket.socket) -> wire.Rendezvous:
    return wire.Rendezvous(port=listener.getsockname()[1], token="secret", pid=1)


def accept(qtbot: QtBot, link: PhoneLink, listener: socket.socket) -> socket.socket:
    """Connect the link and read its hello."""
    with qtbot.waitSignal(link._socket.connected, timeout=5_000):
        link.connect_to(to(listener))
    peer, _ = listener.accept()
    link._socket.flush()
    peer.settimeout(5)
    hello = wire.decode_command(peer.makefile("rb").readline())
    assert hello == wire.Hello(token="secret")
    return peer


def drain(qtbot: QtBot, link: PhoneLink) -> None:
    """Let everything arrive that is still on its way."""
    unconnected = QAbstractSocket.SocketState.UnconnectedState
    qtbot.waitUntil(lambda: link._socket.state() == unconnected)
    QCoreApplication.processEvents()


def counted(link: PhoneLink) -> list[str]:
    told: list[str] = []
    link.joined.connect(lambda _: told.append("joined"))
    link.received.connect(lambda _: told.append("received"))
    link.lost.connect(lambda: told.append("lost"))
    link.refused.connect(lambda: told.append("refused"))
    return told


def test_a_closed_port_is_refused_once(qtbot: QtBot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nobody = to(gone)
    link = PhoneLink()
    told = counted(link)
    with qtbot.waitSignal(link.refused, timeout=5_000):
        link.connect_to(nobody)
    drain(qtbot, link)
    assert told == ["refused"]


def test_an_engine_that_hangs_up_before_its_welcome_refuses_once(
    qtbot: QtBot, listener: socket.socket
) -> None:
    link = PhoneLink()
    told = counted(link)
    peer = accept(qtbot, link, listener)
    with qtbot.waitSignal(link.refused, timeout=5_000):
        peer.close()
    drain(qtbot, link)
    assert told == ["refused"]


def test_a_connection_that_was_made_is_lost_once(qtbot: QtBot, listener: socket.socket) -> None:
    link = PhoneLink()
    told = counted(link)
    peer = accept(qtbot, link, listener)
    with qtbot.waitSignal(link.joined, timeout=5_000):
        peer.sendall(wire.encode(WELCOME))
    with qtbot.waitSignal(link.lost, timeout=5_000):
        peer.close()
    drain(qtbot, link)
    assert told == ["joined", "lost"]


def test_a_new_attempt_says_nothing_of_the_one_before(
    qtbot: QtBot, listener: socket.socket
) -> None:
    link = PhoneLink()
    told = counted(link)
    older = accept(qtbot, link, listener)
    peer = accept(qtbot, link, listener)
    with qtbot.waitSignal(link.joined, timeout=5_000):
        peer.sendall(wire.encode(WELCOME))
    assert told == ["joined"]
    older.close()
    peer.close()


def test_events_in_pieces_arrive_whole_and_in_order(qtbot: QtBot, listener: socket.socket) -> None:
    link = PhoneLink()
    got: list[wire.Event] = []
    link.received.connect(got.append)
    peer = accept(qtbot, link, listener)
    lines = wire.encode(WELCOME) + b"".join(wire.encode(wire.Pong(n)) for n in range(50))
    for start in range(0, len(lines), 7):
        peer.sendall(lines[start : start + 7])
    qtbot.waitUntil(lambda: len(got) == 50, timeout=5_000)
    assert got == [wire.Pong(n) for n in range(50)]
    peer.close()


def test_nothing_is_sent_to_an_engine_that_has_not_welcomed_us(
    qtbot: QtBot, listener: socket.socket
) -> None:
    link = PhoneLink()
    assert not link.send(wire.Ping(1))
    peer = accept(qtbot, link, listener)
    assert not link.send(wire.Ping(1))
    link.close()
    peer.close()
