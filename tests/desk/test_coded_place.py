"""A desk's place in the queues by feature codes: what is dialled, and what its answers mean."""

import pytest

from console.desk.floor.coded import AGAIN_MS, TAG
from console.desk.views import DeskState
from softphone import wire
from softphone.wire import EndCause, Registration
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room


class Seated:
    """A desk, and a PBX that answers its codes."""

    def __init__(self, make_room: MakeRoom) -> None:
        self.room: Room = make_room(queue_codes=True).open()
        self.room.qtbot.waitUntil(lambda: self.state is DeskState.AVAILABLE)

    @property
    def state(self) -> DeskState:
        assert self.room.status is not None
        return self.room.status.state

    def registered(self, *, on: bool = True) -> None:
        state = Registration.REGISTERED if on else Registration.FAILED
        self.room.engine.tell(wire.RegistrationChanged(state))

    @property
    def codes(self) -> list[wire.DialCode]:
        found = self.room.engine.asked(wire.DialCode)
        return [each for each in found if isinstance(each, wire.DialCode)]

    def answer(self, status: int = 200) -> tuple[str, str]:
        """Answer the newest code; return it and its reason."""
        code = self.codes[-1]
        self.room.engine.tell(wire.CodeDialled(code.request, status))
        return code.code, code.headers.get("X-Frontdesk-Reason", "")

    def dials(self, count: int) -> None:
        """Wait until so many codes have been dialled."""
        self.room.qtbot.waitUntil(lambda: len(self.codes) == count, timeout=AGAIN_MS + 2_000)


@pytest.fixture
def desk(make_room: MakeRoom) -> Seated:
    return Seated(make_room)


def test_nothing_is_dialled_before_the_line_is_registered(desk: Seated) -> None:
    desk.room.desk.take_break("Lunch")
    assert desk.codes == []
    desk.registered()
    assert desk.answer() == ("*13", "Lunch")
    assert len(desk.codes) == 1


def test_what_changes_while_a_code_is_under_way_is_told_after_it(desk: Seated) -> None:
    desk.registered()
    desk.room.desk.take_break("Lunch")
    desk.room.desk.set_ready(True)
    desk.room.desk.lock()
    assert desk.answer() == ("*11", "")
    assert desk.answer() == ("*13", "Locked")
    assert len(desk.codes) == 2


def test_a_pbx_that_is_back_is_told_again(desk: Seated) -> None:
    desk.registered()
    desk.answer()
    desk.registered(on=False)
    desk.room.desk.take_break("Lunch")
    assert len(desk.codes) == 1
    desk.registered()
    assert desk.answer() == ("*13", "Lunch")


@pytest.mark.parametrize("status", [408, 503])
def test_a_code_that_did_not_come_through_is_dialled_again(desk: Seated, status: int) -> None:
    desk.registered()
    desk.answer(status)
    desk.dials(2)
    assert desk.answer() == ("*11", "")


def test_a_code_the_engine_would_not_dial_is_dialled_again_and_said_to_nobody(desk: Seated) -> None:
    desk.registered()
    refused = wire.CommandRefused(TAG, desk.codes[-1].request, "Every line is taken.")
    desk.room.engine.tell(refused)
    desk.dials(2)
    assert desk.room.notices == []


def test_a_phone_in_no_queue_is_left_alone(desk: Seated) -> None:
    desk.registered()
    desk.answer(404)
    assert len(desk.codes) == 1


def test_a_ring_that_the_queue_took_back_makes_the_desk_not_ready(desk: Seated) -> None:
    desk.registered()
    desk.answer()
    desk.room.ring()
    desk.room.over(cause=EndCause.ABANDONED)
    desk.dials(2)
    assert desk.answer(486) == ("*14", "")
    assert desk.room.notices[-1].title == "You missed a ring"
    assert desk.state is DeskState.NOT_READY
    assert desk.answer() == ("*13", "missed a ring")  # in every queue, not in the one alone


def test_a_caller_who_left_does_not(desk: Seated) -> None:
    desk.registered()
    desk.answer()
    desk.room.ring()
    desk.room.over(cause=EndCause.ABANDONED)
    desk.dials(2)
    assert desk.answer(200) == ("*14", "")
    assert desk.state is DeskState.AVAILABLE
    assert len(desk.codes) == 2
