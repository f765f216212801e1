"""`frontdesk records heads | desks | admit | shut-out | rotate-keys | retention | hold | release`:
what an administrator does so that the records stay private, and no longer than they have to.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.errors import WorldError
from console.records.command import _tell, _who
from console.records.opening import opening
from console.records.progress import progress
from console.settings import data_folder, load_settings
from console.store import retention
from console.store.audit.events import Event
from console.store.audit.heads import heads as heads_of
from console.store.audit.heads import write_heads
from console.store.audit.noting import note
from console.store.installation import installation_of
from console.store.retention import Due, Kind
from console.store.secrecy import keyring
from console.store.secrecy.rotating import rotate
from console.store.session import Records
from softphone import vault


def heads(arguments: argparse.Namespace) -> int:
    """Write every chain's head to a file, to be kept where this database's owner cannot write."""
    with opening(arguments).opened(there=True) as records:
        now = datetime.now(UTC)
        with records.session() as session:
            known = heads_of(session)
        path: Path = arguments.output
        if path.is_dir():
            path /= f"heads-{now:%Y%m%dT%H%M%SZ}.json"
        try:
            write_heads(path, known, at=now)
        except OSError as error:
            raise WorldError("The heads cannot be written", f"{path}: {error.strerror}.") from error
        records.write(
            lambda s: note(
                s, event=Event.EXPORTED, person=_who(), kind="heads", detail=str(len(known))
            )
        )
    _tell(arguments, {"heads": str(path), "chains": len(known)})
    return 0


def desks(arguments: argparse.Namespace) -> int:
    """List the desks that have opened the records, and whether each was given the keys."""
    with opening(arguments).opened(there=True) as records, records.session() as session:
        known = keyring.desks(session)
    if arguments.json:
        print(
            json.dumps(
                [
                    asdict(each) | {"first_seen_at": each.first_seen_at.isoformat()}
                    for each in known
                ],
                indent=2,
            )
        )
        return 0
    for each in known:
        print(f"{each.id}  {'admitted' if each.admitted else 'NOT ADMITTED':12}"
              f"  since {each.first_seen_at:%Y-%m-%d %H:%M} UTC")  # fmt: skip
    return 0


def admit(arguments: argparse.Namespace) -> int:
    """Give a desk the keys. Compare its id with what it shows before."""
    at = opening(arguments)
    with at.opened(there=True) as records:
        desk = installation_of(at.safe.secrets())
        records.write(lambda s: keyring.admit(s, desk=arguments.desk, by=desk, person=_who()))
    _tell(arguments, {"admitted": arguments.desk})
    return 0


def shut_out(arguments: argparse.Namespace) -> int:
    """Take the keys from a desk. Rotate them after."""
    with opening(arguments).opened(there=True) as records:
        records.write(lambda s: keyring.shut_out(s, desk=arguments.desk, person=_who()))
    _tell(arguments, {"shut_out": arguments.desk, "next": "frontdesk records rotate-keys"})
    return 0


def rotate_keys(arguments: argparse.Namespace) -> int:
    """Seal everything with a new key and destroy the old one; stopped, it goes on with the next
    run."""
    at = opening(arguments)
    with at.opened(there=True) as records, progress(quiet=arguments.json) as line:
        of = 0

        def begun(rows: int, again: bool) -> None:
            nonlocal of
            of = rows
            what = "Going on with the rotation that was stopped" if again else "New keys are made"
            line.say(f"{what}: {_many(rows, 'row')} to seal. Desks go on working.")

        try:
            done = rotate(
                records,
                installation_of(at.safe.secrets()),
                person=_who(),
                begun=begun,
                told=lambda rows: line.show(f"Sealed anew: {rows:,} of {max(of, rows):,}"),
                pause=lambda left: line.count_down(left, "Until every desk has the new keys"),
            )
        except KeyboardInterrupt:
            line.say("Stopped. Nothing is lost: run it again and it goes on from here.")
            return 130  # as a shell has it for a program that was interrupted
    told = {"key": done.key_id, "rows": done.rows, "destroyed": len(done.destroyed)}
    if arguments.json:
        _tell(arguments, told)
    else:
        old = _many(len(done.destroyed), "old key")
        print(f"{_many(done.rows, 'row')} sealed with key {done.key_id}; {old} destroyed.")
    return 0


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count != 1 else ''}"


def retention_(arguments: argparse.Namespace) -> int:
    """Say what is over age; with `--apply`, delete it for good."""
    settings = load_settings(arguments.settings)
    data: Path = arguments.data or data_folder()
    terms = settings.retention.terms()
    at = opening(arguments)
    with at.opened(there=True) as records:
        with records.session() as session:
            over_age = retention.due(session, terms, now=datetime.now(UTC))
        told: dict[str, Any] = {"over_age": [_due(each) for each in over_age], "deleted": None}
        if arguments.apply:
            told |= _apply(records, over_age, settings.recordings.folder_in(data))
    if arguments.json:
        print(json.dumps(told, indent=2))
    else:
        _print(over_age, told)
    return 0


def _apply(records: Records, over_age: tuple[Due, ...], folder: Path) -> dict[str, Any]:
    done = retention.delete_due(records, over_age, person=_who())
    for uid in done.files:  # its key is gone already: where the file is another desk's, it is noise
        vault.file_of(folder, uid).unlink(missing_ok=True)
    records.overwrite_deleted()
    return {
        "deleted": {kind.value: number for kind, number in done.rows.items()},
        "recordings": len(done.files),
    }


def _due(each: Due) -> dict[str, Any]:
    rows: Mapping[Kind, Any] = each.rows
    return {
        "practice": each.practice_id,
        "rows": {kind.value: len(rows.get(kind, ())) for kind in Kind},
        "held": each.held,
        "unfinished": each.unfinished,
    }


def _print(over_age: tuple[Due, ...], told: dict[str, Any]) -> None:
    if not over_age:
        print("Nothing is over age.")
    for each in over_age:
        parts = [f"{len(rows)} {kind}" for kind, rows in each.rows.items()]
        parts += [f"{each.held} held"] if each.held else []
        parts += [f"{each.unfinished} unfinished, kept"] if each.unfinished else []
        print(f"{each.practice_id or 'no practice'}: {', '.join(parts)}")
    if told["deleted"] is None:
        print("Nothing was deleted. To delete it for good: frontdesk records retention --apply")
    else:
        print("Deleted. Backups made before still hold it: delete those as they come of age.")


def hold(arguments: argparse.Namespace) -> int:
    """Keep a practice's records, or one call's, from deletion."""
    with opening(arguments).opened(there=True) as records:
        made = records.write(
            lambda s: retention.hold(
                s,
                practice_id=arguments.practice,
                call_id=arguments.call,
                person=_who(),
                at=datetime.now(UTC),
            )
        )
    _tell(arguments, {"hold": made, "practice": arguments.practice})
    return 0


def release(arguments: argparse.Namespace) -> int:
    """End a hold."""
    with opening(arguments).opened(there=True) as records:
        done = records.write(
            lambda s: retention.release(
                s, hold_id=arguments.hold, person=_who(), at=datetime.now(UTC)
            )
        )
    if not done:
        raise WorldError("No such hold", f"Hold {arguments.hold} is not in force.")
    _tell(arguments, {"released": arguments.hold})
    return 0
