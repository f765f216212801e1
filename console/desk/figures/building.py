"""The page out of what was counted: plain functions, without Qt."""

from datetime import date
from typing import TYPE_CHECKING, Final

from console.desk.figures.views import Asked, Chart, Cut, FiguresPage
from console.desk.floor.building import percent
from console.desk.floor.views import Tile
from console.figures import writing
from console.figures.writing import Report
from console.floor.figures import DEFINITIONS, Figures, Table, described
from console.floor.staffing import Outlook
from console.floor.thresholds import USUAL, Level

if TYPE_CHECKING:
    from console.desk.figures.asking import Found
    from console.floor.roster import Roster

BARS: Final = 24  # in a chart; of more practices or people those with the most calls
_WORDS: Final = {Level.WATCH: "▲ watch", Level.ALARM: "✕ too much"}
_BY_CODE: Final = {each.code: each for each in DEFINITIONS}
_STAFFING: Final = (
    ("Calls", "The mean of the same weekday’s hour over the last weeks."),
    ("Handle time", "Talk, hold and wrap-up of those calls, on average over the day."),
    ("Needed, C", "The fewest receptionists with 80 % answered in 20 s, by Erlang C: every caller "
     "waits for ever, so it asks for somewhat too many."),
    ("In 20 s, C", "What is then to be expected."),
    ("Busy, C", "The part of their time receptionists then spend with callers and forms."),
    ("Needed, A", "The same by Erlang A, where callers hang up; their patience is all the time "
     "anybody waited over how many gave up."),
    ("Gave up, A", "The part of callers who then give up."),
)  # fmt: skip


def waiting(asked: Asked, *, note: str) -> FiguresPage:
    """Return a page with nothing on it yet."""
    return FiguresPage(asked, asked.period.value, note=note)


def page(found: "Found", names: dict[str, str], *, may_export: bool) -> FiguresPage:
    """Return the page."""
    if found.roster is not None:
        return _staffing(found.asked, found.roster)
    assert found.table is not None
    report = report_of(found, names)
    heads = (
        writing.HEADS[found.table.by],
        *(described(each, found.table)[0] for each in DEFINITIONS),
    )
    rows = tuple(
        (name, *(writing.shown(each, figures) for each in DEFINITIONS))
        for name, figures in writing.rows(report)
    )
    return FiguresPage(
        asked=found.asked,
        days=days(found.first, found.last),
        tiles=_tiles(found.table.whole),
        heads=heads,
        rows=rows,
        chart=_chart(report),
        meanings=tuple(
            (described(each, found.table)[0], f"{described(each, found.table)[1]} "
             f"From the records: {each.records}.")
            for each in DEFINITIONS
        ),
        note="" if found.table.rows else "Nobody called in these days.",
        may_export=may_export,
    )  # fmt: skip


def report_of(found: "Found", names: dict[str, str]) -> Report:
    """Return what is written into a file."""
    assert found.table is not None
    return Report(found.table, days(found.first, found.last), "records", names)


def days(first: date, last: date) -> str:
    """Return days in words."""
    said = f"{first:%a} {first.day} {first:%b %Y}"
    return said if first == last else f"{said} to {last:%a} {last.day} {last:%b %Y}"


def _tiles(whole: Figures) -> tuple[Tile, ...]:
    level, gone = whole.service_level, whole.abandon_rate

    def shown(code: str) -> str:
        return writing.shown(_BY_CODE[code], whole)

    return (
        Tile("Calls", shown("offered")),
        _judged("In 20 s", percent(level), USUAL.share(level), alarm="✕ too few"),
        Tile("Avg answer", shown("speed_s")),
        _judged("Gave up", percent(gone, 1), USUAL.abandoned(gone)),
        Tile("Handle time", shown("handle_s")),
        Tile("Occupancy", shown("occupancy")),
    )


def _judged(head: str, value: str, level: Level, *, alarm: str = "") -> Tile:
    words = alarm if alarm and level is Level.ALARM else _WORDS.get(level, "")
    return Tile(head, value, level, words)


def _chart(report: Report) -> Chart | None:
    counted: Table = report.table
    named = [(writing.row_name(report, key), each) for key, each in counted.rows.items()]
    if not named:
        return None
    if len(named) > BARS and counted.by.value in ("practice", "agent"):
        named = sorted(named, key=lambda row: -row[1].offered)[:BARS]
    level = described(_BY_CODE["service_level"], counted)[0]
    said = ", ".join(
        f"{name} {figures.offered} calls, {percent(figures.service_level)}"
        for name, figures in named
    )
    return Chart(
        head=f"Calls by {writing.HEADS[counted.by].lower()}",
        labels=tuple(name for name, _ in named),
        bars=tuple(float(figures.offered) for _, figures in named),
        line_head=level,
        line=tuple(figures.service_level for _, figures in named),
        aim=USUAL.share_good,
        said=said,
    )


def _staffing(asked: Asked, made: "Roster") -> FiguresPage:
    rows = tuple(
        (
            f"{each.hour:02}:00",
            f"{each.calls:.1f}",
            f"{int(each.handle_s) // 60}:{int(each.handle_s) % 60:02}",
            str(each.by_c.agents),
            percent(each.by_c.in_time),
            percent(each.by_c.occupancy),
            str(each.by_a.agents) if each.by_a else writing.NONE,
            percent(each.by_a.abandons, 1) if each.by_a else writing.NONE,
        )
        for each in made.hours
    )
    note = "" if rows else "There is no day like it in the last weeks to reckon from."
    said = ", ".join(f"{row[0]} {row[3]} receptionists" for row in rows)
    chart = Chart(
        head="Receptionists needed by hour, Erlang C",
        labels=tuple(row[0] for row in rows),
        bars=tuple(float(each.by_c.agents) for each in made.hours),
        line_head="In 20 s, expected",
        line=tuple(each.by_c.in_time for each in made.hours),
        said=said,
    )
    before = ", ".join(f"{day.day} {day:%b}" for day in sorted(made.days))
    return FiguresPage(
        asked=asked,
        days=f"{days(made.day, made.day)}, reckoned from {before or 'no day'}",
        tiles=_roster_tiles(made),
        heads=("Hour", *(head for head, _ in _STAFFING)),
        rows=rows,
        chart=chart if rows else None,
        meanings=_STAFFING,
        note=note,
    )


def _roster_tiles(made: "Roster") -> tuple[Tile, ...]:
    most: Outlook | None = max((e.by_c for e in made.hours), key=lambda o: o.agents, default=None)
    calls = sum(each.calls for each in made.hours)
    patience = made.patience_s
    return (
        Tile("Calls", f"{calls:.0f}"),
        Tile("Most at once", str(most.agents) if most else "–"),
        Tile("Hours at desks", str(sum(each.by_c.agents for each in made.hours))),
        Tile("Patience", "–" if patience is None else f"{patience / 60:.1f} min"),
    )


def title(cut: Cut) -> str:
    """Return what a cut's button says."""
    return {
        Cut.PRACTICE: "Practice",
        Cut.AGENT: "Receptionist",
        Cut.HOUR: "Hour",
        Cut.DAY: "Day",
        Cut.STAFFING: "Staffing",
    }[cut]
