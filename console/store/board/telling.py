"""An item's time-line in words and as JSON, for who reads it in the window, in a file or on the
command line. It needs no database: the record has been read."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from console.store.board_values import ItemKind

if TYPE_CHECKING:  # whoever only shows it needs no database's library
    from console.store.board.record import ItemRecord, RecordLine

SAID: Final = {
    "opened": "Opened",
    "page": "Paged {whom} by {by}",
    "call": "{by} is to call {whom}",
    "tell": "Nobody answered: told {whom}",
    "ask_provider": "Asked {whom} whether the patient was reached, by {by}",
    "ask_owner": "Asked {whom} whether the patient was reached",
    "acknowledge": "{whom} has it; put down by {by}",
    "checked_back": "911 refused: {by} asked after the patient",
    "answer": "An answer came by {by}",
    "escalate": "Passed on to the next person by {by}",
    "reach": "Patient reached; put down by {by}",
    "close": "Closed by {by}",
    "dial": "{by} called {whom}",
    "answered": "The telephone of {whom} was answered",
    "no_answer": "{whom} did not answer",
    "busy": "{whom} was busy",
    "refused": "{whom} could not be called",
    "no_key": "Nobody pressed 1 at the telephone of {whom}",
    "wrong_pin": "The PIN of {whom} was wrong three times",
    "hung_up": "{whom} hung up",
    "stopped": "{by} ended the call to {whom}",
    "calls_back": "{whom} calls the patient back",
    "joined": "Caller, {whom} and {by} spoke together",
    "put_through": "{by} put the caller through to {whom}",
    "caller_left": "The caller hung up while {whom} was called",
    "lost": "The softphone stopped while {whom} was called",
    "try": "Sent to {whom} by {by}",
    "take_back": "Page to {whom} taken back in {by}",
    "take": "Taken by {by}",
    "hand": "Handed to {whom} by {by}",
    "hold": "Put off by {by}",
    "done": "Done by {by}",
    "amend": "Amended by {by}",
    "confirm": "Confirmed with {by}",
    "book": "Booked from the waiting list by {by}",
    "pass": "Passed on to the next on the list by {by}",
    "withdraw": "Taken off the waiting list by {by}",
    "read": "Read and confirmed by {by}, at the practice",
}

_KINDS: Final = {
    ItemKind.ESCALATION: "an escalation",
    ItemKind.TASK: "a task",
    ItemKind.MESSAGE: "a message",
    ItemKind.CALLBACK: "a call back",
    ItemKind.OFFER: "a time offered",
}


def title(record: "ItemRecord", practice: str) -> str:
    """Return what it is the time-line of; `practice` is a name, "" for none."""
    name = record.reference or _KINDS[record.kind]
    return f"Time-line of {name}" + (f", {practice}" if practice else "")


def summary(record: "ItemRecord") -> str:
    """Return when it was opened, and whether nobody could be notified."""
    opened = f"Opened {record.opened_at.astimezone():%a %d %b %Y %H:%M:%S}."
    return opened if record.notified in (None, True) else f"{opened} Nobody has been notified."


def said(line: "RecordLine") -> str:
    """Return what happened in one line, in words."""
    words = SAID.get(line.what, line.what.replace("_", " "))
    whom, by = line.whom or "somebody", line.by or "the program"
    return words.format(whom=whom, by=by)


def answer(line: "RecordLine") -> str:
    """Return what came of it, and how long that took."""
    took = f"{line.took / timedelta(seconds=1):.1f} s" if line.took is not None else ""
    return ", ".join(part for part in (line.answer.replace("_", " "), took) if part)


def as_text(record: "ItemRecord", *, practice: str) -> str:
    """Return the time-line as lines to read, in this machine's time."""
    body = [
        "  ".join(
            part
            for part in (
                f"{line.at.astimezone():%Y-%m-%d %H:%M:%S %Z}",
                said(line),
                answer(line),
            )
            if part
        )
        for line in record.lines
    ]
    return "\n".join([title(record, practice), summary(record), "", *body, ""])


def as_json(record: "ItemRecord") -> str:
    """Return the time-line for another program; times are UTC, ISO 8601."""
    whole = {
        "kind": record.kind.value,
        "reference": record.reference,
        "practice": record.practice_id,
        "opened_at": record.opened_at.isoformat(),
        "notified": record.notified,
        "lines": [
            {
                "at": line.at.isoformat(),
                "what": line.what,
                "whom": line.whom,
                "by": line.by,
                "answer": line.answer,
                "took_s": line.took.total_seconds() if line.took is not None else None,
            }
            for line in record.lines
        ],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
