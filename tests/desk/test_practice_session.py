"""A practice under edit: each field reads and writes, nothing else moves, all can be undone."""

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from console.desk.practices.conditions import asked_before
from console.desk.practices.sections import BY_CODE, SECTIONS, Outline
from console.desk.practices.session import Session, acts_of, inspect, keyed
from console.desk.practices.specs import ON, Item, Spec, joined, split
from console.desk.practices.views import Act, Put
from scripts.calltypes import CallType
from scripts.editing import edits
from scripts.editing.data import find, same
from scripts.faults import KeyPath
from scripts.loader import SAMPLES
from scripts.practice import Practice

TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(Path(SAMPLES).glob("*.yaml"))}
MAPLE = TEXTS["maple_pediatrics"]


def new_session(text: str = MAPLE) -> Session:
    session = Session(text=text, based_on=None)
    session.inspection = inspect(text)
    session.changed.connect(lambda: setattr(session, "inspection", inspect(session.text)))
    return session


@cache
def fields_of(name: str) -> tuple[tuple[str, Item, str, Spec], ...]:
    outline = Outline(edits.read(TEXTS[name]))
    return tuple(
        (section.code, item, key, spec)
        for section in SECTIONS
        for item in outline[section.code]
        for key, spec in keyed(item)
    )


@pytest.mark.parametrize("name", TEXTS)
def test_every_field_written_as_it_is_read_leaves_the_file_as_it_was(name: str) -> None:
    data = edits.read(TEXTS[name])
    for _, item, _, spec in fields_of(name)[::11]:
        if spec.put in (Put.NOTE, Put.BUTTON):
            continue
        written = spec.write_to(TEXTS[name], item.path, spec.value(data, item.path))
        assert same(edits.read(written), data), (item.path, spec.at)


@pytest.mark.parametrize("name", TEXTS)
def test_one_field_changed_keeps_everything_else_and_every_comment(name: str) -> None:
    text, data = TEXTS[name], edits.read(TEXTS[name])
    lines = [f for f in fields_of(name) if f[3].put in (Put.LINE, Put.PARAGRAPH)]
    for _, item, _, spec in random.Random(4).sample(lines, 6):
        before = spec.value(data, item.path)
        changed = spec.write_to(text, item.path, f"{before} 7" if before else "7")
        assert changed != text
        assert changed.count("# ") >= text.count("# ")
        back = spec.write_to(changed, item.path, before)
        assert inspect(back).practice == inspect(text).practice or same(edits.read(back), data)


def test_each_section_shows_every_entry_of_the_samples_by_a_name() -> None:
    for name in TEXTS:
        for code, item, key, spec in fields_of(name):
            assert item.title, (name, item.path)
            assert spec.label or spec.said or spec.put is Put.NOTE or spec.share < 60, (code, key)
        keys = [(code, item.key, key) for code, item, key, _ in fields_of(name)]
        assert len(keys) == len(set(keys))


# --- no key of the model without a field --------------------------------------------------------

NOT_TYPED = {
    "version", "neutral", "service_line",  # the program's own
    "forms", "protocol", "on_call", "hours", "greetings",  # whole blocks: their parts are typed
    "messages", "coverage", "holidays", "insurance", "new_patients", "booking", "baa", "recording",
    "steps", "questions", "item", "all_of", "tiers", "reach", "clinic", "lunch", "due", "when",
    "hold_policy", "red_flags", "emergency_lines", "notes", "must_escalate", "fallback", "weekly",
    "dated", "rotations", "overrides", "ladders", "contacts", "providers", "appointment_types",
    "faq", "exceptions", "rules", "own", "lines", "enableWhen", "answerOption", "id",
    "by", "address", "provider", "operator", "question", "value", "unit",  # parts of one field
    "answerBoolean", "answerCoding", "answerString", "answerInteger", "answerDecimal", "answerDate",
    "answerDateTime", "answerTime", "answerQuantity", "answerReference",  # the condition's value
    "default", "from", "to", "mon", "code",  # of dictionaries and spans
    "value_sets", "options", "system", "valueType",  # shared answers and codes: kept, not typed
    "enableWhenExpression", "calculatedExpression", "minutes", "answerValueSet",
    "delivery", "letterboxes", "quiet", "calendar", "invitations",  # a block and its parts
}  # fmt: skip


def model_keys(kind: Any, seen: set[Any]) -> Iterator[str]:
    if get_origin(kind) is Annotated:
        yield from model_keys(get_args(kind)[0], seen)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in seen:
            seen.add(kind)
            for name, field in kind.model_fields.items():
                yield field.alias or name
                yield from model_keys(field.annotation, seen)
    elif get_origin(kind) in (Union, UnionType, tuple, dict):
        for part in get_args(kind):
            yield from model_keys(part, seen)


