"""A liaison's session at a desk that is nobody's.

For calls the desk stays as it is while nobody is signed in: they ring, can be answered, and the
sign-in page waits beneath for who takes it. The liaison's rights are kept here and nowhere else, so
that no part of the desk ever takes a liaison for somebody who sits at it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from console.desk.liaison.building import EMPTY, liaison_view
from console.desk.liaison.views import LiaisonView
from console.desk.on_record import OnRecord
from console.desk.people.port import PeopleSignals
from console.desk.people.session import Session
from console.desk.permissions import Permission, Person, Rights
from console.desk.views import Light
from console.store.audit.events import Event

if TYPE_CHECKING:
    from console.desk.ledger import Ledger
    from console.desk.liaison.confirming import Came
    from console.store.one_practice import OnePractice

LOOK_MS: Final = 15_000
_NOT_CONFIRMED: Final = {
    "already": "Somebody had confirmed it already.",
    "changed": "It has changed since you read it. Read it again, then press R.",
    "gone": "It is not there any more.",
}


class LiaisonKeeper(QObject):
    """Reads one practice for its liaison, confirms what was read there, and ends the session when
    it is over, or by itself `leave_after` without a key or the mouse."""

    def __init__(
        self, out: PeopleSignals, session: Session, leave_after: timedelta | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._out = out
        self._session = session
        self._stage = session.stage
        self._leave_after = leave_after
        self._person: Person | None = None
        self._seen_at: datetime = self._stage.clock()
        self._view = EMPTY
        self._versions: dict[int, int] = {}  # of the messages on the page
        self._said = ""  # what came of confirming, until it is read again
        self._record = OnRecord(
            self._stage.book,
            person=lambda: self._person.name if self._person else "",
            clock=self._stage.clock,
        )
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)

    def enter(self, person: Person) -> None:
        """Let a liaison read."""
        self._person = person
        self._seen_at = self._stage.clock()
        self._view = LiaisonView(
            self._name(person), person.name, "Reading…", EMPTY.messages, EMPTY.calls, EMPTY.figures
        )
        self._out.liaison_changed.emit(self._view)
        self._timer.start()
        self._read()

    def seen(self) -> None:
        """Somebody is there."""
        self._seen_at = self._stage.clock()

    def look(self) -> None:
        """Ask whether the liaison may still be there, and read again."""
        person = self._person
        if person is None:
            return
        idle = self._stage.clock() - self._seen_at
        if self._leave_after is not None and idle >= self._leave_after:
            self.leave()
            return

        def told(why: str) -> None:
            if self._person is not person:
                return
            if why:
                self.leave()
                self._stage.say("Signed out", why, Light.WARN)
            else:
                self._read()

        self._session.people(lambda people, now: people.signing.why_out(now), told)

    def confirm(self, message: int) -> None:
        """Write that a message was read at the practice, as it stands on the page."""
        person, now = self._person, self._stage.clock()
        seen = self._versions.get(message)
        if person is None or person.practice is None or seen is None:
            return
        practice = person.practice
        Rights(person).require(Permission.DELIVER_MESSAGES, now=now, practice=practice)

        def write(ledger: "Ledger") -> "Came | None":
            from console.desk.liaison.confirming import confirm  # noqa: PLC0415 - the worker's

            return confirm(
                ledger, practice=practice, message=message, seen=seen, person=person.name, at=now
            )

        self._stage.book.ask(write, then=lambda came: self._confirmed(person, message, came))

    def leave(self) -> None:
        """Sign the liaison out."""
        if self._person is not None:
            self._session.people(lambda people, now: people.signing.sign_out(now))
            self.close()

    def close(self) -> None:
        """Show nothing more: the liaison has left, or somebody else has signed in."""
        if self._person is not None:
            self._person = None
            self._view = EMPTY
            self._versions, self._said = {}, ""
            self._timer.stop()
            self._out.liaison_changed.emit(None)

    def _read(self) -> None:
        person, now = self._person, self._stage.clock()
        if person is None or person.practice is None:
            return
        practice = person.practice
        Rights(person).require(Permission.SEE_CALLERS, now=now, practice=practice)

        def ask(ledger: "Ledger") -> "OnePractice | None":
            from console.store.one_practice import one_practice  # noqa: PLC0415 - the worker's

            return ledger.read_as_signed_in(
                lambda session: one_practice(session, practice=practice, now=now)
            )

        self._stage.book.ask(ask, then=lambda found: self._found(person, practice, found))

    def _confirmed(self, person: Person, message: int, came: "Came | None") -> None:
        if self._person is not person:
            return
        if came is None:
            self._said = "The records are away: nothing was confirmed. Press R again later."
        elif came.what == "confirmed":
            self._said = "Confirmed. The desk is told."
            if not came.noted:
                self._record.did(
                    Event.CHANGED,
                    kind="message",
                    row=str(message),
                    practice=person.practice,
                    detail="confirm",
                )
        else:
            self._said = _NOT_CONFIRMED[came.what.value]
        self._read()

    def _found(self, person: Person, practice: str, found: "OnePractice | None") -> None:
        if self._person is not person:
            return
        view = self._view
        if found is None:
            note = "The records are away: what stands here may be old."
            self._view = replace(view, note=note)
        else:
            self._record.saw("message", ((str(each.row), practice) for each in found.messages))
            self._record.saw("call", ((str(each.row), practice) for each in found.calls))
            self._versions = {each.row: each.version for each in found.messages}
            self._view = liaison_view(
                found, practice=self._name(person), person=person.name, now=self._stage.clock()
            )
        if self._said:
            self._view = replace(self._view, note=self._said)
            self._said = ""
        self._out.liaison_changed.emit(self._view)

    def _name(self, person: Person) -> str:
        practice = self._stage.library.by_id(person.practice or "")
        return practice.name if practice else person.practice or ""
