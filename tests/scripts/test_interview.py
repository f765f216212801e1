import json
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.answers import AnswerStatus
from scripts.calltypes import CallType, Outcome
from scripts.endings import RecordKind, message_rule
from scripts.hours import due_at
from scripts.openings import OpenTime
from scripts.practice import Practice
from scripts.protocol import Due, EscalateRule, Priority
from scripts.questions import NO_BOOKING, NO_TIME, Feed, QuestionType
from scripts.triage import Interview, NoSuchQuestion
from tests.scripts.samples import (
    EVENING,
    SLOT,
    asked,
    fill,
    lakeshore,
    library,
    maple,
    plain_answer,
    riverside,
)
from tests.scripts.samples import practice as named

NEUTRAL = library().neutral("+15155550177")
PRACTICES = (*library().practices, NEUTRAL)
FORMS = [
    pytest.param(practice, call_type, id=f"{practice.id}-{call_type}")
    for practice in PRACTICES
    for call_type in CallType
]
OUTCOMES = {
    CallType.QUESTION: {Outcome.ANSWERED, Outcome.MESSAGE},
    CallType.NEW_APPOINTMENT: {Outcome.BOOKED, Outcome.MESSAGE},
    CallType.CHANGE_APPOINTMENT: {Outcome.RESCHEDULED, Outcome.CANCELLED, Outcome.MESSAGE},
    CallType.REFILL: {Outcome.MESSAGE, Outcome.ESCALATED},
    CallType.SYMPTOM: {Outcome.ESCALATED, Outcome.MESSAGE},
    CallType.URGENT: {Outcome.ESCALATED},
    CallType.EMERGENCY: {Outcome.EMERGENCY},
}


def start(practice: Practice, call_type: CallType, baa: bool | None = None) -> Interview:
    in_force = practice.baa_in_force(EVENING.date()) if baa is None else baa
    return Interview.start(
        practice, call_type, baa_in_force=in_force, moment=EVENING, number_hint="+15155550142"
    )


# --- every form of every practice --------------------------------------------------------------


@pytest.mark.parametrize(("practice", "call_type"), FORMS)
def test_a_form_filled_in_plainly_can_be_finished(practice: Practice, call_type: CallType) -> None:
    done = fill(start(practice, call_type))
    assert done.complete, (done.missing, done.problems, done.unread)
    ending = done.ending()
    assert ending is not None
    if practice.neutral and call_type is not CallType.EMERGENCY:
        assert ending.outcome is Outcome.MESSAGE
    else:
        assert ending.outcome in OUTCOMES[call_type]


@pytest.mark.parametrize(("practice", "call_type"), FORMS)
def test_a_form_is_walked_with_next_alone(practice: Practice, call_type: CallType) -> None:
    interview = fill(start(practice, call_type))
    seen = [interview.step.number]
    for _ in interview.steps[1:]:
        interview = interview.next()
        seen.append(interview.step.number)
    assert seen == list(range(1, len(interview.steps) + 1))
    assert interview.next() == interview
    assert interview.go_to(0).back().step.number == 1


@st.composite
def walks(draw: st.DrawFn) -> tuple[int, CallType, bool, list[tuple[int, int]]]:
    practice = draw(st.integers(0, len(PRACTICES) - 1))
    call_type = draw(st.sampled_from(CallType))
    moves = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 10_000)), max_size=25))
    return practice, call_type, draw(st.booleans()), moves


TEXTS = ("", "yes", "n", "u", "chest pain", "5155550142", "05/04/1979", "12", "x" * 300, NO_TIME)


