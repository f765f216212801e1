"""Shifts out of a table (CSV, `;` or tabs), its columns known by their heads: those that PagerDuty,
QGenda and Amion write among them.

A time is the practice's own, unless it has an offset or the file a column of time zones. A date
with slashes has the month first.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from console.errors import WorldError
from console.rota.rows import EACH_TIER, LONGEST, MOST, Sheet, ShiftRow

HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "user", "username", "provider", "providername", "staff", "staffname",
             "physician", "doctor", "person", "oncall", "oncalluser", "who", "resource", "employee",
             "staffabbrev", "staffid"),
    "last": ("stafflname", "lastname", "stafflastname", "last", "surname"),
    "first": ("stafffname", "firstname", "stafffirstname", "first", "givenname"),
    "start": ("start", "startsat", "startdatetime", "from", "oncallstart", "begin", "begins",
              "shiftstart", "starttimeutc"),
    "end": ("end", "endsat", "enddatetime", "to", "until", "oncallend", "ends", "shiftend"),
    "date": ("date", "startdate", "shiftdate", "scheduledate", "day", "oncalldate"),
    "until_date": ("enddate",),
    "start_time": ("starttime", "timestart", "begintime"),
    "end_time": ("endtime", "timeend", "stoptime"),
    "after": ("after", "afterminutes", "minutes"),
    "tier": ("tier", "level", "escalationlevel", "callorder", "order", "role", "rank", "task",
             "taskname", "assignment", "assignmentname", "shift", "shiftname", "layer", "rule"),
    "zone": ("timezone", "tz", "zone", "timezonename"),
}  # fmt: skip
"""What a column is, by what its head says once signs, spaces and capitals are taken away."""

_DATES: Final = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%Y%m%d",
                 "%m-%d-%Y", "%m-%d-%y", "%d.%m.%Y")  # fmt: skip
_TIMES: Final = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p", "%H%M", "%I:%M:%S %p")
_TIER: Final = re.compile(r"^([1-9])$|\b(?:level|tier|call|layer|l|p)\s*([1-9])\b")
_SAMPLE: Final = 4096
_ORDINALS: Final = {
    "primary": 1, "first": 1, "1st": 1, "secondary": 2, "second": 2, "2nd": 2, "backup": 2,
    "tertiary": 3, "third": 3, "3rd": 3,
}  # fmt: skip
_EXAMPLE: Final = "name,start,end with 2026-12-24 17:00"


@dataclass(frozen=True, slots=True)
class _Bad(Exception):
    sentence: str


def read_table(content: bytes, zone: ZoneInfo) -> Sheet:
    """Return a table's shifts; raise `WorldError` where it is no table of shifts at all."""
    text = _text(content)
    lines = csv.reader(io.StringIO(text, newline=""), _dialect(text))
    sheet = Sheet()
    columns: dict[str, int] = {}
    for cells in _rows(lines):
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _columns(cells)
            continue
        if len(sheet.rows) >= MOST:
            raise WorldError("Too many shifts", f"The most is {MOST}. Split the file by months.")
        try:
            sheet.rows.append(_row(lines.line_num, columns, cells, zone))
        except _Bad as bad:
            sheet.fault(lines.line_num, bad.sentence)
    if not columns:
        raise WorldError("The file is empty", f"Its first line names the columns: {_EXAMPLE}.")
    return sheet


def tier_of(words: str) -> int | None:
    """Return the tier a word or number means, from 1; None where it means none."""
    for word in re.findall(r"[a-z0-9]+", words.casefold()):
        if word in _ORDINALS:
            return _ORDINALS[word]
    found = _TIER.search(words.casefold().strip())
    return int(found.group(1) or found.group(2)) if found else None


