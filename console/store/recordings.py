"""What was recorded, with whose consent, and the key each file was sealed with.

A row is made when the caller has answered whether the call may be recorded, before there is any
sound: a file without its row cannot be opened by anybody. A refusal is kept as well. Written twice,
a row stands as it was.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.calls import call_row
from console.store.models import Call, Practice, Recording
from console.store.practices import practice_row
from console.store.secrecy.sealed import vault_of
from console.store.values import Consent
from console.store.work import AnsweredConsent, EndedRecording

KIND = "recording"  # in the audit


@dataclass(frozen=True, slots=True, repr=False)
class RecordingRow:
    """A recording, or a refusal of one. `seconds` is None until it has ended, `wrapped_key` for a
    refusal and once the recording was deleted."""

    uid: str
    call_uid: str
    practice_id: str
    caller_number: str | None
    agent: str | None
    consent: Consent
    consent_at: datetime
    consent_law: str
    consent_version: str
    wrapped_key: str | None
    ended_at: datetime | None
    seconds: float | None
    size: int | None
    sha256: str | None
    reason: str | None
    pauses: tuple[dict[str, Any], ...]
    deleted_at: datetime | None
    deleted_by: str | None

    @property
    def can_be_heard(self) -> bool:
        """Whether there is something to hear."""
        return self.wrapped_key is not None


def answer_consent(session: Session, *, answered: AnsweredConsent) -> int:
    """Write a caller's consent, or refusal; return the row's id."""
    row = _find(session, answered.uid)
    if row is None:
        practice_row(session, practice_id=answered.practice_id)
        call = call_row(session, uid=answered.call_uid)
        session.flush()
        row = Recording(
            uid=answered.uid,
            call_id=call.id,
            practice_id=answered.practice_id,
            agent=answered.agent,
            consent=answered.consent,
            consent_at=answered.at,
            consent_law=answered.law,
            consent_version=answered.version,
            wrapped_key=answered.wrapped_key,
        )
        session.add(row)
        session.flush()
        detail = answered.consent.value
        _note(session, row, Event.ADDED, person=answered.agent, detail=detail, at=answered.at)
    return row.id


def end_recording(session: Session, *, ended: EndedRecording) -> None:
    """Write how a recording ended; the first word on it stands."""
    row = _find(session, ended.uid)
    if row is not None and row.ended_at is None:
        row.ended_at, row.seconds, row.size = ended.at, ended.seconds, ended.size
        row.sha256, row.reason = ended.sha256 or None, ended.reason or None
        pauses = [
            {"at": pause.at.isoformat(), "until": pause.until.isoformat(), "why": pause.why}
            for pause in ended.pauses
        ]
        row.pauses = {"pauses": pauses} if pauses else None
        session.flush()


def delete_recording(session: Session, *, uid: str, person: str, at: datetime) -> bool:
    """Take the key away, for good: nobody can open the file from then on. Tell whether there was
    one. That it was made, and with what consent, stays on record."""
    row = _find(session, uid)
    if row is None or row.wrapped_key is None:
        return False
    row.wrapped_key, row.deleted_at, row.deleted_by = None, at, person
    session.flush()
    _note(session, row, Event.DELETED, person=person, at=at)
    return True


def note_use(session: Session, *, uid: str, event: Event, person: str | None) -> None:
    """Put on record that somebody listened to a recording, or took it out."""
    row = _find(session, uid)
    if row is not None:
        _note(session, row, event, person=person)


def find_recording(session: Session, *, uid: str) -> RecordingRow | None:
    """Return a recording by its id, or by as much of its beginning as no other shares."""
    found = session.execute(
        select(Recording, Call)
        .join(Call, Call.id == Recording.call_id)
        .where(Recording.uid.startswith(uid, autoescape=True))
        .limit(2)
    ).all()
    return _row(*found[0]) if len(found) == 1 else None


def recordings(
    session: Session,
    *,
    practice: str | None = None,
    number: str | None = None,
    call_uid: str | None = None,
    since: datetime | None = None,
    heard_only: bool = False,
    limit: int | None = None,
) -> tuple[RecordingRow, ...]:
    """Return recordings and refusals, newest first: of a practice, a caller's number, a call."""
    asked = select(Recording, Call).join(Call, Call.id == Recording.call_id)
    if practice is not None:
        asked = asked.where(Recording.practice_id == practice)
    if number is not None:
        asked = asked.where(Call.caller_key.in_(_number_keys(session, practice, number)))
    if call_uid is not None:
        asked = asked.where(Call.uid == call_uid)
    if since is not None:
        asked = asked.where(Recording.consent_at >= since)
    if heard_only:
        asked = asked.where(Recording.wrapped_key.is_not(None))
    asked = asked.order_by(Recording.consent_at.desc(), Recording.id.desc()).limit(limit)
    return tuple(_row(row, call) for row, call in session.execute(asked).all())


def _number_keys(session: Session, practice: str | None, number: str) -> list[bytes]:
    """Return what calls from a number are found by: each practice has an index of its own."""
    practices = [practice] if practice else [None, *session.scalars(select(Practice.id))]
    vault = vault_of(session)
    return [key for each in practices for key in vault.phones(session, each, number)]


def _find(session: Session, uid: str) -> Recording | None:
    return session.scalars(select(Recording).where(Recording.uid == uid)).one_or_none()


def _note(
    session: Session,
    row: Recording,
    event: Event,
    *,
    person: str | None,
    detail: str = "",
    at: datetime | None = None,
) -> None:
    note(
        session,
        event=event,
        person=person,
        kind=KIND,
        row=row.uid,
        practice_id=row.practice_id,
        detail=detail,
        at=at,
    )


def _row(row: Recording, call: Call) -> RecordingRow:
    return RecordingRow(
        uid=row.uid,
        call_uid=call.uid,
        practice_id=row.practice_id,
        caller_number=call.caller_number,
        agent=row.agent,
        consent=row.consent,
        consent_at=row.consent_at,
        consent_law=row.consent_law,
        consent_version=row.consent_version,
        wrapped_key=row.wrapped_key,
        ended_at=row.ended_at,
        seconds=row.seconds,
        size=row.size,
        sha256=row.sha256,
        reason=row.reason,
        pauses=tuple((row.pauses or {}).get("pauses", ())),
        deleted_at=row.deleted_at,
        deleted_by=row.deleted_by,
    )
