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

from softphone.calls import CallState, ConferenceState, ConsultState

VERSION: Final = 1
MAX_LINE: Final = 64 * 1024  # bytes of a command; a longer line is a broken or hostile peer
MAX_EVENT: Final = 4 * 1024 * 1024  # a `Welcome` holds every call, and every caller missed


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
    consult_of: str = ""  # the caller's call, where this one asks somebody about it
    consult: ConsultState | None = None  # on both calls of a consult
    conference_with: str = ""  # the other call of a three-way conference
    conference: ConferenceState | None = None


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
    """Turn a ringing call away. `target`, a number or a SIP URI, is for `forward` only. A caller
    who waits for a line can be turned away `temporarily` only."""

    call: str
    how: DeclineHow = DeclineHow.TEMPORARILY
    target: str = ""


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
    """Send digits `0-9*#A-D` into an active call."""

    call: str
    digits: str
    method: DtmfMethod = DtmfMethod.AUTO


class Transfer(Command, frozen=True, tag="transfer"):
    """Blind transfer by REFER (RFC 3515): `target` is a number or a SIP URI."""

    call: str
    target: str


class StartConsult(Command, frozen=True, tag="start_consult"):
    """Ask somebody about a caller: the caller is held, `target` dialled. `request` comes back in
    the consult's `CallPlaced`."""

    call: str
    target: str
    caller_number: str = ""
    caller_name: str = ""
    headers: dict[str, str] = {}
    caller_id_by: CallerIdBy = CallerIdBy.FROM
    request: str = ""


class SwapConsult(Command, frozen=True, tag="swap_consult"):
    """Speak to the other of the two; `call` is either."""

    call: str


class CancelConsult(Command, frozen=True, tag="cancel_consult"):
    """End the consult and return to the caller; `call` is either."""

    call: str


class CompleteTransfer(Command, frozen=True, tag="complete_transfer"):
    """Connect the caller with the consulted (REFER with Replaces, RFC 3891) and leave them; `call`
    is either. A failure returns to the caller, with the consulted on hold."""

    call: str


class Merge(Command, frozen=True, tag="merge"):
    """Make a three-way conference of two calls; a held one is resumed first."""

    call: str
    other: str


class LeaveConference(Command, frozen=True, tag="leave_conference"):
    """Connect the two others with each other (REFER with Replaces) and leave. They hear each other
    through this desk until that has succeeded, and still do when it fails."""

    call: str


class SplitConference(Command, frozen=True, tag="split_conference"):
    """End the conference: `call` stays with the desk, the other goes on hold."""

    call: str


class SetAutoAnswer(Command, frozen=True, tag="set_auto_answer"):
    """Answer calls by themselves after some seconds, with a tone in the earpiece. A call that comes
    while another is up is left ringing."""

    on: bool
    after_s: float = 0.0


class LoopTest(Command, frozen=True, tag="loop_test"):
    """Have the engine call itself; `SelfTestResult` follows within 6 s. Refused while there is any
    call. The headset is not touched. `request` comes back in the result."""

    request: str = ""


class PlaceCall(Command, frozen=True, tag="place_call"):
    """Dial out. `request` comes back in `CallPlaced`; `headers` are added to the INVITE."""

    request: str
    target: str
    caller_number: str = ""
    caller_name: str = ""
    headers: dict[str, str] = {}
    caller_id_by: CallerIdBy = CallerIdBy.FROM


class UseAccount(Command, frozen=True, tag="use_account"):
    """Register with a PBX. The password comes from the keyring and is kept in memory only.

    `registrars` are further ones in their order, used while those before them are not there.
    """

    user: str
    registrar: str  # host or host:port; IPv6 addresses in brackets
    password: str = ""
    transport: Transport = Transport.UDP
    registrars: tuple[str, ...] = ()
    srtp: Srtp = Srtp.OFF
    ca_file: str = ""  # PEM file of who may have signed the PBX's certificate; "": the system's


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
    auto_answer: bool = False
    auto_answer_after_s: float = 0.0


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
    consult_of: str = ""


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


