"""Recording as a receptionist sees it: words, then the answer, and only then a recording."""

from collections.abc import Callable
from pathlib import Path

import pytest

from console.desk.permissions import Person
from console.desk.taping import Tapes
from console.store.errors import Away, RecordsAway
from console.store.secrets import RECORDINGS, Secrets
from console.store.values import Role
from console.store.wrapping import CannotUnwrap, unwrap, wrap
from scripts.calltypes import CallType
from scripts.loader import Library
from scripts.practice import Practice
from scripts.questions import Form
from scripts.recording import ConsentLaw, Recording
from softphone import vault, wire
from softphone.calls import CallState
from softphone.wire import RecordingState
from tests.desk.conftest import MakeRoom
from tests.desk.room import MAPLE, RIVERSIDE, Room
from tests.records_file import SAFE, SECRETS

WORDS = "This call may be recorded so that we get it right. Is that all right with you?"
WRAPPING = SECRETS.key(RECORDINGS)
SAM = Person("sam", "Sam Reyes", Role.SUPERVISOR)
CARD = {"linkId": "card", "type": "string", "text": "Card number", "sensitive": True}


@pytest.fixture
def recorded_library(library: Library) -> Library:
    """Riverside records its calls, and asks for a card in the second step of a question."""
    steps = [
        {"title": "Who", "questions": [{"linkId": "who", "type": "string", "text": "Who"}]},
        {"title": "Pay", "questions": [CARD]},
        {"title": "Last", "questions": [{"linkId": "last", "type": "string", "text": "Last"}]},
    ]
    form = Form.model_validate({"steps": steps})

    def changed(practice: Practice) -> Practice:
        if practice.id != RIVERSIDE:
            return practice
        recording = Recording(law=ConsentLaw.ALL_PARTY, announcement=WORDS)
        forms = {**practice.forms, CallType.QUESTION: form}
        return practice.model_copy(update={"recording": recording, "forms": forms})

    return Library(tuple(changed(practice) for practice in library.practices), library.faults)


MakeRecording = Callable[..., Room]


@pytest.fixture
def make(make_room: MakeRoom, recorded_library: Library, tmp_path: Path) -> MakeRecording:
    def one(*, secrets: Callable[[], Secrets] = SAFE.secrets, **more: object) -> Room:
        tapes = Tapes(tmp_path / "recordings", secrets)
        return make_room(library=recorded_library, tapes=tapes, **more).open()

    return one


@pytest.fixture
def desk(make: MakeRecording) -> Room:
    return make()


def begun(room: Room) -> wire.StartRecording:
    """The command to record, once it has been sent."""
    room.qtbot.waitUntil(lambda: bool(room.engine.asked(wire.StartRecording)), timeout=20_000)
    (command,) = room.engine.asked(wire.StartRecording)
    assert isinstance(command, wire.StartRecording)
    return command


def says(room: Room, state: RecordingState, why: str = "") -> None:
    now = room.clock().timestamp()
    room.engine.tell(wire.RecordingChanged("c1", begun(room).recording, state, now, why))


def agree(room: Room) -> wire.StartRecording:
    """Take a call, and have the caller agree."""
    room.take()
    room.desk.record()
    command = begun(room)
    says(room, RecordingState.ON)
    return command


def rows(room: Room) -> list[tuple]:
    room.rest()
    return room.rows(
        "select uid, consent, consent_law, wrapped_key, seconds, reason, agent from recordings"
    )


def test_the_words_are_shown_once_the_call_is_up_and_nothing_is_recorded_before(desk: Room) -> None:
    desk.ring()
    assert desk.pop is not None
    assert desk.pop.consent is None
    desk.up()
    assert desk.pop.consent is not None
    assert desk.pop.consent.say == WORDS
    desk.rest()
    assert desk.engine.asked(wire.StartRecording) == []
    assert desk.card().recording == ""


