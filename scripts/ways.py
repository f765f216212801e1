"""The ways answers can go through a form, gone through before a telephone rings on it.

Only the questions that decide something are answered, each with one value of every kind its
conditions tell apart (below, at and above a number; each code named, and another). Questions look
back only, so a way is built in one pass and can have no loop.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import ceil, floor
from typing import Any, Final

from scripts import parse
from scripts.conditions import Amount, Compared, EnableWhen, Operator, Values, plain
from scripts.openings import OpenTime
from scripts.practice import Practice
from scripts.questions import (
    CHOICES,
    NO,
    NO_BOOKING,
    NO_TIME,
    UNSURE,
    YES,
    Control,
    Question,
    QuestionType,
)

MOST: Final = 20_000  # ways looked at for one thing
_MOST_SUBSETS: Final = 6  # codes of one choice that conditions tell apart, where several fit
_OTHER: Final = "other words"
_ANY_DAY: Final = date(2026, 1, 5)
_SLOT: Final = OpenTime(
    datetime.fromisoformat("2026-01-05T18:00+00:00"),
    datetime.fromisoformat("2026-01-05T18:20+00:00"),
    "provider",
)


class TooMany(Exception):
    """There are more combinations of answers than can be gone through."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way: the values of the deciding questions, and which of those looked at exist."""

    values: Mapping[str, Values]
    exists: Mapping[int, bool]


class Ways:
    """The ways through one form of a practice."""

    def __init__(
        self, practice: Practice, questions: Sequence[Question], extra: Sequence[EnableWhen] = ()
    ) -> None:
        self._practice = practice
        self._questions = questions
        self.places = {question.link_id: place for place, question in enumerate(questions)}
        self.parents = _parents(questions)
        self._compared: dict[str, list[EnableWhen]] = {}
        for condition in (*extra, *(c for q in questions for c in q.enable_when)):
            self._compared.setdefault(condition.question, []).append(condition)
        self._tests = [
            [(self.places[c.question], c.test) for c in question.enable_when]
            for question in questions
        ]
        self._kinds: dict[int, tuple[Values, ...]] = {}

    def through(
        self,
        looked_at: Sequence[int],
        *,
        deciding: Sequence[int] = (),
        baa: bool,
        must: Sequence[int] = (),
        complete: bool,
    ) -> Iterator[Way]:
        """Yield every way as far as it matters to the questions `looked_at`; raise `TooMany`.

        `deciding` are answered even where no condition asks. Ways on which one of `must` does not
        exist are left out. Of a `complete` form what is required has an answer.
        """
        rows = sorted(self._cone((*looked_at, *deciding)))
        wanted = {place for row in rows for place, _ in self._tests[row]} | set(deciding)
        search = _Search(self, rows, wanted, baa, frozenset(must), complete)
        yield from search.ways()

    def plainly_met(self, place: int) -> bool:
        """Whether a question can be asked for a plain reason: each question it looks at is always
        there, is looked at once, and has an answer that meets the condition."""
        tests = self._tests[place]
        named = [at for at, _ in tests]
        if self.parents[place] >= 0 or len(set(named)) != len(named):
            return False
        return all(
            self.parents[at] < 0
            and not self._tests[at]
            and not self._questions[at].enable_expression
            and not self._questions[at].is_fixed
            and any(test(kind) for kind in (*self.kinds(at), ()))
            for at, test in tests
        )

    def _cone(self, places: Sequence[int]) -> set[int]:
        """Return the places, and all that decides whether they exist."""
        found: set[int] = set()
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            if place in found:
                continue
            found.add(place)
            if self.parents[place] >= 0:
                waiting.append(self.parents[place])
            waiting.extend(named for named, _ in self._tests[place])
        return found

    @property
    def compared(self) -> frozenset[str]:
        """The names of the questions that a condition looks at."""
        return frozenset(self._compared)

    def question(self, place: int) -> Question:
        """The question at a place."""
        return self._questions[place]

    def tests(self, place: int) -> list[tuple[int, Callable[[Values], bool]]]:
        """The conditions of a place, by the place each looks at."""
        return self._tests[place]

    def kinds(self, place: int) -> tuple[Values, ...]:
        """One value of each kind that is told apart at a place."""
        known = self._kinds.get(place)
        if known is None:
            question = self._questions[place]
            conditions = self._compared.get(question.link_id, [])
            known = tuple(_kinds(self._practice, question, conditions))
            self._kinds[place] = known
        return known


