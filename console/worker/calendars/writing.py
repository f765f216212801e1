"""One booking written into the practice's calendar: once, whatever becomes of the worker, and read
back, since a server may say yes and keep nothing.

A new event is only ever written where there is none; one that is there only in place of the very
state that was read (RFC 9110 13.1). What the practice changed itself is never written over.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Final

from console.calendars.errors import CalendarAway, CalendarError, ObjectChanged
from console.calendars.event import CalendarBooking, calendar_of
from console.calendars.ours import Standing, changed, standing
from console.store.calendar_events import ClaimedEvent, Span
from console.worker.calendars.known import OneCalendar, Password, reference
from scripts import phone_numbers
from scripts.own_calendar import Told

if TYPE_CHECKING:
    from console.calendars.caldav import CalDav, Found

NOT_KEPT: Final = "The calendar's server said yes and did not keep the event."
KEPT_OTHERWISE: Final = "The calendar's server shows the event at another time than was written."
ALL_AT_ONCE: Final = "The event is changed in the calendar again and again; it is tried later."


class Outcome(Enum):
    """What came of a writing."""

    WRITTEN = "written"  # and read back
    NOT_NOW = "not_written"
    THEIRS = "theirs"  # the practice moved it, or took it out


@dataclass(frozen=True, slots=True)
class Wrote:
    """What came of a writing: why not, and when the practice has it where it moved it."""

    outcome: Outcome
    why: str = ""
    theirs: Span | None = None


_WRITTEN: Final = Wrote(Outcome.WRITTEN)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes into one calendar's server; what the world does to it becomes an outcome."""

    password: Password
    deadline_s: float

    def write(self, calendar: OneCalendar, event: ClaimedEvent, now: datetime) -> Wrote:
        """Bring an event to how its booking is."""
        from console.calendars.caldav import CalDav  # noqa: PLC0415 - an extra

        booking = told_of(calendar, event, now)
        try:
            with calendar.door(self.password, self.deadline_s) as door:
                return _Writing(CalDav(calendar.url, door), calendar, event, booking, now).bring()
        except CalendarError as error:
            return Wrote(Outcome.NOT_NOW, error.message)


@dataclass(frozen=True, slots=True)
class _Writing:
    server: "CalDav"
    calendar: OneCalendar
    event: ClaimedEvent
    booking: CalendarBooking
    now: datetime

    @property
    def path(self) -> str:
        return self.server.path_of(self.event.uid)

    def bring(self) -> Wrote:
        if self.event.seen is None and not self.event.cancelled:
            try:
                self.server.put(self.path, calendar_of(self.booking, now=self.now), etag=None)
                return self._read_back()
            except ObjectChanged:
                pass  # it is there already: of a worker that died, most likely
        there = self.server.get(self.path)
        if there is None:
            return self._gone()
        stands = standing(there.content, self.event.uid, self.calendar.practice.zone)
        if stands is None:
            raise CalendarAway("An event of ours in the calendar cannot be read.")
        if self._is_wanted(stands):
            return _WRITTEN
        if self.event.seen is not None and not self._as_seen(stands):
            return Wrote(Outcome.THEIRS, theirs=None if stands.cancelled else _span(stands))
        return self._in_place_of(there)

    def _gone(self) -> Wrote:
        if self.event.cancelled:
            return _WRITTEN  # both gave it up
        if self.event.seen is None:
            return Wrote(Outcome.NOT_NOW, ALL_AT_ONCE)
        return Wrote(Outcome.THEIRS)

    def _in_place_of(self, there: "Found") -> Wrote:
        content = changed(there.content, self.booking, now=self.now)
        try:
            self.server.put(self.path, content, etag=there.etag or "*")
        except ObjectChanged:
            return Wrote(Outcome.NOT_NOW, ALL_AT_ONCE)
        return self._read_back()

    def _read_back(self) -> Wrote:
        there = self.server.get(self.path)
        zone = self.calendar.practice.zone
        stands = standing(there.content, self.event.uid, zone) if there is not None else None
        if stands is None:
            return Wrote(Outcome.NOT_NOW, NOT_KEPT)
        if not self._is_wanted(stands):
            known = self.event.seen is not None and self._as_seen(stands)
            return Wrote(Outcome.NOT_NOW, NOT_KEPT if known else KEPT_OTHERWISE)
        return _WRITTEN

    def _is_wanted(self, stands: Standing) -> bool:
        if self.event.cancelled or stands.cancelled:
            return self.event.cancelled and stands.cancelled
        return _span(stands) == self.event.booked

    def _as_seen(self, stands: Standing) -> bool:
        return not stands.cancelled and _span(stands) == self.event.seen


def told_of(calendar: OneCalendar, event: ClaimedEvent, now: datetime) -> CalendarBooking:
    """Return what the calendar is told: a time and a reference, and what else the practice lets it
    be told on a day its agreement covers."""
    practice = calendar.practice
    provider = practice.provider(event.provider)
    day: date = now.astimezone(practice.zone).date()
    booking = CalendarBooking(
        uid=event.uid,
        reference=reference(event.booking_id),
        starts_at=event.booked.starts_at,
        ends_at=event.booked.ends_at,
        provider=provider.spoken if provider is not None else event.provider,
        sequence=event.wanted,
        cancelled=event.cancelled,
    )
    tells = practice.calendar.tells if practice.calendar is not None else ()
    if not tells or not practice.baa_in_force(day):
        return booking
    kind = practice.appointment_type(event.appointment_type)
    said = {
        Told.PATIENT: event.patient_name,
        Told.TYPE: kind.name if kind is not None else "",
        Told.NUMBER: phone_numbers.display(event.callback_number) if event.callback_number else "",
    }
    parts = [said[each] for each in Told if each in tells and said[each]]
    return replace(booking, details=", ".join([*parts, f"ref {booking.reference}"]))


def _span(stands: Standing) -> Span:
    return Span(stands.starts_at, stands.ends_at)
