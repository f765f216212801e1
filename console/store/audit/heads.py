"""Chains' heads taken out of the database, so that what its owner rewrites can be told from it.

Kept elsewhere (another machine, a write-once folder, a printed page), a file of heads shows a whole
chain that was rewritten under a new key, and an end that was cut off.
"""

import base64
import os
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.store.audit.chain import Head
from console.store.audit.checking import KnownHead
from console.store.models import AuditChain, AuditEntry, DeskKey


class HeadsUnreadable(ValueError):
    """A file that holds no heads."""


class _Line(msgspec.Struct, frozen=True):
    chain: str
    desk: str
    signing_key: str  # base64
    seq: int
    hash: str  # hex


class _File(msgspec.Struct, frozen=True, tag="frontdesk-heads-1", tag_field="form"):
    at: datetime
    heads: tuple[_Line, ...]


def heads(session: Session, *, since: datetime | None = None) -> tuple[KnownHead, ...]:
    """Return every chain's head, or those begun since then, oldest chain first."""
    grouped = select(AuditEntry.chain, func.max(AuditEntry.seq).label("seq"))
    if since is not None:
        lately = select(AuditChain.id).where(AuditChain.begun_at >= since)
        grouped = grouped.where(AuditEntry.chain.in_(lately))
    newest = grouped.group_by(AuditEntry.chain).subquery()
    found = (
        select(AuditChain.id, AuditChain.desk, DeskKey.signing_key, AuditEntry.seq, AuditEntry.hash)
        .join(newest, newest.c.chain == AuditChain.id)
        .join(AuditEntry, (AuditEntry.chain == newest.c.chain) & (AuditEntry.seq == newest.c.seq))
        .join(DeskKey, DeskKey.id == AuditChain.desk)
        .order_by(AuditChain.begun_at, AuditChain.id)
    )
    if since is not None:
        found = found.where(AuditChain.begun_at >= since)
    return tuple(
        KnownHead(row.id, row.desk, row.signing_key, Head(row.seq, row.hash))
        for row in session.execute(found)
    )


def write_heads(path: Path, known: tuple[KnownHead, ...], *, at: datetime) -> None:
    """Write heads to a file, whole or not at all. Raises `OSError`."""
    lines = tuple(
        _Line(
            chain=each.chain,
            desk=each.desk,
            signing_key=base64.b64encode(each.signing_key).decode(),
            seq=each.head.seq,
            hash=each.head.hash.hex(),
        )
        for each in known
    )
    data = msgspec.json.format(msgspec.json.encode(_File(at=at, heads=lines))) + b"\n"
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_heads(path: Path) -> tuple[KnownHead, ...]:
    """Read a file of heads, or every one in a folder. Raises `HeadsUnreadable` or `OSError`."""
    if path.is_dir():
        files = sorted(path.glob("heads-*.json"))
        return tuple(dict.fromkeys(head for file in files for head in read_heads(file)))
    try:
        read = msgspec.json.decode(path.read_bytes(), type=_File)
        return tuple(
            KnownHead(
                line.chain,
                line.desk,
                base64.b64decode(line.signing_key),
                Head(line.seq, bytes.fromhex(line.hash)),
            )
            for line in read.heads
        )
    except (msgspec.DecodeError, ValueError) as error:
        raise HeadsUnreadable(f"{path} holds no heads of Frontdesk's audit") from error
