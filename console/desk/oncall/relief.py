"""Who is called first after whoever is on call, and when.

It is looked for on the worker once a call's pop is on screen: a rota may have to be laid out over a
month to find somebody else.
"""

from typing import TYPE_CHECKING

from console.desk.live_call import LiveCall, Relief
from console.desk.stage import Stage
from scripts.oncall_spans import next_person

if TYPE_CHECKING:
    from console.desk.ledger import Ledger


def look_up(stage: Stage, call: LiveCall) -> None:
    """Find who is next for a call's practice, and show it."""
    practice, now = call.practice, stage.clock()
    if practice.on_call is None:
        return

    def find(_: "Ledger") -> Relief:
        found = next_person(practice, now)
        return Relief(*found) if found is not None else Relief()

    def found(relief: Relief) -> None:
        if call.practice is practice and relief != call.relief:
            call.relief = relief
            stage.show_pop(call)

    stage.book.ask(find, then=found)
