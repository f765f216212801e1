"""Times that were given up, offered to who waits: one person at a time, and held for them.

An offer holds its time by the rule that holds a caller's (`holds`), so nobody else is given it
while somebody is called; when the hold has run out the time is anybody's again, and booking it
still goes by the rule. Passed on, the time stays held until the next has it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from console.store import shifts
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.bookings import busy_times, take_time
from console.store.hold_tables import HeldTime
from console.store.holds import hold_time, let_time_go
from console.store.models import Booking
from console.store.values import BookingStatus
from console.store.waiting_tables import FreedTime, WaitingEntry, WaitingOffer
from console.store.waiting_values import EntryStatus, OfferStatus
from scripts.openings import Busy, OpenTime
from scripts.waiting import Wish

AROUND: Final = timedelta(hours=12)  # how far a time's neighbours are looked at
MOST: Final = 500  # who wait at one practice and are asked whether a time is theirs


@dataclass(frozen=True, slots=True)
class Freed:
    """A time that was given up, and who held it until now ("" for nobody)."""

    id: int
    practice_id: str
    time: OpenTime
    held_as: str


@dataclass(frozen=True, slots=True)
class Match:
    """A time that fits somebody: what is said of it, and by when they should have been called."""

    time: OpenTime
    sentence: str
    due_at: datetime


Fit = Callable[[Wish, OpenTime, tuple[Busy, ...]], Match | None]
"""Tells whether a wish can be met by a time that was freed, given what is taken around it."""


def freed_times(session: Session, *, practices: Iterable[str], most: int = 20) -> tuple[Freed, ...]:
    """Return times given up that nobody has looked at, the longest waiting first."""
    found = select(FreedTime).where(FreedTime.practice_id.in_(tuple(practices)))
    return tuple(map(_freed, session.scalars(found.order_by(FreedTime.id).limit(most))))


def offer_freed(session: Session, *, freed: Freed, fit: Fit, now: datetime) -> int:
    """Offer a freed time to those it fits, first come first; return how many offers were made.

    Raises `TimeTaken` where somebody was given it at this very moment: the time is to be looked
    at again then.
    """
    row = session.scalars(
        select(FreedTime).where(FreedTime.id == freed.id).with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return 0
    made = 0
    held_as = freed.held_as
    while freed.time.end > now:
        found = _first_match(session, freed, held_as, fit, now)
        if found is None:
            break
        entry, match = found
        let_time_go(session, call=held_as)
        _offer(session, entry, match, now)
        held_as = ""
        made += 1
    let_time_go(session, call=held_as)
    session.delete(row)
    session.flush()
    return made


def any_past(session: Session, *, now: datetime) -> bool:
    """Tell whether there is an offer to be closed."""
    return session.scalars(_past(now).limit(1)).first() is not None


def close_past(session: Session, *, now: datetime) -> int:
    """Close the offers whose time is past, or somebody else's; who waited for it waits on. Return
    how many there were."""
    found = session.scalars(_past(now).with_for_update(skip_locked=True)).all()
    for offer in found:
        offer.status, offer.closed_at = OfferStatus.GONE, now
        let_time_go(session, call=hold_of(offer.id))
    session.flush()
    return len(found)


def book_offer(session: Session, *, offer_id: int, person: str, at: datetime) -> int:
    """Book an open offer's time for who it is for; return the booking's id. Raises `TimeTaken`
    where its hold had run out and somebody else was given it."""
    offer = session.get_one(WaitingOffer, offer_id)
    entry = session.get_one(WaitingEntry, offer.entry_id, with_for_update=True)
    booking = Booking(
        practice_id=offer.practice_id,
        provider=offer.provider,
        appointment_type=entry.appointment_type,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        patient_name=entry.patient_name,
        callback_number=entry.callback_number,
        birth_date=entry.birth_date,
        status=BookingStatus.BOOKED,
        call_id=entry.call_id,
    )
    booking_id = take_time(session, booking, held_as=hold_of(offer.id))
    offer.booking_id = booking_id
    offer.status, offer.closed_at = OfferStatus.BOOKED, at
    entry.status, entry.closed_at = EntryStatus.BOOKED, at
    session.flush()
    note(
        session,
        event=Event.ADDED,
        person=person,
        kind="booking",
        row=booking_id,
        practice_id=offer.practice_id,
        detail="waiting_list",
        at=at,
    )
    return booking_id


def close_offer(session: Session, offer: WaitingOffer, status: OfferStatus, at: datetime) -> None:
    """End an offer that was not taken; its time stays held until the next has it."""
    offer.status, offer.closed_at = status, at
    session.add(
        FreedTime(
            practice_id=offer.practice_id,
            provider=offer.provider,
            starts_at=offer.starts_at,
            ends_at=offer.ends_at,
            held_as=hold_of(offer.id),
        )
    )
    session.flush()


def lose_offer(session: Session, *, offer_id: int, at: datetime) -> None:
    """End an offer whose time somebody else was given."""
    offer = session.get_one(WaitingOffer, offer_id)
    offer.status, offer.closed_at = OfferStatus.GONE, at
    let_time_go(session, call=hold_of(offer_id))
    session.flush()


def hold_of(offer_id: int) -> str:
    """Return what an offer's time is held as."""
    return f"offer {offer_id}"


