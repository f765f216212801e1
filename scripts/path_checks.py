"""Whether a form is safe whichever way a call goes: every question can be asked, every way ends,
and no symptom ends anywhere but with clinical staff.

Loops need no check: a condition looks back only, and `next` goes forward only.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from scripts.answers import Answer
from scripts.calltypes import CallType, Outcome
from scripts.condition_checks import Placed
from scripts.conditions import EnableWhen
from scripts.endings import Facts, outcome
from scripts.faults import KeyPath
from scripts.practice import Practice
from scripts.questions import Feed, Question
from scripts.ways import MOST, TooMany, Way, Ways

Finding = tuple[KeyPath, str]

_MOMENT: Final = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
DECIDING: Final = frozenset(
    {
        Feed.SLOT,
        Feed.BOOKING,
        Feed.CHANGE_ACTION,
        Feed.NEEDS_MESSAGE,
        Feed.SYMPTOM,
        Feed.SYMPTOM_PRESENT,
    }
)
"""What the answers to these say decides how a form ends."""

_NUMBER: Final = frozenset({Feed.CALLBACK_NUMBER})
_NAME: Final = frozenset({Feed.PATIENT_NAME, Feed.CALLER_NAME})
_CLINICAL: Final = frozenset({CallType.SYMPTOM, CallType.URGENT})
_NEEDS_NAME: Final = frozenset({Outcome.MESSAGE, Outcome.BOOKED})
_MANY: Final = (
    f"depends on more than {MOST:,} combinations of answers, too many to be sure of; "
    "use fewer conditions, or fewer questions in them"
)


def check_paths(
    practice: Practice, call_type: CallType, where: KeyPath, placed: Sequence[Placed]
) -> Iterator[Finding]:
    """Yield what is wrong on some way through a form whose questions are sound in themselves."""
    signed = signed_conditions(practice, call_type)
    ways = Ways(practice, [question for _, question in placed], signed)
    yield from _unreachable(ways, placed)
    if call_type is CallType.EMERGENCY:
        return  # it ends as it is, whatever was answered
    health = any(question.phi for _, question in placed)
    for baa in (True, False) if health else (True,):
        found = list(_endings(practice, call_type, where, ways, baa=baa))
        yield from found
        if found:
            return


def signed_conditions(practice: Practice, call_type: CallType) -> tuple[EnableWhen, ...]:
    """Return the conditions of what the practice has signed about calls of a type: what may be
    held, and what is escalated always."""
    protocol = practice.protocol
    policy = protocol.hold_policy if call_type is CallType.SYMPTOM else None
    held = policy.when if policy else ()
    rules = (rule.when for rule in protocol.must_escalate if rule.call_type is call_type)
    return (*held, *(condition for when in rules for condition in when))


def _unreachable(ways: Ways, placed: Sequence[Placed]) -> Iterator[Finding]:
    lost: set[int] = set()
    for place, (path, question) in enumerate(placed):
        if not question.enable_when:
            if ways.parents[place] in lost:
                lost.add(place)
            continue
        if ways.parents[place] in lost:
            lost.add(place)
            continue  # told of its group
        if ways.plainly_met(place):
            continue
        must = _line(ways, place)
        try:
            reached = any(True for _ in ways.through([place], baa=True, must=must, complete=False))
        except TooMany:
            yield (*path, "enableWhen"), _MANY
            continue
        if not reached:
            lost.add(place)
            sentence = "can never be met, so this is never asked; mend it, or take the question out"
            yield (*path, "enableWhen"), sentence


def _line(ways: Ways, place: int) -> list[int]:
    line = [place]
    while ways.parents[line[-1]] >= 0:
        line.append(ways.parents[line[-1]])
    return line


def _endings(
    practice: Practice, call_type: CallType, where: KeyPath, ways: Ways, *, baa: bool
) -> Iterator[Finding]:
    signed = {condition.question for condition in signed_conditions(practice, call_type)}
    deciding, contact = [], []
    for name, place in ways.places.items():
        feeds = ways.question(place).feeds
        if feeds in DECIDING or name in signed:
            deciding.append(place)
        elif feeds in _NUMBER | _NAME:
            contact.append(place)
    told: set[str] = set()
    try:
        for way in ways.through(contact, deciding=deciding, baa=baa, complete=True):
            sentence = _wrong_with(practice, call_type, ways, way)
            if sentence and sentence not in told:
                told.add(sentence)
                yield where, f"{sentence}{_when(ways, way, baa)}"
    except TooMany:
        yield where, _MANY


def _wrong_with(practice: Practice, call_type: CallType, ways: Ways, way: Way) -> str:
    there = [ways.question(place) for place, exists in way.exists.items() if exists]
    facts = _facts(practice, call_type, there, way)
    ending = outcome(facts)
    if ending is None:
        return "has a way that comes to no end: no question asks what decides it"
    clinical = call_type in _CLINICAL or facts.symptom_given
    if clinical and ending is not Outcome.ESCALATED:
        signed = practice.protocol.hold_policy is not None and call_type is CallType.SYMPTOM
        if not signed and not practice.neutral:
            return "has a way on which a symptom is neither escalated nor held by a signed policy"
    asked = {q.feeds for q in there if q.required or q.feeds in _NAME}
    if ending is not Outcome.ANSWERED and not asked & _NUMBER:
        return f"has a way that ends {ending.value} without asking for a callback number"
    if ending in _NEEDS_NAME and not asked & _NAME:
        return f"has a way that ends {ending.value} without asking for a name"
    return ""


def _facts(practice: Practice, call_type: CallType, there: list[Question], way: Way) -> Facts:
    answers = {
        q.link_id: Answer(q.link_id, text="given", values=way.values[q.link_id], feeds=q.feeds)
        for q in there
        if q.link_id in way.values
    }
    fed: dict[Feed, Answer] = {}
    for answer in answers.values():
        if answer.feeds is not None:
            fed.setdefault(answer.feeds, answer)
    return Facts(
        practice=practice,
        call_type=call_type,
        fed=fed,
        answers=answers,
        symptom_given=any(answer.gives_symptom() for answer in answers.values()),
        red_flag_seen=False,
        moment=_MOMENT,
    )


def _when(ways: Ways, way: Way, baa: bool) -> str:
    """Return the answers that lead there, so that the way can be walked."""
    given = [
        f"{ways.question(place).link_id} is {' and '.join(way.values[name])}"
        if name in way.values
        else f"{name} is left out"
        for name, place in sorted(ways.places.items(), key=lambda item: item[1])
        if way.exists.get(place) and (name in way.values or ways.question(place).feeds in DECIDING)
    ]
    told = f" (when {', '.join(given)})" if given else ""
    return told if baa else f"{told}, without a BAA"
