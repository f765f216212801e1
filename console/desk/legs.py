"""Calls of this desk to somebody who is no caller: the person asked about one before a transfer.

A leg has no practice, no form and no row in the records, and counts in no service level. It moves
by the engine's events only, beside the caller it is about.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from console.desk.live_call import moment
from softphone import wire
from softphone.calls import CallState, ConferenceState, ConsultState, Move, after


@dataclass(slots=True, kw_only=True)
class Leg:
    """One such call. `caller` is "" once the caller has gone, and where there was none: a provider
    who is called about an escalation on record."""

    call: str
    caller: str
    name: str
    state: CallState
    since: datetime
    muted: bool = False
    consult: ConsultState | None = None
    conference: ConferenceState | None = None

    @property
    def answered(self) -> bool:
        """Whether somebody is there."""
        return self.state in (CallState.ACTIVE, CallState.HELD)

    @property
    def in_front(self) -> bool:
        """Whether the receptionist speaks to this one, and not to the caller."""
        return self.conference is None and self.state is not CallState.HELD


class Legs:
    """Every leg at this desk."""

    def __init__(self) -> None:
        self._legs: dict[str, Leg] = {}
        self._last: Leg | None = None  # over, and perhaps its consult's end not told yet
        self._names: dict[str, str] = {}  # by the request of a call not yet placed
        self._count = 0

    def __iter__(self) -> Iterator[Leg]:
        return iter(self._legs.values())

    def get(self, call: str) -> Leg | None:
        """Return a leg by its call id."""
        return self._legs.get(call)

    def asked(self, call: str) -> Leg | None:
        """Return the leg of a consult, the one just over too: how the consult ended comes after."""
        leg = self._legs.get(call)
        if leg is None and self._last is not None and self._last.call == call:
            return self._last
        return leg

    def of(self, caller: str) -> Leg | None:
        """Return the leg about a caller."""
        return next((leg for leg in self if caller and leg.caller == caller), None)

    def expect(self, name: str) -> str:
        """Return the request under which somebody is about to be called."""
        self._count += 1
        request = f"consult-{self._count}"
        self._names[request] = name
        return request

    def refused(self, event: wire.CommandRefused) -> None:
        """Nobody was called."""
        self._names.pop(event.call, None)

    def placed(self, event: wire.CallPlaced) -> bool:
        """Take in a call that was placed; False when it is no leg's."""
        name = self._names.pop(event.request, "")
        if not event.consult_of and not name:
            return False
        self._legs[event.call] = Leg(
            call=event.call,
            caller=event.consult_of,
            name=name or event.target,
            state=CallState.DIALLING,
            since=moment(event.at),
            consult=ConsultState.DIALLING if event.consult_of else None,
        )
        return True

    def rejoined(self, snapshot: wire.CallSnapshot) -> bool:
        """Take in a leg an engine held while no window was there; False when it is none."""
        caller = snapshot.consult_of or (snapshot.outgoing and snapshot.conference_with) or ""
        if not caller and not is_a_code(snapshot):
            return False
        known = self._legs.get(snapshot.call)
        self._legs[snapshot.call] = Leg(
            call=snapshot.call,
            caller=caller,
            name=known.name if known else snapshot.dialled.number,
            state=snapshot.state,
            since=moment(snapshot.answered_at or snapshot.offered_at),
            muted=snapshot.muted,
            consult=snapshot.consult,
            conference=snapshot.conference,
        )
        return True

    def clear(self) -> None:
        """The engine is gone, and every leg with it."""
        self._legs.clear()
        self._names.clear()

    def drop(self, call: str) -> None:
        """Forget a leg that ended while nobody heard of it."""
        self._legs.pop(call, None)

    def moved(self, leg: Leg, event: wire.Event) -> None:
        """Move a leg as the engine says its call has moved."""
        match event:
            case wire.CallAlerting():
                leg.state = after(leg.state, Move.ALERT)
            case wire.CallAnswered():
                leg.state, leg.since = after(leg.state, Move.ANSWER), moment(event.at)
            case wire.CallHeld():
                leg.state = after(leg.state, Move.HOLD)
            case wire.CallResumed():
                leg.state = after(leg.state, Move.RESUME)
            case wire.TransferStarted():
                leg.state = after(leg.state, Move.TRANSFER)
            case wire.TransferFailed() if leg.state is CallState.TRANSFERRING:
                leg.state = after(leg.state, Move.TRANSFER_FAIL)
            case wire.MuteChanged():
                leg.muted = event.muted
            case wire.CallEnded():
                self._last = self._legs.pop(leg.call)
            case _:
                pass


def is_a_code(snapshot: wire.CallSnapshot) -> bool:
    """Tell whether a call was made to the PBX itself: a code of its, and nobody's number."""
    return snapshot.outgoing and snapshot.dialled.number.startswith("*")
