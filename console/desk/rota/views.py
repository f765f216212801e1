"""Where window and desk meet about rotas: what is asked for, and the page."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, unique


@unique
class Span(StrEnum):
    """What is laid out; the value is what its button says."""

    WEEK = "Week"
    MONTH = "Month"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose rota, and which days: the week or month with `day` in it, None for now's."""

    practice: str = ""  # its id
    span: Span = Span.WEEK
    day: date | None = None


@unique
class Mark(StrEnum):
    """What there is to say of a shift; the value is the word beside its sign."""

    PLAIN = ""
    CHANGED = "Changed"
    FALLBACK = "Fallback"  # with the doors open, or where nothing else is written: no gap
    GAP = "Gap"
    OVERLAP = "Overlap"


@dataclass(frozen=True, slots=True)
class ShiftView:
    """One person's time in one tier, 0 for who is called first. `start` and `end` are UTC and may
    lie outside the days that are shown; `change` names the change that can be removed."""

    tier: int
    provider: str  # its id
    name: str
    short: str
    hours: str
    start: datetime
    end: datetime
    said: str
    facts: tuple[tuple[str, str], ...]
    mark: Mark = Mark.PLAIN
    soon: bool = False  # a gap that begins within the hours that are watched
    note: str = ""
    ink: int = 0  # the person's place among the practice's: the same in every view
    change: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a shift lies in a day, in parts of that day from 0 to 1. `shift` is its place among
    the page's."""

    shift: int
    tier: int
    left: float
    right: float
    begins: bool  # the shift does, here
    ends: bool


@dataclass(frozen=True, slots=True)
class Patch:
    """An overlap within a day, in parts of it."""

    left: float
    right: float
    words: str
    soon: bool


@dataclass(frozen=True, slots=True)
class DayView:
    """One day of a week. `ticks` are hours by where they lie; `note` says what is odd about the
    day: one of 23 or 25 hours; `now` is where the present is, None on other days."""

    day: date
    head: str
    said: str
    note: str
    ticks: tuple[tuple[float, str], ...]
    pieces: tuple[Piece, ...]
    patches: tuple[Patch, ...] = ()
    today: bool = False
    now: float | None = None


@dataclass(frozen=True, slots=True)
class HalfView:
    """Who has a day or a night first. `shift` is its place among the page's, -1 for nobody; `more`
    how many others have a part of it."""

    shift: int
    more: int = 0
    mark: Mark = Mark.PLAIN


@dataclass(frozen=True, slots=True)
class CellView:
    """One day of a month: the day from 07:00, the night from 19:00."""

    day: date
    head: str
    said: str
    inside: bool  # of the month, not of its neighbours
    halves: tuple[HalfView, HalfView]
    today: bool = False


@dataclass(frozen=True, slots=True)
class OnCallHead:
    """Who is on call now. `trouble` says that it is not as it should be."""

    name: str
    said: str
    facts: tuple[tuple[str, str], ...]  # what from, until when, who is next, last confirmed
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class TroubleView:
    """A gap or an overlap of the next hours."""

    words: str
    said: str
    start: datetime
    mark: Mark


@dataclass(frozen=True, slots=True)
class RotaPage:
    """The whole page: `days` for a week, `cells` for a month."""

    asked: Asked
    title: str
    practice: str = ""  # its name
    zone: str = ""
    head: OnCallHead | None = None
    tiers: int = 1
    shifts: tuple[ShiftView, ...] = ()
    days: tuple[DayView, ...] = ()
    cells: tuple[CellView, ...] = ()
    troubles: tuple[TroubleView, ...] = ()
    note: str = ""
    may_edit: bool = False
