"""What a try to reach somebody puts on record: the escalation before anybody is dialled, each line
of its time-line, who has taken it."""

from collections.abc import Callable
from datetime import datetime

from console.desk import finishing
from console.desk.live_call import LiveCall
from console.desk.reach_try import Try
from console.desk.stage import Stage
from console.escalation.kept import ladder_record
from console.escalation.pages import new_reference
from console.escalation.signed import signed_ladder
from console.store.values import Direction
from console.store.work import NotedReach, OpenedEscalation, TakenEscalation
from scripts.calltypes import CallType
from scripts.protocol import Priority


class ReachRecord:
    """Writes it; kept on this machine while the records are away."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def can_open(self, call: LiveCall) -> bool:
        """Whether there is enough to put an escalation on record."""
        now = self._stage.clock()
        new = finishing.escalation_now(call, agent=self._stage.agent, now=now)
        return new is not None and not call.practice.neutral

    def open(self, call: LiveCall, now: datetime, then: Callable[[], None]) -> None:
        """Put a call's escalation on record with its pursuit, `then` go on."""
        new = finishing.escalation_now(call, agent=self._stage.agent, now=now)
        assert new is not None
        kind = call.call_type or CallType.URGENT
        ladder = signed_ladder(call.practice, call_type=kind, priority=Priority.URGENT, moment=now)
        self._stage.book.write(
            OpenedEscalation(
                uid=call.call,
                practice_id=call.practice.id,
                offered_at=call.offered_at,
                escalation=new,
                reference=new_reference(),
                ladder=ladder_record(ladder),
                direction=Direction.OUTGOING if call.outgoing else Direction.INCOMING,
                call_type=kind,
            ),
            then=then,
        )

    def answer(self, current: Try, *, passed_on: bool) -> None:
        """Write that the asked one has taken it, or passes it on after all."""
        self._stage.book.write(
            TakenEscalation(
                uid=current.about.uid,
                provider=current.who.id,
                whom=current.who.name,
                at=self._stage.clock(),
                by=self._stage.agent if passed_on else "pressing 1",
                passed_on=passed_on,
            )
        )

    def note(self, current: Try, what: str) -> None:
        """Add a line to the time-line, once in a try."""
        if what in current.lines:
            return
        current.lines.append(what)
        self._stage.book.write(
            NotedReach(
                uid=current.about.uid,
                key=f"reach.{round(current.began.timestamp())}.{current.who.id}.{what}",
                what=what,
                whom=current.who.name,
                at=self._stage.clock(),
                by=self._stage.agent,
            )
        )
