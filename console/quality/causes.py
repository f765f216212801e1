"""The ten things that go wrong with a call, as a supervisor names them.

What answering services check calls for on their boards: the wrong person on call, a number, a name,
a change nobody entered, instructions, an appointment; and three that the field's complaints are
about: what was urgent taken for routine, a caller's words lost, word that came too late; and how it
was said. One call may have several; a call without any has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final


@unique
class Cause(StrEnum):
    """What went wrong. Kept as spelled here; a new member needs a migration."""

    WRONG_ON_CALL = "wrong_on_call"
    NUMBER_WRONG = "number_wrong"
    SPELLING = "spelling"
    CHANGE_NOT_ENTERED = "change_not_entered"
    INSTRUCTIONS = "instructions"
    APPOINTMENT_WRONG = "appointment_wrong"
    URGENCY_MISSED = "urgency_missed"
    WORDS_LOST = "words_lost"
    LATE = "late"
    MANNER = "manner"


@unique
class Why(StrEnum):
    """Why a call is looked at again. Kept as spelled here."""

    SAMPLED = "sampled"  # drawn by lot, so many of each receptionist's and week's
    EMERGENCY = "emergency"  # a suspected emergency: every one
    ESCALATED = "escalated"  # somebody on call was to be reached
    LONG_HOLD = "long_hold"
    NOT_DELIVERED = "not_delivered"  # its message did not arrive
    CALLED_AGAIN = "called_again"  # the same number called the same practice again soon
    AMENDED = "amended"  # its message was amended afterwards
    ASKED = "asked"  # somebody asked for it


CAUSES: Final[Mapping[Cause, str]] = {
    Cause.WRONG_ON_CALL: "Wrong person on call contacted",
    Cause.NUMBER_WRONG: "Number wrong",
    Cause.SPELLING: "Name spelled wrongly",
    Cause.CHANGE_NOT_ENTERED: "Change of the rota not entered",
    Cause.INSTRUCTIONS: "Instructions not followed",
    Cause.APPOINTMENT_WRONG: "Appointment wrong",
    Cause.URGENCY_MISSED: "Urgency missed",
    Cause.WORDS_LOST: "Caller’s words changed or left out",
    Cause.LATE: "Message or page late",
    Cause.MANNER: "Manner, holding or advice",
}
"""What each is called on screen and on a practice's sheet."""

KEYS: Final[Mapping[Cause, str]] = dict(zip(Cause, "1234567890", strict=True))

WHYS: Final[Mapping[Why, str]] = {
    Why.SAMPLED: "Drawn by lot",
    Why.EMERGENCY: "Suspected emergency",
    Why.ESCALATED: "Escalated",
    Why.LONG_HOLD: "Long on hold",
    Why.NOT_DELIVERED: "Message not delivered",
    Why.CALLED_AGAIN: "Called again soon",
    Why.AMENDED: "Message amended",
    Why.ASKED: "Asked for",
}

MOST_MARK: Final = 5  # nothing to better
LEAST_MARK: Final = 1


@dataclass(frozen=True, slots=True)
class CausesOfMonth:
    """A practice's month: how many of its calls were looked at again, and what was found.

    `counts` has every cause, those nobody found with 0. `mark` is the mean of the marks, 1 to 5,
    None where no call was looked at.
    """

    practice: str
    year: int
    month: int
    reviewed: int
    faultless: int
    mark: float | None
    counts: Mapping[Cause, int]
