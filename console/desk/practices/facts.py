"""The sections of what a practice is and says: names and numbers, greetings, answers, agreement."""

from collections.abc import Callable
from typing import Any, Final

from console.desk.practices.labels import MODES, TYPE_OPTIONS
from console.desk.practices.specs import (
    HALF,
    ON,
    Add,
    Item,
    Section,
    Spec,
    as_words,
    clean,
    entries,
    split,
    words_at,
    write_value,
)
from console.desk.practices.views import Put
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath
from scripts.recording import ConsentLaw

_NAMES_HELP: Final = "{{ practice }}, {{ agent }}, {{ part_of_day }}, {{ next_opening }} fill in"


# --- the practice --------------------------------------------------------------------


def _practice(data: Any) -> list[Item]:
    names = (
        Spec(("name",), "Name", optional=False, share=HALF),
        Spec(("spoken_name",), "As it is said", optional=False, share=HALF),
        Spec(("pronounced",), "How to pronounce it", share=HALF),
        Spec(("specialty",), "Specialty", optional=False, share=HALF),
        Spec(("languages",), "Languages", many=True, share=HALF),
    )
    reached = (
        Spec(("numbers",), "Numbers callers dial", many=True, optional=False),
        Spec(("address",), "Address", optional=False),
        Spec(("city",), "Town, as receptionists see it", optional=False, share=HALF),
        Spec(
            ("timezone",), "Time zone", optional=False, share=HALF, help="Such as America/Chicago"
        ),
        Spec(("directions",), "Directions, to be read out", Put.PARAGRAPH),
    )
    return [
        Item((), "Name and languages", specs=names, name=("names",)),
        Item((), "Numbers and address", specs=reached, name=("reached",)),
        *(_line(data, place) for place in range(len(entries(data, ("lines",))))),
    ]


def _line(data: Any, place: int) -> Item:
    path: KeyPath = ("lines", place)
    greetings = tuple(
        Spec(("greetings", mode.value, "default"), f"Greeting: {label}", Put.PARAGRAPH,
             read=_greeting_default, write=_write_line_greeting)
        for mode, label in MODES.items()
    )  # fmt: skip
    specs = (
        Spec(("number",), "Number", optional=False, share=HALF, help="One of those above"),
        Spec(("name",), "What it is for", optional=False, share=HALF),
        *greetings,
    )
    title = words_at(data, *path, "name") or "A number"
    return Item(path, title, words_at(data, *path, "number"), 1, specs, movable=True)


def _write_line_greeting(text: str, path: KeyPath, given: str) -> str:
    """A line's greeting of a mode; the practice's own is said where it is emptied."""
    if clean(given):
        return _write_greeting(text, path, given)
    text = write_value(text, path[:-1], None)
    left = find(edits.read(text), path[:-2])
    return edits.take_out(text, path[:-2]) if left == {} else text


def _practice_adds(data: Any) -> tuple[Add, ...]:
    numbers = entries(data, ("numbers",))
    line = {"number": str(numbers[0]) if numbers else "", "name": ""}
    return (Add("line", "A number with a greeting of its own", ("lines",), line),)


# --- greetings and phrases -----------------------------------------------------------


def _greeting_default(data: Any, path: KeyPath) -> str:
    found = find(data, path[:-1])
    return str(found) if isinstance(found, str) else words_at(data, *path)


def _write_greeting(text: str, path: KeyPath, given: str) -> str:
    """A greeting of one line may be written without `default`."""
    found = find(edits.read(text), path[:-1])
    if isinstance(found, str):
        if path[-1] == "default":
            return edits.put(text, path[:-1], clean(given))
        text = edits.put(text, path[:-1], {"default": found})
    return write_value(text, path, clean(given) or None, drop=path[-1] != "default")


def _greetings(data: Any) -> list[Item]:
    items = []
    labels = (
        ("default", "At any time"),
        ("open", "While the doors are open"),
        ("lunch", "At lunch"),
        ("closed", "While they are closed"),
        ("holiday", "On a holiday"),
    )
    for mode, label in MODES.items():
        specs = tuple(
            Spec(
                (key,),
                words,
                Put.PARAGRAPH,
                optional=key != "default",
                help=_NAMES_HELP if key == "default" else "",
                read=_greeting_default if key == "default" else None,
                write=_write_greeting,
                about=((),) if key == "default" else (),
            )
            for key, words in labels
        )
        mode_path: KeyPath = ("greetings", mode.value)
        items.append(
            Item(mode_path, label, _greeting_default(data, (*mode_path, "default")), specs=specs)
        )
    words_911 = (Spec(("protocol", "words_911"), "What is read in an emergency", Put.PARAGRAPH),)
    items.append(Item((), "The 911 line", specs=words_911, name=("words_911",)))
    for place in range(len(entries(data, ("protocol", "notes")))):
        path: KeyPath = ("protocol", "notes", place)
        specs = (
            Spec(("text",), "At the receptionist's right hand", Put.PARAGRAPH, optional=False),
            Spec(("call_types",), "Only for", Put.MANY, TYPE_OPTIONS,
                 help="None ticked: for every call"),
        )  # fmt: skip
        items.append(Item(path, "Note", words_at(data, *path, "text"), specs=specs, movable=True))
    return items


def _greeting_adds(_data: Any) -> tuple[Add, ...]:
    return (Add("note", "A note", ("protocol", "notes"), {"text": ""}),)


# --- answers -------------------------------------------------------------------------


