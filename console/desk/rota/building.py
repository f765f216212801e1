"""The page out of a practice's rota: plain functions, without Qt, that the worker runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from console.desk.pop import confirmed
from console.desk.practices.views import PracticeLine
from console.desk.rota.views import (
    Asked,
    CellView,
    DayView,
    HalfView,
    Mark,
    OnCallHead,
    Patch,
    Piece,
    RotaPage,
    ShiftView,
    Span,
    TroubleView,
)
from scripts import phone_numbers
from scripts.entered import EnteredChange, entered_in
from scripts.hours import instant
from scripts.oncall import on_call_at
from scripts.oncall_spans import Stint, Trouble, Wrong, next_person, stints, troubles
from scripts.practice import Practice, Provider

WATCHED: Final = timedelta(hours=72)
"""How far ahead gaps and overlaps are told."""
_MARGIN: Final = timedelta(days=9)  # beside what is shown, so that a week's turn is told whole
_DAY: Final = timedelta(days=1)
_HALVES: Final = (time(7), time(19))
_TICKS: Final = range(0, 24, 3)
NO_ROTA: Final = "This practice has no rota: write one on its page, under On call."
_MARKS: Final = {Wrong.GAP: Mark.GAP, Wrong.OVERLAP: Mark.OVERLAP}


def page(practice: Practice, asked: Asked, now: datetime, *, may_edit: bool) -> RotaPage:
    """Return the page of a practice."""
    first, last = days_of(asked, now.astimezone(practice.zone).date())
    title = _title(asked, first, last)
    if practice.on_call is None:
        return RotaPage(asked, title, practice.name, note=NO_ROTA)
    start, end = instant(practice, first, time()), instant(practice, last + _DAY, time())
    told = _Teller(practice, now)
    around = start - _MARGIN, end + _MARGIN
    found = troubles(practice, *around)
    shifts = told.shifts(_cut(stints(practice, *around), found), found, start, end)
    days = [first + _DAY * number for number in range((last - first).days + 1)]
    week = asked.span is Span.WEEK
    return RotaPage(
        asked=asked,
        title=title,
        practice=practice.name,
        zone=f"Times in {practice.city} ({now.astimezone(practice.zone):%Z})",
        head=head(practice, now),
        tiers=1 + max((shift.tier for shift in shifts), default=0),
        shifts=shifts,
        days=tuple(told.day(day, shifts, found) for day in days) if week else (),
        cells=() if week else tuple(told.cell(day, shifts, asked) for day in days),
        troubles=tuple(told.trouble(each) for each in troubles(practice, now, now + WATCHED)),
        may_edit=may_edit,
    )


def days_of(asked: Asked, today: date) -> tuple[date, date]:
    """Return the first and the last day that are shown: whole weeks from Monday on."""
    day = asked.day or today
    if asked.span is Span.WEEK:
        first = day - _DAY * day.weekday()
        return first, first + 6 * _DAY
    begins = day.replace(day=1)
    ends = (begins + 32 * _DAY).replace(day=1) - _DAY
    return begins - _DAY * begins.weekday(), ends + _DAY * (6 - ends.weekday())


def turned(asked: Asked, today: date, by: int) -> Asked:
    """Return what is asked for so many weeks or months later."""
    day = asked.day or today
    if asked.span is Span.WEEK:
        return Asked(asked.practice, asked.span, day + 7 * by * _DAY)
    months = day.year * 12 + day.month - 1 + by
    return Asked(asked.practice, asked.span, date(months // 12, months % 12 + 1, 1))


def rows(practices: Iterable[Practice], now: datetime) -> tuple[PracticeLine, ...]:
    """Return practices to choose from, with what is wrong in their next hours."""
    return tuple(
        PracticeLine(
            practice.id,
            practice.name,
            f"{practice.city} · {practice.specialty}",
            _state(troubles(practice, now, now + WATCHED))
            if practice.on_call is not None
            else "No rota",
        )
        for practice in practices
    )


def head(practice: Practice, now: datetime) -> OnCallHead | None:
    """Return who is on call now, from what, until when, who is next, and who confirmed it."""
    found = on_call_at(practice, now)
    if found is None:
        return None
    following = next_person(practice, now)
    until = f"Until {when(practice, following[0])}" if following else "For the next 31 days"
    then = f"then {following[1].full}" if following else "nobody else"
    source = found.source[:1].upper() + found.source[1:]
    said_so = confirmed(practice, found, now).removeprefix("Confirmed ")
    facts = (
        ("From", source),
        ("Until", when(practice, following[0]) if following else "no end in 31 days"),
        ("Next", following[1].full if following else "nobody else in 31 days"),
        ("Confirmed", said_so or NOT_CONFIRMED),
    )
    gap = _gap_at(now, troubles(practice, now, now + timedelta(minutes=1)))
    trouble = "▲ Only the fallback" if gap else ""
    said = f"On call now: {found.provider.full}. {source}. {until}, {then}. "
    said += f"Confirmed {said_so}." if said_so else f"{NOT_CONFIRMED}."
    return OnCallHead(found.provider.full, said, facts, trouble)


NOT_CONFIRMED: Final = "Not confirmed yet"


def when(practice: Practice, moment: datetime) -> str:
    """Return a moment in the practice's time: "Wed 25 Nov 07:00"."""
    local = moment.astimezone(practice.zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells the parts of one practice's rota."""

    practice: Practice
    now: datetime

    # --- shifts --------------------------------------------------------------------------------

    def shifts(
        self, laid: Sequence[Stint], found: Sequence[Trouble], start: datetime, end: datetime
    ) -> tuple[ShiftView, ...]:
        """Return the shifts that touch a span, tier by tier and by their beginnings."""
        tiers = max((len(stint.tiers) for stint in laid), default=0)
        return tuple(
            self._shift(run, tier, laid, found)
            for tier in range(tiers)
            for run in _runs(laid, tier)
            if run[0].start < end and run[-1].end > start
        )

    def _shift(
        self, run: Sequence[Stint], tier: int, laid: Sequence[Stint], found: Sequence[Trouble]
    ) -> ShiftView:
        stint = run[0]
        start, end = stint.start, run[-1].end
        rung = stint.tiers[tier]
        who = self.practice.providers_by_id[rung.provider]
        mark = self._mark(stint, tier, found)
        called = "First" if tier == 0 else f"After {rung.after} min without an answer"
        since = "" if start > laid[0].start else "before "
        until = "" if end < laid[-1].end else "after "
        source = stint.source[:1].upper() + stint.source[1:]
        change = self._change(stint)
        facts = [
            ("Who", who.full),
            ("Called", called),
            ("From", since + when(self.practice, start)),
            ("To", until + when(self.practice, end)),
            ("Lasts", "" if since or until else _lasts(end - start)),
            ("From what", source),
            ("In place of", self._planned(stint, tier) if mark is Mark.CHANGED else ""),
            ("Entered by", self._made(change) if change is not None else ""),
            ("Why", change.why if change is not None else ""),
            ("Phone", phone_numbers.display(who.phone) if who.phone else ""),
        ]
        note = {Mark.GAP: "fallback only", Mark.CHANGED: stint.source}.get(mark, "")
        said = ", ".join(
            part
            for part in (
                who.full,
                f"called {called[:1].lower()}{called[1:]}",
                f"{since}{when(self.practice, start)} to {until}{when(self.practice, end)}",
                f"{mark.value}: {note}" if note else source,
            )
            if part
        )
        soon = mark is Mark.GAP and start < self.now + WATCHED and end > self.now
        return ShiftView(
            tier=tier,
            provider=who.id,
            name=who.full,
            short=_short(who),
            hours=self._hours(start, end),
            start=start,
            end=end,
            said=said,
            facts=tuple(fact for fact in facts if fact[1]),
            mark=mark,
            soon=soon,
            note=note,
            ink=list(self.practice.providers_by_id).index(who.id),
            change=change.group if change is not None else "",
        )

    def _mark(self, stint: Stint, tier: int, found: Sequence[Trouble]) -> Mark:
        if stint.is_fallback:
            return Mark.GAP if _gap_at(stint.start, found) else Mark.FALLBACK
        if stint.shift[0] == "entered":
            return Mark.CHANGED
        before = stint.planned[tier].provider if tier < len(stint.planned) else ""
        changed = bool(stint.overrides) and stint.tiers[tier].provider != before
        return Mark.CHANGED if changed else Mark.PLAIN

    def _change(self, stint: Stint) -> EnteredChange | None:
        """Return what was entered that made a stint so: of several the last, which holds."""
        entered = [each for each in stint.overrides if isinstance(each, EnteredChange)]
        if not entered and stint.shift[0] == "entered":
            entered = [e for e in entered_in(self.practice) if e.uid in stint.shift]
        return entered[-1] if entered else None

    def _made(self, change: EnteredChange) -> str:
        return f"{change.made_by}, {when(self.practice, change.made_at)}"

    def _planned(self, stint: Stint, tier: int) -> str:
        if tier >= len(stint.planned):
            return "nobody"
        return self.practice.providers_by_id[stint.planned[tier].provider].full

    # --- a week ----------------------------------------------------------------------------------

    def day(self, day: date, shifts: Sequence[ShiftView], found: Sequence[Trouble]) -> DayView:
        """Return a day of a week, as long as it is."""
        start, end = self._bounds(day)
        whole = (end - start).total_seconds()

        def share(moment: datetime) -> float:
            return min(1.0, max(0.0, (moment - start).total_seconds() / whole))

        pieces = tuple(
            Piece(number, each.tier, share(each.start), share(each.end),
                  begins=each.start >= start, ends=each.end <= end)
            for number, each in enumerate(shifts)
            if each.start < end and each.end > start
        )  # fmt: skip
        patches = tuple(
            Patch(share(each.start), share(each.end), self._overlap(each), self._soon(each))
            for each in found
            if each.wrong is Wrong.OVERLAP and each.start < end and each.end > start
        )
        today = start <= self.now < end
        note = _odd(end - start)
        first = " and then ".join(
            shifts[piece.shift].said for piece in pieces if shifts[piece.shift].tier == 0
        )
        return DayView(
            day=day,
            head=f"{day:%a} {day.day}",
            said=f"{day:%A} {day.day} {day:%B}{f', {note}' if note else ''}: {first}",
            note=note,
            ticks=tuple(
                (share(instant(self.practice, day, time(hour))), f"{hour:02}") for hour in _TICKS
            ),
            pieces=pieces,
            patches=patches,
            today=today,
            now=share(self.now) if today else None,
        )

    # --- a month ---------------------------------------------------------------------------------

    def cell(self, day: date, shifts: Sequence[ShiftView], asked: Asked) -> CellView:
        """Return a day of a month: who has most of the day, and of the night after it."""
        start, end = self._bounds(day)
        month = (asked.day or self.now.astimezone(self.practice.zone).date()).month
        from_day = instant(self.practice, day, _HALVES[0])
        from_night = instant(self.practice, day, _HALVES[1])
        until = instant(self.practice, day + _DAY, _HALVES[0])
        by_day = self._half(from_day, from_night, shifts)
        by_night = self._half(from_night, until, shifts)
        said = ", ".join(
            f"{name}: {shifts[half.shift].said}"
            for name, half in (("by day", by_day), ("by night", by_night))
            if half.shift >= 0
        )
        return CellView(
            day=day,
            head=f"{day.day} {day:%b}" if day.day == 1 else str(day.day),
            said=f"{day:%A} {day.day} {day:%B}, {said}",
            inside=day.month == month,
            halves=(by_day, by_night),
            today=start <= self.now < end,
        )

    def _half(self, start: datetime, end: datetime, shifts: Sequence[ShiftView]) -> HalfView:
        """Return who is called first for most of a span."""
        parts = [
            (min(each.end, end) - max(each.start, start), -number)
            for number, each in enumerate(shifts)
            if each.tier == 0 and each.start < end and each.end > start
        ]
        if not parts:
            return HalfView(-1)
        number = -max(parts)[1]
        people = {shifts[-other].provider for _, other in parts}
        marks = {shifts[-other].mark for _, other in parts}
        gap = Mark.GAP if Mark.GAP in marks else shifts[number].mark
        return HalfView(number, len(people) - 1, gap)

    # --- what is wrong ---------------------------------------------------------------------------

    def trouble(self, found: Trouble) -> TroubleView:
        """Return a gap or an overlap of the next hours in words."""
        what = "Gap" if found.wrong is Wrong.GAP else "Overlap"
        sign = "▲" if found.wrong is Wrong.GAP else "✕"
        people = " and ".join(self._name(each) for each in found.people)
        if found.wrong is Wrong.GAP:
            people = f"only the fallback, {self._name(found.people[0])}"
        span = f"{when(self.practice, found.start)} to {self._to(found)}"
        said = f"{what}, {span}: {people}"
        return TroubleView(f"{sign} {said}", said, found.start, _MARKS[found.wrong])

    def _to(self, found: Trouble) -> str:
        """Return its end: the hour alone where that is the day it began."""
        begins, ends = (each.astimezone(self.practice.zone) for each in (found.start, found.end))
        return f"{ends:%H:%M}" if begins.date() == ends.date() else when(self.practice, found.end)

    def _overlap(self, found: Trouble) -> str:
        return f"✕ Overlap: {' and '.join(self._name(each) for each in found.people)}"

    def _soon(self, found: Trouble) -> bool:
        return found.start < self.now + WATCHED and found.end > self.now

    # --- words -----------------------------------------------------------------------------------

    def _name(self, provider: str) -> str:
        return self.practice.providers_by_id[provider].full

    def _hours(self, start: datetime, end: datetime) -> str:
        """Return hand-over times, with their days where they are not a night apart."""
        zone = self.practice.zone
        form = "%H:%M" if end - start < _DAY else "%a %H:%M"
        return f"{start.astimezone(zone):{form}}–{end.astimezone(zone):{form}}"

    def _bounds(self, day: date) -> tuple[datetime, datetime]:
        return instant(self.practice, day, time()), instant(self.practice, day + _DAY, time())


def _runs(laid: Sequence[Stint], tier: int) -> list[list[Stint]]:
    """Return the stints in which one person has a tier as one shift, in their order."""
    runs: list[list[Stint]] = []
    for stint in laid:
        if tier >= len(stint.tiers):
            continue
        last = runs[-1][-1] if runs else None
        if last is not None and last.end == stint.start and _one(last, stint, tier):
            runs[-1].append(stint)
        else:
            runs.append([stint])
    return runs


def _one(before: Stint, after: Stint, tier: int) -> bool:
    return (
        not before.is_fallback
        and before.shift == after.shift
        and before.source == after.source
        and before.tiers[tier] == after.tiers[tier]
        and before.overrides == after.overrides
    )


def _cut(laid: Sequence[Stint], found: Sequence[Trouble]) -> tuple[Stint, ...]:
    """Return the stints, those of the fallback cut where gaps begin and end: with the doors open
    the practice is there itself."""
    edges = sorted({edge for each in found if each.wrong is Wrong.GAP
                    for edge in (each.start, each.end)})  # fmt: skip
    parts: list[Stint] = []
    for stint in laid:
        inner = [e for e in edges if stint.start < e < stint.end] if stint.is_fallback else []
        for begins, ends in pairwise((stint.start, *inner, stint.end)):
            parts.append(replace(stint, start=begins, end=ends))
    return tuple(parts)


def _gap_at(moment: datetime, found: Sequence[Trouble]) -> bool:
    return any(e.wrong is Wrong.GAP and e.start <= moment < e.end for e in found)


def _state(found: Sequence[Trouble]) -> str:
    gaps = sum(1 for each in found if each.wrong is Wrong.GAP)
    overlaps = len(found) - gaps
    if overlaps:
        return f"✕ {overlaps} overlap{'s' if overlaps > 1 else ''}"
    return f"▲ {gaps} gap{'s' if gaps > 1 else ''}" if gaps else ""


def _short(who: Provider) -> str:
    """Return the name that fits a narrow place: “Dr. Ifeoma Okafor” is Okafor, “Lakeshore on-call
    service” stays what it is."""
    words = who.name.split()
    return words[-1] if all(word[:1].isupper() for word in words) else who.name


def _title(asked: Asked, first: date, last: date) -> str:
    if asked.span is Span.MONTH:
        middle = first + 10 * _DAY
        return f"{asked.day or middle:%B %Y}"
    start = f"{first.day} {first:%b}" if first.month != last.month else str(first.day)
    return f"{start} – {last.day} {last:%b %Y}"


def _lasts(how_long: timedelta) -> str:
    minutes = round(how_long.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if hours >= 48 and not rest and hours % 24 == 0:
        return f"{hours // 24} days"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _odd(day: timedelta) -> str:
    """Return what is odd about a day's length, "" for one of 24 hours."""
    hours = day.total_seconds() / 3600
    if hours == 24:
        return ""
    return f"{hours:g} hours: clocks go {'back' if hours > 24 else 'forward'}"
