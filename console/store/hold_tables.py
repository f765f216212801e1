"""Times held for callers while their forms are filled."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from console.store.models import Base
from console.store.types import Moment, Slug, Words


class HeldTime(Base):
    """A provider's time, from `starts_at` up to, not including, `ends_at`, that nobody else gets.

    `uid` is the call's, which holds one time at most. A standing booking has its row here too,
    `booking` and the booking's id, written by a trigger and without an end to it: so one rule, an
    exclusion constraint (a trigger on SQLite), counts both.
    """

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        ExcludeConstraint(
            ("practice_id", "="),
            ("provider", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_holds_time_taken",
        ).ddl_if(dialect="postgresql"),
        Index(None, "practice_id", "provider", "ends_at"),
    )

    uid: Mapped[Words] = mapped_column(primary_key=True)
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    provider: Mapped[Slug]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    until: Mapped[Moment | None]  # renewed before then; None for a booking's
