"""One try to bring somebody to the telephone about a caller: a state machine without a clock.

    WRITING > DIALLING > RINGING > PROMPTING > (PIN >) TAKEN <> JOINED
                                                 TAKEN, JOINED > PASSING > THROUGH

Nothing is dialled before the escalation is on record, and nobody counts as reached who has not
pressed 1: a voicemail takes a call and presses nothing. Where the practice asks for a PIN, only the
right one gets past it. From every stage there is a way back to the caller; a caller who hangs up
ends no try, but can be neither joined nor passed on any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

MOST_WRONG_PINS: Final = 3
LONGEST_PIN: Final = 12  # digits; the pound key ends it before
ACCEPT: Final = "1"
END_OF_PIN: Final = "#"
BEGIN_AGAIN: Final = "*"


_BUSY: Final = frozenset({486, 600, 603})  # RFC 3261 21.4.24, 21.6.1 and 21.6.2
_NOT_THERE: Final = frozenset({404, 408, 480, 487})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each stage may last, in seconds, before the try is over."""

    ring_s: float = 30.0
    key_s: float = 25.0  # a voicemail's greeting, and twice the prompt
    pin_s: float = 20.0


class IllegalReach(Exception):
    """A step that the stage of a try does not allow: a bug, or two keys at once."""


@unique
class Stage(StrEnum):
    """How far a try has come."""

    WRITING = "writing"  # the escalation is on its way into the records
    DIALLING = "dialling"
    RINGING = "ringing"
    PROMPTING = "prompting"  # answered by somebody or something; to press 1
    PIN = "pin"
    TAKEN = "taken"  # a person who may hear the details; the caller is held
    JOINED = "joined"  # all three
    PASSING = "passing"  # the two are being connected with each other
    THROUGH = "through"  # and have been
    BACK = "back"  # this try is over; the escalation is not


@unique
class Step(StrEnum):
    """What can happen to a try."""

    WRITTEN = "written"
    RING = "ring"
    ANSWER = "answer"
    ASK_PIN = "ask_pin"
    WRONG_PIN = "wrong_pin"
    TAKE = "take"
    JOIN = "join"
    SPLIT = "split"
    PASS = "pass"
    PASS_FAIL = "pass_fail"  # out of a consult
    STAY = "stay"  # out of a conference that could not be left
    CONNECT = "connect"
    FAIL = "fail"


