"""Who this desk is to the records: two keys of its own, and an id that follows from them.

One key signs what the desk writes into the audit (Ed25519, RFC 8032), the other opens the data keys
that were wrapped for it (X25519, RFC 7748). Both are made from secrets in the system's keyring; the
records know their public halves only.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from console.store.secrets import BACKUPS, Secrets

SIGNING: Final = "desk-signing"  # the names the two are kept under
OPENING: Final = "desk-opening"
_ID_BYTES: Final = 8
_RECOVERY: Final = b"frontdesk-recovery-1"


@dataclass(frozen=True, slots=True, repr=False)
class Installation:
    """An installation's two private keys, and the one that opens what its backups hold wherever
    they are brought back."""

    signing: Ed25519PrivateKey
    opening: X25519PrivateKey
    recovery: X25519PrivateKey | None = None

    @classmethod
    def of(cls, *, signing: bytes, opening: bytes) -> "Installation":
        """Return the installation whose keys these are, 32 bytes each."""
        return cls(
            Ed25519PrivateKey.from_private_bytes(signing),
            X25519PrivateKey.from_private_bytes(opening),
        )

    @classmethod
    def generate(cls) -> "Installation":
        """Return a new one, known to nobody."""
        return cls.of(signing=secrets.token_bytes(32), opening=secrets.token_bytes(32))

    @property
    def id(self) -> str:
        """Which one it is: the beginning of the SHA-256 of both public keys, in hexadecimal."""
        return hashlib.sha256(self.signing_key + self.wrapping_key).hexdigest()[: 2 * _ID_BYTES]

    @property
    def signing_key(self) -> bytes:
        """The public half of the signing key, 32 bytes."""
        return self.signing.public_key().public_bytes_raw()

    @property
    def wrapping_key(self) -> bytes:
        """The public half of the key that data keys are wrapped for, 32 bytes."""
        return self.opening.public_key().public_bytes_raw()


def installation_of(keeper: Secrets) -> Installation:
    """Return the installation of whoever keeps these secrets, made at its first use."""
    made = Installation.of(signing=keeper.key(SIGNING), opening=keeper.key(OPENING))
    derive = HKDF(hashes.SHA256(), length=32, salt=None, info=_RECOVERY)
    recovery = X25519PrivateKey.from_private_bytes(derive.derive(keeper.key(BACKUPS)))
    return replace(made, recovery=recovery)
