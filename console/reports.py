"""What goes wrong is told by its place, never by its words: those may hold what a caller said.

Python, Qt and the libraries each have a way of their own to standard error; all of them end here,
and in the log.
"""

import logging
import os
import sys
import threading
import traceback
import warnings
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger(__name__)

_QT_LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def report_by_place() -> None:
    """Have every bug, warning and message of this process told by its place."""
    sys.excepthook = report_bug
    threading.excepthook = _report_thread
    sys.unraisablehook = _report_unraisable
    warnings.showwarning = _report_warning
    logging.raiseExceptions = False  # it prints the arguments of a record it cannot format
    qInstallMessageHandler(_report_qt)


def report_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log where a bug struck, never its message."""
    where = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in reversed(traceback.extract_tb(trace))
    )
    log.error("bug", extra={"kind": f"{kind.__name__} at {where}"})
    if os.environ.get("FRONTDESK_TRACE"):
        traceback.print_exception(kind, error, trace)
    else:
        print(f"frontdesk: a bug of ours, {kind.__name__} at {where}", file=sys.stderr)


def _report_thread(bug: threading.ExceptHookArgs) -> None:
    """Report a bug that ended a thread as any other."""
    if bug.exc_value is not None:
        report_bug(bug.exc_type, bug.exc_value, bug.exc_traceback)


def _report_unraisable(bug: "sys.UnraisableHookArgs") -> None:
    """Report a bug nobody could be told of, such as one in a finalizer."""
    if bug.exc_value is not None:
        report_bug(bug.exc_type, bug.exc_value, bug.exc_traceback)


def _report_warning(  # noqa: PLR0917 - the shape is Python's
    message: Warning | str,  # noqa: ARG001
    category: type[Warning],
    filename: str,
    lineno: int,
    file: object = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    log.warning("warning", extra={"kind": f"{category.__name__} at {Path(filename).name}:{lineno}"})


def _report_qt(level: QtMsgType, context: QMessageLogContext, _message: str | None) -> None:
    """Keep which part of Qt spoke: its words may quote what was on the screen."""
    part = context.category or "default"
    log.log(_QT_LEVELS.get(level, logging.INFO), "Qt", extra={"kind": str(part)})
