"""The waiting list: who waits for a time, times given up that nobody has looked at yet, and the
times offered to those who wait."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from console.store.models import Base
from console.store.secrecy.columns import SealedPart, Secret, SecretDay
from console.store.secrecy.sealed import Sealer
from console.store.types import Day, Moment, RowId, Slug, Words, words
from console.store.waiting_values import EntryStatus, OfferStatus
from scripts.waiting import PartOfDay


class WaitingEntry(SealedPart, Base):
    """Somebody who waits for a time. `phi` tells that there are `wishes`, the caller's words."""

    __tablename__ = "waiting_list"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("put_by <> ''", name="put_by_somebody"),
        CheckConstraint("(status = 'waiting') = (closed_at IS NULL)", name="closed_has_time"),
        Index(None, "practice_id", "status", "put_at"),
        Index(None, "practice_id", "callback_key"),
        Index(None, "practice_id", "patient_key"),
        Index(None, "call_id"),
    )

    id: Mapped[RowId]
    uid: Mapped[Words]
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    appointment_type: Mapped[Slug]
    provider: Mapped[Slug | None]  # None for any
    part: Mapped[PartOfDay] = mapped_column(words(PartOfDay, "part"))
    until: Mapped[Day]  # the last day on which the time is still wanted
    new_patient: Mapped[bool]
    patient_name = Secret[str]()
    patient_key: Mapped[bytes | None]
    callback_number = Secret[str]()
    callback_key: Mapped[bytes | None]
    birth_date = SecretDay()
    wishes = Secret[str | None]()
    phi: Mapped[bool]
    put_at: Mapped[Moment]
    put_by: Mapped[Words]
    status: Mapped[EntryStatus] = mapped_column(words(EntryStatus, "status"))
    closed_at: Mapped[Moment | None]
    offered: Mapped[int]  # how many times: two who offer at once change one row

    def index(self, session: Session, vault: Sealer) -> None:
        """Have the entry found by number and by name."""
        self.callback_key = vault.phone(
            session, self.practice_id, self.callback_number, self.sealed_with
        )
        self.patient_key = vault.name(
            session, self.practice_id, self.patient_name, self.sealed_with
        )


class FreedTime(Base):
    """A provider's time that was given up while somebody of the practice's waits: written by a
    trigger of `holds`, whoever let it go, and taken away once it has been looked at."""

    __tablename__ = "freed_times"

    id: Mapped[RowId]
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    provider: Mapped[Slug]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    held_as: Mapped[Words | None]  # the hold that keeps it while the next is looked for


class WaitingOffer(Base):
    """A time that is free for somebody who waits, and held for them while they are called. Nothing
    of a caller's is in it; who it is stands in the list."""

    __tablename__ = "waiting_offers"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(status = 'open') = (closed_at IS NULL)", name="closed_has_time"),
        CheckConstraint(
            "(status = 'booked') = (booking_id IS NOT NULL)", name="booked_has_booking"
        ),
        Index(None, "status", "offered_at"),
        Index(None, "practice_id", "provider", "starts_at"),
        Index(None, "entry_id"),
    )

    id: Mapped[RowId]
    entry_id: Mapped[int] = mapped_column(ForeignKey("waiting_list.id"))
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    provider: Mapped[Slug]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    sentence: Mapped[Words]  # ours
    offered_at: Mapped[Moment]
    due_at: Mapped[Moment]  # held for them until then
    owner: Mapped[Words | None]
    status: Mapped[OfferStatus] = mapped_column(words(OfferStatus, "status"))
    closed_at: Mapped[Moment | None]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))