def test_a_yes_is_written_with_its_time_and_words_before_the_engine_is_told(desk: Room) -> None:
    command = agree(desk)
    ((uid, consent, law, wrapped, *_),) = rows(desk)
    assert (uid, consent, law) == (command.recording, "given", "all_party")
    assert unwrap(WRAPPING, uid, wrapped).hex() == command.key
    ((at, version),) = desk.rows("select consent_at, consent_version from recordings")
    assert at.startswith(f"{desk.clock():%Y-%m-%d %H:%M}")
    assert version == Recording(law=ConsentLaw.ALL_PARTY, announcement=WORDS).version
    assert desk.card().recording == "recording"
    assert desk.pop is not None
    assert desk.pop.consent is None


def test_a_no_is_kept_and_nothing_is_recorded(desk: Room) -> None:
    desk.take()
    desk.desk.no_record()
    ((_, consent, _, wrapped, *_),) = rows(desk)
    assert (consent, wrapped) == ("refused", None)
    assert desk.card().recording == "not recorded"
    desk.desk.record()
    desk.rest()
    assert desk.engine.asked(wire.StartRecording) == []


@pytest.mark.parametrize("practice", [MAPLE, "+19995550000"])
def test_without_the_practices_word_nothing_can_record(desk: Room, practice: str) -> None:
    desk.take(to=practice)
    assert desk.pop is not None
    assert desk.pop.consent is None
    desk.desk.record()
    desk.desk.no_record()
    assert rows(desk) == []
    assert desk.engine.asked(wire.StartRecording) == []


def test_without_a_place_for_recordings_nobody_is_asked(
    make_room: MakeRoom, recorded_library: Library
) -> None:
    room = make_room(library=recorded_library).open()
    room.take()
    assert room.pop is not None
    assert room.pop.consent is None


def test_in_an_emergency_nobody_reads_about_recording(desk: Room) -> None:
    desk.take()
    desk.desk.choose_type(CallType.EMERGENCY)
    assert desk.pop is not None
    assert desk.pop.consent is None
    desk.desk.choose_type(CallType.QUESTION)
    assert desk.pop.consent is not None


def test_pause_and_resume_by_key_are_shown_when_they_have_happened(desk: Room) -> None:
    agree(desk)
    desk.desk.record()
    assert desk.engine.sent[-1] == wire.PauseRecording("c1", "asked")
    assert desk.card().recording == "recording"
    says(desk, RecordingState.PAUSED, "asked")
    assert desk.card().recording == "recording paused"
    assert desk.card().can_resume_recording
    desk.desk.record()
    assert desk.engine.sent[-1] == wire.ResumeRecording("c1", "asked")
    says(desk, RecordingState.ON)
    assert desk.card().can_pause_recording


def test_a_card_number_pauses_it_by_itself_and_the_next_step_lets_it_go_on(desk: Room) -> None:
    agree(desk)
    desk.desk.choose_type(CallType.QUESTION)
    desk.desk.next_step()
    assert desk.engine.asked(wire.PauseRecording) == [wire.PauseRecording("c1", "sensitive")]
    says(desk, RecordingState.PAUSED, "sensitive")
    assert desk.card().recording == "recording paused: card number"
    desk.desk.set_answer("card", "4111")
    desk.desk.record()
    assert "never recorded" in desk.notices[-1].text
    assert desk.engine.asked(wire.ResumeRecording) == []
    desk.desk.next_step()
    assert desk.engine.asked(wire.ResumeRecording) == [wire.ResumeRecording("c1", "sensitive")]


def test_a_recording_that_begins_while_a_card_is_asked_begins_paused(desk: Room) -> None:
    desk.take()
    desk.desk.choose_type(CallType.QUESTION)
    desk.desk.next_step()
    desk.desk.record()
    assert begun(desk).paused == ("sensitive",)


