"""Ctrl+L: what is on screen is hidden until the PIN is typed; live calls go on."""

from console.desk.stage import Stage
from console.desk.tries import Tries
from console.desk.views import Light
from console.store.audit.events import Event

SHORTEST = 4


class LockKeeper:
    """The desk's lock."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tries = Tries()
        self._hash: str | None = None
        self._checking = False  # one PIN at a time: the next must wait for what this one costs

    def find_pin(self) -> None:
        """Look up whether this receptionist has a PIN, unless it is known."""
        if self._hash is not None:
            return

        def found(pin_hash: tuple[str | None] | None) -> None:
            if pin_hash is None or self._hash is not None:
                return
            (self._hash,) = pin_hash
            self._stage.health.has_pin = self._hash is not None
            self._stage.show_status()

        self._stage.book.look_up_pin_hash(self._stage.agent, found)

    def lock(self) -> None:
        """Hide everything."""
        if not self._stage.health.locked:
            self._stage.record.did(Event.LOCKED, kind="desk")
        self._stage.health.locked = True
        self._stage.show_status()

    def unlock(self, pin: str) -> None:
        """Check the PIN off the window's thread, and show everything if it is right."""
        if self._hash is None or self._checking:
            return
        wait = self._tries.wait(self._stage.clock())
        if wait:
            self._stage.say("Too many wrong PINs", f"Try again in {wait} s.", Light.WARN)
            return

        def checked(right: bool) -> None:
            self._checking = False
            self._stage.record.did(Event.UNLOCKED if right else Event.UNLOCK_FAILED, kind="desk")
            if right:
                self._tries.right()
                self._open()
            else:
                self._tries.missed(self._stage.clock())
                self._stage.say("That is not the PIN", "Calls go on meanwhile.", Light.WARN)

        self._checking = True
        self._stage.book.check_pin(pin, self._hash, checked)

    def choose_pin(self, pin: str) -> None:
        """Set the first PIN, and open the desk with it."""
        if self._hash is not None:
            return
        if len(pin) < SHORTEST:
            self._stage.say("Too short", f"Choose at least {SHORTEST} characters.", Light.WARN)
            return

        def kept(pin_hash: str) -> None:
            self._hash = pin_hash
            self._stage.health.has_pin = True
            self._open()

        self._stage.book.choose_pin(self._stage.agent, pin, kept)

    def _open(self) -> None:
        self._stage.health.locked = False
        self._stage.show_status()
