"""The headset at the desk: chosen and kept, missed and told, tried out."""

from pathlib import Path

import msgspec
import pytest

from console.chosen_sound import ChosenSound, SoundFile
from console.desk.views import DeskState, HeadsetView, Light
from console.settings import Settings, SoundSettings
from console.start import engine_options
from softphone import wire
from softphone.wire import MovedSound, Ringing, SelfTestKind, SoundKind, SoundMove, SoundPart
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room

JABRA = wire.Sound(SoundKind.HEADSET, "Jabra", "Jabra", ringer="Speaker", chosen=("", "", ""))
DEVICES = wire.SoundDevices(("Jabra", "Laptop"), ("Jabra", "Laptop", "Speaker"))


def sheet(room: Room) -> HeadsetView:
    view = room.headset
    assert view is not None
    return view


@pytest.fixture
def open_sheet(room: Room) -> Room:
    room.desk.open_headset()
    room.engine.tell(wire.SoundChanged(JABRA))
    room.engine.tell(DEVICES)
    return room


def test_the_sheet_asks_for_devices_and_meters_while_it_is_open(open_sheet: Room) -> None:
    room = open_sheet
    assert room.engine.asked(wire.ListDevices)
    assert room.engine.asked(wire.WatchLevels) == [wire.WatchLevels(True)]
    microphone, _, ringer = sheet(room).parts
    assert [choice.name for choice in microphone.choices] == ["", "Jabra", "Laptop"]
    assert [choice.name for choice in ringer.choices if choice.chosen] == [""]
    assert (microphone.note, ringer.note) == ("In use: Jabra", "In use: Speaker")
    assert "not cancelled" in sheet(room).echo
    room.desk.close_headset()
    assert room.engine.asked(wire.WatchLevels)[-1] == wire.WatchLevels(False)
    assert room.headset is None


def test_a_choice_counts_at_once_and_is_kept(open_sheet: Room) -> None:
    room = open_sheet
    room.desk.choose_device("earpiece", "Laptop")
    room.desk.choose_device("ringer", "Jabra")
    room.desk.choose_ringing("soft")
    assert room.engine.asked(wire.UseSound)[-1] == wire.UseSound(
        SoundKind.HEADSET, "", "Laptop", "Jabra"
    )
    assert room.engine.asked(wire.SetRinging) == [wire.SetRinging(Ringing.SOFT)]
    kept = room.folder / "sound.json"
    wanted = ChosenSound("", "Laptop", "Jabra", Ringing.SOFT)
    room.qtbot.waitUntil(
        lambda: kept.exists() and msgspec.json.decode(kept.read_bytes(), type=ChosenSound) == wanted
    )
    again = SoundFile(room.folder, SoundSettings()).chosen
    options = engine_options(Settings(), again)
    assert options[options.index("--earpiece") + 1] == "Laptop"
    assert options[options.index("--ringing") + 1] == "soft"


def test_what_the_settings_name_counts_before_what_was_chosen(tmp_path: Path) -> None:
    (tmp_path / "sound.json").write_bytes(msgspec.json.encode(ChosenSound("Laptop", "Laptop")))
    named = SoundFile(tmp_path, SoundSettings(microphone="Jabra", ringing=Ringing.OFF))
    assert named.chosen == ChosenSound("Jabra", "Laptop", "", Ringing.OFF)
    assert named.is_named(SoundPart.MICROPHONE)
    assert not named.is_named(SoundPart.EARPIECE)


def test_a_file_that_is_not_ours_is_chosen_anew(tmp_path: Path) -> None:
    (tmp_path / "sound.json").write_text("{")
    assert SoundFile(tmp_path, SoundSettings()).chosen == ChosenSound()


def test_an_engine_begun_with_an_older_choice_is_told_the_newest(open_sheet: Room) -> None:
    room = open_sheet
    room.desk.choose_device("microphone", "Laptop")
    room.desk.choose_ringing("off")
    room.engine.die()
    room.engine.sent.clear()
    room.engine.welcome(sound=JABRA)
    assert room.engine.asked(wire.UseSound) == [wire.UseSound(SoundKind.HEADSET, "Laptop")]
    assert room.engine.asked(wire.SetRinging) == [wire.SetRinging(Ringing.OFF)]


