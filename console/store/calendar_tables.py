"""The tables of the practices' own calendars: how far each was read, and what is taken in it.

Neither holds a name or a word of anybody's: of what the practice wrote only when it is, and of
where it stands a hash.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from console.store.models import Base
from console.store.types import Moment, RowId, Slug, Words


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
