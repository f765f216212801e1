"""Holding on to what is being sent: the lease is short, so that what a dead worker had in hand is
taken over within seconds, and renewed for as long as a peer takes to answer."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from console.store import outbox
from console.store.errors import RecordsError
from console.store.outbox import Claimed
from console.store.session import Records

log = logging.getLogger(__name__)

RENEW_S: Final = outbox.LEASE.total_seconds() / 4


@contextmanager
def held(
    records: Records, claimed: Sequence[Claimed], worker: str, clock: Callable[[], datetime]
) -> Iterator[None]:
    """Hold on to claimed dispatches while the block lasts.

    Where the records are away nothing is renewed: another worker takes over then, and whatever
    arrives twice by that is on record as unsure.
    """
    done = threading.Event()

    def renew() -> None:
        while not done.wait(RENEW_S):
            try:
                records.write(
                    lambda s: outbox.renew(s, claimed=claimed, worker=worker, now=clock())
                )
            except RecordsError as error:
                log.warning("lease", extra={"kind": type(error).__name__})

    thread = threading.Thread(target=renew, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
