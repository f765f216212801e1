"""What a page says, and what an answer to one means.

A page is made of four things and nothing else: the console's name, the item's reference, how urgent
it is and the line to call back on. There is no argument for a name, a number of the caller's or a
word of what is wrong, so no page can carry one (45 CFR 164.502(b), the minimum necessary).
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum, unique
from secrets import choice
from typing import Final

from scripts import phone_numbers

# Letters and digits nobody mishears or misreads for another.
_SIGNS: Final = "ACDEFHJKLMNPRTUVWXY34679"
_LENGTH: Final = 5
_REPLY: Final = re.compile(r"\s*(\d{1,2})\s*[-.:,]?\s*([a-z]+)[\s.!]*", re.IGNORECASE)


@unique
class Verb(StrEnum):
    """What somebody paged can answer."""

    ACKNOWLEDGE = "acknowledge"
    ESCALATE = "escalate"
    CLOSE = "close"  # the patient has been reached, and nothing is left to do


_VERBS: Final = {
    **dict.fromkeys(("a", "ack", "acknowledge", "ok", "yes", "y"), Verb.ACKNOWLEDGE),
    **dict.fromkeys(("e", "esc", "escalate", "no", "n", "next", "pass"), Verb.ESCALATE),
    **dict.fromkeys(("c", "close", "closed", "done", "reached"), Verb.CLOSE),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `number` is the page's, counted for each person paged, so that two open items are
    told apart by one digit."""

    number: int
    verb: Verb


@unique
class Answers(Enum):
    """How a page is answered: what is said of it in a page, when we ask, and to whoever took it."""

    BY_TEXT = (
        "Reply {n}a to take it, {n}e to pass it on, {n}c when the patient is reached.",
        "Reply {n}c if so, {n}e if you cannot.",
        "Reply {n}c when the patient is reached.",
    )
    BY_BUTTON = (
        "Press a button: to take it, to pass it on, or when the patient is reached.",
        "Press “Patient reached” if so, “Pass it on” if you cannot.",
        "Press “Patient reached” on the page when the patient is reached.",
    )
    BY_INCIDENT = (
        "Acknowledge to take it, escalate to pass it on, resolve when the patient is reached.",
        "Resolve if so, escalate if you cannot.",
        "Resolve it when the patient is reached.",
    )
    BY_CALLING = (
        "Call to take it or to pass it on.",
        "Call if you cannot.",
        "Call when the patient is reached.",
    )


@dataclass(frozen=True, slots=True)
class Page:
    """The words of a page, for a screen and for a short text alike."""

    subject: str
    text: str


def new_reference() -> str:
    """Return a reference for an item: short enough to say, too many to guess one that is open."""
    return "".join(choice(_SIGNS) for _ in range(_LENGTH))


def page_words(
    *,
    console: str,
    reference: str,
    urgent: bool,
    line: str,
    number: int,
    answers: Answers = Answers.BY_TEXT,
) -> Page:
    """Return a page's words. `line` is the E.164 number the desk is called back on."""
    how = "URGENT call" if urgent else "call"
    text = (
        f"{console}: {how}, ref {reference}. Call {phone_numbers.display(line)}. "
        f"{answers.value[0].format(n=number)}"
    )
    return Page(subject=f"{console} page {reference}", text=text)


def ask_words(
    *, console: str, reference: str, line: str, number: int, answers: Answers = Answers.BY_TEXT
) -> Page:
    """Return the words that ask a provider who took an item whether the patient was reached."""
    text = (
        f"{console}: ref {reference}: did you reach the patient? "
        f"{answers.value[1].format(n=number)} Desk: {phone_numbers.display(line)}."
    )
    return Page(subject=f"{console} page {reference}", text=text)


def stop_words(*, console: str, reference: str) -> Page:
    """Return the words that take a page back after somebody else has taken the item."""
    text = f"{console}: ref {reference} has been taken. Nothing more to do."
    return Page(subject=f"{console} page {reference}", text=text)


ANSWER_LIVES: Final = timedelta(minutes=10)


@unique
class Said(StrEnum):
    """What is said back to an answer."""

    YOURS = "is yours. Call {line}. {then}"
    PASSED_ON = "goes to the next person. Nothing more to do."
    CLOSED = "is closed. Thank you."
    TAKEN = "is with somebody else already. Your answer changed nothing."


def answer_words(
    *,
    console: str,
    reference: str,
    said: Said,
    line: str,
    number: int,
    answers: Answers = Answers.BY_TEXT,
) -> Page:
    """Return the words said back to somebody who answered a page."""
    then = answers.value[2].format(n=number)
    what = said.value.format(line=phone_numbers.display(line), then=then)
    return Page(subject=f"{console} page {reference}", text=f"{console}: ref {reference} {what}")


def read_reply(text: str) -> Reply | None:
    """Return what an answer means; None for one that is not an answer, which a person reads.

    An answer is the number and the word alone: “1 a” in the middle of a sentence is talk.
    """
    match = _REPLY.fullmatch(text)
    verb = _VERBS.get(match[2].lower()) if match else None
    return Reply(int(match[1]), verb) if match and verb else None
