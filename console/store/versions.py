"""Practice scripts in the records: saved, signed, scheduled, and which was whose on a call.

A version is saved on the number it was begun from: of two supervisors who save at once, the second
gets `VersionConflict` with what the first wrote, and nothing of either is lost.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.errors import UnknownPractice, UnknownVersion, VersionConflict
from console.store.models import Call, Practice
from console.store.practices import PracticeFacts
from console.store.script_tables import PracticeDraft, PracticeSignature, PracticeVersion
from console.store.work import DroppedPracticeDraft, SavedPracticeDraft
from scripts.loader import VERSION_LENGTH


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A script to be saved. `based_on` is the number of the version it was begun from, None for a
    practice without one."""

    practice: PracticeFacts  # as the text has it
    text: str
    written_by: str
    written_at: datetime
    based_on: int | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a version, when, and from when on it holds."""

    signed_by: str
    signed_at: datetime
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version and its signatures, the first first."""

    practice_id: str
    number: int
    text: str
    sha256: str
    written_by: str
    written_at: datetime
    note: str | None
    baa_signed_on: date | None
    baa_ends_on: date | None
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """A practice's script from a moment on."""

    practice_id: str
    number: int
    effective_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class DraftEdition:
    """An edition somebody is working on."""

    practice_id: str
    author: str
    text: str
    based_on: int | None
    updated_at: datetime


def save_version(session: Session, *, new: NewVersion) -> int:
    """Save a script as the practice's next version and return its number.

    Raises `VersionConflict` where a newer one than `based_on` stands. The text of the newest
    version saved once more is no new version: its number is returned.
    """
    _lock_practice(session, new.practice)
    newest = _newest(session, new.practice.id)
    sha256 = hashlib.sha256(new.text.encode()).hexdigest()
    if newest is not None and newest.sha256 == sha256:
        return newest.number
    if newest is not None and newest.number != new.based_on:
        raise VersionConflict(newest.number, newest.written_by, newest.text)
    row = PracticeVersion(
        practice_id=new.practice.id,
        number=newest.number + 1 if newest is not None else 1,
        text=new.text,
        sha256=sha256,
        written_by=new.written_by,
        written_at=new.written_at,
        note=new.note,
        baa_signed_on=new.practice.baa_signed_on,
        baa_ends_on=new.practice.baa_ends_on,
    )
    session.add(row)
    session.flush()
    note(
        session,
        event=Event.ADDED,
        person=new.written_by,
        kind="practice_version",
        row=row.number,
        practice_id=row.practice_id,
        at=new.written_at,
    )
    return row.number


def sign_version(session: Session, *, practice_id: str, number: int, signature: Signature) -> None:
    """Have a version hold from a moment on; raise `UnknownVersion` where there is none."""
    row = _version(session, practice_id, number)
    session.add(
        PracticeSignature(
            version_id=row.id,
            signed_by=signature.signed_by,
            signed_at=signature.signed_at,
            effective_at=max(signature.effective_at, signature.signed_at),
        )
    )
    session.flush()
    note(
        session,
        event=Event.SIGNED,
        person=signature.signed_by,
        kind="practice_version",
        row=number,
        practice_id=practice_id,
        at=signature.signed_at,
    )


def versions(session: Session, *, practice_id: str) -> tuple[VersionRow, ...]:
    """Return a practice's versions, the newest first."""
    rows = session.scalars(
        select(PracticeVersion)
        .where(PracticeVersion.practice_id == practice_id)
        .order_by(PracticeVersion.number.desc())
    ).all()
    signed: dict[int, list[Signature]] = {row.id: [] for row in rows}
    for signature in session.scalars(
        select(PracticeSignature)
        .where(PracticeSignature.version_id.in_(signed))
        .order_by(PracticeSignature.id)
    ):
        signed[signature.version_id].append(
            Signature(signature.signed_by, signature.signed_at, signature.effective_at)
        )
    return tuple(_row(row, tuple(signed[row.id])) for row in rows)


def version(session: Session, *, practice_id: str, number: int) -> VersionRow:
    """Return one version without its signatures; raise `UnknownVersion` where there is none."""
    return _row(_version(session, practice_id, number), ())


