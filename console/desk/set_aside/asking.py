"""What is read of the file and done with it, on the worker's thread."""

from dataclasses import dataclass
from datetime import datetime

from console.desk.ledger import Ledger
from console.desk.set_aside.building import amend_view, aside_line
from console.desk.set_aside.port import AmendAside, AsideLine
from console.store import settling
from console.store.aside import Item
from console.store.errors import RecordsError
from console.store.settling import Amendment
from console.store.work import Inconsistent
from scripts.loader import Library


class NotAmended(RecordsError):
    """What was typed cannot be written."""

    def __init__(self, mend: str) -> None:
        super().__init__("That cannot be written", "", mend)


@dataclass(frozen=True, slots=True)
class Come:
    """What came of a deed: the practice and kind of work it was done to, and whether it stands in
    the records now; `gone` where somebody else had seen to it."""

    practice: str | None = None
    written: bool = False
    gone: bool = False
    why: str = ""


def look(ledger: Ledger, library: Library) -> tuple[AsideLine, ...]:
    """Return all of it, what is to be seen to first. Raises `SpoolFailed`."""
    items = sorted(ledger.set_aside().items(), key=lambda each: (not each.is_open, each.at))
    return tuple(aside_line(each, library) for each in items)


def to_amend(ledger: Ledger, key: str, library: Library) -> AmendAside | None:
    """Return a piece of work to be amended, None where it is gone."""
    item = _item(ledger, key)
    return None if item is None else amend_view(item, library)


def try_again(ledger: Ledger, key: str) -> Come:
    """Try to write it. Raises `RecordsError`."""
    item = _item(ledger, key)
    if item is None:
        return Come(gone=True)
    return _came(item, settling.try_again(ledger.set_aside(), item, ledger.change))


def amend(ledger: Ledger, key: str, to: Amendment) -> Come:
    """Amend it and try to write it. Raises `RecordsError`, `NotAmended` too."""
    item = _item(ledger, key)
    if item is None or item.work is None:
        return Come(gone=True)
    if to.without_phi and to.reason and to.reason == settling.words_of(item.work).reason:
        raise NotAmended("Take the health details out of the words as well.")
    try:
        left = settling.amend_and_try(ledger.set_aside(), item, to, ledger.change)
    except Inconsistent as error:  # a booking or an escalation is always some practice's
        raise NotAmended("Choose the practice it belongs to.") from error
    return _came(item, left)


def write_off(ledger: Ledger, key: str, person: str, reason: str, at: datetime) -> Come:
    """Write it off. Raises `SpoolFailed`."""
    item = _item(ledger, key)
    if item is None:
        return Come(gone=True)
    settling.write_off(ledger.set_aside(), item, person=person, reason=reason, at=at)
    return Come(_practice(item))


def _item(ledger: Ledger, key: str) -> Item | None:
    return next((each for each in ledger.set_aside().items() if each.id == key), None)


def _came(item: Item, left: Item | None) -> Come:
    if left is None:
        return Come(_practice(item), written=True)
    return Come(_practice(item), why=left.why.value)


def _practice(item: Item) -> str | None:
    return settling.words_of(item.work).practice or None