def step_on(interview: Interview, move: int, pick: int) -> Interview:
    """One thing a receptionist could do next."""
    questions = list(asked(interview))
    question = questions[pick % len(questions)]
    link_id = question.link_id
    options = interview.options(link_id) or ((NO_TIME, ""),)
    flags = [hit.flag for hit in interview.red_flags] or [""]
    moves: tuple[Callable[[], Interview], ...] = (
        interview.next,
        interview.back,
        lambda: interview.go_to(pick % 6),
        lambda: interview.skip(link_id),
        lambda: interview.clear(link_id),
        lambda: interview.answer(link_id, options[pick % len(options)][0]),
        lambda: interview.answer(link_id, TEXTS[pick % len(TEXTS)]),
        lambda: interview.change_type(tuple(CallType)[pick % 7]),
        lambda: interview.dismiss(flags[pick % len(flags)]),
        lambda: interview.answer(link_id, plain_answer(interview, question), how="already_stated"),
    )
    return moves[move]()


@settings(max_examples=300, deadline=None)
@given(walks())
def test_any_walk_keeps_the_rules_and_ends_in_one_way(
    walk: tuple[int, CallType, bool, list[tuple[int, int]]],
) -> None:
    number, call_type, baa, moves = walk
    interview = start(PRACTICES[number], call_type, baa)
    for move, pick in moves:
        before = interview.to_record()
        after = step_on(interview, move, pick)
        assert interview.to_record() == before  # a move changes nothing but what it returns
        interview = after
        assert_rules(interview)
    done = fill(interview)
    for _ in range(60):
        wanted = (*done.problems, *done.missing)  # one answer may take another's question away
        if wanted:
            done = done.answer(wanted[0], plain_answer(done, done.question(wanted[0])))
    done = fill(done)
    assert_rules(done)
    assert done.complete, (done.call_type, done.missing, done.problems, done.unread)
    assert done.ending() is not None


def assert_rules(interview: Interview) -> None:
    record = json.loads(json.dumps(interview.to_record()))
    assert Interview.restore(interview.practice, record) == interview
    assert sum(step.current for step in interview.steps) == 1
    if not interview.baa_in_force:
        assert not any(question.phi for question in interview.questions)
        assert not any(answer.phi for answer in interview.answers.values())
        assert not any(answer.phi for answer in interview.aside.values())
    ending = interview.ending()
    if interview.call_type is CallType.EMERGENCY:
        assert interview.complete
        assert ending is not None
        assert ending.outcome is Outcome.EMERGENCY
    elif interview.symptom_given or interview.call_type in (CallType.SYMPTOM, CallType.URGENT):
        assert interview.facts_locked
        assert ending is not None
        assert ending.outcome in (Outcome.ESCALATED, Outcome.MESSAGE)
        held = ending.outcome is Outcome.MESSAGE
        if held and not interview.practice.neutral:
            assert interview.call_type is CallType.SYMPTOM
            assert interview.practice.protocol.hold_policy is not None
            assert not interview.all_flags


# --- no health details without a BAA -----------------------------------------------------------


@pytest.mark.parametrize(("practice", "call_type"), FORMS)
def test_without_a_baa_no_health_question_exists(practice: Practice, call_type: CallType) -> None:
    interview = start(practice, call_type, baa=False)
    health = [question.link_id for question in interview.form.questions() if question.phi]
    assert not {question.link_id for question in interview.questions} & set(health)
    for link_id in health:
        with pytest.raises(NoSuchQuestion):
            interview.answer(link_id, "chest pain")
    assert fill(interview).complete


def test_with_a_baa_the_health_questions_are_there() -> None:
    with_baa = {question.link_id for question in start(riverside(), CallType.SYMPTOM).questions}
    assert {"symptom", "onset", "alert_drinking"} <= with_baa


def test_what_is_carried_in_holds_no_health_detail_without_a_baa() -> None:
    known = tuple(fill(start(maple(), CallType.SYMPTOM)).answers.values())
    carried = Interview.start(
        maple(), CallType.REFILL, baa_in_force=False, moment=EVENING, carried=known
    )
    assert "symptom" not in carried.answers
    assert carried.answers["patient_name"].text == "Jordan Blake"


# --- symptoms, red flags, holding -----------------------------------------------------------------


def test_a_symptom_locks_the_answers_and_pages_the_provider_on_call() -> None:
    interview = start(riverside(), CallType.SYMPTOM).answer("symptom", "sore throat")
    assert "locked" in interview.facts_locked
    ending = interview.ending()
    assert ending is not None
    assert (ending.outcome, ending.provider) == (Outcome.ESCALATED, "okafor")
    assert ending.priority is Priority.URGENT


