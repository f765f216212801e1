"""The engine's life: found, started, joined, watched, started again; each with a real process."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.errors import WorldError
from console.phone import engine as engine_module
from console.phone.engine import Engine
from console.phone.process import EngineProcess, is_engine
from softphone import wire
from softphone.calls import CallState
from tests.sip_caller import SipCaller

OPTIONS = ("--bind", "127.0.0.1", "--sip-port", "0", "--sound", "none", "--keep", "5")
pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]

MakeEngine = Callable[..., Engine]


class Heard:
    """Every signal of an engine, in order."""

    def __init__(self, engine: Engine) -> None:
        self.welcomes: list[wire.Welcome] = []
        self.events: list[wire.Event] = []
        self.deaths: list[str] = []
        self.silences: list[bool] = []
        self.failures: list[WorldError] = []
        engine.joined.connect(self.welcomes.append)
        engine.received.connect(self.events.append)
        engine.died.connect(self.deaths.append)
        engine.silent.connect(self.silences.append)
        engine.failed.connect(self.failures.append)

    def of(self, kind: type[wire.Event]) -> list[wire.Event]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeEngine]:
    """Make engines; each is ended with the test, and no process of theirs is left."""
    made: list[Engine] = []

    def one(folder: Path = tmp_path, options: tuple[str, ...] = OPTIONS, **more: object) -> Engine:
        engine = Engine(folder, options=options, **more)  # type: ignore[arg-type]
        made.append(engine)
        return engine

    yield one
    pids = [engine.pid for engine in made]
    for engine in made:
        engine.stop()
    for pid in pids:
        assert not is_engine(pid, tmp_path / "engine.json")


def joined(qtbot: QtBot, engine: Engine) -> wire.Welcome:
    """Start an engine and return its welcome."""
    with qtbot.waitSignal(engine.joined, timeout=15_000) as blocker:
        engine.start()
    return blocker.args[0]


def address(welcome: wire.Welcome) -> tuple[str, int]:
    host, _, port = welcome.sip_address.rpartition(":")
    return host, int(port)


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def test_an_engine_is_started_joined_and_ended(qtbot: QtBot, make: MakeEngine) -> None:
    engine = make()
    started = time.monotonic()
    welcome = joined(qtbot, engine)
    print(f"start to joined: {(time.monotonic() - started) * 1000:.0f} ms")
    assert welcome.calls == ()
    pid = engine.pid
    assert alive(pid)
    engine.stop()
    assert not alive(pid)
    assert not engine.send(wire.Ping(1))


def test_one_begun_before_qt_is_joined_and_not_started_again(
    qtbot: QtBot, make: MakeEngine, tmp_path: Path
) -> None:
    process = EngineProcess(tmp_path, OPTIONS)
    process.begin_unless_there()
    pid = process.pid
    engine = make(process=process)
    joined(qtbot, engine)
    assert engine.pid == pid


def test_a_killed_engine_is_said_to_be_dead_and_joined_again(
    qtbot: QtBot, make: MakeEngine
) -> None:
    engine = make()
    joined(qtbot, engine)
    heard, first = Heard(engine), engine.pid
    killed = time.monotonic()
    with qtbot.waitSignals([engine.died, engine.joined], timeout=15_000, order="strict"):
        os.kill(first, signal.SIGKILL)
    print(f"kill -9 to joined again: {(time.monotonic() - killed) * 1000:.0f} ms")
    assert engine.pid != first
    assert "started again" in heard.deaths[0]
    assert heard.failures == []


def test_a_port_in_use_is_a_sentence_and_is_tried_again_until_it_is_free(
    qtbot: QtBot, make: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "PORT_AGAIN_MS", 200)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        engine = make(options=("--bind", "127.0.0.1", "--sip-port", str(port), "--sound", "none"))
        with qtbot.waitSignal(engine.failed, timeout=15_000) as blocker:
            engine.start()
        assert str(port) in blocker.args[0].message
        assert "taken by another program" in blocker.args[0].message
    with qtbot.waitSignal(engine.joined, timeout=15_000) as welcomed:
        pass
    assert address(welcomed.args[0])[1] == port


def test_a_file_of_a_dead_engine_is_no_obstacle(
    qtbot: QtBot, make: MakeEngine, tmp_path: Path
) -> None:
    gone = subprocess.run([sys.executable, "-c", ""], check=True)
    assert gone.returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    stale = wire.Rendezvous(port=port, token="x", pid=2**22 - 1)
    (tmp_path / "engine.json").write_bytes(wire.encode_rendezvous(stale))
    engine = make()
    joined(qtbot, engine)
    assert engine.pid != stale.pid


def test_a_stranger_on_the_port_who_never_welcomes_is_left_alone_and_an_engine_started(
    qtbot: QtBot, make: MakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "JOIN_WITHIN_MS", 300)
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            stale = wire.Rendezvous(port=mute.getsockname()[1], token="x", pid=bystander.pid)
            (tmp_path / "engine.json").write_bytes(wire.encode_rendezvous(stale))
            engine = make()
            joined(qtbot, engine)
        assert engine.pid != bystander.pid
        assert bystander.poll() is None, "a program that is no engine must not be ended"
    finally:
        bystander.communicate(b"\n")


def test_one_that_hangs_before_the_window_comes_is_replaced(
    qtbot: QtBot, make: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make()
    joined(qtbot, first)
    pid = first.pid
    first.leave()
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(engine_module, "JOIN_WITHIN_MS", 300)
    second = make()
    joined(qtbot, second)
    assert second.pid != pid
    first._process.reap()
    assert not alive(pid)


def test_one_that_hangs_is_silent_then_replaced(
    qtbot: QtBot, make: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "HEARTBEAT_MS", 40)
    engine = make()
    joined(qtbot, engine)
    heard, pid = Heard(engine), engine.pid
    with qtbot.waitSignals([engine.silent, engine.died, engine.joined], timeout=15_000):
        os.kill(pid, signal.SIGSTOP)
    assert heard.silences == [True, False]
    assert engine.pid != pid
    assert not alive(pid)


def test_a_window_that_slept_does_not_kill_a_healthy_engine(qtbot: QtBot, make: MakeEngine) -> None:
    engine = make()
    joined(qtbot, engine)
    heard, pid = Heard(engine), engine.pid
    for _ in range(5):  # each after a sleep: the answer to the last one lies unread
        engine._beat()
        qtbot.waitUntil(lambda: engine._pong == engine._ping, timeout=5_000)
    assert heard.deaths == []
    assert engine.pid == pid


def test_the_engine_outlives_its_window_and_gives_the_next_one_its_calls(
    qtbot: QtBot, make: MakeEngine
) -> None:
    first = make()
    welcome = joined(qtbot, first)
    caller = SipCaller(address(welcome))
    try:
        with qtbot.waitSignal(first.received, check_params_cb=_is(wire.CallOffered)) as offered:
            caller.invite(number="+15155550142")
        call = offered.args[0].call
        first.leave()
        second = make()
        again = joined(qtbot, second)
        assert [(c.call, c.state, c.caller.number) for c in again.calls] == [
            (call, CallState.RINGING, "+15155550142")
        ]
        assert second.pid == first.pid
    finally:
        caller.socket.close()


def test_a_connection_that_broke_is_made_again_without_ending_the_calls(
    qtbot: QtBot, make: MakeEngine
) -> None:
    engine = make()
    welcome = joined(qtbot, engine)
    heard, pid = Heard(engine), engine.pid
    caller = SipCaller(address(welcome))
    try:
        with qtbot.waitSignal(engine.received, check_params_cb=_is(wire.CallOffered)):
            caller.invite()
        with qtbot.waitSignal(engine.joined, timeout=5_000) as back:
            engine.link._socket.disconnectFromHost()  # as when the engine drops a window that hung
        assert len(back.args[0].calls) == 1
        assert engine.pid == pid
        assert heard.deaths == []
    finally:
        caller.socket.close()


def test_two_windows_hear_the_same_engine(qtbot: QtBot, make: MakeEngine) -> None:
    first, second = make(), make()
    welcome = joined(qtbot, first)
    joined(qtbot, second)
    assert first.pid == second.pid
    caller = SipCaller(address(welcome))
    try:
        both = [(first.received, "first"), (second.received, "second")]
        with qtbot.waitSignals(both, timeout=5_000, check_params_cbs=[_is(wire.CallOffered)] * 2):
            caller.invite()
    finally:
        caller.socket.close()


def test_one_that_keeps_dying_is_not_started_for_ever(
    qtbot: QtBot, make: MakeEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = make(options=("--no-such-option",))
    heard = Heard(engine)
    with qtbot.waitSignal(engine.failed, timeout=15_000):
        engine.start()
    assert "no-such-option" in heard.failures[0].message
    assert not engine._look.isActive()


def test_the_log_of_the_one_that_died_is_kept(
    qtbot: QtBot, make: MakeEngine, tmp_path: Path
) -> None:
    engine = make()
    joined(qtbot, engine)
    with qtbot.waitSignal(engine.joined, timeout=15_000):
        os.kill(engine.pid, signal.SIGKILL)
    assert "ready" in (tmp_path / "engine.log.1").read_text()


def _is(kind: type[wire.Event]) -> Callable[[object], bool]:
    return lambda event: isinstance(event, kind)
