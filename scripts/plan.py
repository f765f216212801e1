"""A form made ready to be gone through again at every answer.

What exists depends on the answers; what each condition means does not. The plan reads the script
once (conditions into plain tests, expressions compiled, places and spans looked up), so that a
form of a thousand questions is settled in well under a millisecond.

Conditions look back only: a question depends on questions before it, so one pass in order settles
every one of them, and no script can make a loop.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import compress
from operator import eq, is_not
from typing import Any

from scripts.answers import Answer, AnswerStatus
from scripts.conditions import Test, Values
from scripts.expressions import Expression, NotWorkedOut, compiled
from scripts.fhir.values import value_of
from scripts.questions import Form, Option, Question, walk

Memo = MutableMapping[Any, Any]
"""What was worked out for one call, kept with its form and gone with it. It only saves work: the
same answers come to the same without it."""

WorkOut = Callable[[Question, list[Any] | None], Answer | None]
Seen = Mapping[str, Values]
Options = Callable[[Question], Sequence[Option]]


@dataclass(frozen=True, slots=True)
class _Row:
    """One question as the pass meets it. `parent` is its group's place, -1 at the top."""

    question: Question
    link_id: str
    parent: int
    phi: bool
    required: bool
    tests: tuple[tuple[str, Test], ...]
    any_of: bool
    condition: Expression | None
    calculation: Expression | None


@dataclass(slots=True)
class _Work:
    options: Options
    memo: Memo
    work_out: WorkOut | None


@dataclass(slots=True)
class Standing:
    """How a form stands with certain answers: by the place of each question, in order.

    `flags` holds a 1 for each question that exists, `worked` the calculated answers; `bad` are
    the places of answers that could not be read, `lacking` of required questions without one.
    """

    answers: Mapping[str, Answer]
    baa_in_force: bool
    flags: bytearray
    seen: dict[str, Values] = field(default_factory=dict)
    worked: dict[str, Answer] = field(default_factory=dict)
    bad: set[int] = field(default_factory=set)
    lacking: set[int] = field(default_factory=set)
    _waiting: list[int] = field(default_factory=list)  # a heap: what depends comes after
    _queued: set[int] = field(default_factory=set)

    def after(self, answers: Mapping[str, Answer]) -> "Standing":
        """Return the same with other answers, nothing looked at yet."""
        return Standing(
            answers,
            self.baa_in_force,
            bytearray(self.flags),
            dict(self.seen),
            {},
            set(self.bad),
            set(self.lacking),
        )

    def look_at(self, places: Iterable[int]) -> None:
        """Look at these, and at each once; they lie after the one being settled."""
        for place in places:
            if place not in self._queued:
                self._queued.add(place)
                heappush(self._waiting, place)

    def waiting(self) -> Iterator[int]:
        """Yield the places to look at, in order, those that come up meanwhile with them."""
        while self._waiting:
            yield heappop(self._waiting)


