"""A row of the board in words: what it is, how it stands, what comes next and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from console.desk.board.port import BoardLine, Tone
from console.escalation.signed import person
from console.store.board_values import BoardAct, ItemKind
from scripts.practice import Practice

if TYPE_CHECKING:  # the database's library is the worker's to import
    from console.store.board.rows import BoardItem
    from console.store.board.standing import Climbed

A = BoardAct
URGENT, UNDELIVERED, HELD = 0, 1, 3  # `console.store.board.rows.Rank`, which is the worker's

STAGES: Final = {
    "waiting": "Not begun yet",
    "paging": "Being paged",
    "handed": "Nobody answered: a person has it",
    "acknowledged": "Acknowledged; patient not reached yet",
    "reached": "Patient reached; to be closed",
}
_NEXT: Final = {
    "page": "Page {}",
    "call": "Call {}",
    "tell": "Tell {}",
    "ask_provider": "Ask {} whether the patient was reached",
    "ask_owner": "Ask the owner whether the patient was reached",
}
_TASKS: Final = {
    "undelivered": "Not delivered",
    "nobody_answered": "Nobody answered",
    "call_provider": "Call the provider",
    "ask_reached": "Was the patient reached?",
    "clash": "Two things disagree",
    "rota_gap": "Nobody on call",
}
_TO_DO: Final = {
    "undelivered": "Tell them by telephone",
    "nobody_answered": "Call whoever can decide",
    "call_provider": "Call the provider",
    "ask_reached": "Ask the provider",
    "clash": "See which is right",
    "rota_gap": "Put somebody on call",
}
BEGUN_WITHIN: Final = timedelta(minutes=5)
"""When urgent work that nobody set a time for is to be begun, and overdue after."""

_MESSAGES: Final = {
    "pending": "on its way",
    "delivered": "delivered, to be confirmed",
    "failed": "not delivered",
}
_WHY: Final = {
    "abandoned": "hung up before an answer",
    "unheld": "no line was free",
    "unanswered": "nobody answered in time",
    "lost": "the line was lost",
}
KINDS: Final = {
    ItemKind.ESCALATION: "Escalations",
    ItemKind.TASK: "Tasks",
    ItemKind.MESSAGE: "Messages",
    ItemKind.CALLBACK: "Calls back",
    ItemKind.OFFER: "Waiting list",
}
_OWNING: Final = frozenset({A.TAKE, A.HAND})
_OF_KIND: Final = {
    ItemKind.TASK: _OWNING | {A.DONE, A.HOLD},
    ItemKind.MESSAGE: _OWNING | {A.CONFIRM, A.HOLD},
    ItemKind.CALLBACK: _OWNING | {A.DONE, A.HOLD},
    ItemKind.OFFER: _OWNING | {A.BOOK, A.PASS, A.WITHDRAW},
}
_OF_STAGE: Final = {
    "waiting": _OWNING,
    "paging": _OWNING | {A.ACKNOWLEDGE, A.ESCALATE, A.REACH, A.CLOSE},
    "handed": _OWNING | {A.ACKNOWLEDGE, A.REACH, A.CLOSE},
    "acknowledged": _OWNING | {A.ACKNOWLEDGE, A.ESCALATE, A.REACH, A.CLOSE},
    "reached": _OWNING | {A.CLOSE},
}


@dataclass(frozen=True, slots=True)
class Known:
    """What a row's words are made of, beside the row."""

    practice: Callable[[str], Practice | None]
    me: str
    now: datetime


def key_of(item: "BoardItem") -> str:
    """Return what the window calls an item."""
    return f"{item.place.kind}.{item.place.row}"


def line_of(item: "BoardItem", stands: "Climbed | None", known: Known) -> BoardLine:
    """Return an item as it is shown."""
    practice = known.practice(item.practice_id) if item.practice_id else None
    what, detail = _what(item, stands, practice, known)
    coming, at = _coming(item, stands, practice, known)
    return BoardLine(
        key=key_of(item),
        tone=tone_of(item, known.now),
        what=what,
        detail=detail,
        practice=practice.name if practice else item.practice_id or "Number not on file",
        owner="You" if item.owner == known.me else item.owner or "Nobody",
        since=item.place.since,
        touched_at=item.touched_at,
        touched_by=item.touched_by,
        next=coming,
        next_at=at,
        paged=_paged(stands),
        acts=_acts(item, known),
        can_amend=item.place.kind is ItemKind.MESSAGE,
        call_label=_call_label(item),
    )


