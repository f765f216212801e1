"""How a form ends, decided from its answers by a table and not by the script.

A script can ask for less (a message instead of a booking), never for less safety: a symptom ends
escalated, or held as a message where the practice has signed for it; urgent is escalated;
emergency is emergency.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from scripts import hours
from scripts.answers import Answer, met
from scripts.calltypes import CallType, Outcome
from scripts.conditions import EnableWhen
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
    found = outcome(facts)
    if found is None:
        return None
    maker = _MAKERS.get(found)
    return maker(facts) if maker else _plain(facts, found)


def outcome(facts: Facts) -> Outcome | None:
    """Return the outcome alone, which depends on no clock and no rota's shifts."""
    if facts.call_type is CallType.EMERGENCY:
        return Outcome.EMERGENCY
    if facts.practice.neutral:
        return Outcome.MESSAGE
    if must_escalate(facts):
        return _escalated(facts)
    if facts.call_type in CLINICAL_TYPES or facts.symptom_given:
        return Outcome.MESSAGE if may_hold(facts) else _escalated(facts)
    return _plain_outcome(facts)


def _plain_outcome(facts: Facts) -> Outcome | None:
    ends = facts.practice.forms[facts.call_type].ends
    if ends is Outcome.MESSAGE:
        return Outcome.MESSAGE
    if facts.call_type is CallType.REFILL:
        return _escalated(facts) if ends is Outcome.ESCALATED else Outcome.MESSAGE
    return _BY_ANSWERS[facts.call_type](facts)


def _escalated(facts: Facts) -> Outcome:
    return Outcome.ESCALATED if facts.practice.on_call is not None else Outcome.MESSAGE


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
    return _given(facts, policy.when, policy.when_behavior)


def must_escalate(facts: Facts) -> bool:
    """Whether the practice has signed that a call with these answers is escalated always."""
    return any(
        rule.call_type is facts.call_type and _given(facts, rule.when, rule.when_behavior)
        for rule in facts.practice.protocol.must_escalate
    )


def _given(facts: Facts, conditions: Iterable[EnableWhen], behavior: str) -> bool:
    """Whether conditions hold on what was said; an answer nobody gave meets none of them."""
    checks = (
        condition.question in facts.answers and met(condition, facts.answers[condition.question])
        for condition in conditions
    )
    return all(checks) if behavior == "all" else any(checks)


def message_rule(practice: Practice, call_type: CallType) -> MessageRule:
    """Return who gets a message of this type. A rule not written is the question's; a refill's is
    clinical staff on the next business day."""
    rules = practice.protocol.messages
    if call_type is CallType.REFILL:
        return rules.get(call_type) or _REFILL_RULE
    return rules.get(call_type) or rules.get(CallType.QUESTION) or _ANY_RULE


_REFILL_RULE: Final = MessageRule(recipient="clinical staff", due=Due(business_days=1))
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


def _question(facts: Facts) -> Outcome:
    needed = facts.value(Feed.NEEDS_MESSAGE) not in ("", NO)
    return Outcome.MESSAGE if needed else Outcome.ANSWERED


def _new_appointment(facts: Facts) -> Outcome | None:
    slot = facts.value(Feed.SLOT)
    if slot == NO_TIME or facts.value(Feed.NEEDS_MESSAGE) == YES:
        return Outcome.MESSAGE
    return Outcome.BOOKED if slot else None


def _change(facts: Facts) -> Outcome | None:
    action, booking, slot = (
        facts.value(feed) for feed in (Feed.CHANGE_ACTION, Feed.BOOKING, Feed.SLOT)
    )
    if booking == NO_BOOKING or (action == MOVE and slot == NO_TIME):
        return Outcome.MESSAGE
    if not booking:
        return None
    if action == CANCEL:
        return Outcome.CANCELLED
    return Outcome.RESCHEDULED if action == MOVE and slot else None


def _plain(facts: Facts, found: Outcome) -> Ending:
    record, label = _WITHOUT_RECIPIENT[found]
    return Ending(found, record, "", Priority.ROUTINE, None, _provider(facts), label)


_WITHOUT_RECIPIENT: Final[Mapping[Outcome, tuple[RecordKind, str]]] = {
    Outcome.ANSWERED: (RecordKind.NONE, "answered"),
    Outcome.BOOKED: (RecordKind.BOOKING, "new booking"),
    Outcome.RESCHEDULED: (RecordKind.BOOKING, "moved booking"),
    Outcome.CANCELLED: (RecordKind.BOOKING, "cancelled booking"),
}


def _provider(facts: Facts) -> str:
    slot = OpenTime.from_key(facts.value(Feed.SLOT))
    if slot is not None:
        return slot.provider_id
    named = facts.value(Feed.PROVIDER)
    return named if facts.practice.provider(named) else ""


_BY_ANSWERS: Final[Mapping[CallType, Callable[[Facts], Outcome | None]]] = {
    CallType.QUESTION: _question,
    CallType.NEW_APPOINTMENT: _new_appointment,
    CallType.CHANGE_APPOINTMENT: _change,
}
_MAKERS: Final[Mapping[Outcome, Callable[[Facts], Ending]]] = {
    Outcome.MESSAGE: _message,
    Outcome.ESCALATED: escalation,
    Outcome.EMERGENCY: _emergency,
}
