"""The receptionist's screen beside the editor: the same pop and form, of a call that is pretended.

The call is a real `LiveCall` with a real interview, only that no engine and no records stand behind
it. When the script changes the interview goes on with the new one from the same answers.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, Signal

from console.desk import forms
from console.desk.form_view import build_form
from console.desk.live_call import LiveCall
from console.desk.pop import build_pop
from console.desk.practices.showing import Heard
from scripts import hours
from scripts.calltypes import CallType
from scripts.greeting import say_greeting
from scripts.hours import OpenState
from scripts.practice import Practice
from scripts.triage import Interview
from softphone.calls import CallState
from softphone.wire import Dialled, Party

MOMENTS: Final = (
    ("now", "Now"),
    ("open", "Open"),
    ("lunch", "Lunch"),
    ("closed", "Closed"),
    ("holiday", "Holiday"),
)
_STATES: Final = {
    "open": OpenState.OPEN,
    "lunch": OpenState.LUNCH,
    "closed": OpenState.CLOSED,
    "holiday": OpenState.HOLIDAY,
}
_CALLER: Final = "+15005550006"  # a number that is nobody's


class Preview(QObject):
    """A pretended call of the practice as it is being edited."""

    pop_changed = Signal(object)  # Pop | None
    form_changed = Signal(object)  # FormView | None

    def __init__(
        self,
        agent: Callable[[], str],
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._agent = agent
        self._clock = clock
        self._call: LiveCall | None = None
        self.moment = "now"

    def show(self, practice: Practice | None) -> None:
        """Show a practice, going on with the pretended call; None shows nothing."""
        if practice is None:
            self._call = None
            self._tell()
            return
        before = self._call
        call = self._new(practice)
        if before is not None and before.practice.id == practice.id and before.interview:
            record = {**before.interview.to_record(), "baa_in_force": call.baa_in_force}
            call.interview = Interview.restore(practice, record)
            call.call_type = call.interview.call_type
            call.times_page = before.times_page
        self._call = call
        self._tell()

    @property
    def _first_name(self) -> str:
        agent = self._agent()
        return agent.split(maxsplit=1)[0] if agent.split() else agent

    @property
    def heard(self) -> Heard | None:
        """What greetings are filled in with."""
        call = self._call
        return Heard(call.practice, call.coverage, self._first_name) if call is not None else None

    def at(self, moment: str) -> None:
        """Pretend that the call comes at one of `MOMENTS`."""
        self.moment = moment
        if self._call is not None:
            self.show(self._call.practice)

    def start_again(self) -> None:
        """Begin the pretended call anew."""
        if self._call is not None:
            self._call = self._new(self._call.practice)
            self._tell()

    # --- what a receptionist would do --------------------------------------------------------

    def choose_type(self, call_type: CallType) -> None:
        """Say what kind of call it is."""
        if self._call is not None:
            forms.choose_type(self._call, call_type, self._call.offered_at)
            self._tell(focus=True)

    def set_answer(self, link_id: str, text: str) -> None:
        """Take an answer."""
        call = self._with_form()
        if call is not None:
            changed = forms.set_answer(call, link_id, text, call.offered_at)
            self._tell(focus=changed)

    def mark_already_stated(self, link_id: str) -> None:
        """Record that it had been said."""
        call = self._with_form()
        if call is not None:
            forms.mark_already_stated(call, link_id)
            self._tell()

    def skip_question(self, link_id: str) -> None:
        """Record that it was not asked."""
        self._move(lambda interview: interview.skip(link_id))

    def tick_read_back(self, link_id: str) -> None:
        """Tick an answer as read back, or take the tick away."""
        self._move(lambda i: i.tick(link_id, link_id not in i.ticks))

    def next_step(self) -> None:
        """Go on."""
        self._move(lambda interview: interview.next(), focus=True)

    def back_step(self) -> None:
        """Go back."""
        self._move(lambda interview: interview.back(), focus=True)

    def go_to_step(self, number: int) -> None:
        """Go to the step with this number on its pill."""

        def go(interview: Interview) -> Interview:
            found = [step.index for step in interview.steps if step.number == number]
            return interview.go_to(found[0]) if found else interview

        self._move(go, focus=True)

    def dismiss_red_flag(self) -> None:
        """Put the red flag away."""
        call = self._with_form()
        if call is not None and forms.dismiss_flag(call, call.offered_at):
            self._tell()

    def turn_times(self, pages: int) -> None:
        """Offer later or earlier open times."""
        call = self._with_form()
        if call is not None and forms.turn_times(call, pages):
            self._tell()

    # --- within ------------------------------------------------------------------------------

    def _move(self, move: Callable[[Interview], Interview], *, focus: bool = False) -> None:
        call = self._with_form()
        if call is not None and call.interview is not None:
            call.interview = move(call.interview)
            self._tell(focus=focus)

    def _with_form(self) -> LiveCall | None:
        return self._call if self._call is not None and self._call.interview else None

    def _new(self, practice: Practice) -> LiveCall:
        moment = moment_of(practice, self.moment, self._clock())
        return LiveCall(
            call=f"preview {practice.id}",
            state=CallState.ACTIVE,
            caller=Party(number=_CALLER),
            dialled=Dialled(number=practice.numbers[0]),
            practice=practice,
            coverage=hours.at(practice, moment),
            greeting=say_greeting(practice, moment, self._first_name),
            offered_at=moment,
            answered_at=moment,
            busy=(),
            earlier=(),
        )

    def _tell(self, *, focus: bool = False) -> None:
        call = self._call
        if call is None:
            self.pop_changed.emit(None)
            self.form_changed.emit(None)
            return
        pop = build_pop(call, call.offered_at)
        self.pop_changed.emit(pop)
        form = build_form(call, focus=focus)
        # Nothing is saved from here: there is no call to be finished.
        self.form_changed.emit(replace(form, can_finish=False) if form else None)


def moment_of(practice: Practice, wanted: str, now: datetime) -> datetime:
    """Return the next moment at which the practice stands as wanted, now where it never does."""
    state = _STATES.get(wanted)
    if state is None:
        return now
    if state is OpenState.HOLIDAY:
        for number in range(370):
            day = now + timedelta(days=number)
            local = day.astimezone(practice.zone)
            if hours.hours_on(practice, local.date()) == (None, ""):
                continue
            morning = local.replace(hour=10, minute=0).astimezone(UTC)
            if hours.at(practice, morning).state is state:
                return morning
        return now
    start = now.replace(minute=0, second=0, microsecond=0)
    for half_hours in range(2 * 24 * 8):
        moment = start + timedelta(minutes=30 * half_hours + 15)
        if moment >= now and hours.at(practice, moment).state is state:
            return moment
    return now
