"""Work the records refuse for good, or that cannot be read: kept sealed for a person to look at.

An item leaves only when it has been written after all, or when somebody at a terminal says it may
go. One that was handed over to somebody is theirs to see to and no longer the desk's; one that was
written off stays, with who did so and why (`settling`).
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import StrEnum, unique
from pathlib import Path
from typing import Final

import msgspec

from console.store import files
from console.store.errors import SpoolFailed
from console.store.sealing import Sealer
from console.store.work import AnyWork, decode

_BOUND_TO: Final = b"frontdesk-aside-1"


@unique
class Why(StrEnum):
    """Why something was set aside; the value is what a person reads."""

    AGREEMENT = "The practice had no agreement in force for health details."
    PRACTICE = "The practice is not in the records."
    REFUSED = "It contradicts what the records hold."
    UNREADABLE = "It was changed on the disk, or sealed with another key."
    TORN = "Its writing was cut off before it was confirmed."
    MISSING = "Work that was kept before or after it is missing, or was moved."


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something set aside. `line` is the work's own, or what was found in its place; `first` what
    it was before somebody amended it. `off_by` wrote it off at `off_at`, for `off_why`."""

    id: str
    at: datetime
    why: Why
    line: bytes = b""
    handed_to: str = ""
    first: bytes = b""
    off_by: str = ""
    off_why: str = ""
    off_at: datetime | None = None

    def __repr__(self) -> str:
        return f"<Item {self.id} {self.why.name}>"

    @property
    def is_open(self) -> bool:
        """Whether it is still the desk's to see to."""
        return not self.handed_to and not self.off_by

    @property
    def work(self) -> AnyWork | None:
        """The work, where it can be read."""
        try:
            return decode(self.line)
        except msgspec.DecodeError:
            return None


def item(why: Why, line: bytes = b"") -> Item:
    """Return something to be set aside now."""
    return Item(id=secrets.token_hex(6), at=datetime.now(UTC), why=why, line=line)


class Aside:
    """The file. Safe to use from several threads and processes."""

    def __init__(self, path: Path, sealer: Callable[[], Sealer]) -> None:
        self.path = path
        self._sealer = sealer
        self._alone = files.Alone(path)
        self._counted_at = (0, 0)  # size and time of the file that was counted
        self._count = 0

    def items(self) -> tuple[Item, ...]:
        """Return what was set aside, oldest first. Raises `SpoolFailed`."""
        with self._alone.held():
            found = self._read()
            if any(_is_clear(raw) for _, raw in found):  # as 0.1 left it
                files.replace(self.path, b"".join(self._sealed(each) for each, _ in found))
            return tuple(each for each, _ in found)

    def count(self) -> int:
        """Return how many are still the desk's to see to; 0 while they cannot be read."""
        try:
            stat = self.path.stat()
            seen = stat.st_size, stat.st_mtime_ns
            if seen != self._counted_at:
                self._count = sum(each.is_open for each in self.items())
                self._counted_at = seen
        except (OSError, SpoolFailed):
            return 0
        return self._count

    def add(self, items: Iterable[Item]) -> None:
        """Set more aside; when this returns it is on the disk. Raises `SpoolFailed`."""
        sealed = b"".join(self._sealed(each) for each in items)
        if sealed:
            with self._alone.held():
                files.append(self.path, sealed)

    def change(self, changed: Iterable[Item], *, gone: Iterable[str] = ()) -> None:
        """Put items in the place of those with their ids, and take others away. Raises
        `SpoolFailed`."""
        by_id, leaving = {each.id: each for each in changed}, set(gone)
        with self._alone.held():
            left = [
                self._sealed(by_id[found.id]) if found.id in by_id else raw
                for found, raw in self._read()
                if found.id not in leaving
            ]
            if left:
                files.replace(self.path, b"".join(left))
            else:
                files.remove(self.path)

    def _sealed(self, each: Item) -> bytes:
        return self._sealer().seal(msgspec.json.encode(each), _BOUND_TO) + b"\n"

    def _read(self) -> list[tuple[Item, bytes]]:
        try:
            lines = self.path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return []
        return [(self._item(line.rstrip(b"\n")), line) for line in lines]

    def _item(self, line: bytes) -> Item:
        """Return a line's item. One that 0.1 left in the clear, or that was changed, is an item of
        its own, known by what it is."""
        plain = self._sealer().open(line, _BOUND_TO)
        if plain is not None:
            return msgspec.json.decode(plain, type=Item)
        known = hashlib.sha256(line).hexdigest()[:12]
        why = Why.REFUSED if _is_clear(line) else Why.UNREADABLE
        return Item(id=known, at=datetime.now(UTC), why=why, line=line)


def _is_clear(line: bytes) -> bool:
    return line.startswith(b"{")
