"""The sections of what was agreed for calls that cannot wait: red flags, 911, messages."""

from typing import Any, Final

from console.desk.practices.conditions import asked_before, condition_specs
from console.desk.practices.labels import CALL_TYPES, TYPE_OPTIONS
from console.desk.practices.letters import letter_adds, letter_items
from console.desk.practices.specs import (
    HALF,
    ON,
    QUARTER,
    Add,
    Item,
    Section,
    Spec,
    entries,
    joined,
    split,
    words_at,
    write_value,
)
from console.desk.practices.views import Put
from scripts.calltypes import CallType
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath
from scripts.protocol import Priority

_PRIORITIES: Final = tuple((p.value, p.value.capitalize()) for p in Priority)


# --- red flags and 911 ---------------------------------------------------------------


def _flags(data: Any) -> list[Item]:
    items = []
    for place in range(len(entries(data, ("protocol", "red_flags")))):
        path: KeyPath = ("protocol", "red_flags", place)
        groups = entries(data, (*path, "all_of"))
        lists = tuple(
            Spec(("all_of", number), "One of these" if not number else "and one of these",
                 Put.PARAGRAPH, many=True, write=_write_group,
                 help="A word may end in * for any ending" if not number else "")
            for number in range(len(groups))
        )  # fmt: skip
        more = Spec(("all_of", len(groups)), "and one of these", Put.PARAGRAPH, many=True,
                    write=_write_group, help="Empty: nothing more is needed")  # fmt: skip
        specs = (
            Spec(("name",), "Name, as it is kept with the call", optional=False, share=HALF),
            Spec(("within",), "Within how many words", number=True, share=HALF, default="0",
                 help="0: anywhere in what was said"),
            *lists,
            more,
        )  # fmt: skip
        detail = " + ".join(joined([str(w) for w in g][:3]) for g in groups if isinstance(g, list))
        title = words_at(data, *path, "name") or "A red flag"
        items.append(Item(path, title, detail, 0, specs, movable=True))
    for place in range(len(entries(data, ("protocol", "emergency_lines")))):
        path = ("protocol", "emergency_lines", place)
        specs = (
            Spec(("area",), "Area", optional=False, share=HALF),
            Spec(("psap",), "Who answers", optional=False, share=HALF),
            Spec(("number",), "Ten-digit number", optional=False, share=HALF),
            Spec(("places",), "Towns, counties and ZIP codes", Put.PARAGRAPH, many=True),
        )
        title = words_at(data, *path, "area") or "An area"
        detail = f"911 there: {words_at(data, *path, 'number')}"
        items.append(Item(path, title, detail, 0, specs, movable=True))
    return items


def _write_group(text: str, path: KeyPath, given: str) -> str:
    """A list of words of a red flag; the last one that is emptied goes."""
    words, place = split(given), path[-1]
    groups = entries(edits.read(text), path[:-1])
    if place == len(groups):
        return edits.insert(text, path[:-1], len(groups), words) if words else text
    if not words and len(groups) > 1 and isinstance(place, int) and place == len(groups) - 1:
        return edits.take_out(text, path)
    return edits.put(text, path, words)


def _flag_adds(_data: Any) -> tuple[Add, ...]:
    line = {"area": "", "psap": "", "number": ""}
    return (
        Add("flag", "A red flag", ("protocol", "red_flags"), {"name": "", "all_of": [[]]}),
        Add("line", "An emergency number", ("protocol", "emergency_lines"), line),
    )


# --- messages and the hold policy ----------------------------------------------------


def _due_kind(data: Any, path: KeyPath) -> str:
    return "minutes" if find(data, (*path, "minutes")) is not None else "business_days"


def _write_due_kind(text: str, path: KeyPath, given: str) -> str:
    kind = {"minutes": 60} if given == "minutes" else {"business_days": 1}
    if set(find(edits.read(text), path) or {}) & set(kind):
        return text
    return edits.put(text, path, kind)


