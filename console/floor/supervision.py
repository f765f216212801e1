"""What a supervisor may do with a receptionist's call: the words, and the codes a phone dials.

The code is dialled by the supervisor's own phone, whose context at the PBX says that it may; the
manager interface is given no right over calls at all. Which call is meant goes with the INVITE.
"""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final


@unique
class Act(StrEnum):
    """Something done with a call; the value is how PBX, practice and audit write it."""

    LISTEN = "listen"
    COACH = "coach"  # only the receptionist hears
    JOIN = "join"  # both hear
    TAKE_OVER = "take_over"
    HANG_UP = "hang_up"


BESIDE: Final = frozenset({Act.LISTEN, Act.COACH, Act.JOIN})
"""Acts that last: the receptionist stays on the call."""

CODES: Final = {
    Act.LISTEN: "*55",
    Act.COACH: "*56",
    Act.JOIN: "*57",
    Act.TAKE_OVER: "*58",
    Act.HANG_UP: "*59",
}
DESK_HEADER: Final = "X-Frontdesk-Desk"
CALL_HEADER: Final = "X-Frontdesk-Call"


@dataclass(frozen=True, slots=True)
class Supervision:
    """A supervisor beside a call. `desk` and `by` are phones (`PJSIP/desk-12`), `name` is what the
    PBX calls the supervisor's; `since` seconds since the epoch, by the PBX's clock."""

    act: Act
    desk: str
    by: str
    name: str
    call_id: str
    practice: str
    since: float
