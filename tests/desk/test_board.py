"""The board at the desk: read, acted on, told to the second of two, kept while the records are
away."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import Session

from console.desk.board.port import (
    AmendView,
    Asked,
    BoardAct,
    BoardLine,
    BoardView,
    QuestionView,
    RecordView,
    Tone,
)
from console.desk.permissions import Person
from console.escalation.signed import signed_ladder
from console.quality.causes import Why
from console.store import outbox, pursuing
from console.store.amending import amend
from console.store.board import telling
from console.store.board.acts import act
from console.store.board.record import record_of
from console.store.board_values import ItemKind
from console.store.callbacks import owe_callback
from console.store.confirming import confirm_read
from console.store.models import Call, Escalation, Message
from console.store.outbox_values import TaskKind
from console.store.reviews import to_review
from console.store.values import CallbackReason, EscalationStatus, Role
from console.store.work import AmendedMessage, DidOnBoard, OwedCallback
from scripts.calltypes import CallType
from scripts.loader import Library
from scripts.protocol import Priority
from tests.desk.room import RIVERSIDE, Room
from tests.desk.test_records import (
    _short_patience,  # noqa: F401 - for every test here
    locked,
)

RUTH = Person("ruth", "Ruth Calder", Role.SUPERVISOR)
LIA = Person("lia", "Lia Holt", Role.LIAISON, RIVERSIDE)


class Board:
    """A room, and what its window would show of the board."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.view: BoardView | None = None
        self.question: QuestionView | None = None
        self.record: RecordView | None = None
        self.urgent = 0
        port = self.port = room.desk.board
        port.shown.connect(lambda view: setattr(self, "view", view))
        port.question_changed.connect(lambda view: setattr(self, "question", view))
        port.record_changed.connect(lambda view: setattr(self, "record", view))
        port.urgent_came.connect(self._count)

    def _count(self) -> None:
        self.urgent += 1

    def write(self, work: Callable[[Session], object]) -> None:
        self.room.book.ask(lambda ledger: ledger.change(work))
        self.room.rest()

    def task(self, key: str, **changes: Any) -> None:
        about: dict[str, Any] = {"kind": TaskKind.CLASH, "sentence": "Look.",
                                 "now": self.room.clock(), "practice_id": RIVERSIDE}  # fmt: skip
        self.write(lambda s: outbox.add_task(s, key=key, **(about | changes)))

    def escalation(self, *, begun: bool = True) -> None:
        practice = self.room.library.by_id(RIVERSIDE)
        assert practice is not None
        now = self.room.clock()
        ladder = signed_ladder(
            practice, call_type=CallType.URGENT, priority=Priority.URGENT, moment=now
        )

        def add(session: Session) -> None:
            call = Call(
                uid=f"c{now}", practice_id=RIVERSIDE, offered_at=now, agent="Dana Whitfield"
            )
            session.add(call)
            session.flush()
            row = Escalation(
                practice_id=RIVERSIDE, call_id=call.id, provider=practice.providers[0].id,
                reason="r", owner="Dana Whitfield", opened_at=now, phi=False,
                status=EscalationStatus.OPEN,
            )  # fmt: skip
            session.add(row)
            session.flush()
            if begun:
                opened = pursuing.Opened(row.id, RIVERSIDE, now, CallType.URGENT)
                assert pursuing.pursue(session, opened=opened, ladder=ladder, reference="R7K4A")

        self.write(add)

    def open(self, **asked: str) -> "Board":
        self.port.ask(Asked(**asked))
        self.room.rest()
        return self

    def do(self, what: BoardAct, line: BoardLine | None = None) -> None:
        self.port.act((line or self.lines[0]).key, what)
        self.room.rest()

    @property
    def lines(self) -> tuple[BoardLine, ...]:
        assert self.view is not None
        return self.view.lines

    def last(self) -> str:
        notice = self.room.notices[-1]
        return f"{notice.title}: {notice.text}"


@pytest.fixture
def seat(qtbot: QtBot, tmp_path: Path, library: Library) -> Iterator[Callable[..., Board]]:
    rooms: list[Room] = []

    def sit(person: Person | None = None) -> Board:
        named = {} if person is None else {"person": person}
        rooms.append(Room(qtbot, tmp_path, library, **named).open())  # type: ignore[arg-type]
        return Board(rooms[-1])

    yield sit
    for room in rooms:
        room.close()


