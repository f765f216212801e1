"""The sections of what a practice is: its names, hours, words, answers, people and agreement."""

from collections.abc import Callable
from typing import Any, Final

from console.desk.practices.specs import (
    DAYS,
    HALF,
    ON,
    QUARTER,
    THIRD,
    Add,
    Item,
    Section,
    Spec,
    as_words,
    clean,
    day_words,
    entries,
    joined,
    split,
    words_at,
    write_value,
)
from console.desk.practices.views import Put
from scripts.calltypes import CallType, Mode
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath
from scripts.fields import WEEKDAYS
from scripts.recording import ConsentLaw

DAY_NAMES: Final = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
MODES: Final = {
    Mode.PRIMARY: "All calls (primary)",
    Mode.OVERFLOW: "When their desk is busy (overflow)",
    Mode.AFTER_HOURS: "After hours",
}
CALL_TYPES: Final = {
    CallType.QUESTION: "Question",
    CallType.NEW_APPOINTMENT: "New appointment",
    CallType.CHANGE_APPOINTMENT: "Change appointment",
    CallType.REFILL: "Refill",
    CallType.SYMPTOM: "Symptom or diagnosis",
    CallType.URGENT: "Urgent, on call",
    CallType.EMERGENCY: "Emergency 911",
}
TYPE_OPTIONS: Final = tuple((kind.value, label) for kind, label in CALL_TYPES.items())
_MODE_OPTIONS: Final = tuple((mode.value, label) for mode, label in MODES.items())
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


# --- hours ---------------------------------------------------------------------------


def _open_that_day(data: Any, path: KeyPath) -> str:
    return ON if isinstance(find(data, path), dict) else ""


def _open_or_close(text: str, path: KeyPath, given: str) -> str:
    if given != ON:
        return edits.put(text, path, "closed")
    if isinstance(find(edits.read(text), path), dict):
        return text
    return edits.put(text, path, {"opens": "08:00", "closes": "17:00"})


def _lunch(end: str) -> Callable[[str, KeyPath, str], str]:
    """A lunch break has both its ends or is none."""

    def write(text: str, path: KeyPath, given: str) -> str:
        lunch = path[:-1]
        words = clean(given)
        if words:
            return edits.put(text, path, words)
        found = find(edits.read(text), lunch)
        if isinstance(found, dict) and set(found) <= {end}:
            return write_value(text, lunch, None)
        return write_value(text, path, None)

    return write


def day_specs(at: KeyPath, label: str, *, is_open: bool, head: bool = True) -> tuple[Spec, ...]:
    """Return a day's fields: whether it is open, and if so the four times, under their headings
    where `head`."""
    tick = Spec(at, label, Put.TICK, share=16, read=_open_that_day, write=_open_or_close)
    if not is_open:
        return (tick, Spec(at, "", Put.NOTE, share=44, read=lambda *_: "Closed"))
    times = (
        (("opens",), "Opens", None, False),
        (("closes",), "Closes", None, False),
        (("lunch", "from"), "Lunch from", _lunch("from"), True),
        (("lunch", "to"), "to", _lunch("to"), True),
    )
    return (
        tick,
        *(
            Spec(
                (*at, *key),
                words if head else "",
                optional=optional,
                share=11,
                write=write,
                said=f"{label}, {words.lower()}",
            )
            for key, words, write, optional in times
        ),
    )


def _hours(data: Any) -> list[Item]:
    week: tuple[Spec, ...] = ()
    head = True
    for day, name in DAY_NAMES.items():
        is_open = isinstance(find(data, ("hours", day)), dict)
        week += day_specs(("hours", day), name, is_open=is_open, head=head)
        head = head and not is_open
    items = [Item((), "The week", specs=week, name=("week",))]
    items += [_exception(data, place) for place in range(len(entries(data, ("exceptions",))))]
    items.append(_holidays(data))
    items += [_own_holiday(data, place) for place in range(len(entries(data, ("holidays", "own"))))]
    coverage = (
        Spec(("coverage", "daytime"), "While the doors are open we take", Put.PICK,
             _MODE_OPTIONS[:2], optional=False),
    )  # fmt: skip
    items.append(Item((), "Coverage", specs=coverage, name=("coverage",)))
    items += [_rule(data, place) for place in range(len(entries(data, ("coverage", "rules"))))]
    return items


