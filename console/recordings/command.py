"""What `frontdesk recordings` does, for whoever may open the records and the keyring.

Everything but a list is put on record; what is written out is in the clear, and is the reader's
to look after.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from pathlib import Path

from console.errors import WorldError
from console.recordings.wav import write_wav
from console.records.opening import opening
from console.settings import data_folder, load_settings
from console.store.audit.events import Event
from console.store.recordings import (
    RecordingRow,
    delete_recording,
    find_recording,
    note_use,
    recordings,
)
from console.store.secrets import RECORDINGS
from console.store.session import Records
from console.store.wrapping import unwrap
from softphone import vault

BY = "command line"


def show(arguments: argparse.Namespace) -> int:
    """List recordings and refusals."""
    since = arguments.since and datetime.combine(arguments.since, time()).astimezone(UTC)
    with _open(arguments) as (records, folder), records.session() as session:
        rows = recordings(
            session, practice=arguments.practice, number=arguments.number, since=since
        )
    told = [_told(row, folder) for row in rows]
    if arguments.json:
        json.dump(told, sys.stdout, indent=2)
        print()
        return 0
    if not told:
        print("Nothing has been recorded.")
    for each in told:
        length = "" if each["seconds"] is None else f"{each['seconds']:.0f} s"
        line = (str(each["recording"])[:12], each["at"], each["practice"], each["state"], length)
        print("  ".join(str(part) for part in line).rstrip())
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write a recording as a WAV file."""
    target: Path = arguments.file
    if target.exists():
        raise WorldError("The file is there already", f"{target}: name another.")
    with _open(arguments) as (records, folder):
        row = _need(records, arguments.recording)
        if row.wrapped_key is None:
            raise WorldError("There is nothing to write", f"It is {_told(row, folder)['state']}.")
        wrapping = arguments.safe.secrets().key(RECORDINGS, make=False)
        opened = unwrap(wrapping, row.uid, row.wrapped_key)
        written = _write(vault.file_of(folder, row.uid), row.uid, opened, target)
        records.write(lambda s: note_use(s, uid=row.uid, event=Event.EXPORTED, person=BY))
    print(f"{target}: {written}")
    return 0


def delete(arguments: argparse.Namespace) -> int:
    """Destroy a recording's key and file."""
    with _open(arguments) as (records, folder):
        row = _need(records, arguments.recording)
        if not arguments.yes:
            answer = input(f"Delete the recording of {row.consent_at:%Y-%m-%d %H:%M} UTC? [y/N] ")
            if answer.strip().lower() not in ("y", "yes"):
                print("Nothing was deleted.")
                return 1
        now = datetime.now(UTC)
        records.write(lambda s: delete_recording(s, uid=row.uid, person=BY, at=now))
        vault.file_of(folder, row.uid).unlink(missing_ok=True)
    print("The key is destroyed and the file is gone; that the call was recorded stays on record.")
    return 0


def _write(path: Path, recording: str, key: bytes, target: Path) -> str:
    try:
        with path.open("rb") as sealed:
            written = write_wav(sealed, recording, key, target)
    except vault.VaultError as error:
        raise WorldError("The recording cannot be trusted", str(error)) from error
    except OSError as error:
        raise WorldError(
            "The recording cannot be written out", f"{error.filename}: {error.strerror}."
        ) from error
    words = f"{written.seconds:.1f} s of sound"
    if written.paused_s:
        words += f", {written.paused_s:.1f} s paused"
    return words if written.whole else f"{words}; cut short, as the recording was never finished"


def _told(row: RecordingRow, folder: Path) -> dict[str, object]:
    return {
        "recording": row.uid,
        "call": row.call_uid,
        "practice": row.practice_id,
        "agent": row.agent,
        "at": row.consent_at.isoformat(timespec="seconds"),
        "consent": row.consent.value,
        "consent_law": row.consent_law,
        "consent_version": row.consent_version,
        "state": _state(row, folder),
        "seconds": row.seconds,
        "bytes": row.size,
        "sha256": row.sha256,
        "pauses": list(row.pauses),
    }


def _state(row: RecordingRow, folder: Path) -> str:
    if row.consent.value == "refused":
        return "refused"
    if row.deleted_at is not None:
        return "deleted"
    try:
        with vault.file_of(folder, row.uid).open("rb") as file:
            whole = vault.looks_whole(file)
    except OSError:
        return "not on this machine"
    if whole:
        return "whole"
    return "still going on, or cut short" if row.ended_at is None else "cut short"


def _need(records: Records, recording: str) -> RecordingRow:
    with records.session() as session:
        row = find_recording(session, uid=recording)
    if row is None:
        raise WorldError(
            "There is no such recording", "Name one of `frontdesk recordings list`, in full."
        )
    return row


@contextmanager
def _open(arguments: argparse.Namespace) -> Iterator[tuple[Records, Path]]:
    folder = load_settings(arguments.settings).recordings.folder_in(data_folder())
    with opening(arguments).opened(there=True) as records:
        yield records, arguments.folder or folder
