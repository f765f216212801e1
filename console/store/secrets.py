"""What the store asks of whoever keeps its keys and passwords; the system's keyring does
(`console.keychain`).

A key is 32 random bytes under a name. It is made once, where nothing depends on it yet: a key made
anew for records that exist would only hide that theirs is gone.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final, Protocol

RECORDS: Final = "records"  # the SQLite file
SPOOL: Final = "kept-work"  # what waits on this machine
RECORDINGS: Final = "recordings"  # wraps the keys of the recordings' files
PEOPLE: Final = "people"  # who may sign in here while the records are away
BACKUPS: Final = "backups"  # what can be taken to another machine

KEY_SIZE: Final = 32  # bytes


class Secrets(Protocol):
    """The keeper of keys and passwords."""

    def key(self, name: str, *, make: bool = True) -> bytes:
        """Return the key of that name, making it where there is none.

        Raises `RecordsAway` while the keeper cannot be asked, and with `make` off `KeyMissing`
        where there is none.
        """

    def adopt(self, name: str, key: bytes) -> None:
        """Keep a key that was made elsewhere, where there is none of that name yet. Raises
        `KeyTaken` where there is another, and `RecordsAway`."""

    def password(self, account: str) -> str | None:
        """Return the password of a `user@host`, None where none is kept. Raises `RecordsAway`."""


@dataclass(frozen=True, slots=True, repr=False)
class Handed:
    """Keys derived from one secret that was handed in: for the demo, whose callers are invented,
    and for tests, which run where there is no keyring."""

    root: bytes
    passwords: dict[str, str] = field(default_factory=dict)
    adopted: dict[str, bytes] = field(default_factory=dict)

    def key(self, name: str, *, make: bool = True) -> bytes:  # noqa: ARG002
        """Return the key of that name: always the same."""
        return self.adopted.get(name) or hmac.digest(self.root, name.encode(), hashlib.sha256)

    def adopt(self, name: str, key: bytes) -> None:
        """Keep a key for as long as the program runs."""
        self.adopted[name] = key

    def password(self, account: str) -> str | None:
        """Return the password handed in for an account."""
        return self.passwords.get(account)