def _exception(data: Any, place: int) -> Item:
    path: KeyPath = ("exceptions", place)
    hours = find(data, (*path, "hours"))
    specs = (
        Spec(("date",), "Date", optional=False, share=THIRD, help="Such as 2026-12-24"),
        Spec(("until",), "Until, for several days", share=THIRD),
        Spec(("note",), "Why", share=THIRD),
        *day_specs(("hours",), "Open", is_open=isinstance(hours, dict)),
    )
    shown = f"{hours.get('opens')}–{hours.get('closes')}" if isinstance(hours, dict) else "closed"
    detail = " · ".join(part for part in (words_at(data, *path, "note"), shown) if part)
    until = words_at(data, *path, "until")
    title = f"{words_at(data, *path, 'date') or 'A date'}{f' to {until}' if until else ''}"
    return Item(path, title, detail, 1, specs, movable=True)


def _holidays(data: Any) -> Item:
    specs = (
        Spec(("holidays", "country"), "Country", share=THIRD, default="US"),
        Spec(("holidays", "subdivision"), "State", share=THIRD, help="Such as IA"),
        Spec(("holidays", "closed_on"), "Closed on these public holidays", Put.PARAGRAPH, many=True,
             help="As the calendar names them, a comma between: Labor Day, Thanksgiving Day"),
    )  # fmt: skip
    count = len(entries(data, ("holidays", "closed_on")))
    return Item((), "Public holidays", f"closed on {count}", specs=specs, name=("holidays",))


def _own_holiday(data: Any, place: int) -> Item:
    path: KeyPath = ("holidays", "own", place)
    specs = (
        Spec(("name",), "Name", optional=False, share=HALF),
        Spec(("dates",), "Dates", many=True, optional=False, share=HALF, help="2026-12-24, …"),
    )
    title = words_at(data, *path, "name") or "A holiday"
    return Item(path, title, words_at(data, *path, "dates"), 1, specs, movable=True)


def _rule(data: Any, place: int) -> Item:
    path: KeyPath = ("coverage", "rules", place)
    specs = (
        Spec(("mode",), "We take calls as", Put.PICK, _MODE_OPTIONS, optional=False),
        Spec(("days",), "On these days", Put.MANY, DAYS),
        Spec(("date",), "or on one date", share=THIRD, help="2026-12-24"),
        Spec(("from",), "From", share=THIRD),
        Spec(("to",), "To", share=THIRD),
    )
    when = day_words(data, *path, "days") or words_at(data, *path, "date")
    times = "–".join(t for t in (words_at(data, *path, "from"), words_at(data, *path, "to")) if t)
    title = " ".join(part for part in (when, times) if part) or "A rule"
    known = {mode.value: label for mode, label in MODES.items()}
    mode = words_at(data, *path, "mode")
    return Item(path, title, known.get(mode, mode), 1, specs, movable=True)


def _hours_adds(_data: Any) -> tuple[Add, ...]:
    rule = {"mode": "after_hours", "days": ["mon"], "from": "12:00", "to": "13:00"}
    return (
        Add("exception", "A day with other hours", ("exceptions",),
            {"date": "", "hours": "closed"}),
        Add("holiday", "A holiday of their own", ("holidays", "own"),
            {"name": "", "dates": [""]}),
        Add("rule", "A coverage rule", ("coverage", "rules"), rule),
    )  # fmt: skip


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


# --- people and visits ---------------------------------------------------------------


def _clinic_line(data: Any, path: KeyPath) -> str:
    parts = []
    for span in entries(data, path):
        if isinstance(span, dict):
            parts.append(f"{span.get('from', '')}-{span.get('to', '')}")
        else:
            parts.append(str(span))
    return joined(parts)


def _write_clinic(text: str, path: KeyPath, given: str) -> str:
    """“08:00-12:00, 13:00-17:00” is a day of two spans."""
    spans = []
    for part in split(given.replace("–", "-")):
        start, _, end = part.partition("-")
        spans.append({"from": start.strip(), "to": end.strip()})
    text = write_value(text, path, spans or None)
    clinic = find(edits.read(text), path[:-1])
    return edits.take_out(text, path[:-1]) if clinic == {} else text


