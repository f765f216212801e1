"""How a call sounds, told on its card and kept with its row; and the keys a caller presses."""

import pytest

from console.desk.sounding import sound_words
from console.desk.views import DeskState, KeyWay, Light
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room


def quality(
    mos: float, *, loss: float = 0.0, packets: int = 500, final: bool = False
) -> wire.CallQuality:
    return wire.CallQuality("c1", mos, 3.2, loss, 20.0, packets, 500, 0.5, "PCMU", final)


@pytest.mark.parametrize(
    ("mos", "loss", "words", "light"),
    [
        (4.32, 0.0, "Sound good (4.3)", Light.GOOD),
        (3.97, 0.0, "Sound good (4.0)", Light.GOOD),
        (3.7, 1.2, "Sound fair (3.7, 1 % lost)", Light.GOOD),
        (3.2, 4.0, "Sound poor (3.2, 4 % lost)", Light.WARN),
        (1.0, 60.0, "Sound bad (1.0, 60 % lost)", Light.BAD),
    ],
)
def test_a_word_and_a_figure(mos: float, loss: float, words: str, light: Light) -> None:
    assert sound_words(quality(mos, loss=loss)) == (words, light)


def test_silence_is_not_scored() -> None:
    assert sound_words(quality(4.4, packets=0)) == ("", Light.GOOD)
    assert sound_words(None) == ("", Light.GOOD)


def test_it_is_shown_in_the_call_and_after_and_kept(room: Room) -> None:
    room.take()
    assert room.card().sound == ""
    room.engine.tell(quality(4.2))
    assert room.card().sound == "Sound good (4.2)"
    room.rest()
    assert room.rows("select count(*) from call_sounds") == [(0,)]
    room.engine.tell(quality(3.0, loss=6.0, final=True))
    room.over()
    assert room.card().sound == "Sound bad (3.0, 6 % lost)"
    room.rest()
    rows = room.rows(
        "select mos, loss_percent, jitter_ms, codec from call_sounds "
        "join calls on calls.id = call_id where uid = 'c1'"
    )
    assert rows == [(3.0, 6.0, 3.2, "PCMU")]


def test_keys_the_caller_presses_are_shown_until_they_go(room: Room) -> None:
    room.take()
    for digit in "0123456789*#1":
        room.engine.tell(wire.DtmfReceived("c1", digit))
    assert room.card().pressed == "1 2 3 4 5 6 7 8 9 * # 1"
    room.over()
    assert room.card().pressed == ""


@pytest.mark.parametrize(
    ("way", "method"),
    [
        (KeyWay.AS_SET, wire.DtmfMethod.AUTO),
        (KeyWay.SOUND, wire.DtmfMethod.RTP),
        (KeyWay.INFO, wire.DtmfMethod.INFO),
    ],
)
def test_our_keys_travel_as_chosen(room: Room, way: KeyWay, method: wire.DtmfMethod) -> None:
    room.take()
    room.desk.send_digits("5", way)
    assert room.engine.sent[-1] == wire.SendDtmf("c1", "5", method)


def test_our_keys_travel_as_the_line_is_set(make_room: MakeRoom) -> None:
    room = make_room(keys_by=wire.DtmfMethod.INFO).open()
    room.take()
    room.desk.send_digits("5")
    assert room.engine.sent[-1] == wire.SendDtmf("c1", "5", wire.DtmfMethod.INFO)


def test_muted_is_said_where_the_eye_is(room: Room) -> None:
    room.take()
    room.engine.tell(wire.MuteChanged("c1", True))
    assert room.status is not None
    assert (room.status.muted, room.status.state) == (True, DeskState.ON_CALL)
    assert room.status.state_label == "Muted: you are not heard"
    room.engine.tell(wire.CallHeld("c1", room.engine.now))
    assert not room.status.muted, "on hold nobody speaks to them anyway"
    room.engine.tell(wire.CallResumed("c1", room.engine.now))
    room.engine.tell(wire.MuteChanged("c1", False))
    assert room.status.state_label == "On a call"