def hold(interview: Interview, symptom: str = "itchy mosquito bite") -> Interview:
    return fill(
        interview,
        {
            "symptom": symptom,
            "alert_drinking": "yes",
            "getting_worse": "no",
            "caller_wish": "message",
        },
    )


def test_a_symptom_is_held_as_a_message_only_under_a_signed_policy() -> None:
    held = hold(start(riverside(), CallType.SYMPTOM)).ending()
    assert held is not None
    assert (held.outcome, held.recipient) == (Outcome.MESSAGE, "clinical staff")
    unsigned = riverside().model_copy(
        update={"protocol": riverside().protocol.model_copy(update={"hold_policy": None})}
    )
    paged = hold(start(unsigned, CallType.SYMPTOM)).ending()
    assert paged is not None
    assert paged.outcome is Outcome.ESCALATED


@pytest.mark.parametrize(
    ("link_id", "text"),
    [
        ("getting_worse", "u"),
        ("alert_drinking", "u"),
        ("alert_drinking", "n"),
        ("caller_wish", "doctor"),
    ],
)
def test_not_sure_is_never_held(link_id: str, text: str) -> None:
    ending = hold(start(riverside(), CallType.SYMPTOM)).answer(link_id, text).ending()
    assert ending is not None
    assert ending.outcome is Outcome.ESCALATED


def test_a_dismissed_red_flag_stays_on_record_and_still_forbids_holding() -> None:
    interview = hold(start(riverside(), CallType.SYMPTOM), "pain in my chest")
    (flag,) = interview.red_flags
    dismissed = interview.dismiss(flag.flag)
    assert dismissed.red_flags == ()
    assert dismissed.to_record()["dismissed"] == [
        {"flag": "Chest pain", "words": ["pain", "chest"]}
    ]
    ending = dismissed.ending()
    assert ending is not None
    assert ending.outcome is Outcome.ESCALATED
    # other words that meet the same flag are shown again
    assert dismissed.answer("symptom", "chest is crushing me").red_flags
    # taking the words out does not bring the hold back
    cleared = hold(dismissed.answer("symptom", "mosquito bite")).ending()
    assert cleared is not None
    assert cleared.outcome is Outcome.ESCALATED


def test_a_flag_met_by_two_answers_is_seen() -> None:
    interview = start(maple(), CallType.SYMPTOM)
    interview = interview.answer("birth_date", "10/20/2026").answer("symptom", "fever since noon")
    assert "Fever in a young infant" in {hit.flag for hit in interview.red_flags}
    older = interview.answer("birth_date", "10/20/2020")
    assert older.red_flags == ()


def test_a_symptom_in_a_refill_call_ends_with_the_provider() -> None:
    interview = start(riverside(), CallType.REFILL)
    ending = interview.ending()
    assert ending is not None
    assert ending.outcome is Outcome.MESSAGE
    for said in ("yes", "not sure"):
        ending = interview.answer("new_symptom", said).ending()
        assert ending is not None
        assert ending.outcome is Outcome.ESCALATED
    taken_back = interview.answer("new_symptom", "yes").answer("symptom", "dizzy")
    taken_back = taken_back.answer("new_symptom", "no")
    assert taken_back.facts_locked == ""
    assert taken_back.answers["symptom"].text == "dizzy"


def test_a_symptom_stays_given_when_the_call_type_is_changed() -> None:
    interview = start(riverside(), CallType.SYMPTOM).answer("symptom", "dizzy since noon")
    booking = fill(interview.change_type(CallType.NEW_APPOINTMENT))
    assert booking.facts_locked
    ending = booking.ending()
    assert ending is not None
    assert ending.outcome is Outcome.ESCALATED
    assert ending.record is RecordKind.ESCALATION
    back = booking.change_type(CallType.SYMPTOM)
    assert back.answers["symptom"].text == "dizzy since noon"


