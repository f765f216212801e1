"""The tables of what leaves the desk: dispatches, each attempt at one, escalations under way with
their time-line, and what a person has to look at.

None of them holds health details or a caller's name: a page has none, and a letter's content is
read from its message when it is sealed.
"""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from console.escalation.ladder import Stage
from console.store.models import Base
from console.store.outbox_values import AttemptOutcome, DispatchStatus, TaskKind
from console.store.types import Moment, RowId, Slug, Words, words


class DispatchRow(Base):
    """One thing for one address by one channel. `key` is the same at every attempt."""

    __tablename__ = "dispatches"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)", name="claimed_until_a_time"
        ),
        Index(None, "status", "next_at"),
        Index(None, "escalation_id"),
        Index(None, "message_id"),
        Index(None, "booking_id"),
        Index(None, "address", "slot"),
    )

    id: Mapped[RowId]
    key: Mapped[Words]
    practice_id: Mapped[Slug | None] = mapped_column(ForeignKey("practices.id"))
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalations.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))
    channel: Mapped[Words]
    address: Mapped[Words]
    subject: Mapped[Words]
    text: Mapped[Words]  # what may be read on the way
    slot: Mapped[int | None]  # the number a reply names it by, for each address
    urgent: Mapped[bool]
    created_at: Mapped[Moment]
    next_at: Mapped[Moment]
    expires_at: Mapped[Moment | None]
    status: Mapped[DispatchStatus] = mapped_column(words(DispatchStatus, "status"))
    attempts: Mapped[int]
    claimed_by: Mapped[Words | None]
    claimed_until: Mapped[Moment | None]
    reference: Mapped[Words | None]  # the peer's own name for it
    settled_at: Mapped[Moment | None]


class Attempt(Base):
    """One try at a dispatch. Without an outcome it is under way, or its worker died in it."""

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("dispatch_id", "number"),)

    id: Mapped[RowId]
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatches.id"))
    number: Mapped[int]
    worker: Mapped[Words]
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    outcome: Mapped[AttemptOutcome | None] = mapped_column(words(AttemptOutcome, "outcome"))
    detail: Mapped[Words | None]  # a sentence of ours


class Pursuit(Base):
    """An escalation under way: the ladder as signed when it was opened, and where it stands."""

    __tablename__ = "pursuits"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index(None, "next_at"),
        CheckConstraint("(stage = 'closed') = (next_at IS NULL)", name="never_silent"),
    )

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalations.id"), primary_key=True)
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    reference: Mapped[Words]
    ladder: Mapped[dict[str, Any]] = mapped_column(JSON())
    stage: Mapped[Stage] = mapped_column(words(Stage, "stage"))
    turn: Mapped[int]
    taken: Mapped[int]
    asked: Mapped[int]
    asked_at: Mapped[Moment | None]
    ahead_s: Mapped[float]
    provider: Mapped[Words]  # who has taken it, "" for nobody yet
    opened_at: Mapped[Moment]
    since: Mapped[Moment]
    next_at: Mapped[Moment | None]


class TimelineEntry(Base):
    """One line of an escalation's time-line: only ever added."""

    __tablename__ = "timeline"
    __table_args__ = (
        UniqueConstraint("escalation_id", "key"),
        Index(None, "escalation_id", "at"),
    )

    id: Mapped[RowId]
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalations.id"))
    key: Mapped[Words]  # the deed's own, so that none stands twice
    at: Mapped[Moment]
    what: Mapped[Words]
    whom: Mapped[Words]
    by: Mapped[Words]  # the channel, or the person who did it
    detail: Mapped[Words]


class Task(Base):
    """Something a person has to look at. `sentence` is ours and holds nothing of a caller."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="done_by_somebody"),
        Index(None, "done_at", "created_at"),
    )

    id: Mapped[RowId]
    key: Mapped[Words]
    kind: Mapped[TaskKind] = mapped_column(words(TaskKind, "kind"))
    practice_id: Mapped[Slug | None] = mapped_column(ForeignKey("practices.id"))
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalations.id"))
    dispatch_id: Mapped[int | None] = mapped_column(ForeignKey("dispatches.id"))
    sentence: Mapped[Words]
    urgent: Mapped[bool]
    created_at: Mapped[Moment]
    owner: Mapped[Words | None]
    done_at: Mapped[Moment | None]
    done_by: Mapped[Words | None]
