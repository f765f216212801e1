"""The unattended run: one call after another, each taken by key presses and measured."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from console.app import Program
from console.demo import sound
from console.demo.caller import Caller
from console.demo.personas import Persona
from console.demo.receptionist import Receptionist
from console.demo.report import CallReport
from console.demo.steps import NeverCame, Story, Teller, Until, for_seconds
from console.errors import BugError
from resources import SOUNDS
from scripts import phone_numbers
from scripts.calltypes import Outcome
from scripts.loader import Library
from softphone import wire

RECEPTIONIST_HZ = 440.0
CALLER_HZ = 600.0  # the first caller's tone; each next one's is higher
CALLER_STEP_HZ = 40.0
SPEAK_S = sound.TONE_S + 0.6


class Unattended(QObject):
    """Takes the calls; `done` when all of them are over, with `reports` complete."""

    done = Signal()

    def __init__(
        self,
        program: Program,
        library: Library,
        personas: Sequence[Persona],
        *,
        shots: Path,
        folder: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.reports: list[CallReport] = []
        self._program = program
        self._library = library
        self._personas = personas
        self._shots = shots
        self._tracks = tempfile.TemporaryDirectory(prefix="tracks-", dir=folder)
        self._caller = Caller(folder / "caller", self)
        self._receptionist = Receptionist(program.window, program.desk, self)
        self._sip_address = ""
        self._desk_sound_set = False
        program.engine.joined.connect(self._on_joined)
        program.engine.received.connect(self._on_event)

    def start(self) -> None:
        """Start the caller's engine and the first call."""
        self._shots.mkdir(parents=True, exist_ok=True)
        self._caller.start()
        self._teller = Teller(self._all_calls(), self)
        self._teller.done.connect(lambda _: self._end())
        self._teller.start()

    def _on_joined(self, welcome: wire.Welcome) -> None:
        self._sip_address = welcome.sip_address

    def _on_event(self, event: wire.Event) -> None:
        if isinstance(event, wire.SoundChanged):
            self._desk_sound_set = True

    def _end(self) -> None:
        self._caller.stop()
        self._tracks.cleanup()
        self.done.emit()

    # --- the story -------------------------------------------------------------------------

    def _all_calls(self) -> Story:
        yield Until("both engines", lambda: bool(self._sip_address) and self._caller.ready)
        yield Until("the window to settle", self._program.window.isVisible)
        yield for_seconds(0.7)
        self._shoot("00-ready")
        for number, persona in enumerate(self._personas, start=1):
            yield from self._one_call(number, persona)

    def _one_call(self, number: int, persona: Persona) -> Story:
        practice = self._library.by_id(persona.practice)
        if practice is None:
            raise BugError(f"the demo's practice {persona.practice} is not in the library")
        tone = CALLER_HZ + (number - 1) % 20 * CALLER_STEP_HZ
        report = CallReport(
            number=number,
            call_type=persona.call_type,
            caller_number=persona.number,
            dialled=practice.numbers[0],
            practice_expected=practice.name,
            desk_should_hear_hz=tone,
            caller_should_hear_hz=RECEPTIONIST_HZ,
        )
        self.reports.append(report)
        desk_ear, caller_ear = self._ear(number, "desk"), self._ear(number, "caller")
        try:
            yield from self._set_sound(persona, tone, desk_ear, caller_ear)
            yield from self._take(number, persona, practice.numbers[0], report)
            yield from self._quiet()
        except NeverCame as error:
            report.problems.append(f"this never came: {error}")
            self._shoot(f"{number:02}-{persona.call_type}-stuck")
            yield from self._clear_up()
        self._judge(report, persona, desk_ear, caller_ear)

    def _take(self, number: int, persona: Persona, dialled: str, report: CallReport) -> Story:
        desk, caller = self._receptionist, self._caller
        caller.forget()
        caller.dial(persona, dialled, self._sip_address)
        yield Until("the call to ring at the desk", lambda: desk.ringing() is not None)
        card = desk.ringing()
        assert card is not None
        call = card.call
        yield Until("the pop to be painted", lambda: call in desk.painted)
        yield Until("the caller to hear ringing", lambda: caller.ringing_mono > 0)
        report.practice_shown = desk.pop.banner.practice if desk.pop else ""
        report.caller_shown = card.title
        report.invite_to_180_ms = _ms(caller.placed_mono, caller.ringing_mono)
        report.invite_to_pop_ms = _ms(caller.placed_mono, desk.painted[call])
        yield Until("open times and earlier calls", lambda: _is_whole(desk))
        self._shoot(f"{number:02}-{persona.call_type}-1-pop")
        yield from desk.answer(call)
        speaking = for_seconds(SPEAK_S)
        if persona.search:
            yield from desk.look_up(persona.search)
        yield from desk.choose_type(persona.call_type)
        yield from desk.fill(persona)
        yield for_seconds(0.05)
        self._shoot(f"{number:02}-{persona.call_type}-2-form")
        if persona.by_f9:
            yield from desk.escalate(call)
        else:
            yield from desk.finish(call)
        self._keep_rows(report, call)
        yield speaking
        self._shoot(f"{number:02}-{persona.call_type}-3-saved")
        yield from desk.hang_up(call)
        yield Until("the caller's end to close", lambda: caller.ended is not None)

    def _set_sound(self, persona: Persona, tone: float, desk_ear: Path, caller_ear: Path) -> Story:
        said, answer = self._track("caller.wav"), self._track("receptionist.wav")
        sound.write_track(said, speech=SOUNDS / "callers" / f"{persona.speech}.wav", tone_hz=tone)
        sound.write_track(
            answer, speech=SOUNDS / "callers" / "receptionist.wav", tone_hz=RECEPTIONIST_HZ
        )
        self._caller.use_sound(microphone=said, earpiece=caller_ear)
        yield from self._desk_sound(answer, desk_ear)
        yield Until("the caller's sound", lambda: self._caller.sound_set)

    def _quiet(self) -> Story:
        """Close both recordings, so that they are whole."""
        answer = self._track("receptionist.wav")
        self._caller.use_sound(microphone=self._track("caller.wav"))
        yield from self._desk_sound(answer, None)
        yield Until("the caller's sound", lambda: self._caller.sound_set)

    def _desk_sound(self, microphone: Path, earpiece: Path | None) -> Story:
        self._desk_sound_set = False
        self._program.engine.send(
            wire.UseSound(
                kind=wire.SoundKind.FILES,
                microphone=str(microphone),
                earpiece=str(earpiece) if earpiece else "",
            )
        )
        yield Until("the desk's sound", lambda: self._desk_sound_set)

    def _clear_up(self) -> Story:
        """After a call that went wrong: hang up, so that the next one can be taken."""
        for card in self._receptionist.cards:
            self._program.engine.send(wire.HangUp(call=card.call))
        yield for_seconds(0.5)
        self._program.desk.end_as(Outcome.SILENT)
        yield for_seconds(0.5)

    # --- what is kept and judged -----------------------------------------------------------

    def _keep_rows(self, report: CallReport, call: str) -> None:
        saved = self._receptionist.saved[call]
        report.outcome, rows = saved.outcome, saved.rows
        if rows is None:
            report.problems.append("the record is not in the database")
            return
        report.call_row = rows.call_id
        report.booking_row = rows.booking_id
        report.message_row = rows.message_id
        report.escalation_row = rows.escalation_id

    def _judge(
        self, report: CallReport, persona: Persona, desk_ear: Path, caller_ear: Path
    ) -> None:
        report.desk_heard, report.caller_heard = sound.measure(desk_ear), sound.measure(caller_ear)
        wrong = report.problems
        if report.practice_shown != report.practice_expected:
            wrong.append(f"the pop showed {report.practice_shown or 'nothing'}")
        if report.caller_shown != phone_numbers.display(persona.number):
            wrong.append(f"the caller was shown as {report.caller_shown or 'nobody'}")
        if report.outcome not in persona.expects:
            wrong.append(f"the call ended as {report.outcome or 'nothing'}")
        if report.call_row is None:
            wrong.append("the call has no row")
        if not report.desk_heard.is_tone(report.desk_should_hear_hz):
            wrong.append("the desk did not hear the caller")
        if not report.caller_heard.is_tone(report.caller_should_hear_hz):
            wrong.append("the caller did not hear the desk")

    def _ear(self, number: int, end: str) -> Path:
        return self._track(f"{number:04}-{end}.wav")

    def _track(self, name: str) -> Path:
        return Path(self._tracks.name) / name

    def _shoot(self, name: str) -> None:
        self._program.window.grab().save(str(self._shots / f"{name}.png"))


def _is_whole(desk: Receptionist) -> bool:
    pop = desk.pop
    return pop is not None and pop.open_days is not None and pop.earlier is not None


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 2)