def _past(now: datetime) -> Select[Any]:
    others = exists().where(
        Booking.practice_id == WaitingOffer.practice_id,
        Booking.provider == WaitingOffer.provider,
        Booking.status == BookingStatus.BOOKED,
        Booking.starts_at < WaitingOffer.ends_at,
        Booking.ends_at > WaitingOffer.starts_at,
    )
    return select(WaitingOffer).where(
        WaitingOffer.status == OfferStatus.OPEN, or_(WaitingOffer.starts_at <= now, others)
    )


def _first_match(
    session: Session, freed: Freed, held_as: str, fit: Fit, now: datetime
) -> tuple[WaitingEntry, Match] | None:
    busy = tuple(
        (each.provider, each.starts_at, each.ends_at)
        for each in busy_times(
            session,
            practice=freed.practice_id,
            after=freed.time.start - AROUND,
            until=freed.time.end + AROUND,
            now=now,
            besides=held_as,
        )
    )
    asked = exists().where(
        WaitingOffer.entry_id == WaitingEntry.id, WaitingOffer.status == OfferStatus.OPEN
    )
    waiting = (
        select(WaitingEntry)
        .where(
            WaitingEntry.practice_id == freed.practice_id,
            WaitingEntry.status == EntryStatus.WAITING,
            WaitingEntry.until >= (freed.time.start - AROUND).date(),  # whatever the zone
            ~asked,
        )
        .order_by(WaitingEntry.put_at, WaitingEntry.id)
        .limit(MOST)
    )
    for entry in session.scalars(waiting):
        match = fit(_wish(entry), freed.time, busy)
        if match is not None and not _was_passed(session, entry, match.time):
            return entry, match
    return None


def _was_passed(session: Session, entry: WaitingEntry, time: OpenTime) -> bool:
    """Tell whether somebody did not want this time when they were offered it."""
    passed = select(WaitingOffer.id).where(
        WaitingOffer.entry_id == entry.id,
        WaitingOffer.status == OfferStatus.PASSED,
        WaitingOffer.provider == time.provider_id,
        WaitingOffer.starts_at == time.start,
    )
    return session.scalars(passed.limit(1)).first() is not None


def _offer(session: Session, entry: WaitingEntry, match: Match, now: datetime) -> None:
    here = {each.name for each in shifts.colleagues(session, now=now, but="")}
    offer = WaitingOffer(
        entry_id=entry.id,
        practice_id=entry.practice_id,
        provider=match.time.provider_id,
        starts_at=match.time.start,
        ends_at=match.time.end,
        sentence=match.sentence,
        offered_at=now,
        due_at=match.due_at,
        owner=entry.put_by if entry.put_by in here else None,
        status=OfferStatus.OPEN,
    )
    session.add(offer)
    entry.offered += 1
    session.flush()
    hold_time(
        session,
        call=hold_of(offer.id),
        practice=entry.practice_id,
        provider=match.time.provider_id,
        starts_at=match.time.start,
        ends_at=match.time.end,
        now=now,
    )
    held = session.get_one(HeldTime, hold_of(offer.id))
    held.until = match.due_at
    session.flush()


def _wish(entry: WaitingEntry) -> Wish:
    return Wish(
        appointment_type=entry.appointment_type,
        until=entry.until,
        provider=entry.provider,
        part=entry.part,
        new_patient=entry.new_patient,
    )


def _freed(row: FreedTime) -> Freed:
    time = OpenTime(row.starts_at, row.ends_at, row.provider)
    return Freed(row.id, row.practice_id, time, row.held_as or "")
