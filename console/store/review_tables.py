"""Calls that are looked at again, and what was found.

Apart from the calls' own table: a call is not changed by what somebody thinks of it.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from console.quality.causes import Cause, Why
from console.store.models import Base
from console.store.secrecy.columns import SealedRow, Secret
from console.store.types import Day, Moment, RowId, Slug, Words, words


class Review(SealedRow, Base):
    """A call that is to be looked at, or was. `reviewed_at` is set with its mark and its causes."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("call_id"),
        CheckConstraint("mark >= 1 AND mark <= 5", name="mark_on_its_scale"),
        CheckConstraint(
            "(reviewed_at IS NULL) = (mark IS NULL) AND (reviewed_at IS NULL) = (reviewer IS NULL)",
            name="reviewed_with_a_mark",
        ),
        Index(None, "reviewed_at", "week"),
        Index(None, "agent", "reviewed_at"),
        Index(None, "practice_id", "local_date"),
    )

    id: Mapped[RowId]
    version: Mapped[int] = mapped_column(server_default="1")  # counts its changes
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it here
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    practice_id: Mapped[Slug | None] = mapped_column(ForeignKey("practices.id"))
    agent: Mapped[Words]  # whose call it was
    local_date: Mapped[Day]  # of the call, in the practice's time zone
    why: Mapped[Why] = mapped_column(words(Why, "why"))
    week: Mapped[Day]  # its Monday
    chosen_at: Mapped[Moment]
    reviewed_at: Mapped[Moment | None]
    reviewer: Mapped[Words | None]
    mark: Mapped[int | None]
    note = Secret[str | None]()  # the reviewer's words, which may tell of a patient
    seen_at: Mapped[Moment | None]  # when whose call it was had read it

    def sealed_row(self) -> str:
        """Return the call, of which there is one review."""
        return str(self.call_id)


class ReviewCause(Base):
    """One thing that went wrong with a call."""

    __tablename__ = "review_causes"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), primary_key=True)
    cause: Mapped[Cause] = mapped_column(words(Cause, "cause"), primary_key=True)