def test_a_consent_taken_back_ends_it_and_all_is_on_record(desk: Room) -> None:
    command = agree(desk)
    desk.desk.record()
    says(desk, RecordingState.PAUSED, "asked")
    desk.clock.forward(seconds=20)
    desk.desk.record()
    says(desk, RecordingState.ON)
    desk.desk.no_record()
    assert desk.engine.sent[-1] == wire.StopRecording("c1")
    at = desk.clock().timestamp()
    desk.engine.tell(wire.RecordingEnded("c1", command.recording, at, 31.5, 2_000_000, "ff"))
    assert desk.card().recording == "recording ended"
    ((*_, seconds, reason, agent),) = rows(desk)
    assert (seconds, reason, agent) == (31.5, None, "Dana Whitfield")
    ((pauses,),) = desk.rows("select pauses from recordings")
    assert '"why": "asked"' in pauses


def test_a_keyring_that_cannot_be_had_is_said_and_nothing_is_recorded(make: MakeRecording) -> None:
    def locked() -> Secrets:
        raise RecordsAway(Away.KEYRING)

    room = make(secrets=locked)
    room.take()
    room.desk.record()
    room.qtbot.waitUntil(lambda: bool(room.notices), timeout=20_000)
    assert "not recorded" in room.notices[-1].title
    assert room.engine.asked(wire.StartRecording) == []
    assert rows(room) == []
    assert room.card().recording == "recording ended"


def test_an_engine_that_refuses_is_said(desk: Room) -> None:
    desk.take()
    desk.desk.record()
    begun(desk)
    desk.engine.tell(wire.CommandRefused("start_recording", "c1", "No room on the disk."))
    assert desk.notices[-1].text == "No room on the disk."
    ((*_, reason, _),) = rows(desk)
    assert reason == "No room on the disk."


def test_a_caller_who_hangs_up_before_it_began_is_not_recorded(desk: Room) -> None:
    desk.take()
    desk.desk.record()
    desk.over()
    desk.rest()
    desk.qtbot.waitUntil(lambda: bool(desk.rows("select * from recordings")), timeout=20_000)
    ((*_, reason, _),) = rows(desk)
    assert "hung up" in reason
    assert desk.engine.asked(wire.StartRecording) == []


def test_an_engine_that_dies_ends_the_recording_on_record(desk: Room) -> None:
    agree(desk)
    desk.engine.die()
    ((*_, seconds, reason, _),) = rows(desk)
    assert seconds is None
    assert "stopped" in reason


def snapshot(**more: object) -> wire.CallSnapshot:
    return wire.CallSnapshot(
        call="c1",
        state=CallState.ACTIVE,
        outgoing=False,
        caller=wire.Party("+15155550142"),
        dialled=wire.Dialled("+15155550100"),
        offered_at=1.0,
        answered_at=2.0,
        **more,  # type: ignore[arg-type]
    )


def test_a_window_that_comes_back_shows_what_is_recorded(
    make: MakeRecording, tmp_path: Path
) -> None:
    room = make()
    room.engine.welcome([snapshot(recording="a1" * 16, recording_state=RecordingState.PAUSED)])
    room.rest()
    assert room.card().recording == "recording paused"
    room.desk.record()
    assert room.engine.sent[-1] == wire.ResumeRecording("c1", "asked")


def test_a_window_that_comes_back_does_not_ask_twice(make: MakeRecording) -> None:
    room = make()
    room.take()
    room.desk.no_record()
    room.rest()
    room.close()
    again = make()
    again.engine.welcome([snapshot()])
    again.rest()
    assert again.card().recording == "not recorded"
    assert again.pop is not None
    assert again.pop.consent is None


def test_what_ended_while_no_window_was_there_is_written(make: MakeRecording) -> None:
    room = make()
    command = agree(room)
    ended = wire.RecordingEnded("c1", command.recording, 9.0, 12.0, 800, "ff")
    room.engine.joined.emit(
        wire.Welcome("fake", 1, "x:1", 4, wire.Registration.DIRECT, wire.Sound(), recorded=(ended,))
    )
    ((*_, seconds, _, _),) = rows(room)
    assert seconds in (12.0, None)  # the desk may have given the call up first


def test_a_recording_shows_among_what_came_of_earlier_calls(desk: Room) -> None:
    command = agree(desk)
    at = desk.clock().timestamp()
    desk.over()
    desk.engine.tell(wire.RecordingEnded("c1", command.recording, at, 192.0, 800, "ff"))
    desk.rest()
    desk.take("c2")
    assert desk.pop is not None
    assert desk.pop.earlier is not None
    assert ("Recording", "3:12") in {(i.title, i.detail.split(" ·")[0]) for i in desk.pop.earlier}


