"""The tables of the practices' own calendars: how far each was read, what is taken in it, and which
bookings stand in it.

None holds a name or a word of anybody's: of what the practice wrote only when it is, and of
where it stands a hash.
"""

from enum import StrEnum, unique

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from console.store.models import Base
from console.store.types import Moment, RowId, Slug, Words, words


class CalendarRow(Base):
    """One calendar of a practice's: that of a provider, or with "" that of everybody else."""

    __tablename__ = "calendars"
    __table_args__ = (
        UniqueConstraint("practice_id", "provider"),
        CheckConstraint("tries >= 0", name="tries_counted"),
        CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)", name="claimed_until_a_time"
        ),
        Index(None, "next_at"),
    )

    id: Mapped[RowId]
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    provider: Mapped[Slug]
    settings: Mapped[Words]  # a hash of what the practice's file says of it
    token: Mapped[Words | None]  # of the state it was last read in
    read_at: Mapped[Moment | None]  # when it was last known to stand as it does here
    whole_at: Mapped[Moment | None]  # when it was last read whole
    failing_since: Mapped[Moment | None]
    trouble: Mapped[Words | None]  # a sentence of ours
    tries: Mapped[int]  # that failed, since it was last read
    next_at: Mapped[Moment | None]  # None: the practice has it no longer
    claimed_by: Mapped[Words | None]
    claimed_until: Mapped[Moment | None]


class CalendarBusy(Base):
    """Time of a provider's that is taken in the practice's calendar. `booking_id` is that of the
    booking whose event the practice has put there."""

    __tablename__ = "calendar_busy"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "practice_id", "provider", "ends_at"),
        Index(None, "calendar_id", "object"),
        Index(None, "booking_id"),
    )

    id: Mapped[RowId]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    provider: Mapped[Slug]
    object: Mapped[Words]  # a hash of where it stands; "" in a feed
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))


@unique
class EventStatus(StrEnum):
    """How a booking stands in the practice's calendar."""

    PENDING = "pending"  # to be written
    WRITTEN = "written"  # and read back
    THEIRS = "theirs"  # the practice changed it since: a person settles it
    ENDED = "ended"  # over


class CalendarEvent(Base):
    """A booking's event in a calendar, with the same uid for as long as it lasts there.

    `wanted` counts what the booking has become; `written` is the one that was last read back, with
    its times as they were last seen there.
    """

    __tablename__ = "calendar_events"
    __table_args__ = (
        UniqueConstraint("uid"),
        UniqueConstraint("booking_id"),
        CheckConstraint("wanted >= 0 AND tries >= 0", name="counted"),
        CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)", name="claimed_until_a_time"
        ),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="seen_with_both_ends"),
        Index(None, "status", "next_at"),
        Index(None, "calendar_id", "object"),
    )

    id: Mapped[RowId]
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("bookings.id"))
    uid: Mapped[Words]
    object: Mapped[Words]  # a hash of where it stands
    status: Mapped[EventStatus] = mapped_column(words(EventStatus, "status"))
    wanted: Mapped[int]
    cancelled: Mapped[bool]  # whether it is to be
    written: Mapped[int | None]
    starts_at: Mapped[Moment | None]
    ends_at: Mapped[Moment | None]
    since: Mapped[Moment]  # it is to be as it is wanted
    tries: Mapped[int]
    trouble: Mapped[Words | None]  # a sentence of ours
    next_at: Mapped[Moment]
    claimed_by: Mapped[Words | None]
    claimed_until: Mapped[Moment | None]
