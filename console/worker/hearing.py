"""Answers taken in: done in the records, and said back to whoever wrote, by the way they wrote."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from console.delivery.replies import ntfy
from console.delivery.replies.bounce import Bounced
from console.delivery.replies.heard import Heard
from console.delivery.settings import DeliverySettings
from console.escalation import pages
from console.escalation.pages import Answers, Verb
from console.escalation.signed import at_address, person
from console.store import bounces, hearing, outbox
from console.store.hearing import Answered, People, Told, Whom
from console.store.outbox import NewDispatch
from console.store.reply_tables import ReplyOutcome
from console.store.session import Records
from console.worker.letters import Letters
from console.worker.worker import CALL, utc_now
from scripts import phone_numbers
from scripts.loader import Library

_SAYS: Final = {
    Verb.ACKNOWLEDGE: pages.Said.YOURS,
    Verb.ESCALATE: pages.Said.PASSED_ON,
    Verb.CLOSE: pages.Said.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Hearing:
    """Takes answers in; safe from several threads. `library` is asked each time, as practices
    change in a shift."""

    records: Records
    library: Callable[[], Library]
    settings: DeliverySettings
    clock: Callable[[], datetime] = utc_now

    def take(self, heard: Heard) -> Told:
        """Do what an answer says; raises `RecordsError` where it could not be kept."""
        answered = Answered(
            heard.uid, heard.channel, _address(heard), heard.text, named=heard.named, key=heard.key
        )
        library = self.library()
        people = People(
            at=lambda practice, channel, address, now: _whose(
                library, practice, channel, address, now
            ),
            named=lambda practice, whom, now: _named(library, practice, whom, now),
        )

        def take(session: Session) -> Told:
            now = self.clock()
            told = hearing.hear(session, answered=answered, people=people, now=now)
            if not told.again and told.escalation_id is not None:
                self._say_back(session, answered, told, library, now)
            return told

        return self.records.write(take)

    def came_back(self, bounced: Bounced) -> bool:
        """Take in that a letter came back: the practice's next letterbox gets it, or a person;
        tell whether it was one of ours."""
        letters = Letters(self.library(), self.settings.console, _no_secret)
        return self.records.write(
            lambda session: bounces.came_back(
                session,
                message_id=bounced.message_id,
                address=bounced.address,
                status=bounced.status,
                now=self.clock(),
                otherwise=letters.next_box,
            )
        )

    def _say_back(
        self, session: Session, answered: Answered, told: Told, library: Library, now: datetime
    ) -> None:
        """Write what is said back; not to what cannot be understood, which may be a machine's."""
        silent = answered.channel == CALL or answered.channel in outbox.TAKES_BACK
        if told.verb is None or silent:
            return  # there it is said on the telephone, or the incident itself shows how it stands
        practice = library.by_id(told.practice_id)
        own = practice.numbers[0] if practice is not None and practice.numbers else ""
        said = pages.Said.TAKEN if told.outcome is ReplyOutcome.OVERTAKEN else _SAYS[told.verb]
        words = pages.answer_words(
            console=self.settings.console,
            reference=told.reference,
            said=said,
            line=self.settings.callback_line or own,
            number=told.number,
            answers=Answers.BY_BUTTON if answered.channel == ntfy.CHANNEL else Answers.BY_TEXT,
        )
        new = NewDispatch(
            key=f"answer.{answered.uid}",
            channel=answered.channel,
            address=told.address,
            subject=words.subject,
            text=words.text,
            practice_id=told.practice_id,
            escalation_id=told.escalation_id,
            expires_at=now + pages.ANSWER_LIVES,
        )
        outbox.put(session, dispatches=[new], now=now)


def _no_secret(_: str) -> str:
    return ""  # nothing is sealed here


def _address(heard: Heard) -> str:
    """Return where an answer came from as pages are addressed."""
    if heard.channel != "sms":
        return heard.address.strip()
    try:
        return phone_numbers.to_e164(heard.address)
    except phone_numbers.NotANumber:
        return heard.address.strip()


def _whose(library: Library, practice: str, channel: str, address: str, now: datetime) -> Whom:
    found = library.by_id(practice)
    who = at_address(found, channel, address, now) if found is not None else None
    return Whom(who.id, who.name) if who is not None else Whom("", "whoever was paged")


def _named(library: Library, practice: str, whom: str, now: datetime) -> str:
    found = library.by_id(practice)
    return person(found, whom, now).id if found is not None else whom