# --- heard again -----------------------------------------------------------------------------


def kept(make: MakeRecording, tmp_path: Path, person: Person) -> tuple[Room, str, Path]:
    """A recording of an earlier call, and its file."""
    room = make(person=person)
    command = agree(room)
    room.over()
    at = room.clock().timestamp()
    room.engine.tell(wire.RecordingEnded("c1", command.recording, at, 192.0, 800, "ff"))
    room.rest()
    path = vault.file_of(tmp_path / "recordings", command.recording)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"sealed")
    room.engine.sent.clear()
    return room, command.recording, path


def test_a_supervisor_hears_a_recording_and_it_is_on_record(
    make: MakeRecording, tmp_path: Path
) -> None:
    room, recording, _ = kept(make, tmp_path, SAM)
    room.desk.list_recordings()
    room.rest()
    assert room.recordings is not None
    (item,) = room.recordings
    assert (item.practice, item.length) == ("Riverside Family Medicine", "3:12")
    room.desk.play_recording(item.recording)
    room.qtbot.waitUntil(lambda: bool(room.engine.asked(wire.PlayRecording)), timeout=20_000)
    room.engine.tell(wire.PlaybackChanged(recording, True, 1.5, 192.0))
    assert room.playback is not None
    assert room.playback.at_s == 1.5
    room.desk.close_recordings()
    assert room.engine.sent[-1] == wire.StopPlaying()
    room.rest()
    heard = room.rows("select person from audit where event = 'listened' and row = ?", recording)
    assert heard == [("Sam Reyes",)]


def test_a_receptionist_may_not(make: MakeRecording, tmp_path: Path) -> None:
    room, recording, path = kept(make, tmp_path, Person("dana", "Dana", Role.RECEPTIONIST))
    room.desk.list_recordings()
    room.rest()
    assert room.recordings is None
    assert "supervisor" in room.notices[-1].text
    room.desk.play_recording(recording)
    room.desk.delete_recording(recording)
    assert room.engine.asked(wire.PlayRecording) == []
    assert path.exists()


def test_deletion_takes_key_and_file_and_leaves_that_it_was(
    make: MakeRecording, tmp_path: Path
) -> None:
    room, recording, path = kept(make, tmp_path, SAM)
    room.desk.list_recordings()
    room.rest()
    room.desk.delete_recording(recording)
    room.rest()
    assert room.recordings == ()
    assert not path.exists()
    assert room.rows("select wrapped_key, deleted_by from recordings") == [(None, "Sam Reyes")]


def test_a_file_of_another_desk_is_said(make: MakeRecording, tmp_path: Path) -> None:
    room, recording, path = kept(make, tmp_path, SAM)
    path.unlink()
    room.desk.list_recordings()
    room.rest()
    room.desk.play_recording(recording)
    assert "not on this machine" in room.notices[-1].title


# --- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrapping", "recording", "change", "mend"),
    [
        (bytes(32), "r1", lambda w: w, "another key in its keyring"),
        (WRAPPING, "r2", lambda w: w, "another recording's"),
        (WRAPPING, "r1", lambda w: w[:-6] + "AAAA" + w[-2:], "damaged"),
        (WRAPPING, "r1", lambda w: "w2" + w[2:], "newer"),
        (WRAPPING, "r1", lambda _: "nonsense", "damaged"),
    ],
)
def test_a_wrapped_key_opens_for_its_own_recording_and_key_only(
    wrapping: bytes, recording: str, change: Callable[[str], str], mend: str
) -> None:
    wrapped = wrap(WRAPPING, "r1", b"k" * 32)
    assert unwrap(WRAPPING, "r1", wrapped) == b"k" * 32
    with pytest.raises(CannotUnwrap) as caught:
        unwrap(wrapping, recording, change(wrapped))
    assert mend in caught.value.message
