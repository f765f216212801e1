"""The guided form as a state machine: what may be asked next, what is missing, how it will end.

An `Interview` never changes; each move returns a new one, so the window can paint one while the
journal writes another. It keeps the rules no script can switch off: a symptom locks the practice's
answers and ends escalated or as a clinical message; a refused 911 becomes urgent; nothing stands
in the way of an emergency; without a BAA a health question does not exist.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from scripts import parse
from scripts.answers import Answer, AnswerStatus
from scripts.calltypes import CallType
from scripts.expressions import plain_result
from scripts.practice import Practice
from scripts.questions import CHOICES, YES, Feed, Question
from scripts.sheet import TAKEN_BACK, Dismissal, NoSuchQuestion, Sheet

RECORD_VERSION: Final = 1


@dataclass(frozen=True)
class Interview(Sheet):
    """One call's form and its moves. Make one with `start` or `restore`."""

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
        return fresh._carry(tuple(carried))._hinted()._begun()._settled()

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
        911 turns the form into Urgent at once. What the script alone answers stays as it is.
        """
        question = self.question(link_id)
        if not question.is_asked:
            raise NoSuchQuestion(link_id)
        if question.is_fixed:
            return self
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
        if question.is_fixed:
            return self
        skipped = Answer(
            link_id, status=AnswerStatus.NOT_ASKED, feeds=question.feeds, phi=question.phi
        )
        answers = {**self.answers, link_id: skipped}
        return replace(self, answers=answers, ticks=self.ticks - {link_id})._settled()

    def clear(self, link_id: str) -> "Interview":
        """Return the interview without an answer to a question."""
        known = self._by_id.get(link_id)
        if known is not None and known.is_fixed:
            return self
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
            mark = "" if key in self.given else TAKEN_BACK
            aside[f"{mark}{self.call_type}/{key}"] = replace(answer, problem="")
        returning = [answer for key, answer in self.aside.items() if key.startswith(own)]
        if call_type is CallType.EMERGENCY:
            # Asked again: whoever comes back to 911 has not refused it this time.
            refused = [a for a in returning if a.feeds is Feed.REFUSED_911]
            returning = [a for a in returning if a not in refused]
            aside.update({f"{TAKEN_BACK}{own}{a.link_id}": a for a in refused})
        fresh = replace(
            self,
            call_type=call_type,
            answers={},
            aside=aside,
            position=0,
            ticks=frozenset(),
            insisted=frozenset(),
        )
        said = (answer for answer in self.given.values() if not answer.is_scripts)
        return fresh._carry((*said, *returning))._hinted()._begun()._settled()

    def dismiss(self, flag: str) -> "Interview":
        """Return the interview with a red flag put away, on record with the caller's words."""
        hits = [hit for hit in self.red_flags if hit.flag == flag]
        added = tuple(Dismissal(hit.flag, hit.words) for hit in hits)
        return replace(self, dismissed=self.dismissed + added)

    def _make(
        self, question: Question, given: str | Sequence[str], how: AnswerStatus, shown: str
    ) -> Answer:
        reading = parse.read(self.practice, question, given, self.today)
        between = ", " if question.type in CHOICES else "; "
        return Answer(
            link_id=question.link_id,
            text=given if isinstance(given, str) else between.join(given),
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
        several = question.repeats and question.type in CHOICES and answer.values
        given = answer.values if several else answer.text
        read = self._make(question, given, answer.status, answer.shown)
        return replace(read, text=answer.text)

    def _carry(self, carried: tuple[Answer, ...]) -> "Interview":
        """Put known answers where they belong: by link id first, then by what they feed. Nothing
        is put into a question that does not exist without a BAA."""
        answers = dict(self.answers)
        for by_link in (True, False):
            for answer in carried:
                question = self._place(answer, by_link=by_link)
                if question is None or question.is_fixed or self._barred(question):
                    continue
                if question.link_id not in answers:
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

    def _begun(self) -> "Interview":
        """Put in what the script has standing there before anything is asked."""
        answers = dict(self.answers)
        for place in self.plan.started:
            question = self.plan.questions[place]
            if question.link_id not in answers and not self._barred(question):
                given = question.initial if question.repeats else question.initial[0]
                answers[question.link_id] = self._make(question, given, AnswerStatus.NOT_ASKED, "")
        return replace(self, answers=answers) if len(answers) > len(self.answers) else self

    def _settled(self) -> "Interview":
        """Work out what is calculated, and stay on a step that exists: answers may have taken the
        current one away."""
        settled = self._calculated() if self.plan.calculated else self
        steps = settled.steps
        if any(step.current for step in steps):
            return settled
        before = [step.index for step in steps if step.index <= settled.position]
        return replace(settled, position=before[-1] if before else steps[0].index)

    def _calculated(self) -> "Interview":
        own = {self.plan.ids[place] for place in self.plan.calculated}
        said = {key: answer for key, answer in self.answers.items() if key not in own}
        standing = self.plan.standing(
            said,
            baa_in_force=self.baa_in_force,
            options=self.practice.answer_options,
            memo=self.memo,
            work_out=self._worked_out,
        )
        answers = said | standing.worked
        changed = {key for key in own if self.answers.get(key) != answers.get(key)}
        return replace(self, answers=answers, ticks=self.ticks - changed) if changed else self

    def _worked_out(self, question: Question, results: list[Any] | None) -> Answer | None:
        """Return what an expression came to as the question's answer; None when it came to
        nothing, or to something the question cannot hold."""
        if not results:
            return None
        given = plain_result(results[0])
        answer = self._make(question, given, AnswerStatus.NOT_ASKED, "")
        return answer if answer.values else None


__all__ = ["Dismissal", "Interview", "NoSuchQuestion"]
