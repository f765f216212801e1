"""A supervisor's hand in other people's calls: asked by a code, shown and on record by the PBX."""

from dataclasses import replace

import pytest

from console.desk.floor.views import FloorPage
from console.desk.permissions import Person
from console.floor.picture import Agent, AgentState, Talk, Waiting
from console.floor.supervision import CALL_HEADER, CODES, DESK_HEADER, Act, Supervision
from console.floor.view import FeedState
from console.store.values import Role
from softphone import wire
from softphone.calls import CallState
from softphone.wire import EndCause, Registration
from tests.desk.conftest import MakeRoom
from tests.desk.fake_feed import FakeFeed
from tests.desk.room import CALLER, MAPLE, Room

RUTH = Person("ruth", "Ruth Calder", Role.SUPERVISOR)
OWN, DANA, EVAN = "PJSIP/ruth", "PJSIP/dana", "PJSIP/evan"
CALL = "1795601785.4"


class Floor:
    """Ruth's desk, and what its PBX tells."""

    def __init__(self, make_room: MakeRoom, person: Person = RUTH) -> None:
        self.feed = FakeFeed()
        self.room: Room = make_room(
            feed=self.feed,
            interface=OWN,
            person=person,
            registration=Registration.REGISTERED,
        ).open()
        self.pages: list[FloorPage] = []
        self.room.desk.floor.changed.connect(self.pages.append)
        self.now = self.room.clock.now.timestamp()
        talk = Talk(CALL, MAPLE, self.now)
        on, free = AgentState.ON_CALL, AgentState.AVAILABLE
        self.tell(
            waiting=(Waiting("9.1", "answering", MAPLE, CALLER, self.now - 41, 2, "PJSIP/t-1"),),
            agents=(
                Agent(DANA, "Dana Whitfield", device=on, since=self.now, talk=talk),
                Agent(EVAN, "Evan Lee", device=free, since=self.now),
                Agent(OWN, "Ruth Calder", device=on, since=self.now),
            ),
        )
        self.room.engine.sent.clear()
        self.room.desk.floor.show()

    def tell(self, **more: object) -> None:
        seen = replace(self.feed.view, state=FeedState.LIVE, at=self.now)
        self.feed.tell(replace(seen, **more))  # type: ignore[arg-type]

    def do(self, act: Act, interface: str = DANA) -> None:
        self.room.desk.floor.supervising.do(act, interface)

    def dialled(self) -> wire.PlaceCall:
        """What Ruth's phone was last told to dial."""
        placed = self.room.engine.asked(wire.PlaceCall)[-1]
        assert isinstance(placed, wire.PlaceCall)
        return placed

    def placed(self, call: str = "s1") -> None:
        asked = self.dialled()
        engine = self.room.engine
        engine.tell(wire.CallPlaced(call, asked.request, asked.target, engine.now, 0.0))
        engine.answered(call)

    def beside(self, act: Act) -> None:
        one = Supervision(act, DANA, OWN, "Ruth Calder", CALL, MAPLE, self.now)
        self.tell(supervised=(one,))

    def hang_ups(self) -> list[str]:
        asked = self.room.engine.asked(wire.HangUp)
        return [each.call for each in asked if isinstance(each, wire.HangUp)]

    def page(self) -> FloorPage:
        self.room.qtbot.waitUntil(lambda: bool(self.pages))
        self.room.desk.floor._tell()
        return self.pages[-1]

    def on_record(self) -> list[tuple[object, ...]]:
        self.room.rest()
        words = "event, person, kind, row, practice_id, detail"
        kinds = "'listened_in', 'coached', 'joined', 'took_over', 'hung_up', 'moved_caller'"
        return self.room.rows(f"select {words} from audit where event in ({kinds}) order by id")


@pytest.fixture
def floor(make_room: MakeRoom) -> Floor:
    return Floor(make_room)


