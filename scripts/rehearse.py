"""A changed script replayed over calls that were had, so that its practice sees what will differ.

Every shape is gone through on the older and the newer edition. Where a shape does not tell an
answer (a health detail, somebody's words), every kind of it that either script tells apart is
tried: what is not known is not guessed.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum, unique
from typing import Any, Final

from scripts import hours
from scripts.calltypes import CallType, Outcome
from scripts.conditions import Values
from scripts.path_checks import DECIDING, signed_conditions
from scripts.practice import Practice
from scripts.questions import (
    CHOICES,
    NO_BOOKING,
    NO_TIME,
    UNSURE,
    Control,
    Feed,
    Question,
    QuestionType,
)
from scripts.shapes import Shape, ShapeAnswer
from scripts.told.things import CALL_TYPE_WORDS
from scripts.triage import Interview
from scripts.ways import TooMany, Ways

MOST_VARIANTS: Final = 240  # of one shape; each is two forms gone through
_DECIDING: Final = DECIDING | {Feed.REFUSED_911}
_CALENDARS: Final = frozenset({Control.OPEN_TIMES, Control.BOOKINGS})
_PHONE: Final = "(515) 555-0142"
_BORN: Final = "1979-05-04"
_WORDS: Final = "as the caller said"


@unique
class Aspect(StrEnum):
    """What of a call's end may differ."""

    OUTCOME = "outcome"
    RECIPIENT = "recipient"
    PRIORITY = "priority"
    DUE = "due"
    RED_FLAGS = "red flags"
    ASKS_MORE = "asks for more"
    NO_LONGER_FITS = "no longer fits"


_NEWLY: Final = frozenset({Aspect.ASKS_MORE, Aspect.NO_LONGER_FITS})


@dataclass(frozen=True, slots=True)
class Result:
    """How one way through a form ended. `outcome` is None where an answer that decides it is
    missing; `due` is the practice's own time."""

    outcome: Outcome | None
    recipient: str
    priority: str
    due: str
    red_flags: tuple[str, ...]
    asks_more: tuple[str, ...]  # labels of required questions the shape has no answer to
    no_longer_fits: tuple[str, ...]  # link ids whose answers the form does not take

    def told(self, aspect: Aspect) -> str:
        """Return one aspect in words; "" for none."""
        value: Any = {
            Aspect.OUTCOME: self.outcome.value if self.outcome else "no end",
            Aspect.RECIPIENT: self.recipient,
            Aspect.PRIORITY: self.priority,
            Aspect.DUE: self.due,
            Aspect.RED_FLAGS: ", ".join(self.red_flags),
            Aspect.ASKS_MORE: ", ".join(self.asks_more),
            Aspect.NO_LONGER_FITS: ", ".join(self.no_longer_fits),
        }[aspect]
        return str(value)


