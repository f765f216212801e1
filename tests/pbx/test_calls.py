"""Calls through a real PBX: who calls and what was dialled arrive, and so does the sound."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone import wire
from softphone.wire import EndCause, Registration, Srtp, Transport
from tests.pbx.asterisk import DID, TONE_HZ, TRUNK_HOST, Asterisk
from tests.pbx.conftest import MakePbx
from tests.pbx.test_registration import comes_to, line
from tests.sip_caller import SipCaller
from tests.softphone import sound
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = [pytest.mark.pbx, pytest.mark.sip]

ECHO, TONE, BUSY = "100", "101", "486"
SECRET_ECHO = "102"  # hangs up at once where the PBX itself finds the sound unencrypted


@contextlib.contextmanager
def trunk(pbx: Asterisk) -> Iterator[SipCaller]:
    """A caller as the practice's carrier brings them."""
    with contextlib.closing(SipCaller(("127.0.0.1", pbx.ports.sip), TRUNK_HOST)) as caller:
        yield caller


@pytest.mark.parametrize("transport", list(Transport))
def test_a_call_from_the_queue_says_which_practice_was_dialled(
    pbx: Asterisk, start: StartEngine, ca_file: str, transport: Transport
) -> None:
    desk = start()
    desk.send(line(pbx, transport, ca_file))
    comes_to(desk, Registration.REGISTERED)
    with trunk(pbx) as carrier:
        attempt = carrier.invite(user=DID, number="+15155550142")
        offered = desk.wait_for(wire.CallOffered)
        assert offered.dialled == wire.Dialled(f"+1{DID}", "X-Frontdesk-Number")
        assert offered.caller.number == "+15155550142"
        assert offered.pbx_call_id in pbx.cli("core show channels concise").replace("!", " ")
        desk.send(wire.Answer(offered.call))
        carrier.answered_call(attempt)
        desk.wait_for(wire.CallAnswered)
        carrier.request(attempt, "BYE", 2)
        carrier.wait(attempt, lambda m: m.method == "BYE" and m.code == 200)
        assert desk.wait_for(wire.CallEnded).cause is EndCause.CALLER


@pytest.mark.parametrize("transport", list(Transport))
def test_a_caller_who_gives_up_in_the_queue_stops_the_ringing(
    pbx: Asterisk, start: StartEngine, ca_file: str, transport: Transport
) -> None:
    desk = start()
    desk.send(line(pbx, transport, ca_file))
    comes_to(desk, Registration.REGISTERED)
    with trunk(pbx) as carrier:
        attempt = carrier.invite(user=DID)
        desk.wait_for(wire.CallOffered)
        carrier.give_up(attempt)
        assert desk.wait_for(wire.CallEnded).cause is EndCause.ABANDONED


def talk(
    desk: EngineProcess, extension: str, ear: Path, heard_hz: float, seconds: float = 1.0
) -> None:
    """Dial an extension that sounds, hear it, hang up, and check what was heard."""
    desk.send(wire.PlaceCall("r", extension))
    call = desk.wait_for(wire.CallPlaced).call
    desk.wait_for(wire.CallAnswered, lambda e: e.call == call)
    for _ in range(int(seconds * 5) + 1):  # levels come five times a second
        desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -30)
    desk.send(wire.HangUp(call))
    desk.wait_for(wire.CallEnded, lambda e: e.call == call)
    desk.stop()
    samples = sound.sounding(sound.read(ear))
    assert len(samples) > seconds * sound.RATE * 0.8
    middle = samples[sound.RATE // 4 :]
    assert sound.loudest_frequency(middle) == pytest.approx(heard_hz, abs=5)
    print(f"heard {heard_hz:.0f} Hz at {sound.level_dbfs(middle):.1f} dBFS")


@pytest.mark.parametrize("transport", list(Transport))
def test_the_pbx_is_heard(
    pbx: Asterisk, start: StartEngine, ca_file: str, tmp_path: Path, transport: Transport
) -> None:
    ear = tmp_path / "ear.wav"
    desk = start("desk", "--sound", "files", "--earpiece", str(ear))
    desk.send(line(pbx, transport, ca_file))
    comes_to(desk, Registration.REGISTERED)
    talk(desk, TONE, ear, TONE_HZ)


@pytest.mark.parametrize("srtp", [Srtp.OPTIONAL, Srtp.PREFERRED, Srtp.REQUIRED])
def test_encrypted_sound_goes_both_ways(
    make_pbx: MakePbx, start: StartEngine, ca_file: str, tmp_path: Path, srtp: Srtp
) -> None:
    """The echo brings our own tone back: both directions, or silence."""
    pbx = make_pbx(media_encryption="sdes", optimistic=srtp is Srtp.OPTIONAL)
    ear = tmp_path / "ear.wav"
    microphone = sound.write_tone(tmp_path / "mic.wav", 1000, 30)
    desk = start(
        "desk", "--sound", "files", "--microphone", str(microphone), "--earpiece", str(ear)
    )
    desk.send(line(pbx, Transport.TLS, ca_file, srtp=srtp))
    comes_to(desk, Registration.REGISTERED)
    talk(desk, SECRET_ECHO, ear, 1000)


def test_plain_sound_is_not_taken_for_encrypted(
    pbx: Asterisk, start: StartEngine, ca_file: str
) -> None:
    desk = start()
    desk.send(line(pbx, Transport.TLS, ca_file, srtp=Srtp.OPTIONAL))
    comes_to(desk, Registration.REGISTERED)
    desk.send(wire.PlaceCall("r", SECRET_ECHO))
    assert desk.wait_for(wire.CallEnded).cause is EndCause.CALLER


def test_an_encrypted_call_from_the_queue_is_heard(
    make_pbx: MakePbx, start: StartEngine, ca_file: str
) -> None:
    pbx = make_pbx(media_encryption="sdes")
    desk = start()
    desk.send(line(pbx, Transport.TLS, ca_file, srtp=Srtp.REQUIRED))
    comes_to(desk, Registration.REGISTERED)
    with trunk(pbx) as carrier:
        attempt = carrier.invite(user=DID)
        desk.send(wire.Answer(desk.wait_for(wire.CallOffered).call))
        carrier.answered_call(attempt)
        call = desk.wait_for(wire.CallAnswered).call
        desk.send(wire.HangUp(call))
        desk.wait_for(wire.CallEnded)


def test_a_pbx_that_offers_no_encryption_where_it_is_required(
    pbx: Asterisk, start: StartEngine, ca_file: str
) -> None:
    desk = start()
    desk.send(line(pbx, Transport.TLS, ca_file, srtp=Srtp.REQUIRED))
    comes_to(desk, Registration.REGISTERED)
    with trunk(pbx) as carrier:
        attempt = carrier.invite(user=DID, number="+15155550142")
        ended = desk.wait_for(wire.CallEnded)
        assert "without encryption" in ended.reason
        assert desk.wait_for(wire.CallWaiting).caller.number == "+15155550142"
        carrier.give_up(attempt)
    desk.send(wire.PlaceCall("r", ECHO))
    call = desk.wait_for(wire.CallPlaced).call
    refused = desk.wait_for(wire.CallEnded, lambda e: e.call == call)
    assert (refused.cause, refused.code) == (EndCause.REFUSED, 488)


def test_a_busy_extension_is_told(pbx: Asterisk, start: StartEngine, ca_file: str) -> None:
    desk = start()
    desk.send(line(pbx, Transport.TLS, ca_file))
    comes_to(desk, Registration.REGISTERED)
    desk.send(wire.PlaceCall("r", BUSY))
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.code) == (EndCause.REFUSED, 486)
