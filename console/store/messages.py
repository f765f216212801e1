"""What the practice, or whoever is on call for it, must be told."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from console.store.calls import find_call
from console.store.inserting import insert_now
from console.store.models import Call, Escalation, Message
from console.store.values import EscalationStatus, MessageStatus
from console.store.work import NewEscalation, NewMessage, PutThrough


def take_message(session: Session, *, call: Call, message: NewMessage, at: datetime) -> int:
    """Write a message of this call's, taken at `at`, to be delivered; return its id."""
    row = Message(
        practice_id=call.practice_id,
        call_id=call.id,
        kind=message.kind,
        recipient=message.recipient,
        priority=message.priority,
        taken_at=at,
        due_at=message.due_at,
        reason=message.reason,
        patient_name=message.patient_name,
        caller_name=message.caller_name,
        callback_number=message.callback_number,
        status=MessageStatus.PENDING,
        owner=message.owner,
        phi=message.phi,
    )
    return insert_now(session, row)


def escalation_of(session: Session, *, call: Call) -> Escalation | None:
    """Return the call's escalation, if it has one."""
    found = select(Escalation).where(Escalation.call_id == call.id).order_by(Escalation.id).limit(1)
    return session.scalars(found).first()


def open_escalation(session: Session, *, call: Call, escalation: NewEscalation) -> int:
    """Write an escalation of this call's; return its id. One that was opened while the call went on
    is the same one: it takes what the finished form knows better, and stands where it stands."""
    known = escalation_of(session, call=call)
    if known is not None:
        known.reason = escalation.reason
        known.callback_number = escalation.callback_number or known.callback_number
        known.phi = known.phi or escalation.phi
        session.flush()
        return known.id
    row = Escalation(
        practice_id=call.practice_id,
        call_id=call.id,
        provider=escalation.provider,
        reason=escalation.reason,
        callback_number=escalation.callback_number,
        status=escalation.status,
        owner=escalation.owner,
        opened_at=escalation.opened_at,
        phi=escalation.phi,
    )
    return insert_now(session, row)


def put_through(session: Session, *, through: PutThrough) -> None:
    """Write that the caller was transferred to the provider; of an escalation that has gone on
    since, or of a call that left none, nothing changes."""
    call = find_call(session, uid=through.uid)
    if call is None:
        return
    session.execute(
        update(Escalation)
        .where(Escalation.call_id == call.id, Escalation.status == EscalationStatus.OPEN)
        .values(status=EscalationStatus.TRANSFERRED, version=Escalation.version + 1)
    )


def pending_messages(session: Session) -> int:
    """Return how many messages nobody has been given yet."""
    waiting = select(func.count(Message.id)).where(Message.status == MessageStatus.PENDING)
    return session.execute(waiting).scalar_one()