# --- emergency ------------------------------------------------------------------------------------


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda practice: practice.id)
@pytest.mark.parametrize("baa", [True, False])
def test_an_emergency_can_be_finished_with_nothing_asked(practice: Practice, baa: bool) -> None:
    interview = start(practice, CallType.EMERGENCY, baa)
    assert interview.complete
    ending = interview.ending()
    assert ending is not None
    assert ending.outcome is Outcome.EMERGENCY
    assert ending.record in (RecordKind.ESCALATION, RecordKind.MESSAGE)
    assert ending.priority is Priority.URGENT
    assert any(question.feeds is Feed.LOCATION for question in interview.questions)


def test_a_refused_911_becomes_urgent_with_what_is_known() -> None:
    interview = start(riverside(), CallType.EMERGENCY)
    interview = interview.answer("location", "410 Locust St").answer("patient_name", "Ann Lee")
    urgent = interview.answer("refused_911", "y")
    assert urgent.call_type is CallType.URGENT
    assert urgent.refused_911
    assert urgent.answers["patient_name"].text == "Ann Lee"
    assert urgent.answers["callback"].value == "+15155550142"
    ending = fill(urgent).ending()
    assert ending is not None
    assert ending.outcome is Outcome.ESCALATED
    again = urgent.change_type(CallType.EMERGENCY)
    assert again.answers["location"].text == "410 Locust St"
    assert "refused_911" not in again.answers
    assert not again.refused_911


# --- answers --------------------------------------------------------------------------------------


def test_the_callers_words_are_kept_beside_the_value() -> None:
    interview = start(riverside(), CallType.REFILL)
    interview = interview.answer("callback", " 515.555.0199 ").answer("birth_date", "5/4/79")
    assert interview.answers["callback"].text == " 515.555.0199 "
    assert interview.answers["callback"].value == "+15155550199"
    assert interview.answers["birth_date"].text == "5/4/79"
    assert interview.answers["birth_date"].value == "1979-05-04"
    assert interview.display("birth_date") == "May 4, 1979"


@pytest.mark.parametrize(
    ("link_id", "text", "mend"),
    [
        ("birth_date", "13/45/2020", "month/day/year"),
        ("birth_date", "02/30/1990", "month/day/year"),
        ("birth_date", "05/04/2031", "future"),
        ("birth_date", "05/04/1850", "130 years"),
        ("callback", "555-01", "ten digits"),
        ("callback", "no idea", "ten digits"),
        ("patient_name", "x" * 201, "1 characters too long; the limit is 200"),
        ("days_left", "plenty", "one of the buttons"),
    ],
)
def test_a_wrong_answer_says_what_to_write_and_keeps_what_was_typed(
    link_id: str, text: str, mend: str
) -> None:
    interview = start(riverside(), CallType.REFILL).answer(link_id, text)
    assert mend in interview.problem(link_id)
    assert interview.answers[link_id].text == text
    assert interview.answers[link_id].values == ()
    assert not fill(interview).complete


@pytest.mark.parametrize(
    "text",
    [
        "05/04/1979",
        "5-4-79",
        "5.4.1979",
        "05041979",
        "May 4 1979",
        "may 4th, 1979",
        "4 May 1979",
        "1979-05-04",
    ],
)
def test_dates_are_read_as_people_write_them(text: str) -> None:
    interview = start(riverside(), CallType.REFILL).answer("birth_date", text)
    assert interview.answers["birth_date"].value == "1979-05-04"


def test_numbers_are_read() -> None:
    interview = start(maple(), CallType.REFILL)
    assert interview.answer("weight", "42.50").answers["weight"].value == "42.5"
    assert interview.answer("doses", "1,000").answers["doses"].value == "1000"
    assert "whole" in interview.answer("doses", "2.5").problem("doses")
    assert "number" in interview.answer("weight", "a lot").problem("weight")
    assert "number" in interview.answer("weight", "NaN").problem("weight")


