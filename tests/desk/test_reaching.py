"""F9 as a receptionist sees it: the doctor called with the caller on hold, a key to be pressed, and
the caller back whatever happens."""

from collections.abc import Callable
from dataclasses import replace as changed

import pytest

from console.desk.escalating import Reachable
from console.desk.views import ReachView, StepMark
from console.escalation.reaching import Why
from console.people.credentials import hash_secret
from console.store.board.telling import SAID
from console.store.work import OpenedEscalation
from softphone import wire
from softphone.calls import ConferenceState, ConsultState
from softphone.wire import ConsultEnd, EndCause
from tests.desk.room import LAKESHORE, Room

PIN = "4711"


def view(room: Room) -> ReachView:
    assert room.reach is not None
    return room.reach


def now(room: Room) -> str:
    """The newest step, as it is read."""
    return view(room).steps[-1].text


def codes(room: Room) -> list[str]:
    return [choice.code for choice in view(room).choices]


def lines(room: Room) -> list[str]:
    room.rest()
    return [row[0] for row in room.rows("SELECT what FROM timeline ORDER BY id")]


def stage(room: Room) -> str:
    room.rest()
    return str(room.rows("SELECT stage FROM pursuits")[0][0])


def reach(room: Room) -> None:
    """Take a call, press F9 twice, and see the provider dialled."""
    room.take(to=LAKESHORE)
    room.desk.escalate()
    assert room.escalation is not None
    assert "reaching" in room.escalation.say
    room.desk.escalate()
    dialled(room)


def dialled(room: Room, leg: str = "d1") -> None:
    before = len(room.engine.asked(wire.CallPlaced))
    room.qtbot.waitUntil(lambda: now(room).startswith("Dialling"), timeout=10_000)
    begun = room.engine.asked(wire.StartConsult)[-1]
    assert isinstance(begun, wire.StartConsult)
    at = room.engine.now + before
    room.engine.tell(wire.CallPlaced(leg, begun.request, begun.target, at, 0.0, "c1"))
    room.engine.tell(wire.ConsultStarted("c1", leg, at))
    room.engine.tell(wire.CallHeld("c1", at))


def answered(room: Room, leg: str = "d1") -> None:
    room.engine.tell(wire.CallAlerting(leg, 180, 0.0))
    room.engine.answered(leg)
    room.engine.tell(wire.ConsultChanged("c1", leg, ConsultState.WITH_CONSULT))


def press(room: Room, keys: str, leg: str = "d1") -> None:
    for key in keys:
        room.engine.tell(wire.DtmfReceived(leg, key))


def taken(room: Room) -> None:
    reach(room)
    answered(room)
    press(room, "1")


def prompts(room: Room) -> list[str]:
    played = room.engine.asked(wire.PlayPrompt)
    return [each.file.rpartition("/")[2] for each in played if isinstance(each, wire.PlayPrompt)]


def cancelled(room: Room, leg: str = "d1") -> None:
    """The engine carries out that the consult is cancelled."""
    assert (
        room.engine.sent[-1] == wire.CancelConsult("c1")
        or wire.CancelConsult("c1") in room.engine.sent
    )
    room.engine.tell(wire.ConsultEnded("c1", leg, ConsultEnd.CANCELLED, 0, ""))
    room.engine.ended(leg, EndCause.DESK)
    room.engine.tell(wire.CallResumed("c1", room.engine.now))


def test_the_escalation_is_safe_before_anybody_is_dialled(room: Room) -> None:
    at_dialling: list[tuple[int, int]] = []
    plain = room.engine.send

    def send(command: wire.Command) -> bool:
        if isinstance(command, wire.StartConsult):
            (open_ones,) = room.rows("SELECT count(*) FROM escalations")[0]
            (pursued,) = room.rows("SELECT count(*) FROM pursuits")[0]
            at_dialling.append((open_ones, pursued))
            assert command.caller_number == room.number_of(LAKESHORE)
        return plain(command)

    room.engine.send = send  # type: ignore[method-assign]
    reach(room)
    assert at_dialling == [(1, 1)]
    assert lines(room) == ["dial"]


