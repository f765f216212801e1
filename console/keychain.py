"""Passwords and keys, in the system's keyring and nowhere else.

`keyring` falls back in silence to whatever backend it finds, a plaintext file among them
(`keyrings.alt`). Only the backends named here are trusted; any other is refused with the mend.
"""

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import keyring
import keyring.errors
from keyring.backend import KeyringBackend

from console.errors import WorldError
from console.only_one import OnlyOne
from console.store.errors import Away, KeyMissing, KeyTaken, RecordsAway
from console.store.secrets import KEY_SIZE

SERVICE = "frontdesk-line"
RECORDS_SERVICE: Final = "frontdesk-records"  # passwords of the records' server, by user@host
KEYS_SERVICE: Final = "frontdesk-keys"  # keys of our own making, in hexadecimal
TRUSTED_MODULES = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
_ASK_AGAIN_S: Final = 60.0  # a keyring that was just refused is not opened before a person again
_WAIT_S: Final = 10.0  # for another process of ours that makes a key

T = TypeVar("T")


def line_password(user: str, registrar: str) -> str:
    """Return the PBX password of a line.

    Raises `WorldError` when there is none or the keyring cannot be trusted or opened.
    """
    try:
        password = trusted_backend().get_password(SERVICE, f"{user}@{registrar}")
    except keyring.errors.KeyringError as error:
        raise WorldError(
            "The keyring is locked", f"Unlock it and start again ({error})."
        ) from error
    if password is None:
        raise WorldError(
            "No password for the line",
            f"The keyring has none for this line. Run: keyring set {SERVICE} USER@REGISTRAR",
        )
    return password


def trusted_backend() -> KeyringBackend:
    """Return the keyring in use, or raise `WorldError` when it is not on the allow-list."""
    backend = keyring.get_keyring()
    candidates = getattr(backend, "backends", [backend])  # the chainer holds several
    for candidate in candidates:
        if type(candidate).__module__.startswith(TRUSTED_MODULES):
            return candidate  # type: ignore[no-any-return]
    raise WorldError(
        "No safe keyring",
        f"This system offers only {type(backend).__module__}, which may keep passwords in the "
        "clear. On Linux start GNOME Keyring or KWallet; then start Frontdesk again.",
    )


class Keychain:
    """The records' keys and passwords (`console.store.secrets.Secrets`). Each is asked of the
    keyring once and then remembered, since the keyring may ask a person. Safe to use from several
    threads."""

    def __init__(self, folder: Path) -> None:
        """`folder` is this account's own, for the lock under which a key is made."""
        self._folder = folder
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], str] = {}
        self._refused_at = float("-inf")

    def key(self, name: str, *, make: bool = True) -> bytes:
        """Return the key of that name, made at its first use; see `Secrets.key`."""
        with self._lock:
            found = self._ask(KEYS_SERVICE, name)
            if found is None:
                if not make:
                    raise KeyMissing(name)
                found = self._make(name)
        key = bytes.fromhex(found)
        if len(key) != KEY_SIZE:
            raise KeyMissing(name)
        return key

    def adopt(self, name: str, key: bytes) -> None:
        """Keep a key that was made elsewhere; see `Secrets.adopt`."""
        with self._lock, _alone(self._folder):
            found = self._ask(KEYS_SERVICE, name)
            if found is None:
                self._open(lambda ring: ring.set_password(KEYS_SERVICE, name, key.hex()))
            elif found != key.hex():
                raise KeyTaken(name)

    def password(self, account: str) -> str | None:
        """Return the password of the records' server for a `user@host`, if there is one."""
        with self._lock:
            return self._ask(RECORDS_SERVICE, account)

    def _make(self, name: str) -> str:
        """Make a key, unless another process of ours just did: one that replaced it would cost
        all that was encrypted in between."""
        with _alone(self._folder):
            found = self._ask(KEYS_SERVICE, name)
            if found is None:
                made = secrets.token_bytes(KEY_SIZE).hex()
                self._open(lambda ring: ring.set_password(KEYS_SERVICE, name, made))
                found = self._ask(KEYS_SERVICE, name)
            if found is None:  # it took the key and does not give it back
                raise RecordsAway(Away.KEYRING)
            return found

    def _ask(self, service: str, name: str) -> str | None:
        if (service, name) not in self._known:
            found = self._open(lambda ring: ring.get_password(service, name))
            if found is None:
                return None
            self._known[service, name] = found
        return self._known[service, name]

    def _open(self, ask: Callable[[KeyringBackend], T]) -> T:
        if time.monotonic() < self._refused_at + _ASK_AGAIN_S:
            raise RecordsAway(Away.KEYRING)
        try:
            return ask(trusted_backend())
        except (keyring.errors.KeyringError, WorldError) as error:
            self._refused_at = time.monotonic()
            raise RecordsAway(Away.KEYRING) from error


def _alone(folder: Path) -> OnlyOne:
    """Return the lock under which keys are made, waiting for whoever holds it."""
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return OnlyOne(folder / "keys.lock")
        except OSError as error:
            raise RecordsAway(Away.READ_ONLY) from error
        except WorldError:
            if time.monotonic() > until:
                raise RecordsAway(Away.KEYRING) from None
            time.sleep(0.05)
