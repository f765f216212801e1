"""A warm transfer and a conference as a receptionist sees them: the caller is never lost."""

import pytest

from console.desk.views import CallCard, DeskState, LineState
from softphone import wire
from softphone.calls import CallState, ConferenceState, ConsultState
from tests.desk.room import CALLER, RIVERSIDE, Room

DOCTOR = "+12315550177"


def ask(room: Room, target: str = DOCTOR) -> None:
    """Take a call and begin to ask somebody about it."""
    room.take()
    room.desk.start_transfer()
    room.desk.consult(target)
    begun = room.engine.asked(wire.StartConsult)[-1]
    assert isinstance(begun, wire.StartConsult)
    tell, now = room.engine.tell, room.engine.now
    tell(wire.CallPlaced("d1", begun.request, begun.target, now, 0.0, "c1"))
    tell(wire.ConsultStarted("c1", "d1", now))
    tell(wire.CallHeld("c1", now))


def answered(room: Room, target: str = DOCTOR) -> None:
    """The asked one answers."""
    ask(room, target)
    room.engine.tell(wire.CallAlerting("d1", 180, 0.0))
    room.engine.answered("d1")
    room.engine.tell(wire.ConsultChanged("c1", "d1", ConsultState.WITH_CONSULT))


def over(room: Room, how: wire.ConsultEnd, reason: str = "") -> None:
    """As the engine tells it: by itself the consult ends first, by the other's doing the call."""
    ended = wire.ConsultEnded("c1", "d1", how, 0, reason)
    if how in (wire.ConsultEnd.REFUSED, wire.ConsultEnd.FAR_END):
        room.engine.ended("d1", wire.EndCause.REFUSED)
        room.engine.tell(ended)
    else:
        room.engine.tell(ended)
        room.engine.ended("d1", wire.EndCause.DESK)


def leg(room: Room) -> CallCard:
    return room.card("d1")


def test_asking_first_shows_both_calls_and_the_practices_number(room: Room) -> None:
    room.take()
    room.desk.start_transfer()
    assert room.transfer
    room.desk.consult(room.transfer[0].target)
    assert room.transfer is None
    begun = room.engine.asked(wire.StartConsult)[-1]
    assert isinstance(begun, wire.StartConsult)
    assert begun.caller_number == room.number_of(RIVERSIDE)
    assert [card.call for card in room.cards] == ["c1"], "nothing is shown before it happened"
    room.engine.tell(wire.CallPlaced("d1", begun.request, begun.target, room.engine.now, 0.0, "c1"))
    assert [card.call for card in room.cards] == ["c1", "d1"]
    assert leg(room).state is LineState.DIALLING
    assert leg(room).practice.startswith("Dr. ")
    assert room.card("c1").note == f"Asking {leg(room).practice}"


def test_the_asked_one_is_no_caller(room: Room) -> None:
    answered(room)
    assert room.pop is not None
    assert room.pop.call == "c1"
    over(room, wire.ConsultEnd.CANCELLED)
    room.rest()
    assert room.rows("select uid from calls") == [("c1",)]
    assert "d1" not in room.gone


def test_swap_complete_and_the_caller_is_put_through(room: Room) -> None:
    answered(room)
    assert (room.card("c1").can_swap, room.card("c1").can_complete) == (True, True)
    room.desk.swap_consult()
    assert room.engine.sent[-1] == wire.SwapConsult("c1")
    room.engine.tell(wire.CallHeld("d1", room.engine.now))
    room.engine.tell(wire.CallResumed("c1", room.engine.now))
    room.engine.tell(wire.ConsultChanged("c1", "d1", ConsultState.WITH_CALLER))
    assert (room.card("c1").state, leg(room).state) == (LineState.ACTIVE, LineState.HELD)
    room.desk.complete_transfer()
    assert room.engine.sent[-1] == wire.CompleteTransfer("c1")
    room.engine.tell(wire.ConsultChanged("c1", "d1", ConsultState.COMPLETING))
    assert not room.card("c1").can_cancel_consult
    room.engine.tell(wire.TransferStarted("c1"))
    over(room, wire.ConsultEnd.COMPLETED)
    room.over("c1", wire.EndCause.TRANSFERRED)
    assert room.notices[-1].title == "Caller put through"
    assert [card.call for card in room.cards] == ["c1"]
    assert room.card("c1").state is LineState.WRAP_UP


def test_cancelling_returns_to_the_caller(room: Room) -> None:
    answered(room)
    room.desk.cancel_consult()
    assert room.engine.sent[-1] == wire.CancelConsult("c1")
    over(room, wire.ConsultEnd.CANCELLED)
    room.engine.tell(wire.CallResumed("c1", room.engine.now))
    assert [card.call for card in room.cards] == ["c1"]
    assert room.card("c1").can_transfer


@pytest.mark.parametrize(
    ("how", "title"),
    [
        (wire.ConsultEnd.REFUSED, "(231) was not reached"),
        (wire.ConsultEnd.FAR_END, "(231) hung up"),
    ],
)
def test_whoever_is_not_had_the_caller_is_back_and_told_why(
    room: Room, how: wire.ConsultEnd, title: str
) -> None:
    answered(room) if how is wire.ConsultEnd.FAR_END else ask(room)
    over(room, how, "The line is busy.")
    assert title.split(" ", 1)[1] in room.notices[-1].title
    assert "The line is busy. The caller is back with you." in room.notices[-1].text


