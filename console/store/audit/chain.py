"""The chain this run of the program writes its entries to.

Each run has a chain and a key of its own, so that two hundred desks never wait for each other: the
head is known in memory, and an entry costs one row. The run's key is never stored: once the program
has ended nobody, at whatever desk, can sign an entry of that run again. What says whose key it was
is the desk's signature on it, by the key in the desk's keyring.

What one chain alone cannot show, that its end was cut off or that it never was, others hold against
it: a run begins with the head of the desk's last run, and every so often a chain notes the head of
another (`ANCHORED`). Exported heads (`heads`) do the same from outside the database.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from console.store.audit.entries import FIRST, certificate, digest
from console.store.audit.events import Event
from console.store.audit.noting import PENDING, Note
from console.store.desks import know_desk
from console.store.installation import Installation
from console.store.models import AuditChain, AuditEntry
from console.store.prepared import Prepared

ANCHOR_EVERY: Final = 64  # entries
ANCHOR_AFTER: Final = timedelta(minutes=10)
LIVE: Final = timedelta(days=1)  # a chain begun longer ago is left to its own desk's next run


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain has come."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A note with its place; what `digest` takes."""

    chain: str
    uid: str
    at: datetime
    written_at: datetime
    desk: str
    person: str
    event: str
    practice_id: str | None
    kind: str
    row: str
    detail: str


_ADD: Final = Prepared(
    insert(AuditEntry.__table__),  # type: ignore[arg-type] # a plain table
    *(*_Placed.__slots__, "seq", "previous", "hash", "signature"),
)


class Chain:
    """This run's chain. Safe to use from several threads."""

    def __init__(
        self,
        installation: Installation,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.id = secrets.token_hex(8)
        self._installation = installation
        self._desk = installation.id
        self._clock = clock
        self._key = Ed25519PrivateKey.generate()
        self._writing = threading.Lock()
        self._head: Head | None = None  # None: ask the records
        self.begun = False  # whether anything may stand in it
        self._anchor_due = ANCHOR_EVERY
        self._anchored_at = clock()
        self._anchored = ""  # the chain anchored last: they take turns

    @contextmanager
    def sealing(self, session: Session) -> Iterator[None]:
        """Write what was noted in a session; the body is to commit it."""
        notes: Sequence[Note] = session.info.pop(PENDING, ())
        if not notes:
            yield
            return
        with self._writing:
            head = self._write(session, notes)
            self._head, self.begun = None, True  # until the commit is known to have been made
            yield
            self._head = head

    def _write(self, session: Session, notes: Sequence[Note]) -> Head:
        fresh = _unwritten(session, notes)
        head = self._head or self._stored(session)
        if head is None:
            self._register(session)
            fresh = (self._about(Event.CHAIN_BEGAN), *self._before(session), *fresh)
        elif fresh and self._is_anchor_due(head):
            fresh = (*self._other(session), *fresh)
        head, rows = self._place(head or Head(0, FIRST), fresh)
        _ADD.run(session, *rows)
        return head

    def _place(self, head: Head, notes: Sequence[Note]) -> tuple[Head, list[dict[str, Any]]]:
        rows = []
        now = self._clock()
        for each in notes:
            placed = _Placed(
                chain=self.id,
                uid=each.uid,
                at=each.at.astimezone(UTC),
                written_at=now.astimezone(UTC),
                desk=self._desk,
                person=each.person,
                event=each.event.value,
                practice_id=each.practice_id,
                kind=each.kind,
                row=each.row,
                detail=each.detail,
            )
            after = Head(head.seq + 1, digest(placed, seq=head.seq + 1, previous=head.hash))
            rows.append(
                {name: getattr(placed, name) for name in _Placed.__slots__}
                | {
                    "seq": after.seq,
                    "previous": head.hash,
                    "hash": after.hash,
                    "signature": self._key.sign(after.hash),
                }
            )
            head = after
        return head, rows

    def _stored(self, session: Session) -> Head | None:
        return head_of(session, self.id)

    def _register(self, session: Session) -> None:
        """Make the chain, and the desk where the records have not met it."""
        desk, connection = self._installation, session.connection()
        know_desk(session, desk)
        public = self._key.public_key().public_bytes_raw()
        signed = desk.signing.sign(certificate(chain=self.id, desk=self._desk, public_key=public))
        row = {
            "id": self.id,
            "desk": self._desk,
            "public_key": public,
            "certificate": signed,
            "begun_at": self._clock(),
        }
        connection.execute(insert(AuditChain), [row])

    def _before(self, session: Session) -> tuple[Note, ...]:
        """Return an anchor of this desk's last run, and one of another's."""
        last = session.scalars(
            select(AuditChain.id)
            .where(AuditChain.desk == self._desk, AuditChain.id != self.id)
            .order_by(AuditChain.begun_at.desc())
            .limit(1)
        ).first()
        own = self._anchor(session, last) if last else ()
        return (*own, *self._other(session, but=last))

    def _is_anchor_due(self, head: Head) -> bool:
        return head.seq >= self._anchor_due or self._clock() - self._anchored_at >= ANCHOR_AFTER

    def _other(self, session: Session, *, but: str | None = None) -> tuple[Note, ...]:
        """Return an anchor of the next of the chains that are being written to."""
        now = self._clock()
        self._anchored_at = now
        self._anchor_due = (self._head.seq if self._head else 0) + ANCHOR_EVERY
        live = select(AuditChain.id).where(
            AuditChain.begun_at > now - LIVE, AuditChain.id.not_in((self.id, but or self.id))
        )
        for later in (AuditChain.id > self._anchored, AuditChain.id <= self._anchored):
            found = session.scalars(live.where(later).order_by(AuditChain.id).limit(1)).first()
            if found is not None:
                self._anchored = found
                return self._anchor(session, found)
        return ()

    def _anchor(self, session: Session, chain: str) -> tuple[Note, ...]:
        head = head_of(session, chain)
        return () if head is None else (self._about(Event.ANCHORED, row=chain, detail=str(head)),)

    def _about(self, event: Event, *, row: str = "", detail: str = "") -> Note:
        return Note(
            uid=secrets.token_hex(12),
            at=self._clock(),
            event=event,
            person="",
            practice_id=None,
            kind="chain",
            row=row or self.id,
            detail=detail,
            again=False,
        )


def head_of(session: Session, chain: str) -> Head | None:
    """Return how far a chain has come, None for one with no entry."""
    newest = (
        select(AuditEntry.seq, AuditEntry.hash)
        .where(AuditEntry.chain == chain)
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    found = session.execute(newest).first()
    return None if found is None else Head(found.seq, found.hash)


def _unwritten(session: Session, notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return the notes that do not stand in the audit yet, each once."""
    asked = [each.uid for each in notes if each.again]
    if not asked:
        return tuple(notes)
    known = set(session.scalars(select(AuditEntry.uid).where(AuditEntry.uid.in_(asked))))
    return tuple({each.uid: each for each in notes if each.uid not in known}.values())
