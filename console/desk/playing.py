"""Recordings heard again, by who may: listed, played into the earpiece, deleted for good."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from console.desk.cards import NO_NUMBER
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.taping import Tapes
from console.desk.views import Light, PlaybackView, RecordingItem
from console.desk.worker import Worker
from console.errors import WorldError
from console.store.audit.events import Event
from console.store.errors import RecordsError
from console.store.secrets import RECORDINGS
from scripts import phone_numbers
from softphone import vault, wire

if TYPE_CHECKING:
    from console.desk.ledger import Ledger
    from console.store.recordings import RecordingRow

LISTED = 40  # the newest; `frontdesk recordings list` has them all


class Playing:
    """The list of recordings and the one that plays."""

    def __init__(self, stage: Stage, tapes: Tapes | None) -> None:
        self._stage = stage
        self._tapes = tapes
        self._keyring: Worker | None = None
        self._rows: dict[str, RecordingRow] = {}
        self._open = False
        self._playing = ""
        stage.engine.received.connect(self._hear)

    def list(self) -> None:
        """Show the newest recordings, to who may hear them."""
        if not self._stage.allowed(Permission.HEAR_RECORDINGS):
            return
        self._open = True
        self._look()

    def close_list(self) -> None:
        """Put the list away, and stop what plays."""
        self._open = False
        self.stop()
        self._stage.out.recordings_changed.emit(None)

    def play(self, recording: str) -> None:
        """Play a recording into the earpiece; the one that plays is stopped."""
        row, tapes = self._rows.get(recording), self._tapes
        if recording == self._playing:
            self.stop()
            return
        if row is None or row.wrapped_key is None or tapes is None:
            return
        if not self._stage.allowed(Permission.HEAR_RECORDINGS, practice=row.practice_id):
            return
        if not vault.file_of(tapes.folder, recording).is_file():
            self._stage.say(
                "The recording is not on this machine",
                "It is kept at the desk that made it; listen there.",
                Light.WARN,
            )
            return
        self._stage.record.did(
            Event.LISTENED, kind="recording", row=recording, practice=row.practice_id
        )
        self._with_key(row.wrapped_key, recording, partial(self._send, tapes, recording))

    def play_named(self, recording: str) -> None:
        """Play a recording that need not be among those listed; the one that plays is stopped."""
        if recording in self._rows or recording == self._playing:
            self.play(recording)
            return

        def look(ledger: "Ledger") -> "RecordingRow | None":
            from console.store.recordings import find_recording  # noqa: PLC0415 - the worker's

            return ledger.read(lambda session: find_recording(session, uid=recording))

        def found(row: "RecordingRow | None") -> None:
            if row is None:
                self._stage.say("No recording to hear", "The records are away.", Light.WARN)
                return
            self._rows[row.uid] = row
            self.play(row.uid)

        self._stage.book.ask(look, then=found)

    def stop(self) -> None:
        """Fall silent."""
        if self._playing:
            self._stage.engine.send(wire.StopPlaying())

    def delete(self, recording: str) -> None:
        """Take a recording's key and file away, for good."""
        row, tapes = self._rows.get(recording), self._tapes
        if row is None or tapes is None:
            return
        if not self._stage.allowed(Permission.KEEP_RECORDINGS, practice=row.practice_id):
            return
        if recording == self._playing:
            self.stop()

        def deleted(done: bool | None) -> None:
            if done is None:
                self._stage.say(
                    "The recording is still there",
                    "The records are away; delete it when they are back.",
                    Light.WARN,
                )
                return
            with suppress(OSError):  # without its key it is noise
                vault.file_of(tapes.folder, recording).unlink(missing_ok=True)
            self._look()

        self._stage.book.delete_recording(
            recording, self._stage.agent, self._stage.clock(), deleted
        )

    def _hear(self, event: wire.Event) -> None:
        """Take in how far a recording has played."""
        if not isinstance(event, wire.PlaybackChanged):
            return
        self._playing = event.recording if event.playing else ""
        if event.reason:
            self._stage.say("The recording stopped", event.reason, Light.WARN)
        view = PlaybackView(event.recording, event.at_s, event.of_s) if event.playing else None
        self._stage.out.playback_changed.emit(view)

    def close(self) -> None:
        """Let the keyring's thread go."""
        if self._keyring is not None:
            self._keyring.close()
            self._keyring = None

    def _look(self) -> None:
        self._stage.book.look_up_recordings(LISTED, self._found)

    def _found(self, rows: "tuple[RecordingRow, ...] | None") -> None:
        if rows is None:
            self._stage.say("No recordings to show", "The records are away.", Light.WARN)
            return
        self._rows = {row.uid: row for row in rows}
        if self._open:
            self._stage.out.recordings_changed.emit(tuple(self._item(row) for row in rows))

    def _item(self, row: "RecordingRow") -> RecordingItem:
        from console.desk.earlier import spoken_length  # noqa: PLC0415 - with the records only

        practice = self._stage.library.by_id(row.practice_id)
        local = row.consent_at.astimezone(practice.zone) if practice else row.consent_at
        number = phone_numbers.display(row.caller_number) if row.caller_number else NO_NUMBER
        return RecordingItem(
            recording=row.uid,
            practice=practice.name if practice else row.practice_id,
            caller=number,
            when=f"{local:%a} {local.day} {local:%b %H:%M}",
            length="still going on" if row.ended_at is None else spoken_length(row.seconds),
            agent=row.agent or "",
            note=row.reason or "",
        )

    def _send(self, tapes: Tapes, recording: str, key: str) -> None:
        self._stage.engine.send(
            wire.PlayRecording(recording=recording, folder=str(tapes.folder), key=key)
        )

    def _with_key(self, wrapped: str, recording: str, then: Callable[[str], None]) -> None:
        tapes = self._tapes
        assert tapes is not None

        def unwrapped() -> str:
            from console.store.wrapping import unwrap  # noqa: PLC0415 - the cipher, where needed

            key = tapes.secrets().key(RECORDINGS, make=False)
            return unwrap(key, recording, wrapped).hex()

        if self._keyring is None:
            self._keyring = Worker(self._stage.out)
        expected = (WorldError, RecordsError)
        self._keyring.run(unwrapped, then=then, otherwise=self._failed, expected=expected)

    def _failed(self, error: Exception) -> None:
        assert isinstance(error, WorldError | RecordsError)
        self._stage.say(error.title, error.message, Light.BAD)