def test_step_by_step_until_1_is_pressed_and_then_the_details(room: Room) -> None:
    reach(room)
    assert (now(room).split()[0], codes(room)) == ("Dialling", ["stop"])
    room.engine.tell(wire.CallAlerting("d1", 180, 0.0))
    assert now(room) == "Ringing"
    assert view(room).until is not None
    room.engine.answered("d1")
    assert now(room) == "Answered, waiting for 1"
    assert room.engine.asked(wire.SetMute)[-1] == wire.SetMute("d1", True)
    assert (prompts(room), view(room).summary) == (["take_the_call.wav"], "")
    press(room, "59")
    assert now(room) == "Answered, waiting for 1"
    press(room, "1")
    assert now(room).endswith("has taken it")
    assert view(room).summary
    assert room.engine.asked(wire.SetMute)[-1] == wire.SetMute("d1", False)
    assert codes(room) == ["join", "pass", "calls_back", "stop"]
    assert stage(room) == "acknowledged"
    assert lines(room) == ["dial", "answered", "acknowledge"]


def test_nobody_is_put_together_with_a_voicemail(room: Room) -> None:
    reach(room)
    answered(room)
    room.desk.complete_transfer()
    room.desk.join_or_split()
    assert room.engine.asked(wire.CompleteTransfer) == room.engine.asked(wire.Merge) == []
    assert "has not taken the call" in room.notices[-1].title


def test_a_voicemail_gives_the_caller_back_with_words_and_the_ladder_goes_on(room: Room) -> None:
    reach(room)
    answered(room)
    room.desk.reaching.run_out()
    cancelled(room)
    last = view(room).steps[-1]
    assert last.mark is StepMark.FAILED
    assert "voicemail" in last.text
    assert "not reached" in view(room).title
    assert "Thank you for holding" in view(room).say
    assert (stage(room), lines(room)[-1]) == ("paging", "no_key")


@pytest.mark.parametrize(("code", "why"), [(486, "Busy"), (480, "No answer"), (503, "The call")])
def test_a_call_not_taken_gives_the_caller_back(room: Room, code: int, why: str) -> None:
    reach(room)
    room.engine.ended("d1", EndCause.REFUSED, code)
    room.engine.tell(wire.ConsultEnded("c1", "d1", ConsultEnd.REFUSED, code, ""))
    assert now(room).startswith(why)
    assert view(room).until is None


def test_no_answer_in_time_then_the_next_person_with_one_key(room: Room) -> None:
    reach(room)
    room.engine.tell(wire.CallAlerting("d1", 180, 0.0))
    room.desk.reaching.run_out()
    cancelled(room)
    assert now(room) == "No answer"
    first = view(room).title
    assert codes(room) == ["next", "close"]
    room.desk.choose_reach("next")
    dialled(room, "d2")
    assert view(room).title not in first
    answered(room, "d2")
    press(room, "1", "d2")
    assert stage(room) == "acknowledged"
    assert room.rows("SELECT count(*) FROM escalations") == [(1,)]
    targets = [each.target for each in room.engine.asked(wire.StartConsult)]  # type: ignore[attr-defined]
    assert len(set(targets)) == 2


def test_the_receptionist_stops_it_and_f9_shows_it_again(room: Room) -> None:
    reach(room)
    room.desk.hide_reach()
    assert room.reach is None
    room.desk.escalate()
    assert now(room).startswith("Dialling")
    room.desk.choose_reach("stop")
    cancelled(room)
    assert now(room) == "Stopped"
    assert stage(room) == "paging"


