"""What the engine notices of calls that are up, taken in: sound that stopped, a dead microphone, a
caller forgotten on hold."""

from console.desk.cards import minutes
from console.desk.live_call import LiveCall
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.work import MeasuredCall
from softphone import wire

ZEROES = -95.0  # dBFS; the engine calls digital silence -96


def take_in(
    stage: Stage,
    event: wire.MicrophoneSilent | wire.AudioLost | wire.AudioBack | wire.HoldReminder,
) -> None:
    """Note what the watch says of a call, and show it."""
    if isinstance(event, wire.MicrophoneSilent):
        _on_microphone(stage, silent=event.silent)
        return
    call = stage.lines.get(event.call)
    if call is not None:
        _on_call(stage, call, event)


def take_quality(stage: Stage, call: LiveCall, event: wire.CallQuality) -> None:
    """Note how a call sounds; the last word on it goes into the records."""
    call.quality = event
    if event.final and event.packets_in:
        stage.book.write(
            MeasuredCall(
                uid=call.call,
                mos=event.mos,
                jitter_ms=event.jitter_ms,
                loss_percent=event.loss_percent,
                loss_out_percent=event.loss_out_percent,
                round_trip_ms=event.round_trip_ms,
                codec=event.codec,
            )
        )


def hear_levels(stage: Stage, event: wire.SoundLevels) -> None:
    """A microphone that was dead in the call before is not, as soon as it is heard in this one."""
    if stage.health.microphone_silent and event.microphone > ZEROES:
        _on_microphone(stage, silent=False)


def _on_microphone(stage: Stage, *, silent: bool) -> None:
    if silent != stage.health.microphone_silent:
        stage.health.microphone_silent = silent
        stage.health.ready_changed = stage.clock()
        stage.show_status()


def _on_call(
    stage: Stage, call: LiveCall, event: wire.AudioLost | wire.AudioBack | wire.HoldReminder
) -> None:
    match event:
        case wire.AudioLost():
            call.silent_ways |= {event.direction}
            stage.show_status()
        case wire.AudioBack():
            call.silent_ways -= {event.direction}
            stage.show_status()
        case wire.HoldReminder():
            call.held_for, call.hold_alarm = event.seconds, event.alarm
            stage.show_calls()
            if event.alarm:
                stage.say(
                    f"A caller has been on hold for {minutes(event.seconds)}",
                    f"{call.practice.name}: go back to the caller and say how long it will take.",
                    Light.BAD,
                )
