"""A queue that turns red is told at the desk: a lamp while it lasts, and once a sentence and a
sound.

The sound is the ringer's, from the engine, and never comes while a caller is here; neither does the
sentence, which would lie over what is being read out. The lamp always does.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from console.desk.floor.building import Naming
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Lamp, Light
from console.floor.breach import Breaches, FloorRules, Hears
from softphone import wire

Waits = Mapping[str, list[float]]


class Alarm(QObject):
    """The queues in breach at this desk. `changed` when it was silenced, or is heard again."""

    changed = Signal()

    def __init__(self, stage: Stage, rules: FloorRules, parent: QObject) -> None:
        super().__init__(parent)
        self._stage, self._rules = stage, rules
        self._breaches = Breaches()
        self._waits: Waits = {}
        self._names: Naming | None = None
        self.silenced = False
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._judge)

    def look(self, waits: Waits, names: Naming) -> None:
        """Take in since when each practice's callers wait; it is judged again each second."""
        self._waits, self._names = waits, names
        if waits and not self._tick.isActive():
            self._tick.start()
        elif not waits:
            self._tick.stop()
        self._judge()

    def stop(self) -> None:
        """Nobody tells anything any more: judge no further."""
        self._tick.stop()
        self._waits = {}

    def toggle(self) -> None:
        """Silence the sound, also the one that sounds now; or let it be heard again."""
        self.silenced = not self.silenced
        if self.silenced:
            self._stage.engine.send(wire.TrySound(wire.SoundTrial.ALERT, on=False))
            self._stage.say("Queues in breach are silent here", "Ctrl+Shift+S lets them be heard.")
        else:
            self._stage.say("Queues in breach are heard here", "Ctrl+Shift+S silences them.")
        self.changed.emit()

    @property
    def is_heard(self) -> bool:
        """Whether it concerns whoever is signed in here."""
        hears = self._rules.hears
        return hears is Hears.EVERYONE or (hears is Hears.SUPERVISORS and self._sees_floor)

    @property
    def _sees_floor(self) -> bool:
        return self._stage.rights.may(Permission.SEE_FLOOR, now=self._stage.clock())

    def _judge(self) -> None:
        now = self._stage.clock().timestamp()
        new = self._breaches.look(self._waits, now, self._rules.limits)
        self._show_lamp()
        busy = any(call.is_up for call in self._stage.lines) or any(self._stage.legs)
        if not new or not self.is_heard or self._stage.health.locked or busy:
            return
        self._say(new, now)
        if not self.silenced:
            self._stage.engine.send(wire.TrySound(wire.SoundTrial.ALERT))

    def _say(self, new: frozenset[str], now: float) -> None:
        first = min(new, key=lambda practice: min(self._waits[practice]))
        name = self._names[first] if self._names is not None else first
        more = f" and {len(new) - 1} more" if len(new) > 1 else ""
        waits = self._waits[first]
        callers = "1 caller waits" if len(waits) == 1 else f"{len(waits)} callers wait"
        seconds = int(now - min(waits))
        self._stage.say(
            f"✕ Queue in breach: {name}{more}",
            f"{callers}, the longest {seconds // 60}:{seconds % 60:02}. Ctrl+Shift+F opens the"
            " floor, Ctrl+Shift+S silences this sound.",
            Light.WARN,
        )

    def _show_lamp(self) -> None:
        health, red = self._stage.health, len(self._breaches.red)
        lamp = None
        if red and (self.is_heard or self._sees_floor):
            words = "1 queue in breach" if red == 1 else f"{red} queues in breach"
            lamp = Lamp(Light.BAD, f"✕ {words}")
        if lamp != health.breach:
            health.breach = lamp
            self._stage.show_status()
