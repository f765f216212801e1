"""The engine's live calls by the ids the wire knows, each moved by the table in `softphone.calls`.

Everything here is plain data: what a call means to a client, apart from what pjsua2 holds for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from softphone.calls import CallState, Move, after, can
from softphone.errors import Refused
from softphone.pjsip.call import PhoneCall
from softphone.wire import CallSnapshot, Dialled, EndCause, Party

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
    answered_at: float | None = None
    held_at: float | None = None
    muted: bool = False
    hold_wanted: bool | None = None  # what the last offer asked for, until the far end agrees
    reoffer_at: float | None = None  # monotonic: when to offer that again
    cause: EndCause | None = None  # decided here before the dialog ended
    referred: bool = False  # a REFER is out and not yet decided

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

    @property
    def talking(self) -> bool:
        """Whether the far end has answered and not left."""
        return self.state in (CallState.ACTIVE, CallState.HELD, CallState.TRANSFERRING)

    def snapshot(self) -> CallSnapshot:
        """The call as it stands."""
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
