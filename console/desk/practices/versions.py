"""What the practices page reads and writes in the records, done on the worker's thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from console.desk.practices.views import PracticeLine, VersionLine
from scripts import yamlfile
from scripts.faults import PracticeFileError
from scripts.loader import Library
from scripts.practice import Practice

if TYPE_CHECKING:  # the database's library is imported by the worker
    from console.desk.ledger import Ledger
    from console.store.versions import DraftEdition, VersionRow


@dataclass(frozen=True, slots=True)
class Material:
    """What a practice is edited from: the draft, else the newest version, else the file."""

    text: str
    based_on: int | None
    base_text: str
    versions: "tuple[VersionRow, ...]" = ()
    draft_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saving:
    """A text to be saved as a version, and signed where `signer` is given."""

    practice: Practice
    text: str
    author: str
    based_on: int | None
    note: str
    signer: str
    effective_at: datetime | None  # None is at once


def drafts_of(ledger: "Ledger", author: str) -> "tuple[DraftEdition, ...]":
    """Return what somebody is working on; nothing while the records are away."""
    from console.store.versions import practice_drafts  # noqa: PLC0415

    return ledger.read(lambda session: practice_drafts(session, author=author)) or ()


def material(ledger: "Ledger", practice_id: str, author: str, path: Path | None) -> Material | None:
    """Find what a practice is edited from; None where there is nothing of it."""
    from console.store.versions import practice_drafts, versions  # noqa: PLC0415

    rows = ledger.read(lambda session: versions(session, practice_id=practice_id)) or ()
    drafts = ledger.read(lambda session: practice_drafts(session, author=author)) or ()
    draft = next((each for each in drafts if each.practice_id == practice_id), None)
    base = rows[0].text if rows else _file(path)
    number = rows[0].number if rows else None
    if draft is not None:
        based = next((row.text for row in rows if row.number == draft.based_on), None)
        begun = based if based is not None else _file(path) or ""
        return Material(draft.text, draft.based_on, begun, rows, draft.updated_at)
    return Material(base, number, base, rows) if base is not None else None


def save(ledger: "Ledger", saving: Saving, now: datetime) -> int:
    """Save a text as the next version, signed with it; raise `VersionConflict` or another of
    `RecordsError`. Both or neither."""
    from console.desk.ledger import practice_facts  # noqa: PLC0415
    from console.store.versions import (  # noqa: PLC0415
        NewVersion,
        Signature,
        save_version,
        sign_version,
    )

    new = NewVersion(
        practice=practice_facts(saving.practice),
        text=saving.text,
        written_by=saving.author,
        written_at=now,
        based_on=saving.based_on,
        note=saving.note or None,
    )
    signature = Signature(saving.signer, now, saving.effective_at or now)

    def both(session: object) -> int:
        number = save_version(session, new=new)  # type: ignore[arg-type]
        if saving.signer:
            sign_version(
                session,  # type: ignore[arg-type]
                practice_id=saving.practice.id,
                number=number,
                signature=signature,
            )
        return number

    return ledger.change(both)


def sign(  # noqa: PLR0917
    ledger: "Ledger",
    practice_id: str,
    number: int,
    signer: str,
    now: datetime,
    effective_at: datetime | None,
) -> int:
    """Sign a version there is."""
    from console.store.versions import Signature, sign_version  # noqa: PLC0415

    signature = Signature(signer, now, effective_at or now)
    ledger.change(
        lambda session: sign_version(
            session, practice_id=practice_id, number=number, signature=signature
        )
    )
    return number


def in_force(rows: "Sequence[VersionRow]", now: datetime) -> int:
    """Return the number of the version in force, 0 for none."""
    held = [
        (signature.effective_at, row.number)
        for row in reversed(rows)
        for signature in row.signatures
        if signature.effective_at <= now
    ]
    return max(held, key=lambda each: each[0])[1] if held else 0


def version_lines(
    rows: "Sequence[VersionRow]", practice: Practice | None, now: datetime
) -> tuple[VersionLine, ...]:
    """Return a practice's versions as lines, the newest first, in its own time."""
    held = in_force(rows, now)
    lines = []
    for row in rows:
        coming = [s.effective_at for s in row.signatures if s.effective_at > now]
        mark = "in force" if row.number == held else "not signed"
        if coming:
            mark = f"from {_when(max(coming), practice)}"
        elif row.signatures and row.number != held:
            mark = "was in force"
        signed = f", signed by {row.signatures[-1].signed_by}" if row.signatures else ""
        note = f" · {row.note}" if row.note else ""
        detail = f"{row.written_by}, {_when(row.written_at, practice)}{signed}{note}"
        lines.append(VersionLine(row.number, f"Version {row.number} · {mark}", detail))
    return tuple(lines)


def practice_lines(
    library: Library, drafts: "Sequence[DraftEdition]", found: Sequence[Practice]
) -> tuple[PracticeLine, ...]:
    """Return the practices as lines, those somebody is working on marked, and new ones first."""
    typed = {draft.practice_id for draft in drafts}
    fresh = [
        PracticeLine(draft.practice_id, draft.practice_id, "not in force yet", "Draft")
        for draft in drafts
        if library.by_id(draft.practice_id) is None
    ]
    known = [
        PracticeLine(
            practice.id,
            practice.name,
            f"{practice.city} · {practice.specialty}",
            "Draft" if practice.id in typed else "",
        )
        for practice in found
    ]
    return (*fresh, *known)


def _when(at: datetime, practice: Practice | None) -> str:
    local = at.astimezone(practice.zone) if practice is not None else at.astimezone()
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _file(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return yamlfile.text_of(path)
    except PracticeFileError:
        return None
