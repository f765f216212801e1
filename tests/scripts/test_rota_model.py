"""Random rotas against a calculation of their own kind: another library's time zones, turns
counted forward one by one, the written data and none of the program's code.

`FRONTDESK_ROTAS=10000` in the environment tries as many; a few hundred otherwise.
"""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import pytest
from dateutil import tz

from scripts.entered import ChangeAct, EnteredChange, with_changes
from scripts.fields import WEEKDAYS
from scripts.loader import SAMPLES, load_text
from scripts.oncall import on_call_at
from scripts.practice import Practice
from scripts.rota import Rota
from scripts.rota_plans import instant

ROTAS = int(os.environ.get("FRONTDESK_ROTAS", "300"))
SETS = 10
ZONES = (
    "America/Chicago",
    "America/Phoenix",  # no summer time
    "America/St_Johns",  # half an hour off
    "Europe/London",
    "Australia/Lord_Howe",  # summer time of half an hour
)
PEOPLE = ("lindqvist", "reyes", "abara", "patel")
MINUTE = timedelta(minutes=1)
# Around the days on which the clocks change in one of the zones, and an ordinary month
SEASONS = (date(2026, 3, 5), date(2026, 3, 26), date(2026, 4, 2), date(2026, 10, 1),
           date(2026, 10, 22), date(2026, 10, 29), date(2027, 1, 5))  # fmt: skip
Written = dict[str, Any]
Ladder = list[tuple[str, int]]


@cache
def practice_in(zone: str) -> Practice:
    text = (SAMPLES / "maple_pediatrics.yaml").read_text("utf-8")
    return load_text(text.replace("timezone: America/Chicago", f"timezone: {zone}"))


# --- a rota, as somebody might write it -----------------------------------------------------------


