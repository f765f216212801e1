"""Who signed in at this machine lately, sealed, for the hours when the records are away.

Without it nobody could begin a shift while the database is down. It holds what is needed to judge
a sign-in (hash, one-time secret, last code taken, wrong tries) for the few people who signed in
here in the last three days, and nothing of a caller. The file is AES-256-GCM under a random key
that only this account's keyring has; where there is no keyring to be trusted there is no file, and
signing in waits for the records.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from console.store.people import Account
from console.store.values import Role

KEPT_FOR: Final = timedelta(hours=72)  # since the records last said that this person may
MOST: Final = 12  # people of one machine
_NONCE: Final = 12  # bytes, NIST SP 800-38D 8.2
_BOUND_TO: Final = b"frontdesk people 1"


class KnownPerson(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the records last gave it, and what has happened here since."""

    login: str
    name: str
    role: Role
    practice_id: str | None
    password_hash: str
    totp_secret: str
    totp_step: int | None
    lock_hash: str | None
    failed: int = 0
    failed_at: datetime | None = None
    confirmed_at: datetime

    def __repr__(self) -> str:
        return "<KnownPerson>"

    def account(self) -> Account:
        """Return the account this stands for."""
        return Account(
            login=self.login,
            name=self.name,
            role=self.role,
            practice_id=self.practice_id,
            password_hash=self.password_hash,
            must_choose=False,
            totp_secret=self.totp_secret,
            totp_confirmed_at=self.confirmed_at,
            totp_step=self.totp_step,
            lock_hash=self.lock_hash,
            active=True,
            failed=self.failed,
            failed_at=self.failed_at,
        )


class SealedPeople:
    """The file. `key` gives its 32 bytes, or None where no keyring can be trusted with them."""

    def __init__(self, path: Path, key: Callable[[], bytes | None]) -> None:
        self._path = path
        self._key = key
        self._opened: bytes | None = None
        self._asked = False

    @property
    def usable(self) -> bool:
        """Whether anything can be kept here."""
        return self._cipher() is not None

    def people(self, now: datetime) -> tuple[KnownPerson, ...]:
        """Return who may sign in here without the records; a file that was tampered with, or of
        another key, is nobody."""
        cipher = self._cipher()
        if cipher is None:
            return ()
        try:
            raw = self._path.read_bytes()
            plain = cipher.decrypt(raw[:_NONCE], raw[_NONCE:], _BOUND_TO)
            known = msgspec.msgpack.decode(plain, type=tuple[KnownPerson, ...])
        except (OSError, InvalidTag, ValueError, msgspec.DecodeError):
            return ()
        return tuple(each for each in known if now - KEPT_FOR < each.confirmed_at <= now + KEPT_FOR)

    def find(self, login: str, now: datetime) -> KnownPerson | None:
        """Return one of them."""
        wanted = login.strip().lower()
        return next((each for each in self.people(now) if each.login == wanted), None)

    def keep(self, person: KnownPerson, now: datetime) -> bool:
        """Keep somebody; tell whether it was written. The longest unseen go first."""
        others = [each for each in self.people(now) if each.login != person.login]
        others.sort(key=lambda each: each.confirmed_at, reverse=True)
        return self._write((person, *others[: MOST - 1]))

    def forget(self, login: str, now: datetime) -> None:
        """Forget somebody."""
        known = self.people(now)
        left = tuple(each for each in known if each.login != login)
        if len(left) < len(known):
            self._write(left)

    def _write(self, people: tuple[KnownPerson, ...]) -> bool:
        cipher = self._cipher()
        if cipher is None:
            return False
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + cipher.encrypt(nonce, msgspec.msgpack.encode(people), _BOUND_TO)
        partial = self._path.with_name(self._path.name + ".part")
        try:
            with suppress(FileNotFoundError):
                partial.unlink()
            with os.fdopen(
                os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"
            ) as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError:
            return False
        return True

    def _cipher(self) -> AESGCM | None:
        if not self._asked:
            self._asked = True
            self._opened = self._key()
        return None if self._opened is None else AESGCM(self._opened)


def known_from(account: Account, at: datetime) -> KnownPerson | None:
    """Return what to keep of an account the records have just confirmed; None of one that has
    still to choose a password or enrol a phone."""
    if account.totp_secret is None or account.must_choose or not account.active:
        return None
    return KnownPerson(
        login=account.login,
        name=account.name,
        role=account.role,
        practice_id=account.practice_id,
        password_hash=account.password_hash,
        totp_secret=account.totp_secret,
        totp_step=account.totp_step,
        lock_hash=account.lock_hash,
        confirmed_at=at,
    )
