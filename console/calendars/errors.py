"""What a calendar's server can do to us, each with a sentence for a person.

None of them holds the address, which may be a secret, or anything the server said.
"""


class CalendarError(Exception):
    """The calendar could not be spoken to as it should be. The world's doing."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CalendarAway(CalendarError):
    """It does not answer, or not with what was asked for; trying again later may do."""


class CalendarRefuses(CalendarError):
    """It does not let us in, or has no such calendar; a person has to set it right."""


class TokenExpired(CalendarError):
    """The server no longer knows what changed since a token: the whole is to be read."""


class ObjectChanged(CalendarError):
    """Somebody else changed, made or removed the object meanwhile (RFC 9110 15.5.13)."""
