"""Callers who are owed a call, called: out under their practice's own number, onto its form.

A call back is done when its form is finished, not when somebody answers; an attempt that reaches
nobody leaves the caller on the list.
"""

from console.desk.form_keeper import FormKeeper
from console.desk.live import CALLBACK, Live
from console.desk.live_call import LiveCall
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.work import DoneCallback
from softphone import wire

PREFIX = "callback-"


class CallingBack:
    """Dials who is owed a call, and settles what came of it."""

    def __init__(self, stage: Stage, form: FormKeeper, live: Live) -> None:
        self._stage = stage
        self._live = live
        self._form = form
        stage.out.call_finished.connect(lambda call, _: self._on_finished(call))

    def dial(self, row: int) -> None:
        """Call the caller of a row, unless that is being done already."""
        owed = next((each for each in self._stage.callbacks if each.id == row), None)
        if owed is None or not owed.number:
            return
        if any(call.callback == owed.uid and call.is_up for call in self._stage.lines):
            return
        other = self._stage.at_work.get(owed.uid)
        if other is not None:
            self._stage.say(f"{other.person} is calling them", "Take the next one.", Light.WARN)
            return
        practice = self._stage.library.by_id(owed.practice_id) if owed.practice_id else None
        shown, by = self._stage.shown_as(practice)
        self._stage.engine.send(
            wire.PlaceCall(
                request=f"{PREFIX}{owed.uid}",
                target=owed.number,
                caller_number=shown,
                caller_id_by=by,
            )
        )

    def done(self, row: int) -> None:
        """The caller of a row has been called by other means."""
        for owed in self._stage.callbacks:
            if owed.id == row:
                self._stage.book.write(
                    DoneCallback(
                        uid=owed.uid,
                        at=self._stage.clock(),
                        agent=self._stage.agent,
                        seen=owed.version,
                    )
                )
        self._stage.refresh_overview()

    def placed(self, event: wire.CallPlaced) -> None:
        """Show the call that is being placed; another client's is none of this desk's."""
        uid = event.request.removeprefix(PREFIX)
        owed = next((each for each in self._stage.callbacks if each.uid == uid), None)
        if owed is None or uid == event.request:
            return
        call = self._stage.lines.dialled(
            event, owed.number or "", owed.practice_id, callback=owed.uid
        )
        self._live.take_up(CALLBACK, owed.uid)
        self._stage.book.write(self._stage.lines.opened_work(call))
        self._form.look_up_caller(call)
        self._stage.show_selected()

    def ended(self, call: LiveCall, event: wire.CallEnded) -> None:
        """Tell of an attempt that reached nobody."""
        if not call.callback or call.was_answered:
            return
        self._live.let_go(CALLBACK, call.callback)
        reason = f"{event.reason} " if event.reason else ""
        self._stage.say(
            "The caller was not reached",
            f"{reason}They stay on the list to be called back.",
            Light.WARN,
        )

    def _on_finished(self, call_id: str) -> None:
        call = self._stage.lines.get(call_id)
        if call is not None and call.callback:
            owed = next((row for row in self._stage.callbacks if row.uid == call.callback), None)
            self._stage.book.write(
                DoneCallback(
                    uid=call.callback,
                    at=self._stage.clock(),
                    agent=self._stage.agent,
                    seen=owed.version if owed else None,
                )
            )
            self._live.let_go(CALLBACK, call.callback)
            self._stage.refresh_overview()