def test_listening_is_shown_and_on_record_by_the_pbxs_word(floor: Floor) -> None:
    floor.do(Act.LISTEN)
    asked = floor.dialled()
    assert asked.target == CODES[Act.LISTEN]
    assert asked.headers == {DESK_HEADER: "dana", CALL_HEADER: CALL}
    floor.placed()
    at = floor.page().at
    assert at is not None
    assert (at.words, at.since) == ("Asking the PBX: listening to Dana Whitfield…", None)
    assert floor.on_record() == []
    floor.beside(Act.LISTEN)
    at = floor.page().at
    assert at is not None
    assert (at.words, at.since) == ("Listening to Dana Whitfield", floor.now)
    assert floor.page().agents[0].beside == "You listen"
    floor.room.clock.forward(seconds=42)
    floor.do(Act.LISTEN)  # asked again, it ends
    assert floor.hang_ups() == ["s1"]
    assert floor.page().at is not None  # until the PBX says so
    floor.room.engine.ended("s1", EndCause.DESK)
    floor.tell(supervised=())
    assert floor.page().at is None
    who = ("listened_in", "Ruth Calder", "desk", "dana", MAPLE)
    assert floor.on_record() == [
        (*who, f"began,call.{CALL}"),
        (*who, f"ended,call.{CALL},seconds.42"),
    ]


def test_from_one_act_to_another(floor: Floor) -> None:
    floor.do(Act.LISTEN)
    floor.placed()
    floor.beside(Act.LISTEN)
    floor.do(Act.COACH)
    assert floor.hang_ups() == ["s1"]
    assert len(floor.room.engine.asked(wire.PlaceCall)) == 1
    floor.room.engine.ended("s1", EndCause.DESK)
    assert floor.dialled().target == CODES[Act.COACH]


def test_a_call_that_is_over_is_said_and_nothing_shown(floor: Floor) -> None:
    floor.do(Act.COACH)
    floor.placed()
    floor.room.engine.ended("s1", EndCause.REFUSED, 410)
    assert floor.page().at is None
    assert floor.room.notices[-1].text == "Dana Whitfield: The call has ended meanwhile."
    floor.do(Act.COACH)
    floor.placed("s2")
    floor.beside(Act.COACH)
    floor.room.engine.ended("s2", EndCause.CALLER)  # with the caller, by the PBX
    floor.tell(supervised=())
    assert floor.room.notices[-1].title == "The call is over"
    assert len(floor.on_record()) == 2
    floor.do(Act.COACH)
    floor.placed("s3")
    floor.room.engine.ended("s3", EndCause.REFUSED, 404)
    assert "no supervisor’s" in floor.room.notices[-1].text
    floor.do(Act.COACH)
    floor.room.engine.tell(wire.CommandRefused("place_call", floor.dialled().request, "No line."))
    assert floor.page().at is None


def test_a_call_is_hung_up_by_asking_twice(floor: Floor) -> None:
    floor.do(Act.HANG_UP)
    assert not floor.room.engine.asked(wire.PlaceCall)
    assert floor.room.notices[-1].title == "Hang up the call of Dana Whitfield?"
    floor.room.clock.forward(seconds=20)
    floor.do(Act.HANG_UP)  # too late to mean the same
    assert not floor.room.engine.asked(wire.PlaceCall)
    floor.do(Act.HANG_UP)
    assert floor.dialled().target == CODES[Act.HANG_UP]
    floor.placed()
    floor.feed.done.emit(Supervision(Act.HANG_UP, DANA, OWN, "Ruth", CALL, MAPLE, floor.now))
    assert floor.room.notices[-1].title == "Hung up"
    assert floor.on_record() == [("hung_up", "Ruth Calder", "desk", "dana", MAPLE, f"call.{CALL}")]


def test_a_call_taken_over_is_answered_at_once_even_when_not_ready(floor: Floor) -> None:
    room = floor.room
    room.desk.set_ready(False)
    floor.do(Act.TAKE_OVER)
    floor.placed()
    room.ring("other", to=MAPLE)  # none that was asked for
    assert [c.call for c in room.engine.asked(wire.Decline)] == ["other"]  # type: ignore[attr-defined]
    floor.feed.done.emit(Supervision(Act.TAKE_OVER, DANA, OWN, "Ruth", CALL, MAPLE, floor.now))
    room.engine.ended("s1", EndCause.CALLER)
    room.engine.tell(
        wire.CallOffered(
            call="c1",
            caller=wire.Party(number=CALLER),
            dialled=wire.Dialled(room.number_of(MAPLE), "X-Frontdesk-Number"),
            sip_call_id="c1@pbx",
            at=floor.now,
            mono=0.0,
            pbx_call_id=CALL,
        )
    )
    assert [c.call for c in room.engine.asked(wire.Answer)] == ["c1"]  # type: ignore[attr-defined]
    assert room.pop is not None
    assert room.pop.banner.practice == "Maple Pediatrics"
    assert floor.page().at is None
    assert [row[0] for row in floor.on_record()] == ["took_over"]


