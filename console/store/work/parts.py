"""What comes with a call: the parts that several pieces of work are made of."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import msgspec

from console.store.values import AnswerStatus, EscalationStatus, FlagAction, MessageKind, Priority

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


def _forwards(start: datetime, end: datetime) -> None:
    if end <= start:
        raise Inconsistent("a booking ends after it starts")


class Work(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """One thing to be written, known by `uid`: the call's, the draft's or the callback's."""

    uid: str

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.uid}>"
