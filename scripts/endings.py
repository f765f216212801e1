"""How a form ends, decided from its answers by a table and not by the script.

A script can ask for less (a message instead of a booking), never for less safety: a symptom ends
escalated, or held as a message where the practice has signed for it; urgent is escalated;
emergency is emergency.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from scripts import hours
from scripts.answers import Answer, met
from scripts.calltypes import CallType, Outcome
from scripts.oncall import on_call_at
from scripts.openings import OpenTime
from scripts.practice import Practice
from scripts.protocol import Due, MessageRule, Priority
from scripts.questions import (
    CANCEL,
    MOVE,
    NO,
    NO_BOOKING,
    NO_TIME,
    YES,
    Feed,
)


@unique
class RecordKind(StrEnum):
    """What is written beside the call itself."""

    NONE = "none"
    BOOKING = "booking"
    MESSAGE = "message"
    ESCALATION = "escalation"


@dataclass(frozen=True, slots=True)
class Ending:
    """The one way a form ends. `due` is UTC; `provider` an id, "" when nobody in particular."""

    outcome: Outcome
    record: RecordKind
    recipient: str
    priority: Priority
    due: datetime | None
    provider: str
    label: str  # "message to clinical staff, due Wed 25 Nov 17:00"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision looks at: the answers by what they feed, and what was heard."""

    practice: Practice
    call_type: CallType
    fed: Mapping[Feed, Answer]
    answers: Mapping[str, Answer]  # of the questions that exist now
    symptom_given: bool
    red_flag_seen: bool
    moment: datetime

    def value(self, feed: Feed) -> str:
        """The value that fills a field, "" when there is none."""
        answer = self.fed.get(feed)
        return answer.value if answer else ""


CLINICAL_TYPES: Final = frozenset({CallType.SYMPTOM, CallType.URGENT, CallType.EMERGENCY})

ALLOWED_ENDS: Final[Mapping[CallType, frozenset[Outcome]]] = {
    CallType.QUESTION: frozenset({Outcome.ANSWERED, Outcome.MESSAGE}),
    CallType.NEW_APPOINTMENT: frozenset({Outcome.BOOKED, Outcome.MESSAGE}),
    CallType.CHANGE_APPOINTMENT: frozenset(
        {Outcome.RESCHEDULED, Outcome.CANCELLED, Outcome.MESSAGE}
    ),
    CallType.REFILL: frozenset({Outcome.MESSAGE, Outcome.ESCALATED}),
    CallType.SYMPTOM: frozenset({Outcome.ESCALATED, Outcome.MESSAGE}),
    CallType.URGENT: frozenset({Outcome.ESCALATED}),
    CallType.EMERGENCY: frozenset({Outcome.EMERGENCY}),
}
"""The outcomes a form of each type may end in; what a file may write under `ends`."""


def decide(facts: Facts) -> Ending | None:
    """Return how the form ends with these answers; None while the deciding one is missing."""
    if facts.call_type is CallType.EMERGENCY:
        return _emergency(facts)
    if facts.practice.neutral:
        return _message(facts)
    if facts.call_type is CallType.URGENT:
        return escalation(facts)
    if facts.call_type is CallType.SYMPTOM or facts.symptom_given:
        return _message(facts) if may_hold(facts) else escalation(facts)
    if facts.practice.forms[facts.call_type].ends is Outcome.MESSAGE:
        return _message(facts)
    return _PLAIN[facts.call_type](facts)


def escalation(facts: Facts) -> Ending:
    """Return the ending that pages the on-call provider, whatever the answers."""
    on_call = on_call_at(facts.practice, facts.moment)
    if on_call is None:
        return _message(facts)
    name = on_call.provider.full
    return Ending(
        outcome=Outcome.ESCALATED,
        record=RecordKind.ESCALATION,
        recipient=name,
        priority=Priority.URGENT,
        due=facts.moment,
        provider=on_call.provider.id,
        label=f"escalation to {name}, on call now",
    )


