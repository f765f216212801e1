"""`frontdesk rota import`: shifts out of a file, told before they hold, in place of those that were
brought in before.

A file with one bad line brings nothing in. What was brought in earlier stays for the days that the
new file says nothing of.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Final

from console.desk.oncall.telling import lines_of
from console.desk.oncall.views import PreviewLine
from console.errors import WorldError
from console.rota.calendar import read_calendar
from console.rota.people import People
from console.rota.reading import practice_in_records
from console.rota.rows import Sheet
from console.rota.table import read_table
from console.store.rota import change_rota
from console.store.work import ChangedRota, RotaPart
from scripts.entered import ChangeAct, ChangeKind, Entered, EnteredChange, entered_in
from scripts.practice import Practice

AHEAD: Final = timedelta(days=184)  # how far a calendar that repeats is followed
SHOWN: Final = 40  # differences printed


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What a file comes to: `changes` with what stays of earlier files, `ends` the groups they take
    the place of, `over` how many shifts are over already."""

    changes: tuple[EnteredChange, ...]
    ends: tuple[str, ...]
    lines: tuple[PreviewLine, ...]
    over: int

    @property
    def is_news(self) -> bool:
        """Whether anything would change."""
        return bool(self.changes)


def run_import(arguments: argparse.Namespace) -> int:
    """Bring a file in, or only tell what it would change; raise `WorldError` with each bad line."""
    name = arguments.by.strip()
    if not name:
        raise WorldError("Nobody is named", "Say who brings it in: --by “A. Marsh”.")
    content = _content(arguments.file)
    now = datetime.now(UTC)
    with practice_in_records(arguments) as (practice, records):
        sheet = read_sheet(arguments.file, content, practice, now)
        found = brought_in(practice, sheet, name=name, why=arguments.file.name, now=now)
        if found.is_news and not arguments.dry_run:
            work = _work(found, practice, name, arguments.file.name, now)
            records.write(lambda session: change_rota(session, changed=work))
    _tell(found, practice, as_json=arguments.json, dry=arguments.dry_run)
    return 0


def read_sheet(path: Path, content: bytes, practice: Practice, now: datetime) -> Sheet:
    """Return a file's shifts: a calendar where it begins as one, else a table."""
    if path.suffix.lower() in (".ics", ".ical") or b"BEGIN:VCALENDAR" in content[:1024]:
        return read_calendar(content, practice.zone, now, now + AHEAD)
    return read_table(content, practice.zone)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the changes of one file have in common."""

    practice: Practice
    name: str
    why: str
    now: datetime
    group: str

    def shift(self, provider: str, after: int, start: datetime, end: datetime) -> EnteredChange:
        """Return a shift; what of it is over already is left out."""
        return EnteredChange(
            uid=token_hex(12),
            group=self.group,
            practice=self.practice.id,
            service_line=self.practice.service_line,
            kind=ChangeKind.IMPORT,
            act=ChangeAct.SHIFT,
            provider=provider,
            after=after,
            starts_at=max(start, self.now),
            ends_at=end,
            why=self.why,
            made_by=self.name,
            made_at=self.now,
        )


def brought_in(
    practice: Practice, sheet: Sheet, *, name: str, why: str, now: datetime
) -> BroughtIn:
    """Return what a file would change; raise `WorldError` with a sentence for each bad line."""
    if practice.on_call is None:
        raise WorldError("No rota", f"{practice.name} has no on_call in its file; add one.")
    entry, people = _Entry(practice, name, why, now, token_hex(12)), People(practice)
    new: list[EnteredChange] = []
    over = 0
    for row in sheet.rows:
        try:
            provider = people.whom(row)
        except LookupError as unknown:
            sheet.fault(row.line, str(unknown))
            continue
        if row.end > now:
            new.append(entry.shift(provider, row.after, row.start, row.end))
        else:
            over += 1
    if sheet.wrong:
        raise WorldError("The file was not brought in", "\n".join(["", *sheet.wrong]))
    if not new:
        raise WorldError("Nothing to bring in", "The file has no shift that is not over already.")
    return _in_place(entry, new, over)


def _in_place(entry: _Entry, new: Sequence[EnteredChange], over: int) -> BroughtIn:
    """Return the new shifts, and what stays of those brought in before."""
    practice, now = entry.practice, entry.now
    before = [
        change
        for change in entered_in(practice)
        if change.kind is ChangeKind.IMPORT and change.until > now
    ]
    first, last = min(c.starts_at for c in new), max(c.ends_at for c in new)
    kept = [
        entry.shift(change.provider, change.after, start, end)
        for change in before
        for start, end in (
            (change.starts_at, min(change.until, first)),
            (max(change.starts_at, last), change.until),
        )
        if max(start, now) < end
    ]
    whole = (*new, *kept)
    if {_facts(change, now) for change in whole} == {_facts(change, now) for change in before}:
        return BroughtIn((), (), (), over)
    ends = tuple(dict.fromkeys(change.group for change in before))
    entered = Entered(entered_in(practice))
    for group in ends:
        entered = entered.with_ended(group, now, entry.name)
    after = entered.with_changes(whole).over(practice)
    until = max(change.ends_at for change in (*whole, *before))
    return BroughtIn(whole, ends, lines_of(practice, after, now, until), over)


def _facts(change: EnteredChange, now: datetime) -> tuple[str, int, datetime, datetime]:
    return change.provider, change.after, max(change.starts_at, now), change.until


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorldError("The file cannot be read", f"{path}: {error.strerror}.") from error


def _work(found: BroughtIn, practice: Practice, name: str, why: str, now: datetime) -> ChangedRota:
    return ChangedRota(
        uid=found.changes[0].group,
        practice_id=practice.id,
        service_line=practice.service_line,
        kind=ChangeKind.IMPORT,
        why=why,
        person=name,
        at=now,
        changes=tuple(
            RotaPart(
                uid=change.uid,
                act=change.act,
                provider=change.provider,
                after=change.after,
                starts_at=change.starts_at,
                ends_at=change.ends_at,
            )
            for change in found.changes
        ),
        ends=found.ends,
    )


def _tell(found: BroughtIn, practice: Practice, *, as_json: bool, dry: bool) -> None:
    if as_json:
        record = {
            "practice": practice.id,
            "shifts": len(found.changes),
            "over": found.over,
            "written": found.is_news and not dry,
            "differences": [line.words for line in found.lines],
        }
        print(json.dumps(record, indent=2, ensure_ascii=False))
        return
    for line in found.lines[:SHOWN]:
        print(line.words)
    if len(found.lines) > SHOWN:
        print(f"and {len(found.lines) - SHOWN} more")
    if found.over:
        print(f"{found.over} shifts are over already and were left out")
    if not found.is_news:
        print("Nothing changes: these shifts were brought in before")
    elif not found.lines:
        print("The same people are on call as before")
    if found.is_news:
        what = "would be brought in" if dry else "brought in"
        print(f"{practice.name}: {len(found.changes)} shifts {what}")
