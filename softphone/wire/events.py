"""What the engine tells every client, one frozen record each."""

import msgspec

from softphone.calls import ConferenceState, ConsultState
from softphone.wire.values import (
    NOT_ROUTED,
    CallSnapshot,
    ConsultEnd,
    Dialled,
    Direction,
    EndCause,
    MovedSound,
    Party,
    RecordingState,
    Registration,
    Routing,
    SelfTestKind,
    Sound,
    SoundTrial,
)


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
    recorded: "tuple[RecordingEnded, ...]" = ()  # ended while no client was there


class CallOffered(Event, frozen=True, tag="call_offered"):
    """A call rings at this desk; 180 is already on its way."""

    call: str
    caller: Party
    dialled: Dialled
    sip_call_id: str
    at: float
    mono: float
    pbx_call_id: str = ""  # X-Pbx-Call-Id, where our PBX configuration sent one
    routing: Routing = NOT_ROUTED


class CallWaiting(Event, frozen=True, tag="call_waiting"):
    """A call the lines have no room for: held in the guard with 182 until one is free."""

    call: str
    caller: Party
    dialled: Dialled
    sip_call_id: str
    at: float
    routing: Routing = NOT_ROUTED


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


class PromptEnded(Event, frozen=True, tag="prompt_ended"):
    """A prompt is over. `heard_out` where it came to its end, and was not stopped or cut off."""

    call: str
    heard_out: bool


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
    sound again. Without a call, after 30 s of them, `call` is ""."""

    call: str
    silent: bool


class CallQuality(Event, frozen=True, tag="call_quality"):
    """How a call has sounded so far: every 10 s while it is up, and once more, `final`, before its
    `CallEnded`. `mos` is an estimate by the E-model (ITU-T G.107), 1 to 4.5, of what this desk
    heard."""

    call: str
    mos: float
    jitter_ms: float
    loss_percent: float
    round_trip_ms: float  # 0 where the far end sends no RTCP
    packets_in: int
    packets_out: int
    loss_out_percent: float  # as the far end reports
    codec: str
    final: bool = True


class SelfTestResult(Event, frozen=True, tag="self_test_result"):
    """A test's outcome; `detail` is a sentence for the desk."""

    kind: SelfTestKind
    good: bool
    detail: str
    request: str = ""


class CodeDialled(Event, frozen=True, tag="code_dialled"):
    """What came of a feature code: 200 where the PBX took it, else its SIP status; 408 where it
    said nothing in time."""

    request: str
    status: int


class CallEnded(Event, frozen=True, tag="call_ended"):
    """A call is over: the last event of it, but for the end of the consult or the conference it
    was in, which follows at once. `reason` is a sentence where an outgoing call was not answered,
    or the desk itself had the call turned away."""

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
    """The engine speaks through something else now; `moves` says which parts and why."""

    sound: Sound
    moves: tuple[MovedSound, ...] = ()


class SoundDevices(Event, frozen=True, tag="sound_devices"):
    """The devices there are, by name: told when asked, and whenever one comes or goes."""

    microphones: tuple[str, ...]
    earpieces: tuple[str, ...]  # the ringer is one of these too


class TrialEnded(Event, frozen=True, tag="trial_ended"):
    """What a receptionist had played is over."""

    what: SoundTrial


class SoundLevels(Event, frozen=True, tag="sound_levels"):
    """Peak levels since the last one, dBFS (0 is full scale, -96 is silence); about 5 a second
    while a call is active or the meters are watched."""

    microphone: float
    earpiece: float


class RecordingChanged(Event, frozen=True, tag="recording_changed"):
    """A call's recording runs, or rests; `why` is what it was paused for, `held` while the call is
    not in front of the desk."""

    call: str
    recording: str
    state: RecordingState
    at: float
    why: str = ""


class RecordingEnded(Event, frozen=True, tag="recording_ended"):
    """A recording is over and its file closed: `size` bytes that hold `seconds` of sound, pauses
    left out, with the whole file's SHA-256. `reason` is a sentence where it ended by itself, and
    `sha256` "" where the file could not be finished; what is whole of it can be read."""

    call: str
    recording: str
    at: float
    seconds: float
    size: int
    sha256: str
    reason: str = ""


class PlaybackChanged(Event, frozen=True, tag="playback_changed"):
    """A recording plays, or has stopped: at its end, when asked, for a call, or for a `reason`."""

    recording: str
    playing: bool
    at_s: float
    of_s: float  # with the pauses left out
    reason: str = ""


class CommandRefused(Event, frozen=True, tag="command_refused"):
    """A command that could not be carried out: the sentence says why."""

    command: str  # the command's tag
    call: str
    reason: str


class Pong(Event, frozen=True, tag="pong"):
    """The engine's loop is alive: its answer comes from the thread that runs SIP."""

    number: int


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
    | PromptEnded
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
    | CodeDialled
    | CallEnded
    | RegistrationChanged
    | SoundChanged
    | SoundDevices
    | TrialEnded
    | SoundLevels
    | RecordingChanged
    | RecordingEnded
    | PlaybackChanged
    | CommandRefused
    | Pong
)