def _text(content: bytes) -> str:
    if len(content) > LONGEST:
        raise WorldError("The file is too large", "The most is 8 MB. Split it by months.")
    if b"\0" in content:
        raise WorldError("The file is no table", "Save it as CSV (UTF-8), and bring that in.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _dialect(text: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(text[:_SAMPLE].partition("\n")[0], delimiters=",;\t|")
    except csv.Error:
        return csv.excel


def _rows(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error as error:
        raise WorldError("The file is no table", f"{error}. Save it as CSV again.") from error


def _columns(heads: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        said = re.sub(r"[^a-z0-9]", "", head.casefold())
        for what, names in HEADS.items():
            if said in names:
                found.setdefault(what, place)
    named = "name" in found or "last" in found
    begins = "start" in found or "date" in found
    if not (named and begins):
        missing = "who is on call" if not named else "when it begins"
        raise WorldError(
            "The columns are not known",
            f"No column of the first line says {missing}; it has {', '.join(heads[:12])}. "
            f"Name them as in {_EXAMPLE}.",
        )
    return found


def _row(line: int, columns: Mapping[str, int], cells: Sequence[str], zone: ZoneInfo) -> ShiftRow:
    def cell(what: str) -> str:
        place = columns.get(what, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    person = f"{cell('first')} {cell('last')}".strip() or cell("name")
    if not person:
        raise _Bad("nobody is named; write who is on call.")
    own = _zone(cell("zone"), zone)
    start = _moment(cell("start"), cell("date"), cell("start_time"), own, "begins")
    end = _end(start, cell, own)
    if end <= start:
        raise _Bad("it ends before it begins; look at the two times.")
    if end - start > timedelta(days=62):
        raise _Bad("it lasts longer than two months; look at the two dates.")
    names = tuple(dict.fromkeys(each for each in (person, cell("name")) if each))
    return ShiftRow(line, names, start.astimezone(UTC), end.astimezone(UTC), _after(cell))


def _end(start: datetime, cell: Callable[[str], str], zone: ZoneInfo) -> datetime:
    """Return the end: with a time alone the same day's, or the next day's where that is earlier;
    with nothing a whole day's."""
    if cell("end"):
        found = _time(cell("end"))
        if found is None:
            return _moment(cell("end"), "", "", zone, "ends")
    elif cell("end_time"):
        if cell("until_date"):
            return _moment("", cell("until_date"), cell("end_time"), zone, "ends")
        found = _time(cell("end_time"))
        if found is None:
            raise _Bad(f"“{cell('end_time')}” is not a time; write 07:00.")
    elif cell("until_date"):
        return _moment("", cell("until_date"), "", zone, "ends") + timedelta(days=1)
    else:
        raise _Bad("it has no end; write when it ends.")
    local = start.astimezone(zone)
    end = datetime.combine(local.date(), found, zone)
    return end if end > local else datetime.combine(local.date() + timedelta(days=1), found, zone)


def _after(cell: Callable[[str], str]) -> int:
    if cell("after"):
        try:
            minutes = int(cell("after"))
        except ValueError as error:
            raise _Bad(f"“{cell('after')}” is not a number of minutes.") from error
        if not 0 <= minutes <= 240:
            raise _Bad("minutes without an answer are from 0 to 240.")
        return minutes
    tier = tier_of(cell("tier")) or 1
    return EACH_TIER * (tier - 1)


def _zone(name: str, own: ZoneInfo) -> ZoneInfo:
    if not name:
        return own
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _Bad(f"“{name}” is not a time zone; write America/Chicago.") from error


def _moment(whole: str, day: str, clock: str, zone: ZoneInfo, does: str) -> datetime:
    if whole:
        found = _whole(whole, zone)
        if found is None and day and (at := _time(whole)) is not None:
            whole, clock = "", at.isoformat()
        elif found is None:
            raise _Bad(f"“{whole}” is not when it {does}; write 2026-12-24 17:00.")
        else:
            return found
    if not day:
        raise _Bad(f"it does not say when it {does}; write 2026-12-24 17:00.")
    found = _whole(day, zone) if not clock else None
    if found is not None:
        return found
    on = _date(day)
    if on is None:
        raise _Bad(f"“{day}” is not a date; write 2026-12-24.")
    at = _time(clock) if clock else time()
    if at is None:
        raise _Bad(f"“{clock}” is not a time; write 17:00.")
    return datetime.combine(on, at, zone)


def _whole(text: str, zone: ZoneInfo) -> datetime | None:
    """Return a date with a time, in any of the forms; with an offset of its own, that one's."""
    try:
        found = datetime.fromisoformat(text.replace(" UTC", "Z"))
    except ValueError:
        parts = text.split()
        for cut in range(1, len(parts)):
            on, at = _date(" ".join(parts[:cut])), _time(" ".join(parts[cut:]))
            if on is not None and at is not None:
                return datetime.combine(on, at, zone)
        on = _date(text)
        return datetime.combine(on, time(), zone) if on is not None else None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _date(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    return None


def _time(text: str) -> time | None:
    if text == "24:00":
        return time()
    for form in _TIMES:
        try:
            return datetime.strptime(text.upper().replace(".", ""), form).time()  # noqa: DTZ007
        except ValueError:
            continue
    return None
