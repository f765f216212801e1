"""The waiting list: who is put on it, who stands on it, who is taken off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.calls import open_call
from console.store.errors import AgreementMissing, UnknownPractice
from console.store.models import Call
from console.store.offering import close_offer
from console.store.practices import agreement_in_force, day_of, practice_row
from console.store.secrecy.sealed import found_by, vault_of
from console.store.waiting_tables import WaitingEntry, WaitingOffer
from console.store.waiting_values import EntryStatus, OfferStatus
from console.store.work import OpenedCall, PutOnWaitingList, TakenOffWaitingList
from scripts.waiting import PartOfDay


@dataclass(frozen=True, slots=True, repr=False)
class WaitingRow:
    """Somebody who waits."""

    id: int
    practice_id: str
    call: str  # the uid of the call that put them there
    appointment_type: str
    provider: str | None
    part: PartOfDay
    until: date
    patient_name: str
    callback_number: str
    birth_date: date | None
    wishes: str | None
    put_at: datetime
    put_by: str


def write_waiting(session: Session, *, work: PutOnWaitingList | TakenOffWaitingList) -> None:
    """Put somebody on the list, or take them off."""
    if isinstance(work, PutOnWaitingList):
        put_on_list(session, put=work)
    else:
        take_off(session, taken=work)


def put_on_list(session: Session, *, put: PutOnWaitingList) -> int:
    """Put somebody on the list; return the entry's id. Written twice, it stands once.

    Raises `AgreementMissing` or `UnknownPractice`.
    """
    known = session.scalars(select(WaitingEntry.id).where(WaitingEntry.uid == put.uid)).first()
    if known is not None:
        return known
    practice = practice_row(session, practice_id=put.practice_id)
    if practice is None:
        raise UnknownPractice(put.practice_id)
    if put.phi and not agreement_in_force(practice, day_of(practice, put.offered_at)):
        raise AgreementMissing(put.practice_id)
    facts = OpenedCall(
        uid=put.call,
        offered_at=put.offered_at,
        practice_id=put.practice_id,
        direction=put.direction,
    )
    call = session.get_one(Call, open_call(session, opened=facts))
    call.call_type = call.call_type or put.call_type
    row = WaitingEntry(
        uid=put.uid,
        practice_id=put.practice_id,
        call_id=call.id,
        appointment_type=put.appointment_type,
        provider=put.provider,
        part=put.part,
        until=put.until,
        new_patient=put.new_patient,
        patient_name=put.patient_name,
        callback_number=put.callback_number,
        birth_date=put.birth_date,
        wishes=put.wishes,
        phi=put.phi,
        put_at=put.at,
        put_by=put.person,
        status=EntryStatus.WAITING,
        offered=0,
    )
    session.add(row)
    session.flush()
    note(
        session,
        event=Event.ADDED,
        person=put.person,
        kind="waiting",
        row=row.id,
        practice_id=put.practice_id,
        at=put.at,
    )
    return row.id


def take_off(session: Session, *, taken: TakenOffWaitingList) -> bool:
    """Take somebody off the list, and pass on a time that is held for them; False where they do not
    wait any more."""
    row = session.get(WaitingEntry, taken.entry, with_for_update=True)
    if row is None or row.status is not EntryStatus.WAITING:
        return False
    row.status, row.closed_at = EntryStatus.WITHDRAWN, taken.at
    for offer in session.scalars(
        select(WaitingOffer).where(
            WaitingOffer.entry_id == row.id, WaitingOffer.status == OfferStatus.OPEN
        )
    ):
        close_offer(session, offer, OfferStatus.WITHDRAWN, taken.at)
    session.flush()
    note(
        session,
        event=Event.CHANGED,
        person=taken.person,
        kind="waiting",
        row=row.id,
        practice_id=row.practice_id,
        detail="withdrawn",
        at=taken.at,
        uid=taken.uid,
    )
    return True


def waiting_for(session: Session, *, practice: str, number: str) -> tuple[WaitingRow, ...]:
    """Return who waits at a practice and is called back on this number, the first first."""
    keys = vault_of(session).phones(session, practice, number)
    if not keys:
        return ()
    found = select(WaitingEntry).where(
        WaitingEntry.practice_id == practice,
        found_by(WaitingEntry.callback_key, keys),
        WaitingEntry.status == EntryStatus.WAITING,
    )
    return _rows(session, session.scalars(found.order_by(WaitingEntry.put_at)).all())


def entry_of_offer(session: Session, *, offer: int) -> WaitingRow | None:
    """Return whom an open offer is for, None where it is not open any more."""
    found = (
        select(WaitingEntry)
        .join(WaitingOffer, WaitingOffer.entry_id == WaitingEntry.id)
        .where(WaitingOffer.id == offer, WaitingOffer.status == OfferStatus.OPEN)
    )
    return next(iter(_rows(session, session.scalars(found).all())), None)


def _rows(session: Session, found: Sequence[WaitingEntry]) -> tuple[WaitingRow, ...]:
    return tuple(
        WaitingRow(
            id=row.id,
            practice_id=row.practice_id,
            call=session.get_one(Call, row.call_id).uid,
            appointment_type=row.appointment_type,
            provider=row.provider,
            part=row.part,
            until=row.until,
            patient_name=row.patient_name,
            callback_number=row.callback_number,
            birth_date=row.birth_date,
            wishes=row.wishes,
            put_at=row.put_at,
            put_by=row.put_by,
        )
        for row in found
    )