def test_every_key_a_practice_may_write_has_a_field() -> None:
    typed: set[str] = set()
    for name in TEXTS:
        for _, item, _, spec in fields_of(name):
            typed |= {str(part) for part in (*item.path, *spec.at)}
    law = {"law": "all_party", "announcement": "This call is recorded. Is that all right?"}
    session = new_session(edits.put(MAPLE, ("recording",), law))
    typed |= {str(p) for i in session.items["agreement"] for s in i.specs for p in s.at}
    box = {"by": "mail", "to": "a@b.org", "seal": "certificate", "certificate": "x"}
    posted = new_session(edits.put(MAPLE, ("delivery",), {"letterboxes": [box]}))
    for item in posted.items["messages"]:
        typed |= {str(part) for spec in item.specs for part in (*item.path, *spec.at)}
    own = {"kind": "caldav", "url": "https://dav.example/", "user": "desk", "secret": "maple"}
    asked = {"to": "a@b.org", "seal": "certificate", "certificate": "x"}
    with_own = edits.put(MAPLE, ("calendar",), own)
    kept = new_session(edits.put(with_own, ("invitations",), asked))
    for item in kept.items["people"]:
        typed |= {str(part) for spec in item.specs for part in (*item.path, *spec.at)}
    for section in SECTIONS:
        for item in session.items[section.code]:
            for add in (*item.adds, *section.adds(session.data)):
                text = edits.insert(MAPLE, add.list_at, 0, add.value)
                for each in Outline(edits.read(text))[section.code]:
                    typed |= {str(part) for s in each.specs for part in s.at}
            break
    missing = set(model_keys(Practice, set())) - typed - NOT_TYPED
    assert missing <= {"unit", "maxLength"}, missing


# --- acts ---------------------------------------------------------------------------------------


def test_letters_typed_in_a_row_are_one_change() -> None:
    session = new_session()
    session.go_to(BY_CODE["practice"], ("names",))
    for end in range(1, 6):
        session.set_value("name", "Maple"[:end])
    assert session.name == "Maple"
    assert session.stack.count() == 1
    assert session.stack.undoText() == "Change “Name”"
    session.set_value("spoken_name", "M")
    session.stack.undo()
    session.stack.undo()
    assert session.text == MAPLE
    session.stack.redo()
    assert session.name == "Maple"


def test_an_entry_is_added_copied_moved_and_taken_out() -> None:
    session = new_session()
    session.go_to(BY_CODE["answers"])
    count = len(session.data["faq"])
    session.add("faq")
    assert session.open_item is not None
    assert session.open_item.key == ("faq", count)
    session.set_value("label", "Fax")
    session.act(Act.COPY, ("faq", count))
    assert [entry["label"] for entry in session.data["faq"][count:]] == ["Fax", "Fax 2"]
    session.act(Act.UP, ("faq", count + 1))
    assert [entry["label"] for entry in session.data["faq"][count:]] == ["Fax 2", "Fax"]
    session.act(Act.REMOVE, ("faq", count))
    session.act(Act.REMOVE, ("faq", count))
    assert session.text == MAPLE
    session.act(Act.UP, ("faq", 0))  # there is nothing above it
    assert session.text == MAPLE


def test_a_copied_question_has_its_own_name_and_goes_into_a_group_and_out() -> None:
    session = new_session()
    session.go_to(BY_CODE["calls"], ("forms", "question", "steps", 0, "questions", 1))
    session.act(Act.COPY, ("forms", "question", "steps", 0, "questions", 1))
    questions = ("forms", "question", "steps", 0, "questions")
    names = [q["linkId"] for q in find(session.data, questions)]
    assert names == ["question", "needs_message", "needs_message_2", "back"]
    session.act(Act.DOWN, (*questions, 2))
    assert Act.IN in acts_of(next(i for i in session.items["calls"] if i.key == (*questions, 3)),
                             session.data)  # fmt: skip
    session.act(Act.IN, (*questions, 3))
    inside = (*questions, 2, "item", 6)
    assert find(session.data, (*inside, "linkId")) == "needs_message_2"
    assert session.open_item is not None
    assert session.open_item.key == inside
    session.act(Act.OUT, inside)
    assert find(session.data, (*questions, 3, "linkId")) == "needs_message_2"


