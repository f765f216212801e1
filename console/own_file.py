"""What is written out for somebody: a file for this account only (mode 0600)."""

import os
from pathlib import Path

from console.errors import WorldError


def write_new(path: Path, made: bytes) -> None:
    """Write a file; what stands there already is left alone. Raises `OSError`."""
    _write(path, made, os.O_EXCL)


def write_over(path: Path, made: bytes, what: str) -> None:
    """Write a file whose name a person gave, over what stands there. Raises `WorldError`, which
    names `what` was not written."""
    try:
        _write(path, made, os.O_TRUNC)
    except OSError as error:
        raise WorldError(f"The {what} was not written", f"{path}: {error.strerror}.") from error


def _write(path: Path, made: bytes, how: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(made)
