"""What a form shows at a moment: its steps, what is missing or wrong, what is read back, and how
it would end.

Queries only, each worked out once and kept, so the window may ask as often as it paints. The moves
are in `scripts.triage`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import compress
from typing import Final

from scripts import endings, form_state, parse, redflags
from scripts.answers import Answer
from scripts.calltypes import CallType
from scripts.endings import CLINICAL_TYPES, Ending, Facts
from scripts.form_state import ReadBack, StepState
from scripts.plan import Memo, Plan, Standing, changed_answers
from scripts.practice import Practice
from scripts.questions import YES, Feed, Form, Question

TAKEN_BACK: Final = "~"  # before the key of an answer aside that its caller took back


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was heard in the answers given: by place, how many words and marks, and the lines of
    it a rule knows."""

    given: Mapping[str, Answer] = field(repr=False)
    lengths: list[int]
    marked: dict[int, tuple[tuple[int, redflags.Line], ...]] = field(repr=False)


class NoSuchQuestion(LookupError):
    """A link id that is not on the form, or does not exist for this call (a program's mistake)."""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A red flag the receptionist put away, kept with the words it was found in."""

    flag: str
    words: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Sheet:
    """One call's form as it stands. `moment` is when it was begun (UTC)."""

    # Out of the repr: what a traceback prints must name no patient.
    practice: Practice
    call_type: CallType
    baa_in_force: bool
    moment: datetime
    number_hint: str = field(default="", repr=False)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    aside: Mapping[str, Answer] = field(default_factory=dict)  # not on this form; by "type/link"
    position: int = 0
    ticks: frozenset[str] = frozenset()
    dismissed: tuple[Dismissal, ...] = ()
    insisted: frozenset[int] = frozenset()  # steps `next` was pressed on with answers missing
    # What was worked out from answers that stay; handed on from move to move of one call.
    memo: Memo = field(default_factory=dict, repr=False, compare=False)

    @property
    def form(self) -> Form:
        """The script of this call type."""
        return self.practice.forms[self.call_type]

    @cached_property
    def today(self) -> date:
        """The practice's local day when the form was begun."""
        return self.moment.astimezone(self.practice.zone).date()

    @property
    def plan(self) -> Plan:
        """The script of this call type, made ready."""
        return self.practice.plan(self.call_type)

    @property
    def _by_id(self) -> Mapping[str, Question]:
        return self.plan.by_id

    @cached_property
    def _standing(self) -> Standing:
        return self.plan.standing(
            self.answers,
            baa_in_force=self.baa_in_force,
            options=self.practice.answer_options,
            memo=self.memo,
        )

    @property
    def _flags(self) -> bytearray:
        return self._standing.flags

    @cached_property
    def _steps(self) -> tuple[tuple[Question, ...], ...]:
        return self.plan.split(self._flags)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question that exists now, in order, groups and displays with them."""
        return tuple(compress(self.plan.questions, self._flags))

    @cached_property
    def given(self) -> dict[str, Answer]:
        """The answers of the questions that exist now: what the finished call keeps."""
        answers = self.answers
        return {
            link_id: answers[link_id]
            for link_id in compress(self.plan.ids, self._flags)
            if link_id in answers
        }

    def _existing(self, places: Iterable[int]) -> Iterator[Question]:
        flags, questions = self._flags, self.plan.questions
        return (questions[place] for place in places if flags[place])

    @cached_property
    def steps(self) -> tuple[StepState, ...]:
        """The steps that have something on them; the read-back, where there is one, is last."""
        shown = [index for index, questions in enumerate(self._steps) if questions]
        read_back = any(self._flags[place] for place in self.plan.critical)
        scripted = self.form.steps
        found = [
            StepState(
                index=index,
                number=number,
                title=scripted[index].title,
                say=scripted[index].say or "",
                questions=self._steps[index],
                current=index == self.position,
                done=index < self.position and not self._open_in(index),
            )
            for number, index in enumerate(shown, start=1)
        ]
        if read_back:
            last = len(self._steps)
            found.append(
                StepState(
                    index=last,
                    number=len(found) + 1,
                    title="Read back",
                    say="Let me read that back to you.",
                    questions=(),
                    current=self.position == last,
                    done=not self.unread,
                    is_read_back=True,
                )
            )
        return tuple(found)

    @property
    def step(self) -> StepState:
        """The current step."""
        return next(step for step in self.steps if step.current)

    def exists(self, link_id: str) -> bool:
        """Whether a question of this name exists now."""
        place = self.plan.places.get(link_id)
        return place is not None and bool(self._flags[place])

    def question(self, link_id: str) -> Question:
        """Return a question that exists now, or raise `NoSuchQuestion`."""
        if not self.exists(link_id):
            raise NoSuchQuestion(link_id)
        return self.plan.by_id[link_id]

    def options(self, link_id: str) -> tuple[tuple[str, str], ...]:
        """Return code and words of a choice's answers, as far as the practice's file gives them."""
        return parse.options(self.practice, self.question(link_id))

    @cached_property
    def problems(self) -> dict[str, str]:
        """What is wrong with answers, by link id: sentences with the mend."""
        found = (self.plan.ids[place] for place in sorted(self._standing.bad))
        return {link_id: self.answers[link_id].problem for link_id in found}

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Link ids of required questions without an answer. Nothing is ever required of an
        emergency."""
        if self.call_type is CallType.EMERGENCY:
            return ()
        return tuple(self.plan.ids[place] for place in sorted(self._standing.lacking))

    def problem(self, link_id: str) -> str:
        """Return what to show under a question: a wrong value's mend, or that it is needed once
        `next` was pressed."""
        if link_id in self.problems:
            return self.problems[link_id]
        place = self.plan.places.get(link_id)
        insisted = place is not None and self.plan.steps[place] in self.insisted
        return (
            "Needed before the call can be finished" if insisted and link_id in self.missing else ""
        )

    @cached_property
    def read_back(self) -> tuple[ReadBack, ...]:
        """The critical answers that are there, in the form's order."""
        return tuple(
            ReadBack(
                link_id=question.link_id,
                label=question.text,
                text=self.display(question.link_id),
                spoken=form_state.spoken(
                    self.practice, question, self.answers[question.link_id], self.moment
                ),
                ticked=question.link_id in self.ticks,
            )
            for question in self._existing(self.plan.critical)
            if self._has_value(question.link_id)
        )

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """Link ids of critical answers not yet confirmed by the caller."""
        return tuple(item.link_id for item in self.read_back if not item.ticked)

    @cached_property
    def complete(self) -> bool:
        """Whether the form can be finished: always, for an emergency."""
        if self.call_type is CallType.EMERGENCY:
            return True
        return not (self.problems or self.missing or self.unread) and self.ending() is not None

    def display(self, link_id: str) -> str:
        """Return an answer as people read it, "" when there is none."""
        answer = self.answers.get(link_id)
        return form_state.shown(self.practice, self._by_id[link_id], answer) if answer else ""

    @property
    def heard(self) -> str:
        """Everything typed or chosen, one answer to a line, with the patient's age in the words a
        red flag knows."""
        heard = (self._words(key, answer) for key, answer in self.given.items())
        return "\n".join(words for words in heard if words)

    def _words(self, link_id: str, answer: Answer) -> str:
        return form_state.heard(self.practice, self._by_id[link_id], answer, self.today)

    def _marked(self) -> Iterator[tuple[int, redflags.Line]]:
        """Yield the lines that hold anything of a rule, and where each begins."""
        key = ("heard", self.call_type)
        heard: _Heard = self.memo.get(key) or _Heard({}, [0] * len(self.plan.ids), {})
        lengths, marked = heard.lengths.copy(), heard.marked.copy()
        for link_id in changed_answers(heard.given, self.given):
            place = self.plan.places[link_id]
            lengths[place], lines = self._hear(link_id)
            if lines:
                marked[place] = lines
            else:
                marked.pop(place, None)
        self.memo[key] = _Heard(self.given, lengths, marked)
        for place in sorted(marked):
            begins = sum(lengths[:place])
            yield from ((begins + offset, line) for offset, line in marked[place])

    def _hear(self, link_id: str) -> tuple[int, tuple[tuple[int, redflags.Line], ...]]:
        """Return how many words and marks an answer has, and the lines of it a rule knows."""
        answer = self.given.get(link_id)
        words = self._words(link_id, answer) if answer is not None else ""
        marked: list[tuple[int, redflags.Line]] = []
        length = 0
        for text in words.split("\n") if words else ():
            line = self._matcher.read(text)
            if line.places:
                marked.append((length, line))
            length += line.length
        return length, tuple(marked)

    @cached_property
    def _matcher(self) -> redflags.RedFlags:
        return redflags.for_rules(self.practice.protocol.red_flags)

    @cached_property
    def all_flags(self) -> tuple[redflags.Hit, ...]:
        """Every red flag in the caller's words, dismissed or not."""
        return self._matcher.together(self._marked())

    @cached_property
    def red_flags(self) -> tuple[redflags.Hit, ...]:
        """The red flags to show. One dismissed comes back when other words meet it."""
        away = {(item.flag, item.words) for item in self.dismissed}
        return tuple(hit for hit in self.all_flags if (hit.flag, hit.words) not in away)

    @cached_property
    def _said(self) -> tuple[Answer, ...]:
        """What the caller said for a purpose and did not take back, on this form or one left."""
        kept = (a for key, a in self.aside.items() if not key.startswith(TAKEN_BACK))
        return (*self._feeding, *kept)

    @cached_property
    def _feeding(self) -> tuple[Answer, ...]:
        """The answers of questions that exist now and are for something."""
        asked = (question.link_id for question in self._existing(self.plan.feeding))
        return tuple(self.answers[link_id] for link_id in asked if link_id in self.answers)

    @cached_property
    def symptom_given(self) -> bool:
        """Whether the caller gave a symptom, on this form or on one left for another type."""
        return any(answer.gives_symptom() for answer in self._said)

    @cached_property
    def facts_locked(self) -> str:
        """Why the practice's answers may not be read now; "" when they may."""
        if self.symptom_given:
            return "A symptom has been given: answers are locked, the call goes to clinical staff."
        if self.call_type in CLINICAL_TYPES:
            return "This is a clinical call: answers are locked, it goes to clinical staff."
        return ""

    @property
    def refused_911(self) -> bool:
        """Whether the caller was read the 911 line and would not call."""
        return any(a.feeds is Feed.REFUSED_911 and a.value == YES for a in self._said)

    def ending(self, moment: datetime | None = None) -> Ending | None:
        """Return how the form ends if finished at `moment` (its beginning when not given); None
        while an answer that decides it is missing. A complete form always has one."""
        return endings.decide(self._facts(moment))

    def escalation(self, moment: datetime | None = None) -> Ending:
        """Return the ending when the receptionist escalates by hand, from any form."""
        return endings.escalation(self._facts(moment))

    def fed(self, feed: Feed) -> Answer | None:
        """Return the answer that fills a field, from the questions that exist now."""
        return self._fed.get(feed)

    @cached_property
    def _fed(self) -> dict[Feed, Answer]:
        found: dict[Feed, Answer] = {}
        for answer in self._feeding:
            if answer.feeds is not None and answer.values and answer.feeds not in found:
                found[answer.feeds] = answer
        return found

    def _facts(self, moment: datetime | None) -> Facts:
        return Facts(
            practice=self.practice,
            call_type=self.call_type,
            fed=self._fed,
            answers=self.given,
            symptom_given=self.symptom_given,
            red_flag_seen=bool(self.all_flags or self.dismissed),
            moment=moment.astimezone(UTC) if moment else self.moment,
        )

    def _has_value(self, link_id: str) -> bool:
        answer = self.answers.get(link_id)
        return answer is not None and bool(answer.values)

    def _open_in(self, index: int) -> bool:
        return index in self._open_steps

    @cached_property
    def _open_steps(self) -> frozenset[int]:
        plan = self.plan
        return frozenset(plan.steps[plan.places[key]] for key in (*self.missing, *self.problems))
