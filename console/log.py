"""The log: what the program did, never who called or what was said.

Only the fields named in `SAFE_FIELDS` may be attached to a record, and message texts are constants
of ours, so that a caller's words have no way in.
"""

import logging
import logging.handlers
from pathlib import Path

SAFE_FIELDS = ("state", "command", "code", "count", "ms", "practice", "kind")
_OURS = ("console", "scripts", "softphone")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class AllowList(logging.Filter):
    """Drops from a record every extra field that is not in the list."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, less what it may not carry: of a library's, all but who spoke."""
        record.exc_info = record.exc_text = record.stack_info = None  # a traceback quotes values
        if record.name.partition(".")[0] not in _OURS:
            record.msg, record.args = "a library has something to say", None
        for name in list(vars(record)):
            if name not in _STANDARD and name not in SAFE_FIELDS:
                delattr(record, name)
        fields = [
            f"{name}={getattr(record, name)}" for name in SAFE_FIELDS if hasattr(record, name)
        ]
        if fields:
            record.msg = f"{record.getMessage()} {' '.join(fields)}"
            record.args = None
        return True


def start_log(folder: Path) -> None:
    """Log to a file of at most 1 MB, five kept, and nothing to the screen."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "frontdesk.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8"
    )
    handler.addFilter(AllowList())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for ours in _OURS:
        logging.getLogger(ours).setLevel(logging.INFO)
