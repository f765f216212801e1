"""The section of hours: the week, other days, holidays, and how the practice is covered."""

from collections.abc import Callable
from typing import Any

from console.desk.practices.labels import DAY_NAMES, MODE_OPTIONS, MODES
from console.desk.practices.specs import (
    DAYS,
    HALF,
    ON,
    THIRD,
    Add,
    Item,
    Section,
    Spec,
    clean,
    day_words,
    entries,
    words_at,
    write_value,
)
from console.desk.practices.views import Put
from scripts.editing import edits
from scripts.editing.data import find
from scripts.faults import KeyPath


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
             MODE_OPTIONS[:2], optional=False),
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
        Spec(("mode",), "We take calls as", Put.PICK, MODE_OPTIONS, optional=False),
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


HOURS = Section(
    "hours", "Hours", _hours, ("hours", "exceptions", "holidays", "coverage"), _hours_adds
)
