"""Who is on call, changed during the day at one desk and so at every other."""

from datetime import datetime

import pytest

from console.desk.oncall.views import NEXT, EntryState, Put, Vacation
from console.desk.permissions import Person
from console.store.values import Role
from scripts.entered import ChangeAct
from scripts.oncall import OnCall, on_call_at
from tests.desk.conftest import MakeRoom
from tests.desk.room import MAPLE, Room

at = datetime.fromisoformat
TONIGHT = Put(
    act=ChangeAct.REPLACE,
    provider="reyes",
    by="abara",
    start=at("2026-11-24T18:00"),
    end=at("2026-11-25T07:30"),
    why="Theatre",
)


@pytest.fixture
def two(make_room: MakeRoom, room: Room) -> tuple[Room, Room]:
    for each in (room, other := make_room(records=room.records).open()):
        each.clock.forward(hours=10)  # Tue 20:00 in Des Moines
    return room, other


def on_call(room: Room, practice: str = MAPLE) -> OnCall:
    found = room.desk.scripts.library.by_id(practice)
    assert found is not None
    who = on_call_at(found, room.clock())
    assert who is not None
    return who


def test_what_is_entered_at_one_desk_holds_at_the_other_within_a_second(
    two: tuple[Room, Room],
) -> None:
    one, other = two
    other.take(to=MAPLE)
    assert other.pop is not None
    assert other.pop.on_call is not None
    assert "Reyes" in other.pop.on_call.name
    assert one.desk.rota_changes.enter(MAPLE, TONIGHT)
    assert on_call(one).provider.id == "abara"
    other.qtbot.waitUntil(lambda: on_call(other).provider.id == "abara", timeout=5_000)
    assert on_call(other).source == "override by Dana Whitfield, 20:00"
    # the call on the line too: its pop, and whom F9 would reach
    assert other.pop.on_call is not None
    assert "Abara" in other.pop.on_call.name
    assert "override by Dana Whitfield, 20:00" in other.pop.on_call.until
    other.desk.choose_type(next(kind for kind, _, _ in other.pop.call_types if kind == "urgent"))
    other.desk.escalate()
    assert other.escalation is not None
    assert "Abara" in other.escalation.provider


def test_an_entry_is_listed_with_who_when_and_why_until_it_is_ended(
    two: tuple[Room, Room],
) -> None:
    one, other = two
    changes = one.desk.rota_changes
    assert changes.enter(MAPLE, TONIGHT)
    (entry,) = changes.entries(MAPLE)
    assert "Abara in the place of" in entry.what
    assert (entry.why, entry.state, entry.can_end) == ("Theatre", EntryState.NOW, True)
    assert entry.made == "override by Dana Whitfield, Tue 24 Nov 20:00"
    other.qtbot.waitUntil(lambda: len(other.desk.rota_changes.entries(MAPLE)) == 1, timeout=5_000)
    one.clock.forward(minutes=30)
    other.clock.forward(minutes=30)
    assert not other.desk.rota_changes.end(MAPLE, entry.group, " ")
    assert other.desk.rota_changes.end(MAPLE, entry.group, "Reyes is back")
    one.qtbot.waitUntil(lambda: on_call(one).provider.id == "reyes", timeout=5_000)
    (entry,) = changes.entries(MAPLE)
    assert (entry.state, entry.can_end) == (EntryState.ENDED, False)
    assert not changes.end(MAPLE, entry.group, "again")
    one.rest()
    assert one.rows("select made_by, ended_by, ended_why from rota_changes") == [
        ("Dana Whitfield", "Dana Whitfield", "Reyes is back")
    ]