def test_all_three_then_the_two_alone(room: Room) -> None:
    taken(room)
    room.desk.choose_reach("join")
    assert room.engine.asked(wire.Merge) == [wire.Merge("c1", "d1")]
    room.engine.tell(wire.ConsultEnded("c1", "d1", ConsultEnd.MERGED, 0, ""))
    room.engine.tell(wire.ConferenceChanged("c1", "d1", ConferenceState.UP, 0.0, ""))
    assert now(room) == "All three together"
    room.desk.choose_reach("pass")
    assert room.engine.asked(wire.LeaveConference) == [wire.LeaveConference("c1")]
    room.engine.tell(wire.ConferenceChanged("c1", "d1", ConferenceState.LEAVING, 0.0, ""))
    room.engine.tell(wire.ConferenceChanged("c1", "d1", ConferenceState.UP, 0.0, "No."))
    assert now(room) == "All three together"
    room.desk.choose_reach("pass")
    room.engine.tell(wire.TransferStarted("c1"))
    room.engine.tell(wire.ConferenceChanged("c1", "d1", ConferenceState.OVER, 0.0, ""))
    room.engine.ended("d1", EndCause.TRANSFERRED)
    room.over("c1", EndCause.TRANSFERRED)
    assert now(room).startswith("Connected")
    assert lines(room)[-2:] == ["joined", "put_through"]


def test_a_transfer_that_fails_leaves_the_provider_within_reach(room: Room) -> None:
    taken(room)
    room.desk.choose_reach("pass")
    assert room.engine.asked(wire.CompleteTransfer) == [wire.CompleteTransfer("c1")]
    assert codes(room) == []
    room.engine.tell(wire.ConsultChanged("c1", "d1", ConsultState.COMPLETING))
    room.engine.tell(wire.TransferStarted("c1"))
    room.engine.tell(wire.TransferFailed("c1", 503, ""))
    room.engine.tell(wire.ConsultChanged("c1", "d1", ConsultState.WITH_CALLER, "No."))
    assert now(room).endswith("has taken it")
    assert "pass" in codes(room)


def test_a_provider_lost_in_the_middle_of_a_transfer(room: Room) -> None:
    taken(room)
    room.desk.choose_reach("pass")
    room.engine.ended("d1", EndCause.TRANSFERRED)
    room.engine.tell(wire.ConsultEnded("c1", "d1", ConsultEnd.FAR_END, 0, "Gone."))
    assert "hung up" in now(room)
    assert stage(room) == "acknowledged"


def test_the_provider_takes_it_and_calls_back(room: Room) -> None:
    taken(room)
    room.desk.choose_reach("calls_back")
    cancelled(room)
    assert "will call you back" in view(room).say
    assert stage(room) == "acknowledged"
    assert codes(room) == ["close"]


def test_a_provider_who_cannot_take_it_passes_it_on(room: Room) -> None:
    taken(room)
    room.desk.choose_reach("stop")
    cancelled(room)
    assert stage(room) == "paging"
    assert "escalate" in lines(room)
    assert "next" in codes(room)


def test_a_caller_who_drops_leaves_the_escalation_going_on(room: Room) -> None:
    reach(room)
    room.engine.tell(wire.ConsultEnded("c1", "d1", ConsultEnd.CALLER_GONE, 0, ""))
    room.over("c1")
    answered(room)
    press(room, "1")
    assert "hung up" in now(room)
    assert "call them back" in view(room).say
    assert codes(room) == ["calls_back", "stop"]
    room.desk.choose_reach("calls_back")
    assert room.engine.sent[-1] == wire.HangUp("d1")
    assert stage(room) == "acknowledged"


def test_finishing_the_form_later_makes_no_second_one(room: Room) -> None:
    taken(room)
    room.desk.choose_reach("calls_back")
    cancelled(room)
    room.desk.choose_reach("close")
    assert room.reach is None
    room.desk.escalate()
    room.desk.choose_escalation("keep")
    room.qtbot.waitUntil(lambda: "c1" in room.saved, timeout=10_000)
    assert room.rows("SELECT count(*) FROM escalations") == [(1,)]
    assert stage(room) == "acknowledged"


