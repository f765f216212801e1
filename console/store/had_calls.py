"""The finished calls of a practice as far as a script can be replayed over them: what kind each
was, when, how it ended, and the answers' codes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.models import Answer, Call
from console.store.values import AnswerStatus
from scripts.calltypes import CallType, Mode, Outcome

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class HadCall:
    """One finished call. `at` is UTC; `answers` are link id and values, in the order asked."""

    at: datetime
    call_type: CallType
    mode: Mode | None
    outcome: Outcome | None
    answers: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False)


def had_calls(session: Session, *, practice_id: str, limit: int) -> Iterator[HadCall]:
    """Yield the latest finished calls of a practice that had a form, newest first."""
    asked = (
        select(Call)
        .where(Call.practice_id == practice_id)
        .where(Call.finished_at.is_not(None), Call.call_type.is_not(None))
        .order_by(Call.offered_at.desc(), Call.id.desc())
        .limit(limit)
    )
    for calls in session.scalars(asked).partitions(_AT_ONCE):
        answers = _answers(session, [call.id for call in calls])
        for call in calls:
            at = call.offered_at or call.waiting_since or call.finished_at
            if at is not None and call.call_type is not None:
                its = tuple(answers.get(call.id, ()))
                yield HadCall(at, call.call_type, call.mode, call.outcome, its)


def _answers(session: Session, calls: list[int]) -> dict[int, list[tuple[str, tuple[str, ...]]]]:
    asked = (
        select(Answer)
        .where(Answer.call_id.in_(calls), Answer.status != AnswerStatus.NOT_ASKED)
        .order_by(Answer.call_id, Answer.position)
    )
    found: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
    for answer in session.scalars(asked):
        values = tuple(answer.value.split(", ")) if answer.value else ()
        found.setdefault(answer.call_id, []).append((answer.link_id, values))
    return found