def test_a_pulled_headset_is_told_of_and_so_is_its_return(room: Room) -> None:
    room.take()
    gone = msgspec.structs.replace(JABRA, microphone="Laptop", missing=("Jabra",))
    room.engine.tell(
        wire.SoundChanged(
            gone,
            (
                MovedSound(SoundPart.MICROPHONE, "Jabra", "Laptop", SoundMove.UNPLUGGED),
                MovedSound(SoundPart.EARPIECE, "Jabra", "Speaker", SoundMove.UNPLUGGED),
            ),
        )
    )
    notice = room.notices[-1]
    assert notice.title == "Your headset is unplugged: the call goes on"
    assert "speak through “Laptop” and hear through “Speaker”" in notice.text
    assert notice.light is Light.WARN
    assert room.status is not None
    assert "Headset unplugged" in [lamp.text for lamp in room.status.lamps]
    back = (MovedSound(SoundPart.MICROPHONE, "Laptop", "Jabra", SoundMove.BACK),)
    room.engine.tell(wire.SoundChanged(JABRA, back))
    assert room.notices[-1].title == "Your headset is back"
    assert "Headset unplugged" not in [lamp.text for lamp in room.status.lamps]


def test_what_is_tried_can_be_stopped_and_ends_with_the_sheet(open_sheet: Room) -> None:
    room = open_sheet
    room.desk.try_sound("tone")
    assert sheet(room).trial == "tone"
    room.desk.try_sound("tone")
    room.desk.try_sound("hear")
    room.desk.close_headset()
    tone, hear = wire.SoundTrial.TONE, wire.SoundTrial.HEAR
    assert room.engine.asked(wire.TrySound) == [
        wire.TrySound(tone),
        wire.TrySound(tone, False),
        wire.TrySound(hear),
        wire.TrySound(hear, False),
    ]


def test_what_is_over_by_itself_is_shown_as_over(open_sheet: Room) -> None:
    open_sheet.desk.try_sound("ring")
    open_sheet.engine.tell(wire.TrialEnded(wire.SoundTrial.RING))
    assert sheet(open_sheet).trial == ""


def test_meters_rest_when_nothing_moves_them_any_more(open_sheet: Room) -> None:
    room = open_sheet
    levels: list[tuple[float, float]] = []
    room.desk.level_changed.connect(lambda *both: levels.append(both))
    room.engine.tell(wire.SoundLevels(-20.0, -30.0))
    room.desk.close_headset()
    assert levels == [(-20.0, -30.0), (-96.0, -96.0)]
    room.take()
    room.engine.tell(wire.SoundLevels(-20.0, -30.0))
    room.over()
    assert levels[-1] == (-96.0, -96.0)


def fail(room: Room, kind: SelfTestKind, detail: str) -> None:
    test = room.engine.asked(wire.SoundTest)[-1]
    room.engine.tell(wire.SelfTestResult(kind, False, detail, test.request))  # type: ignore[attr-defined]


def test_a_microphone_that_fails_keeps_the_desk_out_until_it_is_heard(
    make_room: MakeRoom,
) -> None:
    room = make_room(registration=wire.Registration.REGISTERED).open()
    room.desk.set_ready(True)
    fail(room, SelfTestKind.MICROPHONE, "The microphone gives no sound. Look for a mute switch.")
    assert room.status is not None
    assert room.status.state is DeskState.NOT_READY
    assert "mute switch" in room.status.trouble
    assert "Ctrl+R" in room.status.trouble
    room.ring()
    assert room.engine.asked(wire.Decline) == [wire.Decline("c1")]
    room.over("c1", wire.EndCause.ABANDONED)
    tests = len(room.engine.asked(wire.SoundTest))
    room.engine.tell(wire.SoundChanged(JABRA))
    assert len(room.engine.asked(wire.SoundTest)) == tests + 1, "another device: tested at once"
    room.engine.passes()
    assert (room.status.state, room.status.trouble) == (DeskState.AVAILABLE, "")


def test_a_microphone_that_dies_between_calls_takes_the_desk_out(make_room: MakeRoom) -> None:
    room = make_room(registration=wire.Registration.REGISTERED).open()
    room.ring()
    room.engine.tell(wire.MicrophoneSilent("", True))
    assert room.engine.asked(wire.Decline) == [wire.Decline("c1")], "back to the queue"
    room.over("c1", wire.EndCause.DECLINED)
    room.rest()
    assert room.status is not None
    assert room.status.state is DeskState.NOT_READY
    assert "microphone gives no sound" in room.status.trouble
    room.engine.tell(wire.MicrophoneSilent("", False))
    assert room.status.state is DeskState.AVAILABLE


def test_half_a_headset_says_which_half(room: Room) -> None:
    room.engine.tell(
        wire.SoundChanged(wire.Sound(SoundKind.HEADSET, "Jabra", reason="No earpiece was found."))
    )
    assert room.status is not None
    assert room.status.state is DeskState.NOT_READY
    assert "You would hear no caller" in room.status.trouble
