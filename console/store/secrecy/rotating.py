"""New data and index keys in the place of old ones, while the desks go on working.

Both are made first, and the rows wait until every desk has them: from then on a desk looks for a
number under both index keys, and finds a row whether its turn has come or not. A row is indexed
with the key that goes with the one it is sealed with (`keyring.index_for`).

A rotation is many small transactions: any of them may be the last before the power goes, and the
next run goes on from there, for what is left to do is seen from the rows alone. Old keys open what
they sealed until no row needs them; only then are they destroyed.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, inspect, select
from sqlalchemy.orm import Session

from console.store.amendment_tables import Amendment
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.installation import Installation
from console.store.models import (
    Answer,
    Booking,
    Call,
    Callback,
    DataKey,
    Draft,
    Escalation,
    Message,
)
from console.store.review_tables import Review
from console.store.secrecy import keyring
from console.store.secrecy.columns import SealedRow, seal_again
from console.store.secrecy.sealed import vault_of
from console.store.secrecy.vault import LOOK_AGAIN_S
from console.store.session import Records
from console.store.waiting_tables import WaitingEntry

SEALED: Final[tuple[type[Any], ...]] = (
    Call,
    Answer,
    Booking,
    Message,
    Escalation,
    Callback,
    Draft,
    Review,
    Amendment,
    WaitingEntry,
)
BATCH: Final = 500  # rows a transaction
GRACE: Final = timedelta(seconds=2 * LOOK_AGAIN_S)  # until every desk seals with the new key


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did."""

    key_id: int
    rows: int
    destroyed: tuple[int, ...]


def rotate(
    records: Records,
    installation: Installation,
    *,
    person: str,
    batch: int = BATCH,
    grace: timedelta = GRACE,
    pause: Callable[[float], None] = time.sleep,
    begun: Callable[[int, bool], None] | None = None,
    told: Callable[[int], None] | None = None,
) -> Rotated:
    """Seal and index every row with new keys and destroy the old ones. One that was interrupted is
    gone on with. `begun` hears how many rows are to be sealed, and whether it goes on with one;
    `told` how many have been so far; `pause` waits so many seconds for the desks that have not
    looked for a new key yet."""
    key_id, made_at, again = records.write(lambda session: _begin(session, installation, person))
    if begun is not None:
        with records.session() as session:
            begun(sum(_older(session, table, key_id) for table in SEALED), again)
    left = (made_at + grace - datetime.now(UTC)).total_seconds()
    if left > 0:
        pause(left)
    rows, before = 0, -1
    while rows > before:  # until nothing is left, not even what was written meanwhile
        before = rows
        for done in _all(records, key_id, batch):
            rows += done
            if told is not None:
                told(rows)
    destroyed = records.write(lambda session: _end(session, key_id, person))
    return Rotated(key_id, rows, destroyed)


def _begin(session: Session, installation: Installation, person: str) -> tuple[int, datetime, bool]:
    """Return the key to seal with: a new one, or that of a rotation that was interrupted, and
    whether it was."""
    key, again = _newest(session, installation, person)
    vault_of(session).look_again(session)
    return key.id, key.made_at, again


def _newest(session: Session, installation: Installation, person: str) -> tuple[DataKey, bool]:
    keys = session.scalars(
        select(DataKey).where(DataKey.purpose == keyring.Purpose.DATA.value).order_by(DataKey.id)
    ).all()
    if len(keys) > 1:
        return keys[-1], True
    keyring.make(session, keyring.Purpose.INDEX, installation)  # first: see `keyring.index_for`
    made = keyring.make(session, keyring.Purpose.DATA, installation)
    note(
        session, event=Event.KEYS_ROTATED, person=person, kind="data_key", row=made, detail="begun"
    )
    return session.get_one(DataKey, made), False


def _older(session: Session, table: type[Any], key_id: int) -> int:
    """Return how many rows of a table are sealed with a key before this one."""
    asked = select(func.count()).select_from(table).where(table.sealed_with < key_id)
    return session.execute(asked).scalar_one()


def _all(records: Records, key_id: int, batch: int) -> Iterator[int]:
    """Seal what is not sealed with the key yet, giving the number of rows of each transaction."""
    for table in SEALED:
        (primary,) = table.__mapper__.primary_key
        last: Any = None
        while True:

            def some(session: Session, table: Any = table, after: Any = last) -> list[Any]:
                old = select(table).where(table.sealed_with < key_id)
                if after is not None:
                    old = old.where(primary > after)  # noqa: B023 - it is called before it changes
                return _some(session, old.order_by(primary).limit(batch))  # noqa: B023

            keys = records.write(some)
            if not keys:
                break
            last = keys[-1]
            yield len(keys)


def _some(session: Session, wanted: Select[tuple[Any]]) -> list[Any]:
    found: list[SealedRow] = list(session.scalars(wanted.with_for_update()))
    for row in found:
        seal_again(row)
    session.flush()
    return [inspect(row).identity[0] for row in found]


def _end(session: Session, key_id: int, person: str) -> tuple[int, ...]:
    """Destroy the keys no row needs any longer."""
    old = session.scalars(
        select(DataKey.id)
        .where(DataKey.purpose == keyring.Purpose.DATA.value, DataKey.id < key_id)
        .order_by(DataKey.id)
    ).all()
    gone = tuple(each for each in old if not _needed(session, each))
    gone += _unneeded_index_keys(session, gone)
    for each in gone:
        keyring.destroy(session, key_id=each)
        note(
            session,
            event=Event.KEYS_ROTATED,
            person=person,
            kind="data_key",
            row=each,
            detail="destroyed",
        )
    return gone


def _unneeded_index_keys(session: Session, gone: tuple[int, ...]) -> tuple[int, ...]:
    """Return the index keys that go with no data key but those that go now."""
    keys = session.execute(select(DataKey.id, DataKey.purpose)).all()
    index = [key for key, purpose in keys if purpose == keyring.Purpose.INDEX.value]
    used = {
        keyring.index_for(key, index)
        for key, purpose in keys
        if purpose == keyring.Purpose.DATA.value and key not in gone
    }
    return tuple(sorted(set(index) - used))


def _needed(session: Session, key_id: int) -> bool:
    return any(
        session.execute(
            select(func.count()).select_from(table).where(table.sealed_with == key_id)
        ).scalar_one()
        for table in SEALED
    )
