"""The engine's log, on standard error: fields from a list of harmless ones, and nothing else.

A log travels: into bug reports, to vendors. So a line is an event's name and numbers that say
nothing of a person; a field that is not on the list cannot be written.
"""

import logging
import traceback
from typing import Final

_ALLOWED: Final = frozenset(
    {"call", "cause", "code", "count", "error", "kind", "port", "seconds", "state", "where"}
)
_logger: Final = logging.getLogger("softphone")


def set_up() -> None:
    """Send the log to standard error."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level="INFO")


def note(event: str, **fields: str | float) -> None:
    """Write one line. A field off the list is a bug."""
    _logger.info("%s", _line(event, fields))


def failure(event: str, error: BaseException, **fields: str | float) -> None:
    """Write where our own code broke: file, line and kind of error, never its text."""
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    _logger.error("%s", _line(event, {**fields, "error": type(error).__name__, "where": where}))


def _line(event: str, fields: dict[str, str | float]) -> str:
    strange = fields.keys() - _ALLOWED
    if strange:
        raise ValueError(f"not a field a log may hold: {', '.join(sorted(strange))}")
    return " ".join([event, *(f"{name}={value}" for name, value in fields.items())])
