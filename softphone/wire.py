"""The one vocabulary between the engine and whoever holds its token.

Commands go to the engine, events come back: frozen typed records, one JSON object a line, tagged by
`type`, over a loopback TCP socket. The first line from a client is `Hello` with the token from the
rendezvous file; until it has been seen the engine reads nothing else and answers nothing.

Times named `at` are seconds since the Unix epoch; those named `mono` are `time.monotonic()` of the
engine's machine, for measuring only. A `call` is an opaque id the engine gives each call, the same
from a caller's wait to the call's end.
"""

from enum import StrEnum, unique
from typing import Final, TypeVar

import msgspec

from softphone.calls import CallState

VERSION: Final = 1
MAX_LINE: Final = 64 * 1024  # bytes; a longer line is a broken or hostile peer


class WireError(Exception):
    """A line from the other side that is not in the vocabulary."""


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


class Sound(msgspec.Struct, frozen=True):
    """What sound the engine has now, and why it is not more."""

    kind: SoundKind = SoundKind.NONE
    microphone: str = ""
    earpiece: str = ""
    reason: str = ""


class Command(msgspec.Struct, frozen=True, tag_field="type"):
    """What a client asks of the engine."""


class Hello(Command, frozen=True, tag="hello"):
    """The first line of every client. A wrong token closes the connection without a word."""

    token: str
    version: int = VERSION


class Answer(Command, frozen=True, tag="answer"):
    """Take a ringing call; whatever call is active is held first."""

    call: str


class Decline(Command, frozen=True, tag="decline"):
    """Turn a ringing call away with 480, so that a queue tries the next desk."""

    call: str


class HangUp(Command, frozen=True, tag="hang_up"):
    """End a call in any state."""

    call: str


class Hold(Command, frozen=True, tag="hold"):
    """Put the caller on hold (RFC 3264 8.4)."""

    call: str


class Resume(Command, frozen=True, tag="resume"):
    """Take the caller off hold; whatever call is active is held first."""

    call: str


class SetMute(Command, frozen=True, tag="set_mute"):
    """Stop or restart sending the microphone into a call."""

    call: str
    muted: bool


class SendDtmf(Command, frozen=True, tag="send_dtmf"):
    """Send digits `0-9*#A-D` by RFC 4733."""

    call: str
    digits: str


class Transfer(Command, frozen=True, tag="transfer"):
    """Blind transfer by REFER (RFC 3515): `target` is a number or a SIP URI."""

    call: str
    target: str


class PlaceCall(Command, frozen=True, tag="place_call"):
    """Dial out. `request` comes back in `CallPlaced`; `headers` are added to the INVITE."""

    request: str
    target: str
    caller_number: str = ""
    caller_name: str = ""
    headers: dict[str, str] = {}


class UseAccount(Command, frozen=True, tag="use_account"):
    """Register with a PBX. The password comes from the keyring and is kept in memory only."""

    user: str
    registrar: str  # host or host:port
    password: str = ""
    transport: str = "udp"


class UseSound(Command, frozen=True, tag="use_sound"):
    """Choose the sound. Names are device names, or paths for `files`; "" takes the default."""

    kind: SoundKind
    microphone: str = ""
    earpiece: str = ""


class Ping(Command, frozen=True, tag="ping"):
    """Ask for a `Pong` with the same number: the heartbeat."""

    number: int


class ShutDown(Command, frozen=True, tag="shut_down"):
    """End every call and leave."""


class Event(msgspec.Struct, frozen=True, tag_field="type"):
    """What the engine tells every client."""


class Welcome(Event, frozen=True, tag="welcome"):
    """The answer to a good `Hello`: what this engine is, every call it holds, and every call that
    ended while no client was there to hear of it (told once, to the first who comes)."""

    engine: str  # "pjsua2 2.15.1"
    version: int
    sip_address: str  # host:port where calls are heard
    max_calls: int
    registration: Registration
    sound: Sound
    calls: tuple[CallSnapshot, ...] = ()
    missed: tuple[CallSnapshot, ...] = ()


class CallOffered(Event, frozen=True, tag="call_offered"):
    """A call rings at this desk; 180 is already on its way."""

    call: str
    caller: Party
    dialled: Dialled
    sip_call_id: str
    at: float
    mono: float
    pbx_call_id: str = ""  # X-Pbx-Call-Id, where our PBX configuration sent one


