"""What the engine says of its pjsua2, and what a build of our own gives it."""

import re
from pathlib import Path

import pytest

from softphone import wire
from softphone.wire import SoundKind
from tests.softphone.conftest import MakeCaller, StartEngine, caller, start

__all__ = ["caller", "start"]
pytestmark = pytest.mark.sip
OPUS_FIRST = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 96 0\r\na=rtpmap:96 opus/48000/2\r\n"
)


def test_the_engine_says_which_pjsua2_it_runs_on(
    start: StartEngine, own_wheel: Path | None
) -> None:
    welcome = start().welcome
    assert re.fullmatch(r"pjsua2 [\d.]+ \(\d+ calls(, OpenSSL \d\.\d)?(, Opus)?\)", welcome.engine)
    assert f"({welcome.max_calls} calls" in welcome.engine
    if own_wheel is not None:
        assert welcome.max_calls == 32
        assert "OpenSSL 3." in welcome.engine
        assert welcome.engine.endswith("Opus)")


def test_opus_is_taken_where_there_is_opus(
    start: StartEngine, caller: MakeCaller, own_wheel: Path | None
) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite(sdp=OPUS_FIRST)
    desk.send(wire.Answer(desk.wait_for(wire.CallOffered).call))
    answer = line.wait_code(attempt, 200).text
    first = answer.split("m=audio ", 1)[1].split()[2]
    assert first == ("0" if own_wheel is None else "96")


def test_a_call_we_place_offers_the_best_codec_first(
    start: StartEngine, caller: MakeCaller, own_wheel: Path | None
) -> None:
    desk = start()
    line = caller(desk)
    host, port = line.here
    desk.send(wire.PlaceCall("r", f"sip:far@{host}:{port}"))
    offer = line.await_request("INVITE")
    first = offer.text.split("m=audio ", 1)[1].split()[2]
    best = "PCMU/8000" if own_wheel is None else "opus/48000/2"
    assert f"a=rtpmap:{first} {best}" in offer.text
    line.respond(offer, 486, "Busy Here")
    desk.wait_for(wire.CallEnded)


def test_thirty_two_calls_ring_at_once(
    start: StartEngine, caller: MakeCaller, own_wheel: Path | None
) -> None:
    if own_wheel is None:
        pytest.skip("the public wheel has four lines")
    desk = start()
    line = caller(desk)
    for n in range(32):
        line.invite(number=f"+151555503{n:02}")
        desk.wait_for(wire.CallOffered)
    assert len(desk.reconnect().calls) == 32


def test_native_sound_is_refused_in_words_where_there_is_none(
    start: StartEngine, own_wheel: Path | None
) -> None:
    if own_wheel is not None:
        pytest.skip("this build has sound devices, whatever the machine has")
    desk = start()
    desk.send(wire.UseSound(SoundKind.NATIVE))
    assert desk.wait_for(wire.CommandRefused).reason
