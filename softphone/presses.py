"""What a press on the headset does to the calls: what F2, F8 and F4 do."""

from collections.abc import Callable

from softphone import wire
from softphone.buttons.handset import Lights, Press
from softphone.buttons.listener import ButtonListener, ButtonsChanged, Pressed
from softphone.calls import CallState
from softphone.lines import Line
from softphone.station import Station

OnCall = wire.Answer | wire.HangUp | wire.SetMute
Carry = Callable[[OnCall], None]


class Presses:
    """Takes the presses, and keeps the headset's lights as the calls stand."""

    def __init__(self, station: Station, listener: ButtonListener, carry: Carry) -> None:
        """`carry` carries out a command that no client gave."""
        self._station = station
        self._listener = listener
        self._carry = carry

    def take(self, news: Pressed | ButtonsChanged) -> None:
        """Do what a finger wants, or tell whose buttons are heard now."""
        if isinstance(news, ButtonsChanged):
            self._station.audio.buttons = news.name
            self._station.tell(wire.SoundChanged(self._station.audio.sound))
            return
        command = self._command(news.press)
        if command is None:  # nothing to answer or to end: the headset is to think so as well
            self._listener.show(self._lights(), anew=True)
        else:
            self._carry(command)

    def tick(self) -> None:
        """Keep the lights."""
        self._listener.show(self._lights())

    def _command(self, press: Press) -> OnCall | None:
        ringing, front = self._ringing(), self._station.audio.front
        if press is Press.ANSWER:
            return wire.Answer(ringing.id) if ringing is not None else None
        if press is Press.HANG_UP:
            return wire.HangUp(front.id) if front is not None else None
        return wire.SetMute(front.id, not front.muted) if front is not None else None

    def _ringing(self) -> Line | None:
        waiting = [
            line
            for line in self._station.lines
            if line.state is CallState.RINGING and not line.outgoing and not line.ending
        ]
        return min(waiting, key=lambda line: line.offered_at, default=None)

    def _lights(self) -> Lights:
        front = self._station.audio.front
        return Lights(
            off_hook=front is not None,
            ring=front is None and self._ringing() is not None,
            mute=front is not None and front.muted,
        )
