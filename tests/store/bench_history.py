"""What a number's history and coming bookings cost as the calls grow.

`python -m tests.store.bench_history [MOST] [SVG]` fills a server by COPY, to a hundred thousand
calls or to `MOST` (ten million take some minutes and 4 GB), and prints at each power of ten how
long the look-up of a caller with 50 calls of their own takes, warm and right after the server was
begun. The growth is drawn into the file `SVG`.
"""

import os
import statistics
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

from console.store.bookings import bookings_for
from console.store.finishing import finish_call
from console.store.history import history
from console.store.postgres import PostgreSQL
from console.store.session import BUSY_MS, Records
from tests.postgres import FAST, Database, Server
from tests.store.builders import CAME, NUMBER, SLOT, finished_call, new_booking, new_message, seed
from tests.store.growth import Point, drawn

OWN = 50
# Reading is measured, not the filling: that need not wait for the disk.
QUICK_TO_FILL = (*FAST, "-c", "max_wal_size=8GB")
COLUMNS = "uid, practice_id, caller_key, direction, offered_at, outcome, finished_at, local_date"


def main(most: int, svg: Path | None = None) -> None:
    """Fill, look up, print, draw."""
    points: list[Point] = []
    with Server(options=QUICK_TO_FILL) as server:
        database = server.database()
        PostgreSQL(database.place, database.secrets).upgrade(busy_ms=BUSY_MS)
        records = Records.open(database.place, secrets=database.secrets)
        seed(records)
        for number in range(OWN):
            later = SLOT + timedelta(days=number)
            call = finished_call(
                offered_at=CAME + timedelta(hours=number),
                finished_at=CAME + timedelta(hours=number, minutes=3),
                **({"message": new_message()} if number % 3 == 0 else {}),
                **({"booking": new_booking(later)} if number % 5 == 0 else {}),
            )
            records.write(partial(finish_call, finished=call))
        records.close()
        calls, size = 0, 10_000
        while size <= most:
            _fill(database, calls, size)
            calls = size
            server.stop()
            server.start()
            records = Records.open(database.place, secrets=database.secrets)
            times = [_look_up(records) for _ in range(200)]
            records.close()
            p95 = statistics.quantiles(times[1:], n=20)[-1]
            points.append(Point(calls, times[0], statistics.median(times[1:]), p95))
            print(points[-1], flush=True)
            size *= 10
    if svg is not None:
        svg.write_text(drawn(points))


def _fill(database: Database, begun: int, until: int) -> None:
    """Add calls of other numbers to two practices, over the years before."""
    with database.connect(autocommit=False) as connection:
        with connection.cursor().copy(f"COPY calls ({COLUMNS}) FROM STDIN") as copy:
            for number in range(begun, until):
                at = CAME - timedelta(seconds=13 * number)
                copy.write_row(
                    (
                        f"filler-{number}",
                        "riverside" if number % 2 else "lakeshore",
                        os.urandom(16),
                        "incoming",
                        at,
                        "answered",
                        at,
                        at.date(),
                    )
                )
        connection.commit()
    with database.connect() as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")


def _look_up(records: Records) -> float:
    begun = time.perf_counter()
    with records.session() as session:
        found = history(session, practice="riverside", number=NUMBER)
        coming = bookings_for(session, practice="riverside", number=NUMBER, after=CAME)
    took = (time.perf_counter() - begun) * 1000
    assert (len(found), len(coming)) == (5, OWN // 5)
    return took


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 100_000,
        Path(sys.argv[2]) if len(sys.argv) > 2 else None,
    )
