"""A copy of each sample, broken in every known way: each fault is named with its line and key.

What a value may be is checked before what values say together, so each file is broken twice: once
in all ways of the first kind at once, once in all of the second.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import yamlfile
from scripts.faults import Fault, KeyPath, PracticeFileError, dotted
from scripts.loader import SAMPLES, load_practice

FILES = sorted(SAMPLES.glob("*.yaml"))
Break = tuple[KeyPath, Any, KeyPath | None, str]
"""Where, what is put there (or `GONE`), where the fault is named if not there, and a piece of the
sentence expected."""

GONE = object()


def values(data: dict[str, Any]) -> Iterator[Break]:
    """Values that are none, and keys that are missing or not known."""
    day = next(day for day, hours in data["hours"].items() if isinstance(hours, dict))
    flag, due = ("protocol", "red_flags", 0), {"minutes": 5, "business_days": 1}
    yield ("numbers", 0), "555-0100", None, "is not a phone number"
    yield ("timezone",), "America/Springfield", None, "is not a time zone"
    yield ("hours", day, "opens"), "8 am", None, "is not a time; write 24-hour clock, such as 08:00"
    yield ("exceptions", 0, "date"), "24 December", None, "is not a date"
    yield ("coverage", "daytime"), "after_hours", None, "daytime is primary or overflow"
    yield ("booking",), {"grid": 1}, ("booking", "grid"), "is too small; the least is 5"
    yield ("providers", 0, "id"), "Dr Okafor", None, "is not an id"
    yield ("providers", 0, "phone"), "call me", None, "is not a phone number"
    yield ("appointment_types", 0, "minutes"), "half an hour", None, "is not a whole number"
    yield ("appointment_types", 0, "who"), "everybody", None, "write new or existing or both"
    yield ("faq", 0, "answer"), GONE, None, "is missing; write it"
    yield ("faq", 0, "synonims"), ["a"], None, "is not a known key; did you mean “synonyms”?"
    yield ("new_patients", "accepting"), "perhaps", None, "is neither true nor false"
    yield ("protocol", "words_911"), "", None, "is empty; write the words"
    yield (*flag, "within"), 99, None, "is too large; the most is 50"
    yield ("protocol", "messages", "refill", "priority"), "asap", None, "is not known"
    yield ("protocol", "messages", "question", "due"), due, None, "needs either"
    yield ("protocol", "emergency_lines", 0, "number"), "911", None, "is not a phone number"
    yield ("on_call", "fallback", 0, "after"), 900, None, "is too large; the most is 240"
    yield ("ladders", 0, "every"), 0, None, "is too small; the least is 1"
    yield ("ladders", 0, "steps", 0, "act"), "shout", None, "is not known; write one of"
    yield ("forms", "question", "steps", 0, "questions", 0, "type"), "words", None, "is not known"
    yield ("forms", "refill", "steps", 0, "title"), GONE, None, "is missing; write it"
    yield ("forms", "urgent", "ends"), "whenever", None, "is not known"


def sayings(data: dict[str, Any]) -> Iterator[Break]:
    """What a file says that does not go together, or that no script may say."""
    asked: KeyPath = ("steps", 0, "questions", 0)
    exceptions = [*data["exceptions"], data["exceptions"][0]]
    messages = ("protocol", "messages")
    yield ("greetings", "primary", "default"), "Hello from {{ practise }}.", None, "{{ practise }}"
    yield ("greetings", "after_hours", "default"), "Nobody is here.", None, "does not say 911"
    yield ("greetings", "overflow", "default"), "{{ agent.__class__ }}", None, "only names and if"
    yield ("greetings", "after_hours", "holiday"), "911. Is this an emergency?", None, "judge"
    yield ("holidays", "closed_on", 0), "New Yers Day", None, "is not a holiday of this calendar"
    yield ("exceptions",), exceptions, ("exceptions", len(exceptions) - 1, "date"), "given twice"
    if isinstance(data.get("baa"), dict):
        yield ("baa", "ends_on"), "2001-01-01", None, "lies before signed_on"
    yield ("faq", 1, "label"), data["faq"][0]["label"], None, "is the label of entry 1"
    yield ("faq", 2, "answer"), "Don't worry, it will be fine.", None, "reassures or advises"
    yield ("insurance", "not_accepted", 0), data["insurance"]["accepted"][0], None, "is accepted as"
    yield ("providers", 1, "id"), data["providers"][0]["id"], None, "is taken by entry 1"
    types: KeyPath = ("appointment_types", 0, "providers")
    yield types, ["nobody"], (*types, 0), "is not a provider of this practice"
    yield ("contacts", 0, "id"), "on_call", None, "is a word the ladder uses"
    yield ("on_call", "fallback", 0, "provider"), "nobody", None, "is not a provider"
    yield ("ladders", 0, "human"), "on_call", None, "is a turn, not a person"
    yield ("protocol", "red_flags", 0, "all_of", 0, 0), "a", None, "a word too short"
    yield (*messages, "refill"), GONE, messages, "has no rule for refill"
    yield ("forms", "emergency", *asked, "required"), True, None, "nothing stands in the way of 911"
    where: KeyPath = ("forms", "question", *asked)
    yield (*where, "text"), "Any symptoms?", where, "asks about symptoms"
    yield ("forms", "new_appointment", "ends"), "answered", None, "cannot end answered"
    yield (
        ("forms", "refill", "steps", 0, "say"),
        "Is this urgent?",
        None,
        "asks the caller to judge",
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("kind", [values, sayings])
def test_every_fault_is_named(
    tmp_path: Path, file: Path, kind: Callable[[dict[str, Any]], Iterator[Break]]
) -> None:
    data = plain(file)
    breaks = list(kind(data))
    text, faults = broken(tmp_path, data, breaks)
    told = {(fault.key, fault.line, fault.wrong) for fault in faults}
    for path, _, where, piece in breaks:
        key = path if where is None else where
        place = (dotted(key), line_of(text, key))
        found = [wrong for *at, wrong in told if tuple(at) == place]
        assert any(piece in wrong for wrong in found), (place, piece, "\n".join(map(str, faults)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_question_that_nobody_can_reach_and_a_way_without_an_end(
    tmp_path: Path, file: Path
) -> None:
    never = [{"question": "first", "operator": "=", "answerBoolean": True},
             {"question": "first", "operator": "=", "answerBoolean": False}]  # fmt: skip
    extra = [{"linkId": "first", "type": "boolean", "text": "First"},
             {"linkId": "lost", "type": "string", "text": "Lost", "enableWhen": never}]  # fmt: skip
    data = plain(file)
    questions = data["forms"]["question"]["steps"][0]["questions"]
    questions += extra
    place = len(questions) - 1
    text, faults = broken(tmp_path, data, [])
    where: KeyPath = ("forms", "question", "steps", 0, "questions", place, "enableWhen")
    (fault,) = faults
    assert (fault.key, fault.line) == (dotted(where), line_of(text, where))
    assert fault.wrong.startswith("can never be met")


def plain(file: Path) -> dict[str, Any]:
    data, _ = yamlfile.parse(file, file.read_text("utf-8"))
    assert isinstance(data, dict)
    for mode in ("primary", "overflow", "after_hours"):  # the long way, so that each has its place
        if isinstance(data["greetings"].get(mode), str):
            data["greetings"][mode] = {"default": data["greetings"][mode]}
    return data


def broken(
    folder: Path, data: dict[str, Any], breaks: list[Break]
) -> tuple[str, tuple[Fault, ...]]:
    for path, value, _, _ in breaks:
        put(data, path, value)
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    where = folder / next(file.name for file in FILES if file.stem == data["id"])
    where.write_text(text, "utf-8")
    with pytest.raises(PracticeFileError) as refused:
        load_practice(where)
    return text, refused.value.faults


def put(data: Any, path: KeyPath, value: Any) -> None:
    for part in path[:-1]:
        data = data[part]
    if value is GONE:
        del data[path[-1]]
    else:
        data[path[-1]] = value


def line_of(text: str, path: KeyPath) -> int:
    _, lines = yamlfile.parse(Path("copy.yaml"), text)
    return yamlfile.line_of(lines, path)
