"""`frontdesk figures`: what became of callers, out of the records or the PBX's own log."""

import argparse
import sys
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from console.errors import WorldError
from console.figures import writing
from console.figures.writing import Report
from console.floor.figures import By, Contact, Presence, table
from console.floor.queue_log import QueueLog
from console.own_file import write_over
from console.records.opening import opening
from console.store.contacts import contacts, present
from console.store.models import Practice


def run_figures(arguments: argparse.Namespace) -> int:
    """Print the figures, or write the PDF. Raises `WorldError`."""
    first, last = _days(arguments.since, arguments.until)
    since, until = _span(first, last)
    if arguments.queue_log is not None:
        found = _from_log(arguments.queue_log, since, until, arguments.practice)
        there: list[Presence] | None = None
        names: dict[str, str] = {}
    else:
        found, there, names = _from_records(arguments, since, until)
    by = By(arguments.by)
    counted = table(
        found, by, zone=None, present=there, within_s=arguments.within, short_s=arguments.short
    )
    days = f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    report = Report(counted, days, "queue_log" if arguments.queue_log else "records", names)
    return _put_out(report, arguments)


def _put_out(report: Report, arguments: argparse.Namespace) -> int:
    if arguments.pdf is not None:
        write_over(arguments.pdf, writing.as_pdf(report), "PDF")
    elif arguments.json:
        sys.stdout.write(writing.as_json(report))
    elif arguments.csv:
        sys.stdout.write(writing.as_csv(report))
    else:
        sys.stdout.write(writing.as_text(report))
    return 0


def _from_records(
    arguments: argparse.Namespace, since: datetime, until: datetime
) -> tuple[list[Contact], list[Presence] | None, dict[str, str]]:
    with opening(arguments).opened(there=True) as records, records.session() as session:
        found = contacts(session, since=since, until=until, practice=arguments.practice)
        there = present(session, since=since, until=until)
        names = {row.id: row.name for row in session.scalars(select(Practice))}
    return found, there if not arguments.practice else None, names


def _from_log(path: Path, since: datetime, until: datetime, practice: str | None) -> list[Contact]:
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            log = QueueLog().read(lines)
    except OSError as error:
        raise WorldError("The PBX’s log cannot be read", f"{path}: {error.strerror}.") from error
    if log.skipped:
        print(f"frontdesk: {log.skipped} lines are no queue log’s.", file=sys.stderr)
    return list(_of(log.contacts(), since, until, practice))


def _of(
    found: Iterable[Contact], since: datetime, until: datetime, practice: str | None
) -> Iterable[Contact]:
    return (
        each
        for each in found
        if since <= each.at < until and (practice is None or each.practice == practice)
    )


def _days(since: str | None, until: str | None) -> tuple[date, date]:
    first = _day(since, "--from") if since else datetime.now().astimezone().date()
    last = _day(until, "--to") if until else first if since else datetime.now().astimezone().date()
    if last < first:
        raise WorldError("No days to count", "The last day, --to, is before the first, --from.")
    return first, last


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WorldError("That is no day", f"{option} {text}: write it as 2026-11-25.") from None


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the first day's midnight and that after the last, on this machine's clock, which may
    have been changed between the two."""

    def midnight(day: date) -> datetime:
        return datetime(day.year, day.month, day.day).astimezone()

    return midnight(first), midnight(last + timedelta(days=1))
