"""A queue that turns red is heard once, at the right desks, and never over a caller."""

from dataclasses import replace

import pytest

from console.desk.permissions import Person
from console.desk.views import Light
from console.floor.breach import FloorRules, Hears
from console.floor.picture import Waiting
from console.floor.thresholds import Limits, Thresholds
from console.floor.view import FeedState, FloorView
from console.store.values import Role
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.fake_feed import FakeFeed
from tests.desk.room import CALLER, MAPLE, RIVERSIDE, Room
from tests.desk.test_floor import RUTH

SAM = Person("sam", "Sam Osei", Role.RECEPTIONIST)
HEARD = wire.TrySound(wire.SoundTrial.ALERT)


def heard(room: Room) -> int:
    return room.engine.sent.count(HEARD)


def tell(room: Room, feed: FakeFeed, *waited: float, practice: str = MAPLE) -> None:
    now = room.clock.now.timestamp()
    callers = tuple(
        Waiting(str(number), "answering", practice, CALLER, now - seconds)
        for number, seconds in enumerate(waited)
    )
    feed.tell(FloorView(FeedState.LIVE, at=now, waiting=callers))


def lamps(room: Room) -> list[tuple[Light, str]]:
    assert room.status is not None
    return [(lamp.light, lamp.text) for lamp in room.status.lamps if "breach" in lamp.text]


def test_once_with_a_sentence_and_a_lamp_until_it_is_well(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    tell(room, feed, 30)
    assert (heard(room), lamps(room)) == (0, [])
    tell(room, feed, 41, 12)
    assert heard(room) == 1
    assert room.notices[-1].title == "✕ Queue in breach: Maple Pediatrics"
    assert room.notices[-1].text.startswith("2 callers wait, the longest 0:41.")
    assert CALLER not in room.notices[-1].text
    assert lamps(room) == [(Light.BAD, "✕ 1 queue in breach")]
    tell(room, feed, 50)
    assert heard(room) == 1
    tell(room, feed)
    assert lamps(room) == []
    tell(room, feed, 60)
    assert heard(room) == 2


def test_time_alone_turns_it_red(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    tell(room, feed, 39)
    room.clock.forward(seconds=2)
    room.qtbot.waitUntil(lambda: heard(room) == 1)


def test_not_over_a_caller_who_is_here_but_the_lamp_says_it(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    room.ring()
    room.up()
    count = len(room.notices)
    tell(room, feed, 41)
    assert (heard(room), len(room.notices)) == (0, count)
    assert lamps(room)
    room.over()
    tell(room, feed, 45)
    assert heard(room) == 0  # what was not heard then is not made up for


def test_silenced_by_a_key_and_heard_again(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    room.desk.floor.alarm.toggle()
    assert room.engine.sent[-1] == wire.TrySound(wire.SoundTrial.ALERT, on=False)
    tell(room, feed, 41)
    assert (heard(room), len(lamps(room))) == (0, 1)
    room.desk.floor.alarm.toggle()
    tell(room, feed)
    tell(room, feed, 41)
    assert heard(room) == 1


@pytest.mark.parametrize(
    ("hears", "person", "count"),
    [
        (Hears.SUPERVISORS, RUTH, 1),
        (Hears.SUPERVISORS, SAM, 0),
        (Hears.EVERYONE, SAM, 1),
        (Hears.NOBODY, RUTH, 0),
    ],
)
def test_at_whose_desk_is_a_setting(
    make_room: MakeRoom, hears: Hears, person: Person, count: int
) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=person, floor_rules=FloorRules(hears=hears)).open()
    tell(room, feed, 41)
    assert heard(room) == count
    assert bool(lamps(room)) == (count == 1 or person is RUTH)


def test_a_locked_desk_is_silent(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    room.desk._stage.health.locked = True
    tell(room, feed, 41)
    assert heard(room) == 0


def test_a_feed_that_comes_back_repeats_nothing(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    tell(room, feed, 41)
    feed.tell(replace(feed.view, state=FeedState.AWAY))
    tell(room, feed, 55)
    assert heard(room) == 1


def test_the_page_and_the_sound_go_by_a_practices_own_thresholds(make_room: MakeRoom) -> None:
    own = Thresholds(wait_watch_s=60, wait_alarm_s=120)
    feed = FakeFeed()
    rules = FloorRules(Limits(own={RIVERSIDE: own}))
    room = make_room(feed=feed, person=RUTH, floor_rules=rules).open()
    pages = []
    room.desk.floor.changed.connect(pages.append)
    tell(room, feed, 50, practice=RIVERSIDE)
    assert heard(room) == 0
    room.desk.floor.show()
    room.qtbot.waitUntil(lambda: bool(pages))
    row = next(row for row in pages[-1].practices if row.practice == RIVERSIDE)
    assert row.limits == own
    assert next(t for t in pages[-1].tiles if t.head == "Longest wait").word == ""
    assert pages[-1].sound == "on"
