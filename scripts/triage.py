"""The guided form as a state machine: what may be asked next, what is missing, how it will end.

An `Interview` never changes; each move returns a new one, so the window can paint one while the
journal writes another. It keeps the rules no script can switch off: a symptom locks the practice's
answers and ends escalated or as a clinical message; a refused 911 becomes urgent; nothing stands
in the way of an emergency; without a BAA a health question does not exist.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final

from scripts import endings, form_state, parse, redflags
from scripts.answers import Answer, AnswerStatus
from scripts.calltypes import CallType
from scripts.endings import CLINICAL_TYPES, Ending, Facts
from scripts.form_state import ReadBack, StepState
from scripts.practice import Practice
from scripts.questions import YES, Feed, Form, Question

RECORD_VERSION: Final = 1
_TAKEN_BACK: Final = "~"  # before the key of an answer aside that its caller took back


class NoSuchQuestion(LookupError):
    """A link id that is not on the form, or does not exist for this call (a program's mistake)."""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A red flag the receptionist put away, kept with the words it was found in."""

    flag: str
    words: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Interview:
    """One call's form. Make one with `start` or `restore`; `moment` is when it was begun (UTC)."""

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

    # --- beginning -------------------------------------------------------------------------

    @classmethod
    def start(
        cls,
        practice: Practice,
        call_type: CallType,
        *,
        baa_in_force: bool,
        moment: datetime,
        number_hint: str = "",
        carried: Iterable[Answer] = (),
    ) -> "Interview":
        """Begin a form. `number_hint` is the caller's number as the network gave it: it fills the
        callback number, still to be read back. `carried` are answers already known."""
        fresh = cls(practice, call_type, baa_in_force, moment.astimezone(UTC), number_hint)
        return fresh._carry(tuple(carried))._hinted()._settled()

    @classmethod
    def restore(cls, practice: Practice, record: Mapping[str, Any]) -> "Interview":
        """Return the interview a record holds. Answers whose questions the script no longer has
        are kept aside and written back with the next record."""
        kept = [Answer.from_record(item) for item in record.get("answers", ())]
        interview = cls(
            practice=practice,
            call_type=CallType(record["call_type"]),
            baa_in_force=bool(record["baa_in_force"]),
            moment=datetime.fromisoformat(record["moment"]),
            number_hint=str(record.get("number_hint", "")),
            aside={key: Answer.from_record(item) for key, item in record.get("aside", {}).items()},
            ticks=frozenset(record.get("ticks", ())),
            dismissed=tuple(
                Dismissal(str(item["flag"]), tuple(item["words"]))
                for item in record.get("dismissed", ())
            ),
            insisted=frozenset(int(index) for index in record.get("insisted", ())),
        )
        answers, aside = {}, dict(interview.aside)
        for answer in kept:
            question = interview._by_id.get(answer.link_id)
            if question is None:
                aside[f"{interview.call_type}/{answer.link_id}"] = answer
            else:
                answers[answer.link_id] = interview._read_again(question, answer)
        interview = replace(interview, answers=answers, aside=aside)
        return interview.go_to(int(record.get("position", 0)))

    def to_record(self) -> dict[str, Any]:
        """Return the whole interview as plain JSON; hidden answers and those kept aside too."""
        return {
            "record": RECORD_VERSION,
            "practice": self.practice.id,
            "script_version": self.practice.version,
            "call_type": self.call_type.value,
            "baa_in_force": self.baa_in_force,
            "moment": self.moment.isoformat(),
            "number_hint": self.number_hint,
            "position": self.position,
            "answers": [answer.to_record() for answer in self.answers.values()],
            "aside": {key: answer.to_record() for key, answer in self.aside.items()},
            "ticks": sorted(self.ticks),
            "dismissed": [
                {"flag": item.flag, "words": list(item.words)} for item in self.dismissed
            ],
            "insisted": sorted(self.insisted),
        }

    # --- what is on the form ---------------------------------------------------------------

    @property
    def form(self) -> Form:
        """The script of this call type."""
        return self.practice.forms[self.call_type]

    @cached_property
    def today(self) -> date:
        """The practice's local day when the form was begun."""
        return self.moment.astimezone(self.practice.zone).date()

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.link_id: question for question in self.form.questions()}

    @cached_property
    def _steps(self) -> tuple[tuple[Question, ...], ...]:
        return form_state.existing(
            self.form, self._by_id, self.answers, baa_in_force=self.baa_in_force
        )

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question that exists now, in order, groups and displays with them."""
        return tuple(question for step in self._steps for question in step)

    @cached_property
    def given(self) -> dict[str, Answer]:
        """The answers of the questions that exist now: what the finished call keeps."""
        return {
            question.link_id: self.answers[question.link_id]
            for question in self.questions
            if question.link_id in self.answers
        }

    @cached_property
    def steps(self) -> tuple[StepState, ...]:
        """The steps that have something on them; the read-back, where there is one, is last."""
        shown = [index for index, questions in enumerate(self._steps) if questions]
        read_back = any(question.critical for question in self.questions)
        found = [
            StepState(
                index=index,
                number=number,
                title=self.form.steps[index].title,
                say=self.form.steps[index].say or "",
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

    def question(self, link_id: str) -> Question:
        """Return a question that exists now, or raise `NoSuchQuestion`."""
        found = next((q for q in self.questions if q.link_id == link_id), None)
        if found is None:
            raise NoSuchQuestion(link_id)
        return found

    def options(self, link_id: str) -> tuple[tuple[str, str], ...]:
        """Return code and words of a choice's answers, as far as the practice's file gives them."""
        return parse.options(self.practice, self.question(link_id))

    # --- moves -----------------------------------------------------------------------------

    def answer(
        self,
        link_id: str,
        given: str | Sequence[str],
        *,
        how: AnswerStatus | str = AnswerStatus.ASKED,
        shown: str = "",
    ) -> "Interview":
        """Return the interview with an answer typed or chosen; several only where it repeats.

        `shown` is what people read for a booking or any other code from the calendar. A refused
        911 turns the form into Urgent at once.
        """
        question = self.question(link_id)
        if not question.is_asked:
            raise NoSuchQuestion(link_id)
        answer = self._make(question, given, AnswerStatus(how), shown)
        before = self.answers.get(link_id)
        ticks = self.ticks
        if before is None or before.values != answer.values or before.text != answer.text:
            ticks -= {link_id}
        moved = replace(self, answers={**self.answers, link_id: answer}, ticks=ticks)
        refused = question.feeds is Feed.REFUSED_911 and answer.value == YES
        if refused and self.call_type is CallType.EMERGENCY:
            return moved.change_type(CallType.URGENT)
        return moved._settled()

    def skip(self, link_id: str) -> "Interview":
        """Return the interview with a question marked as not asked; its answer is taken out."""
        question = self.question(link_id)
        skipped = Answer(
            link_id, status=AnswerStatus.NOT_ASKED, feeds=question.feeds, phi=question.phi
        )
        answers = {**self.answers, link_id: skipped}
        return replace(self, answers=answers, ticks=self.ticks - {link_id})._settled()

    def clear(self, link_id: str) -> "Interview":
        """Return the interview without an answer to a question."""
        answers = {key: answer for key, answer in self.answers.items() if key != link_id}
        return replace(self, answers=answers, ticks=self.ticks - {link_id})._settled()

    def tick(self, link_id: str, ticked: bool = True) -> "Interview":
        """Return the interview with a critical answer confirmed by the caller, or not."""
        if link_id not in {item.link_id for item in self.read_back}:
            raise NoSuchQuestion(link_id)
        changed = self.ticks | {link_id} if ticked else self.ticks - {link_id}
        return replace(self, ticks=changed)

    def next(self) -> "Interview":
        """Return the interview one step on; where answers are missing or wrong it stays, and from
        then on says so. An emergency never stays."""
        here = self.step
        held = not here.is_read_back and self._open_in(here.index)
        if held and self.call_type is not CallType.EMERGENCY:
            return replace(self, insisted=self.insisted | {here.index})
        later = [step.index for step in self.steps if step.index > self.position]
        return replace(self, position=later[0]) if later else self

    def back(self) -> "Interview":
        """Return the interview one step back; at the first step it stays."""
        earlier = [step.index for step in self.steps if step.index < self.position]
        return replace(self, position=earlier[-1]) if earlier else self

    def go_to(self, index: int) -> "Interview":
        """Return the interview at the step with this index, or the nearest before it."""
        return replace(self, position=index)._settled()

    def change_type(self, call_type: CallType) -> "Interview":
        """Return the interview on another call type's form, with every answer that fits.

        An answer goes to the question with its link id, or with the same `feeds`; the others are
        kept aside, and come back with their type. A symptom once given stays given.
        """
        if call_type is self.call_type:
            return self
        own = f"{call_type}/"
        aside = {key: a for key, a in self.aside.items() if not key.startswith(own)}
        for key, answer in self.answers.items():
            mark = "" if key in self.given else _TAKEN_BACK
            aside[f"{mark}{self.call_type}/{key}"] = replace(answer, problem="")
        returning = [answer for key, answer in self.aside.items() if key.startswith(own)]
        if call_type is CallType.EMERGENCY:
            # Asked again: whoever comes back to 911 has not refused it this time.
            refused = [a for a in returning if a.feeds is Feed.REFUSED_911]
            returning = [a for a in returning if a not in refused]
            aside.update({f"{_TAKEN_BACK}{own}{a.link_id}": a for a in refused})
        fresh = replace(
            self,
            call_type=call_type,
            answers={},
            aside=aside,
            position=0,
            ticks=frozenset(),
            insisted=frozenset(),
        )
        return fresh._carry((*self.given.values(), *returning))._hinted()._settled()

    def dismiss(self, flag: str) -> "Interview":
        """Return the interview with a red flag put away, on record with the caller's words."""
        hits = [hit for hit in self.red_flags if hit.flag == flag]
        added = tuple(Dismissal(hit.flag, hit.words) for hit in hits)
        return replace(self, dismissed=self.dismissed + added)

    # --- what is wrong or missing ----------------------------------------------------------

    @cached_property
    def problems(self) -> dict[str, str]:
        """What is wrong with answers, by link id: sentences with the mend."""
        return {key: answer.problem for key, answer in self.given.items() if answer.problem}

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Link ids of required questions without an answer. Nothing is ever required of an
        emergency."""
        if self.call_type is CallType.EMERGENCY:
            return ()
        return tuple(q.link_id for q in self.questions if q.required and not self._has(q))

    def problem(self, link_id: str) -> str:
        """Return what to show under a question: a wrong value's mend, or that it is needed once
        `next` was pressed."""
        if link_id in self.problems:
            return self.problems[link_id]
        insisted = any(
            question.link_id == link_id
            for index in self.insisted
            if index < len(self._steps)
            for question in self._steps[index]
        )
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
            for question in self.questions
            if question.critical and self._has_value(question.link_id)
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

    # --- safety ----------------------------------------------------------------------------

    @cached_property
    def heard(self) -> str:
        """Everything typed or chosen, one answer to a line, with the patient's age in the words a
        red flag knows."""
        lines = [
            form_state.heard(self.practice, self._by_id[key], answer, self.today)
            for key, answer in self.given.items()
        ]
        return "\n".join(line for line in lines if line)

    @cached_property
    def all_flags(self) -> tuple[redflags.Hit, ...]:
        """Every red flag in the caller's words, dismissed or not."""
        return redflags.for_rules(self.practice.protocol.red_flags).find(self.heard)

    @cached_property
    def red_flags(self) -> tuple[redflags.Hit, ...]:
        """The red flags to show. One dismissed comes back when other words meet it."""
        away = {(item.flag, item.words) for item in self.dismissed}
        return tuple(hit for hit in self.all_flags if (hit.flag, hit.words) not in away)

    @cached_property
    def _said(self) -> tuple[Answer, ...]:
        """What the caller said and did not take back, on this form or on one left."""
        kept = (a for key, a in self.aside.items() if not key.startswith(_TAKEN_BACK))
        return (*self.given.values(), *kept)

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

    # --- how it ends -----------------------------------------------------------------------

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
        for answer in self.given.values():
            if answer.feeds is not None and answer.values and answer.feeds not in found:
                found[answer.feeds] = answer
        return found

    def _facts(self, moment: datetime | None) -> Facts:
        return Facts(
            practice=self.practice,
            call_type=self.call_type,
            fed=self._fed,
            answers=self.given,
            questions=self._by_id,
            symptom_given=self.symptom_given,
            red_flag_seen=bool(self.all_flags or self.dismissed),
            moment=moment.astimezone(UTC) if moment else self.moment,
        )

    # --- inside ----------------------------------------------------------------------------

    def _make(
        self, question: Question, given: str | Sequence[str], how: AnswerStatus, shown: str
    ) -> Answer:
        reading = parse.read(self.practice, question, given, self.today)
        return Answer(
            link_id=question.link_id,
            text=given if isinstance(given, str) else ", ".join(given),
            values=reading.values,
            status=how,
            problem=reading.problem,
            shown=shown if reading.values else "",
            feeds=question.feeds,
            phi=question.phi,
        )

    def _read_again(self, question: Question, answer: Answer) -> Answer:
        if answer.status is AnswerStatus.NOT_ASKED:
            return replace(answer, feeds=question.feeds, phi=question.phi)
        given = answer.values if question.repeats and answer.values else answer.text
        return self._make(question, given, answer.status, answer.shown)

    def _carry(self, carried: tuple[Answer, ...]) -> "Interview":
        """Put known answers where they belong: by link id first, then by what they feed. Nothing
        is put into a question that does not exist without a BAA."""
        answers = dict(self.answers)
        for by_link in (True, False):
            for answer in carried:
                question = self._place(answer, by_link=by_link)
                if question and question.link_id not in answers and not self._barred(question):
                    answers[question.link_id] = self._moved(question, answer)
        return replace(self, answers=answers)

    def _place(self, answer: Answer, *, by_link: bool) -> Question | None:
        if by_link:
            found = self._by_id.get(answer.link_id)
            return found if found and found.feeds == answer.feeds and found.is_asked else None
        if answer.feeds is None or not answer.is_given:
            return None
        questions = self._by_id.values()
        return next((q for q in questions if q.feeds == answer.feeds), None)

    def _barred(self, question: Question) -> bool:
        return question.phi and not self.baa_in_force

    def _moved(self, question: Question, answer: Answer) -> Answer:
        moved = self._read_again(question, replace(answer, link_id=question.link_id))
        if moved.status is AnswerStatus.ASKED and answer.link_id != question.link_id:
            return replace(moved, status=AnswerStatus.ALREADY_STATED)
        return moved

    def _hinted(self) -> "Interview":
        if not self.number_hint:
            return self
        wanted = (q for q in self._by_id.values() if q.feeds is Feed.CALLBACK_NUMBER)
        question = next(wanted, None)
        if question is None or question.link_id in self.answers or self._barred(question):
            return self
        answer = self._make(question, self.number_hint, AnswerStatus.ALREADY_STATED, "")
        if answer.problem:
            return self
        return replace(self, answers={**self.answers, question.link_id: answer})

    def _settled(self) -> "Interview":
        """Stay on a step that exists: answers may have taken the current one away."""
        steps = self.steps
        if any(step.current for step in steps):
            return self
        before = [step.index for step in steps if step.index <= self.position]
        return replace(self, position=before[-1] if before else steps[0].index)

    def _has(self, question: Question) -> bool:
        answer = self.answers.get(question.link_id)
        if answer is None:
            return False
        if answer.status is AnswerStatus.NOT_ASKED:
            return question.may_skip
        return bool(answer.values)

    def _has_value(self, link_id: str) -> bool:
        answer = self.answers.get(link_id)
        return answer is not None and bool(answer.values)

    def _open_in(self, index: int) -> bool:
        ids = {question.link_id for question in self._steps[index]}
        return bool(ids & (set(self.missing) | set(self.problems)))
