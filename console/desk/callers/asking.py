"""What is read for the search, on the worker's thread."""

from datetime import date

from console.desk.callers.building import birth_questions, day_of, number_of
from console.desk.callers.port import HistoryView
from console.desk.earlier import earlier_items
from console.desk.ledger import Ledger
from console.desk.on_record import deeds_of_a_pop
from console.store.history import Earlier
from console.store.searching import FoundCaller, Sought, find_callers, history_of_caller
from console.store.work import NotedDeed
from scripts.practice import Practice


def find(
    ledger: Ledger, practice: Practice, name: str, number: str, born: date | None
) -> tuple[FoundCaller, ...] | None:
    """Return who fits; None while the records are away."""
    sought = Sought(practice.id, name, number, born, birth_questions(practice))
    return ledger.read(lambda session: find_callers(session, sought))


def read_history(
    ledger: Ledger, practice: Practice, caller: FoundCaller
) -> tuple[HistoryView, tuple[NotedDeed, ...]] | None:
    """Return what came of a caller's calls, and that it was shown; None while the records are
    away."""
    found = ledger.read(
        lambda session: history_of_caller(session, practice=practice.id, caller=caller)
    )
    if found is None:
        return None
    return history_view(practice, caller, found), deeds_of_a_pop(practice.id, (), found)


def history_view(
    practice: Practice, caller: FoundCaller, found: tuple[Earlier, ...]
) -> HistoryView:
    """Return what came of a caller's calls."""
    born = f" · born {day_of(caller.born)}" if caller.born else ""
    return HistoryView(
        title=caller.name or "No name told",
        summary=f"{number_of(caller)}{born} · {practice.name}",
        items=earlier_items(practice, found, most=len(found)),
    )
