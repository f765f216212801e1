"""The data keys, open in this process's memory, and what is done with them.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; the additional data names table, row and
key, so that a ciphertext put anywhere else does not open. At most 2^32 rows may be sealed with one
key (SP 800-38D, 8.3), far more than are written between two rotations.
"""

import os
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from console.store.errors import Tampered
from console.store.installation import Installation
from console.store.secrecy import keyring
from console.store.secrecy.blind import blind_name, blind_phone
from console.store.secrecy.sealed import Sealed

LOOK_AGAIN_S: Final = 60.0  # for a key that a rotation has made since
_FORM: Final = "frontdesk-sealed-1"
_NONCE: Final = 12  # bytes


class Vault:
    """Safe to use from several threads."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self.desk = installation.id
        self._lock = threading.Lock()
        self._keys: dict[int, AESGCM] = {}
        self._current: int | None = None
        self._index: dict[int, bytes] = {}
        self._index_of: dict[int | None, bytes] = {}  # by data key, None for the one in use
        self._looked_at = (float("-inf"), 0.0)

    def begin(self, session: Session) -> bool:
        """Make the first keys where there are none, and load this desk's; tell whether it has been
        admitted."""
        keyring.begin(session, self._installation)
        return self.load(session)

    def seal(self, session: Session, table: str, row: str, plain: Mapping[str, Any]) -> Sealed:
        """Seal a row's secrets, plain JSON values by their columns' names."""
        key_id = self._for_writing(session)
        nonce = os.urandom(_NONCE)
        packed = msgspec.msgpack.encode(plain)
        data = nonce + self._keys[key_id].encrypt(nonce, packed, _bound(table, row, key_id))
        return Sealed(data, key_id)

    def open(self, session: Session, table: str, row: str, sealed: Sealed) -> dict[str, Any]:
        """Return what was sealed for this row of this table, or raise `Tampered`, or `NotAdmitted`
        where the key is not this desk's to have."""
        key = self._key(session, sealed.key_id)
        nonce, data = sealed.data[:_NONCE], sealed.data[_NONCE:]
        try:
            plain = key.decrypt(nonce, data, _bound(table, row, sealed.key_id))
        except (InvalidTag, ValueError) as error:
            raise Tampered(table) from error
        return msgspec.msgpack.decode(plain, type=dict[str, Any])

    def phone(
        self,
        session: Session,
        practice: str | None,
        number: str | None,
        sealed_with: int | None = None,
    ) -> bytes | None:
        """Return the blind index of a number for a practice."""
        return blind_phone(self._index_key(session, sealed_with), practice, number)

    def name(
        self,
        session: Session,
        practice: str | None,
        name: str | None,
        sealed_with: int | None = None,
    ) -> bytes | None:
        """Return the blind index of a name for a practice."""
        return blind_name(self._index_key(session, sealed_with), practice, name)

    def phones(
        self, session: Session, practice: str | None, number: str | None
    ) -> tuple[bytes, ...]:
        """Return a number's blind index under each key that rows may be indexed with."""
        if not self._index or self._stale():
            self._load_index(session)
        made = (blind_phone(key, practice, number) for key in self._index.values())
        return tuple(each for each in made if each is not None)

    def names(
        self, session: Session, practice: str | None, names: Iterable[str]
    ) -> tuple[bytes, ...]:
        """Return names' blind indexes under each key that rows may be indexed with."""
        if not self._index or self._stale():
            self._load_index(session)
        spelt = tuple(names)
        made = (blind_name(key, practice, name) for key in self._index.values() for name in spelt)
        return tuple(each for each in made if each is not None)

    def look_again(self, session: Session) -> None:
        """Look for a key that was made since."""
        self.load(session)

    def _for_writing(self, session: Session) -> int:
        if self._current is None or self._stale():
            self.load(session)
        if self._current is None:
            raise keyring.not_admitted(self._installation)
        return self._current

    def _key(self, session: Session, key_id: int) -> AESGCM:
        if key_id not in self._keys:
            self.load(session)
        if key_id not in self._keys:
            raise keyring.not_admitted(self._installation)
        return self._keys[key_id]

    def _stale(self) -> bool:
        """Tell whether a key may have been made since. By both clocks: a machine that slept has
        not counted it, and a clock that was set back has not moved."""
        steady, told = self._looked_at
        return time.monotonic() - steady > LOOK_AGAIN_S or abs(time.time() - told) > LOOK_AGAIN_S

    def _index_key(self, session: Session, sealed_with: int | None) -> bytes:
        """Return the key that goes with a data key, the one in use for None."""
        if not self._index:
            self._load_index(session)
        known = self._index_of.get(sealed_with)
        return known or self._index[keyring.index_for(sealed_with or 0, self._index)]

    def _load_index(self, session: Session) -> None:
        if not self.load(session):
            raise keyring.not_admitted(self._installation)

    def load(self, session: Session) -> bool:
        """Unwrap the keys this desk was given; tell whether there were any."""
        found = keyring.load(session, self._installation)
        data = [key for key in found if key.purpose is keyring.Purpose.DATA]
        index = [key for key in found if key.purpose is keyring.Purpose.INDEX]
        with self._lock:
            self._keys = {key.id: AESGCM(key.secret) for key in data}
            self._current = max(self._keys, default=None)
            self._index = {key.id: key.secret for key in index}
            self._index_of = {}
            if index and data:
                for key in (*self._keys, self._current):  # the one in use last
                    of = self._index[keyring.index_for(key or 0, self._index)]
                    self._index_of[key] = self._index_of[None] = of
            self._looked_at = (time.monotonic(), time.time())
        return bool(data and index)


def _bound(table: str, row: str, key_id: int) -> bytes:
    return msgspec.msgpack.encode((_FORM, table, row, key_id))
