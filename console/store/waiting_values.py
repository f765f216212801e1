"""The words of the waiting list, as they stand in its columns."""

from enum import StrEnum, unique


@unique
class EntryStatus(StrEnum):
    """Whether somebody still waits."""

    WAITING = "waiting"
    BOOKED = "booked"  # one of the times offered was taken
    WITHDRAWN = "withdrawn"  # they do not want one any more


@unique
class OfferStatus(StrEnum):
    """What became of a time that was offered."""

    OPEN = "open"
    BOOKED = "booked"
    PASSED = "passed"  # this one did not want it, or was not reached
    GONE = "gone"  # somebody else has it, or it is past
    WITHDRAWN = "withdrawn"  # its patient does not wait any more
