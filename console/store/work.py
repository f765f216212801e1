"""What the desk hands to the records: frozen, complete, and able to wait in a file.

Each piece of work carries the call's own `uid` and everything needed to write it, so that it can
be written twice, late, or after its neighbours, and still leave the same rows. None of them shows
its contents in a `repr`: names, numbers and health details stay out of logs and tracebacks.

Times are aware datetimes. A record whose parts contradict each other raises `Inconsistent`: that
is the desk's bug, and is found where the record is made.
"""

from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

import msgspec

from console.store.audit.events import Event, no_code
from console.store.board_values import BoardAct, ItemKind
from console.store.values import (
    AnswerStatus,
    CallbackReason,
    Consent,
    Direction,
    EscalationStatus,
    FlagAction,
    MessageKind,
    Priority,
)
from scripts.calltypes import CallType, Mode, Outcome
from softphone.wire import EndCause

Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Inconsistent(ValueError):
    """A record contradicts itself: a bug of the desk's."""


class Part(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Something that comes with a call."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class FormAnswer(Part, frozen=True, kw_only=True):
    """One question of the form: the caller's words, the coded value, how it came to be there."""

    link_id: str
    text: str
    value: str | None = None
    status: AnswerStatus = AnswerStatus.ASKED
    phi: bool = False


class NewBooking(Part, frozen=True, kw_only=True, tag="new_booking"):
    """A provider's time, from `starts_at` up to, not including, `ends_at`."""

    provider: str
    appointment_type: str
    starts_at: Moment
    ends_at: Moment
    patient_name: str
    callback_number: str | None = None
    birth_date: date | None = None

    def __post_init__(self) -> None:
        _forwards(self.starts_at, self.ends_at)


class Reschedule(Part, frozen=True, kw_only=True, tag="reschedule"):
    """A booking moved; `provider` None keeps the provider, `callback_number` None the number."""

    booking_id: int
    starts_at: Moment
    ends_at: Moment
    provider: str | None = None
    callback_number: str | None = None

    def __post_init__(self) -> None:
        _forwards(self.starts_at, self.ends_at)


class Cancellation(Part, frozen=True, kw_only=True, tag="cancellation"):
    """A booking given up."""

    booking_id: int


class NewMessage(Part, frozen=True, kw_only=True):
    """A message for the practice. `recipient` is a person or team in the practice's own words."""

    kind: MessageKind
    recipient: str
    reason: str
    priority: Priority = Priority.ROUTINE
    due_at: Moment | None = None
    patient_name: str | None = None
    caller_name: str | None = None
    callback_number: str | None = None
    owner: str | None = None
    phi: bool = False


class NewEscalation(Part, frozen=True, kw_only=True):
    """A provider to be reached. `owner` is the agent who sees it through; nobody is no owner."""

    provider: str
    reason: str
    owner: str
    opened_at: Moment
    callback_number: str | None = None
    status: EscalationStatus = EscalationStatus.OPEN
    phi: bool = False


class RedFlagShown(Part, frozen=True, kw_only=True):
    """A red flag by its rule's id, and what was done with it."""

    rule: str
    action: FlagAction
    at: Moment


class ReadFact(Part, frozen=True, kw_only=True):
    """An answer of the practice's own, by its id, read to the caller."""

    fact: str
    at: Moment


BookingChange: TypeAlias = NewBooking | Reschedule | Cancellation


class Work(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """One thing to be written, known by `uid`: the call's, the draft's or the callback's."""

    uid: str

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.uid}>"


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


class OwedCallback(Work, frozen=True, kw_only=True, tag="owed_callback"):
    """A caller who did not get through. `uid` is the callback's own; the call's will do."""

    since: Moment
    why: CallbackReason
    number: str | None = None
    practice_id: str | None = None
    call_uid: str | None = None
    owner: str | None = None  # the agent who was on the line when the caller was lost


class DoneCallback(Work, frozen=True, kw_only=True, tag="done_callback"):
    """A call back that has been made, by the callback's `uid`. `seen` is the version its row had
    when it was taken up."""

    at: Moment
    agent: str | None = None
    seen: int | None = None


class PutThrough(Work, frozen=True, kw_only=True, tag="put_through"):
    """The caller of an escalated call, by the call's `uid`, now speaks with the provider."""

    at: Moment


class OpenedEscalation(Work, frozen=True, kw_only=True, tag="opened_escalation"):
    """A provider is to be reached while the call goes on: on record, and pursued, before anybody is
    dialled. `uid` is the call's; `ladder` what `console.escalation.kept.ladder_record` makes."""

    practice_id: str
    offered_at: Moment
    escalation: NewEscalation
    reference: str
    ladder: dict[str, Any]
    direction: Direction = Direction.INCOMING
    call_type: CallType | None = None


class NotedReach(Work, frozen=True, kw_only=True, tag="noted_reach"):
    """A line of the time-line of a call's escalation, by the call's `uid`; each `key` once."""

    key: str
    what: str
    whom: str
    at: Moment
    by: str = ""
    detail: str = ""


class TakenEscalation(Work, frozen=True, kw_only=True, tag="taken_escalation"):
    """Somebody pressed 1: they have taken the escalation of a call, by the call's `uid`; or, where
    it is `passed_on`, they cannot after all, and the ladder goes on with the next."""

    provider: str
    whom: str
    at: Moment
    by: str = ""
    passed_on: bool = False


class SavedDraft(Work, frozen=True, kw_only=True, tag="saved_draft"):
    """A form as it stands. `record` is what the interview needs to go on: plain JSON values."""

    call_uid: str
    updated_at: Moment
    record: dict[str, Any]
    practice_id: str | None = None
    caller_number: str | None = None
    call_type: CallType | None = None


class DroppedDraft(Work, frozen=True, kw_only=True, tag="dropped_draft"):
    """A form nobody will go on with."""


class NotedDeed(Part, frozen=True, kw_only=True):
    """Something somebody did, for the audit; see `console.store.audit.note`. It has no name of a
    caller, no number and no word of theirs."""

    event: Event
    kind: str = ""
    row: str = ""
    practice_id: str | None = None
    detail: str = ""

    def __post_init__(self) -> None:
        if wrong := no_code(kind=self.kind, row=self.row, detail=self.detail):
            raise Inconsistent(f"the audit takes only a code as its {wrong}")


class Noted(Work, frozen=True, kw_only=True, tag="noted"):
    """What somebody did at one moment that changes no row: saw, searched, signed in."""

    at: Moment
    person: str | None
    deeds: tuple[NotedDeed, ...]


class SavedPracticeDraft(Work, frozen=True, kw_only=True, tag="saved_practice_draft"):
    """A practice's script as somebody is editing it; `uid` is its practice and author."""

    practice_id: str
    author: str
    text: str
    based_on: int | None
    updated_at: Moment


class DroppedPracticeDraft(Work, frozen=True, kw_only=True, tag="dropped_practice_draft"):
    """An edition that was saved or thrown away at a moment."""

    practice_id: str
    author: str
    at: Moment


class AnsweredConsent(Work, frozen=True, kw_only=True, tag="answered_consent"):
    """A caller said whether the call may be recorded, after words of this version were read under
    this law. `uid` is the recording's own, `wrapped_key` what its file will be sealed with."""

    call_uid: str
    practice_id: str
    consent: Consent
    at: Moment
    law: str
    version: str
    agent: str | None = None
    wrapped_key: str | None = None

    def __post_init__(self) -> None:
        if (self.wrapped_key is None) == (self.consent is Consent.GIVEN):
            raise Inconsistent("a key goes with a consent, and with nothing else")


class RecordingPause(Part, frozen=True, kw_only=True):
    """From when to when nothing was recorded, and why: `asked`, `sensitive` or `held`."""

    at: Moment
    until: Moment
    why: str


class EndedRecording(Work, frozen=True, kw_only=True, tag="ended_recording"):
    """A recording is over. `size` in bytes; `sha256` of the whole file, "" where it could not be
    finished; `reason` where it ended by itself."""

    at: Moment
    seconds: float | None = None  # None where the engine did not live to say
    size: int | None = None
    sha256: str = ""
    reason: str = ""
    pauses: tuple[RecordingPause, ...] = ()


class DidOnBoard(Work, frozen=True, kw_only=True, tag="did_on_board"):
    """What a person did to unfinished work. `seen` is how it stood for them (`BoardItem.seen`);
    `to` names a colleague, or the provider whose id is `provider`; `until` goes with a hold."""

    item: ItemKind
    row: int
    act: BoardAct
    at: Moment
    person: str
    seen: str = ""
    to: str = ""
    provider: str = ""
    until: Moment | None = None

    def __post_init__(self) -> None:
        if not self.person:
            raise Inconsistent("a deed has somebody who did it")
        if (self.act is BoardAct.HOLD) != (self.until is not None):
            raise Inconsistent("a hold has an end, and nothing else has")
        if self.act is BoardAct.HAND and not self.to:
            raise Inconsistent("an item is handed to somebody")
        if (self.act is BoardAct.ACKNOWLEDGE) != bool(self.provider):
            raise Inconsistent("an acknowledgement is a provider's, and nothing else is")


class AmendedMessage(Work, frozen=True, kw_only=True, tag="amended_message"):
    """A message worded anew. `seen` is how often it had been amended when its author read it."""

    message_id: int
    seen: int
    at: Moment
    person: str
    reason: str
    patient_name: str | None = None
    caller_name: str | None = None
    callback_number: str | None = None

    def __post_init__(self) -> None:
        if not (self.reason.strip() and self.person):
            raise Inconsistent("an amended message says something, and has somebody who did it")


AnyWork: TypeAlias = (
    OpenedCall
    | AnsweredCall
    | ClosedCall
    | MeasuredCall
    | FinishedCall
    | OwedCallback
    | DoneCallback
    | PutThrough
    | OpenedEscalation
    | NotedReach
    | TakenEscalation
    | SavedDraft
    | DroppedDraft
    | Noted
    | SavedPracticeDraft
    | DroppedPracticeDraft
    | AnsweredConsent
    | EndedRecording
    | DidOnBoard
    | AmendedMessage
)

_BOOKING_OF: dict[Outcome, type[BookingChange]] = {
    Outcome.BOOKED: NewBooking,
    Outcome.RESCHEDULED: Reschedule,
    Outcome.CANCELLED: Cancellation,
}

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyWork] = msgspec.json.Decoder(AnyWork)


def encode(work: AnyWork) -> bytes:
    """Return the work as one line of JSON without its newline.

    It is read back before it is trusted, so that what could not be replayed later raises
    `msgspec.ValidationError` now, while the form is still on the screen.
    """
    line = _encoder.encode(work)
    _decoder.decode(line)
    return line


def decode(line: bytes) -> AnyWork:
    """Read a line, or raise `msgspec.DecodeError` with what is wrong."""
    return _decoder.decode(line)


def _forwards(start: datetime, end: datetime) -> None:
    if end <= start:
        raise Inconsistent("a booking ends after it starts")
