"""One desk for one data folder: two windows on the same records file and engine would be two
answers to the same call."""

import os
import sys
from pathlib import Path
from types import TracebackType

from console.errors import WorldError


class OnlyOne:
    """A lock the operating system takes away with the process, however that ends.

    Raises `WorldError` where another desk holds it, `OSError` where the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._file)
        except OSError:
            os.close(self._file)
            raise WorldError(
                "Frontdesk is already open",
                f"Another window uses {path.parent}. Close it, or use --data.",
            ) from None

    def __enter__(self) -> "OnlyOne":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
