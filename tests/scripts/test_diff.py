"""What a supervisor is told when two editions of a practice differ."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from scripts.calltypes import CallType
from scripts.diff import Change, Kind, by_section, compare
from scripts.loader import load_practice
from scripts.practice import Practice
from scripts.told.things import Section
from tests.scripts.samples import library, riverside, text_of

RIVERSIDE = "riverside_family_medicine.yaml"


def edited(tmp_path: Path, *changes: tuple[str, str]) -> tuple[Change, ...]:
    text = text_of(RIVERSIDE)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / RIVERSIDE
    path.write_text(text, "utf-8")
    return compare(riverside(), load_practice(path))


def sentences(changes: tuple[Change, ...]) -> list[str]:
    return [change.sentence for change in changes]


def test_the_same_practice_written_otherwise_has_no_difference(tmp_path: Path) -> None:
    path = tmp_path / RIVERSIDE
    data = yaml.safe_load(text_of(RIVERSIDE))
    path.write_text(yaml.safe_dump(data, sort_keys=True, allow_unicode=True), "utf-8")
    assert compare(riverside(), load_practice(path)) == ()


def test_hours_are_told_as_people_write_them(tmp_path: Path) -> None:
    changes = edited(
        tmp_path,
        (
            'fri: {opens: "08:00", closes: "17:00", lunch: {from: "12:00", to: "13:00"}}',
            'fri: {opens: "08:00", closes: "12:00"}',
        ),
    )
    assert sentences(changes) == ["Friday: was 08:00–17:00, lunch 12:00–13:00, now 08:00–12:00"]
    assert changes[0].section is Section.HOURS
    assert changes[0].key == "hours.fri"


def test_a_question_is_told_by_its_label_and_each_part_of_it(tmp_path: Path) -> None:
    changes = edited(
        tmp_path,
        (
            "linkId: pharmacy, type: string, text: Pharmacy and its street, feeds: pharmacy,\n"
            "             phi: true, required: true, critical: true}",
            "linkId: pharmacy, type: string, text: Pharmacy, feeds: pharmacy,\n"
            "             phi: true, critical: true}",
        ),
    )
    assert sentences(changes) == [
        "Refill, “Pharmacy”, label: was Pharmacy and its street, now Pharmacy",
        "Refill, “Pharmacy”, required: was yes, now no",
    ]
    assert {change.key for change in changes} == {"forms.refill.steps[1].questions[2]"}


def test_a_condition_is_told_in_words(tmp_path: Path) -> None:
    changes = edited(
        tmp_path,
        (
            'enableWhen: [{question: new_symptom, operator: "=", answerBoolean: true}]',
            'enableWhen: [{question: new_symptom, operator: "!=", answerBoolean: false}]',
        ),
    )
    assert sentences(changes) == [
        "Refill, “What the caller said, word for word”, asked when: was “Did the caller mention a "
        "new symptom?” is yes, now “Did the caller mention a new symptom?” is not no"
    ]


def test_what_is_new_and_what_is_gone(tmp_path: Path) -> None:
    changes = edited(
        tmp_path,
        ("Aetna, ", ""),
        ("linkId: notes, type: text, text: Anything else for the nurse, feeds: notes",
         "linkId: remarks, type: text, text: Remarks, feeds: notes"),
    )  # fmt: skip
    told_of = {(change.kind, change.name) for change in changes}
    assert told_of == {
        (Kind.REMOVED, "Insurance Aetna"),
        (Kind.ADDED, "Refill, “Remarks”"),
        (Kind.REMOVED, "Refill, “Anything else for the nurse”"),
    }
    assert list(by_section(changes)) == [Section.ANSWERS, Section.QUESTIONS]


def test_a_question_put_elsewhere_has_moved_and_the_others_have_not(tmp_path: Path) -> None:
    onset = (
        "          - {linkId: onset, type: string, text: Since when, feeds: onset, phi: true, "
        "required: true,\n             may_skip: true, half: true}\n"
    )
    age = "          - {linkId: age, type: string, text: Patient's age, feeds: age, half: true}\n"
    changes = edited(tmp_path, (onset + age, age + onset))
    assert [change.kind for change in changes] == [Kind.MOVED]
    assert changes[0].sentence.startswith("Symptom, “")


def test_the_order_plans_are_named_in_is_told(tmp_path: Path) -> None:
    changes = edited(tmp_path, ("[Wellmark, Aetna, United", "[Aetna, Wellmark, United"))
    (sentence,) = sentences(changes)
    assert sentence in (
        "Insurance Aetna: moved, now first",
        "Insurance Wellmark: moved, now after Insurance Aetna",
    )


def test_the_rota_and_the_protocol_are_told_by_who_and_when(tmp_path: Path) -> None:
    changes = edited(
        tmp_path,
        ("fallback: [{provider: okafor}, {provider: ortega, after: 10}]",
         "fallback: [{provider: ortega}, {provider: okafor, after: 5}]"),
        ("refill: {recipient: clinical staff, due: {business_days: 1}}",
         "refill: {recipient: the nurse, priority: soon, due: {minutes: 120}}"),
    )  # fmt: skip
    assert sentences(changes) == [
        "Messages, Refill, to: was clinical staff, now the nurse",
        "Messages, Refill, priority: was routine, now soon",
        "Messages, Refill, due: was the next business day, now within 120 minutes",
        "Whenever nobody else is: was Dr. Okafor, then Dr. Ortega after 10 minutes, now "
        "Dr. Ortega, then Dr. Okafor after 5 minutes",
    ]


def test_no_part_of_a_practice_changes_in_silence() -> None:
    """Every value of every model, changed by itself, is a difference."""
    practice = riverside()
    silent = [
        path
        for path, other in changed_once(practice)
        if not compare(practice, other) and not path.endswith("enable_behavior")
    ]  # how one condition alone is joined to others says nothing
    assert silent == []


def changed_once(practice: Practice) -> Iterator[tuple[str, Practice]]:
    """The practice with one value changed, for every value it has. Of the forms, one."""
    forms = {CallType.SYMPTOM: practice.forms[CallType.SYMPTOM]}
    for name in Practice.model_fields:
        if name not in ("version", "neutral"):
            value = forms if name == "forms" else getattr(practice, name)
            for path, other in values_changed(value):
                whole = practice.forms | other if name == "forms" else other
                yield f"{name}{path}", practice.model_copy(update={name: whole})


def values_changed(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            for path, other in values_changed(getattr(value, name)):
                yield f".{name}{path}", value.model_copy(update={name: other})
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from ((f".{key}{path}", value | {key: o}) for path, o in values_changed(item))
    elif isinstance(value, tuple) and value:
        yield "[-1] gone", value[:-1]
        for place, item in enumerate(value):
            for path, other in values_changed(item):
                yield f"[{place}]{path}", (*value[:place], other, *value[place + 1 :])
    else:
        changed = another(value)
        if changed is not None:
            yield "", changed


def another(value: Any) -> Any:
    """A value of the same kind that is not the same; None for what there is none of."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, Enum):
        return next((other for other in type(value) if other is not value), None)
    if isinstance(value, str):
        return "any" if value == "all" else f"{value[:-1]}{'0' if value.endswith('z') else 'z'}"
    if isinstance(value, int | float):
        return value + 1
    return later(value) if isinstance(value, date | time) else None


def later(value: date | time) -> date | time:
    if isinstance(value, date):
        return value + timedelta(days=1)
    return value.replace(minute=(value.minute + 1) % 60)


@given(st.data())
def test_two_samples_differ_both_ways_alike(data: st.DataObject) -> None:
    practices = library().practices
    one, other = (data.draw(st.sampled_from(practices)) for _ in range(2))
    there, back = compare(one, other), compare(other, one)
    assert (there == ()) == (one is other)
    opposite = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}
    stay = [c for c in there if c.kind is not Kind.MOVED]
    turned = [c for c in back if c.kind is not Kind.MOVED]
    assert sorted(
        (opposite.get(c.kind, c.kind), c.before, c.after, c.part) for c in stay
    ) == sorted((c.kind, c.after, c.before, c.part) for c in turned)