def may_hold(facts: Facts) -> bool:
    """Whether a signed hold policy lets this symptom call be kept as a message.

    Only from the symptom form, whose answers the policy was signed on; never once a red flag was
    seen.
    """
    policy = facts.practice.protocol.hold_policy
    if policy is None or facts.red_flag_seen or facts.call_type is not CallType.SYMPTOM:
        return False
    checks = [
        condition.question in facts.answers and met(condition, facts.answers[condition.question])
        for condition in policy.when
    ]
    return all(checks) if policy.when_behavior == "all" else any(checks)


def message_rule(practice: Practice, call_type: CallType) -> MessageRule:
    """Return who gets a message of this type; a rule not written goes to the question's."""
    rules = practice.protocol.messages
    return rules.get(call_type) or rules.get(CallType.QUESTION) or _ANY_RULE


_ANY_RULE: Final = MessageRule(recipient="the practice", due=Due(business_days=1))


def _message(facts: Facts) -> Ending:
    rule = message_rule(facts.practice, facts.call_type)
    due = hours.due_at(facts.practice, facts.moment, rule.due)
    local = due.astimezone(facts.practice.zone)
    today = facts.moment.astimezone(facts.practice.zone).date()
    when = f"{local:%H:%M}" if local.date() == today else f"{local:%a} {local.day} {local:%b %H:%M}"
    return Ending(
        outcome=Outcome.MESSAGE,
        record=RecordKind.MESSAGE,
        recipient=rule.recipient,
        priority=rule.priority,
        due=due,
        provider=_provider(facts),
        label=f"message to {rule.recipient}, due {when}",
    )


def _emergency(facts: Facts) -> Ending:
    on_call = on_call_at(facts.practice, facts.moment)
    rule = message_rule(facts.practice, facts.call_type)
    to_page = on_call is not None
    name = on_call.provider.full if on_call else rule.recipient
    return Ending(
        outcome=Outcome.EMERGENCY,
        record=RecordKind.ESCALATION if to_page else RecordKind.MESSAGE,
        recipient=name,
        priority=Priority.URGENT,
        due=facts.moment,
        provider=on_call.provider.id if on_call else "",
        label=f"emergency, 911 line read; {name} is notified",
    )


def _question(facts: Facts) -> Ending | None:
    if facts.value(Feed.NEEDS_MESSAGE) not in ("", NO):
        return _message(facts)
    return _plain(facts, Outcome.ANSWERED, RecordKind.NONE, "answered")


def _new_appointment(facts: Facts) -> Ending | None:
    slot = facts.value(Feed.SLOT)
    if slot == NO_TIME or facts.value(Feed.NEEDS_MESSAGE) == YES:
        return _message(facts)
    if not slot:
        return None
    return _plain(facts, Outcome.BOOKED, RecordKind.BOOKING, "new booking")


def _change(facts: Facts) -> Ending | None:
    action, booking, slot = (
        facts.value(feed) for feed in (Feed.CHANGE_ACTION, Feed.BOOKING, Feed.SLOT)
    )
    if booking == NO_BOOKING or (action == MOVE and slot == NO_TIME):
        return _message(facts)
    if not booking:
        return None
    if action == CANCEL:
        return _plain(facts, Outcome.CANCELLED, RecordKind.BOOKING, "cancelled booking")
    if action == MOVE and slot:
        return _plain(facts, Outcome.RESCHEDULED, RecordKind.BOOKING, "moved booking")
    return None


def _refill(facts: Facts) -> Ending | None:
    if facts.practice.forms[CallType.REFILL].ends is Outcome.ESCALATED:
        return escalation(facts)
    return _message(facts)


def _plain(facts: Facts, outcome: Outcome, record: RecordKind, label: str) -> Ending:
    return Ending(outcome, record, "", Priority.ROUTINE, None, _provider(facts), label)


def _provider(facts: Facts) -> str:
    slot = OpenTime.from_key(facts.value(Feed.SLOT))
    if slot is not None:
        return slot.provider_id
    named = facts.value(Feed.PROVIDER)
    return named if facts.practice.provider(named) else ""


_PLAIN: Final[Mapping[CallType, Callable[[Facts], Ending | None]]] = {
    CallType.QUESTION: _question,
    CallType.NEW_APPOINTMENT: _new_appointment,
    CallType.CHANGE_APPOINTMENT: _change,
    CallType.REFILL: _refill,
}
