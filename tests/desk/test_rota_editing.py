"""A rota changed on its page: tried as it is typed, written when it is what was seen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from console.desk.oncall.views import Put
from console.desk.permissions import Person
from console.desk.rota.edit_views import EditKind, EditView, Way
from console.desk.rota.editing import ANEW, CLASH
from console.desk.rota.typed import NotAMoment, read_moment
from console.desk.rota.views import Mark, RotaPage, ShiftView
from console.store.values import Role
from scripts.entered import ChangeAct
from tests.desk.conftest import MakeRoom
from tests.desk.room import MAPLE, RIVERSIDE, Room

at = datetime.fromisoformat
RUTH = Person("ruth", "Ruth Calder", Role.SUPERVISOR)
LIA = Person("lia", "Lia Holt", Role.LIAISON, MAPLE)


class Seat:
    """A supervisor at the page, with what its window shows."""

    def __init__(self, room: Room, practice: str = RIVERSIDE) -> None:
        self.room, self.practice = room, practice
        self.page: RotaPage | None = None
        self.sheet: EditView | None = None
        self.editing = room.desk.rota.editing
        room.desk.rota.changed.connect(lambda page: setattr(self, "page", page))
        self.editing.changed.connect(lambda view: setattr(self, "sheet", view))
        room.desk.rota.show()
        room.desk.rota.choose(practice)
        room.rest()

    def shift(self, hours: str, day: int, tier: int = 0) -> ShiftView:
        """Return the shift with these hours that begins on a day of the month."""
        assert self.page is not None
        return next(
            each for each in self.page.shifts
            if (each.hours, each.tier) == (hours, tier)
            and dict(each.facts)["From"].split()[1] == str(day)
        )  # fmt: skip

    @property
    def view(self) -> EditView:
        assert self.sheet is not None
        return self.sheet

    def type(self, **more: object) -> None:
        """Type, and wait for what would change."""
        seen = self.sheet
        self.editing.type(replace(self.view.typed, **more))  # type: ignore[arg-type]
        self.room.qtbot.waitUntil(lambda: self.sheet is not seen, timeout=3_000)

    def write(self, **more: object) -> None:
        self.editing.write(replace(self.view.typed, **more))  # type: ignore[arg-type]
        self.room.rest()

    def told(self) -> str:
        notice = self.room.notices[-1]
        return f"{notice.title}: {notice.text}"


@pytest.fixture
def seat(make_room: MakeRoom) -> Seat:
    return Seat(make_room(person=RUTH).open())


@pytest.fixture
def other(make_room: MakeRoom, seat: Seat) -> Seat:
    return Seat(make_room(person=Person("amy", "Amy Marsh", Role.SUPERVISOR)).open())


def test_an_override_is_tried_as_it_is_typed_and_then_written(seat: Seat) -> None:
    seat.editing.override(RIVERSIDE, seat.shift("17:00–07:00", 24))
    view = seat.view
    assert (view.kind, view.problem, view.can_write) == (EditKind.OVERRIDE, "", False)
    assert (view.typed.start, view.typed.end) == ("2026-11-24 17:00", "2026-11-25 07:00")
    seat.type(search="ort")
    assert seat.view.typed.person == "ortega"
    assert seat.view.lines == (
        "Tue 24 Nov 17:00 to Wed 25 Nov 07:00: Dr. Luis Ortega instead of Dr. Ifeoma Okafor, then "
        "Dr. Luis Ortega after 10 min",
    )
    assert not seat.view.can_write  # nobody has said why
    seat.type(end="25 Nov 02:00", why="Wedding")
    assert seat.view.can_write
    seat.write()
    assert seat.sheet is None
    changed = seat.shift("17:00–02:00", 24)
    assert (changed.mark, changed.short, bool(changed.change)) == (Mark.CHANGED, "Ortega", True)
    facts = dict(changed.facts)
    assert facts["In place of"] == "Dr. Ifeoma Okafor"
    assert facts["Why"] == "Wedding"
    assert facts["Entered by"] == "Ruth Calder, Tue 24 Nov 10:00"


def test_what_has_not_been_looked_at_is_not_written(seat: Seat) -> None:
    seat.editing.override(RIVERSIDE, seat.shift("17:00–07:00", 24))
    seat.write(search="ort", why="Wedding")
    assert seat.view.note == ANEW
    seat.write()
    assert seat.sheet is None


def test_what_cannot_be_is_said_and_nothing_typed_is_lost(seat: Seat) -> None:
    for typed, problem in (
        ({"start": "half past"}, "“half past” is not a time"),
        ({"end": "2026-11-24 16:00"}, "It ends before it starts"),
        ({"search": "nobody of that name"}, "nobody is chosen yet"),
        ({"way": Way.ADD, "after": "soon"}, "is not a number of minutes"),
    ):
        seat.editing.override(RIVERSIDE, seat.shift("17:00–07:00", 24))
        seat.type(**{"search": "ort", "why": "Wedding"} | typed)
        assert problem in seat.view.problem
        assert not seat.view.can_write
        assert seat.view.typed.why == "Wedding"
        seat.write()
        assert seat.sheet is not None


def test_what_another_desk_writes_meanwhile_is_told_and_seen_before_it_is_written_over(
    seat: Seat, other: Seat
) -> None:
    seat.editing.override(RIVERSIDE, seat.shift("07:00–17:00", 25))
    seat.type(search="ort", why="Wedding")
    plan = Put(
        act=ChangeAct.REMOVE, provider="ortega", start=at("2026-11-25T07:00"),
        end=at("2026-11-25T12:00"), why="Flu",
    )  # fmt: skip
    assert other.room.desk.rota_changes.enter(RIVERSIDE, plan)
    seat.room.clock.forward(seconds=1)
    seat.room.qtbot.waitUntil(lambda: seat.view.note == CLASH, timeout=3_000)
    assert seat.view.typed.why == "Wedding"
    assert seat.view.lines[0].endswith("12:00: Dr. Luis Ortega instead of Dr. Ifeoma Okafor")
    seat.write()
    assert seat.sheet is None


def test_two_who_write_for_the_same_hours_are_told_of_each_other(seat: Seat, other: Seat) -> None:
    for each in (seat, other):
        each.editing.override(RIVERSIDE, each.shift("17:00–07:00", 24))
    seat.type(search="ort", why="Wedding")
    other.type(way=Way.TAKE_OUT, why="Flu")
    seat.write()
    other.room.clock.forward(seconds=1)
    other.editing.write(other.view.typed)  # before it has heard of the other
    both: Callable[[Seat], bool] = lambda each: "Two changes" in each.told()  # noqa: E731
    if other.sheet is None:
        seat.room.qtbot.waitUntil(lambda: both(seat), timeout=3_000)
        assert "by Amy Marsh" in seat.told()
    else:
        assert other.view.note or other.view.problem


def test_two_shifts_are_swapped(seat: Seat) -> None:
    first, second = seat.shift("17:00–07:00", 24), seat.shift("Thu 00:00–Sat 00:00", 26)
    seat.editing.swap(RIVERSIDE, first, first)
    assert "same person" in seat.told()
    seat.editing.swap(RIVERSIDE, first, second)
    assert len(seat.view.lines) == 2
    seat.type(why="They asked")
    seat.write()
    assert seat.shift("17:00–07:00", 24).short == "Ortega"
    assert seat.shift("Thu 00:00–Sat 00:00", 26).short == "Okafor"


def test_who_is_away_has_every_shift_of_the_days_taken(seat: Seat) -> None:
    seat.editing.vacation(RIVERSIDE, seat.shift("07:00–17:00", 25))
    seat.type(start="2026-11-25", end="2026-11-25", why="Conference")
    assert seat.view.ways[0] is Way.NEXT
    assert seat.view.lines[0].startswith("Wed 25 Nov 00:00")
    seat.type(way=Way.ONE, search="ortega")
    seat.write()
    assert seat.page is not None
    first = {seat.page.shifts[p.shift].short for p in seat.page.days[2].pieces if p.tier == 0}
    assert first == {"Ortega"}


def test_a_gap_is_filled_by_a_shift_of_its_own(make_room: MakeRoom) -> None:
    seat = Seat(make_room(person=RUTH).open(), MAPLE)
    gap = next(s for s in seat.page.shifts if s.mark is Mark.GAP and s.soon)  # type: ignore[union-attr]
    before = len(seat.page.troubles)  # type: ignore[union-attr]
    seat.editing.override(MAPLE, gap)
    assert seat.view.ways == (Way.SHIFT, Way.ADD)
    seat.type(search="reyes", why="Covers the hour")
    seat.write()
    assert len(seat.page.troubles) == before - 1  # type: ignore[union-attr]


def test_a_change_is_removed_with_a_reason_and_only_once(seat: Seat, other: Seat) -> None:
    seat.editing.remove(RIVERSIDE, seat.shift("17:00–07:00", 24))
    assert "no change to remove" in seat.told()
    seat.editing.override(RIVERSIDE, seat.shift("17:00–07:00", 24))
    seat.type(search="ort", why="Wedding")
    seat.write()
    changed = seat.shift("17:00–07:00", 24)
    seat.editing.remove(RIVERSIDE, changed)
    assert seat.view.lines[0].startswith(
        "Tue 24 Nov 17:00 to Wed 25 Nov 07:00: Dr. Ifeoma Okafor, then Dr. Luis Ortega instead of"
    )
    other.room.qtbot.waitUntil(
        lambda: bool(other.room.desk.rota_changes.entries(RIVERSIDE)), timeout=3_000
    )
    assert other.room.desk.rota_changes.end(RIVERSIDE, changed.change, "Called off")
    seat.room.qtbot.waitUntil(lambda: bool(seat.view.problem), timeout=3_000)
    assert "gone already" in seat.view.problem
    assert not seat.view.can_write


def test_who_is_on_call_is_confirmed_and_stands_in_the_head(seat: Seat) -> None:
    seat.editing.confirm(RIVERSIDE, seat.shift("07:00–17:00", 24))
    assert seat.view.lines == (
        "Dr. Ifeoma Okafor is on call until Thu 26 Nov 00:00, was asked, and knows it.",
    )
    seat.write()
    assert seat.page is not None
    assert seat.page.head is not None
    assert dict(seat.page.head.facts)["Confirmed"] == "10:00 by Ruth Calder"


def test_whoever_may_not_is_told_for_whom_it_is(seat: Seat, make_room: MakeRoom) -> None:
    shift = seat.shift("17:00–07:00", 24)
    lia = make_room(person=LIA).open()
    lia.desk.rota.editing.override(RIVERSIDE, shift)
    assert lia.notices[-1].title == "Not with your role"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-12-24 17:00", "2026-12-24T17:00"),
        ("2026-12-24T17:00", "2026-12-24T17:00"),
        ("24 Dec 17:00", "2026-12-24T17:00"),
        ("Thu 24 December, 17:00", "2026-12-24T17:00"),
        ("3 Jan 08:00", "2027-01-03T08:00"),
        ("8:30", "2026-12-20T08:30"),
        ("2026-12-24 24:00", "2026-12-25T00:00"),
        ("2026-12-24", "2026-12-25T00:00"),
    ],
)
def test_a_time_is_read_as_it_is_said(text: str, read: str) -> None:
    assert read_moment(text, near=at("2026-12-20T17:00"), ends=True) == at(read)


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30 10:00", "25:00", "12 Foo 10:00"])
def test_what_is_no_time_is_refused_with_what_to_write(text: str) -> None:
    if text:
        with pytest.raises(NotAMoment, match="write 2026-11-24 17:00"):
            read_moment(text, near=at("2026-12-20T17:00"))
    else:
        assert read_moment(text, near=at("2026-12-20T17:00")) == at("2026-12-20T00:00")
