"""Commands as an administrator sees them: in a real terminal, with their real waits."""

import os
import re
import select
import signal
import sys
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.records.progress import Progress, left_words
from console.store.finishing import finish_call
from console.store.installation import installation_of
from console.store.models import Message
from console.store.secrecy import rotating
from console.store.session import Records
from tests.records_file import SECRETS, asked, bare, told
from tests.store.builders import finished_call, new_message

pty = pytest.importorskip("pty")  # Windows has none

PROGRAM = (
    "import sys; from console.__main__ import main; from tests.records_file import SAFE;"
    " sys.exit(main(sys.argv[1:], safe=SAFE))"
)
PATIENCE_S = 60


class Terminal:
    """A terminal with a command in it. `screen` is what is left to be read, lines as they stand."""

    def __init__(self, *words: str) -> None:
        self.raw = ""
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.execv(sys.executable, [sys.executable, "-c", PROGRAM, *words])

    def until(self, pattern: str, times: int) -> None:
        """Read on until this has come in so many ways."""
        end = time.monotonic() + PATIENCE_S
        while len(set(re.findall(pattern, self.raw))) < times:
            assert self._read(end), f"{pattern!r} never came: {self.raw!r}"

    def end(self) -> int:
        """Read to the end and return the exit code."""
        end = time.monotonic() + PATIENCE_S
        while self._read(end):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    @property
    def screen(self) -> list[str]:
        """The lines as a terminal shows them: what was written over is gone."""
        shown = []
        for line in self.raw.replace("\r\n", "\n").split("\n"):
            cells: list[str] = []
            for part in line.split("\r"):
                cells[: len(part)] = part
            shown.append("".join(cells).rstrip())
        return [line for line in shown if line]

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self._file], [], [], max(0.0, end - time.monotonic()))
        with suppress(OSError):  # the other end is closed
            if ready and (more := os.read(self._file, 4096)):
                self.raw += more.decode()
                return True
        return False

    def close(self) -> None:
        with suppress(ChildProcessError, ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._file)


@pytest.fixture
def filled(path: Path) -> Path:
    """Records with sixty calls, whose rotation was begun and stopped just now."""
    records = Records.open(path, secrets=SECRETS)
    for number in range(60):
        one = finished_call(f"c{number}", message=new_message())
        records.write(lambda s, one=one: finish_call(s, finished=one))  # type: ignore[misc]

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        rotating.rotate(records, installation_of(SECRETS), person="dana", pause=stop)
    records.close()
    return path


def wait_is_over(path: Path) -> None:
    """Have the keys been made two minutes ago."""
    begun = datetime.now(UTC) - rotating.GRACE
    with closing(bare(path)) as database:
        guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'data_keys'"
        for (name,) in database.execute(guards).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE data_keys SET made_at = ?", (f"{begun:%Y-%m-%d %H:%M:%S.%f}",))


def test_keys_are_rotated_with_the_wait_counted_down_and_nothing_left_of_the_counting(
    filled: Path,
) -> None:
    command = ("records", "rotate-keys", "--records", str(filled))
    with closing(Terminal(*command)) as terminal:
        terminal.until(r"Until every desk has the new keys: (\d:\d\d|\d+ s) left", times=3)
        os.kill(terminal.pid, signal.SIGINT)
        assert terminal.end() == 130
        assert terminal.screen == [
            "Going on with the rotation that was stopped: 240 rows to seal. Desks go on working.",
            "^CStopped. Nothing is lost: run it again and it goes on from here."
            if "^C" in terminal.raw
            else "Stopped. Nothing is lost: run it again and it goes on from here.",
        ]
    wait_is_over(filled)
    with closing(Terminal(*command)) as terminal:
        assert terminal.end() == 0
        assert "Sealed anew: 240 of 240" in terminal.raw
        (key,) = asked(filled, "SELECT max(id) FROM data_keys")[0]
        assert terminal.screen == [
            "Going on with the rotation that was stopped: 240 rows to seal. Desks go on working.",
            f"240 rows sealed with key {key}; 2 old keys destroyed.",
        ]
    assert told(filled, Message, "reason") == [("Lisinopril",)] * 60


def test_a_backup_leaves_no_half_line_behind(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.backup"
    with closing(Terminal("records", "backup", str(copy), "--records", str(path))) as terminal:
        assert terminal.end() == 0
    assert terminal.screen[0] == f"backup: {copy}"
    assert not any("rows   " in line for line in terminal.screen)


def test_a_wait_is_counted_by_the_clock_and_not_by_its_ticks() -> None:
    now = [0.0]
    shown: list[str] = []

    class Screen:
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> int:
            shown.append(text)
            return len(text)

        def flush(self) -> None:
            pass

    def sleep(seconds: float) -> None:
        now[0] += 100.0 if len(shown) > 6 else seconds

    Progress(Screen()).count_down(120, "Wait", sleep=sleep, clock=lambda: now[0])  # type: ignore[arg-type]
    assert any("Wait: 2:00 left" in each for each in shown)
    assert now[0] < 320  # however long a tick took
    assert [left_words(s) for s in (119.2, 60, 59, 0.4)] == ["2:00", "1:00", "59 s", "1 s"]
