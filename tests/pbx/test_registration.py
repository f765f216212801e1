"""The line's standing with a real PBX: let in, thrown out, gone, back, and somewhere else."""

import time
from collections.abc import Callable

import pytest

from softphone import wire
from softphone.wire import Registration, Transport
from tests.pbx.asterisk import Asterisk
from tests.pbx.conftest import MakePbx
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = [pytest.mark.pbx, pytest.mark.sip]

WITHIN = 5.0  # seconds from the PBX being back to the desk being registered


def line(
    pbx: Asterisk,
    transport: Transport,
    ca_file: str,
    *others: Asterisk,
    password: str = "right horse",
    srtp: wire.Srtp = wire.Srtp.OFF,
) -> wire.UseAccount:
    """What a desk is told of its PBXs."""
    tls = transport is Transport.TLS
    first, *more = (one.tls_host if tls else one.host for one in (pbx, *others))
    return wire.UseAccount(
        "dana", first, password, transport, tuple(more), srtp, ca_file if tls else ""
    )


def comes_to(desk: EngineProcess, state: Registration, timeout: float = 10) -> str:
    """Wait for a standing and return the sentence that came with it."""
    return desk.wait_for(
        wire.RegistrationChanged, lambda e: e.registration is state, timeout
    ).reason


def contacts(pbx: Asterisk) -> str:
    """Where the PBX believes its desks to be."""
    return pbx.cli("pjsip show contacts")


@pytest.mark.parametrize("transport", list(Transport))
def test_the_desk_registers_with_its_password(
    pbx: Asterisk, start: StartEngine, ca_file: str, transport: Transport
) -> None:
    desk = start()
    began = time.monotonic()
    desk.send(line(pbx, transport, ca_file))
    comes_to(desk, Registration.REGISTERED)
    print(f"{transport}: registered in {(time.monotonic() - began) * 1000:.0f} ms")
    assert "dana/sip:dana@127.0.0.1:" in contacts(pbx)
    desk.send(wire.ShutDown())
    assert desk.process.wait(5) == 0
    assert "dana/sip" not in contacts(pbx)  # it has taken its leave


@pytest.mark.parametrize("transport", list(Transport))
def test_a_wrong_password_is_said(
    pbx: Asterisk, start: StartEngine, ca_file: str, transport: Transport
) -> None:
    desk = start()
    desk.send(line(pbx, transport, ca_file, password="guess"))
    assert "refused this line's name or password" in comes_to(desk, Registration.FAILED)


@pytest.mark.parametrize("transport", list(Transport))
@pytest.mark.parametrize("end", [Asterisk.stop, Asterisk.kill], ids=["restart", "power"])
def test_the_desk_is_registered_again_when_the_pbx_is_back(
    own_pbx: Asterisk,
    start: StartEngine,
    ca_file: str,
    transport: Transport,
    end: Callable[[Asterisk], None],
) -> None:
    pbx, desk = own_pbx, start()
    desk.send(line(pbx, transport, ca_file))
    comes_to(desk, Registration.REGISTERED)
    gone = time.monotonic()
    end(pbx)
    comes_to(desk, Registration.FAILED)
    noticed = time.monotonic() - gone
    pbx.forget_desks()
    pbx.start()
    back = time.monotonic()
    comes_to(desk, Registration.REGISTERED)
    took = time.monotonic() - back
    assert "dana/sip:dana@127.0.0.1:" in contacts(pbx)
    print(f"{transport}: noticed in {noticed:.2f} s, registered {took:.2f} s after the PBX was up")
    assert took < WITHIN


@pytest.mark.parametrize("transport", list(Transport))
def test_the_standby_is_used_and_the_primary_again(
    make_pbx: MakePbx, start: StartEngine, ca_file: str, transport: Transport
) -> None:
    primary, standby = make_pbx(), make_pbx()
    desk = start()
    desk.send(line(primary, transport, ca_file, standby))
    comes_to(desk, Registration.REGISTERED)
    assert "dana/sip" in contacts(primary)
    assert "dana/sip" not in contacts(standby)
    gone = time.monotonic()
    primary.stop()
    comes_to(desk, Registration.REGISTERED)
    print(f"{transport}: with the standby {time.monotonic() - gone:.2f} s after the primary went")
    assert time.monotonic() - gone < WITHIN
    assert "dana/sip" in contacts(standby)
    primary.start()
    back = time.monotonic()
    comes_to(desk, Registration.REGISTERED)
    print(f"{transport}: with the primary {time.monotonic() - back:.2f} s after it was back")
    assert "dana/sip" in contacts(primary)