@unique
class Why(StrEnum):
    """Why a try came to nothing."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REFUSED = "refused"  # the call could not be made
    NO_KEY = "no_key"  # answered, and 1 was not pressed: a voicemail, or nobody who could
    WRONG_PIN = "wrong_pin"
    HUNG_UP = "hung_up"
    STOPPED = "stopped"  # by the receptionist
    CALLS_BACK = "calls_back"  # took it, and calls the patient back
    LOST = "lost"  # the softphone stopped


S, E = Stage, Step
TRANSITIONS: Mapping[tuple[Stage, Step], Stage] = MappingProxyType(
    {
        (S.WRITING, E.WRITTEN): S.DIALLING,
        (S.DIALLING, E.RING): S.RINGING,
        (S.RINGING, E.RING): S.RINGING,  # a second 18x, from a forked branch
        (S.DIALLING, E.ANSWER): S.PROMPTING,
        (S.RINGING, E.ANSWER): S.PROMPTING,
        (S.PROMPTING, E.ASK_PIN): S.PIN,
        (S.PROMPTING, E.TAKE): S.TAKEN,
        (S.PIN, E.WRONG_PIN): S.PIN,
        (S.PIN, E.TAKE): S.TAKEN,
        (S.TAKEN, E.JOIN): S.JOINED,
        (S.JOINED, E.SPLIT): S.TAKEN,
        (S.TAKEN, E.PASS): S.PASSING,
        (S.JOINED, E.PASS): S.PASSING,
        (S.PASSING, E.PASS_FAIL): S.TAKEN,
        (S.PASSING, E.STAY): S.JOINED,
        (S.PASSING, E.CONNECT): S.THROUGH,
        **{
            (stage, E.FAIL): S.BACK
            for stage in (
                *(S.WRITING, S.DIALLING, S.RINGING, S.PROMPTING, S.PIN),
                *(S.TAKEN, S.JOINED, S.PASSING),
            )
        },
    }
)
OVER: Final = frozenset({Stage.THROUGH, Stage.BACK})
UNANSWERED: Final = frozenset({Stage.WRITING, Stage.DIALLING, Stage.RINGING})
ANSWERED: Final = frozenset({Stage.PROMPTING, Stage.PIN, Stage.TAKEN, Stage.JOINED, Stage.PASSING})
_WITH_A_CALLER: Final = frozenset({Step.JOIN, Step.PASS})


@dataclass(frozen=True, slots=True)
class Reach:
    """A try. `typed` are the digits of a PIN so far: kept nowhere else, and never shown."""

    needs_pin: bool = False
    stage: Stage = Stage.WRITING
    wrong_pins: int = 0
    typed: str = ""
    caller_there: bool = True
    why: Why | None = None

    def __repr__(self) -> str:
        return f"<Reach {self.stage}>"

    @property
    def over(self) -> bool:
        """Whether nothing more will come of this try."""
        return self.stage in OVER

    @property
    def may_hear_details(self) -> bool:
        """Whether a person has taken it who proved themselves as far as the practice asks."""
        return self.stage in (Stage.TAKEN, Stage.JOINED, Stage.PASSING, Stage.THROUGH)


def can(reach: Reach, step: Step) -> bool:
    """Tell whether a step may be taken now."""
    if step is Step.TAKE and reach.stage is Stage.PROMPTING and reach.needs_pin:
        return False
    if step is Step.ASK_PIN and not reach.needs_pin:
        return False
    if step in _WITH_A_CALLER and not reach.caller_there:
        return False
    return (reach.stage, step) in TRANSITIONS


def after(reach: Reach, step: Step) -> Reach:
    """Return the try after a step; raise `IllegalReach` for one its stage does not allow.

    The third wrong PIN ends it.
    """
    if not can(reach, step):
        raise IllegalReach(f"{step} while {reach.stage}")
    moved = replace(reach, stage=TRANSITIONS[reach.stage, step], typed="")
    if step is not Step.WRONG_PIN:
        return moved
    moved = replace(moved, wrong_pins=reach.wrong_pins + 1)
    return failed(moved, Why.WRONG_PIN) if moved.wrong_pins >= MOST_WRONG_PINS else moved


def failed(reach: Reach, why: Why) -> Reach:
    """Return the try as it came to nothing; one that is over stays as it ended."""
    if reach.over:
        return reach
    return replace(after(reach, Step.FAIL), why=why)


def why_ended(stage: Stage, *, code: int, rang_out: bool) -> Why:
    """Return what an ended line means for a try at this stage; `code` is its SIP status, 0 for a
    BYE."""
    if stage in ANSWERED:
        return Why.HUNG_UP
    if code in _BUSY:
        return Why.BUSY
    return Why.NO_ANSWER if rang_out or code in _NOT_THERE else Why.REFUSED


def caller_left(reach: Reach) -> Reach:
    """Return the try after the caller hung up: it goes on, for the number to call back on."""
    return replace(reach, caller_there=False)


def pressed(reach: Reach, digit: str) -> tuple[Reach, str]:
    """Return the try after a key of the far end's, and the PIN to check now, "" for none.

    1 takes it, or asks for the PIN. Of a PIN the star key begins again; every other key is nothing.
    """
    if reach.stage is Stage.PROMPTING and digit == ACCEPT:
        return after(reach, Step.ASK_PIN if reach.needs_pin else Step.TAKE), ""
    if reach.stage is not Stage.PIN:
        return reach, ""
    if digit == BEGIN_AGAIN:
        return replace(reach, typed=""), ""
    if digit == END_OF_PIN:
        return replace(reach, typed=""), reach.typed
    if digit.isdigit() and len(reach.typed) < LONGEST_PIN:
        return replace(reach, typed=reach.typed + digit), ""
    return reach, ""
