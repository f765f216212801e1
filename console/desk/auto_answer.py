"""Calls that answer themselves, for a receptionist who wants that: only while one sits there.

A desk that is not ready, or locked, answers nothing by itself: a caller must not speak to an empty
chair.
"""

from console.desk.stage import Stage
from softphone import wire


class AutoAnswer:
    """Keeps the engine's auto-answer as this receptionist's settings and the desk's state want."""

    def __init__(self, stage: Stage, after_s: float | None) -> None:
        self._stage = stage
        self._after_s = after_s
        self._told = False  # what the engine last heard
        stage.out.status_changed.connect(lambda _: self.keep())

    def joined(self, welcome: wire.Welcome) -> None:
        """Begin from what the engine does now: it may be an earlier window's."""
        self._told = welcome.auto_answer
        if self._told and welcome.auto_answer_after_s != self._after_s:
            self._tell(on=False)
        self.keep()

    def keep(self) -> None:
        """Tell the engine, if what is wanted has changed."""
        health = self._stage.health
        wanted = self._after_s is not None and health.takes_calls and not health.locked
        if wanted != self._told and health.engine_up:
            self._tell(on=wanted)

    def _tell(self, *, on: bool) -> None:
        self._told = on
        self._stage.engine.send(wire.SetAutoAnswer(on=on, after_s=self._after_s or 0.0))
