"""kill -9 in the middle of a form: with the real engine, real SIP and the real records."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.desk.views import LineState
from console.phone.engine import Engine
from console.store.models import Message
from scripts.calltypes import CallType, Outcome
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.receptionist_killed import ENGINE
from tests.desk.room import Room
from tests.sip_caller import SipCaller

pytestmark = [pytest.mark.sip, pytest.mark.timeout(40)]


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[SipCaller]:
    """A desk was killed with a form half filled; the caller is still on the line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.desk.receptionist_killed", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert process.stdout is not None
    caller = None
    try:
        opened = process.stdout.readline().split()
        assert opened[0] == "OPEN"
        host, _, port = opened[1].rpartition(":")
        caller = SipCaller((host, int(port)))
        attempt = caller.invite(user="5155550100", number="+15155550163")
        caller.answered_call(attempt, timeout=10)
        assert process.stdout.readline() == "DRAFTED\n"
        process.kill()
        process.wait()
        yield caller
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        if caller is not None:
            caller.socket.close()


def test_the_form_is_put_back_on_the_call_the_engine_still_holds(
    qtbot: QtBot, killed: SipCaller, make_room: MakeRoom, tmp_path: Path
) -> None:
    engine = Engine(tmp_path, options=ENGINE)
    room = make_room()
    _connect(engine, room)
    try:
        with qtbot.waitSignal(engine.joined, timeout=15_000):
            room.desk.start()
            engine.start()
        qtbot.waitUntil(lambda: room.form is not None, timeout=15_000)
        (card,) = room.cards
        assert card.state is LineState.ACTIVE
        assert room.field("patient_name").value == "Ruth Olsen"
        assert room.unfinished == ()
        room.look_up_done()
        room.fill(CallType.REFILL)
        assert room.finish(card.call).outcome is Outcome.MESSAGE
        engine.send(wire.HangUp(card.call))
        qtbot.waitUntil(lambda: room.cards == (), timeout=10_000)
        room.rest()
        row = room.call_row(card.call)
        assert row["outcome"] == "message"
        assert row["answered_at"] is not None
    finally:
        engine.stop()


def test_the_form_is_offered_when_the_engine_went_too(
    qtbot: QtBot, killed: SipCaller, make_room: MakeRoom, tmp_path: Path
) -> None:
    engine = Engine(tmp_path, options=ENGINE)
    with qtbot.waitSignal(engine.joined, timeout=15_000):
        engine.start()
    engine.stop()
    room = make_room().open()
    qtbot.waitUntil(lambda: len(room.unfinished) == 1, timeout=10_000)
    (form,) = room.unfinished
    assert form.answers >= 1
    assert form.call_type == "Refill"
    assert form.caller == "(515) 555-0163"
    room.desk.resume_form(form.draft)
    (card,) = room.cards
    assert card.state is LineState.WRAP_UP
    assert room.field("patient_name").value == "Ruth Olsen"
    room.fill(CallType.REFILL)
    assert room.finish(card.call).outcome is Outcome.MESSAGE
    assert room.unfinished == ()
    assert room.stored(Message, "patient_name") == [("Ruth Olsen",)]
    assert room.rows("select count(*) from drafts") == [(0,)]
    room.close()
    assert make_room().open().unfinished == ()


def test_a_form_nobody_goes_on_with_is_thrown_away(killed: SipCaller, make_room: MakeRoom) -> None:
    room = make_room().open()
    (form,) = room.unfinished
    room.desk.discard_form(form.draft)
    assert room.unfinished == ()
    room.rest()
    assert room.rows("select count(*) from drafts") == [(0,)]


def _connect(engine: Engine, room: Room) -> None:
    """Let the real engine speak to the desk in the fake one's place."""
    fake = room.engine
    engine.joined.connect(fake.joined)
    engine.received.connect(fake.received)
    engine.died.connect(fake.died)
    fake.send = engine.send  # type: ignore[method-assign]
