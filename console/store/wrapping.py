"""A recording's key, sealed by the key the system's keyring holds.

The records then say nothing that opens a recording to whoever has them without the keyring. Written
as `w1:<which key>:<base64 of nonce and sealed key>`, AES-256-GCM, bound to the recording's id.
"""

import base64
import binascii
import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from console.errors import WorldError

WRAPPING_BYTES: Final = 32
_NONCE: Final = 12
_VERSION: Final = "w1"


class CannotUnwrap(WorldError):
    """A recording's key cannot be opened here."""

    def __init__(self, why: str) -> None:
        super().__init__("The recording cannot be opened", why)


def new_key() -> bytes:
    """Return a new key, for one recording or to wrap others with."""
    return secrets.token_bytes(WRAPPING_BYTES)


def wrap(wrapping_key: bytes, recording: str, key: bytes) -> str:
    """Return a recording's key as the records keep it."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = nonce + AESGCM(wrapping_key).encrypt(nonce, key, recording.encode())
    return f"{_VERSION}:{_which(wrapping_key)}:{base64.b64encode(sealed).decode()}"


def unwrap(wrapping_key: bytes, recording: str, wrapped: str) -> bytes:
    """Return a recording's key, or raise `CannotUnwrap` with the mend."""
    try:
        version, which, encoded = wrapped.split(":")
        sealed = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise CannotUnwrap("Its key in the records is damaged.") from None
    if version != _VERSION:
        raise CannotUnwrap("It was made by a newer Frontdesk; update this one.")
    if which != _which(wrapping_key):
        raise CannotUnwrap(
            "It was made at a desk with another key in its keyring; listen there, or give both "
            "desks the same key."
        )
    try:
        return AESGCM(wrapping_key).decrypt(sealed[:_NONCE], sealed[_NONCE:], recording.encode())
    except (InvalidTag, ValueError):
        raise CannotUnwrap("Its key in the records is damaged, or another recording's.") from None


def _which(wrapping_key: bytes) -> str:
    """Return what tells keys apart and gives nothing of them away."""
    return hashlib.sha256(b"frontdesk wrapping key\0" + wrapping_key).hexdigest()[:8]
