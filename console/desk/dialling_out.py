"""A call to any number, under the own number of the practice it is made for.

What the called one sees is the practice they know, never the desk's own line: a patient called
back by an unknown number does not answer.
"""

from console.desk import escalating
from console.desk.form_keeper import FormKeeper
from console.desk.live_call import LiveCall
from console.desk.stage import Stage
from console.desk.views import DialAs, DialView, Light
from scripts import phone_numbers
from scripts.practice import Practice
from softphone import wire

PREFIX = "dial-"
MOST = 5  # practices shown at once


class DiallingOut:
    """The panel behind Ctrl+D, and the calls that come of it."""

    def __init__(self, stage: Stage, form: FormKeeper) -> None:
        self._stage = stage
        self._form = form
        self._chosen = ""  # a practice's id, kept from one call to the next
        self._found: tuple[Practice, ...] = ()
        self._asked: dict[str, tuple[str, str]] = {}  # number and practice by request
        self._count = 0

    def start(self) -> None:
        """Offer to call for the practice in hand, or for the last one called for."""
        call = self._stage.lines.current
        if call is not None and not call.practice.neutral:
            self._chosen = call.practice.id
        chosen = self._stage.library.by_id(self._chosen)
        others = (p for p in self._stage.library.practices if p is not chosen)
        self._found = (*((chosen,) if chosen else ()), *others)[:MOST]
        self._show()

    def find(self, text: str) -> None:
        """Offer the practices that fit what was typed."""
        if not text.strip():
            self.start()
            return
        self._found = self._stage.library.find_name(text, MOST)
        self._chosen = self._found[0].id if self._found else ""
        self._show()

    def choose(self, practice_id: str) -> None:
        """Call for one of the practices offered."""
        if any(practice.id == practice_id for practice in self._found):
            self._chosen = practice_id
            self._show()

    def dial(self, text: str) -> None:
        """Call a number, if it is one; otherwise the panel says what is wrong."""
        number = escalating.transfer_target(text)
        practice = self._stage.library.by_id(self._chosen)
        if not number:
            self._show(escalating.why_no_target(text))
            return
        if practice is None:
            self._show("Choose the practice to call for: whom you call sees its number.")
            return
        self._count += 1
        request = f"{PREFIX}{self._count}"
        self._asked[request] = number, practice.id
        self._stage.out.dial_changed.emit(None)
        shown, by = self._stage.shown_as(practice)
        self._stage.engine.send(
            wire.PlaceCall(request=request, target=number, caller_number=shown, caller_id_by=by)
        )

    def call_for(self, practice_id: str, number: str) -> None:
        """Call a number for a practice, both known already."""
        self._found = tuple(p for p in self._stage.library.practices if p.id == practice_id)
        self._chosen = practice_id
        self.dial(number)

    def cancel(self) -> None:
        """Close the panel."""
        self._stage.out.dial_changed.emit(None)

    # --- what the engine says --------------------------------------------------------------

    def placed(self, event: wire.CallPlaced) -> None:
        """Show the call that is being placed; another client's is none of this desk's."""
        asked = self._asked.pop(event.request, None)
        if asked is None:
            return
        number, practice_id = asked
        call = self._stage.lines.dialled(event, number, practice_id)
        self._stage.lines.selected = call.call
        self._stage.book.write(self._stage.lines.opened_work(call))
        self._form.look_up_caller(call)
        self._stage.show_selected()

    def refused(self, event: wire.CommandRefused) -> None:
        """Nobody was called."""
        self._asked.pop(event.call, None)

    def ended(self, call: LiveCall, event: wire.CallEnded) -> None:
        """Tell of a call that reached nobody."""
        if call.outgoing and not call.callback and not call.was_answered and event.reason:
            number = phone_numbers.display(call.caller.number)
            self._stage.say(f"{number} was not reached", event.reason, Light.WARN)

    def _show(self, problem: str = "") -> None:
        offered = tuple(_offered(practice) for practice in self._found)
        chosen = next((each for each in offered if each.practice_id == self._chosen), None)
        if chosen is None and offered:
            chosen = offered[0]
            self._chosen = chosen.practice_id
        self._stage.out.dial_changed.emit(DialView(offered, chosen, problem))


def _offered(practice: Practice) -> DialAs:
    return DialAs(
        practice_id=practice.id,
        name=practice.name,
        number=phone_numbers.display(escalating.own_number(practice)),
    )
