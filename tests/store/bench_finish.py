"""What a finished call costs: the store beside the same statements in bare `sqlite3`, in one run.

`python -m tests.store.bench_finish [CALLS]` prints milliseconds. Both write to files in the same
folder with the same settings, taking turns, so that a busy disk hits both alike.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from console.store.finishing import finish_call
from console.store.session import Records
from console.store.work import FormAnswer
from tests.store.builders import SLOT, finished_call, new_booking, seed

ANSWERS = tuple(
    FormAnswer(link_id=f"q{n}", text=f"answer {n}", value=str(n), phi=n % 2 == 0) for n in range(10)
)


def bare(connection: sqlite3.Connection, number: int) -> None:
    """Write the same rows in one transaction, as a careful person would by hand."""
    start = SLOT + timedelta(minutes=20 * number)
    moments = [f"2026-11-24 01:4{minute}:00.000000" for minute in range(3)]
    run = connection.execute
    run("BEGIN IMMEDIATE")
    run("SELECT id, finished_at FROM calls WHERE uid = ?", (f"bare-{number}",)).fetchone()
    run("SELECT baa_signed_on, baa_ends_on, timezone FROM practices WHERE id = ?", ("riverside",))
    call_id = run(
        "INSERT INTO calls (uid, practice_id, dialled_number, caller_number, mode, direction,"
        " offered_at, answered_at, waited_s, local_date, call_type, outcome, finished_at, agent,"
        " script_version) VALUES (?, 'riverside', '+15155550100', '+15155550142', 'after_hours',"
        " 'incoming', ?, ?, 4.0, '2026-11-23', 'question', 'booked', ?, 'Dana Whitfield', 'a1')",
        (f"bare-{number}", *moments),
    ).lastrowid
    connection.executemany(
        "INSERT INTO answers (call_id, link_id, text, value, status, phi, position)"
        " VALUES (?, ?, ?, ?, 'asked', ?, ?)",
        [(call_id, a.link_id, a.text, a.value, a.phi, n) for n, a in enumerate(ANSWERS)],
    )
    run(
        "INSERT INTO red_flags (call_id, rule, action, at) VALUES (?, 'fever-neck', 'read', ?)",
        (call_id, moments[0]),
    )
    run("INSERT INTO facts_read (call_id, fact, at) VALUES (?, 'hours', ?)", (call_id, moments[0]))
    run(
        "INSERT INTO bookings (practice_id, provider, appointment_type, starts_at, ends_at,"
        " patient_name, callback_number, birth_date, status, call_id) VALUES ('riverside',"
        " 'okafor', 'physical', ?, ?, 'Ann Example', '+15155550142', '1980-02-29', 'booked', ?)",
        (
            f"{start:%Y-%m-%d %H:%M:%S.%f}",
            f"{start + timedelta(minutes=20):%Y-%m-%d %H:%M:%S.%f}",
            call_id,
        ),
    )
    run("DELETE FROM drafts WHERE call_uid = ?", (f"bare-{number}",))
    run("COMMIT")


def timed(work: Callable[[], object]) -> float:
    """Return how long it took, in milliseconds."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def main(calls: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        records = Records.open(Path(folder) / "store.db")
        seed(records)
        other = Records.open(Path(folder) / "bare.db")
        seed(other)
        other.close()
        connection = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        ours, theirs = [], []
        for number in range(calls):
            call = finished_call(
                f"store-{number}",
                answers=ANSWERS,
                booking=new_booking(SLOT + timedelta(minutes=20 * number)),
            )
            ours.append(timed(partial(records.write, partial(finish_call, finished=call))))
            theirs.append(timed(partial(bare, connection, number)))
        connection.close()
        records.close()
    for name, times in (("store", ours), ("bare sqlite3", theirs)):
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{name:13} median {statistics.median(times):6.2f} ms   p95 {p95:6.2f} ms")
    print(f"ratio of medians {statistics.median(ours) / statistics.median(theirs):.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
