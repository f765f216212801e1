"""A desk that is dead, in any of its parts, leaves its queues within 5 s: nobody waits for a
telephone that cannot be answered."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from softphone import wire
from softphone.wire import EndCause, Registration
from tests.pbxwrite.commanded import RIVERSIDE, CommandedPbx
from tests.pbxwrite.test_on_asterisk import carrier, desk
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess, Wire, engine
from tests.waiting import until

pytestmark = [pytest.mark.pbx, pytest.mark.sip, pytest.mark.timeout(60)]

WITHIN = 5.0  # seconds


def standing(floor: CommandedPbx) -> str:
    """How the queue sees Dana: "Not in use", "Unavailable"."""
    shown = floor.cli("queue show answering")
    (line,) = [line for line in shown.splitlines() if "PJSIP/dana" in line]
    return next(w for w in ("Unavailable", "Not in use", "In use", "Ringing") if f"({w})" in line)


def leaves(floor: CommandedPbx) -> None:
    """Check that Dana is out of the queue in time, and no call goes there any more."""
    began = time.monotonic()
    until(
        lambda: standing(floor) == "Unavailable",
        "still in the queue",
        within_s=WITHIN,
        between_s=0.1,
    )
    print(f"out of the queue after {time.monotonic() - began:.2f} s")
    with carrier(floor) as caller:
        attempt = caller.invite(user=floor.number(RIVERSIDE))
        caller.wait_code(attempt, 180)
        assert "PJSIP/dana" not in floor.cli("core show channels concise")
        caller.give_up(attempt)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "cut off"])
def test_an_engine_that_is_gone(
    floor: CommandedPbx,
    start: StartEngine,
    ca_file: str,
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    """Stopped, it keeps its connection and says nothing, as a desk does whose cable was pulled."""
    with engine(tmp_path, "dana") as dana:
        desk(floor, lambda _: dana, ca_file, "dana")  # type: ignore[arg-type]
        assert standing(floor) == "Not in use"
        dana.process.send_signal(number)
        try:
            leaves(floor)
        finally:
            dana.process.send_signal(signal.SIGCONT)


@pytest.fixture
def console(
    floor: CommandedPbx, ca_file: str, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Dana's desk in a process of its own, registered, and its folder."""
    who = ("dana", floor.passwords["dana"], ca_file)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.pbxwrite.desk_killed", str(tmp_path), floor.tls_host, *who],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "REGISTERED\n"
        yield process, tmp_path
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def account(floor: CommandedPbx, ca_file: str) -> wire.UseAccount:
    """What a window asks for that comes back."""
    return wire.UseAccount(
        "dana",
        floor.tls_host,
        floor.passwords["dana"],
        wire.Transport.TLS,
        srtp=wire.Srtp.REQUIRED,
        ca_file=ca_file,
    )


def registered(comes: Callable[..., wire.RegistrationChanged]) -> None:
    comes(wire.RegistrationChanged, lambda e: e.registration is Registration.REGISTERED)


def test_a_window_that_is_killed_though_its_engine_lives(
    floor: CommandedPbx, console: tuple[subprocess.Popen[str], Path], ca_file: str
) -> None:
    process, folder = console
    assert standing(floor) == "Not in use"
    process.kill()
    process.wait()
    leaves(floor)
    rendezvous = wire.decode_rendezvous((folder / "engine.json").read_bytes())
    with contextlib.closing(Wire(rendezvous)) as back:  # a window is started again
        back.wait_for(wire.Welcome)
        back.send(account(floor, ca_file))
        registered(back.wait_for)
        assert standing(floor) == "Not in use"
        back.send(wire.ShutDown())


def test_without_a_window_a_call_goes_on_and_whoever_rings_goes_back(
    floor: CommandedPbx, start: StartEngine, ca_file: str
) -> None:
    dana: EngineProcess = desk(floor, start, ca_file, "dana")
    with carrier(floor) as caller:
        attempt = caller.invite(user=floor.number(RIVERSIDE))
        talks = dana.wait_for(wire.CallOffered).call
        dana.send(wire.Answer(talks))
        caller.answered_call(attempt)
        dana.wait_for(wire.CallAnswered)
        floor.call("PJSIP/dana", "Echo")
        rings = dana.wait_for(wire.CallOffered).call
        dana.wire.close()
        until(
            lambda: (
                floor.cli("core show channels concise").count("PJSIP/dana") <= 1
                and "dana/sip" not in floor.cli("pjsip show contacts")
            ),
            "who rings is still at the desk, or the desk still at the PBX",
            within_s=WITHIN,
            between_s=0.1,
        )
        welcome = dana.reconnect()
        assert [call.call for call in welcome.calls] == [talks]
        assert [(call.call, call.cause) for call in welcome.missed] == [(rings, EndCause.DECLINED)]
        dana.send(account(floor, ca_file))
        registered(dana.wait_for)
        dana.send(wire.HangUp(talks))
        caller.await_request("BYE")