def test_a_day_opens_and_closes() -> None:
    session = new_session()
    session.go_to(BY_CODE["hours"])
    session.set_value("hours/sun", ON)
    assert session.data["hours"]["sun"] == {"opens": "08:00", "closes": "17:00"}
    session.set_value("hours/sun/lunch/from", "12:00")
    assert session.inspection is not None
    assert [f.path for f in session.inspection.faults] == [("hours", "sun", "lunch", "to")]
    session.set_value("hours/sun/lunch/from", "")
    session.set_value("hours/sun", "")
    assert same(session.data, edits.read(MAPLE))


# --- conditions in plain words ------------------------------------------------------------------

SLOT = ("forms", "change_appointment", "steps", 2, "questions", 0)


def conditions(session: Session, path: KeyPath) -> Any:
    return find(session.data, (*path, "enableWhen"))


def test_a_condition_is_put_in_words_that_fit_the_question() -> None:
    session = new_session()
    path: KeyPath = ("forms", "new_appointment", "steps", 1, "questions", 3)
    session.go_to(BY_CODE["calls"], path)
    fields = dict(keyed(session.open_item))
    base = session.open_item.path if session.open_item else ()
    assert fields["enableWhen/0/operator"].value(session.data, base) == "="
    assert fields["enableWhen/0/value"].value(session.data, base) == "other"
    session.set_value("enableWhen/0/operator", "!=")
    session.set_value("enableWhen/0/value", "mother")
    assert conditions(session, path) == [
        {"question": "relationship", "operator": "!=", "answerCoding": "mother"}
    ]
    session.set_value("enableWhen/0/question", "sibling")  # a yes or no: the value goes
    assert conditions(session, path) == [
        {"question": "sibling", "operator": "=", "answerBoolean": True}
    ]
    session.set_value("enableWhen/0/operator", "not_no")
    session.set_value("enableWhen/1/question", "birth_date")
    session.set_value("enableWhen/1/operator", ">=")
    session.set_value("enableWhen/1/value", "2020-01-01")
    session.set_value("enableBehavior", "any")
    assert conditions(session, path) == [
        {"question": "sibling", "operator": "!=", "answerBoolean": False},
        {"question": "birth_date", "operator": ">=", "answerDate": "2020-01-01"},
    ]
    assert session.inspection is not None
    assert session.inspection.faults == ()
    session.set_value("enableWhen/1/question", "")
    session.set_value("enableWhen/0/question", "")
    assert conditions(session, path) is None


def test_only_what_is_asked_before_can_be_looked_at() -> None:
    data = edits.read(MAPLE)
    path: KeyPath = ("forms", "new_appointment", "steps", 0, "questions", 3)
    asked = [q.link_id for q in asked_before(data, CallType.NEW_APPOINTMENT, path)]
    assert asked == ["patient_name", "birth_date", "seen_before"]
    everything = asked_before(data, CallType.QUESTION)
    assert [q.link_id for q in everything] == ["question", "needs_message", "caller_name",
                                               "callback", "who_answers", "best_time", "voicemail",
                                                   "patient_name"]  # fmt: skip


# --- shared answers and expressions --------------------------------------------------------------

CHOICE = ("forms", "new_appointment", "steps", 0, "questions", 3)


def test_answers_are_shared_by_a_list_and_taken_back() -> None:
    session = new_session()
    session.go_to(BY_CODE["calls"])
    session.add("shared")
    assert session.data["value_sets"] == {"answers": [{"code": "new", "display": "New"}]}
    assert session.open_item is not None
    assert session.open_item.title == "Shared answers: Answers"
    session.set_value("0/display", "Mornings")
    session.set_value("0/code", "mornings")
    session.add("option")
    session.set_value("1/display", "Afternoons")
    session.set_value("1/code", "afternoons")
    session.go_to(BY_CODE["calls"], CHOICE)
    session.set_value("type", "choice")
    session.set_value("answerValueSet", "answers")
    question = find(session.data, CHOICE)
    assert question["answerValueSet"] == "answers"
    assert "answerOption" not in question
    assert session.inspection is not None
    assert session.inspection.practice is not None, session.inspection.faults
    practice = session.inspection.practice
    form = practice.forms[CallType.NEW_APPOINTMENT]
    (asked,) = (q for q in form.questions() if q.link_id == question["linkId"])
    shown = practice.answer_options(asked)
    assert [option.display for option in shown] == ["Mornings", "Afternoons"]
    session.set_value("answerValueSet", "")
    assert find(session.data, CHOICE)["answerOption"] == [{"code": "new", "display": "New"}]
    session.go_to(BY_CODE["calls"], ("value_sets", "answers"))
    session.set_value("", "remove")
    assert "value_sets" not in session.data or not session.data["value_sets"]


