"""Waiting for what another process does to a file or to itself.

Such a thing sends no signal to the process that tests it, so it is looked for. What happens in this
process is waited for by its own signal (`qtbot.waitSignal`) or event, and never here.
"""

import subprocess
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

BETWEEN_S = 0.01


def until(
    look: Callable[[], T],
    otherwise: str,
    within_s: float = 10,
    working: "subprocess.Popen[Any] | None" = None,
    between_s: float = BETWEEN_S,
) -> T:
    """Look every `between_s` seconds until there is something (that is true), and return it.

    Fails with `otherwise` after `within_s` seconds, and at once with what it wrote where the
    process that is `working` towards it ends before.
    """
    end = time.monotonic() + within_s
    while not (found := look()):
        if working is not None:
            assert working.poll() is None, working.communicate()[0]
        assert time.monotonic() < end, otherwise
        time.sleep(between_s)
    return found