def _messages(data: Any) -> list[Item]:
    items = []
    due_kinds = (
        ("business_days", "Business days after the call"),
        ("minutes", "Minutes, any hour"),
    )
    for kind, label in CALL_TYPES.items():
        if kind in (CallType.URGENT, CallType.EMERGENCY):
            continue
        path: KeyPath = ("protocol", "messages", kind.value)
        minutes = _due_kind(data, (*path, "due")) == "minutes"
        specs: tuple[Spec, ...] = (
            Spec(("recipient",), "Goes to", optional=False, share=HALF),
            Spec(("priority",), "How urgent", Put.PICK, _PRIORITIES, default="routine", share=HALF),
            Spec(("due",), "To be acted on within", Put.PICK, due_kinds, optional=False,
                 share=HALF, read=_due_kind, write=_write_due_kind),
        )  # fmt: skip
        if minutes:
            specs += (Spec(("due", "minutes"), "Minutes", number=True, optional=False, share=HALF),)
        else:
            specs += (
                Spec(("due", "business_days"), "How many", number=True, optional=False,
                     share=QUARTER, help="0 is today while it is open"),
                Spec(("due", "by"), "By", share=QUARTER, help="Empty: closing"),
            )  # fmt: skip
        detail = words_at(data, *path, "recipient")
        items.append(Item(path, label, detail, specs=specs))
    items.append(_hold(data))
    items += [
        _must(data, place) for place in range(len(entries(data, ("protocol", "must_escalate"))))
    ]
    return [*items, *letter_items(data)]


def _must(data: Any, place: int) -> Item:
    path: KeyPath = ("protocol", "must_escalate", place)
    kind = words_at(data, *path, "call_type")
    known = CallType(kind) if kind in set(CallType) else CallType.SYMPTOM
    specs = (
        Spec(("name",), "Name", optional=False, share=HALF),
        Spec(("call_type",), "On calls of this type", Put.PICK, TYPE_OPTIONS, optional=False,
             share=HALF),
        *condition_specs(data, path, "when", "when_behavior", known, "Always escalated when"),
    )  # fmt: skip
    title = words_at(data, *path, "name") or "Always escalated"
    return Item(path, title, CALL_TYPES.get(known, ""), 1, specs, movable=True)


def _message_adds(data: Any) -> tuple[Add, ...]:
    asked = asked_before(data, CallType.SYMPTOM)
    first = {"question": asked[0].link_id if asked else "", "operator": "exists",
             "answerBoolean": True}  # fmt: skip
    value = {"name": "", "call_type": CallType.SYMPTOM.value, "when": [first]}
    return (
        Add("must", "An answer that is always escalated", ("protocol", "must_escalate"), value),
        *letter_adds(data),
    )


def _hold(data: Any) -> Item:
    path: KeyPath = ("protocol", "hold_policy")
    first = {"signed_by": "", "signed_on": "", "when": [{"question": "", "operator": "=",
             "answerBoolean": False}]}  # fmt: skip

    def write(text: str, at: KeyPath, given: str) -> str:
        there = find(edits.read(text), at) is not None
        if given == ON:
            return text if there else edits.put(text, at, first)
        return write_value(text, at, None)

    specs: tuple[Spec, ...] = (
        Spec((), "The practice signed that some symptom calls may wait", Put.TICK,
             read=lambda found, at: ON if find(found, at) is not None else "", write=write),
    )  # fmt: skip
    if find(data, path) is not None:
        specs += (
            Spec(("signed_by",), "Signed by", optional=False, share=HALF),
            Spec(("signed_on",), "Signed on", optional=False, share=HALF, help="2026-03-02"),
            *condition_specs(data, path, "when", "when_behavior", CallType.SYMPTOM, "A call waits"),
        )
    detail = "signed" if find(data, path) is not None else "none: every symptom is escalated"
    return Item(path, "Symptoms that may wait", detail, specs=specs)


RED_FLAGS = Section("flags", "Red flags and 911", _flags, ("protocol",), _flag_adds)
MESSAGES = Section("messages", "Messages and holding", _messages, ("delivery",), _message_adds)
