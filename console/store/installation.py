"""Who this desk is to the records: an id, and two keys of its own.

One signs what the desk writes into the audit (Ed25519, RFC 8032), the other opens the data keys
that were wrapped for it (X25519, RFC 7748). Both are made once for an installation and kept in the
system's keyring as one secret; the records know their public halves only.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

_ID_BYTES = 8


class BadInstallation(ValueError):
    """A secret that is not an installation's."""


class _Secret(msgspec.Struct, frozen=True):
    id: str
    signing: str  # base64 of the raw 32 bytes
    opening: str


@dataclass(frozen=True, slots=True, repr=False)
class Installation:
    """An installation's id and its two private keys."""

    id: str
    signing: Ed25519PrivateKey
    opening: X25519PrivateKey

    @classmethod
    def generate(cls) -> "Installation":
        """Return a new one, known to nobody yet."""
        return cls(
            secrets.token_hex(_ID_BYTES), Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        )

    @classmethod
    def from_secret(cls, secret: str) -> "Installation":
        """Read what `to_secret` wrote, or raise `BadInstallation`."""
        try:
            read = msgspec.json.decode(secret, type=_Secret)
            return cls(
                read.id,
                Ed25519PrivateKey.from_private_bytes(base64.b64decode(read.signing)),
                X25519PrivateKey.from_private_bytes(base64.b64decode(read.opening)),
            )
        except (msgspec.DecodeError, binascii.Error, ValueError) as error:
            raise BadInstallation("not the secret of an installation") from error

    def to_secret(self) -> str:
        """Return the installation as text, for the keyring and nowhere else."""
        written = _Secret(
            id=self.id,
            signing=base64.b64encode(self.signing.private_bytes_raw()).decode(),
            opening=base64.b64encode(self.opening.private_bytes_raw()).decode(),
        )
        return msgspec.json.encode(written).decode()

    @property
    def signing_key(self) -> bytes:
        """The public half of the signing key, 32 bytes."""
        return self.signing.public_key().public_bytes_raw()

    @property
    def wrapping_key(self) -> bytes:
        """The public half of the key that data keys are wrapped for, 32 bytes."""
        return self.opening.public_key().public_bytes_raw()