@pytest.fixture
def board(seat: Callable[..., Board]) -> Board:
    return seat()


def test_a_message_read_at_the_practice_leaves_the_board_and_it_says_who_read_it(
    board: Board,
) -> None:
    room = board.room
    room.take()
    room.fill(CallType.REFILL)
    room.finish()
    (line,) = board.open().lines
    number = int(line.key.partition(".")[2])
    board.write(
        lambda s: confirm_read(
            s, practice=RIVERSIDE, message=number, seen=1, person="Lia Holt", at=room.clock()
        )
    )
    board.port.refresh()
    room.rest()
    assert board.lines == ()
    assert board.view is not None
    assert board.view.note == (
        "Refill message to clinical staff, Riverside Family Medicine: read and confirmed by"
        " Lia Holt."
    )
    record = board.room.book._ledger().read(
        lambda s: record_of(s, kind=ItemKind.MESSAGE, row=number)
    )
    assert record is not None
    assert telling.said(record.lines[-1]) == "Read and confirmed by Lia Holt, at the practice"


def test_the_top_bar_counts_and_the_board_lists(board: Board) -> None:
    board.task("gap", kind=TaskKind.ROTA_GAP, sentence="Nobody is on call on Sunday.")
    board.escalation()
    board.open()
    status = board.room.status
    assert status is not None
    assert (status.to_do, status.to_do_urgent) == (2, 1)
    first, second = board.lines
    assert (first.tone, second.tone) == (Tone.URGENT, Tone.PLAIN)
    assert first.what.startswith("Escalation R7K4A for Dr")
    assert first.detail == "Being paged"
    assert first.owner == "You"
    assert first.next == "Call Dr. Ifeoma Okafor"
    assert (second.what, second.detail) == ("Nobody on call", "Nobody is on call on Sunday.")
    assert second.owner == "Nobody"


@pytest.mark.parametrize("kind", TaskKind)
def test_whatever_is_urgent_says_what_comes_next_and_counts_down_to_it(
    board: Board, kind: TaskKind
) -> None:
    now = board.room.clock()
    board.task("urgent", kind=kind, urgent=True)
    board.task("other", kind=kind)
    owed = OwedCallback(uid="cb", since=now, why=CallbackReason.LOST, practice_id=RIVERSIDE)
    board.write(lambda s: owe_callback(s, owed=owed))
    board.escalation()
    board.open()
    urgent = [line for line in board.lines if line.tone is Tone.URGENT]
    assert len(urgent) == 3
    assert all(line.next and line.next_at is not None for line in urgent)
    (other,) = [line for line in board.lines if line.tone is not Tone.URGENT]
    assert other.next
    assert other.next_at is None


def test_filters(board: Board) -> None:
    board.task("mine", owner="Dana Whitfield")
    board.task("other")
    assert len(board.open().lines) == 2
    assert len(board.open(whose="mine").lines) == 1
    assert board.open(kind="callback").lines == ()
    assert board.open(practice="lakeshore_cardiology").lines == ()


def test_acknowledged_for_the_provider_asks_who(board: Board) -> None:
    board.escalation()
    board.open().do(BoardAct.ACKNOWLEDGE)
    assert board.question is not None
    assert board.question.title == "Who has taken it, by phone"
    first = board.question.choices[0]
    assert first.key == "1"
    board.port.choose(first.code)
    board.room.rest()
    assert board.question is None
    line = board.lines[0]
    assert line.detail == "Acknowledged; patient not reached yet"
    assert line.what == f"Escalation R7K4A for {first.label}"
    assert line.next == f"Ask {first.label} whether the patient was reached"


def test_close_is_refused_until_the_patient_is_reached(board: Board) -> None:
    board.escalation()
    board.open().do(BoardAct.CLOSE)
    assert board.last() == "Not done: Was the patient reached? Say so first, then close it."
    board.do(BoardAct.REACH)
    board.do(BoardAct.CLOSE)
    assert board.lines == ()


def test_the_second_of_two_is_told(board: Board) -> None:
    board.task("t")
    board.open()
    line = board.lines[0]
    row, saw = int(line.key.split(".")[1]), board.port._items[line.key]
    theirs = DidOnBoard(
        uid="theirs", item=ItemKind.TASK, row=row, act=BoardAct.TAKE, at=board.room.clock(),
        person="Sam Osei", seen="0.open.",
    )  # fmt: skip
    board.write(lambda s: act(s, deed=theirs))
    board.port._items[line.key] = saw  # what Dana saw, before hers was shown again
    board.do(BoardAct.TAKE, line)
    assert board.last().startswith("Somebody else was first: It has been changed meanwhile by Sam")
    assert board.lines[0].owner == "Sam Osei"


