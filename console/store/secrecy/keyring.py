"""The data keys as the records keep them: each wrapped for each desk that was admitted.

A desk's own private key is in its system's keyring and opens what was wrapped for its public one
(HPKE, RFC 9180: X25519, HKDF-SHA256, AES-256-GCM). So two hundred desks share the keys of one
database, and none of them, nor whoever has the database alone, needs to be told a secret: an
administrator at a desk that has the keys wraps them for one that has not (`admit`), after comparing
its fingerprint.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.desks import RECOVERY, know_desk
from console.store.errors import NotAdmitted, UnknownDesk
from console.store.installation import Installation
from console.store.models import DataKey, DeskKey, KeyWrap

KEY_BYTES: Final = 32
_FORM: Final = "frontdesk-wrap-1"
_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@unique
class Purpose(StrEnum):
    """What a key is for."""

    DATA = "data"  # sealing rows
    INDEX = "index"  # blind indexes


@dataclass(frozen=True, slots=True, repr=False)
class OpenKey:
    """A key as it is used."""

    id: int
    purpose: Purpose
    secret: bytes


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk the records know, and whether it has every key."""

    id: str
    first_seen_at: datetime
    admitted: bool


def begin(session: Session, installation: Installation) -> None:
    """Make the desk known, and the first keys where the records have none."""
    know_desk(session, installation)
    if installation.recovery is not None and not _has_wraps(session, installation.id):
        _recover(session, installation, installation.recovery)
    if not _has_keys(session):  # of two desks that begin at once the second is made to look again
        for purpose in Purpose:
            make(session, purpose, installation)


def make(session: Session, purpose: Purpose, installation: Installation) -> int:
    """Make a key and wrap it for every desk that has been admitted; return its id."""
    key = DataKey(purpose=purpose.value, made_at=datetime.now(UTC))
    session.add(key)
    session.flush()
    admitted = set(session.scalars(select(KeyWrap.desk).distinct()))
    recipients = admitted | _names(installation.id)
    open_key = OpenKey(key.id, purpose, os.urandom(KEY_BYTES))
    for desk in session.scalars(select(DeskKey).where(DeskKey.id.in_(recipients))):
        _wrap(session, open_key, desk, by=installation)
    session.flush()
    return key.id


def load(session: Session, installation: Installation) -> list[OpenKey]:
    """Return the keys that were wrapped for this desk; one that does not open is left out."""
    return _open(session, installation.id, installation.opening)


def index_for(data_key: int, index_keys: Iterable[int]) -> int:
    """Return the index key that goes with a data key: a row is indexed with the one that was there
    when the key it is sealed with was made, so that its index needs no note of its own. A rotation
    makes the index key first; new records' first two are each other's, whichever came first."""
    there = sorted(index_keys)
    return max((key for key in there if key < data_key), default=there[0])


def desks(session: Session) -> tuple[Desk, ...]:
    """Return the desks the records know, the one met last first."""
    keys = session.execute(select(func.count(DataKey.id))).scalar_one()
    wraps = select(KeyWrap.desk, func.count(KeyWrap.key_id).label("number")).group_by(KeyWrap.desk)
    held = {row.desk: row.number for row in session.execute(wraps)}
    known = (
        select(DeskKey)
        .where(DeskKey.id.not_like(f"%{RECOVERY}"))
        .order_by(DeskKey.first_seen_at.desc(), DeskKey.id)
    )
    return tuple(
        Desk(desk.id, desk.first_seen_at, keys > 0 and held.get(desk.id) == keys)
        for desk in session.scalars(known)
    )


def admit(session: Session, *, desk: str, by: Installation, person: str) -> None:
    """Wrap every key for another desk. Raises `UnknownDesk`, and `NotAdmitted` where this desk has
    no keys to give."""
    if session.get(DeskKey, desk) is None:
        raise UnknownDesk(desk)
    keys = load(session, by)
    if not keys:
        raise not_admitted(by)
    _give(session, keys, to=desk, by=by)
    note(session, event=Event.DESK_ADMITTED, person=person, kind="desk", row=desk)
    session.flush()


