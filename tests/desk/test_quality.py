"""Calls looked at again, at the desk: chosen, marked by a supervisor, read by whose they were."""

from datetime import timedelta
from pathlib import Path

import pytest

from console.desk.permissions import Person
from console.desk.quality.views import Cause, QualityPage, Tab
from console.store.finishing import finish_call
from console.store.session import Records
from console.store.values import Role
from softphone.wire import EndCause
from tests.desk.conftest import MakeRoom
from tests.desk.room import RIVERSIDE, Room
from tests.records_file import SECRETS
from tests.records_file import asked as rows_of
from tests.store.builders import finished_call

RUTH = Person("ruth", "Ruth Calder", Role.SUPERVISOR)
DANA = Person("dana", "Dana Whitfield", Role.RECEPTIONIST)


def had_last_week(room: Room, count: int = 2, agent: str = "Dana Whitfield") -> None:
    """Calls that were taken a week ago."""
    records = Records.open(room.records, secrets=SECRETS)
    at = room.clock() - timedelta(days=7)
    for _ in range(count):
        call = finished_call(
            practice_id=RIVERSIDE, agent=agent, offered_at=at, answered_at=at,
            ended_at=at + timedelta(seconds=70), end_cause=EndCause.CALLER,
            finished_at=at + timedelta(seconds=90), answers=(),
        )  # fmt: skip
        records.write(lambda s, call=call: finish_call(s, finished=call))  # type: ignore[misc]
    records.close()


@pytest.fixture
def pages(room: Room) -> list[QualityPage]:
    found: list[QualityPage] = []
    room.desk.quality.changed.connect(found.append)
    return found


@pytest.fixture
def room(make_room: MakeRoom) -> Room:
    return make_room(person=RUTH).open()


def show(room: Room) -> None:
    assert room.desk.quality.show()
    room.rest()


def test_last_week_s_calls_are_chosen_and_marked(room: Room, pages: list[QualityPage]) -> None:
    had_last_week(room)
    show(room)
    assert pages[-1].tab is Tab.TO_REVIEW
    assert [call.cells[0] for call in pages[-1].calls] == ["Drawn by lot"] * 2
    first = pages[-1].calls[0]
    room.desk.quality.mark(first.row, 3, frozenset({Cause.SPELLING}), "Ask for the spelling")
    room.rest()
    assert len(pages[-1].calls) == 1
    room.desk.quality.turn(Tab.REVIEWED)
    room.rest()
    (done,) = pages[-1].calls
    assert done.cells[0] == "Name spelled wrongly"
    assert (done.mark, done.note) == (3, "Ask for the spelling")
    room.desk.quality.turn(Tab.MONTH)
    room.rest()
    assert pages[-1].days == "November 2026"
    assert pages[-1].rows[0][:4] == ("Riverside Family Medicine", "1", "0", "3.0")


def test_the_second_to_mark_a_call_is_told(room: Room, pages: list[QualityPage]) -> None:
    had_last_week(room, count=1)
    show(room)
    (call,) = pages[-1].calls
    room.desk.quality.mark(call.row, 5, frozenset(), "")
    room.desk.quality.mark(call.row, 1, frozenset({Cause.LATE}), "")
    room.rest()
    assert room.notices[-1].title == "Somebody else has just changed this"
    assert rows_of(room.records, "SELECT mark FROM reviews") == [(5,)]


def test_a_receptionist_reads_her_own_and_nobody_else_s(
    make_room: MakeRoom, room: Room, pages: list[QualityPage], tmp_path: Path
) -> None:
    had_last_week(room, count=1)
    had_last_week(room, count=1, agent="Marcus Lee")
    show(room)
    for call in pages[-1].calls:
        room.desk.quality.mark(call.row, 4, frozenset({Cause.WORDS_LOST}), "In their own words")
    room.rest()
    room.close()
    (tmp_path / "dana").mkdir()
    hers = make_room(folder=tmp_path / "dana", records=room.records, person=DANA).open()
    found: list[QualityPage] = []
    hers.desk.quality.changed.connect(found.append)
    show(hers)
    (own,) = found[-1].calls
    assert own.note == "In their own words"
    assert not own.may_mark
    hers.desk.quality.open(own.row)
    hers.desk.quality.mark(own.row, 5, frozenset(), "")
    hers.rest()
    assert hers.notices[-1].title == "Not with your role"
    read = rows_of(room.records, "SELECT agent, mark FROM reviews WHERE seen_at IS NOT NULL")
    assert read == [("Dana Whitfield", 4)]


def test_nobody_marks_who_may_not(make_room: MakeRoom) -> None:
    room = make_room(person=DANA).open()
    had_last_week(room, count=1)
    found: list[QualityPage] = []
    room.desk.quality.changed.connect(found.append)
    show(room)
    assert found[-1].tabs == (Tab.OWN,)
    assert found[-1].calls == ()
    room.desk.quality.turn(Tab.TO_REVIEW)
    room.rest()
    assert found[-1].tab is Tab.OWN
