"""What a practice file has to agree on with itself before a telephone rings on it.

The models check each value; here are the rules that span the file: every id that is named exists,
every call type has words and a form that can end, and no script asks what a script may not ask.
Each check yields the key path at fault and a sentence with the mend.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from rapidfuzz import process

from scripts import hours
from scripts.calltypes import CallType, Mode
from scripts.faults import KeyPath
from scripts.form_checks import check_forms, check_hold, forbidden
from scripts.greeting import BadTemplate, check_template
from scripts.practice import Practice
from scripts.protocol import Tier
from scripts.unrecorded import check_recording

Finding = tuple[KeyPath, str]

_REASSURES: Final = re.compile(
    r"don.t worry|no need to worry|nothing to worry|you.ll be (fine|ok)|will be fine|"
    r"probably (nothing|fine|ok)|not (an emergency|serious)|sounds (fine|normal)|"
    r"\b(take|give (him|her|them|your child)) (an? |some )?"
    r"(aspirin|tylenol|ibuprofen|advil|motrin|acetaminophen|benadryl)",
    re.IGNORECASE,
)


def check(practice: Practice) -> Iterator[Finding]:
    """Yield everything in a practice that its file does not agree on with itself."""
    for one in _CHECKS:
        yield from one(practice)


def near(name: str, known: list[str]) -> str:
    """Return “; did you mean “x”?” or the list of what there is, to end a sentence with."""
    if not known:
        return "; there are none in this file"
    best = process.extractOne(name, known, score_cutoff=70)
    return f"; did you mean “{best[0]}”?" if best else f"; there are {', '.join(known)}"


def _greetings(practice: Practice) -> Iterator[Finding]:
    for mode in Mode:
        if mode not in practice.greetings:
            yield ("greetings",), f"has no words for {mode.value}; write them"
    for mode, greeting in practice.greetings.items():
        for key in ("default", "open", "closed", "lunch", "holiday"):
            source: str | None = getattr(greeting, key)
            if source is None:
                continue
            where = ("greetings", mode.value, key)
            try:
                check_template(source)
            except BadTemplate as error:
                yield where, str(error)
            if mode is Mode.AFTER_HOURS and "911" not in source:
                yield where, "does not say 911; an after-hours greeting tells the caller to dial it"
            if _REASSURES.search(source):
                yield where, "reassures or advises the caller; the desk may not"
            elif wrong := forbidden(source):
                yield where, wrong


def _ids(practice: Practice) -> Iterator[Finding]:
    for key in ("providers", "appointment_types"):
        seen: dict[str, int] = {}
        for place, item in enumerate(getattr(practice, key)):
            if item.id in seen:
                yield (key, place, "id"), f"“{item.id}” is taken by entry {seen[item.id] + 1}"
            seen.setdefault(item.id, place)
    for place, kind in enumerate(practice.appointment_types):
        for number, provider in enumerate(kind.providers):
            yield from _provider(
                practice, ("appointment_types", place, "providers", number), provider
            )


def _provider(practice: Practice, where: KeyPath, provider: str) -> Iterator[Finding]:
    if provider not in practice.providers_by_id:
        hint = near(provider, list(practice.providers_by_id))
        yield where, f"“{provider}” is not a provider of this practice{hint}"


def _rota(practice: Practice) -> Iterator[Finding]:
    rota = practice.on_call
    if rota is None:
        yield ("on_call",), "is missing; somebody has to be on call: write at least a fallback"
        return
    yield from _tiers(practice, ("on_call", "fallback"), rota.fallback)
    for key in ("weekly", "dated"):
        for place, shift in enumerate(getattr(rota, key)):
            yield from _tiers(practice, ("on_call", key, place, "tiers"), shift.tiers)


def _tiers(practice: Practice, where: KeyPath, tiers: tuple[Tier, ...]) -> Iterator[Finding]:
    for place, tier in enumerate(tiers):
        here = (*where, place, "provider")
        yield from _provider(practice, here, tier.provider)
        provider = practice.provider(tier.provider)
        if provider is not None and provider.phone is None:
            yield here, f"{provider.spoken} is on call without a phone; add phone under providers"


def _holidays(practice: Practice) -> Iterator[Finding]:
    given = practice.holidays
    if not given.closed_on:
        return
    try:
        # Three years, as a holiday may be new or lapse: wrong in all of them is wrong.
        names = sorted(
            {
                name
                for year in (2025, 2026, 2027)
                for name in hours.public_names(given.country, given.subdivision, year)
            }
        )
    except NotImplementedError as error:
        yield ("holidays",), f"names a country or subdivision with no calendar: {error}"
        return
    folded = {name.casefold() for name in names}
    for place, name in enumerate(given.closed_on):
        if name.casefold() not in folded:
            yield (
                ("holidays", "closed_on", place),
                f"“{name}” is not a holiday of this calendar{near(name, names)}",
            )


def _dates(practice: Practice) -> Iterator[Finding]:
    seen: set[object] = set()
    for place, exception in enumerate(practice.exceptions):
        if exception.date in seen:
            yield ("exceptions", place, "date"), f"{exception.date} is given twice; keep one"
        seen.add(exception.date)
    baa = practice.baa
    if baa and baa.ends_on and baa.ends_on < baa.signed_on:
        yield ("baa", "ends_on"), "lies before signed_on"


def _answers(practice: Practice) -> Iterator[Finding]:
    labels: dict[str, int] = {}
    for place, entry in enumerate(practice.faq):
        if entry.label in labels:
            yield (
                ("faq", place, "label"),
                f"“{entry.label}” is the label of entry {labels[entry.label] + 1}",
            )
        labels.setdefault(entry.label, place)
        if _REASSURES.search(entry.answer):
            yield ("faq", place, "answer"), "reassures or advises the caller; the desk may not"


def _messages(practice: Practice) -> Iterator[Finding]:
    for call_type in CallType:
        rules = practice.protocol.messages
        may = call_type is not CallType.URGENT and call_type is not CallType.EMERGENCY
        if may and call_type not in rules:
            yield ("protocol", "messages"), f"has no rule for {call_type.value}; write who gets it"


def _red_flags(practice: Practice) -> Iterator[Finding]:
    seen: set[str] = set()
    for place, rule in enumerate(practice.protocol.red_flags):
        if rule.name in seen:
            yield ("protocol", "red_flags", place, "name"), f"“{rule.name}” is given twice"
        seen.add(rule.name)
        for number, group in enumerate(rule.all_of):
            for item, phrase in enumerate(group):
                if any(len(word.strip("*")) < 2 for word in phrase.split()):
                    where = ("protocol", "red_flags", place, "all_of", number, item)
                    yield where, f"“{phrase}” has a word too short to be told apart"


def _clinics(practice: Practice) -> Iterator[Finding]:
    if practice.appointment_types and not any(provider.clinic for provider in practice.providers):
        yield ("providers",), "have no clinic hours, so nothing can be booked; write clinic"


_CHECKS: Final[tuple[Callable[[Practice], Iterator[Finding]], ...]] = (
    _greetings,
    _ids,
    _rota,
    _holidays,
    _dates,
    _answers,
    _messages,
    _red_flags,
    check_hold,
    _clinics,
    check_forms,
    check_recording,
)
