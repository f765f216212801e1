"""Files of this account's only, forced to the disk, and used by one process at a time."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.store.errors import SpoolFailed


def append(path: Path, data: bytes) -> None:
    """Add to a file (mode 0600), whole or not at all, and force it to the disk. Raises
    `OSError`."""
    begun = not path.exists()
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "ab", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        try:
            _write_all(file.fileno(), data)
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise
    if begun:
        sync_folder(path)


def replace(path: Path, data: bytes) -> None:
    """Give a file other contents, whole or not at all. Raises `OSError`."""
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    file = os.open(partial, flags, 0o600)
    try:
        _write_all(file, data)
        os.fsync(file)
    finally:
        os.close(file)
    partial.replace(path)
    sync_folder(path)


def remove(path: Path) -> None:
    """Take a file away for good. Raises `OSError`."""
    path.unlink(missing_ok=True)
    sync_folder(path)


def sync_folder(path: Path) -> None:
    """Force a file's name to the disk too, where the system has a way to."""
    if os.name != "posix":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Alone:
    """A lock on a file between processes, and between the threads of this one."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._thread = threading.RLock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold it for a block, waiting for it. The disk's refusal is `SpoolFailed`."""
        with self._thread:
            try:
                file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
                try:
                    _lock(file)
                    yield
                finally:
                    os.close(file)  # which unlocks it, as does the end of the process
            except OSError as error:
                raise SpoolFailed(error.strerror or "unknown") from error


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