def editions(session: Session, *, at: datetime) -> tuple[Edition, ...]:
    """Return what is in force of each practice at a moment, and all that takes effect later, in
    that order. Of two signatures for one moment the later one holds."""
    found: dict[str, list[tuple[datetime, int]]] = {}
    for practice_id, version_id, effective_at in session.execute(
        select(PracticeVersion.practice_id, PracticeVersion.id, PracticeSignature.effective_at)
        .join(PracticeSignature, PracticeSignature.version_id == PracticeVersion.id)
        .order_by(PracticeSignature.effective_at, PracticeSignature.id)
    ):
        known = found.setdefault(practice_id, [])
        if known and (effective_at <= at or known[-1][0] == effective_at):
            known.pop()
        known.append((effective_at, version_id))
    order = sorted(each for known in found.values() for each in known)
    rows = session.scalars(
        select(PracticeVersion).where(PracticeVersion.id.in_({row for _, row in order}))
    )
    by_id = {row.id: row for row in rows}
    return tuple(
        Edition(by_id[row].practice_id, by_id[row].number, since, by_id[row].text)
        for since, row in order
    )


def version_of_call(session: Session, *, uid: str) -> int | None:
    """Return the number of the version a call was answered with; None where it was answered from
    a file. Where one text was saved twice, the one in force when the call came is meant."""
    call = session.scalars(select(Call).where(Call.uid == uid)).one_or_none()
    if call is None or call.script_version is None or call.practice_id is None:
        return None
    came = call.offered_at or call.waiting_since
    rows = session.execute(
        select(PracticeVersion.number, PracticeSignature.effective_at)
        .outerjoin(PracticeSignature, PracticeSignature.version_id == PracticeVersion.id)
        .where(
            PracticeVersion.practice_id == call.practice_id,
            func.substr(PracticeVersion.sha256, 1, VERSION_LENGTH) == call.script_version,
        )
        .order_by(PracticeSignature.effective_at, PracticeSignature.id)
    ).all()
    held = [number for number, since in rows if came and since and since <= came]
    return held[-1] if held else rows[0][0] if rows else None


def save_practice_draft(session: Session, *, draft: SavedPracticeDraft) -> None:
    """Keep an edition as it stands; an older state than the one kept is ignored."""
    row = session.get(PracticeDraft, (draft.practice_id, draft.author))
    if row is None:
        row = PracticeDraft(practice_id=draft.practice_id, author=draft.author)
        session.add(row)
    elif draft.updated_at < row.updated_at:
        return
    row.text, row.based_on, row.updated_at = draft.text, draft.based_on, draft.updated_at
    session.flush()


def drop_practice_draft(session: Session, *, dropped: DroppedPracticeDraft) -> None:
    """Let an edition go that was saved or thrown away; one typed in since then stays."""
    row = session.get(PracticeDraft, (dropped.practice_id, dropped.author))
    if row is not None and row.updated_at <= dropped.at:
        session.delete(row)
        session.flush()


def practice_drafts(session: Session, *, author: str) -> tuple[DraftEdition, ...]:
    """Return what somebody is working on, the last typed in first."""
    return tuple(
        DraftEdition(row.practice_id, row.author, row.text, row.based_on, row.updated_at)
        for row in session.scalars(
            select(PracticeDraft)
            .where(PracticeDraft.author == author)
            .order_by(PracticeDraft.updated_at.desc())
        )
    )


def versioned(session: Session) -> frozenset[str]:
    """Return the practices whose script in the records has ever been signed."""
    return frozenset(
        session.scalars(
            select(PracticeVersion.practice_id)
            .join(PracticeSignature, PracticeSignature.version_id == PracticeVersion.id)
            .distinct()
        )
    )


def _lock_practice(session: Session, facts: PracticeFacts) -> None:
    """Take the practice's row, made where there is none: of two who save at once one waits."""
    row = session.get(Practice, facts.id, with_for_update=True)
    if row is None:
        session.add(
            Practice(id=facts.id, name=facts.name, timezone=facts.timezone, version=facts.version)
        )  # its agreement holds with the version, not before
        session.flush()


def _newest(session: Session, practice_id: str) -> PracticeVersion | None:
    return session.scalars(
        select(PracticeVersion)
        .where(PracticeVersion.practice_id == practice_id)
        .order_by(PracticeVersion.number.desc())
        .limit(1)
    ).one_or_none()


def _version(session: Session, practice_id: str, number: int) -> PracticeVersion:
    row = session.scalars(
        select(PracticeVersion).where(
            PracticeVersion.practice_id == practice_id, PracticeVersion.number == number
        )
    ).one_or_none()
    if row is None:
        if session.get(Practice, practice_id) is None:
            raise UnknownPractice(practice_id)
        raise UnknownVersion(practice_id, number)
    return row


def _row(row: PracticeVersion, signatures: tuple[Signature, ...]) -> VersionRow:
    return VersionRow(
        practice_id=row.practice_id,
        number=row.number,
        text=row.text,
        sha256=row.sha256,
        written_by=row.written_by,
        written_at=row.written_at,
        note=row.note,
        baa_signed_on=row.baa_signed_on,
        baa_ends_on=row.baa_ends_on,
        signatures=signatures,
    )