@dataclass(frozen=True, slots=True)
class Difference:
    """A call that would go another way. `times` counts its tried answers that go this way, of
    `tried`; `when` is one example, as the labels and words of the script."""

    shape: Shape
    before: Result
    after: Result
    aspects: tuple[Aspect, ...]
    when: str
    times: int
    tried: int

    @property
    def sentence(self) -> str:
        """“Refill, Tue 24 Nov 19:00: outcome was message, now escalated (when ...)”."""
        what = "; ".join(self._told(aspect) for aspect in self.aspects)
        when = f" (when {self.when})" if self.when and self.tried > 1 else ""
        name, at = CALL_TYPE_WORDS[self.shape.call_type], self.shape.at
        return f"{name}, {at:%a} {at.day} {at:%b %H:%M}: {what}{when}"

    def _told(self, aspect: Aspect) -> str:
        before, after = self.before.told(aspect), told_after(aspect, self.before, self.after)
        if aspect in _NEWLY:
            return f"{aspect.value} ({after})"
        return f"{aspect.value} was {before or 'none'}, now {after or 'none'}"

    def to_record(self) -> dict[str, Any]:
        """Return the difference as plain JSON."""
        return {
            "shape": self.shape.id,
            "call_type": self.shape.call_type.value,
            "at": self.shape.at.isoformat(timespec="minutes"),
            "mode": self.shape.mode.value if self.shape.mode else None,
            "aspects": [aspect.value for aspect in self.aspects],
            "before": {aspect.value: self.before.told(aspect) for aspect in self.aspects},
            "after": {a.value: told_after(a, self.before, self.after) for a in self.aspects},
            "when": self.when,
            "times": self.times,
            "tried": self.tried,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it: the differences, how many shapes were gone through, and those of which not
    every kind of answer could be tried."""

    differences: tuple[Difference, ...]
    shapes: int
    cut_short: tuple[str, ...] = ()


def rehearse(old: Practice, new: Practice, shapes: Iterable[Shape]) -> Rehearsal:
    """Replay the older and the newer edition over calls, and return where they part."""
    differences: list[Difference] = []
    cut: list[str] = []
    count = 0
    makers = {kind: _Variants(old, new, kind) for kind in CallType if kind in old.forms}
    for shape in shapes:
        count += 1
        maker = makers[shape.call_type]
        variants = list(itertools.islice(maker.of(shape), MOST_VARIANTS + 1))
        if len(variants) > MOST_VARIANTS:
            cut.append(shape.id)
            del variants[MOST_VARIANTS:]
        differences += _differences(old, new, shape, variants, maker)
    return Rehearsal(tuple(differences), count, tuple(cut))


def usual_moments(practice: Practice, now: datetime) -> tuple[datetime, ...]:
    """Return a moment with the doors open and one with them closed, to try every way at."""
    opens = hours.next_opening(practice, now) or now
    spans = hours.open_spans(practice, opens.astimezone(practice.zone).date())
    closes = spans[-1][1] if spans else opens
    return opens + timedelta(minutes=30), closes + timedelta(hours=2)


def every_way(practice: Practice, moments: Iterable[datetime]) -> tuple[Shape, ...]:
    """Return shapes that stand for every way through a practice's forms, at these moments: for a
    practice that has had no calls yet."""
    return tuple(
        Shape(
            id=f"every {CALL_TYPE_WORDS[kind].lower()}, {moment:%a %H:%M}",
            call_type=kind,
            at=moment.astimezone(practice.zone).replace(tzinfo=None),
            answers={q.link_id: ShapeAnswer() for q in form.questions() if q.is_asked},
        )
        for moment in moments
        for kind, form in practice.forms.items()
    )


def replay(practice: Practice, shape: Shape, values: Mapping[str, Values]) -> Result:
    """Go through a form with these answers, and return how it ends."""
    moment = shape.at.replace(tzinfo=practice.zone).astimezone(UTC)
    interview = Interview.start(
        practice,
        shape.call_type,
        baa_in_force=practice.baa_in_force(shape.at.date()),
        moment=moment,
    )
    left = dict(values)
    answered = True
    while answered and left:  # an answer may bring up a question whose answer came before it
        answered = False
        for link_id in list(left):
            if interview.exists(link_id) and interview.question(link_id).is_asked:
                interview = interview.answer(link_id, _as_given(interview, link_id, left[link_id]))
                del left[link_id]
                answered = True
    return _result(practice, interview, left)


def _as_given(interview: Interview, link_id: str, values: Values) -> str | Values:
    question = interview.question(link_id)
    return values if question.repeats or len(values) > 1 else values[0]


def _result(practice: Practice, interview: Interview, left: Mapping[str, Values]) -> Result:
    ending = interview.ending()
    known = interview.plan.by_id
    unfit = [link_id for link_id in left if link_id not in known]
    due = ending.due.astimezone(practice.zone) if ending and ending.due else None
    return Result(
        outcome=ending.outcome if ending else None,
        recipient=ending.recipient if ending else "",
        priority=ending.priority.value if ending else "",
        due=f"{due:%a} {due.day} {due:%b %H:%M}" if due else "",
        red_flags=tuple(hit.flag for hit in interview.all_flags),
        asks_more=tuple(known[link_id].text for link_id in interview.missing),
        no_longer_fits=(*unfit, *interview.problems),
    )


def _differences(
    old: Practice,
    new: Practice,
    shape: Shape,
    variants: Sequence[Mapping[str, Values]],
    maker: "_Variants",
) -> Iterator[Difference]:
    """Yield one difference for every way two editions part over the variants of one shape."""
    found: dict[tuple[Any, ...], tuple[Result, Result, Mapping[str, Values], int]] = {}
    for values in variants:
        before, after = replay(old, shape, values), replay(new, shape, values)
        aspects = tuple(aspect for aspect in Aspect if _parts(aspect, before, after))
        if aspects:
            told = tuple(_told_apart(aspect, before, after) for aspect in aspects)
            first = found.get((aspects, told), (before, after, values, 0))
            found[aspects, told] = (*first[:3], first[3] + 1)
    for (aspects, _), (before, after, values, times) in found.items():
        when = maker.told(shape, values)
        yield Difference(shape, before, after, aspects, when, times, len(variants))


def _parts(aspect: Aspect, before: Result, after: Result) -> bool:
    if aspect in _NEWLY:
        return bool(told_after(aspect, before, after))
    return before.told(aspect) != after.told(aspect)


def _told_apart(aspect: Aspect, before: Result, after: Result) -> tuple[str, str]:
    first = "" if aspect in _NEWLY else before.told(aspect)
    return first, told_after(aspect, before, after)


def told_after(aspect: Aspect, before: Result, after: Result) -> str:
    """Return one aspect of the newer edition; of a list only what the older does not have."""
    if aspect is Aspect.ASKS_MORE:
        return ", ".join(label for label in after.asks_more if label not in before.asks_more)
    if aspect is Aspect.NO_LONGER_FITS:
        known = before.no_longer_fits
        return ", ".join(name for name in after.no_longer_fits if name not in known)
    return after.told(aspect)


class _Variants:
    """The answers a shape of one call type may stand for, on either edition."""

    def __init__(self, old: Practice, new: Practice, call_type: CallType) -> None:
        self._editions = [_Edition(edition, call_type) for edition in (old, new)]

    def of(self, shape: Shape) -> Iterator[Mapping[str, Values]]:
        """Yield answers: first every combination of those that decide, then each other one."""
        base: dict[str, Values] = {}
        deciding: dict[str, list[Values]] = {}
        others: dict[str, list[Values]] = {}
        for link_id, answer in shape.answers.items():
            if answer.codes or answer.words:
                base[link_id] = answer.codes or (str(answer.words),)
                continue
            kinds = self._kinds(link_id)
            base[link_id] = kinds[0]
            decides = any(link_id in edition.deciding for edition in self._editions)
            (deciding if decides else others)[link_id] = kinds
        for chosen in itertools.product(*deciding.values()):
            yield base | dict(zip(deciding, chosen, strict=True))
        for link_id, kinds in others.items():
            yield from (base | {link_id: kind} for kind in kinds[1:])

    def told(self, shape: Shape, values: Mapping[str, Values]) -> str:
        """Return what was tried of a shape, in the words of the older script."""
        tried = []
        for link_id, answer in shape.answers.items():
            if not (answer.codes or answer.words):
                kinds = self._kinds(link_id)
                decides = any(link_id in edition.deciding for edition in self._editions)
                if len(kinds) > 1 and (decides or values[link_id] != kinds[0]):
                    tried.append(self._editions[0].told(link_id, values[link_id]))
        return ", ".join(tried)

    def _kinds(self, link_id: str) -> list[Values]:
        every = (kind for edition in self._editions for kind in edition.kinds(link_id))
        return list(dict.fromkeys(kind for kind in every if kind)) or [(_WORDS,)]


class _Edition:
    """One form of one edition: which questions decide, and the kinds of their answers."""

    def __init__(self, practice: Practice, call_type: CallType) -> None:
        self._practice = practice
        form = practice.forms.get(call_type)
        self._known = {q.link_id: q for q in form.questions()} if form else {}
        signed = signed_conditions(practice, call_type)
        self._ways = Ways(practice, tuple(self._known.values()), signed)
        feeding = {name for name, q in self._known.items() if q.feeds in _DECIDING}
        self.deciding = self._ways.compared | feeding

    def kinds(self, link_id: str) -> tuple[Values, ...]:
        """Return one answer of every kind, those no condition tells apart too where a word of them
        may be a red flag."""
        question = self._known.get(link_id)
        if question is None or not question.is_asked:
            return ()
        if question.control is Control.PHONE:
            return ((_PHONE,),)
        if question.feeds is Feed.BIRTH_DATE:
            return ((_BORN,),)
        try:
            kinds = self._ways.kinds(self._ways.places[link_id])
        except TooMany:
            kinds = ()
        return (*kinds, *self._rest(question))

    def _rest(self, question: Question) -> Iterator[Values]:
        if question.type in CHOICES:
            yield from ((o.code,) for o in self._practice.answer_options(question))

    def told(self, link_id: str, values: Values) -> str:
        """Return an answer in the script's words."""
        question = self._known.get(link_id)
        if question is None:
            return link_id
        words = {o.code: o.display for o in self._practice.answer_options(question)}
        if question.type is QuestionType.BOOLEAN:
            words = {UNSURE: "not sure"}
        elif question.control in _CALENDARS:
            words = dict.fromkeys(values, "chosen") | {NO_TIME: "none", NO_BOOKING: "none"}
        shown = " and ".join(words.get(value, value) for value in values)
        return f"“{question.text}” is {shown}"
