"""Three-way conference: two far ends and the desk, mixed in the engine's own bridge.

The two hear each other through this desk. So leaving means to connect them with each other first;
where neither of their phones lets us, the desk stays, and says so.
"""

import contextlib
import time

from softphone import wire
from softphone.calls import CallState, ConferenceMove, ConferenceState
from softphone.consults import Consults
from softphone.errors import Refused, SipFailure
from softphone.lines import Conference, Line
from softphone.station import Station
from softphone.transfers import Transfers
from softphone.wire import EndCause


class Conferences:
    """Every conference, moved by `CONFERENCE_TRANSITIONS`."""

    def __init__(self, station: Station, consults: Consults, transfers: Transfers) -> None:
        self._station = station
        self._consults = consults
        self._transfers = transfers

    # What is asked

    def merge(self, line: Line, other: Line) -> None:
        """Bring two calls together, or raise `Refused`."""
        if line is other:
            raise Refused("A conference takes two calls.")
        consult = line.consult if line.consult is other.consult else None
        for one in (line, other):
            if one.state not in (CallState.ACTIVE, CallState.HELD):
                raise Refused("Both calls must have been answered before they can be joined.")
            if consult is None:
                one.require_alone()
        if consult is not None:
            self._consults.merge(consult)
        conference = line.conference = other.conference = Conference(line, other)
        self._tell(conference)
        self._gather(conference)

    def hold(self, line: Line) -> None:
        """Put both on hold, or raise `Refused`."""
        conference = _conference_of(line)
        conference.require(ConferenceMove.HOLD)
        for one in (conference.first, conference.second):
            self._station.set_aside(one)

    def resume(self, line: Line) -> None:
        """Take both off hold, or raise `Refused`."""
        conference = _conference_of(line)
        conference.require(ConferenceMove.RESUME)
        conference.move(ConferenceMove.RESUME)
        self._tell(conference)
        self._gather(conference)

    def split(self, line: Line) -> None:
        """Keep one and hold the other, or raise `Refused`."""
        conference = _conference_of(line)
        conference.require(ConferenceMove.SPLIT)
        conference.move(ConferenceMove.SPLIT)
        self._over(conference)
        self._station.take_front(line)

    def leave(self, line: Line) -> None:
        """Connect the two with each other, or raise `Refused`."""
        conference = _conference_of(line)
        conference.require(ConferenceMove.LEAVE)
        self._refer(conference, line, last_try=False)
        conference.move(ConferenceMove.LEAVE)
        self._tell(conference)

    # What happened

    def settled(self, line: Line) -> None:
        """A call's hold or resume has been agreed."""
        conference = line.conference
        if conference is None:
            return
        if conference.state is ConferenceState.JOINING and conference.joined:
            conference.move(ConferenceMove.BRIDGE)
            self._station.take_front(line)
            self._tell(conference)
        elif conference.state is ConferenceState.UP and conference.held:
            conference.move(ConferenceMove.HOLD)
            self._tell(conference)

    def taken_over(self, line: Line) -> bool:
        """Whether a call that has just ended was taken over by the other, as was asked."""
        conference = line.conference
        if conference is None or conference.state is not ConferenceState.LEAVING:
            return False
        return conference.other(line).referral is not None

    def ended(self, line: Line) -> None:
        """One of the two has gone."""
        conference = line.conference
        if conference is None or self.taken_over(line):
            return
        conference.move(ConferenceMove.END)
        self._over(conference)

    def _gather(self, conference: Conference) -> None:
        """Take off hold whoever is on it, and join the two and the desk."""
        self._station.take_front(conference.first)
        for one in (conference.first, conference.second):
            if one.state is CallState.HELD or one.hold_wanted:
                one.hold_wanted = False
                self._station.offer_hold(one)
        self.settled(conference.first)

    def _refer(self, conference: Conference, line: Line, *, last_try: bool) -> None:
        other = conference.other(line)
        line.require_phone().refer_to_call(other.require_phone())
        self._transfers.expect(
            line,
            lambda: self._left(conference, other),
            lambda reason: self._refused(conference, line, reason, last_try=last_try),
        )

    def _left(self, conference: Conference, other: Line) -> None:
        conference.move(ConferenceMove.END)
        self._over(conference)
        if other.state is not CallState.ENDED and not other.ending:
            other.cause = EndCause.TRANSFERRED
            self._station.end(other)

    def _refused(self, conference: Conference, line: Line, reason: str, *, last_try: bool) -> None:
        """One far end would not take the other over; perhaps the other will."""
        if conference.state is not ConferenceState.LEAVING:
            return  # one of the two went first
        other = conference.other(line)
        if other.state is CallState.ENDED:
            conference.move(ConferenceMove.END)
            self._over(conference)
            return
        if not last_try:
            with contextlib.suppress(SipFailure, Refused):  # then all stay as they are
                self._refer(conference, other, last_try=True)
                return
        conference.move(ConferenceMove.FAIL)
        self._station.take_front(line)
        self._tell(conference, f"The two could not be connected without this desk. {reason}")

    def _tell(self, conference: Conference, reason: str = "") -> None:
        first, second = conference.first.id, conference.second.id
        event = wire.ConferenceChanged(first, second, conference.state, time.time(), reason)
        self._station.tell(event)

    def _over(self, conference: Conference) -> None:
        conference.first.conference = conference.second.conference = None
        self._tell(conference)


def _conference_of(line: Line) -> Conference:
    if line.conference is None:
        raise Refused("The call is not in a conference.")
    return line.conference
