"""What a practice has signed about calls that cannot wait, and who is on call, told."""

from collections.abc import Iterable, Iterator
from typing import Any

from scripts.calltypes import CallType
from scripts.ladders import LadderStep
from scripts.phone_numbers import display
from scripts.practice import Practice
from scripts.protocol import Due, MessageRule, RedFlagRule
from scripts.rota import Tier
from scripts.told.forms import conditions_told
from scripts.told.things import (
    CALL_TYPE_WORDS,
    MODES,
    Section,
    Thing,
    end,
    listed_days,
    spoken,
    thing,
)


def tell_protocol(practice: Practice) -> Iterator[Thing]:
    """Yield notes, messages, what may be held, red flags and the 911 words."""
    section, protocol = Section.PROTOCOL, practice.protocol
    for place, note in enumerate(protocol.notes):
        types = ", ".join(CALL_TYPE_WORDS[kind] for kind in note.call_types) or "every call"
        path = ("protocol", "notes", place)
        yield thing(section, path, f"Note, {types}", {"": note.text}, id_=f"note {types}")
    for call_type, message in protocol.messages.items():
        name = f"Messages, {CALL_TYPE_WORDS[call_type]}"
        yield thing(section, ("protocol", "messages", call_type.value), name, _message(message))
    policy = protocol.hold_policy
    if policy is not None:
        symptom = practice.forms.get(CallType.SYMPTOM)
        known = {q.link_id: q for q in symptom.questions()} if symptom else {}
        parts: dict[str, Any] = {
            "signed by": policy.signed_by,
            "signed on": policy.signed_on,
            "held when": conditions_told(practice, known, policy.when, policy.when_behavior),
        }
        yield thing(section, ("protocol", "hold_policy"), "What may be held", parts)
    for place, rule in enumerate(protocol.must_escalate):
        form = practice.forms.get(rule.call_type)
        known = {q.link_id: q for q in form.questions()} if form else {}
        label = CALL_TYPE_WORDS[rule.call_type]
        when = conditions_told(practice, known, rule.when, rule.when_behavior)
        path = ("protocol", "must_escalate", place)
        parts = {"": f"{label}, when {when}"}
        yield thing(section, path, f"Always escalated, {rule.name}", parts)
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
        parts: dict[str, Any] = {"": tiers_told(practice, shift.tiers)}
        yield thing(section, path, when, parts, id_=f"weekly {when}")
    for place, rotation in enumerate(rota.rotations):
        path = ("on_call", "rotations", place)
        parts = {
            "people": [spoken(practice, who) for who in rotation.people],
            "turns of": f"{rotation.days} days from {rotation.starts}",
            "handed over at": rotation.hand_over,
            "called after": f"{rotation.after} minutes" if rotation.after else "",
            "only": listed_days(rotation.weekdays),
        }
        id_ = f"rotation {rotation.name}"
        yield thing(section, path, f"Rotation {rotation.name}", parts, id_=id_)
    for place, change in enumerate(rota.overrides):
        when = f"{change.start:%Y-%m-%d %H:%M} to {change.end:%Y-%m-%d %H:%M}"
        by = f" by {spoken(practice, change.by)}" if change.by else ""
        after = f" after {change.after} minutes" if change.after else ""
        words = f"{change.act.value} {spoken(practice, change.provider)}{by}{after}"
        path = ("on_call", "overrides", place)
        parts = {"": words, "note": change.note}
        yield thing(section, path, f"Override {when}", parts, id_=f"override {when}")
    for place, once in enumerate(rota.dated):
        when = f"{once.start:%Y-%m-%d %H:%M} to {once.end:%Y-%m-%d %H:%M}"
        path = ("on_call", "dated", place)
        parts = {"": tiers_told(practice, once.tiers)}
        yield thing(section, path, when, parts, id_=f"dated {when}")


def tell_ladders(practice: Practice) -> Iterator[Thing]:
    """Yield the ladders signed: their steps, and whose the item is in the end."""
    for place, ladder in enumerate(practice.ladders):
        hours = f"{ladder.start:%H:%M}–{end(ladder.end)}" if ladder.start and ladder.end else ""
        parts: dict[str, Any] = {
            "for": ", ".join(CALL_TYPE_WORDS[kind] for kind in ladder.call_types),
            "priority": ", ".join(priority.value for priority in ladder.priorities),
            "mode": ", ".join(MODES[mode] for mode in ladder.modes),
            "between": hours,
            "steps": "; ".join(_step(practice, step) for step in ladder.steps),
            "rounds": f"{ladder.rounds} of {ladder.every} minutes",
            "then": _whom(practice, ladder.human),
        }
        name = f"Ladder {ladder.name}"
        yield thing(Section.ON_CALL, ("ladders", place), name, parts, id_=name)


def _step(practice: Practice, step: LadderStep) -> str:
    by = f" by {', '.join(way.value for way in step.by)}" if step.by else ""
    after = f" after {step.after} minutes" if step.after else ""
    return f"{step.act.value} {_whom(practice, step.whom)}{by}{after}"


def _whom(practice: Practice, whom: str) -> str:
    contact = next((one for one in practice.contacts if one.id == whom), None)
    return contact.name if contact else spoken(practice, whom).replace("_", " ")


def tiers_told(practice: Practice, tiers: Iterable[Tier]) -> str:
    """Return who is called in which order: “Dr. Okafor, then Dr. Ortega after 10 minutes”."""
    return ", then ".join(
        spoken(practice, tier.provider) + (f" after {tier.after} minutes" if tier.after else "")
        for tier in tiers
    )
