"""An escalation while its call goes on: opened before anybody is dialled, told of, taken.

Each piece of work is known by its call's uid, and may be written twice, late, or before the call's
own facts.
"""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.escalation import ladder as rungs
from console.escalation.kept import ladder_from
from console.escalation.ladder import IllegalMove
from console.store import pursuing
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.calls import find_call, open_call
from console.store.errors import AgreementMissing
from console.store.messages import escalation_of, open_escalation, put_through
from console.store.models import Call, Escalation
from console.store.outbox_tables import Pursuit
from console.store.practices import agreement_in_force, day_of, practice_row
from console.store.pursuing import Opened
from console.store.work import NotedReach, OpenedCall, OpenedEscalation, PutThrough, TakenEscalation


def write_reach(
    session: Session, *, work: OpenedEscalation | NotedReach | TakenEscalation | PutThrough
) -> None:
    """Write one piece of what becomes of a call's escalation while the call goes on."""
    match work:
        case OpenedEscalation():
            open_now(session, opened=work)
        case NotedReach():
            note_reach(session, noted=work)
        case TakenEscalation():
            take_escalation(session, taken=work)
        case PutThrough():
            put_through(session, through=work)


def open_now(session: Session, *, opened: OpenedEscalation) -> int:
    """Write an escalation and begin to pursue it; return its id. A call has one: opened again, or
    opened by its finished form before, it stays as it is.

    Raises `AgreementMissing` or `UnknownPractice`.
    """
    new = opened.escalation
    practice = practice_row(session, practice_id=opened.practice_id)
    if new.phi and (
        practice is None or not agreement_in_force(practice, day_of(practice, opened.offered_at))
    ):
        raise AgreementMissing(opened.practice_id)
    facts = OpenedCall(
        uid=opened.uid,
        offered_at=opened.offered_at,
        practice_id=opened.practice_id,
        direction=opened.direction,
    )
    call = session.get_one(Call, open_call(session, opened=facts))
    call.call_type = call.call_type or opened.call_type
    session.flush()
    known = escalation_of(session, call=call)
    if known is None:
        number = open_escalation(session, call=call, escalation=new)
        note(
            session,
            event=Event.ADDED,
            person=new.owner,
            kind="escalation",
            row=number,
            practice_id=opened.practice_id,
            at=new.opened_at,
        )
    else:
        number = known.id
    pursuing.pursue(
        session,
        opened=Opened(number, opened.practice_id, new.opened_at, opened.call_type),
        ladder=ladder_from(opened.ladder),
        reference=opened.reference,
    )
    return number


def note_reach(session: Session, *, noted: NotedReach) -> None:
    """Add a line to the time-line of a call's escalation; of a call without one there is none."""
    call = find_call(session, uid=noted.uid)
    escalation = escalation_of(session, call=call) if call is not None else None
    if escalation is not None:
        pursuing.add_line(
            session,
            escalation,
            key=noted.key,
            what=noted.what,
            whom=noted.whom,
            by=noted.by,
            detail=noted.detail,
            at=noted.at,
        )


def take_escalation(session: Session, *, taken: TakenEscalation) -> None:
    """Write that somebody has taken a call's escalation: every page of it stops; or that they pass
    it on: the next person's step is due at once. One whose patient has been reached meanwhile stays
    as it is."""
    pursuit = _pursuit(session, taken.uid)
    if pursuit is None:
        return
    with suppress(IllegalMove):
        pursuing.move(
            session,
            escalation_id=pursuit.escalation_id,
            change=lambda item, ladder: (
                rungs.escalate(item, ladder, taken.at)
                if taken.passed_on
                else rungs.acknowledge(item, taken.provider, taken.at)
            ),
            what="escalate" if taken.passed_on else "acknowledge",
            whom=taken.whom,
            by=taken.by,
            now=taken.at,
        )


def _pursuit(session: Session, uid: str) -> Pursuit | None:
    call = find_call(session, uid=uid)
    if call is None:
        return None
    found = (
        select(Pursuit)
        .join(Escalation, Escalation.id == Pursuit.escalation_id)
        .where(Escalation.call_id == call.id)
        .order_by(Pursuit.escalation_id)
        .limit(1)
    )
    return session.scalars(found).first()