class ConsultStarted(Event, frozen=True, tag="consult_started"):
    """Somebody is being asked about a caller. The consult's own `CallPlaced` came just before."""

    call: str
    consult: str
    at: float


class ConsultChanged(Event, frozen=True, tag="consult_changed"):
    """A consult moved by the table in `softphone.calls`. `reason` is a sentence after a transfer
    that failed, else ""."""

    call: str
    consult: str
    state: ConsultState
    reason: str = ""


class ConsultEnded(Event, frozen=True, tag="consult_ended"):
    """A consult is over; `reason` is a sentence where the desk did not end it."""

    call: str
    consult: str
    how: ConsultEnd
    code: int = 0
    reason: str = ""


class ConferenceChanged(Event, frozen=True, tag="conference_changed"):
    """A conference moved by the table in `softphone.calls`; `over` is its last. `call` is the one
    asked for in `Merge`. `reason` is a sentence after leaving failed, else ""."""

    call: str
    other: str
    state: ConferenceState
    at: float
    reason: str = ""


class CallReplaced(Event, frozen=True, tag="call_replaced"):
    """Another party took this call over (RFC 3891): somebody transferred themselves out of it."""

    call: str
    caller: Party
    sip_call_id: str
    at: float


class AutoAnswerChanged(Event, frozen=True, tag="auto_answer_changed"):
    """How calls are answered from now on."""

    on: bool
    after_s: float


class AutoAnswered(Event, frozen=True, tag="auto_answered"):
    """A call is being answered by itself; `CallAnswered` follows."""

    call: str


class HoldReminder(Event, frozen=True, tag="hold_reminder"):
    """A caller has been on hold this long: at 30 s, then at 60 s and every 30 s after as alarm."""

    call: str
    seconds: int
    alarm: bool


class AudioLost(Event, frozen=True, tag="audio_lost"):
    """No sound of an active call has travelled this way for 5 s."""

    call: str
    direction: Direction


class AudioBack(Event, frozen=True, tag="audio_back"):
    """It travels again."""

    call: str
    direction: Direction


class MicrophoneSilent(Event, frozen=True, tag="microphone_silent"):
    """The microphone has given nothing but zeroes for 10 s of an unmuted call (`silent`), or gives
    sound again."""

    call: str
    silent: bool


class CallQuality(Event, frozen=True, tag="call_quality"):
    """How a call that was up has sounded; comes before its `CallEnded`. `mos` is an estimate by the
    E-model (ITU-T G.107), 1 to 4.5, of what this desk heard."""

    call: str
    mos: float
    jitter_ms: float
    loss_percent: float
    round_trip_ms: float  # 0 where the far end sends no RTCP
    packets_in: int
    packets_out: int
    loss_out_percent: float  # as the far end reports
    codec: str


class SelfTestResult(Event, frozen=True, tag="self_test_result"):
    """A test's outcome; `detail` is a sentence for the desk."""

    kind: SelfTestKind
    good: bool
    detail: str
    request: str = ""


class CallEnded(Event, frozen=True, tag="call_ended"):
    """A call is over. The last event of its id. `reason` is a sentence where an outgoing call was
    not answered, or the desk itself had the call turned away."""

    call: str
    cause: EndCause
    code: int  # SIP status, 0 for a BYE
    at: float
    reason: str = ""


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
    | StartConsult
    | SwapConsult
    | CancelConsult
    | CompleteTransfer
    | Merge
    | LeaveConference
    | SplitConference
    | SetAutoAnswer
    | LoopTest
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
    | ConsultStarted
    | ConsultChanged
    | ConsultEnded
    | ConferenceChanged
    | CallReplaced
    | AutoAnswerChanged
    | AutoAnswered
    | HoldReminder
    | AudioLost
    | AudioBack
    | MicrophoneSilent
    | CallQuality
    | SelfTestResult
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
    return _decode(_events, line, MAX_EVENT)


def _decode(decoder: msgspec.json.Decoder[T], line: bytes, longest: int = MAX_LINE) -> T:
    if len(line) > longest:
        raise WireError(f"a line of {len(line)} bytes is longer than {longest}")
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
