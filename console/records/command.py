"""`frontdesk records`: what an administrator does with the records as a whole.

Each command prints what it did, or with `--json` the same as one JSON object, and returns 1 where
something is not as it should be. Nothing here is needed by a desk at work.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import func, select

from console.errors import WorldError
from console.records.opening import Opening, as_sentences, opening
from console.records.progress import progress
from console.settings import data_folder
from console.store import backups, carry_over, migrating
from console.store.aside import Item
from console.store.audit.checking import KnownHead
from console.store.audit.events import Event
from console.store.audit.heads import HeadsUnreadable, read_heads
from console.store.backups import Copied
from console.store.checks import verify as look
from console.store.copying import Progress
from console.store.errors import RecordsError
from console.store.models import Base
from console.store.place import FilePlace, ServerPlace, place_of
from console.store.postgres import PostgreSQL
from console.store.secrets import BACKUPS, Secrets
from console.store.session import BUSY_MS, Records
from console.store.settling import try_again
from console.store.spool import Spool
from console.store.sqlite import Found
from console.store.sqlite import look as look_at_file


def status(arguments: argparse.Namespace) -> int:
    """Say where the records are, their layout, and how many rows each table has."""
    records = opening(arguments)
    told: dict[str, Any] = {"place": str(records.place), "newest_layout": migrating.head()}
    try:
        told |= _state(records)
    except RecordsError as error:
        told |= {"reachable": False, "trouble": str(error)}
    data: Path = arguments.data or data_folder()
    told |= _left_on_this_machine(records, data)
    _tell(arguments, told)
    return 0 if told["reachable"] else 1


def _state(records: Opening) -> dict[str, Any]:
    place = records.place
    if isinstance(place, FilePlace) and look_at_file(place.path) is not Found.OURS:
        begun = "kept in the clear by 0.1" if place.path.exists() else "not begun yet"
        return {"reachable": True, "state": begun}
    records.safe.check()
    opened = Records.open(place, secrets=records.safe.secrets())
    try:
        with opened.session() as session:
            rows = {
                name: session.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in sorted(Base.metadata.tables.items())
            }
        return {"reachable": True, "state": "ready", "layout": opened.revision, "rows": rows}
    finally:
        opened.close()


def _left_on_this_machine(records: Opening, data: Path) -> dict[str, Any]:
    aside = data / "kept-work.jsonl.aside"
    plain = isinstance(records.place, FilePlace) and carry_over.plain_path(records.place.path)
    return {
        "in_the_clear": str(plain) if plain and plain.exists() else None,
        "work_waits_here": (data / "kept-work.jsonl").exists(),
        "work_set_aside": aside.read_bytes().count(b"\n") if aside.exists() else 0,
    }


def upgrade(arguments: argparse.Namespace) -> int:
    """Bring the records to this version's layout, after a backup."""
    records = opening(arguments)
    records.safe.check()
    secrets = records.safe.secrets()
    told: dict[str, Any] = {"place": str(records.place)}
    with as_sentences():
        if isinstance(records.place, ServerPlace):
            told |= _upgrade_server(records.place, secrets, arguments)
        else:
            with records.opened() as opened:
                told["layout"] = opened.revision
            if arguments.remove_plain:
                told["plain_removed"] = carry_over.remove_plain(records.place.path)
    _tell(arguments, told)
    return 0


def _upgrade_server(
    place: ServerPlace, secrets: Secrets, arguments: argparse.Namespace
) -> dict[str, Any]:
    server = PostgreSQL(place, secrets)
    was = server.layout(busy_ms=BUSY_MS)
    told: dict[str, Any] = {"was": was, "backup": None}
    if was is not None and was != migrating.head():
        data: Path = arguments.data or data_folder()
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        path: Path = arguments.backup or data / "backups" / f"records-{was}-{stamp}.backup"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _progress(arguments) as told_of:
            backups.back_up(place, path, secrets, told_of)
        told["backup"] = str(path)
    return told | {"layout": server.upgrade(busy_ms=BUSY_MS)}


def verify(arguments: argparse.Namespace) -> int:
    """Look at everything; return 1 where something was found."""
    known: tuple[KnownHead, ...] = ()
    if arguments.heads:
        try:
            known = read_heads(arguments.heads)
        except (OSError, HeadsUnreadable) as error:
            raise WorldError("The heads cannot be read", f"{error}.") from error
    with opening(arguments).opened(there=True) as records:
        checks = tuple(look(records, known_heads=known))
    good = all(check.good for check in checks)
    if arguments.json:
        found = [
            {"name": c.name, "good": c.good, "looked_at": c.looked_at, "wrong": list(c.wrong)}
            for c in checks
        ]
        print(json.dumps({"good": good, "checks": found}, indent=2))
    else:
        for check in checks:
            print(f"{'good' if check.good else 'BAD ':4}  {check.name}: {check.looked_at}")
            for sentence in check.wrong:
                print(f"        {sentence}")
    return 0 if good else 1


