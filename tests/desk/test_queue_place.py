"""One truth between the desk and the queue: what the one does, the other says."""

from dataclasses import replace

import pytest

from console.desk.views import DeskState
from console.floor.pausing import MISSED
from console.floor.picture import Agent, AgentState
from console.floor.view import FeedState, FloorView
from scripts.calltypes import CallType
from tests.desk.conftest import MakeRoom
from tests.desk.fake_feed import FakeFeed
from tests.desk.room import Room

DANA = "PJSIP/dana"


class Seated:
    """A desk in a queue that does what it is asked."""

    def __init__(self, make_room: MakeRoom) -> None:
        self.feed = FakeFeed()
        self.room: Room = make_room(feed=self.feed, interface=DANA).open()
        self.room.qtbot.waitUntil(lambda: self.status.state is DeskState.AVAILABLE)
        self.paused, self.reason = False, ""
        self.queue(paused=False)
        self.feed.asked.clear()

    @property
    def status(self):
        assert self.room.status is not None
        return self.room.status

    def queue(self, *, paused: bool, reason: str = "", state: FeedState = FeedState.LIVE) -> None:
        """Have the queue say how the desk stands in it."""
        agent = Agent(DANA, "Dana", device=AgentState.AVAILABLE, paused=paused, pause_reason=reason)
        self.feed.tell(FloorView(state, agents=(agent,)))

    def obey(self) -> tuple[bool, str]:
        """Have the queue do what it was last asked, and return that."""
        interface, paused, reason = self.feed.asked[-1]
        assert interface == DANA
        self.feed.asked.clear()
        self.queue(paused=paused, reason=reason)
        return paused, reason


@pytest.fixture
def desk(make_room: MakeRoom) -> Seated:
    return Seated(make_room)


def test_a_break_is_a_pause_with_its_reason(desk: Seated) -> None:
    desk.room.desk.take_break("Lunch")
    assert desk.obey() == (True, "Lunch")
    assert desk.status.state_label == "Not ready: Lunch"
    desk.room.desk.set_ready(True)
    assert desk.obey() == (False, "")
    assert not desk.feed.asked
    assert "Lunch" not in desk.status.state_label


def test_a_pbx_that_has_forgotten_the_reason_is_told_it_again(desk: Seated) -> None:
    desk.room.desk.take_break("Lunch")
    desk.obey()
    desk.queue(paused=True, reason="Lunch", state=FeedState.AWAY)
    desk.queue(paused=True)
    assert desk.obey() == (True, "Lunch")
    assert not desk.feed.asked


def test_a_break_in_a_call_begins_after_it(desk: Seated) -> None:
    desk.room.take()
    desk.room.desk.take_break("Lunch")
    assert desk.obey() == (True, "Lunch")
    assert desk.room.notices[-1].title == "Your break begins after this call"
    assert desk.status.state is DeskState.ON_CALL


def test_a_missed_ring_makes_the_desk_not_ready_and_says_so(desk: Seated) -> None:
    desk.queue(paused=True, reason=MISSED)
    assert desk.room.notices[-1].title == "You missed a ring"
    assert desk.status.state is DeskState.NOT_READY
    assert desk.status.state_label == "Not ready: missed a ring"
    assert desk.obey() == (True, "missed a ring")  # in every queue, not in the one alone
    desk.room.desk.set_ready(True)
    assert desk.obey() == (False, "")


def test_lock_means_pause(desk: Seated) -> None:
    desk.room.desk.lock()
    assert desk.obey() == (True, "Locked")
    desk.queue(paused=False)  # somebody puts a locked desk back: it is out again
    assert desk.obey() == (True, "Locked")


def test_a_supervisors_hand_is_the_desks_state(desk: Seated) -> None:
    desk.queue(paused=True, reason="By the supervisor")
    assert desk.status.state is DeskState.NOT_READY
    assert desk.room.notices[-1].title == "You were taken out of the queues"
    desk.feed.asked.clear()
    desk.queue(paused=False)
    assert desk.status.state_label != "Not ready: By the supervisor"
    assert desk.room.desk._stage.health.ready
    assert not desk.feed.asked


def test_an_unfinished_form_keeps_the_queue_away(desk: Seated) -> None:
    desk.room.take()
    desk.room.fill(CallType.QUESTION)
    desk.room.over()
    assert desk.status.state is DeskState.WRAP_UP
    assert desk.obey() == (True, "Wrapping up, 60 s")
    desk.room.finish()
    assert desk.obey() == (False, "")


def test_after_a_loss_the_desks_word_counts(desk: Seated) -> None:
    desk.queue(paused=False, state=FeedState.AWAY)
    desk.room.desk.take_break("Lunch")
    assert not desk.feed.asked
    desk.queue(paused=False)
    assert desk.obey() == (True, "Lunch")


def test_a_desk_of_no_queue_asks_nothing(make_room: MakeRoom) -> None:
    feed = FakeFeed()
    room = make_room(feed=feed).open()
    feed.tell(replace(FloorView(FeedState.LIVE), agents=(Agent(DANA, "Dana"),)))
    room.desk.take_break("Lunch")
    assert not feed.asked
