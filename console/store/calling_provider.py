"""What somebody has to know who calls a provider about an escalation on record."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.escalation.ladder import Stage
from console.store import pursuing
from console.store.models import Call, Escalation
from console.store.outbox_tables import Pursuit
from scripts.calltypes import CallType


@dataclass(frozen=True, slots=True, repr=False)
class ToCall:
    """An open escalation. `uid` is its call's; `whom` the ladder's word, or the id of who has taken
    it; `summary` and `number` are for the provider's ear."""

    uid: str
    practice_id: str
    call_type: CallType | None
    whom: str
    summary: str
    number: str


def to_call(session: Session, *, escalation_id: int) -> ToCall | None:
    """Return whom to call and what about; None for one that is closed, or not there."""
    escalation = session.get(Escalation, escalation_id)
    pursuit = session.get(Pursuit, escalation_id)
    if escalation is None or (pursuit is not None and pursuit.stage is Stage.CLOSED):
        return None
    call = session.get_one(Call, escalation.call_id)
    return ToCall(
        uid=call.uid,
        practice_id=escalation.practice_id,
        call_type=call.call_type,
        whom=_whom(pursuit) or escalation.provider,
        summary=escalation.reason,
        number=escalation.callback_number or "",
    )


def _whom(pursuit: Pursuit | None) -> str:
    if pursuit is None:
        return ""
    if pursuit.provider:
        return pursuit.provider
    return pursuing.ladder_of(pursuit).step(max(0, pursuit.taken - 1)).whom
