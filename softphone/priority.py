"""The engine before everything else on a busy machine, as far as its account may have it so.

A sound that comes late is a gap; a window that is painted a hundredth of a second later is not
noticed. Linux gives a negative nice value to who has the right to it (`nice` in
/etc/security/limits.conf, or CAP_SYS_NICE), Windows its high class to anybody.
"""

import ctypes
import os
import sys
from typing import Any, Final

from softphone import log

NICE: Final = -11  # PulseAudio's own
_HIGH_PRIORITY_CLASS: Final = 0x80  # SetPriorityClass, processthreadsapi.h


def raise_priority() -> bool:
    """Ask the system for it, before any thread is started; tell whether it was given."""
    given = _on_windows() if sys.platform == "win32" else _on_posix()
    log.note("priority", state="raised" if given else "as usual")
    return given


def _on_posix() -> bool:
    if sys.platform == "win32":
        return False
    try:
        os.setpriority(os.PRIO_PROCESS, 0, min(NICE, os.getpriority(os.PRIO_PROCESS, 0)))
    except OSError:
        return False
    return True


def _on_windows() -> bool:
    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 - there on Windows only
    return bool(kernel.SetPriorityClass(kernel.GetCurrentProcess(), _HIGH_PRIORITY_CLASS))
