"""What a practice has signed about the calls that cannot wait: red flags, hold, 911.

Nothing here can switch off a rule of the desk; it can only add to what is escalated, and say to
whom and how fast.
"""

from enum import StrEnum, unique
from typing import Annotated, Self

from pydantic import Field, model_validator

from scripts.calltypes import CallType
from scripts.conditions import EnableWhen
from scripts.fields import (
    Day,
    Model,
    NotEmpty,
    PhoneNumber,
    TimeOfDay,
    Words,
    wrong,
)

DEFAULT_WORDS_911 = (
    "Please hang up now and dial 911 from the phone you are on. If you cannot, tell me where you "
    "are and stay on the line."
)


@unique
class Priority(StrEnum):
    """How soon somebody has to act."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


class Due(Model):
    """When a message has to have been acted on.

    Either `business_days` (1 is the next day the practice opens; 0 is today while it is open)
    `by` a local time, the day's closing when not given; or `minutes` from the call, day or night.
    """

    business_days: Annotated[int | None, Field(ge=0, le=30)] = None
    by: TimeOfDay | None = None
    minutes: Annotated[int | None, Field(gt=0, le=7 * 24 * 60)] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.business_days is None) == (self.minutes is None):
            raise wrong("needs either business_days or minutes")
        if self.by is not None and self.business_days is None:
            raise wrong("by belongs to business_days")
        return self


class MessageRule(Model):
    """To whom a message of one call type goes, how urgent and by when."""

    recipient: Words
    priority: Priority = Priority.ROUTINE
    due: Due


class RedFlagRule(Model):
    """Words that put the 911 line on screen: one from each list of `all_of`, not denied.

    A word may end in * for any ending. `within` is the most words from the first to the last of
    them; 0 looks over everything typed.
    """

    name: Words
    all_of: Annotated[tuple[Annotated[tuple[Words, ...], NotEmpty], ...], NotEmpty]
    within: Annotated[int, Field(ge=0, le=50)] = 0


class HoldPolicy(Model):
    """A signed permission to keep certain symptom calls as messages instead of paging.

    A call is held only when the conditions on the symptom form's answers are met and no red flag
    was seen in the caller's words, dismissed or not.
    """

    signed_by: Words
    signed_on: Day
    when: Annotated[tuple[EnableWhen, ...], NotEmpty]
    when_behavior: Annotated[str, Field(pattern="^(all|any)$")] = "all"


class EscalateRule(Model):
    """Answers on which a call is always escalated, whatever its form would come to."""

    name: Words
    call_type: CallType
    when: Annotated[tuple[EnableWhen, ...], NotEmpty]
    when_behavior: Annotated[str, Field(pattern="^(all|any)$")] = "all"


class EmergencyLine(Model):
    """The ten-digit number of the PSAP that answers 911 for an area, as the practice gave it."""

    area: Words
    psap: Words
    number: PhoneNumber
    places: tuple[Words, ...] = ()  # towns, counties and ZIP codes that belong to the area


class ProtocolNote(Model):
    """A line at the receptionist's right hand; with no call types it always shows."""

    text: Words
    call_types: tuple[CallType, ...] = ()


class Protocol(Model):
    """What the practice wants done, call type by call type."""

    notes: tuple[ProtocolNote, ...] = ()
    messages: dict[CallType, MessageRule]
    hold_policy: HoldPolicy | None = None
    must_escalate: tuple[EscalateRule, ...] = ()
    red_flags: tuple[RedFlagRule, ...] = ()
    words_911: Words = DEFAULT_WORDS_911
    emergency_lines: tuple[EmergencyLine, ...] = ()

    def note(self, call_type: CallType | None) -> str:
        """The note for a call type, or what holds before one is chosen."""
        return " ".join(
            note.text for note in self.notes if not note.call_types or call_type in note.call_types
        )
