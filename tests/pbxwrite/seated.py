"""A receptionist at a real desk: its own engine, registered over TLS, available."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pytestqt.qtbot import QtBot

from console.desk.views import DeskState, LineState
from console.phone.engine import Engine
from softphone import wire
from softphone.wire import Registration, Srtp, Transport
from tests.desk.conftest import MakeRoom
from tests.desk.receptionist_killed import ENGINE
from tests.desk.room import Room
from tests.pbxwrite.written import WrittenPbx


@contextlib.contextmanager
def seated(
    qtbot: QtBot,
    pbx: WrittenPbx,
    make_room: MakeRoom,
    ca_file: str,
    folder: Path,
    *,
    options: Sequence[str] = ENGINE,
    **more: object,
) -> Iterator[Room]:
    """Dana's desk, for a block; `options` are for the engine, `more` for the room."""
    folder.mkdir()
    engine = Engine(folder, options=options)
    events: list[wire.AnyEvent] = []
    engine.received.connect(events.append)
    account = wire.UseAccount(
        user="dana", registrar=pbx.tls_host, password=pbx.passwords["dana"],
        transport=Transport.TLS, srtp=Srtp.REQUIRED, ca_file=ca_file,
    )  # fmt: skip
    engine.joined.connect(lambda _: engine.send(account))
    room = make_room(engine=engine, **more)
    room.desk.start()
    registered = Registration.REGISTERED
    qtbot.waitUntil(
        lambda: any(
            isinstance(e, wire.RegistrationChanged) and e.registration is registered for e in events
        ),
        timeout=20_000,
    )
    room.desk.set_ready(True)  # proved again, now that there is a line
    available(qtbot, room)
    yield room
    engine.stop()


def available(qtbot: QtBot, room: Room) -> None:
    """Wait until the phone has proved itself: a desk that has not sends callers back."""
    qtbot.waitUntil(
        lambda: room.status is not None and room.status.state is DeskState.AVAILABLE,
        timeout=20_000,
    )


def shows(qtbot: QtBot, room: Room, *states: LineState) -> None:
    """Wait until the cards show these states."""
    qtbot.waitUntil(lambda: tuple(card.state for card in room.cards) == states, timeout=20_000)
