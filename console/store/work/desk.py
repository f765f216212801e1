"""What a desk keeps beside its calls: forms not finished, scripts being edited, recordings, and
what somebody saw."""

from typing import Any

from console.store.audit.events import Event, no_code
from console.store.values import Consent
from console.store.work.parts import Inconsistent, Moment, Part, Work
from scripts.calltypes import CallType


class SavedDraft(Work, frozen=True, kw_only=True, tag="saved_draft"):
    """A form as it stands. `record` is what the interview needs to go on: plain JSON values."""

    call_uid: str
    updated_at: Moment
    record: dict[str, Any]
    practice_id: str | None = None
    caller_number: str | None = None
    call_type: CallType | None = None


class DroppedDraft(Work, frozen=True, kw_only=True, tag="dropped_draft"):
    """A form nobody will go on with."""


class NotedDeed(Part, frozen=True, kw_only=True):
    """Something somebody did, for the audit; see `console.store.audit.note`. It has no name of a
    caller, no number and no word of theirs."""

    event: Event
    kind: str = ""
    row: str = ""
    practice_id: str | None = None
    detail: str = ""

    def __post_init__(self) -> None:
        if wrong := no_code(kind=self.kind, row=self.row, detail=self.detail):
            raise Inconsistent(f"the audit takes only a code as its {wrong}")


class Noted(Work, frozen=True, kw_only=True, tag="noted"):
    """What somebody did at one moment that changes no row: saw, searched, signed in."""

    at: Moment
    person: str | None
    deeds: tuple[NotedDeed, ...]


class SavedPracticeDraft(Work, frozen=True, kw_only=True, tag="saved_practice_draft"):
    """A practice's script as somebody is editing it; `uid` is its practice and author."""

    practice_id: str
    author: str
    text: str
    based_on: int | None
    updated_at: Moment


class DroppedPracticeDraft(Work, frozen=True, kw_only=True, tag="dropped_practice_draft"):
    """An edition that was saved or thrown away at a moment."""

    practice_id: str
    author: str
    at: Moment


class AnsweredConsent(Work, frozen=True, kw_only=True, tag="answered_consent"):
    """A caller said whether the call may be recorded, after words of this version were read under
    this law. `uid` is the recording's own, `wrapped_key` what its file will be sealed with."""

    call_uid: str
    practice_id: str
    consent: Consent
    at: Moment
    law: str
    version: str
    agent: str | None = None
    wrapped_key: str | None = None

    def __post_init__(self) -> None:
        if (self.wrapped_key is None) == (self.consent is Consent.GIVEN):
            raise Inconsistent("a key goes with a consent, and with nothing else")


class RecordingPause(Part, frozen=True, kw_only=True):
    """From when to when nothing was recorded, and why: `asked`, `sensitive` or `held`."""

    at: Moment
    until: Moment
    why: str


class EndedRecording(Work, frozen=True, kw_only=True, tag="ended_recording"):
    """A recording is over. `size` in bytes; `sha256` of the whole file, "" where it could not be
    finished; `reason` where it ended by itself."""

    at: Moment
    seconds: float | None = None  # None where the engine did not live to say
    size: int | None = None
    sha256: str = ""
    reason: str = ""
    pauses: tuple[RecordingPause, ...] = ()
