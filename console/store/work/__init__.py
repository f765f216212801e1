"""What the desk hands to the records: frozen, complete, and able to wait in a file.

Each piece of work carries the call's own `uid` and everything needed to write it, so that it can
be written twice, late, or after its neighbours, and still leave the same rows. None of them shows
its contents in a `repr`: names, numbers and health details stay out of logs and tracebacks.

Times are aware datetimes. A record whose parts contradict each other raises `Inconsistent`: that
is the desk's bug, and is found where the record is made.
"""

from typing import TypeAlias

import msgspec

from console.store.work.board import AmendedMessage, DidOnBoard
from console.store.work.calls import (
    AnsweredCall,
    ClosedCall,
    DoneCallback,
    FinishedCall,
    MeasuredCall,
    OpenedCall,
    OwedCallback,
)
from console.store.work.desk import (
    AnsweredConsent,
    DroppedDraft,
    DroppedPracticeDraft,
    EndedRecording,
    Noted,
    NotedDeed,
    RecordingPause,
    SavedDraft,
    SavedPracticeDraft,
)
from console.store.work.parts import (
    BookingChange,
    Cancellation,
    FormAnswer,
    Inconsistent,
    Moment,
    NewBooking,
    NewEscalation,
    NewMessage,
    Part,
    ReadFact,
    RedFlagShown,
    Reschedule,
    Work,
)
from console.store.work.reaching import NotedReach, OpenedEscalation, PutThrough, TakenEscalation
from console.store.work.rota import ChangedRota, ConfirmedRota, EndedRota, RotaPart
from console.store.work.waiting import PutOnWaitingList, TakenOffWaitingList

__all__ = [
    "AmendedMessage",
    "AnsweredCall",
    "AnsweredConsent",
    "AnyWork",
    "BookingChange",
    "Cancellation",
    "ChangedRota",
    "ClosedCall",
    "ConfirmedRota",
    "DidOnBoard",
    "DoneCallback",
    "DroppedDraft",
    "DroppedPracticeDraft",
    "EndedRecording",
    "EndedRota",
    "FinishedCall",
    "FormAnswer",
    "Inconsistent",
    "MeasuredCall",
    "Moment",
    "NewBooking",
    "NewEscalation",
    "NewMessage",
    "Noted",
    "NotedDeed",
    "NotedReach",
    "OpenedCall",
    "OpenedEscalation",
    "OwedCallback",
    "Part",
    "PutOnWaitingList",
    "PutThrough",
    "ReadFact",
    "RecordingPause",
    "RedFlagShown",
    "Reschedule",
    "RotaPart",
    "SavedDraft",
    "SavedPracticeDraft",
    "TakenEscalation",
    "TakenOffWaitingList",
    "Work",
    "decode",
    "encode",
]

AnyWork: TypeAlias = (
    OpenedCall
    | AnsweredCall
    | ClosedCall
    | MeasuredCall
    | FinishedCall
    | OwedCallback
    | DoneCallback
    | PutThrough
    | OpenedEscalation
    | NotedReach
    | TakenEscalation
    | SavedDraft
    | DroppedDraft
    | Noted
    | SavedPracticeDraft
    | DroppedPracticeDraft
    | AnsweredConsent
    | EndedRecording
    | DidOnBoard
    | AmendedMessage
    | PutOnWaitingList
    | TakenOffWaitingList
    | ChangedRota
    | EndedRota
    | ConfirmedRota
)


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyWork] = msgspec.json.Decoder(AnyWork)


def encode(work: AnyWork) -> bytes:
    """Return the work as one line of JSON without its newline.

    It is read back before it is trusted, so that what could not be replayed later raises
    `msgspec.ValidationError` now, while the form is still on the screen.
    """
    line = _encoder.encode(work)
    _decoder.decode(line)
    return line


def decode(line: bytes) -> AnyWork:
    """Read a line, or raise `msgspec.DecodeError` with what is wrong."""
    return _decoder.decode(line)
