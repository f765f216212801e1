"""The floor at a desk: the bar's figures, and the supervisor's page by feed and by records."""

from dataclasses import replace

from console.desk.floor.building import Names, page
from console.desk.floor.views import Doing, FloorPage
from console.desk.permissions import Person
from console.desk.views import Light
from console.floor.day import Counted
from console.floor.picture import Agent, AgentState, Waiting
from console.floor.thresholds import Level
from console.floor.view import FeedState, FloorView
from console.store.floor import FloorRows
from console.store.values import Role
from scripts.loader import Library
from tests.desk.conftest import MakeRoom
from tests.desk.fake_feed import FakeFeed
from tests.desk.room import CALLER, MAPLE, RIVERSIDE, Room

RUTH = Person("ruth", "Ruth Calder", Role.SUPERVISOR)


def seen(room: Room) -> list[FloorPage]:
    pages: list[FloorPage] = []
    room.desk.floor.changed.connect(pages.append)
    return pages


def queue(room: Room, **more: object) -> FloorView:
    now = room.clock.now.timestamp()
    view = FloorView(
        state=FeedState.LIVE,
        at=now,
        waiting=(
            Waiting("1", "answering", MAPLE, CALLER, now - 41),
            Waiting("2", "answering", RIVERSIDE, CALLER, now - 5),
        ),
        agents=(
            Agent("PJSIP/dana", "Dana Whitfield", device=AgentState.AVAILABLE, since=now - 9),
            Agent("PJSIP/evan", "Evan Lee", device=AgentState.AVAILABLE, paused=True,
                  pause_reason="Lunch", since=now),
        ),
        since=now,
        day={MAPLE: Counted(answered=8, within=7, abandoned=2, waited_s=80)},
    )  # fmt: skip
    return replace(view, **more)  # type: ignore[arg-type]


def test_the_bar_tells_the_queue_and_not_the_desk(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed).open()
    assert feed.on
    feed.tell(queue(room))
    assert room.status is not None
    assert room.status.waiting == 2
    assert room.status.longest_since is not None
    assert (room.clock.now - room.status.longest_since).total_seconds() == 41
    assert room.status.answered_in_20 == "70 %"
    assert room.status.lamps[-1].text == "Queue feed live"
    feed.tell(queue(room, state=FeedState.AWAY, trouble="The PBX has fallen silent."))
    assert room.status.waiting == 0  # the desk's own again: old figures would be believed
    assert (room.status.lamps[-1].light, room.status.lamps[-1].text) == (
        Light.WARN,
        "Queue feed away",
    )
    room.close()
    assert not feed.on


def test_without_a_feed_the_bar_is_as_it_was(room: Room) -> None:
    assert room.status is not None
    assert "Queue" not in "".join(lamp.text for lamp in room.status.lamps)


def test_a_receptionist_does_not_see_the_floor(make_room: MakeRoom) -> None:
    room = make_room(feed=FakeFeed()).open()
    assert not room.desk.floor.show()
    assert room.notices[-1].title == "Not with your role"


def test_the_supervisors_page_by_the_feed(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    pages = seen(room)
    feed.tell(queue(room))
    assert not pages  # nobody looks
    assert room.desk.floor.show()
    room.qtbot.waitUntil(lambda: bool(pages))
    shown = pages[-1]
    tiles = {tile.head: tile for tile in shown.tiles}
    assert tiles["Waiting"].value == "2"
    assert (tiles["Longest wait"].level, tiles["Longest wait"].word) == (
        Level.ALARM,
        "✕ too much",
    )
    assert (tiles["Answered in 20 s"].value, tiles["Answered in 20 s"].word) == ("70 %", "▲ watch")
    assert tiles["Abandoned"].value == "20.0 %"
    assert tiles["Agents on"].value == "2 of 2"
    assert [row.name for row in shown.practices[:2]] == [
        "Maple Pediatrics",
        "Riverside Family Medicine",
    ]
    assert [(a.name, a.doing, a.detail) for a in shown.agents] == [
        ("Dana Whitfield", Doing.AVAILABLE, ""),
        ("Evan Lee", Doing.PAUSED, "Lunch"),
    ]
    feed.tell(queue(room, state=FeedState.AWAY, trouble="The PBX has fallen silent."))
    assert pages[-1].stale
    assert "fallen silent" in pages[-1].note
    room.desk.floor.leave()
    count = len(pages)
    feed.tell(queue(room))
    assert len(pages) == count


def test_an_agent_taken_out_and_back_in_is_on_record(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed, person=RUTH).open()
    feed.tell(queue(room))
    room.desk.floor.places.pause("PJSIP/dana")
    room.desk.floor.places.pause("PJSIP/evan")
    room.desk.floor.places.pause("PJSIP/nobody")
    assert feed.asked == [
        ("PJSIP/dana", True, "By the supervisor"),
        ("PJSIP/evan", False, "By the supervisor"),
    ]
    feed.refused.emit("The PBX would not do it (Permission denied).")
    assert room.notices[-1].title == "Not done"


def test_who_may_see_the_floor_may_not_act_on_it(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    adele = Person("adele", "Adele Byrne", Role.ADMINISTRATOR)
    room = make_room(feed=feed, person=adele).open()
    feed.tell(queue(room))
    assert room.desk.floor.show()
    room.desk.floor.places.pause("PJSIP/dana")
    assert not feed.asked
    assert room.notices[-1].title == "Not with your role"


def test_without_a_pbx_the_page_is_the_desks_own_calls(
    make_room: MakeRoom, library: Library
) -> None:
    room = make_room(person=RUTH).open()
    practice = library.by_id(RIVERSIDE)
    assert practice is not None
    pages = seen(room)
    room.ring()
    room.look_up_done()
    assert room.desk.floor.show()
    room.qtbot.waitUntil(lambda: bool(pages) and pages[-1].tiles[0].value == "1")
    room.up()
    room.qtbot.waitUntil(lambda: pages[-1].tiles[0].value == "0", timeout=8000)
    (agent,) = [each for each in pages[-1].agents if each.doing is Doing.ON_CALL]
    assert (agent.name, agent.detail) == ("Ruth Calder", practice.name)
    assert not agent.interface
    assert pages[-1].hours[-1] == 1
    assert "No queue feed" in pages[-1].note


def test_too_few_answered_in_time_is_not_too_much() -> None:
    rows = FloorRows(day={MAPLE: Counted(answered=4, within=1, abandoned=6, waited_s=400)})
    shown = page(None, rows, (), Names(Library(())), 0.0)
    words = {tile.head: tile.word for tile in shown.tiles}
    assert words["Answered in 20 s"] == "✕ too few"
    assert words["Abandoned"] == "✕ too much"
