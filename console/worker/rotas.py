"""The rotas as a worker has them: what was entered during the day is laid over its practices before
each pass, and gaps and overlaps of the coming 72 hours become tasks.

Laying a rota out costs a millisecond or two, so that a round through all practices is taken in
slices, one a pass, and begun once a minute; those whose rota has just been changed come first.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from console.store import rota
from console.store.rota_gaps import Gap, keep_gaps, rota_key
from console.store.session import Records
from scripts.entered import Entered
from scripts.loader import Library
from scripts.oncall_spans import Trouble, Wrong, troubles
from scripts.practice import Practice

AHEAD: Final = timedelta(hours=72)
BACK: Final = timedelta(days=15)  # how far the beginning of a gap that has begun is looked for
SLICE_S: Final = 0.2  # of a pass
ROUND_S: Final = 60.0


class Rotas:
    """What a worker knows of the rotas from one pass to the next."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._mark: rota.Mark | None = None
        self._entered = Entered()
        self._laid: tuple[Library, Library] | None = None
        self._queue: list[str] = []
        self._begun = float("-inf")

    def over(self, records: Records, library: Library, now: datetime) -> Library:
        """Return the practices with what was entered about their rotas. Raises `RecordsError`."""
        with records.session() as session:
            mark = rota.mark(session, now=now)
            if mark != self._mark:
                entered = rota.entered(session, now=now)
                self._first(entered)
                self._entered, self._mark, self._laid = entered, mark, None
        if self._laid is None or self._laid[0] is not library:
            self._laid = library, self._entered.over_all(library)
        return self._laid[1]

    def watch(self, records: Records, library: Library, now: datetime) -> int:
        """Look at the next practices; return how many tasks were opened or closed."""
        if not self._queue and self._monotonic() - self._begun >= ROUND_S:
            self._queue = [practice.id for practice in library.practices]
            self._begun = self._monotonic()
        found: dict[str, tuple[Gap, ...]] = {}
        until = self._monotonic() + SLICE_S
        while self._queue and (not found or self._monotonic() < until):
            practice = library.by_id(self._queue.pop(0))
            if practice is not None:
                found[practice.id] = gaps(practice, now)
        if not found:
            return 0
        return records.write(lambda session: keep_gaps(session, found=found, now=now))

    def _first(self, entered: Entered) -> None:
        """Have the practices whose rota was changed looked at before the others."""
        before, after = set(self._entered.changes), set(entered.changes)
        changed = dict.fromkeys(each.practice for each in before ^ after)
        self._queue = [*changed, *(each for each in self._queue if each not in changed)]


def gaps(practice: Practice, now: datetime) -> tuple[Gap, ...]:
    """Return what is wrong with a practice's rota in the next 72 hours. A gap or overlap that has
    begun keeps the key it had before."""
    return tuple(_gap(practice, each, now) for each in _troubles(practice, now))


def _troubles(practice: Practice, now: datetime) -> Iterator[Trouble]:
    found = troubles(practice, now, now + AHEAD)
    if any(each.start <= now for each in found):
        whole = troubles(practice, now - BACK, now + AHEAD)
        found = tuple(each for each in whole if each.end > now)
    yield from found


def _gap(practice: Practice, trouble: Trouble, now: datetime) -> Gap:
    begun = trouble.start <= now - BACK
    since = "long" if begun else f"{trouble.start:%Y%m%dT%H%M}"
    key = rota_key(practice.id, practice.service_line, trouble.wrong.value, since)
    return Gap(key, _sentence(practice, trouble, now))


def _sentence(practice: Practice, trouble: Trouble, now: datetime) -> str:
    people = [practice.providers_by_id[each].full for each in trouble.people]
    span = _span(practice, trouble, now)
    if trouble.wrong is Wrong.GAP:
        return (
            f"{span}: nobody but the fallback, {people[0]}, is on call. "
            "Enter who is, or close this if it is meant."
        )
    return (
        f"{span}: {' and '.join(people)} are both called first by the rota; {people[0]} is. "
        "Enter who it is, or close this if it is meant."
    )


def _span(practice: Practice, trouble: Trouble, now: datetime) -> str:
    start = "Now" if trouble.start <= now else _told(practice, trouble.start)
    open_end = trouble.end >= now + AHEAD
    return f"{start} and on" if open_end else f"{start} to {_told(practice, trouble.end)}"


def _told(practice: Practice, moment: datetime) -> str:
    local = moment.astimezone(practice.zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"
