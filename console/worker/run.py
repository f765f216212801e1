"""`frontdesk worker`: passes, one after another, until it is told to stop."""

import json
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from types import FrameType
from typing import Protocol

from console.errors import WorldError
from console.store.errors import RecordsError
from console.worker.worker import Pass

EVERY_S = 1.5  # between passes with nothing to do: with a lease, taken over within 5 s
AWAY_S = 5.0  # while the records are away


class Works(Protocol):
    """Whatever does a pass."""

    def once(self) -> Pass:
        """Do what is due now."""


def run(worker: Works, *, once: bool, as_json: bool, stop: threading.Event | None = None) -> int:
    """Work until `stop`, or one pass; print what each did. Return the exit code.

    While the records are away it says so once and goes on asking for them.
    """
    told = stop or _until_told()
    trouble = ""
    while not told.is_set():
        try:
            done = worker.once()
        except RecordsError as error:
            if once:
                raise WorldError(error.title, error.message) from error
            if trouble != error.title:
                print(f"frontdesk: {error.title}. {error.message}", file=sys.stderr, flush=True)
            trouble = error.title
            told.wait(AWAY_S)
            continue
        trouble = ""
        _say(done, as_json=as_json, always=once)
        if once:
            return 0
        if done.idle:
            told.wait(EVERY_S)
    return 0


def _say(done: Pass, *, as_json: bool, always: bool) -> None:
    if done.idle and not always:
        return
    if as_json:
        print(json.dumps(asdict(done)), flush=True)
        return
    settled = ", ".join(f"{count} {status}" for status, count in done.settled.items())
    said = (
        f"taken up {done.taken_up}, deeds {done.deeds}, offers {done.offers},"
        f" rotas {done.rotas}, dispatches: {settled or 'none'}"
    )
    if done.calendars:
        counts = ", ".join(f"{count} {what}" for what, count in done.calendars.items())
        said += f", calendars: {counts}"
    print(said, flush=True)


def _until_told() -> threading.Event:
    stop = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        handler: Callable[[int, FrameType | None], None] = leave
        signal.signal(number, handler)
    return stop
