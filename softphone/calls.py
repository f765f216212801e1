"""The states a call can be in, and the only moves between them.

Engine and desk share this table, so that neither can show a call as held that the other has ended.
A move the table does not list is a bug on one side of the wire and raises `IllegalMove`.
"""

from enum import StrEnum, unique
from types import MappingProxyType


@unique
class CallState(StrEnum):
    """Where a call stands, from the desk's side."""

    WAITING = "waiting"  # every line is taken; the caller hears ringing and keeps a place
    RINGING = "ringing"  # an incoming call at the desk, 180 sent
    DIALLING = "dialling"  # an outgoing call, INVITE sent
    ALERTING = "alerting"  # the far end of an outgoing call rings
    ACTIVE = "active"
    HELD = "held"
    TRANSFERRING = "transferring"  # REFER accepted, the outcome not yet known
    ENDED = "ended"


@unique
class Move(StrEnum):
    """What can happen to a call."""

    OFFER = "offer"
    ALERT = "alert"
    ANSWER = "answer"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    TRANSFER_FAIL = "transfer_fail"
    END = "end"


S, M = CallState, Move

TRANSITIONS = MappingProxyType(
    {
        (S.WAITING, M.OFFER): S.RINGING,
        (S.WAITING, M.END): S.ENDED,
        (S.RINGING, M.ANSWER): S.ACTIVE,
        (S.RINGING, M.END): S.ENDED,
        (S.DIALLING, M.ALERT): S.ALERTING,
        (S.DIALLING, M.ANSWER): S.ACTIVE,
        (S.DIALLING, M.END): S.ENDED,
        (S.ALERTING, M.ALERT): S.ALERTING,  # a second 18x, from a forked branch (RFC 3261 13.2.2)
        (S.ALERTING, M.ANSWER): S.ACTIVE,
        (S.ALERTING, M.END): S.ENDED,
        (S.ACTIVE, M.HOLD): S.HELD,
        (S.ACTIVE, M.TRANSFER): S.TRANSFERRING,
        (S.ACTIVE, M.END): S.ENDED,
        (S.HELD, M.RESUME): S.ACTIVE,
        (S.HELD, M.TRANSFER): S.TRANSFERRING,
        (S.HELD, M.END): S.ENDED,
        (S.TRANSFERRING, M.TRANSFER_FAIL): S.ACTIVE,
        (S.TRANSFERRING, M.END): S.ENDED,
    }
)


class IllegalMove(Exception):
    """A call was asked to make a move its state does not allow: a bug, never the world's fault."""

    def __init__(self, state: CallState, move: Move) -> None:
        super().__init__(f"a call that is {state} cannot {move}")
        self.state = state
        self.move = move


def after(state: CallState, move: Move) -> CallState:
    """Return the state that follows, or raise `IllegalMove`."""
    try:
        return TRANSITIONS[state, move]
    except KeyError:
        raise IllegalMove(state, move) from None


def can(state: CallState, move: Move) -> bool:
    """Tell whether the table allows the move, for greying a button."""
    return (state, move) in TRANSITIONS
