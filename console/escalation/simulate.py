"""A ladder run on paper: every deed in the order of its time, with nothing sent.

It is the same machine that pages for real, driven by the answers of a file in place of people.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.escalation import ladder as rungs
from console.escalation.ladder import Act, IllegalMove, Item, Ladder, Stage
from console.escalation.pages import Verb

LONGEST = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Answer:
    """`who` (a contact's id) answers `after` the opening."""

    after: timedelta
    who: str
    verb: Verb


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the time-line: what happened, to or by whom, and where the item stands then."""

    at: datetime
    what: str
    whom: str
    stage: Stage
    by: tuple[str, ...] = ()


def simulate(
    ladder: Ladder,
    opened_at: datetime,
    answers: Sequence[Answer] = (),
    *,
    resolve: Callable[[str, datetime], str] = lambda whom, _: whom,
    length: timedelta = LONGEST,
) -> Iterator[Line]:
    """Yield what would happen until the item is closed, or `length` is over.

    `resolve` tells which contact a step's `whom` is at a moment, as the rota has it then.
    """
    item = rungs.open_item("SIMULATED", opened_at)
    left = sorted(answers, key=lambda answer: answer.after)
    end = opened_at + length
    while (deed := rungs.next_deed(item, ladder)) is not None:
        answered = opened_at + left[0].after if left else None
        if answered is not None and answered < deed.at:
            answer = left.pop(0)
            item, said = _answered(item, ladder, answer, answered)
            yield Line(answered, said, answer.who, item.stage)
            continue
        if deed.at > end:
            return
        item = rungs.take(item, ladder, deed, deed.at)
        whom = resolve(deed.whom, deed.at) if deed.act in (Act.PAGE, Act.CALL) else deed.whom
        yield Line(deed.at, deed.act.value, whom, item.stage, deed.by)


def _answered(item: Item, ladder: Ladder, answer: Answer, now: datetime) -> tuple[Item, str]:
    try:
        match answer.verb:
            case Verb.ACKNOWLEDGE:
                return rungs.acknowledge(item, answer.who, now), "acknowledges"
            case Verb.ESCALATE:
                return rungs.escalate(item, ladder, now), "passes it on"
            case Verb.CLOSE:
                return rungs.close(rungs.reach(item, now), now), "reached the patient"
    except IllegalMove as refused:
        return item, f"is told: {refused}"
