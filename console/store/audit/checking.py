"""Finding what was tampered with: every entry hashed and its signature tried again, every anchor
looked up.

The checker trusts no trigger and no constraint; whoever owns the database can drop both. What it
names is the place. Of what was cut off a chain's end, the anchors in other chains and the heads
exported earlier tell.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from itertools import groupby

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.audit.chain import Head, head_of
from console.store.audit.entries import FIRST, certificate, digest
from console.store.audit.events import Event
from console.store.models import AuditChain, AuditEntry, DeskKey

_BATCH = 1000  # rows
_NEAR = 64  # places to look for where a moved entry was, besides those known to be wrong


@unique
class Fault(StrEnum):
    """What was found."""

    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    FORGED = "forged"  # not signed by the run it is said to be of
    UNKNOWN = "unknown"  # a chain whose key no desk has vouched for


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, and its place: the chain and the entry's number in it."""

    fault: Fault
    chain: str
    seq: int | None
    desk: str
    words: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at and what was found."""

    entries: int
    chains: int
    anchors: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class KnownHead:
    """A head as it was exported from the records at an earlier time. Keys are raw bytes."""

    chain: str
    desk: str
    signing_key: bytes
    head: Head


@dataclass(slots=True)
class _Look:
    """One chain as it is being read."""

    chain: str
    desk: str
    key: Ed25519PublicKey | None
    last_seq: int = 0
    last_hash: bytes = FIRST
    last_is_whole: bool = True
    wrong: list[AuditEntry] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def find(self, fault: Fault, seq: int | None, words: str) -> None:
        """Keep a finding."""
        self.findings.append(Finding(fault, self.chain, seq, self.desk, words))


def check(session: Session, *, known: Iterable[KnownHead] = ()) -> Checked:
    """Read the whole audit; `known` are heads that were exported before."""
    chains = {chain.id: chain for chain in session.scalars(select(AuditChain))}
    desks = {desk.id: desk for desk in session.scalars(select(DeskKey))}
    entries, anchors = 0, 0
    findings: list[Finding] = []
    for chain, rows in groupby(_all(session), key=lambda entry: entry.chain):
        look = _begin(chain, chains.get(chain), desks)
        for row in rows:
            entries += 1
            _take(look, row)
            if row.event == Event.ANCHORED.value:
                anchors += 1
                findings += _anchor(session, row)
        _settle(look)
        findings += look.findings
    for each in known:
        findings += _known(session, each, desks)
    return Checked(entries, len(chains), anchors, tuple(dict.fromkeys(findings)))


def _all(session: Session) -> Iterator[AuditEntry]:
    everything = select(AuditEntry).order_by(AuditEntry.chain, AuditEntry.seq, AuditEntry.id)
    for row in session.scalars(everything.execution_options(yield_per=_BATCH)):
        yield row
        session.expunge(row)


def _begin(chain: str, stored: AuditChain | None, desks: Mapping[str, DeskKey]) -> _Look:
    if stored is None:
        look = _Look(chain, "", None)
        look.find(Fault.UNKNOWN, None, "There is no chain of this name.")
        return look
    look = _Look(chain, stored.desk, _public(stored.public_key))
    desk = desks.get(stored.desk)
    signed = certificate(chain=chain, desk=stored.desk, public_key=stored.public_key)
    if desk is None or not _is_signed(_public(desk.signing_key), stored.certificate, signed):
        look.find(Fault.UNKNOWN, None, "The desk has not vouched for this chain's key.")
    return look


def _take(look: _Look, row: AuditEntry) -> None:
    """Look at the next entry of a chain."""
    is_whole = _stood_at(row, row.seq)
    if row.seq > look.last_seq + 1:
        look.gaps += range(look.last_seq + 1, min(row.seq, look.last_seq + 1 + _BATCH))
        look.find(Fault.MISSING, look.last_seq + 1, _gone(look.last_seq + 1, row.seq - 1))
    elif row.seq <= look.last_seq:
        look.find(Fault.REORDERED, row.seq, "Two entries have the same place.")
    elif is_whole and look.last_is_whole and row.previous != look.last_hash:
        look.find(Fault.MISSING, row.seq, "It does not follow the entry that stands before it.")
    if not is_whole:
        look.wrong.append(row)
    elif look.key is not None and not _is_signed(look.key, row.signature, row.hash):
        look.find(Fault.FORGED, row.seq, "It is not signed by the run of the program it is of.")
    look.last_seq, look.last_hash, look.last_is_whole = row.seq, row.hash, is_whole


def _settle(look: _Look) -> None:
    """Say of each entry that is not what was signed whether it was moved or changed."""
    if not look.wrong:
        return
    places = {row.seq for row in look.wrong} | set(look.gaps) | {look.last_seq + 1}
    were: dict[int, int] = {}
    for row in look.wrong:
        near = range(max(1, row.seq - _NEAR), row.seq + _NEAR)
        was = next((at for at in (*near, *places) if _stood_at(row, at)), None)
        if was is None or not _is_signed(look.key, row.signature, row.hash):
            look.find(Fault.CHANGED, row.seq, "It is not what was signed.")
        else:
            were[was] = row.seq
            look.find(Fault.REORDERED, row.seq, f"It was entry {was}.")
    taken = (
        {row.seq for row in look.wrong}
        - set(were)
        - {found.seq for found in look.findings if found.fault is Fault.CHANGED}
    )
    for seq in sorted(taken):
        if were:
            look.find(Fault.MISSING, seq, _gone(seq, seq))


def _stood_at(row: AuditEntry, seq: int) -> bool:
    return digest(row, seq=seq, previous=row.previous) == row.hash


def _anchor(session: Session, row: AuditEntry) -> list[Finding]:
    """Look up what an entry says of another chain's head."""
    seq, _, hashed = row.detail.partition(":")
    try:
        head = Head(int(seq), bytes.fromhex(hashed))
    except ValueError:
        return []  # the entry itself is found to be changed
    return _held(session, row.row, head, f"Entry {row.seq} of chain {row.chain} had seen it.")


def _known(session: Session, known: KnownHead, desks: Mapping[str, DeskKey]) -> list[Finding]:
    found = _held(session, known.chain, known.head, "It was exported before.", desk=known.desk)
    desk = desks.get(known.desk)
    if desk is None or desk.signing_key != known.signing_key:
        words = "The desk's key is not the one that was exported."
        found.append(Finding(Fault.UNKNOWN, known.chain, None, known.desk, words))
    return found


def _held(session: Session, chain: str, head: Head, who: str, *, desk: str = "") -> list[Finding]:
    """Return what is wrong with an entry of which the hash is known from elsewhere."""
    stands = session.execute(
        select(AuditEntry.hash, AuditEntry.desk).where(
            AuditEntry.chain == chain, AuditEntry.seq == head.seq
        )
    ).first()
    if stands is not None and stands.hash == head.hash:
        return []
    if stands is not None:
        return [Finding(Fault.CHANGED, chain, head.seq, stands.desk, f"It was another. {who}")]
    last = head_of(session, chain)
    first = 1 if last is None else min(last.seq + 1, head.seq)
    return [Finding(Fault.MISSING, chain, first, desk, f"{_gone(first, head.seq)} {who}")]


def _gone(first: int, last: int) -> str:
    return f"Entry {first} is gone." if first == last else f"Entries {first} to {last} are gone."


def _public(raw: bytes) -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        return None


def _is_signed(key: Ed25519PublicKey | None, signature: bytes, data: bytes) -> bool:
    if key is None:
        return False
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
