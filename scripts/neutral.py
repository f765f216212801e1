"""The practice that stands in for a number no practice has: its caller is answered all the same.

It asks for a name, a number and what for; it knows no health question, and every call ends as a
message to the supervisor, an emergency excepted.
"""

from functools import lru_cache
from typing import Any, Final

from scripts.calltypes import CallType, Mode
from scripts.fields import WEEKDAYS
from scripts.phone_numbers import NotANumber, to_e164
from scripts.practice import Practice

NEUTRAL_ID: Final = "no_practice"
_NOBODY: Final = "+10000000000"
_GREETING: Final = (
    "Good {{ part_of_day }}, this is {{ agent }} at the answering service. If this is a medical "
    "emergency, please hang up and dial 911. Which office are you trying to reach?"
)


def neutral_practice(number: str = "", timezone: str = "UTC") -> Practice:
    """Return a practice for a number as dialled. `timezone` is the desk's own."""
    try:
        dialled = to_e164(number)
    except NotANumber:
        dialled = _NOBODY
    return _base(timezone).model_copy(update={"numbers": (dialled,)})


@lru_cache(maxsize=16)
def _base(timezone: str) -> Practice:
    return Practice.model_validate(
        {
            "id": NEUTRAL_ID,
            "name": "Unknown number",
            "spoken_name": "the office you are calling",
            "specialty": "unknown",
            "numbers": [_NOBODY],
            "timezone": timezone,
            "city": "an unknown place",
            "address": "not known",
            "hours": dict.fromkeys(WEEKDAYS, "closed"),
            "coverage": {"daytime": "primary"},
            "greetings": dict.fromkeys(Mode, _GREETING),
            "new_patients": {"accepting": False, "note": "Not known for this number."},
            "protocol": {"notes": _NOTES, "messages": _messages()},
            "forms": {call_type: _form(call_type) for call_type in CallType},
            "version": "neutral-1",
            "neutral": True,
        }
    )


_NOTES: Final = [
    {
        "text": "No practice has this number. Promise nothing on an office's behalf; take a "
        "message for the supervisor."
    }
]
_URGENT: Final = (CallType.SYMPTOM, CallType.URGENT, CallType.EMERGENCY)


def _messages() -> dict[str, Any]:
    usual = {"recipient": "the supervisor", "priority": "soon", "due": {"minutes": 60}}
    urgent = {"recipient": "the supervisor", "priority": "urgent", "due": {"minutes": 5}}
    return {kind.value: urgent if kind in _URGENT else usual for kind in CallType}


def _form(call_type: CallType) -> dict[str, Any]:
    if call_type is CallType.EMERGENCY:
        return {"steps": [_EMERGENCY]}
    return {"steps": [_CALLER, _REASON], "ends": None}


_CALLER: Final = {
    "title": "Caller",
    "say": "May I have your name and the best number to reach you?",
    "questions": [
        {
            "linkId": "name",
            "type": "string",
            "text": "Caller’s name",
            "required": True,
            "may_skip": True,
            "feeds": "patient_name",
            "control": "spell",
            "critical": True,
        },
        {
            "linkId": "callback",
            "type": "string",
            "text": "Callback number",
            "required": True,
            "feeds": "callback_number",
            "control": "phone",
            "critical": True,
        },
    ],
}
_REASON: Final = {
    "title": "Message",
    "say": "Which office are you trying to reach, and what shall I pass on?",
    "questions": [
        {"linkId": "office", "type": "string", "text": "Office the caller wants"},
        {
            "linkId": "message",
            "type": "text",
            "text": "Message, without health details",
            "required": True,
            "may_skip": True,
            "feeds": "reason",
            "maxLength": 500,
        },
    ],
}
_EMERGENCY: Final = {
    "title": "911",
    "say": "Please hang up now and dial 911. If you cannot, tell me where you are.",
    "questions": [
        {
            "linkId": "location",
            "type": "string",
            "text": "Where the patient is",
            "feeds": "location",
        },
        {
            "linkId": "callback",
            "type": "string",
            "text": "Number they are calling from",
            "feeds": "callback_number",
            "control": "phone",
        },
        {
            "linkId": "refused_911",
            "type": "boolean",
            "text": "Caller refuses to call 911",
            "feeds": "refused_911",
        },
    ],
}
