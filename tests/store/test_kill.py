"""kill -9 of the program at work: what the desk was told is safe is there afterwards."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.store.drafts import drafts
from console.store.session import Records
from console.store.spool import Spool
from tests.records_file import SECRETS
from tests.store.builders import finished_call, new_booking
from tests.store.conftest import Base, Count

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")

TYPING = """
import itertools, sys
from datetime import timedelta
from console.store.drafts import save_draft
from console.store.secrets import Handed
from console.store.session import Records
from console.store.work import SavedDraft
from tests.store.builders import CAME

records = Records.open(sys.argv[1], secrets=Handed(b"tests", dict([sys.argv[2:4]])))
for typed in itertools.count(1):
    draft = SavedDraft(
        uid="d",
        call_uid="c",
        updated_at=CAME + timedelta(milliseconds=typed),
        record={"symptom": "x" * typed},
        practice_id="riverside",
    )
    records.write(lambda s: save_draft(s, draft=draft))
    print(typed, flush=True)
"""

KEEPING = """
import itertools, sys
from pathlib import Path
from console.store.secrets import Handed
from console.store.spool import Spool
from tests.store.builders import finished_call

spool = Spool(Path(sys.argv[1]), Handed(b"tests"))
for number in itertools.count():
    spool.keep(finished_call(f"kept-{number}"))
    print(number, flush=True)
"""

REPLAYING = """
import sys
from pathlib import Path
from console.store.secrets import Handed
from console.store.session import Records
from console.store.spool import Spool

class Told(Records):
    def write(self, work):
        done = super().write(work)
        print("written", flush=True)
        return done

secrets = Handed(b"tests", dict([sys.argv[2:4]]))
Spool(Path(sys.argv[4]), Handed(b"tests")).replay(Told.open(sys.argv[1], secrets=secrets))
sys.stdin.read()
"""


@contextmanager
def killed_after(lines: int, program: str, *arguments: Path | str) -> Iterator[list[str]]:
    """Run a program until it has told so many lines, kill it, and give all it told."""
    child = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    assert child.stdin is not None
    told = [child.stdout.readline().strip() for _ in range(lines)]
    child.send_signal(signal.SIGKILL)
    told += [line.strip() for line in child.stdout.readlines() if line.endswith("\n")]
    assert child.wait(timeout=20) == -signal.SIGKILL
    child.stdout.close()
    child.stdin.close()
    yield told


def where(base: Base) -> tuple[str, str, str]:
    """Return what a program is told to open the records."""
    account, password = next(iter(base.secrets.passwords.items()), ("", ""))
    return str(base.place), account, password


@pytest.mark.parametrize("keystrokes", [1, 7, 40])
def test_an_unfinished_form_survives_the_kill_of_the_window(base: Base, keystrokes: int) -> None:
    with killed_after(keystrokes, TYPING, *where(base)) as told:
        typed = int(told[-1])
    again = base.open()
    with again.session() as session:
        (draft,) = drafts(session)
    assert len(draft.record["symptom"]) in (typed, typed + 1)
    again.close()


def test_what_was_kept_on_this_machine_survives_the_kill(tmp_path: Path) -> None:
    path = tmp_path / "spool.jsonl"
    for _ in range(2):  # the second time onto what the first left
        with killed_after(15, KEEPING, path) as told:
            assert told[0] == "0"
        kept = [work.uid for work in Spool(path, SECRETS).waiting()]
        assert set(kept) >= {f"kept-{number}" for number in told}


@pytest.mark.parametrize("writes", [1, 9, 20])
def test_a_kill_during_the_replay_loses_nothing_and_writes_nothing_twice(
    base: Base, records: Records, tmp_path: Path, count: Count, writes: int
) -> None:
    spool_path = tmp_path / "spool.jsonl"
    spool = Spool(spool_path, SECRETS)
    for number in range(20):
        # Every second one wants the time the one before it took.
        booking = new_booking(provider=f"provider-{number // 2}")
        spool.keep(finished_call(f"call-{number}", booking=booking))
    with killed_after(writes, REPLAYING, *where(base), spool_path):
        pass
    Spool(spool_path, SECRETS).replay(records)
    assert not spool_path.exists()
    assert [count(t) for t in ("calls", "bookings", "messages", "answers")] == [20, 10, 10, 40]
