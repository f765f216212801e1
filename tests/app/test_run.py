"""`frontdesk run` from its first second to its last, and everything it may be started wrong."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from console.store.models import Callback
from scripts.loader import SAMPLES
from softphone import wire
from tests.app.running import LINE, engines_of, line_open, run, running, shown
from tests.records_file import asked, told
from tests.sip_caller import SipCaller
from tests.softphone.peer import Wire
from tests.waiting import until

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def refusal(*options: str) -> str:
    """Return what a desk says that will not start."""
    done = run(*options)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_missing_practices_folder_is_named_with_the_mend(tmp_path: Path) -> None:
    said = refusal("--data", str(tmp_path), "--practices", str(tmp_path / "nowhere"))
    assert str(tmp_path / "nowhere") in said
    assert "--practices" in said
    assert engines_of(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("agnet = 'Dana'", "agnet"),
        ("[line]\nsip_port = 'five'", "line.sip_port"),
        ("[line]\nsip_port = 70000", "line.sip_port"),
        ("[sound]\nkind = 'loud'", "sound.kind"),
        ("[floor]\nsound = 'loud'", "floor.sound"),
        ("[floor.limits]\nwait_watch_s = 60", "wait_watch_s must not be more than wait_alarm_s"),
        ("[line\n", "line 1"),
    ],
)
def test_a_mistake_in_the_settings_is_named_with_its_file_and_key(
    tmp_path: Path, text: str, key: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    said = refusal("--settings", str(path), "--data", str(tmp_path), "--practices", str(SAMPLES))
    assert str(path) in said
    assert key in said


def test_a_settings_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "nothing.toml" in refusal("--settings", str(tmp_path / "nothing.toml"))


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = refusal("--data", str(tmp_path / "file" / "data"), "--practices", str(SAMPLES))
    assert str(tmp_path / "file" / "data") in said


@linux
@pytest.mark.sip
@pytest.mark.timeout(90)
def test_a_day_from_the_first_ring_before_the_window_to_its_end(tmp_path: Path) -> None:
    started = time.monotonic()
    with running(tmp_path) as desk:
        rendezvous = line_open(desk, tmp_path)
        opened = time.monotonic() - started
        early = SipCaller(_address(rendezvous))
        try:
            ringing = early.invite(number="+15155550142")
            early.wait_code(ringing, 180, timeout=5)
            print(f"start to line open {opened * 1000:.0f} ms")
            shown(desk, tmp_path)
            again = run("--data", str(tmp_path), "--practices", str(SAMPLES), *LINE)
            assert again.returncode == 2
            assert "already open" in again.stderr
            assert len(engines_of(tmp_path)) == 1
            desk.send_signal(signal.SIGTERM)
            assert desk.wait(15) == 0
        finally:
            early.close()
        assert engines_of(tmp_path) == []
        assert not (tmp_path / "engine.json").exists()
    owed = told(tmp_path / "records.sqlite", Callback, "number", "status")
    assert owed == [("+15155550142", "owed")], "a caller who rang while the desk closed is lost"


@linux
@pytest.mark.sip
@pytest.mark.timeout(60)
def test_a_killed_desk_leaves_its_engine_for_the_next(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        line_open(first, tmp_path)
        shown(first, tmp_path)
        (engine,) = engines_of(tmp_path)
        first.kill()
        first.wait()
        with running(tmp_path) as second:
            _joined(second, tmp_path)
            assert engines_of(tmp_path) == [engine]
            second.send_signal(signal.SIGTERM)
            assert second.wait(15) == 0
        assert engines_of(tmp_path) == []


@linux
@pytest.mark.sip
def test_a_desk_told_to_leave_before_it_has_a_window_leaves_no_engine(tmp_path: Path) -> None:
    with running(tmp_path) as desk:
        line_open(desk, tmp_path)
        desk.send_signal(signal.SIGTERM)
        assert desk.wait(15) == 0
        assert engines_of(tmp_path) == []


@linux
@pytest.mark.sip
@pytest.mark.timeout(60)
def test_a_port_in_use_does_not_end_the_desk(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = str(other.getsockname()[1])
        with running(tmp_path, (*LINE[:3], port, *LINE[4:])) as desk:
            shown(desk, tmp_path)
            assert desk.poll() is None
            other.close()
            line_open(desk, tmp_path)  # by itself, once the port is free
            desk.send_signal(signal.SIGTERM)
            assert desk.wait(15) == 0


def _joined(desk: subprocess.Popen[str], data: Path) -> None:
    """Wait until a desk has begun to work with records that were there before it."""
    wal = data / "records.sqlite-wal"
    before = wal.stat().st_mtime_ns if wal.exists() else 0
    until(
        lambda: wal.exists() and wal.stat().st_mtime_ns != before,
        "the desk never opened its records",
        20,
        desk,
    )


def _address(rendezvous: wire.Rendezvous) -> tuple[str, int]:
    client = Wire(rendezvous)
    host, _, port = client.wait_for(wire.Welcome).sip_address.rpartition(":")
    client.close()
    return host, int(port)


def _rows(data: Path, query: str) -> list[tuple]:
    return asked(data / "records.sqlite", query)
