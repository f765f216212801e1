"""What an answer to a page does to the escalation it means, in one transaction.

Each answer counts once, by the gateway's own name for it. One that comes when somebody else has the
item, or when the ladder has gone on past whoever wrote it, changes nothing: “I cannot” from the
first must not take the item from the second.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from console.escalation import ladder as rungs
from console.escalation.ladder import IllegalMove, Item, Ladder, Stage
from console.escalation.pages import Reply, Verb, read_reply
from console.store import outbox, pursuing
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.outbox_tables import Pursuit
from console.store.outbox_values import TaskKind
from console.store.replies import escalation_meant, open_at, page_of
from console.store.reply_tables import ReplyOutcome, ReplyRow


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that is genuine and new to us, before it is known what it means.

    `named` are the references it names, where it counts only with the item's own; else None. `key`
    is the page it answers, where the channel says which: its address and number are the page's.
    """

    uid: str
    channel: str
    address: str
    text: str
    named: frozenset[str] | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody of a practice's, by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class People:
    """Who people are: whose an address is at a practice ("" for nobody's known), and who a ladder's
    word stands for, at a moment."""

    at: Callable[[str, str, str, datetime], Whom]  # practice, channel, address
    named: Callable[[str, str, datetime], str]  # practice, the ladder's word; an id


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it. `again` for one that was heard before: nothing was done now."""

    outcome: ReplyOutcome
    verb: Verb | None = None
    practice_id: str = ""
    escalation_id: int | None = None
    reference: str = ""
    number: int = 0
    again: bool = False
    address: str = ""


def hear(session: Session, *, answered: Answered, people: People, now: datetime) -> Told:
    """Do what an answer says, or tell why not."""
    known = session.get(ReplyRow, answered.uid)
    if known is not None:
        return Told(known.outcome, escalation_id=known.escalation_id, again=True)
    told = _Hearing(session, answered, people, now).told()
    told = replace(told, address=told.address or answered.address)
    session.add(
        ReplyRow(
            uid=answered.uid,
            channel=answered.channel,
            heard_at=now,
            escalation_id=told.escalation_id,
            outcome=told.outcome,
        )
    )
    if told.escalation_id is not None:
        what = told.verb.value if told.verb is not None else "answer"
        note(
            session,
            event=Event.CHANGED,
            person=None,
            kind="escalation",
            row=told.escalation_id,
            practice_id=told.practice_id,
            detail=f"{what}.{told.outcome.value}",
            at=now,
        )
    session.flush()
    return told


@dataclass(frozen=True, slots=True)
class _Hearing:
    """One answer in its transaction."""

    session: Session
    answered: Answered
    people: People
    now: datetime

    def told(self) -> Told:
        """Do what the answer says, or tell why not."""
        if self.answered.key:
            return self._told_of_a_page()
        reply = read_reply(self.answered.text)
        if reply is None:
            return self._left_to_a_person()
        found = escalation_meant(self.session, address=self.answered.address, number=reply.number)
        if found is None:
            return Told(ReplyOutcome.NOT_OPEN, reply.verb)
        pursuit = self.session.get_one(Pursuit, found, with_for_update=True)
        if not self._named(pursuit):
            return Told(ReplyOutcome.NOT_OPEN, reply.verb)
        return self._done(pursuit, reply)

    def _told_of_a_page(self) -> Told:
        page = page_of(self.session, key=self.answered.key, channel=self.answered.channel)
        reply = read_reply(f"{page.slot}{self.answered.text}") if page is not None else None
        if page is None or reply is None:
            return Told(ReplyOutcome.NOT_OPEN)
        pursuit = self.session.get_one(Pursuit, page.escalation_id, with_for_update=True)
        return replace(self._done(pursuit, reply, page.address), address=page.address)

    def _done(self, pursuit: Pursuit, reply: Reply, address: str = "") -> Told:
        whom = self.people.at(
            pursuit.practice_id,
            self.answered.channel,
            address or self.answered.address,
            self.now,
        )
        outcome = ReplyOutcome.OVERTAKEN
        if reply.verb is not Verb.ESCALATE or self._is_theirs(pursuit, whom):
            with suppress(IllegalMove):
                self._move(pursuit, reply.verb, whom)
                outcome = ReplyOutcome.DONE
        if outcome is ReplyOutcome.OVERTAKEN:
            self._keep(pursuit, reply.verb.value, whom.name, "changed nothing")
        return Told(
            outcome,
            reply.verb,
            pursuit.practice_id,
            pursuit.escalation_id,
            pursuit.reference,
            reply.number,
        )

    def _move(self, pursuit: Pursuit, verb: Verb, whom: Whom) -> None:
        """Move the item, or raise `IllegalMove` where its stage does not allow that any more."""
        now = self.now
        match verb:
            case Verb.ACKNOWLEDGE:
                self._step(
                    pursuit,
                    "acknowledge",
                    whom,
                    lambda item, _: rungs.acknowledge(item, whom.id, now),
                )
            case Verb.ESCALATE:
                self._step(
                    pursuit,
                    "escalate",
                    whom,
                    lambda item, ladder: rungs.escalate(item, ladder, now),
                )
            case Verb.CLOSE:
                self._step(pursuit, "reach", whom, lambda item, _: rungs.reach(item, now))
                self._step(pursuit, "close", whom, lambda item, _: rungs.close(item, now))

    def _step(
        self, pursuit: Pursuit, what: str, whom: Whom, change: Callable[[Item, Ladder], Item]
    ) -> None:
        pursuing.move(
            self.session,
            escalation_id=pursuit.escalation_id,
            change=change,
            what=what,
            whom=whom.name,
            by=self.answered.channel,
            now=self.now,
            answered=self.answered.key,
        )

    def _is_theirs(self, pursuit: Pursuit, whom: Whom) -> bool:
        """Whether it is theirs to pass on: they have taken it, or are whom the ladder is at."""
        if pursuit.stage is not Stage.PAGING:
            return pursuit.stage is Stage.ACKNOWLEDGED and pursuit.provider == whom.id
        ladder = pursuing.ladder_of(pursuit)
        at = ladder.step(max(0, pursuit.taken - 1)).whom
        return self.people.named(pursuit.practice_id, at, self.now) == whom.id

    def _named(self, pursuit: Pursuit) -> bool:
        return self.answered.named is None or pursuit.reference in self.answered.named

    def _left_to_a_person(self) -> Told:
        """Have somebody call whoever wrote what cannot be understood; what they wrote is not kept,
        as it may be about a patient. One task for each item, however often they write."""
        told = Told(ReplyOutcome.NOT_OPEN)
        for pursuit in open_at(self.session, address=self.answered.address):
            if not self._named(pursuit):
                continue
            self._ask_whoever_was_paged(pursuit)
            self._keep(pursuit, "answer", "", "not understood")
            told = Told(
                ReplyOutcome.NOT_UNDERSTOOD,
                None,
                pursuit.practice_id,
                pursuit.escalation_id,
                pursuit.reference,
            )
        return told

    def _ask_whoever_was_paged(self, pursuit: Pursuit) -> None:
        channel = self.answered.channel
        outbox.add_task(
            self.session,
            key=f"unread.{pursuit.escalation_id}.{channel}",
            kind=TaskKind.CALL_PROVIDER,
            sentence=f"Ref {pursuit.reference}: an answer by {channel} could not be understood. "
            "Call whoever was paged and ask.",
            now=self.now,
            urgent=True,
            practice_id=pursuit.practice_id,
            escalation_id=pursuit.escalation_id,
            owner=pursuing.owner_of(self.session, pursuit),
        )

    def _keep(self, pursuit: Pursuit, what: str, whom: str, detail: str) -> None:
        pursuing.add_line(
            self.session,
            pursuit,
            key=f"reply.{self.answered.uid}",
            what=what,
            whom=whom,
            by=self.answered.channel,
            detail=detail,
            at=self.now,
        )