@dataclass
class _Search:
    of: Ways
    rows: list[int]
    deciding: set[int]
    baa: bool
    must: frozenset[int]
    complete: bool
    left: int = MOST

    def ways(self) -> Iterator[Way]:
        """Yield the ways, depth first, with a stack of its own: a form may be long."""
        stack: list[tuple[int, dict[str, Values], dict[int, bool]]] = [(0, {}, {})]
        while stack:
            at, values, exists = stack.pop()
            if at == len(self.rows):
                yield Way(values, exists)
                continue
            self.left -= 1
            if self.left < 0:
                raise TooMany
            row = self.rows[at]
            # The last pushed is looked at first: the kinds come in the order they help.
            for there in self._there(row, values, exists):
                if not there and row in self.must:
                    continue
                after = exists | {row: there}
                if there and row in self.deciding:
                    name = self.of.question(row).link_id
                    for kind in reversed(self._answers(row)):
                        stack.append((at + 1, values | {name: kind} if kind else values, after))
                else:
                    stack.append((at + 1, values, after))

    def _there(
        self, row: int, values: Mapping[str, Values], exists: Mapping[int, bool]
    ) -> tuple[bool, ...]:
        question = self.of.question(row)
        parent = self.of.parents[row]
        if (question.phi and not self.baa) or (parent >= 0 and not exists[parent]):
            return (False,)
        if question.enable_expression:
            return (False, True)  # not looked into: it may be met or not
        tests = self.of.tests(row)
        results = (test(values.get(self.of.question(p).link_id, ())) for p, test in tests)
        met = any(results) if question.enable_behavior == "any" and tests else all(results)
        return (met,)

    def _answers(self, row: int) -> list[Values]:
        question = self.of.question(row)
        kinds = list(self.of.kinds(row))
        if not question.is_fixed and (
            not self.complete or not question.required or question.may_skip
        ):
            kinds.append(())
        # An answer that a question which must exist does not allow is not tried.
        for goal in self.must:
            if self.of.question(goal).enable_behavior == "all":
                for place, test in self.of.tests(goal):
                    if place == row:
                        kinds = [kind for kind in kinds if test(kind)]
        return kinds


def _parents(questions: Sequence[Question]) -> list[int]:
    parents = {id(item): place for place, q in enumerate(questions) for item in q.item}
    return [parents.get(id(question), -1) for question in questions]


# --- one value of each kind ---------------------------------------------------------------------


def _kinds(
    practice: Practice, question: Question, conditions: Sequence[EnableWhen]
) -> Iterator[Values]:
    if question.calculated:
        yield ()
    elif question.is_fixed:
        initial = parse.read(practice, question, question.initial, _ANY_DAY)
        yield initial.values if question.initial else ()
        return
    compared = [c for c in conditions if c.operator is not Operator.EXISTS]
    if question.type in CHOICES:
        yield from _choice_kinds(practice, question, compared)
        return
    singles = list(dict.fromkeys(_single_kinds(question, compared)))
    yield from ((single,) for single in singles)
    if question.repeats and len(singles) > 1:
        yield tuple(singles)


