"""Answers that depend on the day, on a plan or on who is meant, worked out when they are asked.

Hours count holidays and exceptions, in the practice's own time zone; yes and no are only said of
what the practice wrote.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from rapidfuzz import fuzz, utils

from scripts import hours
from scripts.days_asked import Asked, days_asked
from scripts.facts_told import (
    Fact,
    day_sentence,
    first_upper,
    joined,
    own_fact,
    provider_fact,
    short_hours,
)
from scripts.fields import WEEKDAYS
from scripts.greeting import spoken_opening
from scripts.plans_asked import PlanAsked, plan_asked
from scripts.practice import Practice, Provider
from scripts.spoken import plain_clock, spoken_clock
from scripts.wordlist import words

_SURNAME: Final = 82
_WAY: Final = re.compile(
    r"\b(get|drive|come|walk|bus|train) (there|here|to (you|the office|your office))\b|"
    r"\bfind (you|the office)\b|"
    r"\bwhere(s| is| are) (you|your office|the (office|clinic|practice))\b"
)
_OPEN_WORDS: Final = frozenset(words("open opens opening close closes closed closing hours hour"))


def worked_out(practice: Practice, query: str, moment: datetime) -> Iterator[Fact]:
    """Yield answers worked out for this question: “are you open friday”, “closed on christmas”,
    “do you take aetna”, “is dr okafor in on thursday”, “how do I get there”."""
    today = moment.astimezone(practice.zone).date()
    said = utils.default_process(query).split()
    asked = days_asked(practice, query, today)
    who = _provider_named(practice, said)
    if who is not None:
        yield _provider_on(practice, who, asked, today)
    elif asked.now and asked.clock is None:
        yield _now(practice, moment)
    else:
        score = 100.0 if _OPEN_WORDS & set(said) else 80.0
        for day in asked.days:
            yield _on_day(practice, day, asked.clock, today, score)
    plan = plan_asked(practice, query)
    if plan is not None:
        yield _plan(practice, plan)
    if _WAY.search(" ".join(said)):
        yield replace(own_fact(practice, "Address", moment), score=96.0)


def _on_day(practice: Practice, day: date, clock: time | None, today: date, score: float) -> Fact:
    day_hours, holiday = hours.hours_on(practice, day)
    sentence = day_sentence(practice, day, today)
    text = short_hours(day_hours) if day_hours else f"Closed{f': {holiday}' if holiday else ''}"
    if clock is not None and day_hours is not None:
        is_open = hours.at(practice, hours.instant(practice, day, clock)).is_open
        stands = "open" if is_open else "closed"
        name, at = first_upper(hours.spoken_day(day, today)), spoken_clock(clock)
        text = f"{stands.capitalize()} at {clock:%H:%M}"
        sentence = f"{name} at {at} the office is {stands}. {sentence}"
    return Fact(f"{day:%a} {day.day} {day:%b}", text, sentence, score)


def _now(practice: Practice, moment: datetime) -> Fact:
    coverage = hours.at(practice, moment)
    if coverage.closes_at is not None:
        closes = spoken_clock(coverage.closes_at.astimezone(practice.zone))
        return Fact("Now", f"Open, {coverage.change}", f"Yes, the office is open until {closes}.")
    why = f" for {coverage.holiday}" if coverage.holiday else ""
    why = " for lunch" if coverage.state is hours.OpenState.LUNCH else why
    opens = spoken_opening(practice, coverage)
    said = f"The office is closed{why} now."
    said += f" It opens {opens}." if coverage.opens_at is not None else ""
    return Fact("Now", f"{coverage.label}, {coverage.change}", said)


def _plan(practice: Practice, asked: PlanAsked) -> Fact:
    plans, note = practice.insurance.accepted, practice.insurance.note or ""
    listed = f"The office takes {joined(plans)}." if plans else ""
    more = f" “{' '.join(asked.more)}” is not named in it." if asked.more else ""
    if asked.taken:
        said = f"Yes, the office takes {asked.plan}."
        if more:
            said = f"{asked.plan} is on the office's list.{more}"
        return _insured(asked.plan, "yes" if not more else "on the list", f"{said} {note}")
    if asked.taken is False:
        return _insured(asked.plan, "no", f"No, the office does not take {asked.plan}. {listed}")
    said = f"{asked.plan} is not on the office's list. {listed} {note}"
    return _insured(asked.plan, "not on the list", said)


def _insured(plan: str, stands: str, said: str) -> Fact:
    return Fact("Insurance", f"{plan}: {stands}", " ".join(said.split()))


def _provider_named(practice: Practice, said: list[str]) -> Provider | None:
    """Return the provider whose last name is among the words, misspelt or still being typed."""
    best: tuple[float, Provider] | None = None
    for who in practice.providers:
        known = utils.default_process(who.name).split()[-1:]
        for word in said:
            if known and len(word) > 3:
                score = fuzz.ratio(word, known[0])
                if score >= _SURNAME and (best is None or score > best[0]):
                    best = (score, who)
    return best[1] if best else None


def _provider_on(practice: Practice, who: Provider, asked: Asked, today: date) -> Fact:
    """Return when a provider is in: on the day asked for, hours and holidays of the office
    counted, or in the week."""
    usual = provider_fact(practice, who.spoken)
    if not asked.days or not who.clinic:
        return replace(usual, score=97.0)
    told = [_in_on(practice, who, day, today) for day in asked.days]
    text = ", ".join(short for short, _ in told)
    return Fact(who.spoken, text, " ".join([*(full for _, full in told), usual.full]), 100.0)


def _in_on(practice: Practice, who: Provider, day: date, today: date) -> tuple[str, str]:
    spans = [
        (max(opens, first).astimezone(practice.zone), min(closes, last).astimezone(practice.zone))
        for span in who.clinic.get(WEEKDAYS[day.weekday()], ())
        for first in (hours.instant(practice, day, span.start),)
        for last in (hours.instant(practice, day, span.end, end=True),)
        for opens, closes in hours.open_spans(practice, day)
        if max(opens, first) < min(closes, last)
    ]
    name = first_upper(hours.spoken_day(day, today))
    if not spans:
        return f"{day:%a} {day.day} {day:%b}: not in", f"{name} {who.spoken} is not in the office."
    times = joined([f"from {plain_clock(a)} to {plain_clock(b)}" for a, b in spans])
    short = " ".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in spans)
    return f"{day:%a}: {short}", f"{name} {who.spoken} is in the office {times}."
