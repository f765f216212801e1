"""The call list's cards, made from the live calls: what each is called and may be asked to do."""

from collections.abc import Iterable
from datetime import datetime

from console.desk.live_call import LiveCall
from console.desk.views import CallCard, LineState
from scripts import phone_numbers
from softphone.calls import CallState, Move, can

NO_NUMBER = "Number withheld"

_LINE_STATES = {
    CallState.WAITING: LineState.WAITING,
    CallState.RINGING: LineState.RINGING,
    CallState.DIALLING: LineState.DIALLING,
    CallState.ALERTING: LineState.DIALLING,
    CallState.ACTIVE: LineState.ACTIVE,
    CallState.HELD: LineState.HELD,
    CallState.TRANSFERRING: LineState.TRANSFERRING,
    CallState.ENDED: LineState.WRAP_UP,
}


def caller_title(call: LiveCall) -> str:
    """Return how a caller is named in a list."""
    return phone_numbers.display(call.caller.number) if call.caller.number else NO_NUMBER


def minutes(seconds: int) -> str:
    """Return a time on hold as it is shown: `1:30`."""
    return f"{seconds // 60}:{seconds % 60:02}"


def call_cards(calls: Iterable[LiveCall], selected: str) -> tuple[CallCard, ...]:
    """Return a card for every call that still needs somebody."""
    return tuple(
        _card(call, number, call.call == selected)
        for number, call in enumerate((c for c in calls if not c.is_over), start=1)
    )


def _card(call: LiveCall, number: int, selected: bool) -> CallCard:
    state = call.state
    incoming = state is CallState.RINGING
    talking = state in (CallState.ACTIVE, CallState.HELD)
    return CallCard(
        call=call.call,
        state=_LINE_STATES[state],
        title=caller_title(call),
        practice=call.practice.name,
        since=_since(call),
        selected=selected,
        muted=call.muted,
        can_answer=incoming,
        can_decline=incoming,
        can_hold=can(state, Move.HOLD),
        can_resume=can(state, Move.RESUME),
        can_mute=talking,
        can_transfer=can(state, Move.TRANSFER),
        can_hang_up=call.is_up and not incoming and state is not CallState.WAITING,
        can_keypad=state is CallState.ACTIVE,
        note=_note(call),
        key=f"Ctrl+{number}" if number <= 9 else "",
        held_for=minutes(call.held_for) if call.held_for else "",
        hold_alarm=call.hold_alarm,
    )


def _since(call: LiveCall) -> datetime:
    if call.state is CallState.HELD and call.held_at:
        return call.held_at
    if call.in_wrap_up and call.ended_at:
        return call.ended_at
    return call.answered_at or call.offered_at


def _note(call: LiveCall) -> str:
    if call.in_wrap_up:
        return "Caller gone; finish the form"
    if call.state is CallState.WAITING:
        return "Every line is taken; rings when one is free"
    if call.outcome is not None and call.is_up:
        return "Saved; hang up when you are done"
    return ""
