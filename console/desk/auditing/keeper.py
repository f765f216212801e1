"""The audit at the desk: asked on the worker, shown by its own signals.

Reading it is on record as well.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from console.desk.auditing.port import PAGE, Asked, AuditLine, AuditSignals, AuditView, Pick
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.audit.events import Event

if TYPE_CHECKING:  # the database's library is the worker's to import
    from console.desk.ledger import Ledger
    from console.store.audit.reading import AuditRow, Question

DAYS: Final = 62
_OWN: Final = (Event.CHAIN_BEGAN, Event.CHAIN_ENDED, Event.ANCHORED)  # the audit's own bookkeeping


class AuditKeeper(AuditSignals):
    """Finds entries and reads pages of them."""

    def __init__(self, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage = stage
        self._ids: tuple[int, ...] = ()
        self._asked = Asked()

    def ask(self, asked: Asked) -> None:
        """Find what fits, for who may read it."""
        if not self._stage.allowed(Permission.READ_AUDIT):
            self._stage.record.did(Event.REFUSED, kind="audit")
            return
        self._asked = asked
        event = asked.event or "all"
        self._stage.record.did(
            Event.SEARCHED, kind="audit", practice=asked.practice or None, detail=event
        )
        question = self._question(asked)

        def look(ledger: "Ledger") -> "tuple[tuple[int, ...], tuple[str, ...]] | None":
            from console.store.audit import reading  # noqa: PLC0415 - on the worker's thread

            return ledger.read(
                lambda session: (reading.find(session, question()), reading.people(session))
            )

        self._stage.book.ask(look, then=self._on_found)

    def read_page(self, first: int) -> None:
        """Read a page of what was found."""
        ids = self._ids[first : first + PAGE]
        if not ids or not self._stage.allowed(Permission.READ_AUDIT):
            return

        def look(ledger: "Ledger") -> "tuple[AuditRow, ...] | None":
            from console.store.audit import reading  # noqa: PLC0415

            return ledger.read(lambda session: reading.read(session, ids))

        def read(rows: "tuple[AuditRow, ...] | None") -> None:
            if rows is not None and self._ids[first : first + PAGE] == ids:
                self.page_read.emit(first, tuple(self._line(row) for row in rows))

        self._stage.book.ask(look, then=read)

    def leave(self) -> None:
        """Close the audit and let what was found go."""
        self._ids = ()
        self.found.emit(None)

    def _question(self, asked: Asked) -> "Callable[[], Question]":
        start, end = _day(asked.day, self._stage.clock())

        def question() -> "Question":
            from console.store.audit.reading import Question  # noqa: PLC0415

            return Question(
                person=asked.person or None,
                practice_id=asked.practice or None,
                events=(asked.event,) if asked.event else _TOLD,
                after=start,
                until=end,
            )

        return question

    def _on_found(self, found: "tuple[tuple[int, ...], tuple[str, ...]] | None") -> None:
        if found is None:
            self._stage.say("The audit cannot be read", "The records are away.", Light.WARN)
            return
        self._ids, people = found
        self.found.emit(
            AuditView(
                asked=self._asked,
                count=len(self._ids),
                people=(Pick("", "Everybody"), *(Pick(name, name) for name in people if name)),
                practices=(
                    Pick("", "All practices"),
                    *(Pick(p.id, p.name) for p in self._stage.library.practices),
                ),
                events=(Pick("", "Everything"), *(Pick(e, _words(e)) for e in _TOLD)),
                days=(Pick("", "All days"), *_days(self._stage.clock())),
            )
        )

    def _line(self, row: "AuditRow") -> AuditLine:
        practice = self._stage.library.by_id(row.practice_id) if row.practice_id else None
        at = row.at.astimezone()
        return AuditLine(
            when=f"{at:%a} {at.day} {at:%b %H:%M:%S}",
            person=row.person or "The program",
            did=_words(row.event),
            what=_what(row),
            practice=practice.name if practice else row.practice_id or "",
            desk=row.desk[:8],
        )


_TOLD: Final = tuple(event.value for event in Event if event not in _OWN)


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()


def _what(row: "AuditRow") -> str:
    kind = row.kind.replace("_", " ")
    named = f"{kind} {row.row}" if len(row.row) <= 12 else kind
    return " · ".join(part for part in (named.strip(), row.detail.replace("_", " ")) if part)


def _days(now: datetime) -> tuple[Pick, ...]:
    days = [(now.astimezone() - timedelta(days=back)).date() for back in range(DAYS)]
    return tuple(Pick(f"{day:%Y-%m-%d}", f"{day:%a} {day.day} {day:%b}") for day in days)


def _day(day: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return the start and end of a day, on this desk's own calendar."""
    if not day:
        return None, None
    zone = now.astimezone().tzinfo
    start = datetime.fromisoformat(day).replace(tzinfo=zone)
    return start, start + timedelta(days=1)
