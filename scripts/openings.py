"""Open times: where a provider's clinic hours, the practice's hours and the calendar leave room.

Pure arithmetic over what is handed in; the calendar that holds the bookings has the last word when
one is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from scripts.fields import WEEKDAYS
from scripts.hours import instant, open_spans, spoken_day
from scripts.practice import AppointmentType, Practice, Provider
from scripts.spoken import spoken_clock

Busy = tuple[str, datetime, datetime]
"""A provider's id, and the UTC start and end of time already taken."""


@dataclass(frozen=True, slots=True, order=True)
class OpenTime:
    """A time that could be booked. Both ends UTC."""

    start: datetime
    end: datetime
    provider_id: str

    @property
    def key(self) -> str:
        """The answer that names this time: “okafor|2026-11-25T15:20:00Z|2026-11-25T15:40:00Z”."""
        return f"{self.provider_id}|{_stamp(self.start)}|{_stamp(self.end)}"

    @classmethod
    def from_key(cls, key: str) -> "OpenTime | None":
        """Read a key, or return None when it is none."""
        parts = key.split("|")
        if len(parts) != 3 or not parts[0]:
            return None
        try:
            start, end = (datetime.fromisoformat(part) for part in parts[1:])
        except ValueError:
            return None
        if start.tzinfo is None or end.tzinfo is None or end <= start:
            return None
        return cls(start.astimezone(UTC), end.astimezone(UTC), parts[0])


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def open_times(
    practice: Practice,
    *,
    appointment_type: str,
    provider: str | None = None,
    busy: Sequence[Busy] = (),
    after: datetime,
    days: int = 14,
    limit: int | None = None,
    new_patient: bool = False,
) -> tuple[OpenTime, ...]:
    """Return open times from `after` over the next `days` local days, earliest first.

    Unknown ids give no times. Providers who take no new patients are left out for one.
    """
    kind = practice.appointment_type(appointment_type)
    if kind is None:
        return ()
    taken = {
        who.id: _taken(busy, who.id) for who in _providers(practice, kind, provider, new_patient)
    }
    earliest = after.astimezone(UTC) + timedelta(minutes=practice.booking.notice)
    today = after.astimezone(practice.zone).date()
    found: list[OpenTime] = []
    for number in range(days):
        day = today + timedelta(days=number)
        times = [t for who in taken for t in _on(practice, kind, who, day, taken[who])]
        found.extend(sorted(t for t in times if t.start >= earliest))
        if limit is not None and len(found) >= limit:
            return tuple(found[:limit])
    return tuple(found)


def by_day(
    practice: Practice, times: Sequence[OpenTime], *, per_day: int | None = None
) -> tuple[tuple[date, tuple[OpenTime, ...]], ...]:
    """Return times grouped by local day. With `per_day`, that many spread over the day."""
    days: dict[date, list[OpenTime]] = {}
    for time in times:
        days.setdefault(time.start.astimezone(practice.zone).date(), []).append(time)
    return tuple((day, _spread(listed, per_day)) for day, listed in days.items())


def shown(practice: Practice, time: OpenTime) -> str:
    """Return “Wed 25 Nov 09:20, Dr. Okafor”."""
    local = time.start.astimezone(practice.zone)
    provider = practice.provider(time.provider_id)
    who = f", {provider.spoken}" if provider else ""
    return f"{local:%a} {local.day} {local:%b %H:%M}{who}"


def spoken_time(practice: Practice, time: OpenTime, now: datetime) -> str:
    """Return “Wednesday at nine twenty”."""
    local = time.start.astimezone(practice.zone)
    today = now.astimezone(practice.zone).date()
    return f"{spoken_day(local.date(), today)} at {spoken_clock(local)}"


def _providers(
    practice: Practice, kind: AppointmentType, wanted: str | None, new_patient: bool
) -> Iterator[Provider]:
    for who in practice.providers:
        able = not kind.providers or who.id in kind.providers
        if able and wanted in (None, who.id) and (who.accepts_new or not new_patient):
            yield who


def _taken(busy: Sequence[Busy], provider_id: str) -> list[tuple[datetime, datetime]]:
    return sorted((start, end) for who, start, end in busy if who == provider_id)


def _on(
    practice: Practice,
    kind: AppointmentType,
    provider_id: str,
    day: date,
    taken: list[tuple[datetime, datetime]],
) -> Iterator[OpenTime]:
    length = timedelta(minutes=kind.minutes)
    grid = timedelta(minutes=practice.booking.grid)
    who = practice.providers_by_id[provider_id]
    for span in who.clinic.get(WEEKDAYS[day.weekday()], ()):
        first = instant(practice, day, span.start)
        last = instant(practice, day, span.end, end=True)
        for opens, closes in open_spans(practice, day):
            start = first
            while start + length <= min(last, closes):
                end = start + length
                if start >= opens and not any(a < end and start < b for a, b in taken):
                    yield OpenTime(start, end, provider_id)
                start += grid


def _spread(times: list[OpenTime], wanted: int | None) -> tuple[OpenTime, ...]:
    if wanted is None or len(times) <= wanted:
        return tuple(times)
    if wanted == 1:
        return (times[0],)
    last = len(times) - 1
    return tuple(times[round(number * last / (wanted - 1))] for number in range(wanted))
