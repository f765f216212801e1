"""One entry's exact bytes: what is hashed and signed, on whatever database it stands.

The encoding is MessagePack of a fixed list in its shortest form (what `msgspec` writes), so that
equal entries have equal bytes. Times are whole microseconds since 1970, UTC.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import msgspec

FIRST: Final = bytes(32)  # what the first entry of a chain follows
_FORM: Final = "frontdesk-audit-1"
_CHAIN_FORM: Final = b"frontdesk-audit-chain-1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(Protocol):
    """What of an entry is bound."""

    @property
    def chain(self) -> str: ...
    @property
    def uid(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def written_at(self) -> datetime: ...
    @property
    def desk(self) -> str: ...
    @property
    def person(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def practice_id(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def row(self) -> str: ...
    @property
    def detail(self) -> str: ...


def digest(entry: Entry, *, seq: int, previous: bytes) -> bytes:
    """Return the SHA-256 of an entry at a place of its chain, after the one that hashed to
    `previous`."""
    parts = (
        _FORM,
        entry.chain,
        seq,
        previous,
        entry.uid,
        _microseconds(entry.at),
        _microseconds(entry.written_at),
        entry.desk,
        entry.person,
        str(entry.event),
        entry.practice_id,
        entry.kind,
        entry.row,
        entry.detail,
    )
    return hashlib.sha256(msgspec.msgpack.encode(parts)).digest()


def certificate(*, chain: str, desk: str, public_key: bytes) -> bytes:
    """Return what a desk signs to say that a chain's key is its own."""
    return msgspec.msgpack.encode((_CHAIN_FORM, chain, desk, public_key))


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