def _people(data: Any) -> list[Item]:
    items = []
    for place in range(len(entries(data, ("providers",)))):
        path: KeyPath = ("providers", place)
        clinic = tuple(
            Spec(("clinic", day), DAY_NAMES[day], share=HALF, read=_clinic_line,
                 write=_write_clinic)
            for day in WEEKDAYS
        )  # fmt: skip
        specs = (
            Spec(("name",), "Name", optional=False, share=HALF),
            Spec(("spoken",), "As it is said", optional=False, share=HALF),
            Spec(("pronounced",), "How to pronounce it", share=HALF),
            Spec(("credentials",), "Credentials", share=HALF),
            Spec(("phone",), "Phone for pages", share=THIRD, help="Never told to callers"),
            Spec(("reach",), "Other ways to page", share=THIRD, read=_reach, write=_write_reach,
                 help="sms +15155550130, mail a@b.org"),
            Spec(("id",), "Short name in the file", optional=False, share=THIRD),
            Spec(("accepts_new",), "Takes new patients", Put.TICK, default=ON),
            Spec(("clinic",), "", Put.NOTE, read=lambda *_: "Clinic hours, such as 08:00-12:00, "
                 "13:00-17:00; empty where there is no clinic"),
            *clinic,
        )  # fmt: skip
        title = words_at(data, *path, "spoken") or "A provider"
        detail = words_at(data, *path, "credentials")
        items.append(Item(path, title, detail, 0, specs, movable=True))
    items += [_contact(data, place) for place in range(len(entries(data, ("contacts",))))]
    providers = provider_options(data)
    for place in range(len(entries(data, ("appointment_types",)))):
        path = ("appointment_types", place)
        specs = (
            Spec(("name",), "Name", optional=False, share=HALF),
            Spec(("minutes",), "Minutes", optional=False, number=True, share=QUARTER),
            Spec(("id",), "Short name in the file", optional=False, share=QUARTER),
            Spec(("who",), "For", Put.PICK, (("both", "New and known patients"),
                 ("new", "New patients"), ("existing", "Known patients")), default="both",
                 share=HALF),
            Spec(("providers",), "With (none ticked: with anyone)", Put.MANY, providers),
            Spec(("preparation",), "What to tell the caller", Put.PARAGRAPH),
        )  # fmt: skip
        title = words_at(data, *path, "name") or "A kind of visit"
        minutes = words_at(data, *path, "minutes")
        items.append(Item(path, title, f"visit, {minutes} min", 0, specs, movable=True))
    booking = (
        Spec(("booking", "grid"), "Times start every … minutes", number=True, share=HALF,
             default="20"),
        Spec(("booking", "notice"), "None sooner than … minutes from the call", number=True,
             share=HALF, default="120"),
    )  # fmt: skip
    items.append(Item((), "Open times", specs=booking, name=("booking",)))
    return items


def _contact(data: Any, place: int) -> Item:
    path: KeyPath = ("contacts", place)
    specs = (
        Spec(("name",), "Name", optional=False, share=HALF),
        Spec(("role",), "Role", optional=False, share=HALF),
        Spec(("phone",), "Phone for pages", share=THIRD, help="Never told to callers"),
        Spec(("reach",), "Other ways to page", share=THIRD, read=_reach, write=_write_reach),
        Spec(("id",), "Short name in the file", optional=False, share=THIRD),
    )
    title = words_at(data, *path, "name") or "Somebody to turn to"
    return Item(path, title, words_at(data, *path, "role"), 0, specs, movable=True)


def _reach(data: Any, path: KeyPath) -> str:
    ways = [way for way in entries(data, path) if isinstance(way, dict)]
    return joined([f"{way.get('by', '')} {way.get('address', '')}".strip() for way in ways])


def _write_reach(text: str, path: KeyPath, given: str) -> str:
    """“sms +15155550130, mail a@b.org”: the way, then the address."""
    ways = []
    for part in split(given):
        by, _, address = part.partition(" ")
        ways.append({"by": by, "address": address.strip()})
    return write_value(text, path, ways or None)


def provider_options(data: Any) -> tuple[tuple[str, str], ...]:
    """Return the practice's providers, to choose from."""
    return tuple(
        (str(each.get("id", "")), str(each.get("spoken") or each.get("id", "")))
        for each in entries(data, ("providers",))
        if isinstance(each, dict)
    )


def _people_adds(_data: Any) -> tuple[Add, ...]:
    provider = {"id": "new_provider", "name": "", "spoken": ""}
    kind = {"id": "new_visit", "name": "", "minutes": 20}
    return (
        Add("provider", "A provider", ("providers",), provider),
        Add(
            "contact",
            "Somebody else to turn to",
            ("contacts",),
            {"id": "new_contact", "name": "", "role": ""},
        ),
        Add("visit", "A kind of visit", ("appointment_types",), kind),
    )


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
HOURS = Section(
    "hours", "Hours", _hours, ("hours", "exceptions", "holidays", "coverage"), _hours_adds
)
GREETINGS = Section(
    "greetings", "Greetings and phrases", _greetings, ("greetings",), _greeting_adds
)
ANSWERS = Section(
    "answers", "Answers", _answers, ("faq", "insurance", "new_patients"), _answer_adds
)
PEOPLE = Section(
    "people", "People and visits", _people,
    ("providers", "contacts", "appointment_types", "booking"), _people_adds,
)  # fmt: skip
AGREEMENT = Section("agreement", "Agreement and recording", _agreement, ("baa", "recording"))
