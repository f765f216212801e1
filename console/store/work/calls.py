"""A call, from its first ring to its finished form, and the callers who are owed a call."""

from console.store.values import CallbackReason, Direction
from console.store.work.parts import (
    BookingChange,
    Cancellation,
    FormAnswer,
    Inconsistent,
    Moment,
    NewBooking,
    NewEscalation,
    NewMessage,
    ReadFact,
    RedFlagShown,
    Reschedule,
    Work,
)
from scripts.calltypes import CallType, Mode, Outcome
from softphone.wire import EndCause


class OpenedCall(Work, frozen=True, kw_only=True, tag="opened_call"):
    """A call that rings here, or waits for a line (`waiting_since`, `offered_at` None)."""

    offered_at: Moment | None = None
    waiting_since: Moment | None = None
    dialled_number: str | None = None
    caller_number: str | None = None
    practice_id: str | None = None
    mode: Mode | None = None
    direction: Direction = Direction.INCOMING
    sip_call_id: str | None = None
    pbx_call_id: str | None = None

    def __post_init__(self) -> None:
        if self.offered_at is None and self.waiting_since is None:
            raise Inconsistent("a call is opened when it rings or begins to wait")


class AnsweredCall(Work, frozen=True, kw_only=True, tag="answered_call"):
    """A call that is up."""

    at: Moment
    agent: str | None = None


class ClosedCall(Work, frozen=True, kw_only=True, tag="closed_call"):
    """A call that is over. One abandoned before the answer gets that outcome, unless finished."""

    at: Moment
    cause: EndCause
    held_s: float = 0.0  # on hold, all together


class MeasuredCall(Work, frozen=True, kw_only=True, tag="measured_call"):
    """How a call sounded at this desk: the E-model's score (ITU-T G.107), 1 to 4.5, and what it
    was reckoned from. `round_trip_ms` is 0 where the far end sent no RTCP."""

    mos: float
    jitter_ms: float
    loss_percent: float
    loss_out_percent: float
    round_trip_ms: float
    codec: str


class FinishedCall(Work, frozen=True, kw_only=True, tag="finished_call"):
    """A finished form and everything that came of it: one transaction.

    The outcome says what must be there: BOOKED a `NewBooking`, RESCHEDULED a `Reschedule`,
    CANCELLED a `Cancellation`, MESSAGE a message, ESCALATED an escalation; a booking comes with no
    other outcome. A message or an escalation may come with any. A booking or an escalation needs a
    practice. `ended_at` and `end_cause` stay None while the caller is still there: `ClosedCall`
    brings them. `drafts` of this call are deleted with it.
    """

    outcome: Outcome
    offered_at: Moment
    finished_at: Moment
    call_type: CallType | None = None
    practice_id: str | None = None
    dialled_number: str | None = None
    caller_number: str | None = None
    mode: Mode | None = None
    direction: Direction = Direction.INCOMING
    waiting_since: Moment | None = None
    answered_at: Moment | None = None
    ended_at: Moment | None = None
    end_cause: EndCause | None = None
    agent: str | None = None
    script_version: str | None = None
    sip_call_id: str | None = None
    pbx_call_id: str | None = None
    answers: tuple[FormAnswer, ...] = ()
    booking: BookingChange | None = None
    message: NewMessage | None = None
    escalation: NewEscalation | None = None
    red_flags: tuple[RedFlagShown, ...] = ()
    facts_read: tuple[ReadFact, ...] = ()

    def __post_init__(self) -> None:
        if _BOOKING_OF.get(self.outcome, type(None)) is not type(self.booking):
            raise Inconsistent(f"{self.outcome} does not go with {self.booking!r}")
        if self.outcome is Outcome.MESSAGE and self.message is None:
            raise Inconsistent("a call that ends as a message needs the message")
        if self.outcome is Outcome.ESCALATED and self.escalation is None:
            raise Inconsistent("a call that ends escalated needs the escalation")
        if self.practice_id is None and (self.booking or self.escalation):
            raise Inconsistent("a booking or an escalation needs a practice")
        if len({answer.link_id for answer in self.answers}) < len(self.answers):
            raise Inconsistent("a question was answered twice")

    @property
    def has_phi(self) -> bool:
        """Tell whether anything here is a health detail."""
        parts = (*self.answers, self.message, self.escalation)
        return any(part.phi for part in parts if part is not None)


_BOOKING_OF: dict[Outcome, type[BookingChange]] = {
    Outcome.BOOKED: NewBooking,
    Outcome.RESCHEDULED: Reschedule,
    Outcome.CANCELLED: Cancellation,
}


class OwedCallback(Work, frozen=True, kw_only=True, tag="owed_callback"):
    """A caller who did not get through. `uid` is the callback's own; the call's will do."""

    since: Moment
    why: CallbackReason
    number: str | None = None
    practice_id: str | None = None
    call_uid: str | None = None
    owner: str | None = None  # the agent who was on the line when the caller was lost
    pbx_call_id: str | None = None  # the same caller may be told of by a desk and by the queue


class DoneCallback(Work, frozen=True, kw_only=True, tag="done_callback"):
    """A call back that has been made, by the callback's `uid`. `seen` is the version its row had
    when it was taken up."""

    at: Moment
    agent: str | None = None
    seen: int | None = None