def test_put_off_comes_back(board: Board) -> None:
    board.task("t")
    board.open().do(BoardAct.HOLD)
    assert board.question is not None
    board.port.choose(board.question.choices[1].code)
    board.room.rest()
    assert board.lines[0].tone is Tone.HELD
    board.room.clock.forward(minutes=31)
    board.port.refresh()
    board.room.rest()
    assert board.lines[0].tone is Tone.OVERDUE


def test_a_receptionist_hands_on_only_what_is_nobodys_or_their_own(board: Board) -> None:
    board.task("t", owner="Sam Osei")
    board.open().do(BoardAct.HAND)
    assert board.last().startswith("Not with your role")
    board.do(BoardAct.TAKE)
    board.do(BoardAct.HAND)
    assert board.question is not None
    assert "Nobody else is signed in" in board.question.nobody


def test_a_liaison_does_not_see_the_board(seat: Callable[..., Board]) -> None:
    board = seat(LIA)
    board.task("t", urgent=True)
    board.port.refresh()
    board.port.ask(Asked())
    board.room.rest()
    assert board.view is None
    assert board.last().startswith("Not with your role")
    assert board.room.status is not None
    assert board.room.status.to_do == 0


def test_a_new_urgent_task_is_told_without_details(board: Board) -> None:
    board.task("t", urgent=True, sentence="Ref R7K4A: call Dr Okafor now.")
    board.port.refresh()
    board.room.rest()
    assert board.urgent == 1
    assert board.last() == "Urgent work has come: Ctrl+J shows it on the board."


def test_what_is_done_while_the_records_are_away_is_written_later(board: Board) -> None:
    board.escalation()
    board.open()
    with locked(board.room.records):
        board.port.act(board.lines[0].key, BoardAct.ACKNOWLEDGE)
        assert board.question is not None
        board.port.choose(board.question.choices[0].code)
        board.room.rest()
        assert board.last().startswith("Kept on this machine")
        assert board.view is not None
        assert "The records are away" in board.view.note
    board.room.retry()
    board.port.refresh()
    board.room.rest()
    assert board.lines[0].detail == "Acknowledged; patient not reached yet"


def test_a_time_line_is_read_and_written_into_a_file(
    seat: Callable[..., Board], tmp_path: Path
) -> None:
    board = seat(RUTH)
    board.port._record.folder = lambda: tmp_path
    board.escalation()
    board.open()
    board.do(BoardAct.TAKE)
    board.port.open_record(board.lines[0].key)
    board.room.rest()
    assert board.record is not None
    assert board.record.title.startswith("Time-line of R7K4A")
    assert "Nobody has been notified" in board.record.summary
    assert [what for _, what, _ in board.record.lines] == ["Opened", "Taken by Ruth Calder"]
    for form in ("text", "json"):
        board.port.export(form)
        board.room.rest()
    told = json.loads(next(tmp_path.glob("time-line-R7K4A-*.json")).read_text("utf-8"))
    assert told["notified"] is False
    assert [line["what"] for line in told["lines"]] == ["opened", "take"]
    assert "Taken by Ruth Calder" in next(tmp_path.glob("time-line-*.txt")).read_text("utf-8")


def test_a_receptionist_reads_a_time_line_and_does_not_export_it(board: Board) -> None:
    board.escalation()
    board.open().port.open_record(board.lines[0].key)
    board.room.rest()
    assert board.record is not None
    assert not board.record.may_export
    assert not board.record.may_review
    for intent in (lambda: board.port.export("text"), board.port.have_reviewed):
        intent()
        assert board.last().startswith("Not with your role")


def test_a_supervisor_has_the_call_behind_a_time_line_reviewed(seat: Callable[..., Board]) -> None:
    board = seat(RUTH)
    board.escalation()
    board.open().port.open_record(board.lines[0].key)
    board.room.rest()
    assert board.record is not None
    assert board.record.may_review
    board.port.have_reviewed()
    board.room.rest()
    assert board.last().startswith("The call is to be reviewed")
    asked: list[Why] = []
    board.write(lambda s: asked.extend(row.why for row in to_review(s, limit=9)))
    assert asked == [Why.ASKED]


