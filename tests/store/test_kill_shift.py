"""kill -9 at random moments over five hundred finished calls, with the records held from the desk
now and then: nothing is lost and nothing stands twice.

`FRONTDESK_KILL_SEED` repeats a run; the seed is part of a failure's message.
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from console.desk.ledger import Ledger
from tests.store.conftest import Bare, Base

CALLS = 500
KILLS = 6
PATIENCE_S = 15.0

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9"),
    pytest.mark.timeout(180),
]

SHIFT = """
import sys
from datetime import timedelta
from pathlib import Path
from console.desk.ledger import Ledger
from console.store.place import place_of
from console.store.secrets import Handed
from console.store.session import Records
from tests.store.builders import SLOT, finished_call, new_booking, new_message

plain = Records.open
Records.open = staticmethod(lambda where, *, secrets: plain(where, secrets=secrets, busy_ms=100))
place, account, password, spool, first, last = sys.argv[1:]
ledger = Ledger(
    place=place_of(place),
    secrets=Handed(b"tests", {account: password}),
    spool_path=Path(spool),
    practices=(),
)
ledger.catch_up()
for number in range(int(first), int(last)):
    if number % 10 == 0:
        ledger.catch_up()  # as every five seconds of a desk's
    start = SLOT + timedelta(minutes=20 * (number // 2))  # every second one wants a taken time
    part = {"booking": new_booking(start)} if number % 4 < 2 else {"message": new_message()}
    try:
        ledger.finish(finished_call(f"kill-{number}", **part))
        print(number, flush=True)
    except Exception as error:
        if type(error).__name__ != "TimeTaken":
            raise
        print("taken", number, flush=True)
ledger.close()
"""


def shift(base: Base, spool: Path, first: int) -> subprocess.Popen[str]:
    account, password = next(iter(base.secrets.passwords.items()), ("", ""))
    return subprocess.Popen(
        [
            *(sys.executable, "-c", SHIFT, str(base.place), account, password),
            *(str(spool), str(first), str(CALLS)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def hold_now_and_then(other: Bare, chance: random.Random, stop: threading.Event) -> None:
    """Another program that keeps the desk from writing, a moment at a time."""
    while not stop.wait(chance.uniform(0.1, 0.4)):
        try:
            other.hold()
        except Exception:  # noqa: BLE001, S112 - the desk holds them just now
            continue
        stop.wait(chance.uniform(0.05, 0.3))
        other.let_go()


def test_five_hundred_calls_survive_kills_at_random_moments(
    base: Base, other: Bare, tmp_path: Path
) -> None:
    seed = int(os.environ.get("FRONTDESK_KILL_SEED", random.SystemRandom().randrange(1 << 32)))
    chance = random.Random(seed)
    spool = tmp_path / "kept-work.jsonl"
    stop = threading.Event()
    holder = threading.Thread(target=hold_now_and_then, args=(other, chance, stop))
    holder.start()
    saved: set[int] = set()
    taken: set[int] = set()
    first, until, kills = 0, time.monotonic() + PATIENCE_S, 0
    try:
        while first < CALLS:
            desk = shift(base, spool, first)
            lives = CALLS if kills >= KILLS or time.monotonic() > until else chance.randint(1, 140)
            assert desk.stdout is not None
            for line in desk.stdout:
                word, _, number = line.strip().rpartition(" ")
                (taken if word else saved).add(int(number))
                first = int(number) + 1
                lives -= 1
                if not lives:
                    time.sleep(chance.uniform(0, 0.01))  # anywhere in the next call
                    desk.send_signal(signal.SIGKILL)
                    kills += 1
                    break
            for line in desk.stdout:
                word, _, number = line.strip().rpartition(" ")
                if line.endswith("\n"):
                    (taken if word else saved).add(int(number))
                    first = int(number) + 1
            desk.stdout.close()
            assert desk.wait(30) in (0, -signal.SIGKILL), f"seed {seed}"
    finally:
        stop.set()
        holder.join(timeout=30)
    ledger = Ledger(place=base.place, secrets=base.secrets, spool_path=spool, practices=())
    standing = ledger.catch_up()
    ledger.close()
    assert (standing.trouble, standing.kept) == ("", 0), f"seed {seed}"
    everything_once(other, saved, seed)
    assert len(saved) + len(taken) + KILLS >= CALLS


def everything_once(other: Bare, saved: set[int], seed: int) -> None:
    rows = other.run(
        "SELECT uid, finished_at,"
        " (SELECT count(*) FROM answers WHERE call_id = calls.id),"
        " (SELECT count(*) FROM bookings WHERE call_id = calls.id),"
        " (SELECT count(*) FROM messages WHERE call_id = calls.id) FROM calls"
    )
    found = {int(uid.removeprefix("kill-")): rest for uid, *rest in rows}
    assert len(found) == len(rows)
    lost = saved - found.keys()
    assert not lost, f"lost {sorted(lost)}, seed {seed}"
    for number, (finished_at, answers, bookings, messages) in found.items():
        assert finished_at is not None
        assert (answers, bookings + messages) == (2, 1), f"call {number}, seed {seed}"
