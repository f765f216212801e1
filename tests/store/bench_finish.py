"""What a finished call costs: the store beside the very same statements in the bare driver, in one
run, on an encrypted file and on a server.

`python -m tests.store.bench_finish [CALLS]` prints milliseconds. The statements are those the store
executes, with their values, heard while it finishes the same calls in a database of their own
(listening costs it time) and replayed by `sqlcipher3` or `psycopg` alone on another of the same
kind: what is left of the difference is ours. They take turns by ten calls, so that a busy disk hits
both alike and neither runs on what the other left in the processor's caches; both wait for the
disk.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event

from console.store.finishing import finish_call
from console.store.place import FilePlace, Place
from console.store.postgres import PostgreSQL
from console.store.secrets import Handed
from console.store.session import BUSY_MS, Records
from console.store.work import FinishedCall, FormAnswer
from tests.postgres import Server
from tests.records_file import SECRETS, bare
from tests.store.builders import SLOT, finished_call, new_booking, seed

ANSWERS = tuple(
    FormAnswer(link_id=f"q{n}", text=f"answer {n}", value=str(n), phi=n % 2 == 0) for n in range(10)
)
TURN = 10  # calls
OURS_ONLY = ("SAVEPOINT", "RELEASE", "BEGIN")  # whoever writes by hand needs none of them


@dataclass(frozen=True)
class Side:
    """Where the store writes, where it is listened to, and the bare driver's connection to another
    of the same kind."""

    name: str
    records: Records
    heard: Records
    driver: Any

    def replay(self, statements: list[tuple[str, Any, bool]]) -> None:
        cursor = self.driver.cursor()
        if self.name.startswith("sqlcipher3"):
            cursor.execute("BEGIN IMMEDIATE")
        for statement, values, many in statements:
            (cursor.executemany if many else cursor.execute)(statement, values)
            if cursor.description:
                cursor.fetchall()
        self.driver.commit()


@contextmanager
def _file() -> Iterator[Side]:
    with tempfile.TemporaryDirectory() as folder:
        places = [FilePlace(Path(folder) / name) for name in ("store.db", "heard.db", "bare.db")]
        ours, heard, theirs = (_seeded(place, SECRETS) for place in places)
        theirs.close()
        driver = bare(places[2].path)
        driver.execute("PRAGMA synchronous = FULL")
        driver.execute("PRAGMA foreign_keys = ON")
        yield Side("sqlcipher3", ours, heard, driver)
        ours.close()
        heard.close()
        driver.close()


@contextmanager
def _server() -> Iterator[Side]:
    with Server(options=()) as server:
        databases = [server.database() for _ in range(3)]
        for each in databases:
            PostgreSQL(each.place, each.secrets).upgrade(busy_ms=BUSY_MS)
        ours, heard, theirs = (_seeded(each.place, each.secrets) for each in databases)
        theirs.close()
        driver = databases[2].connect(autocommit=False)
        yield Side("psycopg", ours, heard, driver)
        ours.close()
        heard.close()
        driver.close()


def _seeded(place: Place, secrets: Handed) -> Records:
    records = Records.open(place, secrets=secrets)
    seed(records)
    return records


def measure(side: Side, calls: int) -> tuple[list[float], list[float]]:
    """Finish calls in turn; return the milliseconds of the store and of the bare driver."""
    said: list[tuple[str, Any, bool]] = []

    def hear(_c: Any, _cursor: Any, statement: str, values: Any, _x: Any, many: bool) -> None:
        if not statement.startswith(OURS_ONLY):
            said.append((statement, values, many))

    ours, theirs = [], []
    event.listen(side.heard._engine, "before_cursor_execute", hear)
    for turn in range(calls // TURN + 2):
        deeds = [partial(finish_call, finished=_call(turn * TURN + n)) for n in range(TURN)]
        scripts = []
        for deed in deeds:
            said.clear()
            side.heard.write(deed)
            scripts.append(list(said))
        ours += [timed(partial(side.records.write, deed)) for deed in deeds]
        theirs += [timed(partial(side.replay, script)) for script in scripts]
    warm = 2 * TURN  # what is compiled and prepared once is not what a call costs
    return ours[warm:], theirs[warm:]


def _call(number: int) -> FinishedCall:
    slot = SLOT + timedelta(minutes=20 * number)
    return finished_call(f"bench-{number}", answers=ANSWERS, booking=new_booking(slot))


def timed(work: Callable[[], object]) -> float:
    """Return how long it took, in milliseconds."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def main(calls: int) -> None:
    """Measure and print."""
    for kind in (_file, _server):
        with kind() as side:
            ours, theirs = measure(side, calls)
        for name, times in (("store", ours), (f"bare {side.name}", theirs)):
            p95 = statistics.quantiles(times, n=20)[-1]
            print(f"{name:16} median {statistics.median(times):6.2f} ms   p95 {p95:6.2f} ms")
        print(f"{'ratio':16} median {statistics.median(ours) / statistics.median(theirs):6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
