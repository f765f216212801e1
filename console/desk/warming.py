"""Pops made before any call: the first caller must not wait for calendars, templates or shapes.

Making one touches all that a practice's pop would otherwise load on its first call; the window
draws them out of sight for the same reason.
"""

from datetime import datetime

from console.desk.lines import Lines
from console.desk.pop import build_pop
from console.desk.views import Pop
from scripts.loader import Library
from scripts.shelf import Shelf
from softphone.wire import CallOffered, Dialled, Party

MOST = 200  # practices; a service with more is warm after its first calls


def warm_pops(library: Library, *, agent: str, timezone: str, now: datetime) -> tuple[Pop, ...]:
    """Return the pop of a call to each practice, and of one to a number no practice has."""
    lines = Lines(Shelf(library), agent=agent, timezone=timezone)
    numbers = [practice.numbers[0] for practice in library.practices[:MOST]]
    pops = []
    for count, number in enumerate([*numbers, ""]):
        call = lines.offered(
            CallOffered(
                call=f"warm-{count}",
                caller=Party(number="+15005550006"),
                dialled=Dialled(number=number),
                sip_call_id="",
                at=now.timestamp(),
                mono=0.0,
            )
        )
        pops.append(build_pop(call, now))
    return tuple(pops)
