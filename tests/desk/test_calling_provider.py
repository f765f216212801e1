"""From the board, one key calls the provider an escalation is at: 1 to be pressed first, and the
details only then, with no caller on the line."""

import pytest
from sqlalchemy import select, update

from console.desk.views import ReachView
from console.store.models import Escalation
from console.store.outbox import add_task
from console.store.outbox_values import TaskKind
from softphone import wire
from softphone.wire import EndCause
from tests.desk.room import RIVERSIDE, Room
from tests.desk.test_board import Board, board, seat
from tests.desk.test_reaching import codes, lines, press, prompts, stage

__all__ = ["board", "seat"]  # fixtures

OKAFOR = "+15155550110"


def view(room: Room) -> ReachView:
    assert room.reach is not None
    return room.reach


def say_what(board: Board) -> None:
    """Give the escalation on the board a reason and a number."""

    def write(session: object) -> None:
        (row,) = session.scalars(select(Escalation)).all()  # type: ignore[attr-defined]
        row.reason, row.callback_number = "Fever of 103, stiff neck", "+15155550142"

    board.write(write)


def called(board: Board) -> Room:
    """Press the key, and see the provider dialled."""
    room = board.room
    board.open().port.call(board.lines[0].key)
    room.qtbot.waitUntil(
        lambda: room.reach is not None and view(room).steps[-1].text.startswith("Dialling"),
        timeout=10_000,
    )
    placed = room.engine.asked(wire.PlaceCall)[-1]
    assert isinstance(placed, wire.PlaceCall)
    assert placed.caller_number == room.number_of(RIVERSIDE)
    room.engine.tell(wire.CallPlaced("p1", placed.request, placed.target, room.engine.now, 0.0))
    return room


def answered(room: Room) -> None:
    room.engine.tell(wire.CallAlerting("p1", 180, 0.0))
    room.engine.answered("p1")


def test_one_key_dials_and_1_takes_it(board: Board) -> None:
    board.escalation()
    say_what(board)
    room = called(board)
    placed = room.engine.asked(wire.PlaceCall)[-1]
    assert isinstance(placed, wire.PlaceCall)
    assert placed.target == OKAFOR
    answered(room)
    assert prompts(room) == ["take_the_call.wav"]
    assert wire.SetMute("p1", muted=True) in room.engine.sent
    assert view(room).summary == ""
    press(room, "1", "p1")
    assert view(room).summary == "Fever of 103, stiff neck"
    assert "call the patient back at (515) 555-0142" in view(room).say
    assert codes(room) == ["calls_back", "stop"]
    assert stage(room) == "acknowledged"
    room.desk.choose_reach("calls_back")
    assert room.engine.sent[-1] == wire.HangUp("p1")
    assert lines(room) == ["dial", "answered", "acknowledge", "calls_back"]
    assert codes(room) == ["close"]
    assert not any("caller" in step.text.lower() for step in view(room).steps)
    assert view(room).ends == "Given up"


def test_no_answer_offers_the_next_person(board: Board) -> None:
    board.escalation()
    room = called(board)
    room.engine.ended("p1", EndCause.UNANSWERED)
    assert codes(room) == ["next", "close"]
    assert stage(room) == "paging"
    before = len(room.engine.asked(wire.PlaceCall))
    room.desk.choose_reach("next")
    assert len(room.engine.asked(wire.PlaceCall)) == before + 1


def test_a_task_that_says_to_call_has_the_key_too(board: Board) -> None:
    board.escalation()

    def add(session: object) -> None:
        (row,) = session.scalars(select(Escalation)).all()  # type: ignore[attr-defined]
        add_task(
            session,  # type: ignore[arg-type]
            key="call",
            kind=TaskKind.CALL_PROVIDER,
            sentence="Ref R7K4A: call Dr. Ortega now.",
            now=board.room.clock(),
            urgent=True,
            practice_id=RIVERSIDE,
            escalation_id=row.id,
        )

    board.write(add)
    board.open(kind="task")
    (line,) = board.lines
    assert line.call_label == "Call the provider"
    board.port.call(line.key)
    board.room.qtbot.waitUntil(
        lambda: bool(board.room.engine.asked(wire.PlaceCall)), timeout=10_000
    )


def test_pressed_again_it_shows_the_call_that_goes_on(board: Board) -> None:
    board.escalation()
    room = called(board)
    room.desk.hide_reach()
    assert room.reach is None
    board.open().port.call(board.lines[0].key)
    room.qtbot.waitUntil(lambda: room.reach is not None, timeout=10_000)
    assert len(room.engine.asked(wire.PlaceCall)) == 1


def test_what_has_been_closed_meanwhile_is_not_called_about(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.escalation()
    board.open()
    board.write(lambda s: s.execute(update(Escalation).values(owner="Ann")))
    monkeypatch.setattr("console.store.calling_provider.to_call", lambda *_, **__: None)
    board.port.call(board.lines[0].key)
    board.room.qtbot.waitUntil(
        lambda: bool(board.room.notices) and board.room.notices[-1].title == "Nobody to call",
        timeout=10_000,
    )
    assert not board.room.engine.asked(wire.PlaceCall)


def test_the_engine_refuses_the_call(board: Board) -> None:
    board.escalation()
    room = board.room
    board.open().port.call(board.lines[0].key)
    room.qtbot.waitUntil(lambda: bool(room.engine.asked(wire.PlaceCall)), timeout=10_000)
    placed = room.engine.asked(wire.PlaceCall)[-1]
    assert isinstance(placed, wire.PlaceCall)
    room.engine.tell(wire.CommandRefused("place_call", placed.request, "No line."))
    assert view(room).steps[-1].text == "The call could not be made"
