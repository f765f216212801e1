"""The waiting list from a call to the board and back: put on it, offered a time, booked."""

from collections.abc import Callable

import pytest

from console.desk.board.port import Asked, BoardAct, BoardLine, BoardView, QuestionView, Tone
from console.desk.waiting.views import WaitingView
from console.store.models import Booking
from console.store.session import Records
from console.store.waiting_tables import WaitingEntry
from console.worker.offers import offer_what_is_free
from scripts.calltypes import CallType
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import CALLER, Room
from tests.desk.test_held_times import choose, codes, slot, to_the_times
from tests.records_file import SECRETS

ENTRIES = "select status, part, phi from waiting_list"


class Seen:
    """What the window would show of the list and of the board."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.view: WaitingView | None = None
        self.board: BoardView | None = None
        self.question: QuestionView | None = None
        room.desk.waiting.shown.connect(lambda view: setattr(self, "view", view))
        room.desk.board.shown.connect(lambda view: setattr(self, "board", view))
        room.desk.board.question_changed.connect(lambda view: setattr(self, "question", view))

    def open(self) -> WaitingView:
        self.room.desk.waiting.open()
        self.room.rest()
        assert self.view is not None
        return self.view

    def put(self, **changes: str) -> None:
        self.room.desk.waiting.save(self.open().given | changes)
        self.room.rest()

    def lines(self) -> list[BoardLine]:
        self.room.desk.board.ask(Asked(kind="offer"))
        self.room.rest()
        assert self.board is not None
        return list(self.board.lines)

    def line(self) -> BoardLine:
        (line,) = self.lines()
        return line


@pytest.fixture
def seen(room: Room) -> Seen:
    return Seen(room)


def give_up_a_time(room: Room) -> str:
    """A caller holds a time and lets it go; return what it was."""
    room.take("c2", number="+15155550199")
    to_the_times(room)
    time = codes(room)[0]
    choose(room, time)
    room.desk.set_answer(slot(room).link_id, "")
    room.rest()
    return time


def work(room: Room) -> int:
    records = Records.open(room.records, secrets=SECRETS)
    try:
        return offer_what_is_free(records, room.library, room.clock())
    finally:
        records.close()


def test_from_a_call_to_the_list_to_the_board_to_a_booking(room: Room, seen: Seen) -> None:
    room.take()
    to_the_times(room)
    view = seen.open()
    assert view.given["number"] == "(515) 555-0142"
    assert view.given["patient"]
    assert view.given["kind"] == "new_patient"
    seen.put(patient="Ann Example", wishes="Any day but Thursday")
    assert seen.view is None
    assert room.notices[-1].title == "On the waiting list"
    assert room.rows(ENTRIES) == [("waiting", "any", 1)]
    assert room.stored(WaitingEntry, "patient_name", "callback_number") == [("Ann Example", CALLER)]
    time = give_up_a_time(room)
    assert work(room) == 1
    line = seen.line()
    assert line.what == "Waiting list"
    assert "is free; B tells who is first" in line.detail
    assert line.next == "Due"
    assert "Ann" not in repr(line), "nothing of a caller's is on the board"
    assert (line.tone, line.call_label) == (Tone.PLAIN, "Who it is…")
    assert {BoardAct.BOOK, BoardAct.PASS, BoardAct.WITHDRAW} <= line.acts
    room.desk.board.call(line.key)
    room.rest()
    assert seen.question is not None
    assert "Ann Example" in seen.question.title
    assert "(515) 555-0142" in seen.question.title
    assert "Any day but Thursday" in seen.question.title
    assert [pick.key for pick in seen.question.choices] == ["1", "2", "3", "4"]
    room.desk.board.choose("book")
    room.rest()
    assert room.stored(Booking, "patient_name") == [("Ann Example",)]
    assert room.rows("select provider from bookings") == [(time.split("|")[0],)]
    assert room.rows(ENTRIES) == [("booked", "any", 1)]
    assert seen.board is not None
    assert seen.board.lines == ()
    told = room.rows("select detail from audit where kind = 'booking'")
    assert told == [("waiting_list",)]


def test_who_waits_is_called_under_the_practices_own_number(room: Room, seen: Seen) -> None:
    room.take()
    seen.put(patient="Ann Example", kind="office_visit")
    give_up_a_time(room)
    work(room)
    room.desk.board.call(seen.line().key)
    room.rest()
    room.engine.sent.clear()
    room.desk.board.choose("call")
    (placed,) = [sent for sent in room.engine.sent if isinstance(sent, wire.PlaceCall)]
    assert placed.target == CALLER
    assert seen.board is None, "the board makes way for the call"


def test_on_the_board_a_key_alone_passes_it_on(room: Room, seen: Seen) -> None:
    room.take()
    seen.put(patient="Ann Example", kind="office_visit")
    seen.put(patient="Ben Example", kind="office_visit")
    give_up_a_time(room)
    work(room)
    first, second = seen.lines()  # of forty minutes each has twenty
    room.desk.board.act(first.key, BoardAct.PASS)
    room.rest()
    assert seen.lines() == [second]


@pytest.mark.parametrize(
    ("name", "text"),
    [("patient", " "), ("number", "555"), ("birth_date", "13/13/1990"), ("birth_date", "1/1/2099")],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    room: Room, seen: Seen, name: str, text: str
) -> None:
    room.take()
    seen.put(**{"patient": "Ann Example", name: text})
    assert seen.view is not None
    assert list(seen.view.problems) == [name]
    assert seen.view.given[name] == text
    assert room.rows(ENTRIES) == []


def test_who_waits_already_is_shown_to_the_next_who_asks_and_can_be_taken_off(
    room: Room, seen: Seen
) -> None:
    room.take()
    seen.put(patient="Ann Example", kind="office_visit", part="morning")
    (standing,) = seen.open().standing
    assert "Ann Example: Office visit, mornings only, until 24 December" in standing.words
    room.desk.waiting.take_off(standing.key)
    room.rest()
    assert seen.view is not None
    assert seen.view.standing == ()
    assert room.rows(ENTRIES) == [("withdrawn", "morning", 0)]


def test_a_practice_without_an_agreement_keeps_none_of_their_words(room: Room, seen: Seen) -> None:
    practice = next(p for p in room.library.practices if not p.baa_in_force(room.clock().date()))
    room.take(to=practice.id)
    view = seen.open()
    assert not view.may_tell
    seen.put(patient="Ann Example", wishes="Her knee hurts")
    assert room.rows(ENTRIES) == [("waiting", "any", 0)]
    assert room.stored(WaitingEntry, "wishes") == [(None,)]


def test_before_the_answer_there_is_nobody_to_put_on_it(room: Room, seen: Seen) -> None:
    room.desk.waiting.open()
    room.ring()
    room.desk.waiting.open()
    assert seen.view is None


def test_while_the_records_are_away_it_is_kept_and_written_later(
    make_room: MakeRoom, room: Room, seen: Seen
) -> None:
    room.take()
    given = seen.open().given | {"patient": "Ann Example"}
    there = room.records
    hidden = there.with_suffix(".away")
    room.book.ask(lambda ledger: ledger.close())
    room.rest()
    there.rename(hidden)
    there.mkdir()
    room.desk.waiting.save(given)
    room.rest()
    there.rmdir()
    hidden.rename(there)
    again: Callable[..., Room] = make_room
    again().open()
    assert room.rows(ENTRIES) == [("waiting", "any", 0)]


def test_a_cancelled_appointment_is_offered(room: Room, seen: Seen) -> None:
    room.take()
    room.fill(CallType.NEW_APPOINTMENT)
    room.finish()
    room.over()
    room.take("c2", number="+15155550199")
    seen.put(patient="Ben Example", kind="new_patient")
    room.over("c2")
    room.desk.end_as("hang_up")  # type: ignore[arg-type]
    room.take("c3")
    room.fill(CallType.CHANGE_APPOINTMENT, {"change_action": "cancel"})
    room.finish("c3")
    assert work(room) == 1
    assert "is free" in seen.line().detail