def test_missing_answers_are_named_once_next_was_pressed() -> None:
    interview = start(riverside(), CallType.SYMPTOM)
    assert interview.problem("patient_name") == ""
    stayed = interview.next()
    assert stayed.step == interview.step
    assert "Needed" in stayed.problem("patient_name")
    assert stayed.problem("symptom") == ""
    moved = stayed.answer("patient_name", "Ann Lee").skip("birth_date").next()
    assert moved.step.title == "Symptom"


def test_a_question_may_be_skipped_only_where_the_script_says_so() -> None:
    interview = start(riverside(), CallType.SYMPTOM)
    skipped = interview.skip("birth_date")
    assert skipped.answers["birth_date"].status is AnswerStatus.NOT_ASKED
    assert "birth_date" not in skipped.missing
    assert "patient_name" in interview.skip("patient_name").missing


def test_the_callers_number_fills_the_callback_and_is_read_back() -> None:
    interview = start(riverside(), CallType.REFILL)
    answer = interview.answers["callback"]
    assert (answer.value, answer.status) == ("+15155550142", AnswerStatus.ALREADY_STATED)
    (item,) = interview.read_back
    assert item.text == "(515) 555-0142"
    assert item.spoken == "five one five, five five five, zero one four two"
    assert interview.unread == ("callback",)
    ticked = interview.tick("callback")
    assert ticked.unread == ()
    assert ticked.answer("callback", "515 555 0199").unread == ("callback",)
    assert ticked.answer("callback", "5155550142").answer("callback", "515").unread == ()


def test_a_withheld_or_broken_number_fills_nothing() -> None:
    for hint in ("", "anonymous", "12"):
        interview = Interview.start(
            riverside(), CallType.REFILL, baa_in_force=True, moment=EVENING, number_hint=hint
        )
        assert "callback" not in interview.answers
        assert "callback" in interview.missing


def test_the_read_back_is_the_last_step() -> None:
    interview = start(riverside(), CallType.SYMPTOM)
    assert [step.title for step in interview.steps] == ["Caller", "Symptom", "Safety", "Read back"]
    name = interview.answer("patient_name", "Okafor").read_back[0]
    assert name.spoken == "Oscar Kilo Alfa Foxtrot Oscar Romeo"


def test_conditions_bring_questions_and_take_them_away() -> None:
    interview = start(riverside(), CallType.URGENT)
    ids = {question.link_id for question in interview.answer("who_calls", "lab").questions}
    assert "facility" in ids
    ids = {question.link_id for question in interview.answer("who_calls", "patient").questions}
    assert "facility" not in ids
    assert "facility" not in {question.link_id for question in interview.questions}
    inhaler = start(maple(), CallType.REFILL).answer("rescue", "yes")
    assert "child_now" in {q.link_id for q in inhaler.answer("doses", "1").questions}
    assert "child_now" not in {q.link_id for q in inhaler.answer("doses", "2").questions}
    assert "child_now" not in {q.link_id for q in inhaler.questions}


# --- endings --------------------------------------------------------------------------------------


def test_a_new_appointment_is_booked_or_left_as_a_message() -> None:
    interview = start(riverside(), CallType.NEW_APPOINTMENT)
    assert interview.ending() is None
    booked = fill(interview)
    ending = booked.ending()
    assert ending is not None
    assert (ending.outcome, ending.record) == (Outcome.BOOKED, RecordKind.BOOKING)
    assert ending.provider == "okafor"
    assert booked.display("slot") == "Mon 30 Nov 09:20, Dr. Okafor"
    slot = next(item for item in booked.read_back if item.link_id == "slot")
    assert slot.spoken == "Monday at nine twenty"
    none = fill(interview, {"slot": NO_TIME}).ending()
    assert none is not None
    assert (none.outcome, none.recipient) == (Outcome.MESSAGE, "the scheduler")


