"""The words the records use for a state, where the scripts and the wire have none of their own.

They are stored as they are spelled here and held by CHECK constraints, so a new member needs a
migration; a test compares the two.
"""

from enum import StrEnum, unique


@unique
class Direction(StrEnum):
    """Who placed the call."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


@unique
class AnswerStatus(StrEnum):
    """How an answer came to be on the form."""

    ASKED = "asked"
    ALREADY_STATED = "already_stated"  # the caller had said it before the question came up
    NOT_ASKED = "not_asked"


@unique
class BookingStatus(StrEnum):
    """Whether a booking still holds its provider's time; only `BOOKED` does."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"  # another booking replaces it


@unique
class MessageKind(StrEnum):
    """What a message is about."""

    GENERAL = "general"
    APPOINTMENT = "appointment"
    REFILL = "refill"
    CLINICAL = "clinical"
    EMERGENCY = "emergency"  # the practice is told of a suspected emergency


@unique
class Priority(StrEnum):
    """How soon a message must be seen."""

    ROUTINE = "routine"
    SAME_DAY = "same_day"
    URGENT = "urgent"


@unique
class MessageStatus(StrEnum):
    """How far a message has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"  # somebody at the practice said so
    FAILED = "failed"


@unique
class EscalationStatus(StrEnum):
    """How far an escalation has come."""

    OPEN = "open"
    PAGED = "paged"
    TRANSFERRED = "transferred"  # the caller was put through
    ACKNOWLEDGED = "acknowledged"  # the provider took it
    CLOSED = "closed"


@unique
class CallbackReason(StrEnum):
    """Why a caller is owed a call back."""

    ABANDONED = "abandoned"  # the caller left before an answer
    UNHELD = "unheld"  # there was no line, nor room to wait
    UNANSWERED = "unanswered"  # rang out at this desk
    LOST = "lost"  # the network or the engine failed


@unique
class CallbackStatus(StrEnum):
    """Whether the call back has been made."""

    OWED = "owed"
    DONE = "done"


@unique
class FlagAction(StrEnum):
    """What the receptionist did with a red flag."""

    SHOWN = "shown"  # still on screen when the call was finished
    READ = "read"  # read the 911 line
    DISMISSED = "dismissed"


@unique
class Consent(StrEnum):
    """A caller's answer to the words about recording."""

    GIVEN = "given"
    REFUSED = "refused"


@unique
class Role(StrEnum):
    """What a person with an account works as."""

    RECEPTIONIST = "receptionist"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    LIAISON = "liaison"  # somebody of one practice's own staff, who sees that practice alone
