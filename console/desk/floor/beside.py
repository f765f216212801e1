"""What the page says of supervisors at work, and of who waits: plain functions, without Qt."""

from typing import Final

from console.desk.floor.building import Naming
from console.desk.floor.supervising import DOING, Beside
from console.desk.floor.views import AtView, CallerRow
from console.floor.supervision import BESIDE, Act, Supervision
from console.floor.view import FloorView

DOES: Final = {Act.LISTEN: "listens", Act.COACH: "coaches", Act.JOIN: "has joined"}
_YOU: Final = {Act.LISTEN: "You listen", Act.COACH: "You coach", Act.JOIN: "You have joined"}
MARK: Final = "◉ "


def beside_words(view: FloorView, own: str) -> dict[str, str]:
    """Return who is beside whose call, in words, by the agent's phone."""
    found: dict[str, list[str]] = {}
    for each in view.supervised:
        found.setdefault(each.desk, []).append(_words(each, own))
    return {desk: ", ".join(words) for desk, words in found.items()}


def _words(each: Supervision, own: str) -> str:
    return _YOU[each.act] if own and each.by == own else f"{each.name} {DOES[each.act]}"


def at_view(at: Beside | None) -> AtView | None:
    """Return what this supervisor is at, in words."""
    if at is None:
        return None
    if at.leaving:
        words, since = f"Leaving the call of {at.name}…", None
    elif at.on and at.act in BESIDE:
        words, since = f"{DOING[at.act]} {at.name}", at.since
    else:
        words, since = f"Asking the PBX: {DOING[at.act].lower()} {at.name}…", None
    return AtView(at.act, at.interface, words, since)


def caller_rows(view: FloorView | None, names: Naming) -> tuple[CallerRow, ...]:
    """Return the callers who wait, the longest first; no numbers."""
    if view is None:
        return ()
    return tuple(
        CallerRow(each.call_id, names[each.practice], each.queue, each.since, each.position)
        for each in sorted(view.waiting, key=lambda caller: caller.since)
    )
