"""A practice as its liaison reads it: rows of the records made into words."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from console.desk.cards import NO_NUMBER
from console.desk.liaison.views import LiaisonView, Table
from console.store.values import MessageStatus
from scripts import phone_numbers

if TYPE_CHECKING:
    from console.store.one_practice import OneCall, OneMessage, OnePractice

MESSAGES: Final = ("Taken", "Kind", "For", "Patient", "Call back", "State", "Message")
CALLS: Final = ("Came", "From", "Kind", "What came of it", "Answered")
EMPTY: Final = LiaisonView("", "", "", Table(MESSAGES), Table(CALLS), Table(("",)))
_LONGEST: Final = 80  # letters of a message in its row


def liaison_view(found: "OnePractice", *, practice: str, person: str, now: datetime) -> LiaisonView:
    """Return the page."""
    return LiaisonView(
        practice=practice,
        person=person,
        note=f"As of {now.astimezone():%H:%M}. That it was read is on record.",
        messages=Table(
            MESSAGES,
            tuple(_message(each) for each in found.messages),
            (13, 11, 13, 14, 13, 13, 23),
            len(MESSAGES),
            tuple(each.reason for each in found.messages),
            tuple(each.row for each in found.messages),
            frozenset(
                each.row for each in found.messages if each.status is not MessageStatus.CONFIRMED
            ),
        ),
        calls=Table(
            CALLS,
            tuple(_call(each) for each in found.calls),
            (20, 20, 20, 24, 16),
            len(CALLS),
            tuple("" for _ in found.calls),
        ),
        figures=_figures(found),
    )


def _message(message: "OneMessage") -> tuple[str, ...]:
    state = _words(message.status.value)
    if message.delivered_at is not None:
        state = f"{state} {_when(message.delivered_at)}"
    kind = _words(message.kind.value)
    if message.priority.value != "routine":
        kind = f"{_words(message.priority.value)}: {kind.lower()}"
    short = " ".join(message.reason.split())
    return (
        _when(message.at),
        kind,
        message.recipient,
        message.patient or "",
        phone_numbers.display(message.number) if message.number else "",
        state,
        short if len(short) <= _LONGEST else f"{short[: _LONGEST - 1]}…",
    )


def _call(call: "OneCall") -> tuple[str, ...]:
    waited = "" if call.waited_s is None else f" after {round(call.waited_s)} s"
    return (
        _when(call.at),
        phone_numbers.display(call.number) if call.number else NO_NUMBER,
        _words(call.call_type.value) if call.call_type else "",
        _words(call.outcome.value) if call.outcome else "",
        f"Yes{waited}" if call.answered else f"No{waited}",
    )


def _figures(found: "OnePractice") -> Table:
    spans = {1: "Last 24 hours"}
    heads = ("", *(spans.get(each.days, f"Last {each.days} days") for each in found.counted))
    lines = (
        ("Calls", "calls"),
        ("Answered", "answered"),
        ("Messages taken", "messages"),
        ("Messages not yet delivered", "undelivered"),
        ("Escalations", "escalations"),
    )
    rows = tuple(
        (words, *(f"{getattr(each, name):,}" for each in found.counted)) for words, name in lines
    )
    return Table(heads, rows, (40, 20, 20, 20), 1, tuple("" for _ in rows))


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize()


def _when(at: datetime) -> str:
    local = at.astimezone()
    return f"{local:%a} {local.day} {local:%b %H:%M}"
