"""F9 and F6: to whom a call can go, and what has to be safe before it does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from console.desk import finishing
from console.desk.live_call import LiveCall
from console.desk.views import EscalationView, OptionView, TransferChoice
from console.escalation.signed import person, signed_ladder
from scripts import phone_numbers
from scripts.calltypes import CallType
from scripts.ladders import BACKUP, ON_CALL
from scripts.oncall import OnCall, on_call_at
from scripts.practice import Practice
from scripts.protocol import Priority
from scripts.questions import Feed
from softphone.calls import Move, can

REACH = "reach"
TRANSFER = "transfer"
_EXTENSION = re.compile(r"[0-9*#]{2,6}")
KEEP = "keep"
EMERGENCY = frozenset({"911", "9911", "112", "999"})  # routed by where the desk is (47 CFR 9.3)


def escalation_view(call: LiveCall, now: datetime) -> EscalationView | None:
    """Return the panel behind F9; None where nobody is on call."""
    on_call = on_call_at(call.practice, now)
    if on_call is None or call.interview is None:
        return None
    provider = on_call.provider
    missing = ""
    if not callback_number(call):
        missing = "No callback number yet: ask for one before the caller can be lost."
    return EscalationView(
        call=call.call,
        provider=provider.full,
        number=phone_numbers.display(provider.phone) if provider.phone else "No number on file",
        summary=finishing.summary(call.interview),
        choices=_choices(call, on_call),
        missing=missing,
        say=say_before(on_call.provider.spoken),
    )


def say_before(spoken: str) -> str:
    """Return what the caller is told before they are held."""
    return f"I’m reaching {spoken} now. Please stay on the line; I’ll be right back with you."


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody a desk can call about a caller. `pin` is the hash of theirs, "" for none asked."""

    id: str
    name: str  # "Dr. Ifeoma Okafor"
    spoken: str  # "Dr. Okafor"
    phone: str
    pin: str = ""


def reachable(
    practice: Practice, call_type: CallType, now: datetime, *, first: str = ""
) -> tuple[Reachable, ...]:
    """Return whom to call about an escalation, in turn: `first` where there is one, who is on call,
    their backup, then whom the practice's ladder names, as far as there is a telephone."""
    ladder = signed_ladder(practice, call_type=call_type, priority=Priority.URGENT, moment=now)
    turns = [ON_CALL, BACKUP, *(step.whom for step in ladder.steps), ladder.human]
    if first:
        turns.insert(0, first)
    found = {who.id: who for whom in turns for who in _reachable(practice, whom, now)}
    return tuple(found.values())


def _reachable(practice: Practice, whom: str, now: datetime) -> Iterator[Reachable]:
    who = person(practice, whom, now)
    provider = practice.provider(who.id)
    if provider is not None and provider.phone:
        yield Reachable(
            provider.id, provider.full, provider.spoken, provider.phone, provider.pin or ""
        )
    for contact in practice.contacts:
        if contact.id == who.id and contact.phone:
            yield Reachable(
                contact.id, contact.name, contact.name, contact.phone, contact.pin or ""
            )


def callback_number(call: LiveCall) -> str:
    """Return the number the provider can call back on, "" when there is none."""
    answer = call.interview.fed(Feed.CALLBACK_NUMBER) if call.interview else None
    return answer.value if answer else call.caller.number


def transfer_choices(call: LiveCall, now: datetime) -> tuple[TransferChoice, ...]:
    """Return whom a call can be transferred to: who is on call, then every provider reachable."""
    on_call = on_call_at(call.practice, now)
    first = [on_call.provider] if on_call else []
    people = [*first, *(p for p in call.practice.providers if p not in first)]
    reachable = [p for p in people if p.phone]
    return tuple(
        TransferChoice(
            label=f"{provider.full}, {phone_numbers.display(provider.phone)}"
            + (" (on call)" if provider in first else ""),
            target=provider.phone,
            key=str(number) if number <= 9 else "",
        )
        for number, provider in enumerate(reachable, start=1)
        if provider.phone
    )


def own_number(practice: Practice) -> str:
    """Return the number somebody sees when this desk calls for a practice, "" for the line's."""
    return practice.numbers[0] if practice.numbers and not practice.neutral else ""


def transfer_target(text: str) -> str:
    """Return what to dial for a number or an extension as it was typed, "" when it is neither: a
    caller must not be sent to a slip of the finger."""
    typed = text.strip()
    if typed in EMERGENCY:
        return ""
    if _EXTENSION.fullmatch(typed):
        return typed
    try:
        return phone_numbers.to_e164(typed)
    except phone_numbers.NotANumber:
        return ""


def why_no_target(text: str) -> str:
    """Return why a number as it was typed is not dialled, and the mend."""
    if text.strip() in EMERGENCY:
        return (
            f"{text.strip()} is never dialled from here: it would reach the services of this "
            "desk’s own place, not the caller’s. Press F7 for the words to say."
        )
    return "Type a whole number or an extension, or choose a person."


def _choices(call: LiveCall, on_call: OnCall) -> tuple[OptionView, ...]:
    keep = OptionView(KEEP, f"Keep the callback number; I reach {on_call.provider.spoken}", "K")
    if not (on_call.provider.phone and can(call.state, Move.TRANSFER)):
        return (keep,)
    spoken = on_call.provider.spoken
    return (
        OptionView(REACH, f"Reach {spoken}; the caller holds", "F9"),
        OptionView(TRANSFER, f"Transfer the caller to {spoken} unasked", "T"),
        keep,
    )
