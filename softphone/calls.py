"""The states a call can be in, and the only moves between them.

Engine and desk share this table, so that neither can show a call as held that the other has ended.
A move the table does not list is a bug on one side of the wire and raises `IllegalMove`.
"""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import TypeVar


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


@unique
class ConsultState(StrEnum):
    """Where an attended transfer stands, from the desk's side."""

    DIALLING = "dialling"  # the consulted has not answered; the caller is held
    WITH_CONSULT = "with_consult"
    WITH_CALLER = "with_caller"  # the consulted is held
    COMPLETING = "completing"  # REFER sent, the outcome not yet known
    OVER = "over"


@unique
class ConsultMove(StrEnum):
    """What can happen to a consult."""

    ANSWER = "answer"
    SWAP = "swap"
    COMPLETE = "complete"
    FAIL = "fail"  # the transfer did not go through
    CANCEL = "cancel"
    MERGE = "merge"
    END = "end"  # one of the two has gone, or both are connected


@unique
class ConferenceState(StrEnum):
    """Where a three-way conference stands."""

    JOINING = "joining"  # a held call is being resumed
    UP = "up"
    HELD = "held"  # both far ends are on hold
    LEAVING = "leaving"  # REFER sent, the outcome not yet known
    OVER = "over"


@unique
class ConferenceMove(StrEnum):
    """What can happen to a conference."""

    BRIDGE = "bridge"
    HOLD = "hold"
    RESUME = "resume"
    LEAVE = "leave"
    FAIL = "fail"  # the two could not be connected
    SPLIT = "split"
    END = "end"


CS, CM, FS, FM = ConsultState, ConsultMove, ConferenceState, ConferenceMove

CONSULT_TRANSITIONS = MappingProxyType(
    {
        (CS.DIALLING, CM.ANSWER): CS.WITH_CONSULT,
        (CS.DIALLING, CM.CANCEL): CS.OVER,
        (CS.DIALLING, CM.END): CS.OVER,
        (CS.WITH_CONSULT, CM.SWAP): CS.WITH_CALLER,
        (CS.WITH_CONSULT, CM.COMPLETE): CS.COMPLETING,
        (CS.WITH_CONSULT, CM.CANCEL): CS.OVER,
        (CS.WITH_CONSULT, CM.MERGE): CS.OVER,
        (CS.WITH_CONSULT, CM.END): CS.OVER,
        (CS.WITH_CALLER, CM.SWAP): CS.WITH_CONSULT,
        (CS.WITH_CALLER, CM.COMPLETE): CS.COMPLETING,
        (CS.WITH_CALLER, CM.CANCEL): CS.OVER,
        (CS.WITH_CALLER, CM.MERGE): CS.OVER,
        (CS.WITH_CALLER, CM.END): CS.OVER,
        (CS.COMPLETING, CM.FAIL): CS.WITH_CALLER,
        (CS.COMPLETING, CM.END): CS.OVER,
    }
)
CONFERENCE_TRANSITIONS = MappingProxyType(
    {
        (FS.JOINING, FM.BRIDGE): FS.UP,
        (FS.JOINING, FM.END): FS.OVER,
        (FS.UP, FM.HOLD): FS.HELD,
        (FS.UP, FM.LEAVE): FS.LEAVING,
        (FS.UP, FM.SPLIT): FS.OVER,
        (FS.UP, FM.END): FS.OVER,
        (FS.HELD, FM.RESUME): FS.JOINING,
        (FS.HELD, FM.END): FS.OVER,
        (FS.LEAVING, FM.FAIL): FS.UP,
        (FS.LEAVING, FM.END): FS.OVER,
    }
)


class IllegalMove(Exception):
    """A call was asked to make a move its state does not allow: a bug, never the world's fault."""

    def __init__(self, state: StrEnum, move: StrEnum) -> None:
        super().__init__(f"a call that is {state} cannot {move}")
        self.state = state
        self.move = move


def after(state: CallState, move: Move) -> CallState:
    """Return the state that follows, or raise `IllegalMove`."""
    return _look_up(TRANSITIONS, state, move)


def can(state: CallState, move: Move) -> bool:
    """Tell whether the table allows the move, for greying a button."""
    return (state, move) in TRANSITIONS


def consult_after(state: ConsultState, move: ConsultMove) -> ConsultState:
    """Return the consult's state that follows, or raise `IllegalMove`."""
    return _look_up(CONSULT_TRANSITIONS, state, move)


def consult_can(state: ConsultState, move: ConsultMove) -> bool:
    """Tell whether a consult may make the move."""
    return (state, move) in CONSULT_TRANSITIONS


def conference_after(state: ConferenceState, move: ConferenceMove) -> ConferenceState:
    """Return the conference's state that follows, or raise `IllegalMove`."""
    return _look_up(CONFERENCE_TRANSITIONS, state, move)


def conference_can(state: ConferenceState, move: ConferenceMove) -> bool:
    """Tell whether a conference may make the move."""
    return (state, move) in CONFERENCE_TRANSITIONS


State = TypeVar("State", bound=StrEnum)
Step = TypeVar("Step", bound=StrEnum)


def _look_up(table: Mapping[tuple[State, Step], State], state: State, move: Step) -> State:
    try:
        return table[state, move]
    except KeyError:
        raise IllegalMove(state, move) from None
