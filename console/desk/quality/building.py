"""The page out of what was read: plain functions, without Qt."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from console.desk.cards import NO_NUMBER
from console.desk.quality.views import QualityPage, ReviewView, Tab
from console.quality.causes import CAUSES, WHYS, CausesOfMonth
from scripts import phone_numbers

if TYPE_CHECKING:
    from console.desk.quality.asking import Found
    from console.store.reviews import ReviewRow

HEADS: Final = ("Why", "When", "Practice", "Receptionist", "Call", "Talk", "Hold")
DONE_HEADS: Final = ("Found", "When", "Practice", "Receptionist", "Mark", "By", "Read")
MONTH_HEADS: Final = ("Practice", "Reviewed", "Faultless", "Mark", *CAUSES.values())
NO_PRACTICE: Final = "Number not on file"
Name = Callable[[str], str]


def page(found: "Found", tabs: tuple[Tab, ...], name: Name, *, may_mark: bool) -> QualityPage:
    """Return the page."""
    if found.tab is Tab.MONTH:
        assert found.month is not None
        rows = tuple(_month(each, name) for each in found.months)
        note = "" if rows else "No call of this month has been reviewed."
        said = f"{found.month:%B %Y}"
        return QualityPage(found.tab, tabs, MONTH_HEADS, rows=rows, days=said, note=note)
    to_do = found.tab is Tab.TO_REVIEW
    calls = tuple(_call(row, name, to_do=to_do, may_mark=may_mark) for row in found.rows)
    return QualityPage(
        found.tab,
        tabs,
        HEADS if to_do else DONE_HEADS,
        calls=calls,
        rows=tuple(call.cells for call in calls),
        note="" if calls else _NOTHING[found.tab],
    )


_NOTHING: Final = {
    Tab.TO_REVIEW: "Nothing to review. Each Monday the calls of the week before are chosen.",
    Tab.REVIEWED: "No call has been reviewed yet.",
    Tab.OWN: "None of your calls has been reviewed yet.",
    Tab.MONTH: "",
}


def shown_s(seconds: float | None) -> str:
    """Return a time as it is read, "–" for none."""
    if seconds is None:
        return "–"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _call(row: "ReviewRow", name: Name, *, to_do: bool, may_mark: bool) -> ReviewView:
    practice = name(row.practice_id) if row.practice_id else NO_PRACTICE
    when = _when(row.came_at)
    kind = (row.call_type.value if row.call_type else "no form").replace("_", " ").capitalize()
    ended = row.outcome.value.replace("_", " ") if row.outcome else "open"
    if to_do:
        cells = (WHYS[row.why], when, practice, row.agent, f"{kind}, {ended}",
                 shown_s(row.talked_s), shown_s(row.held_s))  # fmt: skip
    else:
        found = ", ".join(CAUSES[cause] for cause in CAUSES if cause in row.causes)
        read = "" if row.seen_at is None else _when(row.seen_at)
        cells = (found or "Nothing wrong", when, practice, row.agent, f"{row.mark} of 5",
                 row.reviewer, read or "not yet")  # fmt: skip
    number = phone_numbers.display(row.caller_number) if row.caller_number else NO_NUMBER
    facts = (
        ("Practice", practice),
        ("Receptionist", row.agent),
        ("Caller", number),
        ("Call", f"{kind}, {ended}"),
        ("Waited", shown_s(row.waited_s)),
        ("Talk", shown_s(row.talked_s)),
        ("Hold", shown_s(row.held_s)),
        ("Why reviewed", WHYS[row.why]),
    )
    return ReviewView(
        row=row.row,
        cells=cells,
        title=when,
        facts=facts,
        mark=row.mark or 0,
        causes=row.causes,
        note=row.note,
        recording=row.recording,
        may_mark=may_mark,
    )


def _month(month: CausesOfMonth, name: Name) -> tuple[str, ...]:
    mark = "–" if month.mark is None else f"{month.mark:.1f}"
    counts = (str(month.counts[cause] or "") for cause in CAUSES)
    return (name(month.practice), str(month.reviewed), str(month.faultless), mark, *counts)


def _when(at: datetime | date | None) -> str:
    if not isinstance(at, datetime):
        return "–"
    local = at.astimezone()
    return f"{local:%a} {local.day} {local:%b %H:%M}"