def test_a_change_moves_cancels_or_asks_the_scheduler() -> None:
    interview = start(riverside(), CallType.CHANGE_APPOINTMENT)
    assert interview.ending() is None
    for answers, outcome in (
        ({"action": "move", "slot": SLOT}, Outcome.RESCHEDULED),
        ({"action": "cancel"}, Outcome.CANCELLED),
        ({"action": "move", "slot": NO_TIME}, Outcome.MESSAGE),
        ({"booking": NO_BOOKING, "action": "move"}, Outcome.MESSAGE),
        ({"booking": NO_BOOKING, "action": "cancel"}, Outcome.MESSAGE),
    ):
        done = fill(interview, answers)
        ending = done.ending()
        assert ending is not None
        assert done.complete
        assert ending.outcome is outcome


def test_a_booking_is_shown_by_its_own_words() -> None:
    interview = start(riverside(), CallType.CHANGE_APPOINTMENT)
    chosen = interview.answer("booking", "8841", shown="Wed 2 Dec 09:20, Dr. Okafor")
    assert chosen.display("booking") == "Wed 2 Dec 09:20, Dr. Okafor"
    restored = Interview.restore(riverside(), chosen.to_record())
    assert restored.display("booking") == "Wed 2 Dec 09:20, Dr. Okafor"


def test_a_question_is_answered_or_becomes_a_message() -> None:
    interview = fill(start(riverside(), CallType.QUESTION))
    ending = interview.ending()
    assert ending is not None
    assert (ending.outcome, ending.record) == (Outcome.ANSWERED, RecordKind.NONE)
    message = fill(interview.answer("needs_message", "yes")).ending()
    assert message is not None
    assert message.outcome is Outcome.MESSAGE
    assert message.label == "message to the front office, due Wed 25 Nov 12:00"


def test_a_refill_is_due_on_the_next_business_day() -> None:
    ending = start(riverside(), CallType.REFILL).ending()
    assert ending is not None
    assert ending.due == due_at(riverside(), EVENING, Due(business_days=1))
    assert ending.label == "message to clinical staff, due Wed 25 Nov 17:00"
    after_wednesday = start(riverside(), CallType.REFILL).ending(EVENING + timedelta(days=1))
    assert after_wednesday is not None
    assert after_wednesday.due is not None
    # Thanksgiving, the day after it and the weekend lie between
    assert f"{after_wednesday.due.astimezone(riverside().zone):%a %d %b}" == "Mon 30 Nov"


def test_any_form_can_be_escalated_by_hand() -> None:
    ending = start(riverside(), CallType.QUESTION).escalation()
    assert (ending.outcome, ending.provider) == (Outcome.ESCALATED, "okafor")


def test_the_neutral_practice_takes_a_message_and_knows_911() -> None:
    for call_type in CallType:
        ending = fill(start(NEUTRAL, call_type)).ending()
        assert ending is not None
        wanted = Outcome.EMERGENCY if call_type is CallType.EMERGENCY else Outcome.MESSAGE
        assert ending.outcome is wanted
        assert ending.recipient == "the supervisor"
    assert not any(q.phi for form in NEUTRAL.forms.values() for q in form.questions())


# --- drafts ---------------------------------------------------------------------------------------


def test_a_draft_outlives_a_change_of_the_script() -> None:
    interview = fill(start(riverside(), CallType.REFILL), {"medication": "lisinopril 10 mg"})
    record = json.loads(json.dumps(interview.to_record()))
    form = riverside().forms[CallType.REFILL]
    fewer = form.model_copy(update={"steps": (form.steps[0],)})
    forms = {**riverside().forms, CallType.REFILL: fewer}
    edited = riverside().model_copy(update={"forms": forms, "version": "next"})
    restored = Interview.restore(edited, record)
    assert restored.answers["patient_name"] == interview.answers["patient_name"]
    assert "medication" not in restored.answers
    assert any(answer.text == "lisinopril 10 mg" for answer in restored.aside.values())
    # and the old script finds it again in what was written since
    again = Interview.restore(riverside(), json.loads(json.dumps(restored.to_record())))
    assert any(
        a.text == "lisinopril 10 mg" for a in (*again.aside.values(), *again.answers.values())
    )