def tone_of(item: "BoardItem", now: datetime) -> Tone:
    """Return how pressing an item is."""
    if item.place.rank == HELD:
        return Tone.HELD
    if item.place.rank == URGENT:
        return Tone.URGENT
    if item.place.kind is ItemKind.ESCALATION:
        return Tone.PLAIN
    if item.place.rank == UNDELIVERED and item.place.kind is not ItemKind.OFFER:
        return Tone.UNDELIVERED
    due = item.due_at or item.hold_until
    return Tone.OVERDUE if due is not None and due <= now else Tone.PLAIN


def name_of(practice: Practice | None, whom: str, now: datetime) -> str:
    """Return who a ladder's word or a provider's id is at a moment."""
    return person(practice, whom, now).name if practice is not None and whom else whom


def _what(
    item: "BoardItem", stands: "Climbed | None", practice: Practice | None, known: Known
) -> tuple[str, str]:
    match item.place.kind:
        case ItemKind.ESCALATION:
            reference = f"Escalation {item.what}".strip()
            whom = stands.provider if stands is not None and stands.provider else item.whom
            return (
                f"{reference} for {name_of(practice, whom, known.now)}",
                STAGES.get(item.state, item.state),
            )
        case ItemKind.TASK:
            return _TASKS.get(item.what, item.what), item.sentence
        case ItemKind.MESSAGE:
            kind = item.what.replace("_", " ").capitalize()
            return f"{kind} message to {item.whom}", _MESSAGES.get(item.state, item.state)
        case ItemKind.CALLBACK:
            return "Call a caller back", _WHY.get(item.what, item.what)
        case ItemKind.OFFER:
            return "Waiting list", f"{item.sentence}; B tells who is first on the list, and calls"


def _coming(
    item: "BoardItem", stands: "Climbed | None", practice: Practice | None, known: Known
) -> tuple[str, datetime | None]:
    if stands is not None and stands.next_act and item.place.kind is ItemKind.ESCALATION:
        whom = name_of(practice, stands.next_whom, known.now)
        return _NEXT.get(stands.next_act, "{}").format(whom), stands.next_at
    if item.place.rank == HELD:
        return "Comes back", item.hold_until
    if item.place.kind is ItemKind.MESSAGE and item.due_at is not None:
        return "Due", item.due_at
    if item.place.kind is ItemKind.OFFER:
        return "Due", item.due_at
    if item.place.kind is ItemKind.CALLBACK and item.due_at is not None:
        return "Due", item.due_at
    coming = _TO_DO.get(item.what, "") if item.place.kind is ItemKind.TASK else ""
    if item.place.kind is ItemKind.CALLBACK:
        coming = "Call them back"
    elif item.place.kind is ItemKind.MESSAGE and item.place.rank == URGENT:
        coming = "Tell the practice by telephone"
    urgent = coming and item.place.rank == URGENT
    return coming, item.place.since + BEGUN_WITHIN if urgent else None


def _paged(stands: "Climbed | None") -> str:
    if stands is None:
        return ""
    each = [f"{one.whom} ({one.by})" if one.by else one.whom for one in stands.paged]
    return ", ".join(dict.fromkeys(each))


def _call_label(item: "BoardItem") -> str:
    if item.place.kind is ItemKind.CALLBACK:
        return "Call"
    if item.place.kind is ItemKind.OFFER:
        return "Who it is…"
    if item.escalation_id is None or item.state == "reached":
        return ""
    return "Call the provider"


def _acts(item: "BoardItem", known: Known) -> frozenset[BoardAct]:
    kind = item.place.kind
    acts = _OF_STAGE.get(item.state, _OWNING) if kind is ItemKind.ESCALATION else _OF_KIND[kind]
    return acts - {A.TAKE} if item.owner == known.me else acts
