"""Files a command reads and writes, with a sentence for what the world has against it."""

import sys
from pathlib import Path

from console.errors import WorldError


def read_text(source: Path) -> str:
    """Return a file's text, or raise `WorldError`."""
    try:
        return source.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise WorldError(f"{source.name} cannot be read", "It is not UTF-8 text.") from error
    except OSError as error:
        raise WorldError(f"{source.name} cannot be read", f"{error.strerror}.") from error


def write_text(text: str, output: Path | None) -> None:
    """Write to a file, or to the screen where none is named; raise `WorldError`."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise WorldError(f"{output.name} cannot be written", f"{error.strerror}.") from error