def _choice_kinds(
    practice: Practice, question: Question, compared: Sequence[EnableWhen]
) -> Iterator[Values]:
    named = list(dict.fromkeys(plain(condition.answer) for condition in compared))
    if question.control is Control.OPEN_TIMES:
        codes = [_SLOT.key, NO_TIME]
    elif question.control is Control.BOOKINGS:
        codes = ["1", NO_BOOKING]
    else:
        every = [code for code, _ in parse.options(practice, question)]
        codes = [code for code in every if code in named]
        codes += [code for code in every if code not in named][: _others(question)]
    if question.type is QuestionType.OPEN_CHOICE:
        codes += [text for text in named if text not in codes] + [_OTHER]
    yield from ((code,) for code in codes)
    if question.repeats:
        if len(codes) > _MOST_SUBSETS:
            raise TooMany
        for chosen in range(1, 1 << len(codes)):
            picked = tuple(code for bit, code in enumerate(codes) if chosen >> bit & 1)
            if len(picked) > 1:
                yield picked


def _others(question: Question) -> int | None:
    # What an answer is for may tell its codes apart, where no condition does.
    return None if question.feeds is not None and len(question.answer_option) <= 8 else 1


def _single_kinds(question: Question, compared: Sequence[EnableWhen]) -> Iterator[str]:
    if question.type is QuestionType.BOOLEAN:
        yield from (YES, NO, UNSURE)
        return
    if not compared:
        yield _plain_value(question)
        return
    by_kind = {Compared.STRING: _strings, Compared.QUANTITY: _amounts}
    kind = compared[0].kind
    answers = [condition.answer for condition in compared]
    whole = question.type is QuestionType.INTEGER
    yield from (_whole if whole else by_kind.get(kind, _scale))(answers)
    if question.type in (QuestionType.STRING, QuestionType.TEXT):
        yield _OTHER


def _plain_value(question: Question) -> str:
    return _EXAMPLES.get(question.type, _OTHER)


_EXAMPLES: Final[Mapping[QuestionType, str]] = {
    QuestionType.INTEGER: "1",
    QuestionType.DECIMAL: "1",
    QuestionType.QUANTITY: "1",
    QuestionType.DATE: "2026-01-05",
    QuestionType.DATE_TIME: "2026-01-05T12:00",
    QuestionType.TIME: "12:00",
}


def _strings(answers: Sequence[Any]) -> Iterator[str]:
    for text in answers:
        yield from (str(text), f"{text}~", "!")


def _amounts(answers: Sequence[Amount]) -> Iterator[str]:
    units = list(dict.fromkeys(amount.unit for amount in answers))
    for unit in units:
        numbers = [amount.value for amount in answers if amount.unit == unit]
        for figure in _scale(numbers):
            yield Amount(value=Decimal(figure), unit=unit).text
    yield "1 other"


def _scale(answers: Sequence[Any]) -> Iterator[str]:
    """Yield each value, one below, one above, and one between each two."""
    values = sorted({Decimal(str(a)) if isinstance(a, int | float) else a for a in answers})
    for value in values:
        yield from (_moved(value, -1), _moved(value, 0), _moved(value, 1))
    for low, high in itertools.pairwise(values):
        yield _between(low, high)


def _whole(answers: Sequence[Any]) -> Iterator[str]:
    """Yield the whole numbers around each value."""
    for value in sorted({Decimal(str(answer)) for answer in answers}):
        low, high = floor(value), ceil(value)
        yield from map(str, (low - 1, low, high, high + 1))


def _between(low: Any, high: Any) -> str:
    if isinstance(low, time):
        middle = (_minutes(low) + _minutes(high)) // 2
        return f"{middle // 60:02}:{middle % 60:02}"
    if isinstance(low, Decimal):
        return format((low + high) / 2, "f")
    return plain(low + (high - low) / 2)


def _moved(value: Any, by: int) -> str:
    match value:
        case datetime():
            return plain(value + timedelta(minutes=by))
        case date():
            return plain(value + timedelta(days=by))
        case time():
            minutes = min(max(_minutes(value) + by, 0), 24 * 60 - 1)
            return f"{minutes // 60:02}:{minutes % 60:02}"
    return format(Decimal(value) + by, "f")


def _minutes(value: time) -> int:
    return value.hour * 60 + value.minute