def _answers(data: Any) -> list[Item]:
    plans = (
        Spec(("insurance", "accepted"), "Insurance accepted, in the order it is named",
             Put.PARAGRAPH, many=True),
        Spec(("insurance", "not_accepted"), "Known not to be accepted", Put.PARAGRAPH, many=True),
        Spec(("insurance", "synonyms"), "What callers say for a plan", Put.PARAGRAPH,
             read=_synonyms, write=_write_synonyms, help="UnitedHealthcare = UHC, United; …"),
        Spec(("insurance", "note"), "What to add"),
        Spec(("new_patients", "accepting"), "New patients are taken", Put.TICK, optional=False,
             share=HALF, write=_accepting),
        Spec(("new_patients", "note"), "What to say about it", Put.PARAGRAPH),
        Spec(("new_patients", "value"), "Worth of a new patient, in whole dollars", number=True,
             share=HALF, help="For the practice’s monthly report; never said to a caller"),
    )  # fmt: skip
    items = [Item((), "Insurance and new patients", specs=plans, name=("plans",))]
    for place in range(len(entries(data, ("faq",)))):
        path: KeyPath = ("faq", place)
        specs = (
            Spec(("label",), "Label", optional=False, share=HALF),
            Spec(("short",), "In short, for the list", share=HALF),
            Spec(("question",), "What callers ask", optional=False),
            Spec(("answer",), "The answer, read out", Put.PARAGRAPH, optional=False),
            Spec(("synonyms",), "Other words for it", Put.PARAGRAPH, many=True),
            Spec(("pinned",), "Shown before anything is searched", Put.TICK),
        )
        title = words_at(data, *path, "label") or "An answer"
        items.append(Item(path, title, words_at(data, *path, "answer"), 0, specs, movable=True))
    return items


def _synonyms(data: Any, path: KeyPath) -> str:
    found = find(data, path)
    pairs = found.items() if isinstance(found, dict) else ()
    return "; ".join(f"{plan} = {as_words(said)}" for plan, said in pairs)


def _write_synonyms(text: str, path: KeyPath, given: str) -> str:
    """“UnitedHealthcare = UHC, United; Wellmark = Blue Cross”."""
    said: dict[str, Any] = {}
    for part in given.split(";"):
        plan, _, words = part.partition("=")
        if clean(plan):
            said[clean(plan)] = split(words)
    return write_value(text, path, said or None)


def _accepting(text: str, path: KeyPath, given: str) -> str:
    return edits.put(text, path, given == ON)


def _answer_adds(_data: Any) -> tuple[Add, ...]:
    value = {"label": "", "question": "", "answer": ""}
    return (Add("faq", "An answer", ("faq",), value),)


# --- agreement and recording ---------------------------------------------------------


def _block_tick(first: dict[str, Any]) -> Callable[[str, KeyPath, str], str]:
    """A tick that writes a whole block, or takes it out."""

    def write(text: str, path: KeyPath, given: str) -> str:
        there = find(edits.read(text), path) is not None
        if given == ON:
            return text if there else edits.put(text, path, first)
        return write_value(text, path, None)

    return write


def _is_there(data: Any, path: KeyPath) -> str:
    return ON if find(data, path) is not None else ""


def _agreement(data: Any) -> list[Item]:
    baa = {"signed_on": "", "document_sha256": ""}
    signed: tuple[Spec, ...] = (
        Spec(("baa",), "A Business Associate Agreement is signed", Put.TICK, read=_is_there,
             write=_block_tick(baa)),
    )  # fmt: skip
    if find(data, ("baa",)) is not None:
        signed += (
            Spec(("baa", "signed_on"), "Signed on", optional=False, share=HALF, help="2026-03-02"),
            Spec(("baa", "ends_on"), "Ends on", share=HALF, help="Its last day; empty: no end"),
            Spec(("baa", "document_sha256"), "SHA-256 of the signed document", optional=False),
        )
    first = {"law": ConsentLaw.ALL_PARTY.value, "announcement": "This call is recorded. Is that "
             "all right with you?"}  # fmt: skip
    recorded: tuple[Spec, ...] = (
        Spec(("recording",), "Calls are recorded", Put.TICK, read=_is_there,
             write=_block_tick(first)),
    )  # fmt: skip
    if find(data, ("recording",)) is not None:
        laws = (
            (ConsentLaw.ALL_PARTY.value, "All have to agree (asked)"),
            (ConsentLaw.ONE_PARTY.value, "One party is enough (told)"),
        )
        recorded += (
            Spec(("recording", "law"), "The law there", Put.PICK, laws, optional=False),
            Spec(("recording", "announcement"), "What is read to the caller", Put.PARAGRAPH,
                 optional=False),
        )  # fmt: skip
    return [
        Item((), "Agreement (BAA)", specs=signed, name=("baa",)),
        Item((), "Recording", specs=recorded, name=("recording",)),
    ]


PRACTICE = Section(
    "practice",
    "Practice",
    _practice,
    ("id", "name", "spoken_name", "pronounced", "specialty", "numbers", "lines", "timezone", "city",
     "address", "directions", "languages"),
    _practice_adds,
)  # fmt: skip
GREETINGS = Section(
    "greetings", "Greetings and phrases", _greetings, ("greetings",), _greeting_adds
)
ANSWERS = Section(
    "answers", "Answers", _answers, ("faq", "insurance", "new_patients"), _answer_adds
)
AGREEMENT = Section("agreement", "Agreement and recording", _agreement, ("baa", "recording"))
