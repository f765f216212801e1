"""Two hundred desks on one server: twenty finished calls a second, and how long each waits.

`python -m tests.store.bench_desks [DESKS] [CALLS_A_SECOND] [SECONDS]`. Every desk is a thread with
open records of its own, in two processes; each call is what a real one writes: it rings, is
answered, two drafts are kept, it is finished and over. The server writes to the disk for real.
Prints milliseconds of the finishing transaction, and of the whole call's six.
"""

import json
import random
import statistics
import subprocess
import sys
import threading
import time
from datetime import timedelta
from functools import partial
from typing import Any

from console.store.drafts import save_draft
from console.store.errors import RecordsError
from console.store.finishing import finish_call
from console.store.place import place_of
from console.store.postgres import PostgreSQL
from console.store.secrets import Handed
from console.store.session import BUSY_MS, Records
from console.store.spool import write_work
from console.store.work import AnsweredCall, ClosedCall, OpenedCall, SavedDraft
from softphone.wire import EndCause
from tests.postgres import Server
from tests.store.builders import CAME, SLOT, finished_call, new_booking, new_message, seed

PROCESSES = 2


def main(desks: int, rate: float, seconds: float) -> None:
    """Begin a server, run the desks, print what they waited."""
    with Server(options=()) as server:
        database = server.database()
        PostgreSQL(database.place, database.secrets).upgrade(busy_ms=BUSY_MS)
        records = Records.open(database.place, secrets=database.secrets)
        seed(records)
        job = {
            "place": str(database.place),
            "passwords": database.secrets.passwords,
            "desks": desks // PROCESSES,
            "every": desks / rate,
            "seconds": seconds,
        }
        shifts = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.store.bench_desks", json.dumps(job | {"part": part})],
                stdout=subprocess.PIPE,
                text=True,
            )
            for part in range(PROCESSES)
        ]
        told = [json.loads(shift.communicate()[0]) for shift in shifts]
        records.close()
    finished = [each for part in told for each in part["finished"]]
    whole = [each for part in told for each in part["whole"]]
    failed = sum(part["failed"] for part in told)
    print(f"{desks} desks, {len(finished) / seconds:.1f} finished calls a second, {failed} failed")
    for name, times in (("finishing", finished), ("the whole call", whole)):
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{name:16} median {statistics.median(times):6.1f} ms   p95 {p95:6.1f} ms")


def shift(job: dict[str, Any]) -> None:
    """Be one process's desks, and print what they waited."""
    secrets = Handed(b"tests", job["passwords"])
    told: dict[str, Any] = {"finished": [], "whole": [], "failed": 0}
    ready = threading.Barrier(job["desks"])
    threads = [
        threading.Thread(target=_desk, args=(job, number, secrets, told, ready))
        for number in range(job["desks"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(told))


def _desk(
    job: dict[str, Any],
    number: int,
    secrets: Handed,
    told: dict[str, Any],
    ready: threading.Barrier,
) -> None:
    name = f"{job['part']}-{number}"
    records = Records.open(place_of(job["place"]), secrets=secrets)
    _call(records, f"{name}-warm", name, 0)
    ready.wait(timeout=120)
    until = time.monotonic() + job["seconds"]
    time.sleep(random.uniform(0, job["every"]))
    turn = 0
    while (began := time.monotonic()) < until:
        turn += 1
        try:
            finishing, whole = _call(records, f"{name}-{turn}", name, turn)
        except RecordsError:
            told["failed"] += 1
        else:
            told["finished"].append(finishing)
            told["whole"].append(whole)
        time.sleep(max(0.0, job["every"] - (time.monotonic() - began)))
    records.close()


def _call(records: Records, uid: str, desk: str, turn: int) -> tuple[float, float]:
    """Have one call; return the milliseconds of its finishing and of all it wrote."""
    begun = time.perf_counter()
    opened = OpenedCall(uid=uid, offered_at=CAME, caller_number="+15155550142")
    for work in (opened, AnsweredCall(uid=uid, at=CAME, agent=desk)):
        records.write(partial(write_work, work=work))
    for typed in range(2):
        at = CAME + timedelta(seconds=typed)
        draft = SavedDraft(uid=uid, call_uid=uid, updated_at=at, record={"name": "x" * typed})
        records.write(partial(save_draft, draft=draft))
    start = SLOT + timedelta(minutes=20 * turn)
    part: dict[str, Any] = (
        {"booking": new_booking(start, provider=desk)} if turn % 2 else {"message": new_message()}
    )
    work = finished_call(uid, **part)
    finishing = time.perf_counter()
    records.write(partial(finish_call, finished=work))
    finished = time.perf_counter()
    over = ClosedCall(uid=uid, at=CAME + timedelta(minutes=4), cause=EndCause.CALLER)
    records.write(partial(write_work, work=over))
    return (finished - finishing) * 1000, (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].startswith("{"):
        shift(json.loads(sys.argv[1]))
    else:
        given = [float(word) for word in sys.argv[1:]]
        desks, rate, seconds = (*given, *(200.0, 20.0, 15.0)[len(given) :])
        main(int(desks), rate, seconds)