def test_a_transfer_that_fails_leaves_both_calls(room: Room) -> None:
    answered(room)
    room.desk.complete_transfer()
    room.engine.tell(wire.ConsultChanged("c1", "d1", ConsultState.COMPLETING))
    room.engine.tell(wire.TransferStarted("c1"))
    room.engine.tell(wire.TransferFailed("c1", 503, "No route"))
    room.engine.tell(wire.ConsultChanged("c1", "d1", ConsultState.WITH_CALLER, "No route."))
    assert room.card("c1").state is LineState.ACTIVE
    assert room.notices[-1].title == "The transfer did not go through"
    assert room.card("c1").can_complete


def test_a_transfer_the_pbx_will_not_begin_gives_the_caller_back(room: Room) -> None:
    answered(room)
    room.desk.complete_transfer()
    room.engine.tell(wire.ConsultChanged("c1", "d1", ConsultState.COMPLETING))
    room.engine.tell(wire.TransferFailed("c1", 403, "Forbidden"))  # with nothing begun before
    room.engine.tell(wire.ConsultChanged("c1", "d1", ConsultState.WITH_CALLER, "Forbidden."))
    room.engine.tell(wire.CallResumed("c1", room.engine.now))
    assert room.card("c1").state is LineState.ACTIVE
    assert room.notices[-1].title == "The transfer did not go through"


def test_an_unasked_transfer_the_pbx_will_not_begin_changes_nothing(room: Room) -> None:
    room.take()
    room.engine.tell(wire.TransferFailed("c1", 403, "Forbidden"))
    assert room.card("c1").state is LineState.ACTIVE
    assert room.notices[-1].title == "The transfer did not go through"


def test_keys_of_the_call_that_is_spoken_with_go_there(room: Room) -> None:
    answered(room)
    caller, asked = room.card("c1"), leg(room)
    assert (caller.can_hang_up, caller.can_mute) == (False, False), "F8 must not lose the caller"
    assert (asked.can_hang_up, asked.can_mute) == (True, True)
    room.desk.toggle_mute("d1")
    assert room.engine.sent[-1] == wire.SetMute("d1", True)
    room.engine.tell(wire.MuteChanged("d1", True))
    assert leg(room).muted
    room.desk.send_digits("5")
    assert room.engine.sent[-1] == wire.SendDtmf("d1", "5")
    room.desk.hang_up("d1")
    assert room.engine.sent[-1] == wire.HangUp("d1")


def test_a_caller_who_goes_leaves_a_call_that_can_be_ended(room: Room) -> None:
    answered(room)
    room.engine.tell(
        wire.ConsultEnded("c1", "d1", wire.ConsultEnd.CALLER_GONE, 0, "The caller hung up.")
    )
    room.over("c1")
    assert room.notices[-1].title == "The caller hung up"
    assert room.card("c1").state is LineState.WRAP_UP
    assert leg(room).can_hang_up
    assert room.status is not None
    assert room.status.state is DeskState.ON_CALL
    room.desk.hang_up("d1")
    room.engine.ended("d1", wire.EndCause.DESK)
    assert [card.call for card in room.cards] == ["c1"]


def test_a_conference_is_joined_split_and_left(room: Room) -> None:
    answered(room)
    room.desk.join_or_split()
    assert room.engine.sent[-1] == wire.Merge("c1", "d1")
    tell, now = room.engine.tell, room.engine.now
    tell(wire.ConsultEnded("c1", "d1", wire.ConsultEnd.MERGED))
    tell(wire.ConferenceChanged("c1", "d1", ConferenceState.JOINING, now))
    tell(wire.CallResumed("c1", now))
    tell(wire.ConferenceChanged("c1", "d1", ConferenceState.UP, now))
    assert room.card("c1").note.startswith("Conference with")
    assert leg(room).title == "Conference"
    room.desk.join_or_split()
    assert room.engine.sent[-1] == wire.SplitConference("c1")
    room.desk.complete_transfer()
    assert room.engine.sent[-1] == wire.LeaveConference("c1")
    tell(wire.ConferenceChanged("c1", "d1", ConferenceState.LEAVING, now))
    tell(wire.ConferenceChanged("c1", "d1", ConferenceState.UP, now, "No route."))
    assert room.notices[-1].title == "Still in the conference"
    tell(wire.ConferenceChanged("c1", "d1", ConferenceState.OVER, now))
    tell(wire.CallHeld("d1", now))
    assert room.card("c1").can_join


def test_a_slip_of_the_finger_calls_nobody(room: Room) -> None:
    room.take()
    room.desk.consult("555")
    room.desk.consult("not a number")
    assert [c.target for c in room.engine.asked(wire.StartConsult)] == ["555"]  # type: ignore[attr-defined]
    assert room.notices[-1].title == "No number to ask at"


def test_a_window_that_comes_back_finds_the_consult(room: Room) -> None:
    answered(room)
    snapshots = [
        wire.CallSnapshot(
            call="c1",
            state=CallState.HELD,
            outgoing=False,
            caller=wire.Party(number=CALLER),
            dialled=wire.Dialled(number=room.number_of(RIVERSIDE)),
            offered_at=room.engine.now,
            answered_at=room.engine.now,
            consult=ConsultState.WITH_CONSULT,
        ),
        wire.CallSnapshot(
            call="d1",
            state=CallState.ACTIVE,
            outgoing=True,
            caller=wire.Party(),
            dialled=wire.Dialled(number=DOCTOR),
            offered_at=room.engine.now,
            consult_of="c1",
            consult=ConsultState.WITH_CONSULT,
        ),
    ]
    room.engine.welcome(calls=snapshots)
    assert [card.call for card in room.cards] == ["c1", "d1"]
    room.engine.welcome(calls=snapshots[:1])
    assert [card.call for card in room.cards] == ["c1"]


def test_a_dead_engine_takes_the_asked_one_along(room: Room) -> None:
    answered(room)
    room.engine.die()
    assert [card.call for card in room.cards] == ["c1"]
    assert room.callbacks == () or room.callbacks[0].number
