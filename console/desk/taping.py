"""Recording a call, as the receptionist does it: the words read, the caller's answer marked, and
only then anything recorded.

The key is made, wrapped and written into the records before the engine is told to begin. What a
form marks as sensitive pauses the recording by itself, and whoever paused it, only what holds it
is shown.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from console.desk.live_call import LiveCall, moment
from console.desk.stage import Stage
from console.desk.tape import ASKED, SENSITIVE, TapeState
from console.desk.views import Light
from console.desk.worker import Worker
from console.errors import WorldError
from console.store.errors import RecordsError
from console.store.secrets import RECORDINGS, Secrets
from console.store.values import Consent
from console.store.work import AnsweredConsent, EndedRecording, RecordingPause
from scripts.unrecorded import being_asked
from softphone import wire
from softphone.wire import RecordingState

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Tapes:
    """Where recordings are kept, and the way to the key their own keys are wrapped with, which the
    system's keyring holds: asking for it may wait for a person, so that is done on a thread of its
    own."""

    folder: Path
    secrets: Callable[[], Secrets]


class Taping:
    """The recordings of this desk's calls. Without `tapes` nothing is ever recorded."""

    def __init__(self, stage: Stage, tapes: Tapes | None) -> None:
        self._stage = stage
        self._tapes = tapes
        self._keyring: Worker | None = None
        stage.form_shown = self._form_shown

    # --- what the receptionist does --------------------------------------------------------

    def record(self) -> None:
        """The caller agrees; or, while the call is recorded, pause or go on."""
        call = self._stage.lines.current
        if call is None:
            return
        tape = call.tape
        if tape.offered:
            self._agree(call)
        elif tape.sensitive and tape.state is TapeState.PAUSED and not tape.asked:
            self._stage.say(
                "The recording stays paused",
                f"“{tape.sensitive}” is never recorded; it goes on after that.",
                Light.WARN,
            )
        elif tape.state in (TapeState.ON, TapeState.PAUSED):
            tape.asked = not tape.asked
            command = wire.PauseRecording if tape.asked else wire.ResumeRecording
            self._stage.engine.send(command(call=call.call, why=ASKED))

    def no_record(self) -> None:
        """The caller refuses, or takes the consent back: what runs is ended."""
        call = self._stage.lines.current
        if call is None:
            return
        if call.tape.offered:
            self._refuse(call)
        elif call.tape.state in (TapeState.ON, TapeState.PAUSED):
            self._stage.engine.send(wire.StopRecording(call=call.call))

    def _agree(self, call: LiveCall) -> None:
        tapes, part = self._tapes, call.practice.recording
        if tapes is None or part is None or not call.is_up:
            return
        tape, at = call.tape, self._stage.clock()
        tape.offered, tape.consent, tape.state = False, Consent.GIVEN, TapeState.STARTING
        recording, key = secrets.token_hex(16), secrets.token_bytes(KEY_BYTES)
        tape.recording = recording
        self._show(call)

        def wrapped() -> str:
            from console.store.wrapping import wrap  # noqa: PLC0415 - the cipher, where needed

            return wrap(tapes.secrets().key(RECORDINGS), recording, key)

        def keep(wrapped_key: str) -> None:
            work = AnsweredConsent(
                uid=recording,
                call_uid=call.call,
                practice_id=call.practice.id,
                consent=Consent.GIVEN,
                at=at,
                law=part.law.value,
                version=part.version,
                agent=self._stage.agent,
                wrapped_key=wrapped_key,
            )
            self._stage.book.write(work, then=partial(self._begin, call, key))

        self._ask_keyring(wrapped, keep, partial(self._failed, call))

    def _begin(self, call: LiveCall, key: bytes) -> None:
        """The row is safe: let the engine begin."""
        tape, tapes = call.tape, self._tapes
        if tapes is None or not call.is_up:
            tape.state = TapeState.OVER
            self._end(call, reason="The caller hung up before it began.")
            return
        self._stage.engine.send(
            wire.StartRecording(
                call=call.call,
                recording=tape.recording,
                folder=str(tapes.folder),
                key=key.hex(),
                paused=(SENSITIVE,) if tape.sensitive else (),
            )
        )

    def _refuse(self, call: LiveCall) -> None:
        part = call.practice.recording
        if part is None:
            return
        call.tape.offered, call.tape.consent = False, Consent.REFUSED
        self._stage.book.write(
            AnsweredConsent(
                uid=secrets.token_hex(16),
                call_uid=call.call,
                practice_id=call.practice.id,
                consent=Consent.REFUSED,
                at=self._stage.clock(),
                law=part.law.value,
                version=part.version,
                agent=self._stage.agent,
            )
        )
        self._show(call)

    def _failed(self, call: LiveCall, error: Exception) -> None:
        assert isinstance(error, WorldError | RecordsError)
        call.tape.state = TapeState.OVER
        self._show(call)
        self._stage.say("The call is not recorded", f"{error.title}. {error.message}", Light.BAD)

    def _ask_keyring(
        self,
        ask: Callable[[], str],
        then: Callable[[str], None],
        otherwise: Callable[[Exception], None],
    ) -> None:
        if self._keyring is None:
            self._keyring = Worker(self._stage.out)
        self._keyring.run(ask, then=then, otherwise=otherwise, expected=(WorldError, RecordsError))

    def close(self) -> None:
        """Let the keyring's thread go."""
        if self._keyring is not None:
            self._keyring.close()
            self._keyring = None

    # --- what happened to the call ---------------------------------------------------------

    def answered(self, call: LiveCall) -> None:
        """A call is up: the words may be read."""
        recorded = call.practice.recording is not None and self._tapes is not None
        call.tape.offered = recorded and call.tape.consent is None

    def rejoined(self, call: LiveCall, snapshot: wire.CallSnapshot) -> None:
        """A call an engine held while no window was there, recorded or not."""
        tape = call.tape
        if snapshot.recording:
            tape.recording, tape.consent, tape.offered = snapshot.recording, Consent.GIVEN, False
            paused = snapshot.recording_state is RecordingState.PAUSED
            tape.state = TapeState.PAUSED if paused else TapeState.ON
            tape.sensitive = being_asked(call.interview)
            tape.asked = paused and not tape.sensitive
            command = wire.PauseRecording if tape.sensitive else wire.ResumeRecording
            self._stage.engine.send(command(call=call.call, why=SENSITIVE))
        elif call.was_answered and tape.consent is None:
            self._stage.book.look_up_consent(call.call, partial(self._known, call))

    def _known(self, call: LiveCall, consent: Consent | None) -> None:
        """What this call's caller said to a window before this one."""
        call.tape.consent = call.tape.consent or consent
        if consent is Consent.GIVEN and call.tape.state is TapeState.NONE:
            call.tape.state = TapeState.OVER
        self.answered(call)
        self._show(call)

    def lost(self, reason: str) -> None:
        """The engine, or this desk, goes and every recording with it."""
        for call in self._stage.lines:
            if call.tape.runs:
                call.tape.state = TapeState.OVER
                self._end(call, reason=reason)

    def _form_shown(self, call: LiveCall) -> None:
        """Rest while what may not be recorded is asked or read back; go on after."""
        if call.practice.recording is None:
            return
        going_on = call.outcome is None and not call.saving
        label = being_asked(call.interview) if going_on else ""
        tape, before = call.tape, call.tape.sensitive
        tape.sensitive = label
        if bool(label) != bool(before) and tape.state in (TapeState.ON, TapeState.PAUSED):
            command = wire.PauseRecording if label else wire.ResumeRecording
            self._stage.engine.send(command(call=call.call, why=SENSITIVE))

    # --- what the engine says --------------------------------------------------------------

    def hear(self, event: wire.Event) -> bool:
        """Take in what is about a recording; tell whether it was."""
        match event:
            case wire.RecordingChanged():
                self._changed(event)
            case wire.RecordingEnded():
                self.ended(event)
            case wire.CommandRefused(command="start_recording"):
                call = self._stage.lines.get(event.call)
                if call is not None and call.tape.runs:
                    call.tape.state = TapeState.OVER
                    self._end(call, reason=event.reason)
                    self._show(call)
                    self._stage.say("The call is not recorded", event.reason, Light.BAD)
            case wire.CommandRefused(
                command="pause_recording" | "resume_recording" | "stop_recording"
            ):
                pass  # it had just ended by itself
            case _:
                return False
        return True

    def _changed(self, event: wire.RecordingChanged) -> None:
        call = self._stage.lines.get(event.call)
        if call is None or call.tape.recording != event.recording:
            return
        tape, at = call.tape, moment(event.at)
        if tape.state is TapeState.STARTING and bool(tape.sensitive) != (
            event.state is RecordingState.PAUSED and event.why == SENSITIVE
        ):  # the form went on while the file was opened
            command = wire.PauseRecording if tape.sensitive else wire.ResumeRecording
            self._stage.engine.send(command(call=call.call, why=SENSITIVE))
        if tape.paused_at is not None:
            tape.pauses += ((tape.paused_at, at, tape.why),)
        paused = event.state is RecordingState.PAUSED
        tape.state = TapeState.PAUSED if paused else TapeState.ON
        tape.why, tape.paused_at = event.why, at if paused else None
        self._show(call)

    def ended(self, event: wire.RecordingEnded) -> None:
        """A recording is over, in this window's time or before it."""
        call = self._stage.lines.get(event.call)
        mine = call is not None and call.tape.recording == event.recording
        pauses: tuple[RecordingPause, ...] = ()
        if call is not None and mine:
            tape = call.tape
            tape.state = TapeState.OVER
            pauses = tuple(RecordingPause(at=a, until=b, why=why) for a, b, why in tape.pauses)
            self._show(call)
        self._stage.book.write(
            EndedRecording(
                uid=event.recording,
                at=moment(event.at),
                seconds=event.seconds,
                size=event.size,
                sha256=event.sha256,
                reason=event.reason,
                pauses=pauses,
            )
        )
        if event.reason:
            self._stage.say("The recording ended", f"{event.reason} The call goes on.", Light.BAD)

    def _end(self, call: LiveCall, *, reason: str) -> None:
        """Write that a recording ended of which the engine will say no more."""
        self._stage.book.write(
            EndedRecording(uid=call.tape.recording, at=self._stage.clock(), reason=reason)
        )

    def _show(self, call: LiveCall) -> None:
        self._stage.show_calls()
        self._stage.show_pop(call)