def test_what_cannot_be_done_is_said(floor: Floor) -> None:
    live = floor.feed.view
    free = Agent(DANA, "Dana Whitfield", device=AgentState.AVAILABLE)
    for seen, sentence in (
        (replace(live, state=FeedState.AWAY), "The queue feed is away."),
        (replace(live, agents=()), "The queues no longer know this desk."),
        (replace(live, agents=(free,)), "Dana Whitfield has no call now."),
    ):
        floor.feed.tell(seen)
        floor.do(Act.LISTEN)
        assert floor.room.notices[-1].text == sentence
    floor.feed.tell(live)
    floor.do(Act.LISTEN, OWN)
    assert floor.room.notices[-1].text == "This is your own desk."
    floor.room.take()
    floor.do(Act.LISTEN)
    assert floor.room.notices[-1].text == "End your own call first."
    assert not floor.room.engine.asked(wire.PlaceCall)


def test_nobody_but_a_supervisor(make_room: MakeRoom) -> None:
    floor = Floor(make_room, Person("adele", "Adele Byrne", Role.ADMINISTRATOR))
    floor.do(Act.LISTEN)
    floor.room.desk.floor.places.move("9.1")
    floor.room.desk.floor.places.pause(DANA)
    assert not floor.room.engine.asked(wire.PlaceCall)
    assert not floor.feed.moved
    assert not floor.feed.asked
    assert floor.room.notices[-1].title == "Not with your role"


def test_a_lock_ends_the_listening_and_tells_whose_it_was(floor: Floor) -> None:
    floor.do(Act.LISTEN)
    floor.placed()
    floor.beside(Act.LISTEN)
    floor.room.desk.lock()
    assert floor.hang_ups() == ["s1"]
    floor.tell(supervised=())
    assert [row[1] for row in floor.on_record()] == ["Ruth Calder", "Ruth Calder"]


def test_a_desk_that_closes_leaves_nobody_listening(floor: Floor) -> None:
    floor.do(Act.LISTEN)
    floor.placed()
    floor.beside(Act.LISTEN)
    floor.room.desk.floor.stop()
    assert floor.hang_ups() == ["s1"]
    assert [str(row[5]).partition(",")[0] for row in floor.on_record()] == ["began", "ended"]


def test_a_window_that_comes_back_to_a_call_it_was_beside_leaves_it(floor: Floor) -> None:
    code = wire.Dialled(CODES[Act.JOIN], "")
    call = wire.CallSnapshot("s7", CallState.ACTIVE, True, wire.Party(""), code, floor.now)
    floor.room.engine.welcome(calls=[call])
    assert floor.hang_ups() == ["s7"]
    assert not any(card.call == "s7" and not card.leg for card in floor.room.cards)
    floor.beside(Act.JOIN)  # dialled by hand: on record all the same
    assert [row[0] for row in floor.on_record()] == ["joined"]


def test_a_waiting_caller_to_the_front_and_to_who_is_free(floor: Floor) -> None:
    places = floor.room.desk.floor.places
    places.move("9.1")
    places.move("9.1", EVAN)
    assert floor.feed.moved == [("9.1", ""), ("9.1", "evan")]
    assert [row[2:] for row in floor.on_record()] == [
        ("call", "9.1", MAPLE, "to_the_front"),
        ("call", "9.1", MAPLE, "to:evan"),
    ]
    places.move("9.1", DANA)
    assert floor.room.notices[-1].text == "Dana Whitfield is not free now."
    places.move("9.2")
    assert "no longer waits" in floor.room.notices[-1].text
    assert len(floor.feed.moved) == 2
    (caller,) = floor.page().callers
    assert (caller.practice, caller.place) == ("Maple Pediatrics", 2)
    places.pause(EVAN, "Other work")
    assert floor.feed.asked == [(EVAN, True, "Other work")]
