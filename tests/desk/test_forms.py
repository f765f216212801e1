"""The guided form, from the first key to the rows it becomes."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from console.desk.views import SHOWN_ONLY, FieldKind, Light, LineState
from console.store.hold_tables import HeldTime
from console.store.models import Booking, Message
from console.store.session import Records
from console.store.work import FinishedCall, NewBooking
from scripts.calltypes import CallType, Outcome
from scripts.openings import OpenTime
from scripts.questions import NO_BOOKING
from softphone import wire
from tests.desk.room import LAKESHORE, MAPLE, RIVERSIDE, Room
from tests.records_file import SECRETS

PRACTICES = (RIVERSIDE, MAPLE, LAKESHORE)


@pytest.mark.parametrize("practice", PRACTICES)
@pytest.mark.parametrize("kind", list(CallType))
def test_every_call_type_of_every_practice_becomes_its_rows(
    room: Room, practice: str, kind: CallType
) -> None:
    room.take(to=practice)
    room.fill(kind)
    saved = room.finish()
    assert saved.rows is not None
    row = room.call_row()
    assert (row["practice_id"], row["call_type"]) == (practice, kind.value)
    assert row["outcome"] == saved.outcome.value
    made = {
        Outcome.BOOKED: saved.rows.booking_id,
        Outcome.MESSAGE: saved.rows.message_id,
        Outcome.ESCALATED: saved.rows.escalation_id,
    }
    assert made.get(saved.outcome, 1) is not None
    if kind in (CallType.SYMPTOM, CallType.URGENT):
        assert saved.outcome in (Outcome.ESCALATED, Outcome.MESSAGE)
    assert room.rows("select count(*) from drafts") == [(0,)]
    assert room.card().note.startswith("Saved")
    room.over()
    assert room.cards == ()


def test_an_appointment_is_booked_moved_and_cancelled(room: Room) -> None:
    room.take("c1")
    room.fill(CallType.NEW_APPOINTMENT, {"patient_name": "Peter Novak"})
    assert room.finish("c1").outcome is Outcome.BOOKED
    room.over("c1")
    ((first,),) = room.rows("select starts_at from bookings where status = 'booked'")
    room.take("c2")
    room.desk.choose_type(CallType.CHANGE_APPOINTMENT)
    room.fill(CallType.CHANGE_APPOINTMENT, {"action": "move"})
    assert room.finish("c2").outcome is Outcome.RESCHEDULED
    room.over("c2")
    assert room.rows("select status from bookings order by id") == [("rescheduled",), ("booked",)]
    ((second,),) = room.rows("select starts_at from bookings where status = 'booked'")
    assert second != first
    room.take("c3")
    room.fill(CallType.CHANGE_APPOINTMENT, {"action": "cancel"})
    assert room.finish("c3").outcome is Outcome.CANCELLED
    assert room.rows("select count(*) from bookings where status = 'booked'") == [(0,)]


def test_an_appointment_is_moved_for_who_calls_from_another_phone(room: Room) -> None:
    patient = {"patient_name": "Peter Novak", "birth_date": "05/04/1979"}
    room.take("c1")
    room.fill(CallType.NEW_APPOINTMENT, patient)
    room.finish("c1")
    room.over("c1")
    room.take("c2", number="+15155550150")
    room.desk.choose_type(CallType.CHANGE_APPOINTMENT)
    for link_id, text in patient.items():
        room.desk.set_answer(link_id, text)
    room.desk.go_to_step(2)
    room.qtbot.waitUntil(lambda: len(room.field("booking").options) == 2, timeout=20_000)
    room.fill(CallType.CHANGE_APPOINTMENT, {"action": "move"})
    assert room.finish("c2").outcome is Outcome.RESCHEDULED
    searched = "select count(*) from audit where event = 'searched' and kind = 'booking'"
    assert room.rows(searched) == [(1,)]


def test_no_appointment_is_found_with_the_wrong_date_of_birth(room: Room) -> None:
    room.take("c1")
    room.fill(CallType.NEW_APPOINTMENT, {"patient_name": "Peter Novak", "birth_date": "05/04/1979"})
    room.finish("c1")
    room.over("c1")
    room.take("c2", number="+15155550150")
    room.desk.choose_type(CallType.CHANGE_APPOINTMENT)
    room.desk.set_answer("patient_name", "Peter Novak")
    room.desk.set_answer("birth_date", "05/05/1979")
    room.desk.go_to_step(2)
    searched = "select count(*) from audit where event = 'searched' and kind = 'booking'"
    room.qtbot.waitUntil(lambda: room.rows(searched) == [(1,)], timeout=20_000)
    assert [option.code for option in room.field("booking").options] == [NO_BOOKING]
    assert room.field("booking").help.startswith("None by the caller’s number")


def test_a_booking_without_an_agreement_keeps_no_health_details(room: Room) -> None:
    room.take(to=LAKESHORE)
    assert room.pop is not None
    assert room.pop.banner.baa is False
    room.fill(CallType.NEW_APPOINTMENT)
    assert room.finish().outcome is Outcome.BOOKED
    assert room.rows("select count(*) from answers where phi") == [(0,)]


def test_a_time_taken_meanwhile_brings_the_form_back_with_nothing_lost(room: Room) -> None:
    room.take()
    room.fill(CallType.NEW_APPOINTMENT, {"patient_name": "Peter Novak"})
    chosen = _chosen_time(room)
    _book_elsewhere(room, chosen)
    room.desk.finish()
    room.qtbot.waitUntil(lambda: any("taken" in n.title for n in room.notices), timeout=10_000)
    room.rest()
    assert "c1" not in room.saved
    form = room.form
    assert form is not None
    slot = next(field for field in form.fields if field.kind is FieldKind.OPEN_TIME)
    assert slot.value == ""
    assert room.focus == slot.link_id
    assert chosen.key not in [option.code for option in slot.options]
    assert not form.can_finish
    room.fill(CallType.NEW_APPOINTMENT)
    assert room.finish().outcome is Outcome.BOOKED
    assert ("Peter Novak",) in room.stored(Booking, "patient_name")
    assert room.rows("select count(*) from bookings where status = 'booked'") == [(2,)]


def test_another_visit_or_provider_takes_a_time_that_no_longer_fits_away(room: Room) -> None:
    room.take(to=LAKESHORE)
    room.fill(CallType.NEW_APPOINTMENT, {"visit": "consult"})
    room.desk.go_to_step(3)
    assert room.field("slot").value
    room.desk.set_answer("provider", _another_provider(room))
    assert room.field("slot").value == ""
    options = [option.code for option in room.field("slot").options]
    assert all(_another_provider(room) in code for code in options if "|" in code)


def test_a_form_hung_up_in_the_middle_is_finished_later(room: Room) -> None:
    room.take()
    room.desk.choose_type(CallType.REFILL)
    room.desk.set_answer("patient_name", "Ruth Olsen")
    room.over()
    assert room.card().state is LineState.WRAP_UP
    assert room.form is not None
    room.clock.forward(minutes=2)
    room.fill(CallType.REFILL)
    assert room.finish().outcome is Outcome.MESSAGE
    row = room.call_row()
    assert row["end_cause"] == "caller"
    assert str(row["ended_at"]) < str(row["finished_at"])
    assert room.gone == ["c1"]


def test_what_is_typed_while_the_record_is_on_its_way_changes_nothing(room: Room) -> None:
    room.take()
    room.fill(CallType.REFILL, {"patient_name": "Ruth Olsen"})
    room.desk.finish()
    room.desk.set_answer("patient_name", "Somebody Else")
    room.desk.choose_type(CallType.QUESTION)
    room.desk.finish()
    room.desk.end_as(Outcome.SALES)
    room.qtbot.waitUntil(lambda: "c1" in room.saved, timeout=10_000)
    room.rest()
    assert room.stored(Message, "patient_name") == [("Ruth Olsen",)]
    assert room.call_row()["outcome"] == "message"
    assert room.rows("select count(*) from drafts") == [(0,)]


@pytest.mark.parametrize(
    "outcome", [Outcome.WRONG_NUMBER, Outcome.SALES, Outcome.SILENT, Outcome.HANG_UP]
)
def test_a_call_that_was_none_of_the_seven_ends_as_what_it_was(
    room: Room, outcome: Outcome
) -> None:
    room.take()
    room.desk.end_as(outcome)
    room.qtbot.waitUntil(lambda: "c1" in room.saved, timeout=10_000)
    room.over()
    room.rest()
    assert room.call_row()["outcome"] == outcome.value
    assert room.cards == ()
    assert room.rows("select count(*) from drafts") == [(0,)]


def test_a_red_flag_is_shown_put_away_on_record_and_comes_back_with_new_words(
    room: Room,
) -> None:
    room.take(to=MAPLE)
    room.desk.choose_type(CallType.SYMPTOM)
    _go_to(room, "symptom")
    room.desk.set_answer("symptom", "fever and a stiff neck")
    assert room.form is not None
    assert room.form.red_flag is not None
    assert "stiff neck" in room.form.red_flag.text
    while room.form.red_flag is not None:
        room.desk.dismiss_red_flag()
    room.fill(CallType.SYMPTOM)
    room.finish()
    kept = room.rows("select action from red_flags")
    assert kept
    assert set(kept) == {("dismissed",)}


def test_a_red_flag_left_on_the_screen_is_on_record_too(room: Room) -> None:
    room.take(to=MAPLE)
    room.desk.choose_type(CallType.SYMPTOM)
    _go_to(room, "symptom")
    room.desk.set_answer("symptom", "fever and a stiff neck")
    room.fill(CallType.SYMPTOM)
    room.finish()
    assert set(room.rows("select action from red_flags")) == {("shown",)}


def test_a_refused_911_becomes_urgent_at_once(room: Room) -> None:
    room.take(to=MAPLE)
    room.desk.read_911()
    assert room.pop is not None
    assert room.pop.chosen is CallType.EMERGENCY
    assert "911" in room.pop.say
    room.desk.set_answer("refused_911", "yes")
    assert room.form is not None
    assert room.form.call_type is CallType.URGENT
    assert room.notices[-1].light is Light.BAD
    room.fill(CallType.URGENT)
    assert room.finish().outcome is Outcome.ESCALATED


def test_nothing_has_to_be_answered_to_finish_an_emergency(room: Room) -> None:
    room.take(to=LAKESHORE)
    room.desk.read_911()
    assert room.form is not None
    assert room.form.can_finish
    assert room.finish().outcome is Outcome.EMERGENCY


def test_911_is_read_with_no_call_and_on_a_locked_desk(room: Room) -> None:
    room.desk.lock()
    room.desk.read_911()
    assert "911" in room.notices[-1].text


def test_answers_lock_once_a_symptom_is_given(room: Room) -> None:
    room.take(to=MAPLE)
    room.desk.search_facts("park")
    assert room.facts
    room.desk.choose_type(CallType.SYMPTOM)
    assert room.pop is not None
    assert room.pop.facts_locked
    assert room.pop.facts == ()
    room.desk.search_facts("park")
    assert room.facts == ()
    _go_to(room, "symptom")
    room.desk.set_answer("symptom", "a cough")
    room.desk.choose_type(CallType.QUESTION)
    assert "symptom" in room.pop.facts_locked.lower()
    room.desk.search_facts("park")
    assert room.facts == ()


def test_f9_writes_the_record_before_the_caller_is_sent_on(room: Room) -> None:
    room.take(to=LAKESHORE)
    room.desk.escalate()
    assert room.escalation is not None
    assert [choice.code for choice in room.escalation.choices] == ["reach", "transfer", "keep"]
    rows_at_refer: list[int] = []
    plain = room.engine.send

    def send(command: wire.Command) -> bool:
        if isinstance(command, wire.Transfer):
            rows_at_refer.append(room.rows("select count(*) from escalations")[0][0])
        return plain(command)

    room.engine.send = send  # type: ignore[method-assign]
    room.desk.choose_escalation("transfer")
    assert room.engine.asked(wire.Transfer) == []
    assert room.escalation is None
    room.qtbot.waitUntil(lambda: bool(rows_at_refer), timeout=10_000)
    assert rows_at_refer == [1]
    (refer,) = room.engine.asked(wire.Transfer)
    assert isinstance(refer, wire.Transfer)
    assert refer.target.startswith("+1231555")
    room.engine.tell(wire.TransferStarted("c1"))
    assert room.card().state is LineState.TRANSFERRING
    room.engine.tell(wire.TransferFailed("c1", 486, "Busy here"))
    assert room.card().state is LineState.ACTIVE
    assert "caller is back" in room.notices[-1].text
    room.over(cause=wire.EndCause.CALLER)
    room.rest()
    assert room.call_row()["outcome"] == "escalated"
    assert room.cards == ()


def test_a_transferred_caller_leaves_a_finished_call(room: Room) -> None:
    room.take(to=LAKESHORE)
    room.desk.escalate()
    room.desk.choose_escalation("transfer")
    room.qtbot.waitUntil(lambda: bool(room.engine.asked(wire.Transfer)), timeout=10_000)
    room.engine.tell(wire.TransferStarted("c1"))
    room.over(cause=wire.EndCause.TRANSFERRED)
    room.rest()
    assert room.cards == ()
    assert room.call_row()["end_cause"] == "transferred"
    assert room.call_row()["outcome"] == "escalated"
    assert room.rows("SELECT status FROM escalations") == [("transferred",)]


def test_a_caller_gone_before_the_transfer_is_said(room: Room) -> None:
    room.take(to=LAKESHORE)
    room.desk.escalate()
    room.desk.choose_escalation("transfer")
    room.over()
    room.qtbot.waitUntil(lambda: "c1" in room.saved, timeout=10_000)
    assert room.engine.asked(wire.Transfer) == []
    assert room.notices[-1].title == "The caller has gone"


def test_a_number_with_nobody_on_call_says_so(room: Room) -> None:
    room.take(to="+15155559999")
    room.desk.escalate()
    assert room.escalation is None
    assert room.notices[-1].title == "Nobody is on call"


def test_f6_sends_the_caller_to_a_person_or_a_typed_number(room: Room) -> None:
    room.take(to=LAKESHORE)
    room.desk.start_transfer()
    assert room.transfer
    for slip in ("nobody", "", "555 01"):
        room.desk.transfer_to(slip)
        assert room.notices.pop().title == "No number to transfer to"
    room.desk.transfer_to("(231) 555-0177")
    (refer,) = room.engine.asked(wire.Transfer)
    assert isinstance(refer, wire.Transfer)
    assert refer.target == "+12315550177"
    room.over(cause=wire.EndCause.TRANSFERRED)
    assert room.card().state is LineState.WRAP_UP  # how it ends is not saved yet
    assert "Finish the form" in room.notices[-1].text


def test_a_fact_read_aloud_is_on_record(room: Room) -> None:
    room.take()
    assert room.pop is not None
    label = room.pop.facts[0].label
    room.desk.read_fact(label)
    room.fill(CallType.QUESTION)
    room.finish()
    assert room.rows("select fact from facts_read") == [(label,)]


def test_earlier_and_later_times_turn_like_pages(room: Room) -> None:
    room.take()
    room.desk.choose_type(CallType.NEW_APPOINTMENT)
    link = _go_to_kind(room, FieldKind.OPEN_TIME)
    first = room.field(link).options
    room.desk.more_times(link)
    assert room.field(link).options != first
    room.desk.earlier_times(link)
    assert room.field(link).options == first
    room.desk.earlier_times(link)
    assert room.field(link).options == first


def _go_to(room: Room, link_id: str) -> None:
    assert room.form is not None
    for step in room.form.steps:
        room.desk.go_to_step(step.number)
        if any(field.link_id == link_id for field in room.form.fields):
            return
    raise AssertionError(f"no step asks {link_id}")


def _go_to_kind(room: Room, kind: FieldKind) -> str:
    for number in range(1, 6):
        room.desk.go_to_step(number)
        assert room.form is not None
        for field in room.form.fields:
            if field.kind is kind and len(field.options) > 1:
                return field.link_id
        for field in room.form.fields:
            if field.required and not field.value and field.kind not in SHOWN_ONLY:
                room.desk.set_answer(field.link_id, room._answer(field, {}))
        for field in room.form.fields:
            if field.kind is kind and len(field.options) > 1:
                return field.link_id
    raise AssertionError(f"no step has a {kind}")


def _another_provider(room: Room) -> str:
    practice = room.library.by_id(LAKESHORE)
    assert practice is not None
    return "haddad"


def _chosen_time(room: Room) -> OpenTime:
    call = room.desk._lines.current
    assert call is not None
    assert call.interview is not None
    chosen = [
        OpenTime.from_key(answer.value)
        for answer in call.interview.given.values()
        if "|" in answer.value
    ]
    assert chosen[0] is not None
    return chosen[0]


def _book_elsewhere(room: Room, time: OpenTime) -> None:
    """Another desk books the time first."""
    from console.store.finishing import finish_call

    other = Records.open(room.records, secrets=SECRETS)
    work = FinishedCall(
        uid="elsewhere",
        outcome=Outcome.BOOKED,
        offered_at=room.clock() - timedelta(minutes=1),
        finished_at=room.clock(),
        practice_id=RIVERSIDE,
        booking=NewBooking(
            provider=time.provider_id,
            appointment_type="new_patient",
            starts_at=time.start,
            ends_at=time.end,
            patient_name="Another",
        ),
    )
    # This desk slept, and what it held for its caller has run out.
    lapsed = room.clock() - timedelta(days=365)
    other.write(lambda session: session.execute(update(HeldTime).values(until=lapsed)))
    other.write(lambda session: finish_call(session, finished=work))
    other.close()


def test_f7_is_there_from_any_form_and_a_refusal_goes_on_as_urgent(room: Room) -> None:
    """911 from the middle of a booking: where the patient is, the number that answers there, the
    callback number already filled in; refused, it is paged, with everything said so far."""
    room.take()
    room.desk.choose_type(CallType.NEW_APPOINTMENT)
    room.desk.set_answer("patient_name", "Peter Novak")
    room.desk.choose_type(CallType.EMERGENCY)
    assert room.pop is not None
    assert room.pop.say.startswith("Please hang up now and dial 911")
    assert room.field("callback").value == "(515) 555-0142"
    assert room.field("patient_name").value == "Peter Novak"
    assert room.form is not None
    assert room.form.can_finish  # nothing stands in its way
    room.desk.set_answer("location", "12 Elm St, West Des Moines")
    assert room.field("location").help == "911 there: Westcom dispatch, (515) 555-0192"
    room.desk.set_answer("refused_911", "yes")
    assert room.form.call_type is CallType.URGENT
    room.fill(CallType.URGENT)
    assert room.finish().outcome is Outcome.ESCALATED


def test_words_to_say_name_the_practice_and_the_receptionist(room: Room) -> None:
    practice = room.library.by_id(RIVERSIDE)
    assert practice is not None
    form = practice.forms[CallType.QUESTION]
    words = "“{{ agent }} at {{ practice }}; we open {{ next_opening }}.”"
    step = form.steps[0].model_copy(update={"say": words})
    forms = practice.forms | {CallType.QUESTION: form.model_copy(update={"steps": (step,)})}
    room.take()
    call = room.desk._lines.current
    assert call is not None
    call.practice = practice.model_copy(update={"forms": forms})
    room.desk.choose_type(CallType.QUESTION)
    assert room.form is not None
    opening = "today at one in the afternoon"
    assert room.form.say == f"“Dana at Riverside Family Medicine; we open {opening}.”"


def test_what_to_bring_is_told_once_the_time_is_chosen(room: Room) -> None:
    room.take()
    room.desk.choose_type(CallType.NEW_APPOINTMENT)
    link = _go_to_kind(room, FieldKind.OPEN_TIME)
    for number in range(1, 4):
        room.desk.go_to_step(number)
        assert room.form is not None
        if any(field.link_id == "visit" for field in room.form.fields):
            room.desk.set_answer("visit", "physical")
    room.desk.go_to_step(3)
    assert room.field(link).help.startswith("Say: ")
    room.desk.set_answer(link, room.field(link).options[0].code)
    assert room.field(link).help == (
        "Tell the caller: Please ask the office the day before if blood will be drawn."
    )


def test_how_a_name_is_said_stands_beside_it(room: Room) -> None:
    room.take()
    assert room.pop is not None
    assert room.pop.on_call is not None
    assert "say “oh-KAH-for”" in room.pop.on_call.until
    room.desk.search_facts("okafor")
    assert room.facts[0].text.endswith("say “oh-KAH-for”")


def test_a_message_carries_every_answer_but_what_has_its_own_place(room: Room) -> None:
    room.take(to=RIVERSIDE)
    room.fill(
        CallType.REFILL,
        {"who_answers": "Her son", "best_time": "after four", "voicemail": "no"},
    )
    assert room.finish().outcome is Outcome.MESSAGE
    ((reason,),) = room.stored(Message, "reason")
    lines = reason.splitlines()
    assert "Who will answer: Her son" in lines
    assert "Best time to call: after four" in lines
    assert "May we leave a voicemail?: No" in lines
    assert any(line.startswith("How much is left: ") for line in lines)
    assert not any(line.startswith(("Patient", "Callback")) for line in lines)


def test_a_callback_number_that_is_not_the_callers_is_flagged_in_the_read_back(room: Room) -> None:
    room.take(to=RIVERSIDE)
    room.desk.choose_type(CallType.REFILL)
    room.desk.set_answer("callback", "5155550177")
    room.fill(CallType.REFILL)
    assert room.form is not None
    (flagged,) = [item for item in room.form.read_back if item.note]
    assert (flagged.link_id, flagged.note) == ("callback", "not the number they are calling from")
