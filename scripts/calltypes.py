"""The seven call types, the ways a call can end, and the modes a practice is covered in.

The design's table, as enums: every other module speaks of calls in these words only.
"""

from enum import StrEnum, unique


@unique
class CallType(StrEnum):
    """What the caller wants; the receptionist picks one by key, Alt+1 to Alt+7 in this order."""

    QUESTION = "question"
    NEW_APPOINTMENT = "new_appointment"
    CHANGE_APPOINTMENT = "change_appointment"
    REFILL = "refill"
    SYMPTOM = "symptom"
    URGENT = "urgent"
    EMERGENCY = "emergency"


@unique
class Outcome(StrEnum):
    """How a call ended. Every call has exactly one."""

    ANSWERED = "answered"
    BOOKED = "booked"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    MESSAGE = "message"
    ESCALATED = "escalated"
    EMERGENCY = "emergency"
    WRONG_NUMBER = "wrong_number"
    HANG_UP = "hang_up"  # the caller left after the answer, before saying what for
    ABANDONED = "abandoned"  # the caller left before the answer; owed a call back
    SALES = "sales"
    SILENT = "silent"


@unique
class Mode(StrEnum):
    """How a practice is covered at the moment of a call."""

    PRIMARY = "primary"
    OVERFLOW = "overflow"
    AFTER_HOURS = "after_hours"