def test_nobody_goes_while_urgent_work_is_nobodys(board: Board) -> None:
    board.task("t", urgent=True)
    board.open()
    assert not board.room.desk.may_leave()
    assert not board.room.desk.may_leave()
    board.room.desk.people.sign_out()
    assert "has no owner" in board.last()
    board.do(BoardAct.TAKE)
    board.do(BoardAct.DONE)
    assert board.room.desk.may_leave()


def test_nobody_goes_while_urgent_work_came_that_the_board_has_not_counted_yet(
    board: Board,
) -> None:
    board.task("t", urgent=True)
    board.room.desk._stage.health.to_do_unowned = 0  # as before it came
    board.room.desk.people.sign_out()
    board.room.rest()
    told = [notice.text for notice in board.room.notices]  # the board tells of it as well
    assert any("1 urgent item has no owner" in text for text in told)
    assert board.room.status is not None
    assert board.room.status.agent.startswith("Dana")


def test_it_reads_on_page_by_page(board: Board) -> None:
    now: datetime = board.room.clock()
    for number in range(130):
        board.room.book.ask(
            lambda ledger, n=number: ledger.change(
                lambda s: outbox.add_task(
                    s,
                    key=f"k{n}",
                    kind=TaskKind.CLASH,
                    sentence="s",
                    now=now + timedelta(seconds=n),
                )
            )
        )
    board.room.rest()
    board.open()
    assert board.view is not None
    assert (len(board.lines), board.view.more) == (100, True)
    board.port.read_more()
    board.room.rest()
    assert board.view is not None
    assert (len(board.lines), board.view.more) == (130, False)


def test_a_desk_with_nobody_at_it_holds_nobody(board: Board) -> None:
    board.task("t", urgent=True)
    board.open()
    assert not board.room.desk.may_leave()
    board.room.desk.people.session.nobody()
    board.port.refresh()
    assert board.view is None
    assert board.room.desk.may_leave()


def test_the_message_of_the_call_just_finished_is_amended_and_the_second_desk_is_told(
    seat: Callable[..., Board],
) -> None:
    board = seat()
    room = board.room
    shown: list[AmendView | None] = []
    board.port.amend_changed.connect(shown.append)
    room.take(to=RIVERSIDE)
    room.fill(CallType.REFILL)
    room.finish()
    board.port.amend_last()
    room.rest()
    first = shown[-1]
    assert first is not None
    words = {each.name: each.text for each in first.fields}
    board.port.save_amended(words | {"callback_number": "12"})
    assert shown[-1] is not None
    assert next(each for each in shown[-1].fields if each.problem).name == "callback_number"
    other = AmendedMessage(
        uid="theirs", message_id=int(first.key), seen=0, at=room.clock(), person="Sam Osei",
        reason="Metformin",
    )  # fmt: skip
    board.write(lambda s: amend(s, amended=other))
    board.port.save_amended(words | {"reason": "Lisinopril"})
    room.rest()
    assert "Sam Osei has amended it meanwhile" in board.last()
    told = shown[-1]
    assert told is not None
    reason = next(each for each in told.fields if each.name == "reason")
    assert (reason.text, reason.theirs) == ("Lisinopril", "Metformin")
    assert any("was amended by Sam Osei" in line.detail for line in board.open().lines)
    board.port.save_amended({each.name: each.text for each in told.fields})
    room.rest()
    assert shown[-1] is None
    assert room.stored(Message, "reason") == [("Lisinopril",)]


def test_an_amendment_is_kept_while_the_records_are_away(seat: Callable[..., Board]) -> None:
    board = seat()
    room = board.room
    shown: list[AmendView | None] = []
    board.port.amend_changed.connect(shown.append)
    room.take(to=RIVERSIDE)
    room.fill(CallType.REFILL)
    room.finish()
    board.open()
    (message,) = [line for line in board.lines if line.can_amend]
    board.port.amend(message.key)
    room.rest()
    assert shown[-1] is not None
    words = {each.name: each.text for each in shown[-1].fields}
    with locked(room.records):
        board.port.save_amended(words | {"reason": "Amended while away"})
        room.rest()
        assert "Kept on this machine" in board.last()
    room.qtbot.waitUntil(
        lambda: room.stored(Message, "reason") == [("Amended while away",)], timeout=20_000
    )
