"""Work that was set aside made into words, on the worker's thread: what it is, for whom, why the
records would not take it and what can be done."""

from datetime import datetime
from typing import Final

from console.desk.set_aside.port import AmendAside, AsideField, AsideLine, Pick
from console.store import settling
from console.store.aside import Item
from console.store.work import (
    AmendedMessage,
    AnyWork,
    DidOnBoard,
    FinishedCall,
    Noted,
    OpenedEscalation,
    OwedCallback,
)
from scripts import phone_numbers
from scripts.loader import Library

NO_PRACTICE: Final = "–"
_WHAT: Final = {
    "OpenedCall": "That a call came",
    "AnsweredCall": "That a call was answered",
    "ClosedCall": "That a call ended",
    "MeasuredCall": "How a call sounded",
    "OwedCallback": "A caller to call back",
    "DoneCallback": "A caller was called back",
    "PutThrough": "A caller was put through",
    "OpenedEscalation": "A provider to be reached",
    "NotedReach": "A try to reach a provider",
    "TakenEscalation": "A provider’s answer",
    "SavedDraft": "An unfinished form",
    "DroppedDraft": "That a form was dropped",
    "Noted": "An entry of the audit",
    "SavedPracticeDraft": "A practice being edited",
    "DroppedPracticeDraft": "That a practice’s draft was dropped",
    "AnsweredConsent": "A caller’s answer about recording",
    "EndedRecording": "The end of a recording",
    "DidOnBoard": "Something done on the board",
    "AmendedMessage": "A message amended",
}
_LABELS: Final = {
    "callback_number": "Number to call back",
    "patient_name": "Patient",
    "caller_name": "Caller",
    "reason": "What it is about",
}


def aside_line(item: Item, library: Library) -> AsideLine:
    """Return a piece of work as it is read."""
    work = item.work
    words = settling.words_of(work)
    return AsideLine(
        key=item.id,
        cells=(_when(item.at), _what(work), _practice(words.practice, library), _state(item)),
        why=item.why.value,
        mend="" if item.off_by else settling.MENDS[item.why],
        parts=_parts(work, words) if work is not None else _found(item),
        may_try=work is not None,
        may_amend=work is not None and bool(_fields(words) or words.practice is not None),
        may_write_off=not item.off_by,
    )


def amend_view(item: Item, library: Library) -> AmendAside | None:
    """Return a piece of work to be amended, None for one that cannot be."""
    work = item.work
    if work is None:
        return None
    words = settling.words_of(work)
    practices: tuple[Pick, ...] = ()
    if words.practice is not None:
        known = tuple(Pick(each.id, each.name) for each in library.practices)
        own = [each for each in known if each.code == words.practice]
        unknown = () if own else (Pick("", "Choose a practice"),)
        practices = (*unknown, *known)
    return AmendAside(
        key=item.id,
        title=f"Amend: {_what(work).lower()}",
        practices=practices,
        practice=next((p.code for p in practices if p.code == words.practice), ""),
        fields=_fields(words),
        may_clean=settling.has_phi(work),
    )


def _fields(words: settling.Amendment) -> tuple[AsideField, ...]:
    return tuple(
        AsideField(name, label, _shown(name, getattr(words, name)))
        for name, label in _LABELS.items()
        if getattr(words, name) is not None
    )


def _shown(name: str, text: str) -> str:
    return phone_numbers.display(text) if name == "callback_number" and text else text


def _what(work: AnyWork | None) -> str:
    if work is None:
        return "Cannot be read"
    if not isinstance(work, FinishedCall):
        return _WHAT[type(work).__name__]
    if work.escalation is not None:
        return "A call and its escalation"
    if work.message is not None:
        return f"A call and its message for {work.message.recipient}"
    return "A call and its booking" if work.booking is not None else "A finished call"


def _parts(work: AnyWork, words: settling.Amendment) -> tuple[tuple[str, str], ...]:
    parts: list[tuple[str, str]] = [("Happened", _when(at))] if (at := _at(work)) else []
    if isinstance(work, FinishedCall):
        number = work.caller_number
        parts += [
            ("By", work.agent or ""),
            ("Caller’s number", phone_numbers.display(number) if number else ""),
            ("Ended as", work.outcome.value.replace("_", " ")),
        ]
    elif isinstance(work, DidOnBoard | AmendedMessage):
        parts.append(("By", work.person))
    elif isinstance(work, Noted):
        did = ", ".join(f"{d.event.value} {d.kind}".strip() for d in work.deeds)
        parts += [("By", work.person or "The program"), ("Did", did.replace("_", " "))]
    parts += [(field.label, field.text) for field in _fields(words)]
    if isinstance(work, FinishedCall):
        parts += [("Answer", answer.text) for answer in work.answers if answer.text]
    return tuple((label, text) for label, text in parts if text)


def _found(item: Item) -> tuple[tuple[str, str], ...]:
    size = len(item.line)
    return (("Found", f"{size} bytes that nobody can read"),) if size else ()


def _at(work: AnyWork) -> datetime | None:
    if isinstance(work, FinishedCall):
        return work.finished_at
    if isinstance(work, OpenedEscalation):
        return work.escalation.opened_at
    if isinstance(work, OwedCallback):
        return work.since
    at: datetime | None = getattr(work, "at", None)
    return at


def _state(item: Item) -> str:
    if item.off_by and item.off_at is not None:
        return f"Written off by {item.off_by}, {_when(item.off_at)}: {item.off_why}"
    return f"{item.handed_to} sees to it" if item.handed_to else "To be seen to"


def _practice(practice: str | None, library: Library) -> str:
    known = library.by_id(practice) if practice else None
    return known.name if known is not None else practice or NO_PRACTICE


def _when(at: datetime) -> str:
    local = at.astimezone()
    return f"{local:%a} {local.day} {local:%b %H:%M}"
