"""The practice's own answers, found as the question is typed.

Nothing here is made up: every line is the practice's words or its hours, and a question it has no
words for finds nothing.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from rapidfuzz import fuzz, process, utils

from scripts import hours
from scripts.fields import WEEKDAYS
from scripts.practice import Practice
from scripts.spoken import plain_clock
from scripts.timetable import DayHours
from scripts.wordlist import words

_ENOUGH: Final = 72  # of 100; below it a match is more likely chance than a misspelling
_FULL_DAYS: Final = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_DAY_NAMES: Final = (*_FULL_DAYS, "today", "tomorrow")
_OPEN_WORDS: Final = frozenset(words("open opens opening close closes closed closing hours hour"))
_NOISE: Final = frozenset(
    words(
        "a an the is are do does you your i my me we can could to of in on at for and or what when "
        "where how who which there have has take accept get got need want any it be with please"
    )
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer: a label, the short line shown, the whole words to say, and how well it fits
    what was asked (0 to 100)."""

    label: str
    text: str
    full: str
    score: float = 100.0


def summary(practice: Practice, moment: datetime) -> tuple[Fact, ...]:
    """Return the lines shown before anything is asked: hours, address, insurance, new patients
    and what the practice pinned."""
    if practice.neutral:
        return ()
    facts = [
        _hours(practice, moment),
        Fact("Address", _street(practice), _address(practice)),
        _insurance(practice),
        _new_patients(practice),
    ]
    facts += [_faq(practice, place) for place, item in enumerate(practice.faq) if item.pinned]
    return tuple(facts)


def search(practice: Practice, query: str, moment: datetime, limit: int = 6) -> tuple[Fact, ...]:
    """Return the answers that fit a question as typed, misspelt or half said, best first.

    An empty question finds the summary.
    """
    asked = utils.default_process(query).split()
    if not asked:
        return summary(practice, moment)
    found = {fact.label: fact for fact in _computed(practice, asked, moment)}
    wanted = [word for word in asked if word not in _NOISE] or asked
    for fact in _matches(practice, wanted, moment):
        if fact.label not in found or found[fact.label].score < fact.score:
            found[fact.label] = fact
    return tuple(sorted(found.values(), key=lambda fact: -fact.score)[:limit])


def hours_line(practice: Practice) -> str:
    """Return the week in one line: “Mon–Fri 8–17, Sat 9–12”."""
    groups: list[list[int]] = []
    for day in range(7):
        same = groups and practice.hours[WEEKDAYS[day]] == practice.hours[WEEKDAYS[groups[-1][0]]]
        if same:
            groups[-1].append(day)
        else:
            groups.append([day])
    parts = []
    for group in groups:
        day_hours = practice.hours[WEEKDAYS[group[0]]]
        if day_hours is None:
            continue
        first, last = WEEKDAYS[group[0]].capitalize(), WEEKDAYS[group[-1]].capitalize()
        days = first if first == last else f"{first}–{last}"
        parts.append(f"{days} {_short(day_hours)}")
    return ", ".join(parts) or "Closed"


def _short(day_hours: DayHours) -> str:
    def clock(value: object) -> str:
        text = f"{value:%H:%M}".removesuffix(":00").lstrip("0") or "24"
        return f"0{text}" if text.startswith(":") else text

    return f"{clock(day_hours.opens)}–{clock(day_hours.closes)}"


def _spoken_hours(day_hours: DayHours) -> str:
    words = f"from {plain_clock(day_hours.opens)} to {plain_clock(day_hours.closes)}"
    if day_hours.lunch is None:
        return words
    lunch = day_hours.lunch
    return f"{words}, with lunch from {plain_clock(lunch.start)} to {plain_clock(lunch.end)}"


def _hours(practice: Practice, moment: datetime) -> Fact:
    today = moment.astimezone(practice.zone).date()
    week: dict[str, list[str]] = {}
    for day, name in zip(WEEKDAYS, _FULL_DAYS, strict=True):
        day_hours = practice.hours[day]
        said = _spoken_hours(day_hours) if day_hours else "closed"
        week.setdefault(said, []).append(name.capitalize())
    said = "; ".join(f"{_listed(days)}, {words}" for words, days in week.items())
    return Fact("Hours", hours_line(practice), f"{said}. {_day_sentence(practice, today, today)}")


def _day_sentence(practice: Practice, day: date, today: date) -> str:
    day_hours, holiday = hours.hours_on(practice, day)
    name = hours.spoken_day(day, today).capitalize()
    if day_hours is None:
        return f"{name} the office is closed{f' for {holiday}' if holiday else ''}."
    return f"{name} the office is open {_spoken_hours(day_hours)}."


