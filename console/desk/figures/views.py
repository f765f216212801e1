"""Where window and desk meet about figures: what is asked for, and the page."""

from dataclasses import dataclass
from enum import StrEnum, unique

from console.desk.floor.views import Tile


@unique
class Period(StrEnum):
    """Which days; the value is what the button says."""

    TODAY = "Today"
    YESTERDAY = "Yesterday"
    WEEK = "7 days"  # the last seven whole ones
    FOUR_WEEKS = "28 days"
    MONTH = "This month"
    LAST_MONTH = "Last month"


@unique
class Cut(StrEnum):
    """What figures are told apart by, or what the day to come needs."""

    PRACTICE = "practice"
    AGENT = "agent"
    HOUR = "hour"
    DAY = "day"
    STAFFING = "staffing"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for."""

    period: Period = Period.TODAY
    cut: Cut = Cut.PRACTICE


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar for each label, and a line of parts of 1 beneath, with its aim; None where there is
    nothing to tell. `said` is the chart for a screen reader."""

    head: str
    labels: tuple[str, ...]
    bars: tuple[float, ...]
    line_head: str = ""
    line: tuple[float | None, ...] = ()
    aim: float = 0.8
    said: str = ""


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """The whole page: `rows` are cells as they are read, the last row all together; `meanings` the
    heads' definitions and where they are from."""

    asked: Asked
    days: str
    tiles: tuple[Tile, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    chart: Chart | None = None
    meanings: tuple[tuple[str, str], ...] = ()
    note: str = ""  # "Reading…", or why there is nothing
    may_export: bool = False
