"""A wrap-up is timed, extended by a key, and over in desk and queue at once."""

from datetime import timedelta

import pytest

from console.desk.views import DeskState, LineState
from console.floor.pausing import wrap_up_of
from console.floor.picture import Agent, AgentState
from console.floor.view import FeedState, FloorView
from console.floor.wrapping import WrapUpRules
from scripts.calltypes import CallType
from tests.desk.conftest import MakeRoom
from tests.desk.fake_feed import FakeFeed
from tests.desk.room import Room
from tests.desk.test_queue_place import DANA, Seated


@pytest.fixture
def desk(make_room: MakeRoom) -> Seated:
    return Seated(make_room)


def wraps(desk: Seated) -> Room:
    """A caller has gone, and the form is unfinished."""
    desk.room.take()
    desk.room.fill(CallType.QUESTION)
    desk.room.over()
    return desk.room


def pass_time(room: Room, seconds: float) -> None:
    room.clock.forward(seconds=seconds)
    room.desk._wrap_up._look()  # what its timer does


def test_it_counts_down_and_the_queue_is_told_for_how_long(desk: Seated) -> None:
    room = wraps(desk)
    view = desk.status.wrap_up
    assert view is not None
    assert view.until == room.clock.now + timedelta(seconds=60)
    assert (view.needs_outcome, view.more) == (True, 2)
    assert [asked[1:] for asked in desk.feed.asked] == [(True, "Wrapping up, 60 s")]


def test_the_outcome_ends_it_in_both_at_once(desk: Seated) -> None:
    room = wraps(desk)
    desk.obey()
    room.finish()
    assert desk.status.state is DeskState.AVAILABLE
    assert desk.status.wrap_up is None
    assert desk.obey() == (False, "")


def test_without_an_outcome_it_is_over_its_time_and_goes_on(desk: Seated) -> None:
    room = wraps(desk)
    desk.obey()
    pass_time(room, 61)
    assert room.notices[-1].title == "Wrap-up is over its time"
    assert desk.status.state is DeskState.WRAP_UP
    assert not desk.feed.asked
    count = len(room.notices)
    pass_time(room, 30)
    assert len(room.notices) == count
    room.desk.set_ready(True)  # the outcome is required
    assert desk.status.state is DeskState.WRAP_UP
    room.finish()
    assert desk.obey() == (False, "")


def test_more_time_as_often_as_is_set(desk: Seated) -> None:
    room = wraps(desk)
    room.desk.more_time()
    assert desk.obey() == (True, "Wrapping up, 120 s")
    room.desk.more_time()
    assert desk.obey() == (True, "Wrapping up, 180 s")
    room.desk.more_time()
    assert room.notices[-1].title == "No more time"
    assert "extended 2 times" in room.notices[-1].text
    assert not desk.feed.asked


def test_time_that_was_asked_for_lasts_beyond_the_outcome(desk: Seated) -> None:
    room = wraps(desk)
    room.desk.more_time()
    desk.obey()
    room.finish()
    assert desk.status.state is DeskState.WRAP_UP
    assert desk.status.wrap_up is not None
    assert not desk.status.wrap_up.needs_outcome
    assert not desk.feed.asked
    pass_time(room, 119)
    assert desk.status.state is DeskState.WRAP_UP
    pass_time(room, 2)
    assert desk.status.state is DeskState.AVAILABLE
    assert desk.obey() == (False, "")


def test_ready_ends_it_early_once_the_form_is_saved(desk: Seated) -> None:
    room = wraps(desk)
    room.desk.more_time()
    room.finish()
    assert desk.status.away  # so that the key means ready
    room.desk.set_ready(True)
    room.qtbot.waitUntil(lambda: desk.status.state is DeskState.AVAILABLE)
    assert desk.obey() == (False, "")


def test_a_break_begins_after_call_and_wrap_up(desk: Seated) -> None:
    desk.room.take()
    desk.room.fill(CallType.QUESTION)
    desk.room.desk.take_break("Lunch")
    assert desk.status.state_label == "On a call, then Lunch"
    assert desk.obey() == (True, "Lunch")  # no other call comes
    desk.room.over()
    assert desk.status.state_label == "Wrap-up, then Lunch"
    assert desk.obey() == (True, "Wrapping up, 60 s")
    desk.room.finish()
    assert desk.status.state_label == "Not ready: Lunch"
    assert desk.obey() == (True, "Lunch")


def test_a_form_saved_before_the_caller_goes_needs_no_wrap_up(desk: Seated) -> None:
    desk.room.take()
    desk.room.fill(CallType.QUESTION)
    desk.room.finish()
    desk.room.over()
    assert desk.status.state is DeskState.AVAILABLE
    assert not desk.feed.asked


def test_the_queues_own_time_after_a_call_is_the_desks_too(desk: Seated) -> None:
    room, now = desk.room, desk.room.clock.now.timestamp()

    def tell(*, paused: bool, reason: str = "") -> None:
        own = Agent(DANA, "Dana", device=AgentState.AVAILABLE, wrap_up_until=now + 20,
                    paused=paused, pause_reason=reason)  # fmt: skip
        desk.feed.tell(FloorView(FeedState.LIVE, agents=(own,)))

    tell(paused=False)
    assert desk.status.state is DeskState.WRAP_UP
    assert desk.status.wrap_up is not None
    assert desk.status.wrap_up.until.timestamp() == now + 20
    assert desk.feed.asked[-1] == (DANA, True, "Wrapping up, 20 s")
    tell(paused=True, reason="Wrapping up, 20 s")
    pass_time(room, 21)
    assert desk.status.state is DeskState.AVAILABLE
    assert desk.feed.asked[-1] == (DANA, False, "")


def test_its_length_is_a_setting(make_room: MakeRoom) -> None:
    rules = WrapUpRules(timedelta(seconds=30), timedelta(seconds=15), 1)
    room = make_room(feed=FakeFeed(), interface=DANA, wrap_up=rules).open()
    room.take()
    room.over()
    assert room.card().state is LineState.WRAP_UP
    assert room.status is not None
    assert room.status.wrap_up is not None
    assert (room.status.wrap_up.until - room.clock.now).total_seconds() == 30
    room.desk.more_time()
    room.desk.more_time()
    assert room.notices[-1].text.startswith("A wrap-up is extended once.")


@pytest.mark.parametrize(
    ("reason", "given"),
    [("Wrapping up", 0.0), ("Wrapping up, 90 s", 90.0), ("Lunch", None), ("Wrapping up, x", None)],
)
def test_any_floor_reads_it_off_the_reason(reason: str, given: float | None) -> None:
    assert wrap_up_of(reason) == given


def test_a_form_saved_before_the_queue_has_said_a_word_leaves_no_pause_behind(
    desk: Seated,
) -> None:
    room = wraps(desk)
    room.finish()
    assert [asked[1:] for asked in desk.feed.asked] == [(True, "Wrapping up, 60 s"), (False, "")]
    desk.queue(paused=True, reason="Wrapping up, 60 s")  # on its way to the second
    assert room.desk._stage.health.ready
    desk.queue(paused=False)
    assert desk.status.state is DeskState.AVAILABLE
    assert len(desk.feed.asked) == 2
