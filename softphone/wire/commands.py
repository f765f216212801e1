"""What a client may ask of the engine, one frozen record each."""

from typing import Final

import msgspec

from softphone.wire.values import (
    CallerIdBy,
    DeclineHow,
    DtmfMethod,
    Ringing,
    SoundKind,
    SoundTrial,
    Srtp,
    Transport,
)

VERSION: Final = 1


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


class DialCode(Command, frozen=True, tag="dial_code"):
    """Dial a feature code of the PBX's: no call of the desk's, and nobody hears of it. `request`
    comes back in `CodeDialled`; `headers` are added to the INVITE."""

    request: str
    code: str
    headers: dict[str, str] = {}


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


class SoundTest(Command, frozen=True, tag="sound_test"):
    """Test microphone and earpiece; a `SelfTestResult` for each follows within 4 s. With a call up
    they are judged at once by what it has shown. `request` comes back in the results."""

    request: str = ""


class UseSound(Command, frozen=True, tag="use_sound"):
    """Choose the sound. Names are device names, or paths for `files`; "" takes the default. A named
    device that is not plugged in is taken as soon as it is; until then another stands in."""

    kind: SoundKind
    microphone: str = ""
    earpiece: str = ""
    ringer: str = ""


class SetRinging(Command, frozen=True, tag="set_ringing"):
    """Choose how loudly calls ring on the loudspeaker; `SoundChanged` follows."""

    how: Ringing


class ListDevices(Command, frozen=True, tag="list_devices"):
    """Ask for `SoundDevices`, looked for anew."""


class WatchLevels(Command, frozen=True, tag="watch_levels"):
    """Ask for `SoundLevels` without a call as well, while a person looks at the meters."""

    on: bool


class TrySound(Command, frozen=True, tag="try_sound"):
    """Play something for the receptionist alone, or stop it. It stops by itself within 12 s."""

    what: SoundTrial
    on: bool = True


class StartRecording(Command, frozen=True, tag="start_recording"):
    """Record both sides of a call that is up into a new file in `folder`, named by nothing but the
    recording's id (32 hexadecimal digits), sealed with `key` (64 of them). `RecordingChanged`
    follows once the file is there, or `RecordingEnded` with why not. It begins `paused` for the
    reasons given."""

    call: str
    recording: str
    folder: str
    key: str
    paused: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<StartRecording {self.recording}>"


class PauseRecording(Command, frozen=True, tag="pause_recording"):
    """Let a recording rest, from this moment on, until the same `why` is taken away."""

    call: str
    why: str


class ResumeRecording(Command, frozen=True, tag="resume_recording"):
    """Take a reason to pause away. The recording goes on when none is left."""

    call: str
    why: str


class StopRecording(Command, frozen=True, tag="stop_recording"):
    """End a recording; the call goes on."""

    call: str


class PlayRecording(Command, frozen=True, tag="play_recording"):
    """Play a recording into the earpiece, refused while there is any call; `PlaybackChanged`
    follows. One that is playing is stopped first."""

    recording: str
    folder: str
    key: str
    from_s: float = 0.0

    def __repr__(self) -> str:
        return f"<PlayRecording {self.recording}>"


class StopPlaying(Command, frozen=True, tag="stop_playing"):
    """End what plays, if anything does."""


class PlayPrompt(Command, frozen=True, tag="play_prompt"):
    """Play a sound file to the far end of a call that is up, beside the microphone; one that plays
    there is stopped first. It begins again `again_after_s` after its end, 0 for never;
    `PromptEnded` follows its last sound."""

    call: str
    file: str
    again_after_s: float = 0.0


class StopPrompt(Command, frozen=True, tag="stop_prompt"):
    """End the prompt into a call, if any plays there."""

    call: str


class Ping(Command, frozen=True, tag="ping"):
    """Ask for a `Pong` with the same number: the heartbeat."""

    number: int


class ShutDown(Command, frozen=True, tag="shut_down"):
    """End every call and leave."""


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
    | DialCode
    | UseAccount
    | SoundTest
    | UseSound
    | StartRecording
    | PauseRecording
    | ResumeRecording
    | StopRecording
    | PlayRecording
    | StopPlaying
    | PlayPrompt
    | StopPrompt
    | SetRinging
    | ListDevices
    | WatchLevels
    | TrySound
    | Ping
    | ShutDown
)