def backup(arguments: argparse.Namespace) -> int:
    """Write everything to an encrypted file."""
    records = opening(arguments)
    records.safe.check()
    secrets = records.safe.secrets()
    path: Path = arguments.file
    with records.opened(there=True) as opened:
        with _progress(arguments) as told_of:
            done = backups.back_up(records.place, path, secrets, told_of)
        backups.put_on_record(opened, Event.BACKED_UP, _who(), done.rows)
    _tell(arguments, {"backup": str(path)} | _copied(done))
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Bring a backup back as the records."""
    records = opening(arguments)
    records.safe.check()
    secrets: Secrets = records.safe.secrets()
    with as_sentences():
        if arguments.recovery_key:
            secrets.adopt(BACKUPS, backups.read_back(_typed("Recovery key: ")))
        with _progress(arguments) as told_of:
            done, kept = backups.restore(arguments.file, records.place, secrets, told_of)
    with records.opened() as opened:
        backups.put_on_record(opened, Event.RESTORED, _who(), done.rows)
    told = {"records": str(records.place), "put_aside": kept and str(kept)}
    _tell(arguments, told | _copied(done))
    return 0


def move(arguments: argparse.Namespace) -> int:
    """Move a file's records to a server."""
    records = opening(arguments)
    records.safe.check()
    with as_sentences():
        target = place_of(arguments.to)
        if not isinstance(records.place, FilePlace) or not isinstance(target, ServerPlace):
            raise WorldError("Nothing to move", "Records are moved from a file to a server.")
        if look_at_file(records.place.path) is Found.NOTHING:
            raise WorldError("There are no records", f"There is no file {records.place}.")
        secrets = records.safe.secrets()
        with _progress(arguments) as told_of:
            done = backups.move(records.place, target, secrets, told_of)
    with Opening(target, records.safe).opened() as opened:
        backups.put_on_record(opened, Event.MOVED, _who(), done.rows)
    told = {"from": str(records.place), "to": str(target), "settings": f'records = "{target}"'}
    _tell(arguments, told | _copied(done))
    return 0


def aside(arguments: argparse.Namespace) -> int:
    """See to work the records refused for good, or that could not be read; return 1 while some is
    left that nobody has taken over."""
    records = opening(arguments)
    records.safe.check()
    data: Path = arguments.data or data_folder()
    with as_sentences():
        kept = Spool(data / "kept-work.jsonl", records.safe.secrets()).aside
        if arguments.retry:
            with records.opened() as opened:
                for each in kept.items():
                    if not each.off_by:
                        try_again(kept, each, opened.write)
        if arguments.hand_over:
            mine = (each for each in kept.items() if each.is_open)
            kept.change(msgspec.structs.replace(e, handed_to=arguments.hand_over) for e in mine)
        if arguments.drop:
            kept.change((), gone=arguments.drop)
        left = kept.items()
    told = [_item(each, show=arguments.show) for each in left]
    if arguments.json:
        print(json.dumps({"items": told}, indent=2))
    else:
        for shown in told:
            print("  ".join(str(part) for part in shown.values() if part))
    return 1 if any(each.is_open for each in left) else 0


def _item(item: Item, *, show: bool) -> dict[str, Any]:
    work = item.work
    return {
        "id": item.id,
        "at": item.at.isoformat(timespec="seconds"),
        "what": type(work).__name__ if work else "unreadable",
        "call": work.uid if work else None,
        "why": item.why.value,
        "handed_to": item.handed_to or None,
        "written_off": f"written off by {item.off_by}: {item.off_why}" if item.off_by else None,
        "content": item.line.decode(errors="replace") if show else None,
    }


def recovery_key(arguments: argparse.Namespace) -> int:
    """Show the key that opens backups on another machine."""
    records = opening(arguments)
    records.safe.check()
    with as_sentences():
        key = backups.written_down(records.safe.secrets().key(BACKUPS))
    if arguments.json:
        print(json.dumps({"recovery_key": key}))
    else:
        print(key)
        print(
            "Whoever has this can read every backup. Write it down and lock it away, not on this"
            " machine.",
            file=sys.stderr,
        )
    return 0


def _copied(done: Copied) -> dict[str, Any]:
    return {
        "layout": done.revision,
        "rows": done.rows,
        "tables": {
            name: {"rows": each.rows, "sha256_sum": str(each)}
            for name, each in sorted(done.tables.items())
        },
    }


def _tell(arguments: argparse.Namespace, told: dict[str, Any]) -> None:
    if arguments.json:
        print(json.dumps(told, indent=2))
        return
    for name, value in told.items():
        if isinstance(value, dict):
            for part, of_part in value.items():
                shown = of_part["rows"] if isinstance(of_part, dict) else of_part
                print(f"  {part}: {shown}")
        elif value not in (None, False):
            print(f"{name.replace('_', ' ')}: {'yes' if value is True else value}")


@contextmanager
def _progress(arguments: argparse.Namespace) -> Iterator[Progress]:
    with progress(quiet=arguments.json) as line:
        yield lambda table, rows: line.show(f"{table.replace('_', ' ')}: {rows:,} rows")


def _typed(prompt: str) -> str:
    return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline()


def _who() -> str:
    return getpass.getuser()
