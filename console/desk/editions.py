"""The practices in force, out of the records: read on the worker's thread, and kept on this
machine for a start without records.

Files on this machine are the source for a desk whose records hold no versions, which is the single
machine. Where a practice has a signed version in the records that one wins: it was checked, it
carries a name, and every desk that shares the records has the same. The copy kept here holds what
was in force when it was last looked, and what was already scheduled: a desk that starts while the
records are away answers as its neighbours do.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from console.desk.warming import warm_pops
from console.settings import KEPT_PRACTICES
from scripts.entered import signed_on
from scripts.faults import PracticeFileError
from scripts.loader import Library, load_text, warm
from scripts.practice import Practice
from scripts.shelf import Edition, Shelf, shelve

if TYPE_CHECKING:  # the database's library takes long to import: the worker does it
    from sqlalchemy.orm import Session

    from console.desk.ledger import Ledger

KEPT_NAME: Final = KEPT_PRACTICES


class Kept(msgspec.Struct, frozen=True):
    """A version as it is kept on this machine."""

    practice_id: str
    number: int
    since: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is in force, and what of it cannot be read: sentences for the desk's trouble line."""

    shelf: Shelf
    in_force: tuple[Practice, ...] = ()  # those out of the records
    wrong: tuple[str, ...] = ()


def from_records(ledger: "Ledger", files: Library, now: datetime, kept: Path) -> Found | None:
    """Read what is in force and scheduled, bring the records' own practices up to date with it,
    and keep a copy; None while the records are away."""
    from console.store.versions import editions  # noqa: PLC0415 - on the worker's thread

    rows = ledger.read(lambda session: editions(session, at=now))
    if rows is None:
        return None
    versions = tuple(Kept(e.practice_id, e.number, e.effective_at, e.text) for e in rows)
    found = _shelved(files, versions, now)
    ledger.take_over(found.in_force)
    _keep(kept, versions)
    return found


def in_force(session: "Session", files: Library, now: datetime) -> Library:
    """Return the practices in force, for a program that keeps no shelf of its own."""
    from console.store.versions import editions  # noqa: PLC0415 - with the database's library

    rows = editions(session, at=now)
    versions = tuple(Kept(e.practice_id, e.number, e.effective_at, e.text) for e in rows)
    return _shelved(files, versions, now).shelf.at(now)


def from_this_machine(files: Library, now: datetime, kept: Path) -> Found:
    """Return what was in force, or about to be, when the records were last looked into."""
    try:
        versions = msgspec.json.decode(kept.read_bytes(), type=tuple[Kept, ...])
    except FileNotFoundError:
        return Found(Shelf(files))
    except (OSError, msgspec.DecodeError):
        return Found(Shelf(files), wrong=(f"{kept} cannot be read; files are answered with",))
    return _shelved(files, versions, now)


def _shelved(files: Library, versions: Sequence[Kept], now: datetime) -> Found:
    good: list[Edition] = []
    wrong = []
    for version in versions:
        try:
            name = f"{version.practice_id}, version {version.number}"
            practice = _signed(version.text, name, version.since)
        except PracticeFileError as error:
            wrong.append(str(error.faults[0]))
        else:
            good.append(Edition(practice, version.number, version.since))
    in_force = {e.practice.id: e.practice for e in good if e.since <= now}
    return Found(shelve(files, good, now), tuple(in_force.values()), tuple(wrong))


@lru_cache(maxsize=20_000)
def _loaded(text: str, name: str) -> Practice:
    """Load a version once, and make what its first call would otherwise wait for."""
    practice = load_text(text, name)
    warm(practice)
    warm_pops(Library((practice,)), agent="", timezone="UTC", now=datetime.now(UTC))
    return practice


@lru_cache(maxsize=20_000)
def _signed(text: str, name: str, since: datetime) -> Practice:
    """Return a version that holds since a moment; the same each time it is looked for."""
    return signed_on(_loaded(text, name), since)


def _keep(path: Path, versions: tuple[Kept, ...]) -> None:
    """Write the copy, whole or not at all, for this account only (mode 0600)."""
    data = msgspec.json.encode(versions)
    with suppress(OSError):  # a copy that cannot be kept costs nothing until the records are away
        if path.exists() and path.read_bytes() == data:
            return
        if not versions and not path.exists():
            return
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