def test_a_draft_restores_at_the_step_it_was_left() -> None:
    interview = start(riverside(), CallType.SYMPTOM).answer("patient_name", "Ann Lee")
    interview = interview.skip("birth_date").next().answer("symptom", "itch")
    restored = Interview.restore(riverside(), json.loads(json.dumps(interview.to_record())))
    assert restored == interview
    assert restored.step.title == "Symptom"


def test_an_open_time_key_reads_back() -> None:
    slot = OpenTime.from_key(SLOT)
    assert slot is not None
    assert slot.key == SLOT
    for broken in ("", "okafor", "okafor|now|then", SLOT.replace("Z", ""), "|".join("abc")):
        assert OpenTime.from_key(broken) is None


def test_what_is_printed_of_an_interview_names_nobody() -> None:
    interview = fill(start(riverside(), CallType.REFILL), {"patient_name": "Ann Lee"})
    printed = repr(interview) + str(interview) + repr(interview.answers) + repr(interview.read_back)
    assert "Ann" not in printed
    assert "5550142" not in printed
    assert len(repr(riverside())) < 200


# --- speed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("practice", library().practices, ids=lambda practice: practice.id)
def test_an_answer_takes_less_than_a_millisecond(practice: Practice) -> None:
    interview = fill(start(practice, CallType.REFILL))
    free = [q.link_id for q in asked(interview) if q.type is QuestionType.STRING and not q.control]
    link_id = free[0] if free else "patient_name"
    alone, whole = [], []
    for number in range(100):
        text = f"lisinopril ten milligrams {number}"
        begun = time.perf_counter()
        after = interview.answer(link_id, text)
        alone.append(time.perf_counter() - begun)
        _ = after.steps, after.missing, after.problems, after.red_flags, after.ending()
        whole.append(time.perf_counter() - begun)
    # the quicker half: what the machine's other work adds is not the form's
    assert sorted(alone)[25] < 0.001
    assert sorted(whole)[25] < 0.002


def test_lakeshore_overflows_without_a_baa() -> None:
    assert not lakeshore().baa_in_force(EVENING.date())
    ending = fill(start(lakeshore(), CallType.SYMPTOM)).ending()
    assert ending is not None
    assert ending.outcome is Outcome.ESCALATED
    assert ending.provider == "service"


@pytest.mark.parametrize(
    ("left", "outcome"), [("0", "escalated"), ("1", "message"), ("", "message")]
)
def test_what_is_signed_to_be_escalated_is(left: str, outcome: str) -> None:
    """Pain medicine run out: whatever else the form would have come to."""
    form = start(named("summit_orthopedics"), CallType.REFILL).answer("tablets_left", left)
    ending = form.ending()
    assert ending is not None
    assert ending.outcome.value == outcome


def test_no_permission_to_hold_reaches_what_is_always_escalated() -> None:
    """Every condition for a message is met, and one for a page."""
    women = named("harborside_womens_health")
    rule = EscalateRule.model_validate(
        {"name": "Pain", "call_type": "symptom",
         "when": [{"question": "caller_wish", "operator": "=", "answerCoding": "nurse"}]}
    )  # fmt: skip
    protocol = women.protocol.model_copy(update={"must_escalate": (rule,)})
    stricter = women.model_copy(update={"protocol": protocol})
    said = {"pregnant": "no", "bleeding": "no", "pain": "no", "caller_wish": "nurse"}
    for changed, outcome in ((women, "message"), (stricter, "escalated")):
        form = start(changed, CallType.SYMPTOM)
        for name, value in said.items():
            form = form.answer(name, value)
        ending = form.ending()
        assert ending is not None
        assert ending.outcome.value == outcome


def test_a_refill_without_a_rule_goes_to_clinical_staff_on_the_next_business_day() -> None:
    riverside = named("riverside_family_medicine")
    rules = {CallType.QUESTION: riverside.protocol.messages[CallType.QUESTION]}
    protocol = riverside.protocol.model_copy(update={"messages": rules})
    rule = message_rule(riverside.model_copy(update={"protocol": protocol}), CallType.REFILL)
    assert (rule.recipient, rule.due.business_days) == ("clinical staff", 1)