def test_a_rule_and_a_value_in_fhirpath_can_be_begun() -> None:
    session = new_session()
    path: KeyPath = ("forms", "refill", "steps", 0, "questions", 1)
    session.go_to(BY_CODE["calls"], path)
    session.add("shown_by")
    assert "linkId" in find(session.data, path)["enableWhenExpression"]
    assert session.inspection is not None
    assert session.inspection.faults == ()
    session.set_value("enableWhenExpression", "1 = 1")
    assert session.places[0][1].spec is not None
    assert session.places[0][1].spec.at == ("enableWhenExpression",)
    session.stack.undo()
    session.go_to(BY_CODE["calls"], (*path[:-1], 0))
    assert session.open_item is not None
    assert "shown_by" not in {add.code for add in session.open_item.adds}  # nothing is asked before


def test_an_answer_worked_out_can_be_begun() -> None:
    session = new_session()
    session.go_to(BY_CODE["calls"], ("forms", "refill", "steps", 0, "questions", 0))
    session.add("question")
    session.add("worked_out")
    assert session.inspection is not None
    assert session.inspection.faults == ()
    session.set_value("calculatedExpression", "nonsense((")
    assert session.places[0][1].spec is not None
    assert session.places[0][1].spec.at == ("calculatedExpression",)


# --- faults stand at their fields -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "key", "row", "given", "wrong"),
    [
        ("practice", "timezone", ("reached",), "Mars/Base", "is not a time zone"),
        ("practice", "numbers", ("reached",), "12", "is not a phone number"),
        ("hours", "hours/mon/opens", ("week",), "8 am", "write 24-hour clock, such as 08:00"),
        ("hours", "holidays/closed_on", ("holidays",), "Labour Day", "did you mean “Labor Day”?"),
        ("greetings", "default", ("greetings", "after_hours"), "Hi {{ agnt }}", "is not known"),
        ("answers", "answer", ("faq", 2), "", "is empty"),
        ("people", "clinic/mon", ("providers", 0), "8-9", "is not a time"),
        ("calls", "linkId", ("forms", "refill", "steps", 0, "questions", 1), "a b", "without"),
        ("flags", "number", ("protocol", "emergency_lines", 0), "1", "is not a phone number"),
        ("on_call", "tiers/0/provider", ("on_call", "weekly", 0), "nobody", "is not a provider"),
        ("agreement", "baa/signed_on", ("baa",), "soon", "is not a date"),
    ],
)
def test_a_mistake_stands_at_the_field_it_was_made_in(
    code: str, key: str, row: KeyPath, given: str, wrong: str
) -> None:
    session = new_session()
    session.go_to(BY_CODE[code], row)
    session.set_value(key, given)
    fault, place = session.places[0]
    assert wrong in fault.wrong
    assert place.section.code == code
    assert place.item.key == row
    assert place.spec is not None
    assert "/".join(str(part) for part in place.spec.at) == key
    session.stack.undo()
    assert session.places == []


def test_a_file_with_a_block_missing_says_so_in_the_section_it_belongs_to() -> None:
    owners = (("on_call", "on_call"), ("greetings", "greetings"), ("hours", "hours"))
    for key, code in (*owners, ("forms", "calls"), ("timezone", "practice")):
        session = new_session(edits.take_out(MAPLE, (key,)))
        sections = {place.section.code for _, place in session.places}
        assert code in sections, key


# --- any sequence of changes --------------------------------------------------------------------

