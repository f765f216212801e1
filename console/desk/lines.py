"""The live calls of this desk, moved by the engine's events and by nothing else.

Qt-free, so that a recorded list of events can be played through it. What came of an event (a row to
open, a caller owed a call back) is returned for the desk to write down, never done here.
"""

from collections.abc import Container, Iterator
from datetime import datetime
from typing import Final

from console.desk.live_call import LiveCall, moment
from console.desk.routed import coverage_of, practice_of
from console.store.values import CallbackReason, Direction
from console.store.work import AnsweredCall, AnyWork, ClosedCall, OpenedCall, OwedCallback
from scripts.greeting import greet
from scripts.shelf import Shelf
from softphone import wire
from softphone.calls import CallState, Move

_OWED: Final = {
    wire.EndCause.ABANDONED: CallbackReason.ABANDONED,
    wire.EndCause.UNANSWERED: CallbackReason.UNANSWERED,
    wire.EndCause.LOST: CallbackReason.LOST,
}
_ORDER: Final = (
    CallState.ACTIVE,
    CallState.RINGING,
    CallState.TRANSFERRING,
    CallState.ENDED,  # in wrap-up: those that are over are gone
    CallState.HELD,
    CallState.WAITING,
)


class Lines:
    """Every call at this desk, in the order they came."""

    def __init__(self, shelf: Shelf, *, agent: str, timezone: str) -> None:
        self._shelf = shelf
        self._default_name = _first_name(agent)  # said by whoever answers with nobody signed in
        self._first_name = self._default_name
        self._agent = agent
        self._timezone = timezone
        self._calls: dict[str, LiveCall] = {}
        self.selected = ""
        self.direct = False  # no PBX behind us: nobody else takes a call that we decline

    def __iter__(self) -> Iterator[LiveCall]:
        return iter(self._calls.values())

    def get(self, call: str) -> LiveCall | None:
        """Return a call by its id."""
        return self._calls.get(call)

    def sit_down(self, agent: str) -> None:
        """Somebody takes the desk, "" for nobody: calls not answered yet are greeted by name."""
        self._agent = agent
        self._first_name = _first_name(agent) or self._default_name
        for call in self._calls.values():
            if call.state in (CallState.RINGING, CallState.WAITING):
                number = call.dialled.number
                call.greeting = greet(call.practice, call.coverage, self._first_name, number)

    @property
    def current(self) -> LiveCall | None:
        """The selected call."""
        return self._calls.get(self.selected)

    def add(self, call: LiveCall) -> None:
        """Take in a call that did not come from an event: a form that is resumed."""
        self._calls[call.call] = call

    def first_ringing(self) -> LiveCall | None:
        """Return the call that has rung longest."""
        return next((c for c in self if c.state is CallState.RINGING), None)

    def forget_finished(self) -> bool:
        """Let go of calls with nothing left to do; tell whether another became the selected."""
        for call in [c for c in self if c.is_over]:
            del self._calls[call.call]
        if self.selected in self._calls:
            return False
        before, self.selected = self.selected, self._next_choice()
        return self.selected != before

    def _next_choice(self) -> str:
        ranked = sorted(self, key=lambda c: _ORDER.index(c.state) if c.state in _ORDER else 9)
        return ranked[0].call if ranked else ""

    # --- events ----------------------------------------------------------------------------

    def offered(self, event: wire.CallOffered | wire.CallWaiting) -> LiveCall:
        """A call rings, or waits for a line."""
        known = self._calls.get(event.call)
        if known is not None and known.is_up:
            self._begin_to_ring(known, event)
            return known
        rings = isinstance(event, wire.CallOffered)
        call = self._new(
            event.call,
            CallState.RINGING if rings else CallState.WAITING,
            event.caller,
            event.dialled,
            moment(event.at),
            routing=event.routing,
        )
        call.sip_call_id = event.sip_call_id
        if isinstance(event, wire.CallOffered):
            call.pbx_call_id = event.pbx_call_id
        else:
            call.waiting_since = call.offered_at
        if not self.selected:
            self.selected = call.call
        return call

    def dialled(
        self, event: wire.CallPlaced, number: str, practice_id: str | None, *, callback: str = ""
    ) -> LiveCall:
        """This desk calls somebody for a practice; `callback` where they are owed that."""
        call = self._new_dialled(event.call, number, practice_id, moment(event.at))
        if callback:
            call.callback = callback
            call.greeting += " You called us and did not get through. How can I help you?"
        if not self.selected:
            self.selected = call.call
        return call

    def rejoined(self, snapshot: wire.CallSnapshot) -> LiveCall:
        """A call an engine held while no window was there."""
        call = self._calls.get(snapshot.call)
        if call is None:
            call = self._taken_up(snapshot)
            if not self.selected:
                self.selected = call.call
        call.state = snapshot.state
        if call.state is CallState.WAITING:
            call.waiting_since = call.offered_at
        call.sip_call_id, call.pbx_call_id = snapshot.sip_call_id, snapshot.pbx_call_id
        call.answered_at = moment(snapshot.answered_at) if snapshot.answered_at else None
        call.held_at = moment(snapshot.held_at) if snapshot.held_at else None
        call.muted = snapshot.muted
        return call

    def missed(self, snapshot: wire.CallSnapshot) -> list[AnyWork]:
        """A call came and went while no window was there; return what has to be written of it."""
        call = self.rejoined(snapshot)
        cause = snapshot.cause or wire.EndCause.LOST
        return [*self.known_work(call), *self._over(call, cause, snapshot.ended_at)]

    def ended(self, call: LiveCall, event: wire.CallEnded) -> list[AnyWork]:
        """A call is over; return what has to be written of it."""
        call.move(Move.END)
        return self._over(call, event.cause, event.at)

    def lost(self, at: datetime, *, but: Container[str] = ()) -> list[AnyWork]:
        """The engine is gone and every call with it, `but` those it still speaks of; return what
        has to be written."""
        work: list[AnyWork] = []
        for call in [c for c in self if c.is_up and c.call not in but]:
            call.move(Move.END)
            work += self._over(call, wire.EndCause.LOST, at.timestamp())
        return work

    def _over(self, call: LiveCall, cause: wire.EndCause, at: float | None) -> list[AnyWork]:
        call.state = CallState.ENDED
        call.ended_at = moment(at) if at is not None else call.offered_at
        call.end_cause = cause
        call.off_hold(call.ended_at)
        closed = ClosedCall(uid=call.call, at=call.ended_at, cause=cause, held_s=call.held_s)
        work: list[AnyWork] = [closed]
        owed = self.owed_callback(call)
        return [*work, owed] if owed else work

    # --- what is written -------------------------------------------------------------------

    def known_work(self, call: LiveCall) -> list[AnyWork]:
        """Return the work of everything known of a call that this window did not see begin."""
        answered = [self.answered_work(call)] if call.was_answered else []
        return [self.opened_work(call), *answered]

    def opened_work(self, call: LiveCall) -> OpenedCall:
        """Return the work of a call's first ring, or first moment of waiting."""
        return OpenedCall(
            uid=call.call,
            offered_at=call.offered_at if call.has_rung else None,
            waiting_since=call.waiting_since,
            dialled_number=call.dialled.number or None,
            caller_number=call.caller.number or None,
            practice_id=self.practice_id(call),
            mode=call.coverage.mode,
            sip_call_id=call.sip_call_id or None,
            pbx_call_id=call.pbx_call_id or None,
            direction=Direction.OUTGOING if call.outgoing else Direction.INCOMING,
        )

    def answered_work(self, call: LiveCall) -> AnsweredCall:
        """Return the work of a call that is up."""
        assert call.answered_at is not None
        return AnsweredCall(uid=call.call, at=call.answered_at, agent=self._agent)

    def owed_callback(self, call: LiveCall) -> OwedCallback | None:
        """Return the call back this caller is owed, if any: one who was not reached, or was cut
        off before the form was finished, and whose number we have."""
        why = _OWED.get(call.end_cause) if call.end_cause else None
        if call.end_cause is wire.EndCause.DECLINED and self.direct:
            why = CallbackReason.UNANSWERED
        cut_off = call.end_cause is wire.EndCause.LOST
        if call.outgoing or call.forwarded:
            return None  # a call back that was dialled stands until its form is finished
        if why is None or not call.caller.number or (call.was_answered and not cut_off):
            return None
        if call.outcome is not None:
            return None
        return OwedCallback(
            uid=call.call,
            since=call.first_heard_at,
            why=why,
            number=call.caller.number,
            practice_id=self.practice_id(call),
            call_uid=call.call,
            owner=(self._agent or None) if call.was_answered else None,
            pbx_call_id=call.pbx_call_id or None,
        )

    @staticmethod
    def practice_id(call: LiveCall) -> str | None:
        """Return the practice's id, None for a number no practice has."""
        return None if call.practice.neutral else call.practice.id

    def _new(
        self,
        call: str,
        state: CallState,
        caller: wire.Party,
        dialled: wire.Dialled,
        offered_at: datetime,
        *,
        routing: wire.Routing = wire.NOT_ROUTED,
    ) -> LiveCall:
        library = self._shelf.at(offered_at)
        practice = practice_of(library, dialled, routing, self._timezone)
        coverage = coverage_of(practice, offered_at, routing)
        live = LiveCall(
            call=call,
            state=state,
            caller=caller,
            dialled=dialled,
            practice=practice,
            coverage=coverage,
            greeting=greet(practice, coverage, self._first_name, dialled.number),
            offered_at=offered_at,
            agent=self._first_name,
            routing=routing,
        )
        self._calls[call] = live
        return live

    def _taken_up(self, snapshot: wire.CallSnapshot) -> LiveCall:
        state, began = snapshot.state, moment(snapshot.offered_at)
        if not snapshot.outgoing:
            who, dialled, routing = snapshot.caller, snapshot.dialled, snapshot.routing
            return self._new(snapshot.call, state, who, dialled, began, routing=routing)
        practice = self._shelf.at(began).by_number(snapshot.caller.number)
        practice_id = practice.id if practice is not None else None
        call = self._new_dialled(snapshot.call, snapshot.dialled.number, practice_id, began)
        call.state = state
        return call

    def _new_dialled(
        self, call: str, number: str, practice_id: str | None, began: datetime
    ) -> LiveCall:
        practice = self._shelf.at(began).by_id(practice_id) if practice_id else None
        party = wire.Party(number=number)
        ours = wire.Dialled(number=practice.numbers[0] if practice is not None else "")
        live = self._new(call, CallState.DIALLING, party, ours, began)
        live.outgoing = True
        whom = f" for {live.practice.name}" if not live.practice.neutral else ""
        live.greeting = f"Hello, this is {self._first_name} calling{whom}."
        return live

    def _begin_to_ring(self, call: LiveCall, event: wire.CallOffered | wire.CallWaiting) -> None:
        """A caller who waited gets the greeting of this moment, not that of the wait's start."""
        call.move(Move.OFFER)
        call.offered_at = moment(event.at)
        call.sip_call_id = event.sip_call_id or call.sip_call_id
        if isinstance(event, wire.CallOffered):
            call.pbx_call_id = event.pbx_call_id
        call.coverage = coverage_of(call.practice, call.offered_at, call.routing)
        dialled = call.dialled.number
        call.greeting = greet(call.practice, call.coverage, self._first_name, dialled)


def _first_name(agent: str) -> str:
    return agent.split(maxsplit=1)[0] if agent.split() else agent
