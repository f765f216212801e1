"""The desk's PIN: kept as an Argon2id hash, made and checked off the window's thread.

The lock hides what is on screen from whoever walks by. It is no account: it never stands between a
receptionist and a live call, the greeting or the 911 line.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()  # RFC 9106's second recommended parameters are its defaults


def hash_pin(pin: str) -> str:
    """Return the hash to keep; takes about 50 ms, so not on the window's thread."""
    return _hasher.hash(pin)


def fits(pin: str, pin_hash: str) -> bool:
    """Tell whether the PIN is the one hashed; as slow as hashing."""
    try:
        return _hasher.verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
