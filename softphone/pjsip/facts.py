"""What pjsua2 told, as plain facts for the engine's loop to decide on.

A callback may not decide: it runs in the middle of pjsua2's own work, where a call that is ended or
freed takes the process with it.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto, unique
from typing import TYPE_CHECKING

from softphone.packet import Packet

if TYPE_CHECKING:
    from softphone.pjsip.call import PhoneCall


@unique
class Signal(Enum):
    """What a dialog has come to."""

    ALERTING = auto()
    UP = auto()
    OVER = auto()


@dataclass(frozen=True, slots=True)
class Incoming:
    """pjsua2 has taken an INVITE; 180 is on its way."""

    call: "PhoneCall"
    invite: Packet


@dataclass(frozen=True, slots=True)
class Signalled:
    """A dialog moved."""

    call: "PhoneCall"
    signal: Signal
    code: int
    by_far_end: bool


@dataclass(frozen=True, slots=True)
class MediaChanged:
    """A call's sound has been negotiated anew."""

    call: "PhoneCall"


@dataclass(frozen=True, slots=True)
class ReofferFailed:
    """The far end did not accept a hold or a resume."""

    call: "PhoneCall"
    code: int


@dataclass(frozen=True, slots=True)
class Digit:
    """The far end pressed a key."""

    call: "PhoneCall"
    digit: str


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """News of a REFER of ours. `reason` is the far end's phrase."""

    call: "PhoneCall"
    code: int
    final: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """The far end sent us elsewhere and pjsua2 dials there: a new outgoing call."""

    call: "PhoneCall"
    by: "PhoneCall"


@dataclass(frozen=True, slots=True)
class KeysRefused:
    """The far end did not take keys sent by INFO."""

    call: "PhoneCall"
    code: int


@dataclass(frozen=True, slots=True)
class Replaced:
    """Another party took a call over: `call` is the old dialog, `by` the new one, answered."""

    call: "PhoneCall"
    by: "PhoneCall"
    invite: Packet


@dataclass(frozen=True, slots=True)
class Registered:
    """The registrar answered, or did not."""

    active: bool
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class CallbackFailed:
    """A callback of ours broke: a bug, to be reported, never to reach pjsua2."""

    where: str
    error: Exception
    call: "PhoneCall | None"


Fact = (
    Incoming
    | Signalled
    | MediaChanged
    | ReofferFailed
    | Digit
    | TransferProgress
    | KeysRefused
    | Replaced
    | Transferred
    | Registered
    | CallbackFailed
)
Box = deque[Fact]