class Writer:
    """Writes rotas at random, some of them odd."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.season = self.chance.choice(SEASONS)

    def rota(self) -> Written:
        some = self.chance.randint
        return {
            "fallback": self.tiers(),
            "rotations": [self.rotation(n) for n in range(some(0, 3))],
            "weekly": [self.weekly() for _ in range(some(0, 3))],
            "dated": [self.span() | {"tiers": self.tiers()} for _ in range(some(0, 2))],
            "overrides": [self.override() for _ in range(some(0, 4))],
        }

    def entered(self) -> list[Written]:
        """What is entered about it in the course of the days, in no order."""
        found = [self.entry(number) for number in range(self.chance.randint(0, 5))]
        self.chance.shuffle(found)
        return found

    def entry(self, number: int) -> Written:
        act = self.chance.choice(("add", "replace", "remove", "swap", "shift"))
        found = self.span() | {"act": act, "provider": self.chance.choice(PEOPLE), "number": number}
        if act in ("replace", "swap"):
            found["by"] = self.chance.choice(PEOPLE)
        if act in ("add", "shift"):
            found["after"] = self.chance.choice((0, 0, 5, 30))
        if self.chance.random() < 0.3:
            found["ended"] = self.chance.choice(
                (-600, 0, 30, 600, 20_000)
            )  # minutes after it began
        return found

    def clock(self) -> str:
        hour = self.chance.choice((0, 1, 2, 2, 3, 7, 8, 12, 17, 18, 23))
        return f"{hour:02}:{self.chance.choice((0, 0, 15, 30, 59)):02}"

    def tiers(self) -> list[Written]:
        people = self.chance.sample(PEOPLE, self.chance.randint(1, 3))
        after = sorted(self.chance.sample(range(1, 60), len(people) - 1))
        return [{"provider": p, "after": a} for p, a in zip(people, (0, *after), strict=True)]

    def rotation(self, number: int) -> Written:
        begun = self.season - timedelta(days=self.chance.randint(-3, 400))
        return {
            "name": f"Turns {number}",
            "people": self.chance.choices(PEOPLE, k=self.chance.randint(1, 5)),
            "starts": begun.isoformat(),
            "hand_over": self.clock(),
            "days": self.chance.choice((1, 1, 2, 7, 7, 14, 30)),
            "after": self.chance.choice((0, 0, 10, 20)),
            "weekdays": self.chance.choice(([], [], ["sat", "sun"], ["mon", "wed", "fri"])),
        }

    def weekly(self) -> Written:
        days = self.chance.sample(WEEKDAYS, self.chance.randint(1, 5))
        return {"days": days, "from": self.clock(), "to": self.clock(), "tiers": self.tiers()}

    def span(self) -> Written:
        day = self.season + timedelta(days=self.chance.randint(-4, 12))
        begins = datetime.combine(day, time.fromisoformat(self.clock()))
        ends = begins + timedelta(minutes=self.chance.choice((1, 60, 600, 1440, 10_000)))
        return {"from": begins.isoformat(), "to": ends.isoformat()}

    def override(self) -> Written:
        act = self.chance.choice(("add", "replace", "remove"))
        found = self.span() | {"act": act, "provider": self.chance.choice(PEOPLE)}
        if act == "replace":
            found["by"] = self.chance.choice(PEOPLE)
        if act == "add":
            found["after"] = self.chance.choice((0, 5, 30))
        return found


# --- who that is, worked out anew -----------------------------------------------------------------


class Calendar:
    """Every stretch of a written rota in UTC, found by going through the days."""

    def __init__(
        self, written: Written, zone: str, season: date, entered: Sequence[Written] = ()
    ) -> None:
        self.written = written
        self.zone = tz.gettz(zone)
        self.days = [season + timedelta(days=n) for n in range(-8, 36)]
        self.dated = [(*self.ends(s), ladder(s["tiers"])) for s in written["dated"]]
        self.weekly = list(self.every_week())
        self.turns = [turn for each in written["rotations"] for turn in self.turn_by_turn(each)]
        self.changes = [(*self.ends(each), each) for each in written["overrides"]]
        self.shifts: list[tuple[datetime, datetime, Written]] = []
        for each in sorted(entered, key=lambda entry: int(entry["number"])):
            begins, ends = self.ends(each)
            if "ended" in each:
                ends = min(ends, begins + each["ended"] * MINUTE)
            if begins < ends:
                kept = self.shifts if each["act"] == "shift" else self.changes
                kept.append((begins, ends, each))

    def utc(self, local: datetime) -> datetime:
        """The first of two when the clock is put back; what is left out comes an hour later."""
        return tz.resolve_imaginary(local.replace(tzinfo=self.zone)).astimezone(UTC)

    def ends(self, span: Written) -> tuple[datetime, datetime]:
        return tuple(self.utc(datetime.fromisoformat(span[key])) for key in ("from", "to"))  # type: ignore[return-value]

    def every_week(self) -> Iterator[tuple[datetime, datetime, Ladder]]:
        for day in self.days:
            for shift in self.written["weekly"]:
                if f"{day:%a}".lower() in shift["days"]:
                    begins = datetime.combine(day, time.fromisoformat(shift["from"]))
                    ends = datetime.combine(day, time.fromisoformat(shift["to"]))
                    if ends <= begins:
                        ends += timedelta(days=1)
                    yield self.utc(begins), self.utc(ends), ladder(shift["tiers"])

    def turn_by_turn(self, rotation: Written) -> Iterator[tuple[datetime, datetime, str, int]]:
        day, number, left = date.fromisoformat(rotation["starts"]), 0, rotation["days"]
        clock = time.fromisoformat(rotation["hand_over"])
        while day <= self.days[-1]:
            wanted = not rotation["weekdays"] or f"{day:%a}".lower() in rotation["weekdays"]
            if wanted and day >= self.days[0]:
                begins = self.utc(datetime.combine(day, clock))
                ends = self.utc(datetime.combine(day + timedelta(days=1), clock))
                yield begins, ends, rotation["people"][number], rotation["after"]
            day += timedelta(days=1)
            left -= 1
            if not left:
                left, number = rotation["days"], (number + 1) % len(rotation["people"])

    def who(self, at: datetime) -> Ladder:
        """The ladder of a moment."""
        found = self.by_rota(at)
        for begins, ends, change in self.changes:
            if begins <= at < ends:
                found = overridden(found, change)
        return found or ladder(self.written["fallback"])

    def by_rota(self, at: datetime) -> Ladder:
        on = [each for begins, ends, each in self.shifts if begins <= at < ends]
        if on:
            first = sorted((each["after"], each["number"], each["provider"]) for each in on)
            return tidy([(person, after) for after, _, person in first])
        for begins, ends, tiers in (*self.dated, *self.weekly):
            if begins <= at < ends:
                return tiers
        turns = [(after, n, p) for n, (b, e, p, after) in enumerate(self.turns) if b <= at < e]
        return tidy([(p, after) for after, _, p in sorted(turns)]) or ladder(
            self.written["fallback"]
        )

    def edges(self) -> set[datetime]:
        """Every moment at which something begins or ends."""
        stretches = (*self.dated, *self.weekly, *self.turns, *self.changes, *self.shifts)
        return {edge for stretch in stretches for edge in stretch[:2]}


def ladder(tiers: list[Written]) -> Ladder:
    return [(tier["provider"], tier["after"]) for tier in tiers]


def overridden(found: Ladder, change: Written) -> Ladder:
    who = change["provider"]
    if change["act"] == "remove":
        return tidy([rung for rung in found if rung[0] != who])
    if change["act"] == "replace":
        return tidy([(change["by"] if p == who else p, after) for p, after in found])
    if change["act"] == "swap":
        other = {who: change["by"], change["by"]: who}
        return tidy([(other.get(p, p), after) for p, after in found])
    before = [rung for rung in found if rung[1] < change["after"]]
    return tidy([*before, (who, change["after"]), *found[len(before) :]])


def tidy(found: Ladder) -> Ladder:
    """Everybody once, where they come first; the first of all at once."""
    seen: Ladder = []
    for person, after in found:
        if person not in [known for known, _ in seen]:
            seen.append((person, after))
    return [(p, after if n else 0) for n, (p, after) in enumerate(seen)]


# --- the two, side by side ------------------------------------------------------------------------


def moments(writer: Writer, calendar: Calendar) -> list[datetime]:
    """A few at random, and a few at and just before an edge."""
    first = datetime.combine(writer.season - timedelta(days=2), time(), UTC)
    last = first + timedelta(days=12)
    edges = sorted(edge for edge in calendar.edges() if first <= edge < last)
    close = writer.chance.sample(edges, min(3, len(edges)))
    far = [first + writer.chance.randint(0, 12 * 24 * 60) * MINUTE for _ in range(2)]
    return [*close, *(edge - MINUTE for edge in close), *far]


@pytest.mark.parametrize("part", range(SETS))
def test_a_random_rota_says_what_an_independent_calculation_says(part: int) -> None:
    for seed in range(part, ROTAS, SETS):
        check(seed)


def check(seed: int) -> None:
    writer = Writer(seed)
    zone = writer.chance.choice(ZONES)
    written = writer.rota()
    entered = writer.entered()
    of = practice_in(zone).model_copy(update={"on_call": Rota.model_validate(written)})
    of = with_changes(of, (as_entered(of, each) for each in entered))
    calendar = Calendar(written, zone, writer.season, entered)
    for at in moments(writer, calendar):
        found = on_call_at(of, at)
        assert found is not None
        rungs = [(rung.provider.id, rung.after) for rung in found.rungs]
        assert rungs == calendar.who(at), (seed, zone, at)
        until_agrees(found.until, at, rungs, calendar.who, calendar.edges())


def as_entered(of: Practice, each: Written) -> EnteredChange:
    """What a desk would enter, in the practice's own time."""
    begins = utc_of(of, each["from"])
    ended = begins + each["ended"] * MINUTE if "ended" in each else None
    return EnteredChange(
        uid=f"u{each['number']}",
        group=f"u{each['number']}",
        practice=of.id,
        act=ChangeAct(each["act"]),
        provider=each["provider"],
        by=each.get("by", ""),
        after=each.get("after", 0),
        starts_at=begins,
        ends_at=utc_of(of, each["to"]),
        made_by="A. Marsh",
        made_at=datetime(2026, 1, 1, tzinfo=UTC) + each["number"] * MINUTE,
        ended_at=ended,
    )


def utc_of(of: Practice, text: str) -> datetime:
    return instant(of, datetime.fromisoformat(text))


def until_agrees(
    until: datetime | None,
    at: datetime,
    rungs: Ladder,
    who: Callable[[datetime], Ladder],
    edges: set[datetime],
) -> None:
    """Nothing changes before the end that was told, and there something does."""
    last = until or at + timedelta(days=13)
    assert all(who(edge) == rungs for edge in edges if at < edge < last)
    assert until is None or who(until) != rungs