def with_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    from console.desk import escalating

    plain, kept = escalating.reachable, hash_secret(PIN)

    def asked(*about: object, first: str = "") -> tuple[Reachable, ...]:
        return tuple(changed(who, pin=kept) for who in plain(*about, first=first))  # type: ignore[arg-type]

    monkeypatch.setattr(escalating, "reachable", asked)


def test_where_a_pin_is_asked_the_details_wait_for_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pin(monkeypatch)
    taken(room)
    assert now(room) == "Pressed 1, waiting for the PIN"
    assert view(room).summary == ""
    press(room, "99#")
    room.qtbot.waitUntil(lambda: "wrong 1 of 3" in now(room), timeout=10_000)
    assert prompts(room)[-2:] == ["enter_pin.wav", "wrong_pin.wav"]
    press(room, f"{PIN}#")
    room.qtbot.waitUntil(lambda: now(room).endswith("has taken it"), timeout=10_000)
    assert view(room).summary


def test_three_wrong_pins_end_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with_pin(monkeypatch)
    taken(room)
    for number in (1, 2):
        press(room, "0000#")
        room.qtbot.waitUntil(lambda n=number: f"wrong {n} of 3" in now(room), timeout=10_000)  # type: ignore[misc]
    press(room, "0000#")
    room.qtbot.waitUntil(lambda: "3 times" in now(room), timeout=10_000)
    cancelled(room)
    assert stage(room) == "paging"


def test_the_softphone_dying_ends_the_try_and_not_the_escalation(room: Room) -> None:
    taken(room)
    room.engine.die()
    assert now(room) == "The softphone stopped"
    assert stage(room) == "acknowledged"


def test_every_end_of_a_try_has_words_in_the_time_line() -> None:
    other = {"dial", "answered", "joined", "put_through", "caller_left"}
    assert {why.value for why in Why} | other <= set(SAID)


def joined(room: Room) -> None:
    taken(room)
    room.desk.choose_reach("join")
    room.engine.tell(wire.ConsultEnded("c1", "d1", ConsultEnd.MERGED, 0, ""))
    room.engine.tell(wire.ConferenceChanged("c1", "d1", ConferenceState.UP, 0.0, ""))


def after(room: Room, moment: str) -> None:
    """Bring a try to a moment of it."""
    if moment == "joined":
        joined(room)
        return
    reach(room)
    if moment == "ringing":
        room.engine.tell(wire.CallAlerting("d1", 180, 0.0))
    elif moment in ("answered", "taken"):
        answered(room)
    if moment == "taken":
        press(room, "1")


@pytest.mark.parametrize("moment", ["dialling", "ringing", "answered", "taken", "joined"])
def test_it_can_be_stopped_at_each_moment_and_the_caller_is_back(room: Room, moment: str) -> None:
    after(room, moment)
    assert view(room).choices[-1].key == "B"
    room.desk.choose_reach("stop")
    if moment == "joined":
        assert room.engine.sent[-1] == wire.HangUp("d1")  # the caller stays on the line
    else:
        cancelled(room)
    assert now(room) == "Stopped"
    assert view(room).say.startswith("Thank you for holding")
    assert stage(room) == "paging"
    assert not room.gone


def test_stopped_before_it_was_written_it_is_written_and_nobody_is_dialled(room: Room) -> None:
    held: list[Callable[[], None]] = []
    plain = room.book.write

    def write(work: object, *, then: Callable[[], None] | None = None) -> None:
        if isinstance(work, OpenedEscalation) and then is not None:
            held.append(then)
            plain(work)
        else:
            plain(work, then=then)  # type: ignore[arg-type]

    room.book.write = write  # type: ignore[method-assign, assignment]
    room.take(to=LAKESHORE)
    room.desk.escalate()
    room.desk.escalate()
    assert now(room).startswith("Putting the escalation on record")
    room.desk.choose_reach("stop")
    assert now(room) == "Stopped"
    for then in held:
        then()
    room.rest()
    assert not room.engine.asked(wire.StartConsult)
    assert stage(room) == "paging"
