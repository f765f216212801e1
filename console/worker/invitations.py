"""Invitations made: to a booking as it stands when the mail leaves, in the words its practice's
file and agreement permit on that day.

The same event for ever (RFC 5546 2.1.5, 3.2): moved, it is asked for again with a higher SEQUENCE;
given up, it is cancelled.
"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from console.calendars.event import CalendarBooking, invitation
from console.delivery import sealing
from console.delivery.dispatch import Dispatch, Invitation, Refused
from console.delivery.settings import DeliverySettings
from console.store import inviting
from console.store.appointments import Appointment
from console.store.outbox import Claimed
from console.store.session import Records
from scripts import phone_numbers
from scripts.delivery import Sealing
from scripts.loader import Library
from scripts.own_calendar import Told
from scripts.practice import Practice

_SAID: Final = {True: "cancelled", False: "booked"}


def take_up(session: Session, library: Library, now: datetime) -> int:
    """Put every invitation that is due into the outbox; return how many."""
    asked = {p.id: p.invitations for p in library.practices if p.invitations is not None}
    if not asked:
        return 0

    def mailbox(practice: str, provider: str) -> str | None:
        return asked[practice].mailbox_of(provider)

    whose = {name: None if each.to else tuple(each.providers) for name, each in asked.items()}
    return inviting.invite(session, practices=whose, mailbox=mailbox, now=now)


def made(
    records: Records,
    claimed: Claimed,
    library: Library,
    settings: DeliverySettings,
    now: datetime,
) -> Dispatch:
    """Return the mail of an invitation. Raises `Refused` for one that is of no use any more."""
    practice = library.by_id(claimed.practice_id or "")
    with records.session() as session:
        booked = inviting.invited_to(session, key=claimed.key)
    if practice is None or practice.invitations is None or booked is None:
        raise Refused("The booking was changed, or nobody is invited to this practice's any more.")
    if settings.mail is None:
        raise Refused("This service sends no mail. Set `[delivery.mail]` up.")
    off = booked.cancelled or inviting.takes_back(claimed.key)
    event = _event(practice, booked, off=off, now=now)
    local = booked.starts_at.astimezone(practice.zone)
    when = f"{local:%a} {local.day} {local:%b %H:%M}"
    what = f"{_SAID[off].capitalize()}: {event.provider}, {when}, ref {event.reference}."
    content = invitation(event, sender=settings.mail.sender, to=claimed.address, now=now)
    subject = f"{settings.console}: appointment {_SAID[off]}, ref {event.reference}"
    enclosed = Invitation("CANCEL" if off else "REQUEST", content)
    sealed = None
    asked = practice.invitations
    if asked.seal is Sealing.CERTIFICATE and asked.certificate is not None:
        pem = asked.certificate.encode()
        sealed = sealing.to_certificate(subject, what, pem, now, invitation=enclosed)
    return Dispatch(
        key=claimed.key,
        to=claimed.address,
        subject=subject,
        text=what,
        expires_at=claimed.expires_at,
        sealed=sealed,
        invitation=None if sealed is not None else enclosed,
    )


def _event(practice: Practice, booked: Appointment, *, off: bool, now: datetime) -> CalendarBooking:
    provider = practice.provider(booked.provider)
    return CalendarBooking(
        uid=booked.uid,
        reference=f"B{booked.booking_id}",
        starts_at=booked.starts_at,
        ends_at=booked.ends_at,
        provider=provider.full if provider is not None else booked.provider,
        sequence=booked.changes,
        cancelled=off,
        details=_details(practice, booked, now),
    )


def _details(practice: Practice, booked: Appointment, now: datetime) -> str:
    """Return what may be told beside time and reference; "" for nothing."""
    asked = practice.invitations
    today = now.astimezone(practice.zone).date()
    if asked is None or asked.seal is not Sealing.CERTIFICATE or not practice.baa_in_force(today):
        return ""
    kind = practice.appointment_type(booked.appointment_type)
    number = booked.callback_number
    said = {
        Told.PATIENT: booked.patient_name,
        Told.TYPE: kind.name if kind is not None else booked.appointment_type,
        Told.NUMBER: phone_numbers.display(number) if number else "",
    }
    return ", ".join(said[each] for each in Told if each in asked.tells and said[each])
