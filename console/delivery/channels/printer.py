"""A printer of this machine's print service (CUPS): a page goes to a queue by `lp`.

Page and queue are handed over as arguments and standard input: no shell reads them, no file is
made, and the job's title, which stands in logs and on displays, says nothing of what is printed.

`lp` takes a page for a queue that stands still and says nothing of it, so the queue is asked first,
and for a while afterwards what became of the job. One that stays behind is taken back: nothing was
printed then, and the page can be tried again. As CUPS 2.4 answers:
https://www.cups.org/doc/man-lpstat.html, https://www.cups.org/doc/man-lp.html
"""

import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from console.delivery.dispatch import Dispatch, NotNow, Receipt, Refused, Unsure
from console.delivery.paper import as_pdf

TITLE: Final = "Frontdesk"
ANSWERS_IN_S: Final = 20.0
PRINTED_IN_S: Final = 12.0
_ASK_EVERY_S: Final = 0.5
_NOT_RUNNING: Final = "The print service of this machine is not running. Start CUPS."
_JOB: Final = re.compile(r"request id is (\S+-\d+)")
_UNDONE: Final = re.compile(r"Alerts:.*(abort|cancel|error)")


@dataclass(frozen=True, slots=True)
class Printer:
    """Prints what the dispatch says on the queue it names. Seconds."""

    knows_keys: bool = False
    answers_in_s: float = ANSWERS_IN_S
    printed_in_s: float = PRINTED_IN_S
    pause: Callable[[float], None] = time.sleep

    def send(self, dispatch: Dispatch) -> Receipt:
        """Print it, or raise `DeliveryError`."""
        queue = dispatch.to
        self._is_ready(queue)
        page = as_pdf(dispatch.subject, dispatch.text)
        try:
            done = self._run(["lp", "-d", queue, "-t", TITLE, "-"], page)
        except subprocess.TimeoutExpired as error:
            raise Unsure("The print service took the page and fell silent.") from error
        job = _JOB.search(done.stdout)
        if done.returncode != 0 or job is None:
            raise _refused(done.stderr)
        self._see_it_out(queue, job[1])
        return Receipt(reference=job[1])

    def _is_ready(self, queue: str) -> None:
        """Raise `NotNow` while the queue prints nothing, and `Refused` where there is none."""
        if "is running" not in self._ask("lpstat", "-r").stdout:
            raise NotNow(_NOT_RUNNING)
        asked = self._ask("lpstat", "-p", queue, "-a", queue)
        if asked.returncode != 0:
            raise _refused(asked.stderr)
        if f"{queue} disabled" in asked.stdout:
            raise NotNow(
                "The printer is stopped. See to its paper and its jam, then start it again "
                "(cupsenable)."
            )
        if "not accepting requests" in asked.stdout:
            raise NotNow("The printer takes no pages now. Have it take them again (cupsaccept).")

    def _see_it_out(self, queue: str, job: str) -> None:
        """Wait until the job has left the queue, for a while; take back one that stays."""
        until = time.monotonic() + self.printed_in_s
        while job in self._ask("lpstat", "-W", "not-completed", "-o", queue).stdout.split():
            if time.monotonic() >= until:
                self._take_back(job)
            self.pause(_ASK_EVERY_S)
        done = self._ask("lpstat", "-l", "-W", "completed", "-o", queue).stdout
        if any(each.split()[0] == job and _UNDONE.search(each) for each in _entries(done)):
            raise NotNow("The printer gave the page up. See to it; it is printed again.")

    def _take_back(self, job: str) -> None:
        if self._ask("cancel", job).returncode == 0:
            raise NotNow("The printer does not print. See whether it is on; it is tried again.")
        raise Unsure("The page waits at the printer and cannot be taken back.")

    def _ask(self, *command: str) -> "subprocess.CompletedProcess[str]":
        try:
            return self._run(list(command), b"")
        except subprocess.TimeoutExpired as error:
            raise NotNow("The print service does not answer. Start CUPS again.") from error

    def _run(self, command: list[str], given: bytes) -> "subprocess.CompletedProcess[str]":
        try:
            done = subprocess.run(
                command,
                input=given,
                capture_output=True,
                timeout=self.answers_in_s,
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
        except OSError as error:
            raise Refused(
                f"This machine has no {command[0]}. Install CUPS, or deliver by another way."
            ) from error
        return subprocess.CompletedProcess(
            command,
            done.returncode,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"),
        )


def _entries(told: str) -> list[str]:
    """Return the jobs of a long list, each with its indented lines."""
    return [each for each in re.split(r"\n(?=\S)", told.strip("\n")) if each.strip()]


def _refused(said: str) -> NotNow | Refused:
    if "does not exist" in said or "Invalid destination" in said:
        return Refused("This machine has no such printer. See `lpstat -e` for those it has.")
    if "not accepting jobs" in said:
        return NotNow("The printer takes no pages now. Have it take them again (cupsaccept).")
    return NotNow("The print service refused the page. Its own log says why.")
