"""Lines of a file that only this account can read and nobody can change unseen.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce for each line; what a line is bound to (its
file, its place) is authenticated with it and must be given again to open it.
"""

import base64
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12  # bytes


class Sealer:
    """Seals and opens with one key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        """Return the sealed bytes as base64, which has no line end in it."""
        nonce = os.urandom(_NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, plain, bound_to))

    def open(self, sealed: bytes, bound_to: bytes) -> bytes | None:
        """Return what was sealed, None where it was not by this key, or not bound to that."""
        try:
            data = base64.b64decode(sealed, validate=True)
            return self._cipher.decrypt(data[:_NONCE], data[_NONCE:], bound_to)
        except (InvalidTag, ValueError):
            return None
