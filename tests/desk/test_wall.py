"""The wallboard's picture: out of the feed and the records, and honest about its age."""

from dataclasses import replace
from datetime import timedelta

from console.desk.floor.building import Names
from console.desk.floor.views import Doing
from console.desk.floor.wall import Step, WallView, wall
from console.desk.permissions import Person
from console.floor.day import Counted
from console.floor.thresholds import Level
from console.floor.view import FeedState, FloorView
from console.store.floor import FloorRows, Owed
from console.store.values import CallbackReason, Role
from console.store.work import OwedCallback
from scripts.loader import Library
from tests.desk.conftest import MakeRoom
from tests.desk.fake_feed import FakeFeed
from tests.desk.room import CALLER, MAPLE, RIVERSIDE, Room
from tests.desk.test_floor import RUTH, queue

SAM = Person("sam", "Sam Osei", Role.RECEPTIONIST)


def seen(room: Room) -> list[WallView]:
    views: list[WallView] = []
    room.desk.floor.wall.changed.connect(views.append)
    return views


def test_a_receptionist_opens_no_wallboard(make_room: MakeRoom) -> None:
    room = make_room(feed=FakeFeed(), person=SAM).open()
    assert not room.desk.floor.may_open_wall()
    assert room.notices[-1].title == "Not with your role"


def test_the_wall_has_the_queues_and_no_agents_by_name(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    views = seen(room)
    feed.tell(queue(room))
    assert not views  # nobody looks
    assert room.desk.floor.may_open_wall()
    room.desk.floor.wall.open()
    shown = views[-1]
    assert shown.step is Step.LIVE
    assert shown.waiting == 2
    assert shown.longest_practice == "Maple Pediatrics"
    assert dict(shown.states)[Doing.AVAILABLE] == 1
    assert dict(shown.states)[Doing.PAUSED] == 1
    assert (shown.share, shown.counted) == (0.7, 10)
    (breach,) = shown.breaches
    assert (breach.practice, breach.level, breach.waiting) == ("Maple Pediatrics", Level.ALARM, 1)
    assert CALLER not in repr(shown)
    assert "Dana" not in repr(shown)
    room.desk.floor.wall.leave()
    count = len(views)
    feed.tell(queue(room))
    assert len(views) == count


def test_it_says_since_when_it_is_not_in_step_and_comes_back(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    views = seen(room)
    room.desk.floor.wall.open()
    assert views[-1].step is Step.CONNECTING
    heard = room.clock.now.timestamp()
    feed.tell(queue(room, heard=heard))
    room.clock.forward(seconds=25)
    feed.tell(queue(room, heard=heard, state=FeedState.AWAY, trouble="The PBX has fallen silent."))
    assert (views[-1].step, views[-1].old_since) == (Step.OLD, heard)
    feed.tell(replace(queue(room), heard=heard, state=FeedState.CONNECTING))
    assert (views[-1].step, views[-1].old_since) == (Step.OLD, heard)
    feed.tell(queue(room, heard=room.clock.now.timestamp()))
    assert views[-1].step is Step.LIVE


def test_callers_who_gave_up_and_are_owed_a_call(make_room: MakeRoom) -> None:
    room = make_room(feed=FakeFeed(), person=RUTH).open()
    for uid, ago, why, practice in (
        ("first", 90, CallbackReason.ABANDONED, RIVERSIDE),
        ("last", 30, CallbackReason.ABANDONED, MAPLE),
        ("rang out", 10, CallbackReason.UNANSWERED, RIVERSIDE),
    ):
        since = room.clock.now - timedelta(minutes=ago)
        owed = OwedCallback(uid=uid, since=since, why=why, number=CALLER, practice_id=practice)
        room.book.write(owed)
    views = seen(room)
    room.desk.floor.wall.open()
    room.qtbot.waitUntil(lambda: views[-1].owed is not None)
    owed_calls = views[-1].owed
    assert owed_calls is not None
    assert owed_calls.callers == 2
    assert owed_calls.last_practice == "Maple Pediatrics"
    assert owed_calls.last_since == (room.clock.now - timedelta(minutes=30)).timestamp()


def test_without_a_pbx_it_is_the_desks_own_calls_and_old_once_the_records_are_away(
    make_room: MakeRoom,
) -> None:
    room = make_room(person=RUTH).open()
    views = seen(room)
    room.ring()
    room.look_up_done()
    room.desk.floor.wall.open()
    room.qtbot.waitUntil(lambda: views[-1].step is Step.RECORDS and views[-1].waiting == 1)
    looked = room.clock.now.timestamp()
    room.clock.forward(seconds=21)
    room.desk.floor.wall._tell()
    assert (views[-1].step, views[-1].old_since) == (Step.OLD, looked)
    assert views[-1].owed is None


def test_breaches_stand_worst_first_by_wait_or_by_share() -> None:
    now = 1_000_000.0
    view = FloorView(
        FeedState.LIVE,
        day={
            "slow": Counted(answered=10, within=5),
            "fair": Counted(answered=10, within=10),
            "late": Counted(answered=10, within=7),
        },
    )
    names = {"slow": "Slow", "fair": "Fair", "late": "Late"}
    shown = wall(view, FloorRows(), names, now, step=Step.LIVE, midnight=0.0)
    assert [(b.practice, b.level) for b in shown.breaches] == [
        ("Slow", Level.ALARM),
        ("Late", Level.WATCH),
    ]
    assert shown.breaches[0].share == 0.5


def test_nobody_owed_is_not_the_same_as_not_known() -> None:
    def owed(*, known: bool) -> object:
        rows, names = FloorRows(owed=Owed()), Names(Library(()))
        return wall(None, rows, names, 0.0, step=Step.RECORDS, midnight=0.0, owed_known=known).owed

    assert owed(known=True) is not None
    assert owed(known=False) is None
