"""What the guard tells the engine, over threads: facts, frozen."""

from collections.abc import Callable
from dataclasses import dataclass

from softphone.guard.pbx import PbxFound, PbxLost
from softphone.identity import Identity
from softphone.wire import EndCause


@dataclass(frozen=True, slots=True)
class CallerWaits:
    """A caller has been queued."""

    call: str
    identity: Identity
    at: float


@dataclass(frozen=True, slots=True)
class CallerGone:
    """A queued caller will not be offered."""

    call: str
    cause: EndCause
    code: int
    reason: str = ""


News = CallerWaits | CallerGone | PbxFound | PbxLost
Report = Callable[[News], None]
