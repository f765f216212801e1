"""Shifts out of an iCalendar file (RFC 5545): one event each, recurring ones each time; who it is
is named in its title or among those who attend."""

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.calendars.feed import UnreadableFeed, each_event
from console.errors import WorldError
from console.rota.rows import EACH_TIER, MOST, Sheet, ShiftRow
from console.rota.table import tier_of

_APART: Final = re.compile(r"\s+[-–—]\s+|[:()|,/]|\bon[ -]?call\b", re.IGNORECASE)


def read_calendar(content: bytes, zone: ZoneInfo, after: datetime, until: datetime) -> Sheet:
    """Return a calendar's shifts between two aware moments; raise `WorldError` where it is none."""
    try:
        events = each_event(content, zone=zone, after=after, until=until)
    except UnreadableFeed as error:
        raise WorldError("The calendar cannot be read", str(error)) from error
    if len(events) > MOST:
        raise WorldError("Too many shifts", f"The most is {MOST}. Bring fewer months in.")
    lines = _lines(content)
    sheet = Sheet()
    for event in events:
        line = lines.get(event.uid, 1)
        parts = [part.strip() for part in _APART.split(event.summary) if part.strip()]
        names = tuple(dict.fromkeys((*event.people, event.summary.strip(), *parts)))
        if not any(names):
            sheet.fault(line, "the event names nobody; write who is on call in its title.")
            continue
        after_min = EACH_TIER * ((tier_of(event.summary) or 1) - 1)
        sheet.rows.append(ShiftRow(line, names, event.start, event.end, after_min))
    return sheet


def _lines(content: bytes) -> dict[str, int]:
    """Return on which line each event begins, by its UID."""
    found: dict[str, int] = {}
    began = 1
    for number, raw in enumerate(content.splitlines(), start=1):
        line = raw.decode("utf-8", errors="replace")
        if line.upper().startswith("BEGIN:VEVENT"):
            began = number
        elif line.upper().startswith("UID"):
            found.setdefault(line.partition(":")[2].strip(), began)
    return found
