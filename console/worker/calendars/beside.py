"""The calendars' own thread, beside a desk and in `frontdesk worker`: pass after pass.

Apart from pages and letters, so that a calendar that hangs keeps neither of them waiting. It
imports its libraries itself, late: none of them may stand between a start and the first call.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from console.worker.rounds import Rounds
from scripts.loader import Library

if TYPE_CHECKING:
    from console.store.session import Records

EVERY_S: Final = 2.0


def calendar_rounds(
    records: "Records", library: Callable[[], Library], password: Callable[[str], str]
) -> Rounds:
    """Return the thread. `library` is asked at each pass, since practices change in a shift; the
    records are whoever's who made it, and closed by them."""

    def begin() -> Callable[[], float]:
        from console.worker.calendars.passing import Calendars  # noqa: PLC0415 - many imports

        passes = Calendars(records, library, password)

        def go_round() -> float:
            passes.once()
            return EVERY_S

        return go_round

    return Rounds("calendars", begin)
