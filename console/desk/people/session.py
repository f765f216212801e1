"""The session: who is signed in, the lock over it, and its end.

Locking hides everything but a live call's controls, the greeting and the 911 line, and touches no
call (45 CFR 164.312(a)(2)(iii) asks for automatic logoff, not for a hung-up telephone).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer

from console.desk.permissions import Person, Rights
from console.desk.stage import Stage
from console.desk.tries import Tries
from console.desk.views import Light
from console.store.audit.events import Event

if TYPE_CHECKING:
    from console.people.service import People

T = TypeVar("T")
LOOK_MS = 5_000  # how often idleness is looked at
THERE_MS = 30_000  # how often the records are told that somebody is there
SHORTEST_PIN = 4


class Session(QObject):
    """Who is at the desk. `lock_after` without a key or the mouse, the desk locks itself."""

    def __init__(self, stage: Stage, lock_after: timedelta | None, parent: QObject) -> None:
        super().__init__(parent)
        self.stage = stage
        self.entered: list[Callable[[], None]] = []  # called when somebody has come in
        self.left: list[Callable[[], None]] = []  # called when nobody is at the desk any more
        self.thrown_out: Callable[[], None] = lambda: None
        self._lock_after = lock_after
        self._seen_at = stage.clock()
        self._tries = Tries()
        self._checking = False  # one PIN at a time: the next must wait for what this one costs
        self._has_secret = False  # a PIN or a password that the lock can be opened with
        self._idle = QTimer(self, interval=LOOK_MS)
        self._idle.timeout.connect(self.look)
        self._there = QTimer(self, interval=THERE_MS)
        self._there.timeout.connect(self.still_there)
        stage.health.locked = stage.rights.person is None

    def people(
        self,
        work: "Callable[[People, datetime], T]",
        then: Callable[[T], None] | None = None,
        otherwise: Callable[[str, str], None] | None = None,
    ) -> None:
        """Ask about people on the worker; what cannot be done is said in the window."""
        now = self.stage.clock()

        def failed(title: str, text: str) -> None:
            self.stage.say(title, text, Light.WARN)

        self.stage.book.ask_people(lambda people: work(people, now), then, otherwise or failed)

    # --- coming and going ------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look at the clock."""
        self._idle.start()
        self._there.start()

    def stop(self) -> None:
        """The desk closes: whoever is there leaves with it."""
        self._idle.stop()
        self._there.stop()
        if self.stage.rights.person is not None:
            self.people(lambda people, now: people.signing.sign_out(now))

    def pretend(self, person: Person) -> None:
        """Have somebody at the desk who has no account: a demo's receptionist."""
        self.people(lambda people, _: people.signing.pretend(person.login, person.name))

    def enter(self, person: Person, away: str = "") -> None:
        """Let somebody in, in the place of whoever was there; calls go on."""
        before = self.stage.rights.person
        if before is not None and before.login != person.login:
            for leave in self.left:
                leave()
        self.stage.rights = Rights(person)
        self.stage.lines.sit_down(person.name)
        self._has_secret = True
        self._open()
        if away:
            self.stage.say("Signed in", away, Light.WARN)
            self.note(Event.SIGNED_IN, detail="away")
        for come in self.entered:
            come()

    def nobody(self) -> None:
        """Nobody is at the desk any more."""
        for leave in self.left:
            leave()
        self.stage.rights = Rights()
        self.stage.lines.sit_down("")
        self._has_secret = False
        self.stage.health.locked = True
        self.stage.show_status()

    def still_there(self) -> None:
        """Tell the records that the person is still there, and hear whether they still may be."""
        if self.stage.rights.person is None:
            return

        def told(why: str) -> None:
            if why and self.stage.rights.person is not None:
                self.people(lambda people, now: people.signing.sign_out(now))
                self.nobody()
                self.thrown_out()
                self.stage.say("Signed out", why, Light.WARN)

        self.people(lambda people, now: people.signing.why_out(now), told)

    # --- the lock --------------------------------------------------------------------------

    def seen(self) -> None:
        """Somebody is there."""
        self._seen_at = self.stage.clock()

    def look(self) -> None:
        """Lock a desk nobody has touched for long enough."""
        if self._lock_after is None or self.stage.health.locked:
            return
        if self.stage.clock() - self._seen_at >= self._lock_after:
            self.lock(detail="idle")

    def lock(self, detail: str = "") -> None:
        """Hide everything but live calls, the greeting and the 911 line."""
        if self.stage.health.locked:
            return
        self.stage.health.locked = True
        self.stage.show_status()
        self.note(Event.LOCKED, detail=detail)

    def unlock(self, secret: str) -> None:
        """Check a PIN or password off the window's thread, and show everything if it is right."""
        person = self.stage.rights.person
        if self._checking or person is None:
            return
        wait = self._tries.wait(self.stage.clock())
        if wait:
            self.stage.say("Too many wrong tries", f"Try again in {wait} s.", Light.WARN)
            return

        def checked(right: bool) -> None:
            self._checking = False
            if self.stage.rights.person is not person:
                return  # another has signed in meanwhile
            if right:
                self._tries.right()
                self._open()
                self.note(Event.UNLOCKED)
            else:
                self._tries.missed(self.stage.clock())
                self.stage.say("That opens nothing", "Calls go on meanwhile.", Light.WARN)
                self.note(Event.UNLOCK_FAILED)

        self._checking = True
        self.people(lambda people, _: people.signing.unlocks(secret), checked)

    def choose_first_pin(self, pin: str) -> None:
        """Set the PIN of somebody without an account, and open the desk with it."""
        if self._has_secret or self.stage.rights.person is None:
            return
        if len(pin) < SHORTEST_PIN:
            self.stage.say("Too short", f"Choose at least {SHORTEST_PIN} characters.", Light.WARN)
            return

        def kept(_: None) -> None:
            self._has_secret = True
            self._open()

        self.people(lambda people, now: people.signing.choose_pin(pin, now), kept)

    def note(self, event: Event, *, detail: str = "") -> None:
        """Put something the person did on record."""
        self.stage.record.did(event, kind="desk", detail=detail)

    def _open(self) -> None:
        self._seen_at = self.stage.clock()
        self._tries.right()
        self.stage.health.locked = False
        self.stage.health.has_pin = self._has_secret
        self.stage.show_status()
