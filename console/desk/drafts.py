"""An unfinished form as it is written down at each answer, and read back after a crash.

The record holds the interview and what the call's own row does not: enough to go on typing, and to
finish the call's record, in a window that never saw the call.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.desk.cards import NO_NUMBER
from console.desk.live_call import FlagEvent, LiveCall
from console.desk.routed import coverage_of
from console.desk.views import UnfinishedForm
from console.store.work import SavedDraft
from scripts import phone_numbers
from scripts.loader import Library
from scripts.practice import Practice
from scripts.triage import Interview
from softphone.calls import CallState
from softphone.wire import Dialled, Party, Routing

if TYPE_CHECKING:
    from console.store.drafts import DraftRow


def draft_of(call: LiveCall, now: datetime) -> SavedDraft:
    """Return a call's form as it stands; of a call that has none yet, that it waits for one."""
    interview = call.interview.to_record() if call.interview is not None else None
    return SavedDraft(
        uid=call.call,
        call_uid=call.call,
        updated_at=now,
        record={"call": _call_facts(call), "interview": interview},
        practice_id=None if call.practice.neutral else call.practice.id,
        caller_number=call.caller.number or None,
        call_type=call.call_type,
    )


def put_on(call: LiveCall, row: "DraftRow") -> None:
    """Give a call that is still up the form it had in a window before this one."""
    facts = row.record["call"]
    interview = row.record["interview"]
    if interview is not None:
        call.interview = Interview.restore(call.practice, interview)
        call.call_type = call.interview.call_type
    call.flags = _flags(facts)
    call.facts_read = tuple(
        (label, datetime.fromisoformat(at)) for label, at in facts["facts_read"]
    )


def call_of(row: "DraftRow", library: Library, timezone: str, now: datetime) -> LiveCall:
    """Return the call of a form whose caller has gone, ready to be finished."""
    facts = row.record["call"]
    offered_at = datetime.fromisoformat(facts["offered_at"])
    practice = _practice(row, library, facts["dialled"], timezone)
    routing = Routing(**facts.get("routing", {}))
    answered_at = facts["answered_at"]
    call = LiveCall(
        call=row.call_uid,
        state=CallState.ENDED,
        caller=Party(number=facts["caller"]),
        dialled=Dialled(number=facts["dialled"]),
        practice=practice,
        coverage=coverage_of(practice, offered_at, routing),
        routing=routing,
        greeting="The caller has gone. Finish the form, or call back.",
        offered_at=offered_at,
        answered_at=datetime.fromisoformat(answered_at) if answered_at else offered_at,
        ended_at=now,
        outgoing=facts.get("outgoing", bool(facts.get("callback"))),
        callback=facts.get("callback", ""),
    )
    put_on(call, row)
    return call


def unfinished(row: "DraftRow", library: Library) -> UnfinishedForm:
    """Return a form as it is offered at the start."""
    practice = library.by_id(row.practice_id) if row.practice_id else None
    number = row.caller_number
    return UnfinishedForm(
        draft=row.uid,
        practice=practice.name if practice else "Number not on file",
        caller=phone_numbers.display(number) if number else NO_NUMBER,
        call_type=row.call_type.replace("_", " ").capitalize() if row.call_type else "",
        when=f"{row.updated_at.astimezone():%a %H:%M}",
        answers=len(interview["answers"]) if (interview := row.record["interview"]) else 0,
    )


def _practice(row: "DraftRow", library: Library, dialled: str, timezone: str) -> Practice:
    practice = library.by_id(row.practice_id) if row.practice_id else None
    return practice or library.for_number(dialled, timezone)


def _call_facts(call: LiveCall) -> dict[str, Any]:
    return {
        "offered_at": call.offered_at.isoformat(),
        "answered_at": call.answered_at.isoformat() if call.answered_at else None,
        "caller": call.caller.number,
        "outgoing": call.outgoing,
        "callback": call.callback,
        "dialled": call.dialled.number,
        "routing": {"practice": call.routing.practice, "mode": call.routing.mode},
        "flags": [
            {
                "name": flag.name,
                "words": list(flag.words),
                "shown_at": flag.shown_at.isoformat(),
                "dismissed_at": flag.dismissed_at.isoformat() if flag.dismissed_at else None,
            }
            for flag in call.flags
        ],
        "facts_read": [(label, at.isoformat()) for label, at in call.facts_read],
    }


def _flags(facts: dict[str, Any]) -> tuple[FlagEvent, ...]:
    return tuple(
        FlagEvent(
            name=flag["name"],
            words=tuple(flag["words"]),
            shown_at=datetime.fromisoformat(flag["shown_at"]),
            dismissed_at=datetime.fromisoformat(flag["dismissed_at"])
            if flag["dismissed_at"]
            else None,
        )
        for flag in facts["flags"]
    )