def shut_out(session: Session, *, desk: str, person: str) -> None:
    """Take a desk's wrapped keys away. What it has seen it has seen: rotate the keys after, so that
    nothing written later opens for it."""
    if session.get(DeskKey, desk) is None:
        raise UnknownDesk(desk)
    session.execute(delete(KeyWrap).where(KeyWrap.desk.in_(_names(desk))))
    note(session, event=Event.DESK_SHUT_OUT, person=person, kind="desk", row=desk)


def destroy(session: Session, *, key_id: int) -> None:
    """Destroy a key in every form it is kept here. Refused by the database while a row needs it."""
    session.execute(delete(KeyWrap).where(KeyWrap.key_id == key_id))
    session.execute(delete(DataKey).where(DataKey.id == key_id))


def not_admitted(installation: Installation) -> NotAdmitted:
    """Return the refusal of a desk that was given no keys, with its name for the administrator."""
    return NotAdmitted(installation.id)


def _recover(session: Session, installation: Installation, recovery: X25519PrivateKey) -> None:
    """Give this desk the keys that were wrapped for the recovery key it was told, where the records
    are a backup brought back."""
    public = recovery.public_key().public_bytes_raw()
    others = session.scalars(select(DeskKey.id).where(DeskKey.wrapping_key == public)).all()
    for name in others:
        if keys := _open(session, name, recovery):
            _give(session, keys, to=installation.id, by=installation)
            note(
                session,
                event=Event.DESK_ADMITTED,
                person=None,
                kind="desk",
                row=installation.id,
                detail="recovery_key",
            )
            return


def _open(session: Session, desk: str, private: X25519PrivateKey) -> list[OpenKey]:
    wraps = session.execute(
        select(DataKey.id, DataKey.purpose, KeyWrap.wrapped)
        .join(KeyWrap, KeyWrap.key_id == DataKey.id)
        .where(KeyWrap.desk == desk)
    )
    found = []
    for key_id, purpose, wrapped in wraps:
        try:
            secret = _SUITE.decrypt(wrapped, private, info=_info(key_id, purpose, desk))
        except (InvalidTag, ValueError):
            continue
        found.append(OpenKey(key_id, Purpose(purpose), secret))
    return found


def _give(session: Session, keys: Sequence[OpenKey], *, to: str, by: Installation) -> None:
    """Wrap keys for a desk and for its recovery key."""
    names = _names(to)
    session.execute(delete(KeyWrap).where(KeyWrap.desk.in_(names)))
    for desk in session.scalars(select(DeskKey).where(DeskKey.id.in_(names))).all():
        for key in keys:
            _wrap(session, key, desk, by=by)
    session.flush()


def _names(desk: str) -> set[str]:
    return {desk, desk + RECOVERY}


def _has_wraps(session: Session, desk: str) -> bool:
    return session.scalars(select(KeyWrap.key_id).where(KeyWrap.desk == desk)).first() is not None


def _has_keys(session: Session) -> bool:
    return session.scalars(select(DataKey.id).limit(1)).first() is not None


def _wrap(session: Session, key: OpenKey, desk: DeskKey, *, by: Installation) -> None:
    public = X25519PublicKey.from_public_bytes(desk.wrapping_key)
    wrapped = _SUITE.encrypt(key.secret, public, info=_info(key.id, key.purpose, desk.id))
    session.add(
        KeyWrap(
            key_id=key.id, desk=desk.id, wrapped=wrapped, made_by=by.id, made_at=datetime.now(UTC)
        )
    )


def _info(key_id: int, purpose: str, desk: str) -> bytes:
    return msgspec.msgpack.encode((_FORM, key_id, str(purpose), desk))
