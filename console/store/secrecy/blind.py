"""Finding a number or a name without reading it: keyed hashes of what it comes to.

A blind index tells whoever has the database alone that two rows of one practice have the same
caller, and no more: without the key neither a number can be tried out, nor one practice's rows be
laid beside another's.
"""

import hashlib
import hmac
import unicodedata
from typing import Final

import msgspec

from scripts import phone_numbers

_SIZE: Final = 16  # bytes
_FORM: Final = "frontdesk-blind-1"


def blind_phone(key: bytes, practice_id: str | None, number: str | None) -> bytes | None:
    """Return the index of a number for a practice; None for a caller who withheld it."""
    if not number or not number.strip():
        return None
    return _blind(key, "phone", practice_id, phone_numbers.dial_key(number))


def blind_name(key: bytes, practice_id: str | None, name: str | None) -> bytes | None:
    """Return the index of a person's name for a practice, None for no name."""
    plain = plain_name(name or "")
    return _blind(key, "name", practice_id, plain) if plain else None


def plain_name(name: str) -> str:
    """Return a name as it is looked for: no accents, no capitals, no dots, words in one order, so
    that “O'Brien, Zoë” and “zoe obrien” are one."""
    bare = name
    if not bare.isascii():
        apart = unicodedata.normalize("NFKD", name)
        bare = "".join(char for char in apart if not unicodedata.combining(char))
    bare = bare.casefold().replace(",", " ")
    words = bare.split()
    if not all(map(str.isalnum, words)):
        words = "".join(char for char in bare if char.isalnum() or char.isspace()).split()
    return " ".join(sorted(words))


def _blind(key: bytes, what: str, practice_id: str | None, value: str) -> bytes:
    said = msgspec.msgpack.encode((_FORM, what, practice_id, value))
    return hmac.digest(key, said, hashlib.sha256)[:_SIZE]