GIVEN = st.one_of(
    st.sampled_from(["", "yes", "no", "mon,fri", "08:00", "2026-12-24", "2", "other", "a, b", "x;",
                     "{{ agent }}", "#", "- a", "choice", "boolean", "+15155550199"]),
    st.text(max_size=12),
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_changes_load_or_are_faults_at_fields_and_can_all_be_taken_back(
    data: st.DataObject,
) -> None:
    text = TEXTS[data.draw(st.sampled_from(sorted(TEXTS)))]
    session = Session(text=text, based_on=None)
    for _ in range(data.draw(st.integers(1, 8))):
        section = data.draw(st.sampled_from(SECTIONS))
        session.go_to(section)
        items = session.items[section.code]
        item = data.draw(st.sampled_from(items)) if items else None
        if item is not None:
            session.go_to(section, item.key)
        adds = [add.code for add in (*(item.adds if item else ()), *section.adds(session.data))]
        acts = sorted(acts_of(item, session.data)) if item is not None else []
        fields = [key for key, spec in keyed(item) if spec.put is not Put.NOTE]
        what = data.draw(st.sampled_from(("set", "set", "add", "act")))
        if what == "add" and adds:
            session.add(data.draw(st.sampled_from(adds)))
        elif what == "act" and acts and item is not None:
            session.act(data.draw(st.sampled_from(acts)), item.key)
        elif fields:
            session.set_value(data.draw(st.sampled_from(fields)), data.draw(GIVEN))
    after = session.text
    session.inspection = inspect(after)
    assert (session.inspection.practice is None) == bool(session.inspection.faults)
    for fault, place in session.places:
        assert place.item in session.items[place.section.code], fault
    while session.stack.canUndo():
        session.stack.undo()
    assert session.text == text
    while session.stack.canRedo():
        session.stack.redo()
    assert session.text == after


@given(st.lists(st.text("ab ,é", min_size=1, max_size=6).filter(lambda w: w.strip()), max_size=4))
def test_several_words_on_a_line_come_back(words: list[str]) -> None:
    plain = [" ".join(word.split()) for word in words]
    kept = [word for word in plain if word.strip(",").strip()]
    if any(";" in word or word.startswith(",") for word in kept):
        return
    assert split(joined(kept)) == kept


def test_messages_are_delivered_by_ways_that_fit(qapp: object) -> None:
    session = new_session()
    session.go_to(BY_CODE["messages"])
    session.add("letterbox")
    session.set_value("to", "desk@maple.example")
    session.set_value("seal", "certificate")
    assert session.data["delivery"]["letterboxes"] == [
        {"by": "mail", "to": "desk@maple.example", "seal": "certificate", "certificate": ""}
    ]
    session.set_value("seal", "notice")
    session.go_to(BY_CODE["messages"], ("delivery",))
    session.set_value("quiet/from", "21:00")
    session.set_value("quiet/to", "07:00")
    assert session.inspection is not None
    assert session.inspection.faults == ()
    assert session.data["delivery"]["quiet"] == {"from": "21:00", "to": "07:00"}
    session.set_value("quiet/from", "")
    session.set_value("quiet/to", "")
    assert "quiet" not in session.data["delivery"]


def test_their_own_calendar_is_written_with_the_name_of_its_secret(qapp: object) -> None:
    session = new_session()
    session.go_to(BY_CODE["people"], ("calendar",))
    session.set_value("", "yes")
    for key, value in {
        "url": "https://dav.maple.example/visits/", "user": "frontdesk", "secret": "maple-calendar",
        "providers/lindqvist": "https://dav.maple.example/lindqvist/", "away_after": "10",
    }.items():  # fmt: skip
        session.set_value(key, value)
    assert session.inspection is not None
    assert session.inspection.faults == ()
    assert session.data["calendar"] == {
        "kind": "caldav",
        "url": "https://dav.maple.example/visits/",
        "user": "frontdesk",
        "secret": "maple-calendar",
        "providers": {"lindqvist": "https://dav.maple.example/lindqvist/"},
        "away_after": 10,
    }
    session.set_value("secret", "Correct Horse 7!")
    (fault,) = session.inspection.faults
    assert fault.path == ("calendar", "secret")
    assert "Horse" not in fault.wrong
    session.set_value("secret", "maple-calendar")
    session.set_value("providers/lindqvist", "")
    assert "providers" not in session.data["calendar"]
    session.set_value("", "")
    assert "calendar" not in session.data


def test_who_is_invited_by_mail_and_what_is_said_go_with_how_it_is_sealed(qapp: object) -> None:
    session = new_session()
    session.go_to(BY_CODE["people"], ("invitations",))
    session.set_value("", "yes")
    session.set_value("to", "front@maple.example")
    session.set_value("providers/lindqvist", "lindqvist@maple.example")
    assert session.inspection is not None
    assert session.inspection.faults == ()
    session.set_value("seal", "certificate")
    session.set_value("certificate", "-----BEGIN CERTIFICATE-----")
    session.set_value("tells", "patient")
    assert session.inspection.faults == ()
    assert session.data["invitations"] == {
        "to": "front@maple.example",
        "providers": {"lindqvist": "lindqvist@maple.example"},
        "seal": "certificate",
        "certificate": "-----BEGIN CERTIFICATE-----",
        "tells": ["patient"],
    }
    session.set_value("seal", "notice")
    session.set_value("providers/lindqvist", "")
    assert session.data["invitations"] == {"to": "front@maple.example"}
    session.set_value("to", "nobody")
    (fault,) = session.inspection.faults
    assert "is not a mailbox" in fault.wrong
    session.set_value("", "")
    assert "invitations" not in session.data
