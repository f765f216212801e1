"""Somebody who may search finds a caller of one practice without a call from them."""

from datetime import timedelta

import pytest

from console.desk.callers.port import HistoryView, SearchView, Typed
from console.desk.permissions import Person, Rights
from console.store.errors import Away, RecordsAway
from console.store.session import Records
from console.store.values import Role
from scripts.calltypes import CallType
from tests.desk.conftest import MakeRoom
from tests.desk.room import CALLER, DANA, LAKESHORE, MAPLE, RIVERSIDE, Room
from tests.desk.test_on_record import NAME, a_refill, deeds, on_record

SUE = Person("sue", "Sue Pervis", Role.SUPERVISOR)


class Search:
    """The search as its window sees it."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.view: SearchView | None = None
        self.history: HistoryView | None = None
        room.desk.callers.shown.connect(lambda view: setattr(self, "view", view))
        room.desk.callers.history_changed.connect(lambda view: setattr(self, "history", view))
        room.desk.callers.open()

    def names(self, practice: str = RIVERSIDE, **typed: str) -> list[str]:
        self.room.desk.callers.search(Typed(practice, **typed))
        self.room.rest()
        assert self.view is not None
        return [line.cells[0] for line in self.view.lines]


def test_a_caller_is_found_as_heard_and_their_history_opened(make_room: MakeRoom) -> None:
    room = make_room(person=SUE).open()
    a_refill(room)
    search = Search(room)
    assert search.names(name="Ruth Olson") == [NAME]
    assert search.names(number="515-555-0142") == [NAME]
    assert search.names(MAPLE, name="Ruth Olsen") == []
    assert search.view is not None
    assert "Nobody of this practice fits" in search.view.note
    assert search.names(name="Ruth Olsen", number=CALLER) == [NAME]
    room.desk.callers.open_history(0)
    room.rest()
    assert search.history is not None
    assert search.history.title == NAME
    assert [item.title for item in search.history.items] == ["Message"]
    room.desk.callers.leave()
    assert (search.view, search.history) == (None, None)


def test_what_was_looked_for_by_is_on_record_and_never_the_words(make_room: MakeRoom) -> None:
    room = make_room(person=SUE).open()
    a_refill(room)
    search = Search(room)
    search.names(name=NAME, born="05/04/1979")
    room.desk.callers.open_history(0)
    room.rest()
    (row,) = on_record(room, events=("searched",), kinds=("caller",))
    assert (row.person, row.practice_id, row.detail) == ("Sue Pervis", RIVERSIDE, "name,birth_date")
    assert ("saw", "message") in deeds(room, person="Sue Pervis")
    assert not any("ruth" in repr(row).lower() for row in on_record(room))


def test_what_cannot_be_looked_for_is_told_at_its_field(make_room: MakeRoom) -> None:
    search = Search(make_room(person=SUE).open())
    for typed, wrong in (
        ({}, "name"),
        ({"born": "05/04/1979"}, "name"),
        ({"name": "--"}, "name"),
        ({"number": "555"}, "number"),
        ({"name": NAME, "born": "31/31/1979"}, "born"),
        ({"name": NAME, "born": "05/04/2999"}, "born"),
    ):
        assert search.names(**typed) == []
        assert search.view is not None
        assert search.view.wrong == wrong
        assert search.view.problem
    assert ("searched", "caller") not in deeds(search.room)


def test_a_receptionist_searches_in_an_emergency_only(room: Room) -> None:
    a_refill(room)
    search = Search(room)
    assert search.view is None
    assert "Ctrl+Y" in room.notices[-1].text
    room.desk._stage.rights = Rights(DANA, glass_until=room.clock() + timedelta(minutes=15))
    room.desk.callers.open()
    assert search.names(name=NAME) == [NAME]
    room.clock.forward(minutes=16)
    room.desk.callers.open_history(0)
    room.rest()
    assert search.history is None
    assert room.notices[-1].title == "Not with your role"


def test_a_search_begins_in_the_practice_of_the_call_and_says_when_the_records_are_away(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = make_room(person=SUE).open()
    room.take(to=LAKESHORE)
    room.desk.choose_type(CallType.QUESTION)
    search = Search(room)
    assert search.view is not None
    assert search.view.typed.practice == LAKESHORE

    def away(*_: object) -> None:
        raise RecordsAway(Away.LOCKED)

    with monkeypatch.context() as patch:
        patch.setattr(Records, "session", away)
        assert search.names(LAKESHORE, name=NAME) == []
    assert "away" in search.view.note
