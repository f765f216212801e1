"""What a practice has signed about calls that cannot wait, and who is on call, told."""

from collections.abc import Iterable, Iterator
from typing import Any

from scripts.calltypes import CallType
from scripts.phone_numbers import display
from scripts.practice import Practice
from scripts.protocol import Due, MessageRule, RedFlagRule, Tier
from scripts.told.forms import conditions_told
from scripts.told.things import CALL_TYPE_WORDS, Section, Thing, end, listed_days, spoken, thing


def tell_protocol(practice: Practice) -> Iterator[Thing]:
    """Yield notes, messages, what may be held, red flags and the 911 words."""
    section, protocol = Section.PROTOCOL, practice.protocol
    for place, note in enumerate(protocol.notes):
        types = ", ".join(CALL_TYPE_WORDS[kind] for kind in note.call_types) or "every call"
        path = ("protocol", "notes", place)
        yield thing(section, path, f"Note, {types}", {"": note.text}, id_=f"note {types}")
    for call_type, rule in protocol.messages.items():
        name = f"Messages, {CALL_TYPE_WORDS[call_type]}"
        yield thing(section, ("protocol", "messages", call_type.value), name, _message(rule))
    policy = protocol.hold_policy
    if policy is not None:
        symptom = practice.forms.get(CallType.SYMPTOM)
        known = {q.link_id: q for q in symptom.questions()} if symptom else {}
        parts = {
            "signed by": policy.signed_by,
            "signed on": policy.signed_on,
            "held when": conditions_told(practice, known, policy.when, policy.when_behavior),
        }
        yield thing(section, ("protocol", "hold_policy"), "What may be held", parts)
    for place, flag in enumerate(protocol.red_flags):
        path = ("protocol", "red_flags", place)
        yield thing(section, path, flag.name, {"": _flag(flag)}, id_=f"flag {flag.name}")
    yield thing(section, ("protocol", "words_911"), "911 words", {"": protocol.words_911})
    for place, line in enumerate(protocol.emergency_lines):
        parts = {"": f"{line.psap} {display(line.number)}", "places": line.places}
        path = ("protocol", "emergency_lines", place)
        yield thing(section, path, f"911 in {line.area}", parts, id_=f"line {line.area}")


def _message(rule: MessageRule) -> dict[str, Any]:
    return {"to": rule.recipient, "priority": rule.priority.value, "due": due_told(rule.due)}


def due_told(due: Due) -> str:
    """Return a deadline in words: “the next business day by 12:00”."""
    if due.minutes is not None:
        return f"within {due.minutes} minutes"
    days = due.business_days or 0
    named = {0: "the same business day", 1: "the next business day"}
    by = f" by {due.by:%H:%M}" if due.by else ""
    return f"{named.get(days, f'{days} business days later')}{by}"


def _flag(flag: RedFlagRule) -> str:
    words = " with ".join(" or ".join(f"“{word}”" for word in group) for group in flag.all_of)
    return f"{words}, at most {flag.within} words apart" if flag.within else words


def tell_on_call(practice: Practice) -> Iterator[Thing]:
    """Yield who is on call when."""
    rota, section = practice.on_call, Section.ON_CALL
    if rota is None:
        return
    fallback = {"": tiers_told(practice, rota.fallback)}
    yield thing(section, ("on_call", "fallback"), "Whenever nobody else is", fallback)
    for place, shift in enumerate(rota.weekly):
        when = f"{listed_days(shift.days)}, {shift.start:%H:%M}–{end(shift.end)}"
        path = ("on_call", "weekly", place)
        parts = {"": tiers_told(practice, shift.tiers)}
        yield thing(section, path, when, parts, id_=f"weekly {when}")
    for place, once in enumerate(rota.dated):
        when = f"{once.start:%Y-%m-%d %H:%M} to {once.end:%Y-%m-%d %H:%M}"
        path = ("on_call", "dated", place)
        parts = {"": tiers_told(practice, once.tiers)}
        yield thing(section, path, when, parts, id_=f"dated {when}")


def tiers_told(practice: Practice, tiers: Iterable[Tier]) -> str:
    """Return who is called in which order: “Dr. Okafor, then Dr. Ortega after 10 minutes”."""
    return ", then ".join(
        spoken(practice, tier.provider) + (f" after {tier.after} minutes" if tier.after else "")
        for tier in tiers
    )
