"""`frontdesk practice import`, `export`, `versions` and `sign`: a practice's script in the records,
from a terminal."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from console.desk.ledger import practice_facts
from console.errors import WorldError
from console.records.opening import Opening
from console.store.errors import RecordsError
from console.store.practices import upsert_practices
from console.store.session import Records
from console.store.versions import (
    NewVersion,
    Signature,
    VersionRow,
    save_version,
    sign_version,
    version,
    versions,
)
from scripts import yamlfile
from scripts.diff import by_section, compare
from scripts.faults import PracticeFileError
from scripts.loader import load_text
from scripts.practice import Practice

_REFUSED = 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs, and from when (aware) the version holds; None is at once."""

    by: str
    at: datetime | None = None


def import_file(
    source: Path, records: Opening, *, author: str, note: str | None, signing: Signing | None
) -> int:
    """Save a checked file as its practice's next version, and sign it where somebody is named.

    The file's own order of things counts: it is saved on top of whatever is newest there.
    """
    try:
        text = yamlfile.text_of(source)
        practice = load_text(text, source.name)
    except PracticeFileError as error:
        print(error, file=sys.stderr)
        return _REFUSED
    opened = records.open()
    try:
        before = _asked(lambda: _versions(opened, practice.id))
        new = NewVersion(
            practice=practice_facts(practice),
            text=text,
            written_by=author,
            written_at=datetime.now(UTC),
            based_on=before[0].number if before else None,
            note=note,
        )
        number = _asked(lambda: opened.write(lambda session: save_version(session, new=new)))
        if before and before[0].number == number:
            print(f"{practice.id}: the same as version {number}")
        else:
            print(f"{practice.id}: version {number} saved")
            _tell_difference(before, practice)
        if signing is not None:
            return _sign(opened, practice.id, number, signing)
        print(f"Not in force until it is signed: frontdesk practice sign {practice.id} {number}")
    finally:
        opened.close()
    return 0


def export(practice_id: str, records: Opening, *, number: int | None, output: Path | None) -> int:
    """Write a version's text to the letter: the one named, else the newest."""
    opened = records.open()
    try:
        rows = _known(opened, practice_id)
    finally:
        opened.close()
    found = next((row for row in rows if number in (None, row.number)), None)
    if found is None:
        raise WorldError(
            "There is no such version", f"“{practice_id}” has 1 to {rows[0].number}, not {number}."
        )
    if output is None:
        sys.stdout.write(found.text)
        return 0
    try:
        output.write_bytes(found.text.encode())
    except OSError as error:
        raise WorldError("The file cannot be written", f"{output}: {error.strerror}.") from error
    return 0


def list_versions(practice_id: str, records: Opening) -> int:
    """Print a practice's versions, the newest first, and which is in force."""
    opened = records.open()
    try:
        rows = _known(opened, practice_id)
    finally:
        opened.close()
    now = datetime.now(UTC)
    held = [
        (signature.effective_at, row.number)
        for row in reversed(rows)
        for signature in row.signatures
        if signature.effective_at <= now
    ]
    in_force = max(held, key=lambda each: each[0])[1] if held else 0
    for row in rows:
        print(_line(row, in_force=row.number == in_force))
        for signature in row.signatures:
            since = f"{signature.effective_at.astimezone():%Y-%m-%d %H:%M}"
            print(f"    signed by {signature.signed_by}, in force from {since}")
    return 0


def sign(practice_id: str, records: Opening, *, number: int | None, signing: Signing) -> int:
    """Sign a version, the newest where none is named, after checking it once more."""
    opened = records.open()
    try:
        rows = _known(opened, practice_id)
        return _sign(opened, practice_id, number or rows[0].number, signing)
    finally:
        opened.close()


def moment(written: str) -> datetime:
    """Return a date and time as typed, this machine's own unless it names a zone; raise
    `WorldError` for what is none."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise WorldError(
            "This is not a time", f"“{written}”; write it like 2026-11-30 08:00."
        ) from None
    return found.astimezone(UTC)


def _asked(work: Callable[[], T]) -> T:
    try:
        return work()
    except RecordsError as error:
        raise WorldError(error.title, f"{error.message} {error.mend}") from error


def _versions(records: Records, practice_id: str) -> tuple[VersionRow, ...]:
    with records.session() as session:
        return versions(session, practice_id=practice_id)


def _known(records: Records, practice_id: str) -> tuple[VersionRow, ...]:
    rows = _asked(lambda: _versions(records, practice_id))
    if not rows:
        raise WorldError(
            "No versions in the records",
            f"“{practice_id}” has none. Save its file first: frontdesk practice import FILE.",
        )
    return rows


def _sign(records: Records, practice_id: str, number: int, signing: Signing) -> int:
    now = datetime.now(UTC)
    row = _asked(lambda: _one(records, practice_id, number))
    try:
        practice = load_text(row.text, f"{practice_id}, version {number}")
    except PracticeFileError as error:
        print(error, file=sys.stderr)
        return _REFUSED
    signature = Signature(signing.by, now, max(signing.at or now, now))
    _asked(
        lambda: records.write(
            lambda session: sign_version(
                session, practice_id=practice_id, number=number, signature=signature
            )
        )
    )
    if signature.effective_at <= now:
        _asked(
            lambda: records.write(
                lambda session: upsert_practices(session, practices=(practice_facts(practice),))
            )
        )
        print(f"{practice_id}: version {number} is in force")
    else:
        local = f"{signature.effective_at.astimezone():%Y-%m-%d %H:%M}"
        print(f"{practice_id}: version {number} is in force from {local}")
    return 0


def _one(records: Records, practice_id: str, number: int) -> VersionRow:
    with records.session() as session:
        return version(session, practice_id=practice_id, number=number)


def _tell_difference(before: tuple[VersionRow, ...], practice: Practice) -> None:
    if not before:
        return
    try:
        old = load_text(before[0].text)
    except PracticeFileError:
        return  # an older Frontdesk took what this one does not
    for section, its in by_section(compare(old, practice)).items():
        print(section.value)
        for change in its:
            print(f"  {change.sentence}")


def _line(row: VersionRow, *, in_force: bool) -> str:
    when = f"{row.written_at.astimezone():%Y-%m-%d %H:%M}"
    mark = "in force" if in_force else "signed" if row.signatures else "not signed"
    note = f" · {row.note}" if row.note else ""
    return f"{row.number:>4}  {when}  {row.written_by}  [{mark}]{note}"
