"""What stands where on the wall, in words: plain functions of the view and the moment."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, unique
from typing import Final

from console.desk.floor.building import percent
from console.desk.floor.views import Doing
from console.desk.floor.wall import Breach, Step, WallView
from console.floor.thresholds import Level
from console.ui.floor.inks import MARK, lasted
from console.ui.wallboard.looks import Size, Tone

BREACHES: Final = 4  # as many as the wall has room for
LATE_S: Final = 2.0  # a lag from which it is worth a word
TONE: Final = {
    Level.QUIET: Tone.TEXT,
    Level.GOOD: Tone.GREEN,
    Level.WATCH: Tone.AMBER,
    Level.ALARM: Tone.RED,
}
_DOING: Final = {
    Doing.AVAILABLE: Tone.GREEN,
    Doing.RINGING: Tone.VIOLET,
    Doing.ON_CALL: Tone.BLUE,
    Doing.WRAP_UP: Tone.AMBER,
    Doing.PAUSED: Tone.SLATE,
    Doing.NOT_READY: Tone.SOFT,
}
_STATES: Final = {Doing.PAUSED: "On a break"}


@unique
class Part(Enum):
    """The cards of the wall; the value is what a screen reader calls each."""

    STEP = "Picture"
    WAITING = "Waiting now"
    LONGEST = "Longest wait"
    SHARE = "Service level today"
    AGENTS = "Agents"
    BREACHES = "Queues in breach"
    OWED = "Owed a call"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card: words at the left, a figure at the right, with a bar in a colour before
    them where `bar` is told."""

    left: str
    right: str = ""
    size: Size = Size.WORD
    tone: Tone = Tone.TEXT
    bar: Tone | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says, and on which ground."""

    lines: tuple[Line, ...]
    ground: Tone = Tone.CARD

    def spoken(self) -> str:
        """Return its words for a screen reader."""
        return "; ".join(f"{line.left} {line.right}".strip() for line in self.lines)


def words(view: WallView, now: float) -> dict[Part, Card]:
    """Return every card. Times stand still while the picture is old: nobody knows whether that
    caller still waits."""
    old = view.step is Step.OLD
    at = view.old_since if old and view.old_since else now
    cards = {
        Part.WAITING: _waiting(view),
        Part.LONGEST: _longest(view, at),
        Part.SHARE: _share(view),
        Part.AGENTS: _agents(view),
        Part.BREACHES: _breaches(view, at),
        Part.OWED: _owed(view, now),
    }
    if old:
        cards = {part: _faded(card) for part, card in cards.items()}
    return {Part.STEP: _step(view, now), **cards}


def _faded(card: Card) -> Card:
    """Return a card that nobody takes for the present, from however far away."""
    soft = (replace(line, tone=Tone.SOFT, bar=line.bar and Tone.LINE) for line in card.lines)
    return replace(card, lines=tuple(soft))


def _step(view: WallView, now: float) -> Card:
    clock = f"{datetime.fromtimestamp(now).astimezone():%H:%M}"
    if view.step is Step.OLD:
        since = (
            f"✕ Not in step since {_moment(view.old_since)}; shown is what was last known"
            if view.old_since
            else "✕ Not in step: there has been no picture yet"
        )
        return Card((Line(since, clock, Size.STRONG, Tone.RED),), Tone.RED_GROUND)
    if view.step is Step.CONNECTING:
        return Card((Line("▲ Connecting", clock, Size.STRONG, Tone.AMBER),), Tone.AMBER_GROUND)
    if view.step is Step.RECORDS:
        return Card((Line("The desks’ own calls, by the records", clock),), Tone.PAGE)
    if view.lag_s >= LATE_S:
        late = f"▲ {view.lag_s:.0f} s behind the PBX"
        return Card((Line(late, clock, Size.STRONG, Tone.AMBER),), Tone.AMBER_GROUND)
    step = Line(f"In step, {view.lag_s * 1000:.0f} ms behind", clock, bar=Tone.GREEN)
    return Card((step,), Tone.PAGE)


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%H:%M:%S}"


def _figure(head: str, value: str, level: Level, word: str, *beneath: str) -> Card:
    bar = TONE[level] if level >= Level.WATCH else None
    said = (Line(word, size=Size.STRONG, tone=TONE[level]),) if word else ()
    return Card(
        (
            Line(head, tone=Tone.SOFT, bar=bar),
            Line(value, size=Size.FIGURE, tone=TONE[level]),
            *said,
            *(Line(each, tone=Tone.SOFT) for each in beneath if each),
        )
    )


def _waiting(view: WallView) -> Card:
    level = view.waiting_level
    free = dict(view.states).get(Doing.AVAILABLE, 0)
    desks = "1 desk free" if free == 1 else f"{free} desks free"
    word = {Level.WATCH: "▲ watch", Level.ALARM: "✕ too many"}.get(level, "")
    return _figure("Waiting now", str(view.waiting), level, word, desks)


def _longest(view: WallView, at: float) -> Card:
    since = view.longest_since
    level = view.longest_limits.wait(None if since is None else at - since)
    word = {Level.WATCH: "▲ watch", Level.ALARM: "✕ too long"}.get(level, "")
    value = lasted(since, at) or "–"
    return _figure("Longest wait", value, level, word, view.longest_practice)


def _share(view: WallView) -> Card:
    level = view.limits.share(view.share)
    word = {Level.WATCH: "▲ watch", Level.ALARM: "✕ too few"}.get(level, "")
    began = datetime.fromtimestamp(view.counted_since).astimezone()
    return _figure(
        f"Answered in 20 s {word}".rstrip(),
        percent(view.share),
        level,
        "",
        f"of {view.counted:,} answered or gone",
        f"since {began:%H:%M}, from first ring",
    )


def _agents(view: WallView) -> Card:
    total = sum(count for _, count in view.states)
    return Card(
        (
            Line("Agents", str(total), tone=Tone.SOFT),
            *(
                Line(_STATES.get(doing, doing.value), str(count), Size.STRONG, bar=_DOING[doing])
                for doing, count in view.states
            ),
        )
    )


def _breaches(view: WallView, at: float) -> Card:
    found = view.breaches
    if not found:
        quiet = Line("✓ None", tone=Tone.GREEN)
        return Card((Line("Queues in breach", tone=Tone.SOFT), quiet))
    shown = found if len(found) <= BREACHES else found[: BREACHES - 1]
    lines = [_breach(each, at) for each in shown]
    if len(found) > len(shown):
        lines.append(Line(f"and {len(found) - len(shown)} more", tone=Tone.SOFT))
    return Card((Line("Queues in breach", str(len(found)), tone=Tone.SOFT), *lines))


def _breach(breach: Breach, at: float) -> Line:
    if breach.since is not None:
        word = "too long" if breach.level is Level.ALARM else "watch"
        right = f"{breach.waiting} · {lasted(breach.since, at)} {word}"
    else:
        word = "too few" if breach.level is Level.ALARM else "watch"
        right = f"{percent(breach.share)} in 20 s, {word}"
    tone = TONE[breach.level]
    return Line(MARK[breach.level] + breach.practice, right, Size.STRONG, tone, bar=tone)


def _owed(view: WallView, now: float) -> Card:
    owed = view.owed
    if owed is None:
        away = Line("▲ The records are away: owed calls not known", tone=Tone.AMBER)
        return Card((Line("Gave up, owed a call", tone=Tone.SOFT), away))
    head = Line("Gave up, owed a call", str(owed.callers), Size.STRONG)
    if owed.last_since is None:
        return Card((head, Line("✓ Nobody", tone=Tone.GREEN)))
    ago = lasted(owed.last_since, now)
    return Card((head, Line(f"the last called {ago} ago, {owed.last_practice}", tone=Tone.SOFT)))