def test_a_plan_is_tried_before_it_is_entered_and_changes_nothing(room: Room) -> None:
    room.clock.forward(hours=10)
    changes = room.desk.rota_changes
    away = Vacation(
        provider="reyes", start=at("2026-11-24T20:00"), end=at("2026-12-01T00:00"), to=NEXT,
        why="Vacation",
    )  # fmt: skip
    shown = changes.preview(MAPLE, away)
    assert not shown.problem
    assert "Tue 24 Nov 20:00 to Wed 25 Nov 07:30" in shown.lines[0].words
    assert "instead of" in shown.lines[0].words
    assert not any(line.gap for line in shown.lines)
    assert changes.entries(MAPLE) == ()
    wrong = changes.preview(MAPLE, Put(**{**_facts(TONIGHT), "by": "nobody"}))
    assert "no provider" in wrong.problem
    again = Put(**{**_facts(TONIGHT), "act": ChangeAct.REMOVE, "by": "", "provider": "patel"})
    assert "not on call" in changes.preview(MAPLE, again).problem


def _facts(plan: Put) -> dict:
    return {name: getattr(plan, name) for name in Put.__slots__}


def test_while_the_records_are_away_it_holds_here_and_is_written_later(
    make_room: MakeRoom, room: Room
) -> None:
    room.clock.forward(hours=10)
    room.close()
    lonely = make_room(folder=room.folder / "lonely", records=room.folder / "no" / "such")
    (room.folder / "no").write_text("in the way")
    lonely.clock.forward(hours=10)
    lonely.open()
    assert lonely.desk.rota_changes.enter(MAPLE, TONIGHT)
    lonely.rest()
    assert on_call(lonely).provider.id == "abara"
    (room.folder / "no").unlink()
    (room.folder / "no").mkdir()
    lonely.retry()
    lonely.rest()
    assert on_call(lonely).provider.id == "abara"
    assert lonely.rows("select provider, by_provider from rota_changes") == [("reyes", "abara")]


def test_a_desk_that_starts_while_the_records_are_away_knows_what_was_entered(
    make_room: MakeRoom, room: Room
) -> None:
    room.clock.forward(hours=10)
    assert room.desk.rota_changes.enter(MAPLE, TONIGHT)
    room.rest()
    room.qtbot.waitUntil((room.folder / "rota-entered.json").exists, timeout=5_000)
    room.close()
    (room.folder / "in the way").write_text("")
    again = make_room(records=room.folder / "in the way" / "records")
    again.clock.forward(hours=10)
    again.open()
    assert on_call(again).provider.id == "abara"


def test_a_confirmation_is_shown_where_who_is_on_call_is_shown(two: tuple[Room, Room]) -> None:
    one, other = two
    other.take(to=MAPLE)
    assert one.desk.rota_changes.confirm(MAPLE)
    other.qtbot.waitUntil(lambda: on_call(other).confirmed is not None, timeout=5_000)
    assert other.pop is not None
    assert other.pop.on_call is not None
    assert "Confirmed 20:00 by Dana Whitfield" in other.pop.on_call.then
    assert one.rows("select provider, said_by from rota_confirmations") == [
        ("reyes", "Dana Whitfield")
    ]


def test_nobody_signed_in_and_no_liaison_changes_a_rota(make_room: MakeRoom) -> None:
    for person in (None, Person("lia", "Lia", Role.LIAISON, MAPLE)):
        room = make_room(person=person).open()
        changes = room.desk.rota_changes
        assert not changes.may_change(MAPLE)
        assert not changes.enter(MAPLE, TONIGHT)
        assert not changes.confirm(MAPLE)
        assert room.notices
        room.close()


def test_what_is_over_is_told_as_over(room: Room) -> None:
    room.clock.forward(hours=10)
    changes = room.desk.rota_changes
    later = {**_facts(TONIGHT), "start": at("2026-12-01T18:00"), "end": at("2026-12-02T07:30")}
    assert changes.enter(MAPLE, TONIGHT)
    assert changes.enter(MAPLE, Put(**later))
    room.clock.forward(hours=30)
    assert [each.state for each in changes.entries(MAPLE)] == [EntryState.COMING, EntryState.OVER]