def _listed(words: list[str]) -> str:
    if len(words) > 2:
        return f"{words[0]} to {words[-1]}" if _in_a_row(words) else _joined(words)
    return _joined(words)


def _in_a_row(words: list[str]) -> bool:
    places = [_FULL_DAYS.index(word.lower()) for word in words]
    return places == list(range(places[0], places[0] + len(places)))


def _joined(words: list[str] | tuple[str, ...]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _street(practice: Practice) -> str:
    return practice.address.partition(f", {practice.city}")[0]


def _address(practice: Practice) -> str:
    return f"{practice.address}. {practice.directions or ''}".strip()


def _insurance(practice: Practice) -> Fact:
    plans, note = practice.insurance.accepted, practice.insurance.note or ""
    if not plans:
        return Fact("Insurance", "Not given", note or "The office can tell you about insurance.")
    more = f" +{len(plans) - 3}" if len(plans) > 3 else ""
    text = ", ".join(plans[:3]) + more
    return Fact("Insurance", text, f"The office takes {_joined(plans)}. {note}".strip())


def _new_patients(practice: Practice) -> Fact:
    policy = practice.new_patients
    who = [p.spoken for p in practice.providers if p.accepts_new and p.clinic]
    if policy.accepting:
        text = f"Yes, {', '.join(who[:2])}{' +' + str(len(who) - 2) if len(who) > 2 else ''}"
        text = text if who else "Yes"
    else:
        text = "Not at present"
    said = policy.note or ("Yes, we take new patients." if policy.accepting else "Not at present.")
    return Fact("New patients", text, said)


def _faq(practice: Practice, place: int) -> Fact:
    entry = practice.faq[place]
    return Fact(entry.label, entry.short or entry.answer, entry.answer)


def _computed(practice: Practice, asked: list[str], moment: datetime) -> list[Fact]:
    """Answers that depend on the day: “are you open friday”, “closed on christmas”, “today”."""
    today = moment.astimezone(practice.zone).date()
    asks_open = bool(_OPEN_WORDS & set(asked))
    facts = []
    for day in _days_named(practice, asked, today):
        sentence = _day_sentence(practice, day, today)
        day_hours, holiday = hours.hours_on(practice, day)
        text = _short(day_hours) if day_hours else f"Closed{f': {holiday}' if holiday else ''}"
        label = f"{day:%a} {day.day} {day:%b}"
        facts.append(Fact(label, text, sentence, 100.0 if asks_open else 80.0))
    return facts


def _days_named(practice: Practice, asked: list[str], today: date) -> list[date]:
    days = []
    for word in asked:
        if word in ("now", "tonight"):
            days.append(today)
        match = process.extractOne(word, _DAY_NAMES, scorer=fuzz.ratio, score_cutoff=80)
        name = (
            match[0]
            if match
            else next((full for full in _FULL_DAYS if len(word) >= 3 and full.startswith(word)), "")
        )
        if name in ("today", "tomorrow"):
            days.append(today + timedelta(days=int(name == "tomorrow")))
        elif name:
            days.append(today + timedelta(days=(_FULL_DAYS.index(name) - today.weekday()) % 7))
    if {"weekend", "weekends"} & set(asked):
        days += [today + timedelta(days=(number - today.weekday()) % 7) for number in (5, 6)]
    return days or _holiday_named(practice, " ".join(asked), today)


def _holiday_named(practice: Practice, query: str, today: date) -> list[date]:
    wanted = " ".join(word for word in query.split() if word not in _NOISE | _OPEN_WORDS)
    if len(wanted) < 4:
        return []
    named: dict[str, date] = {}
    for day, name in hours.holidays_ahead(practice, today):
        plain = re.sub(r"\bday\b|’s|'s", "", name.lower())
        named.setdefault(" ".join(plain.split()), day)
    match = process.extractOne(wanted, list(named), scorer=fuzz.WRatio, score_cutoff=88)
    return [named[match[0]]] if match else []


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """What can be asked for: the words of each entry, and every word there is."""

    entries: tuple[tuple[str, frozenset[str]], ...]  # label, words
    words: tuple[str, ...]


def _catalogue(practice: Practice) -> _Catalogue:
    key = (practice.id, practice.version, id(practice))
    kept = _catalogues.get(key)
    if kept is None or kept[0] is not practice:
        if len(_catalogues) > _MOST:
            _catalogues.clear()
        kept = _catalogues[key] = (practice, _make_catalogue(practice))
    return kept[1]


_MOST: Final = 256
_catalogues: dict[tuple[str, str, int], tuple[Practice, _Catalogue]] = {}


def _make_catalogue(practice: Practice) -> _Catalogue:
    phrases = [
        *(
            ("Hours", word)
            for word in words("hours time open opening close closing lunch schedule")
        ),
        *(("Address", word) for word in words("address location located directions street")),
        ("Address", f"{practice.address} {practice.city}"),
        *(("Insurance", word) for word in words("insurance plans coverage network")),
        *(("New patients", text) for text in ("new patients", "taking patients", "register")),
        *(("Languages", word) for word in ("languages", "speak", *practice.languages)),
    ]
    phrases += [("Insurance", plan) for plan in practice.insurance.accepted]
    for entry in practice.faq:
        phrases += [(entry.label, entry.label), (entry.label, entry.question)]
        phrases += [(entry.label, synonym) for synonym in entry.synonyms]
    for provider in practice.providers:
        phrases.append((provider.spoken, f"{provider.name} {provider.spoken} doctor provider"))
    entries = tuple((label, _said(text)) for label, text in phrases)
    return _Catalogue(entries, tuple(sorted({w for _, said in entries for w in said})))


def _said(text: str) -> frozenset[str]:
    return frozenset(word for word in utils.default_process(text).split() if word not in _NOISE)


def _matches(practice: Practice, wanted: list[str], moment: datetime) -> list[Fact]:
    catalogue = _catalogue(practice)
    close = [_close(word, catalogue.words) for word in wanted]
    # A word the practice has nowhere (“wheres”) says little about which answer is meant.
    weights = [len(word) * (1.0 if near else 0.3) for word, near in zip(wanted, close, strict=True)]
    best: dict[str, float] = {}
    fits: dict[str, list[float]] = {}
    for label, known in catalogue.entries:
        fit = [max((near[w] for w in known if w in near), default=0.0) for near in close]
        # Of two that fit the same words, the one that says little else is meant.
        score = _weighed(fit, weights) - min(len(known), 10) * 0.3
        best[label] = max(best.get(label, 0.0), score)
        fits[label] = [max(pair) for pair in zip(fit, fits.get(label, fit), strict=True)]
    for label, fit in fits.items():
        # “blood work results”: said in words of several of an answer's phrases.
        best[label] = max(best[label], 0.9 * _weighed(fit, weights))
    return [
        _named(practice, label, score, moment) for label, score in best.items() if score >= _ENOUGH
    ]


def _weighed(fit: list[float], weights: list[float]) -> float:
    return sum(f * w for f, w in zip(fit, weights, strict=True)) / sum(weights)


def _close(word: str, known: tuple[str, ...]) -> dict[str, float]:
    near = {
        match: float(score)
        for match, score, _ in process.extract(
            word, known, scorer=fuzz.ratio, score_cutoff=76, limit=None
        )
    }
    if len(word) >= 3:  # still being typed
        near.update({full: 95.0 for full in known if full != word and full.startswith(word)})
    return near


def _named(practice: Practice, label: str, score: float, moment: datetime) -> Fact:
    fact = _own(practice, label, moment)
    return Fact(fact.label, fact.text, fact.full, score)


def _own(practice: Practice, label: str, moment: datetime) -> Fact:
    match label:
        case "Hours":
            return _hours(practice, moment)
        case "Address":
            return Fact(label, _street(practice), _address(practice))
        case "Insurance":
            return _insurance(practice)
        case "New patients":
            return _new_patients(practice)
        case "Languages":
            spoken = _joined(practice.languages)
            return Fact(label, spoken, f"The office speaks {spoken}.")
    place = next((i for i, entry in enumerate(practice.faq) if entry.label == label), None)
    return _faq(practice, place) if place is not None else _provider(practice, label)


def _provider(practice: Practice, spoken: str) -> Fact:
    who = next(provider for provider in practice.providers if provider.spoken == spoken)
    days = [_FULL_DAYS[WEEKDAYS.index(day)].capitalize() for day in WEEKDAYS if who.clinic.get(day)]
    name = f"{who.full}, {who.credentials}" if who.credentials else who.full
    if not days:
        return Fact(spoken, name, f"{name}.")
    new = "takes new patients" if who.accepts_new else "takes no new patients at present"
    short = ", ".join(day[:3] for day in days)
    return Fact(spoken, short, f"{name}, is in the office on {_joined(days)}, and {new}.")
