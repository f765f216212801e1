"""When the loudspeaker rings: while a caller waits for an answer and nobody speaks.

A receptionist who is talking is told by a beep in the ear instead (`newcomers`): a loudspeaker
would be heard by the caller they talk to.
"""

from softphone.calls import CallState
from softphone.station import Station


class LoudRinging:
    """Rings from the first look at a ringing call to the first after it was taken or has gone."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def look(self) -> None:
        """Ring or stop, as the calls stand. Cheap: it is asked at every turn of the loop."""
        audio = self._station.audio
        rings = audio.can_ring and self._somebody_rings() and not self._busy()
        if rings and not audio.ringer.sounding:
            audio.ring()
        elif audio.ringer.sounding and not rings and not audio.ring_is_tried:
            audio.ringer.stop()

    def _somebody_rings(self) -> bool:
        front = self._station.audio.front
        return any(
            line.state is CallState.RINGING
            and not line.outgoing
            and not line.ending
            and line is not front  # it is being answered
            for line in self._station.lines
        )

    def _busy(self) -> bool:
        idle = (CallState.RINGING, CallState.WAITING)
        front = self._station.audio.front
        return front is not None or any(
            line.state not in idle and not line.ending for line in self._station.lines
        )
