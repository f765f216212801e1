"""F9: the ways to reach who is on call are offered, and taken when it is pressed again."""

from console.desk import escalating
from console.desk.form_keeper import FormKeeper
from console.desk.reaching import Reaching
from console.desk.stage import Stage
from console.desk.views import EscalationView, Light
from scripts.calltypes import CallType


class WaysToReach:
    """Offers the ways for the selected call."""

    def __init__(self, stage: Stage, form: FormKeeper, reaching: Reaching) -> None:
        self._stage = stage
        self._form = form
        self._reaching = reaching
        self._offered = ""  # the call whose ways are on the screen
        stage.out.escalation_changed.connect(self._on_offered)

    def escalate(self) -> None:
        """Offer the ways; asked again, reach them, the caller on hold."""
        current = self._stage.lines.current
        if current is not None and self._reaching.about(current):
            self._reaching.show()
            return
        if current is not None and self._offered == current.call:
            self.choose(escalating.REACH)
            return
        if current is None or not current.was_answered or current.outcome is not None:
            return
        if current.interview is None:
            self._form.choose_type(CallType.URGENT)
        view = escalating.escalation_view(current, self._stage.clock())
        if view is None:
            words = "This number has no on-call rota. Take a message."
            self._stage.say("Nobody is on call", words, Light.WARN)
            return
        self._stage.out.escalation_changed.emit(view)

    def choose(self, code: str) -> None:
        """Save the escalation first, then reach the provider as chosen."""
        current = self._stage.lines.current
        self._stage.out.escalation_changed.emit(None)
        if current is None or current.interview is None:
            return
        if code == escalating.REACH:
            self._reaching.begin(current)
        else:
            self._form.escalate(current, transfer=code == escalating.TRANSFER)

    def _on_offered(self, view: EscalationView | None) -> None:
        self._offered = view.call if view is not None else ""