class CallWaiting(Event, frozen=True, tag="call_waiting"):
    """A call the lines have no room for: held in the guard with 182 until one is free."""

    call: str
    caller: Party
    dialled: Dialled
    sip_call_id: str
    at: float


class CallPlaced(Event, frozen=True, tag="call_placed"):
    """An outgoing INVITE has been sent."""

    call: str
    request: str
    target: str
    at: float
    mono: float


class CallAlerting(Event, frozen=True, tag="call_alerting"):
    """The far end of an outgoing call sent 18x."""

    call: str
    code: int
    mono: float


class CallAnswered(Event, frozen=True, tag="call_answered"):
    """A call is up, with sound."""

    call: str
    at: float


class CallHeld(Event, frozen=True, tag="call_held"):
    """The caller is on hold."""

    call: str
    at: float


class CallResumed(Event, frozen=True, tag="call_resumed"):
    """The caller is back."""

    call: str
    at: float


class MuteChanged(Event, frozen=True, tag="mute_changed"):
    """The microphone into this call was cut or given back."""

    call: str
    muted: bool


class DtmfReceived(Event, frozen=True, tag="dtmf_received"):
    """The far end pressed a key."""

    call: str
    digit: str


class TransferStarted(Event, frozen=True, tag="transfer_started"):
    """The far end accepted the REFER."""

    call: str


class TransferFailed(Event, frozen=True, tag="transfer_failed"):
    """The transfer did not go through; the caller is still on this call."""

    call: str
    code: int
    reason: str


class CallEnded(Event, frozen=True, tag="call_ended"):
    """A call is over. The last event of its id."""

    call: str
    cause: EndCause
    code: int  # SIP status, 0 for a BYE
    at: float


class RegistrationChanged(Event, frozen=True, tag="registration_changed"):
    """The line's standing changed."""

    registration: Registration
    code: int = 0
    reason: str = ""


class SoundChanged(Event, frozen=True, tag="sound_changed"):
    """The engine speaks through something else now."""

    sound: Sound


class SoundLevels(Event, frozen=True, tag="sound_levels"):
    """Peak levels since the last one, dBFS (0 is full scale, -96 is silence); about 5 a second
    while a call is active."""

    microphone: float
    earpiece: float


class CommandRefused(Event, frozen=True, tag="command_refused"):
    """A command that could not be carried out: the sentence says why."""

    command: str  # the command's tag
    call: str
    reason: str


class Pong(Event, frozen=True, tag="pong"):
    """The engine's loop is alive: its answer comes from the thread that runs SIP."""

    number: int


AnyCommand = (
    Hello
    | Answer
    | Decline
    | HangUp
    | Hold
    | Resume
    | SetMute
    | SendDtmf
    | Transfer
    | PlaceCall
    | UseAccount
    | UseSound
    | Ping
    | ShutDown
)
AnyEvent = (
    Welcome
    | CallOffered
    | CallWaiting
    | CallPlaced
    | CallAlerting
    | CallAnswered
    | CallHeld
    | CallResumed
    | MuteChanged
    | DtmfReceived
    | TransferStarted
    | TransferFailed
    | CallEnded
    | RegistrationChanged
    | SoundChanged
    | SoundLevels
    | CommandRefused
    | Pong
)

T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_events: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


class Rendezvous(msgspec.Struct, frozen=True):
    """What the rendezvous file (mode 0600) holds: where the engine listens and its token."""

    port: int
    token: str
    pid: int
    version: int = VERSION


_rendezvous = msgspec.json.Decoder(Rendezvous)


def encode(message: Command | Event) -> bytes:
    """Return the message as one line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_command(line: bytes) -> AnyCommand:
    """Read a client's line, or raise `WireError` with what is wrong and where."""
    return _decode(_commands, line)


def decode_event(line: bytes) -> AnyEvent:
    """Read an engine's line, or raise `WireError` with what is wrong and where."""
    return _decode(_events, line)


def _decode(decoder: msgspec.json.Decoder[T], line: bytes) -> T:
    if len(line) > MAX_LINE:
        raise WireError(f"a line of {len(line)} bytes is longer than {MAX_LINE}")
    try:
        return decoder.decode(line)
    except msgspec.DecodeError as error:
        raise WireError(str(error)) from error


def encode_rendezvous(rendezvous: Rendezvous) -> bytes:
    """Return the rendezvous file's content."""
    return _encoder.encode(rendezvous)


def decode_rendezvous(content: bytes) -> Rendezvous:
    """Read a rendezvous file, or raise `WireError`."""
    return _decode(_rendezvous, content)
