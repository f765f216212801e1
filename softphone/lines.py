"""The engine's live calls by the ids the wire knows, each moved by the table in `softphone.calls`.

Everything here is plain data: what a call means to a client, apart from what pjsua2 holds for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from softphone.calls import (
    CallState,
    ConferenceMove,
    ConferenceState,
    ConsultMove,
    ConsultState,
    Move,
    after,
    can,
    conference_after,
    conference_can,
    consult_after,
    consult_can,
)
from softphone.errors import Refused
from softphone.pjsip.call import PhoneCall
from softphone.wire import (
    NOT_ROUTED,
    CallSnapshot,
    Dialled,
    EndCause,
    Party,
    RecordingState,
    Routing,
)

_LOST_CODES = frozenset({408, 500, 502, 503, 504})  # nobody said no: the way there failed
_SENTENCES = {
    CallState.WAITING: "The caller is still waiting for a free line.",
    CallState.RINGING: "The call is still ringing; answer it first.",
    CallState.DIALLING: "The call has not been answered yet.",
    CallState.ALERTING: "The call has not been answered yet.",
    CallState.ACTIVE: "The call is already active.",
    CallState.HELD: "The call is on hold; resume it first.",
    CallState.TRANSFERRING: "The call is being transferred.",
    CallState.ENDED: "The call has ended.",
}


_CONSULT_SENTENCES = {
    ConsultState.DIALLING: "Nobody has answered yet; wait, or cancel to return to the caller.",
    ConsultState.WITH_CONSULT: "The consult is up.",
    ConsultState.WITH_CALLER: "The consult is on hold.",
    ConsultState.COMPLETING: "The caller is being transferred already.",
    ConsultState.OVER: "The consult is over.",
}
_CONFERENCE_SENTENCES = {
    ConferenceState.JOINING: "The conference is still coming together.",
    ConferenceState.UP: "The conference is up.",
    ConferenceState.HELD: "The conference is on hold; resume it first.",
    ConferenceState.LEAVING: "The two are being connected with each other already.",
    ConferenceState.OVER: "The conference is over.",
}


@dataclass(frozen=True, slots=True)
class Referral:
    """A REFER of ours that is out and not yet decided."""

    due: float  # monotonic: when it is given up
    succeeded: Callable[[], None]
    failed: Callable[[str], None]  # with a sentence


@dataclass(slots=True, eq=False)
class Consult:
    """A caller, and somebody who is asked about them."""

    caller: "Line"
    consulted: "Line"
    state: ConsultState = ConsultState.DIALLING

    def move(self, move: ConsultMove) -> None:
        """Go where the table says; `IllegalMove` otherwise."""
        self.state = consult_after(self.state, move)

    def require(self, move: ConsultMove) -> None:
        """Raise `Refused` with a sentence where the table does not allow the move."""
        if not consult_can(self.state, move):
            raise Refused(_CONSULT_SENTENCES[self.state])


@dataclass(slots=True, eq=False)
class Conference:
    """Two far ends and the desk."""

    first: "Line"
    second: "Line"
    state: ConferenceState = ConferenceState.JOINING

    def move(self, move: ConferenceMove) -> None:
        """Go where the table says; `IllegalMove` otherwise."""
        self.state = conference_after(self.state, move)

    def require(self, move: ConferenceMove) -> None:
        """Raise `Refused` with a sentence where the table does not allow the move."""
        if not conference_can(self.state, move):
            raise Refused(_CONFERENCE_SENTENCES[self.state])

    def other(self, line: "Line") -> "Line":
        """Return the other of the two."""
        return self.second if line is self.first else self.first

    @property
    def joined(self) -> bool:
        """Whether neither of the two is on hold or on the way there or back."""
        both = (self.first, self.second)
        return all(x.state is CallState.ACTIVE and x.hold_wanted is None for x in both)

    @property
    def held(self) -> bool:
        """Whether both are on hold."""
        return self.first.state is CallState.HELD and self.second.state is CallState.HELD


@dataclass(slots=True, eq=False)
class Line:
    """One call, from its wait or ring to its end."""

    id: str
    state: CallState
    outgoing: bool
    offered_at: float
    due: float  # monotonic: when an unanswered call is given up
    phone: PhoneCall | None = None
    caller: Party = field(default_factory=Party)
    dialled: Dialled = field(default_factory=Dialled)
    sip_call_id: str = ""
    pbx_call_id: str = ""
    routing: Routing = NOT_ROUTED
    answered_at: float | None = None
    held_at: float | None = None
    muted: bool = False
    hold_wanted: bool | None = None  # what the last offer asked for, until the far end agrees
    reoffer_at: float | None = None  # monotonic: when to offer that again
    cause: EndCause | None = None  # decided here before the dialog ended
    referral: Referral | None = None
    consult: Consult | None = None
    conference: Conference | None = None
    held_since: float | None = None  # monotonic
    recording: str = ""
    recording_state: RecordingState | None = None

    def move(self, move: Move) -> None:
        """Go where the table says; `IllegalMove` otherwise."""
        self.state = after(self.state, move)

    def require(self, move: Move) -> None:
        """Raise `Refused` with a sentence where the table does not allow the move."""
        if not can(self.state, move):
            raise Refused(_SENTENCES[self.state])

    def require_phone(self) -> PhoneCall:
        """Return the dialog, or raise `Refused` for a caller still waiting in the guard."""
        if self.phone is None:
            raise Refused(_SENTENCES[CallState.WAITING])
        return self.phone

    def require_alone(self) -> None:
        """Raise `Refused` where the call is tied to another, or on its way to somebody else."""
        if self.referral is not None:
            raise Refused(_SENTENCES[CallState.TRANSFERRING])
        if self.consult is not None:
            raise Refused(
                "Somebody is being asked about this call; complete the transfer or cancel it first."
            )
        if self.conference is not None:
            raise Refused("The call is in a conference; split it first.")

    @property
    def ending(self) -> bool:
        """Whether this desk has already decided that it ends."""
        return self.cause is not None

    @property
    def talking(self) -> bool:
        """Whether the far end has answered and not left."""
        return self.state in (CallState.ACTIVE, CallState.HELD, CallState.TRANSFERRING)

    def snapshot(self) -> CallSnapshot:
        """The call as it stands."""
        consult, conference = self.consult, self.conference
        asks = consult is not None and consult.consulted is self
        return CallSnapshot(
            call=self.id,
            state=self.state,
            outgoing=self.outgoing,
            caller=self.caller,
            dialled=self.dialled,
            offered_at=self.offered_at,
            answered_at=self.answered_at,
            held_at=self.held_at,
            muted=self.muted,
            sip_call_id=self.sip_call_id,
            pbx_call_id=self.pbx_call_id,
            routing=self.routing,
            consult_of=consult.caller.id if consult is not None and asks else "",
            consult=consult.state if consult is not None else None,
            conference_with=conference.other(self).id if conference is not None else "",
            conference=conference.state if conference is not None else None,
            recording=self.recording,
            recording_state=self.recording_state,
        )


class Lines:
    """All live calls."""

    def __init__(self) -> None:
        self._by_id: dict[str, Line] = {}

    def __iter__(self) -> Iterator[Line]:
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, line: Line) -> Line:
        """Take a line in."""
        self._by_id[line.id] = line
        return line

    def remove(self, line: Line) -> None:
        """Let an ended line go."""
        self._by_id.pop(line.id, None)

    def get(self, call: str) -> Line | None:
        """Return the line of an id."""
        return self._by_id.get(call)

    def need(self, call: str) -> Line:
        """Return the line of an id, or raise `Refused`."""
        line = self._by_id.get(call)
        if line is None:
            raise Refused("There is no such call; it may have ended.")
        return line

    def of(self, phone: PhoneCall | None) -> Line | None:
        """Return the line a dialog belongs to."""
        if phone is None:
            return None
        return next((line for line in self._by_id.values() if line.phone is phone), None)


def end_cause(line: Line, code: int) -> tuple[EndCause, int]:
    """Return why a dialog's end ended the call, and the code clients are told (0 for a BYE)."""
    shown = 0 if 200 <= code < 300 else code
    if line.cause is not None:
        return line.cause, shown
    match line.state:
        case CallState.WAITING | CallState.RINGING:
            return (EndCause.ABANDONED if code == 487 else EndCause.LOST), shown
        case CallState.DIALLING | CallState.ALERTING:
            return (EndCause.LOST if code in _LOST_CODES else EndCause.REFUSED), shown
        case _:
            return (EndCause.CALLER if shown == 0 else EndCause.LOST), shown
