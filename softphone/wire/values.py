"""What commands and events speak of: causes, kinds, parties and a call as it stands."""

from enum import StrEnum, unique
from typing import Final

import msgspec

from softphone.calls import CallState, ConferenceState, ConsultState


@unique
class EndCause(StrEnum):
    """Why a call ended, in the field's words."""

    CALLER = "caller"  # the far end hung up
    DESK = "desk"  # this desk hung up
    ABANDONED = "abandoned"  # the caller gave up before an answer
    DECLINED = "declined"  # this desk declined while it rang
    UNANSWERED = "unanswered"  # rang out, or waited longer than the engine holds a caller
    TRANSFERRED = "transferred"
    REFUSED = "refused"  # the far end of an outgoing call said no (busy, not found)
    LOST = "lost"  # the network or the engine failed


@unique
class SoundKind(StrEnum):
    """What the engine speaks and listens through."""

    HEADSET = "headset"  # a real device through miniaudio
    NATIVE = "native"  # pjsua2's own devices
    FILES = "files"  # a WAV file as microphone, a WAV file as earpiece: demos and tests
    NONE = "none"  # silence, asked for or for want of a device


@unique
class Registration(StrEnum):
    """The line's standing with the PBX."""

    DIRECT = "direct"  # no registrar configured: calls come straight to the desk
    TRYING = "trying"
    REGISTERED = "registered"
    FAILED = "failed"


@unique
class Transport(StrEnum):
    """What the PBX is spoken to over."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"  # 1.2 or 1.3, the certificate and its name checked


@unique
class Srtp(StrEnum):
    """Whether the sound is encrypted (RFC 3711), by keys in the signalling (RFC 4568)."""

    OFF = "off"
    OPTIONAL = "optional"  # taken where it is offered
    PREFERRED = "preferred"  # offered first, and plain sound beside it
    REQUIRED = "required"  # a call without it is turned away; over TLS only


@unique
class DeclineHow(StrEnum):
    """What a caller's side is told when a ringing call is turned away."""

    TEMPORARILY = "temporarily"  # 480: a queue tries the next desk
    BUSY = "busy"  # 486
    FORWARD = "forward"  # 302 with the target in Contact (RFC 3261 8.1.3.4)


@unique
class DtmfMethod(StrEnum):
    """How keys travel."""

    AUTO = "auto"  # in the sound where the far end takes that, else by INFO
    RTP = "rtp"  # RFC 4733
    INFO = "info"  # SIP INFO, application/dtmf-relay


@unique
class CallerIdBy(StrEnum):
    """Which header carries a `caller_number`: what the PBX wants."""

    FROM = "from"
    ASSERTED = "asserted"  # P-Asserted-Identity (RFC 3325); From stays the account's own
    BOTH = "both"


@unique
class ConsultEnd(StrEnum):
    """Why a consult is over."""

    COMPLETED = "completed"  # the caller and the consulted are connected, without us
    CANCELLED = "cancelled"  # by this desk; the caller is back
    FAR_END = "far_end"  # the consulted hung up; the caller is back
    REFUSED = "refused"  # busy, not found, no answer; the caller is back
    CALLER_GONE = "caller_gone"  # the caller hung up; the consulted is a call like any other
    MERGED = "merged"  # into a conference


@unique
class Direction(StrEnum):
    """Of a call's sound, as the desk sees it."""

    IN = "in"  # from the far end
    OUT = "out"  # to the far end


@unique
class SelfTestKind(StrEnum):
    """What was tested."""

    LOOP = "loop"  # a call of the engine to itself, with a tone each way
    MICROPHONE = "microphone"  # it gives sound that is not all zeroes
    EARPIECE = "earpiece"  # its device takes sound


@unique
class Ringing(StrEnum):
    """How loudly a call that comes is rung on the loudspeaker."""

    OFF = "off"
    SOFT = "soft"
    NORMAL = "normal"


@unique
class SoundPart(StrEnum):
    """A part of the headset that is chosen by itself."""

    MICROPHONE = "microphone"
    EARPIECE = "earpiece"
    RINGER = "ringer"


@unique
class SoundMove(StrEnum):
    """Why a part of the sound is another one than before."""

    CHOSEN = "chosen"
    UNPLUGGED = "unplugged"  # on to the next there is
    BACK = "back"  # the one chosen has been plugged in again
    FOUND = "found"  # there was none before
    GONE = "gone"  # there is none any more


@unique
class SoundTrial(StrEnum):
    """What a receptionist may have played, to know that it is heard."""

    TONE = "tone"  # in the earpiece
    RING = "ring"  # on the ringer
    ALERT = "alert"  # two notes on the ringer, and only while nobody talks or rings here
    HEAR = "hear"  # the microphone, a second and a half later, in the earpiece


@unique
class RecordingState(StrEnum):
    """Of a recording that has not ended."""

    ON = "on"
    PAUSED = "paused"


class Party(msgspec.Struct, frozen=True):
    """Who calls. `number` is "" for a caller who withholds it; otherwise E.164 where the header
    gave one, else the user part as it came. `source` is the SIP header it was read from."""

    number: str = ""
    name: str = ""
    source: str = ""


class Dialled(msgspec.Struct, frozen=True):
    """The number the caller dialled, and the header that told (the design's order)."""

    number: str = ""
    source: str = ""


class Routing(msgspec.Struct, frozen=True):
    """What our PBX configuration decided before the call came here (`X-Frontdesk-Practice`,
    `X-Frontdesk-Mode`), as its headers say it; "" where there were none."""

    practice: str = ""  # an id
    mode: str = ""


NOT_ROUTED: Final = Routing()


class CallSnapshot(msgspec.Struct, frozen=True):
    """A call as it stands, for a window that comes back to an engine still talking."""

    call: str
    state: CallState
    outgoing: bool
    caller: Party
    dialled: Dialled
    offered_at: float
    answered_at: float | None = None
    held_at: float | None = None
    muted: bool = False
    sip_call_id: str = ""
    pbx_call_id: str = ""
    ended_at: float | None = None
    cause: EndCause | None = None  # with `ended_at`, for a call in `Welcome.missed`
    consult_of: str = ""  # the caller's call, where this one asks somebody about it
    consult: ConsultState | None = None  # on both calls of a consult
    conference_with: str = ""  # the other call of a three-way conference
    conference: ConferenceState | None = None
    recording: str = ""  # the id of the recording that is being made of it
    recording_state: RecordingState | None = None  # None until its file is there
    routing: Routing = NOT_ROUTED


class Sound(msgspec.Struct, frozen=True):
    """What sound the engine has now, and why it is not more.

    `missing` are names that were chosen and are not plugged in; another device stands in.
    """

    kind: SoundKind = SoundKind.NONE
    microphone: str = ""
    earpiece: str = ""
    reason: str = ""
    ringer: str = ""  # "" where nothing can ring
    ringing: Ringing = Ringing.NORMAL
    missing: tuple[str, ...] = ()
    buttons: str = ""  # the headset whose own buttons are heard; "" for none
    echo_cancelled: bool = False  # by pjsua2, with its own devices
    chosen: tuple[str, ...] = ()  # microphone, earpiece, ringer; "" for any


class MovedSound(msgspec.Struct, frozen=True):
    """A part of the sound that has moved from one device to another; "" is none."""

    part: SoundPart
    was: str
    now: str
    why: SoundMove
