"""The call list's cards, made from the live calls: what each is called and may be asked to do."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from console.desk.legs import Leg, Legs
from console.desk.live_call import LiveCall
from console.desk.sounding import sound_words
from console.desk.tape import Tape, TapeState
from console.desk.views import CallCard, LineState
from scripts import phone_numbers
from softphone.calls import (
    CallState,
    ConferenceState,
    ConsultMove,
    ConsultState,
    Move,
    can,
    consult_can,
)

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


def call_cards(calls: Iterable[LiveCall], selected: str, legs: Legs) -> tuple[CallCard, ...]:
    """Return a card for every call that still needs somebody, each with whom is asked about it."""
    cards: list[CallCard] = []
    for number, call in enumerate((c for c in calls if not c.is_over), start=1):
        card = _card(call, number, call.call == selected)
        leg = legs.of(call.call)
        if leg is None:
            cards.append(card)
        else:
            cards += [_asked_about(card, leg), _leg_card(leg, card)]
    shown = {card.call for card in cards}
    cards += [_leg_card(leg, None) for leg in legs if leg.call not in shown]
    return tuple(cards)


def _asked_about(card: CallCard, leg: Leg) -> CallCard:
    """Return a caller's card while somebody is asked about them: its keys are the consult's."""
    state = leg.consult
    up = leg.conference is ConferenceState.UP
    beside = leg.in_front  # then F8 and F4 are the asked one's
    return replace(
        card,
        note=f"Conference with {leg.name}" if leg.conference else f"Asking {leg.name}",
        can_transfer=False,
        can_hold=card.can_hold and state is None,
        can_resume=card.can_resume and state is None,
        can_mute=card.can_mute and not beside,
        can_keypad=card.can_keypad and not leg.conference,
        can_hang_up=card.can_hang_up and not beside,
        can_swap=state is not None and consult_can(state, ConsultMove.SWAP),
        can_complete=state is not None and consult_can(state, ConsultMove.COMPLETE),
        can_cancel_consult=state is not None and consult_can(state, ConsultMove.CANCEL),
        can_join=_can_join(leg),
        can_leave=up,
        can_split=up,
    )


def _can_join(leg: Leg) -> bool:
    if leg.conference is not None or not leg.answered:
        return False
    return leg.consult is None or consult_can(leg.consult, ConsultMove.MERGE)


def _leg_card(leg: Leg, caller: CallCard | None) -> CallCard:
    """Return the card of somebody who is asked; alone, it has the keys of a call of its own."""
    free = leg.consult is None and leg.conference is None
    mine = leg.in_front and leg.consult is not ConsultState.COMPLETING
    return CallCard(
        call=leg.call,
        state=_LINE_STATES[leg.state],
        title="Conference" if leg.conference else "Not a caller" if caller is None else "Asked",
        practice=leg.name,
        since=leg.since,
        selected=False,
        leg=True,
        muted=leg.muted,
        can_hold=free and can(leg.state, Move.HOLD),
        can_resume=free and can(leg.state, Move.RESUME),
        can_mute=mine and leg.answered,
        can_hang_up=(mine or free) and leg.state is not CallState.ENDED,
        can_keypad=mine and leg.state is CallState.ACTIVE,
    )


def _card(call: LiveCall, number: int, selected: bool) -> CallCard:
    state = call.state
    incoming = state is CallState.RINGING
    talking = state in (CallState.ACTIVE, CallState.HELD)
    sound, sound_light = sound_words(call.quality)
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
        outgoing=call.outgoing,
        sound=sound,
        sound_light=sound_light,
        pressed=" ".join(call.keys) if call.is_up else "",
        recording=call.tape.words if call.is_up else "",
        recording_mark=call.tape.mark if call.is_up else "",
        can_pause_recording=call.is_up and call.tape.state is TapeState.ON,
        can_resume_recording=call.is_up and _can_resume_recording(call.tape),
    )


def _can_resume_recording(tape: Tape) -> bool:
    return tape.state is TapeState.PAUSED and tape.asked


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