class Plan:
    """The questions of one form, in order, and what follows from them whatever the answers."""

    def __init__(self, form: Form) -> None:
        self._rows = tuple(_rows(form))
        self.questions = tuple(row.question for row in self._rows)
        self.ids = tuple(row.link_id for row in self._rows)
        self.by_id = {row.link_id: row.question for row in self._rows}
        self.places = {link_id: place for place, link_id in enumerate(self.ids)}
        self.spans = tuple(_spans(form))
        self.steps = [index for index, span in enumerate(self.spans) for _ in range(*span)]
        self._dependents, self._children = self._depending()
        self.critical = self._where(lambda question: question.critical)
        self.feeding = self._where(lambda question: question.feeds is not None)
        self.started = self._where(lambda question: bool(question.initial))
        self.calculated = self._where(lambda question: question.calculated is not None)

    def _depending(self) -> tuple[list[list[int]], list[list[int]]]:
        dependents: list[list[int]] = [[] for _ in self._rows]
        children: list[list[int]] = [[] for _ in self._rows]
        for place, row in enumerate(self._rows):
            if row.parent >= 0:
                children[row.parent].append(place)
            named = [name for name, _ in row.tests]
            for expression in (row.condition, row.calculation):
                named.extend(expression.names if expression else ())
            for name in named:
                if name in self.places:
                    dependents[self.places[name]].append(place)
        return dependents, children

    def _where(self, wanted: Callable[[Question], bool]) -> tuple[int, ...]:
        return tuple(place for place, row in enumerate(self._rows) if wanted(row.question))

    def standing(
        self,
        answers: Mapping[str, Answer],
        *,
        baa_in_force: bool,
        options: Options,
        memo: Memo,
        work_out: WorkOut | None = None,
    ) -> Standing:
        """Return how the form stands, from how it stood with the answers before these.

        A condition sees only answers of questions that exist themselves; a `phi` question does
        not exist without a BAA, nor does what a group without one holds. With `work_out`, which
        makes an answer of what an expression came to, calculated answers are worked out on the
        way; else they are taken as they stand.
        """
        known: Standing | None = memo.get(id(self))
        if known is None or known.baa_in_force is not baa_in_force:
            now = Standing(answers, baa_in_force, bytearray(len(self._rows)))
            now.look_at(range(len(self._rows)))
        else:
            now = known.after(answers)
            changed = changed_answers(known.answers, answers)
            now.look_at(self.places[key] for key in changed if key in self.places)
            now.look_at(self.calculated)
        work = _Work(options, memo, work_out)
        for place in now.waiting():
            self._settle(place, now, work)
        memo[id(self)] = now
        return now

    def _settle(self, place: int, now: Standing, work: _Work) -> None:
        row = self._rows[place]
        exists = self._exists(row, now, work)
        answer = now.answers.get(row.link_id) if exists else None
        if exists and row.calculation is not None and work.work_out is not None:
            results = self._results(row.calculation, now.seen, work)
            answer = work.work_out(row.question, results)
            if answer is not None:
                now.worked[row.link_id] = answer
        values = answer.values if answer is not None else ()
        if values != now.seen.get(row.link_id, ()):
            if values:
                now.seen[row.link_id] = values
            else:
                del now.seen[row.link_id]
            now.look_at(self._dependents[place])
        if now.flags[place] != exists:
            now.flags[place] = exists
            now.look_at(self._children[place])
        _mark(now.bad, place, answer is not None and bool(answer.problem))
        _mark(now.lacking, place, exists and row.required and not _fulfils(row.question, answer))

    def _exists(self, row: _Row, now: Standing, work: _Work) -> bool:
        if (row.phi and not now.baa_in_force) or (row.parent >= 0 and not now.flags[row.parent]):
            return False
        if row.tests and not _met(row, now.seen):
            return False
        if row.condition is None:
            return True
        results = self._results(row.condition, now.seen, work)
        # A condition that fails on these answers hides nothing: better asked than lost.
        return results is None or (bool(results) and results[0] is not False)

    def split(self, flags: bytearray) -> tuple[tuple[Question, ...], ...]:
        """Return the questions that exist, per step of the script."""
        return tuple(
            tuple(compress(self.questions[begin:end], flags[begin:end]))
            for begin, end in self.spans
        )

    def _results(self, expression: Expression, seen: Seen, work: _Work) -> Any:
        key = (expression.text, tuple(seen.get(name) for name in expression.names))
        if key not in work.memo:
            response = self._response(expression.names, seen, work.options)
            try:
                work.memo[key] = expression.values(response)
            except NotWorkedOut:
                work.memo[key] = None
        return work.memo[key]

    def _response(self, names: Sequence[str], seen: Seen, options: Options) -> dict[str, Any]:
        """Return a QuestionnaireResponse of the named questions and the groups around them."""
        top: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "item": []}
        made: dict[int, dict[str, Any]] = {-1: top}
        for place in sorted(self.places[name] for name in names if name in self.places):
            for at in self._line(place):
                if at in made:
                    continue
                row = self._rows[at]
                item: dict[str, Any] = {"linkId": row.link_id}
                made[at] = item
                made[row.parent].setdefault("item", []).append(item)
                values = seen.get(row.link_id, ())
                if values:
                    own = options(row.question)
                    item["answer"] = [value_of(row.question, own, value) for value in values]
        return top

    def _line(self, place: int) -> list[int]:
        line = [place]
        while (parent := self._rows[line[-1]].parent) >= 0:
            line.append(parent)
        return line[::-1]


def changed_answers(before: Mapping[str, Answer], after: Mapping[str, Answer]) -> Iterable[str]:
    """Return the names of answers that are not the same object in both."""
    if len(before) == len(after) and all(map(eq, before, after)):
        return compress(after, map(is_not, before.values(), after.values()))
    changed = {key for key, answer in after.items() if before.get(key) is not answer}
    return changed | (before.keys() - after.keys())


def _mark(places: set[int], place: int, marked: bool) -> None:
    if marked:
        places.add(place)
    else:
        places.discard(place)


def _fulfils(question: Question, answer: Answer | None) -> bool:
    if answer is None:
        return False
    if answer.status is AnswerStatus.NOT_ASKED and not answer.values:
        return question.may_skip
    return bool(answer.values)


def _met(row: _Row, seen: Seen) -> bool:
    if row.any_of:
        return any(test(seen.get(name, ())) for name, test in row.tests)
    return all(test(seen.get(name, ())) for name, test in row.tests)


def _rows(form: Form) -> Iterator[_Row]:
    count = 0
    for step in form.steps:
        for top in step.questions:
            parents = {id(top): -1}  # by identity: two groups may be equal
            for question in walk(top):
                parents.update((id(item), count) for item in question.item)
                yield _row(question, parents[id(question)])
                count += 1


def _row(question: Question, parent: int) -> _Row:
    expression, calculated = question.enable_expression, question.calculated
    return _Row(
        question=question,
        link_id=question.link_id,
        parent=parent,
        phi=question.phi,
        required=question.required,
        tests=tuple((c.question, c.test) for c in question.enable_when),
        any_of=question.enable_behavior == "any",
        condition=compiled(expression) if expression else None,
        calculation=compiled(calculated) if calculated else None,
    )


def _spans(form: Form) -> Iterator[tuple[int, int]]:
    begin = 0
    for step in form.steps:
        end = begin + sum(1 for top in step.questions for _ in walk(top))
        yield begin, end
        begin = end
