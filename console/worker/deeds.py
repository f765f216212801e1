"""A deed of the ladder brought about: pages into the outbox, what needs a person into the tasks.

It runs inside the transaction that moves the item, so it only reads and writes rows.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.delivery.settings import DeliverySettings
from console.escalation import pages
from console.escalation.ladder import Act, Deed
from console.escalation.pages import Answers
from console.escalation.signed import SUPERVISOR_ON_DUTY, Person, person
from console.store import outbox
from console.store.on_duty import hand_to, supervisor_on_duty
from console.store.outbox import NewDispatch
from console.store.outbox_tables import Pursuit
from console.store.outbox_values import TaskKind
from console.store.pursuing import add_line, owner_of
from console.store.replies import slot_for
from scripts.ladders import Reach, Way
from scripts.loader import Library


@dataclass(frozen=True, slots=True)
class Deeds:
    """Brings deeds about for the practices of a library."""

    library: Library
    settings: DeliverySettings

    def perform(self, session: Session, pursuit: Pursuit, deed: Deed) -> None:
        """Bring one about."""
        match deed.act:
            case Act.PAGE | Act.ASK_PROVIDER:
                self._page(session, pursuit, deed)
            case Act.CALL:
                self._call(session, pursuit, deed)
            case Act.TELL:
                self._tell(session, pursuit, deed)
            case Act.ASK_OWNER:
                self._ask(session, pursuit, deed)

    def _person(self, pursuit: Pursuit, deed: Deed) -> Person | None:
        practice = self.library.by_id(pursuit.practice_id)
        return None if practice is None else person(practice, deed.whom, deed.at)

    def _page(self, session: Session, pursuit: Pursuit, deed: Deed) -> None:
        whom = self._person(pursuit, deed)
        calls = self.settings.call is not None
        ways = _pageable(whom, deed.by, calls=calls) if whom is not None else ()
        if whom is None or not ways:
            sentence = f"Ref {pursuit.reference}: nobody could be paged. Call the next person now."
            self._task(session, pursuit, deed, TaskKind.CALL_PROVIDER, sentence)
            self._line(session, pursuit, deed, "nobody to page", detail="no way to reach anybody")
            return
        first = deed.act is Act.PAGE
        for way in ways if first else ways[:1]:
            self._dispatch(session, pursuit, deed, way)
        self._line(session, pursuit, deed, whom.name, by=", ".join(way.by.value for way in ways))

    def _dispatch(self, session: Session, pursuit: Pursuit, deed: Deed, way: Reach) -> None:
        slot = slot_for(
            session, address=way.address, escalation_id=pursuit.escalation_id, now=deed.at
        )
        who = self.settings.console
        line = self.settings.callback_line or self._own_line(pursuit)
        answers = self._answers(way.by)
        if deed.act in (Act.PAGE, Act.CALL):
            words = pages.page_words(
                console=who,
                reference=pursuit.reference,
                urgent=True,
                line=line,
                number=slot,
                answers=answers,
            )
        else:
            words = pages.ask_words(
                console=who, reference=pursuit.reference, line=line, number=slot, answers=answers
            )
        new = NewDispatch(
            key=f"{deed.key}.{way.by.value}",
            channel=way.by.value,
            address=way.address,
            subject=words.subject,
            text=words.text,
            practice_id=pursuit.practice_id,
            escalation_id=pursuit.escalation_id,
            slot=slot,
            urgent=True,
            expires_at=deed.expires_at,
        )
        outbox.put(session, dispatches=[new], now=deed.at)

    def _answers(self, way: Way) -> Answers:
        """Return how a page by a way is answered here."""
        if way is Way.NTFY:
            return Answers.BY_BUTTON if self.settings.ntfy_answers else Answers.BY_CALLING
        if way is Way.PAGERDUTY:
            heard = self.settings.replies is not None and self.settings.replies.listen
            return Answers.BY_INCIDENT if heard else Answers.BY_CALLING
        return Answers.BY_TEXT

    def _own_line(self, pursuit: Pursuit) -> str:
        practice = self.library.by_id(pursuit.practice_id)
        return practice.numbers[0] if practice is not None else ""

    def _call(self, session: Session, pursuit: Pursuit, deed: Deed) -> None:
        whom = self._person(pursuit, deed)
        name = whom.name if whom is not None else "the provider on call"
        sentence = f"Ref {pursuit.reference}: call {name} now; no page has been answered yet."
        way = _callable(whom) if whom is not None and self.settings.call is not None else None
        if way is not None:
            sentence += " The telephone of this service rings them as well."
            self._dispatch(session, pursuit, deed, way)
        self._task(session, pursuit, deed, TaskKind.CALL_PROVIDER, sentence)
        self._line(session, pursuit, deed, name, by=owner_of(session, pursuit))

    def _tell(self, session: Session, pursuit: Pursuit, deed: Deed) -> None:
        whom = self._person(pursuit, deed)
        name, why = whom.name if whom is not None else SUPERVISOR_ON_DUTY.name, ""
        if whom is None or whom == SUPERVISOR_ON_DUTY:
            owner = owner_of(session, pursuit)
            there = supervisor_on_duty(session, now=deed.at, owner=owner)
            if there:
                hand_to(session, escalation_id=pursuit.escalation_id, name=there, now=deed.at)
                name = there
            else:
                why = ", and no supervisor is signed in"
        sentence = (
            f"Ref {pursuit.reference}: nobody on the ladder has answered{why}. It is yours now."
        )
        self._task(session, pursuit, deed, TaskKind.NOBODY_ANSWERED, sentence)
        if whom is not None:
            for way in _pageable(whom, ()):
                self._dispatch(session, pursuit, deed, way)
        self._line(session, pursuit, deed, name)

    def _ask(self, session: Session, pursuit: Pursuit, deed: Deed) -> None:
        sentence = f"Ref {pursuit.reference}: was the patient reached? Ask, and close it."
        self._task(session, pursuit, deed, TaskKind.ASK_REACHED, sentence)
        self._line(session, pursuit, deed, owner_of(session, pursuit))

    def _task(
        self, session: Session, pursuit: Pursuit, deed: Deed, kind: TaskKind, sentence: str
    ) -> None:
        outbox.add_task(
            session,
            key=deed.key,
            kind=kind,
            sentence=sentence,
            now=deed.at,
            urgent=True,
            practice_id=pursuit.practice_id,
            escalation_id=pursuit.escalation_id,
            owner=owner_of(session, pursuit),
        )

    def _line(
        self,
        session: Session,
        pursuit: Pursuit,
        deed: Deed,
        whom: str,
        *,
        by: str = "",
        detail: str = "",
    ) -> None:
        add_line(
            session,
            pursuit,
            key=deed.key,
            what=deed.act.value,
            whom=whom,
            at=deed.at,
            by=by,
            detail=detail,
        )


def _pageable(whom: Person, by: tuple[str, ...], *, calls: bool = False) -> tuple[Reach, ...]:
    """Return the ways to page somebody: those the step names, in its order, or all their own. A
    call is made where a step names it, and `calls` can be made."""
    if not by:
        return tuple(way for way in whom.reach if way.by is not Way.CALL)
    ways = [way for way in whom.reach if calls or way.by is not Way.CALL]
    return tuple(way for name in by for way in ways if way.by.value == name)


def _callable(whom: Person) -> Reach | None:
    """Return the telephone somebody is rung on, if they have one."""
    return next((way for way in whom.reach if way.by is Way.CALL), None)
