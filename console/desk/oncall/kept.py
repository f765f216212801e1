"""What was entered about rotas, kept on this machine for a start without records: a desk that does
not know of a vacation would reach somebody who is away."""

import os
from contextlib import suppress
from pathlib import Path

import msgspec

from scripts.entered import Entered


def read(path: Path) -> Entered:
    """Return what was kept; nothing where there is none, or it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Entered)
    except (OSError, msgspec.DecodeError):
        return Entered()


def keep(path: Path, entered: Entered) -> None:
    """Keep it, whole or not at all, for this account only (mode 0600)."""
    data = msgspec.json.encode(entered)
    with suppress(OSError):  # a copy that cannot be kept costs nothing until the records are away
        if not path.exists() and entered == Entered():
            return
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
        part.replace(path)
