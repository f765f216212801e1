"""`frontdesk selftest --json` names what is good and what is not, with a real engine."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.loader import SAMPLES
from tests.app.running import engines_of, line_open, running
from tests.softphone.pulse import sound_server

NAMES = [
    "engine",
    "registration",
    "microphone",
    "earpiece",
    "loop call",
    "records",
    "practices",
]


def selftest(data: Path, *options: str) -> tuple[int, dict[str, dict[str, object]]]:
    told = subprocess.run(
        [sys.executable, "-m", "tests.app.handed", "selftest", "--json", "--data", str(data),
         "--bind", "127.0.0.1", "--sound", "none", *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert told.stdout, told.stderr
    found = json.loads(told.stdout)
    assert [check["name"] for check in found["checks"]] == NAMES
    assert found["good"] is (told.returncode == 0)
    return told.returncode, {check["name"]: check for check in found["checks"]}


@pytest.mark.sip
def test_a_whole_desk_is_good_and_nothing_is_left_running(tmp_path: Path) -> None:
    code, checks = selftest(tmp_path, "--practices", str(SAMPLES), "--sip-port", "0")
    assert (code, [name for name in NAMES if not checks[name]["good"]]) == (0, [])
    assert "pjsua2" in str(checks["engine"]["detail"])
    assert "heard itself both ways" in str(checks["loop call"]["detail"])
    assert engines_of(tmp_path) == []


@pytest.mark.sip
def test_a_running_desks_engine_is_joined_and_left_as_it_was(tmp_path: Path) -> None:
    with running(tmp_path) as desk:
        line_open(desk, tmp_path)
        before = engines_of(tmp_path)
        _, checks = selftest(tmp_path, "--practices", str(SAMPLES))
        assert checks["engine"]["good"]
        assert checks["records"]["good"]
        assert engines_of(tmp_path) == before
        assert desk.poll() is None


@pytest.mark.sip
def test_what_is_bad_is_named_with_its_mend(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        code, checks = selftest(
            tmp_path / "data",
            *("--practices", str(tmp_path / "none")),
            *("--sip-port", str(taken.getsockname()[1])),
            *("--records", str(tmp_path)),
        )
    assert code == 1
    assert not checks["engine"]["good"]
    assert "Not tried" in str(checks["loop call"]["detail"])
    assert "--practices" in str(checks["practices"]["detail"])
    assert not checks["records"]["good"]


@pytest.mark.sound
@pytest.mark.skipif(shutil.which("pulseaudio") is None, reason="no PulseAudio here")
@pytest.mark.parametrize(("hertz", "good"), [(440, True), (0, False)])
def test_a_microphone_is_good_when_it_hears_anything(
    tmp_path: Path, hertz: float, good: bool
) -> None:
    with sound_server(tmp_path / "pulse") as pulse:
        pulse.plug_earpiece("Jabra_ear")
        pulse.plug_microphone("Jabra_mic", hertz)
        options = ("--practices", str(SAMPLES), "--sip-port", "0", "--sound", "headset")
        code, checks = selftest(tmp_path / "data", *options)
    assert checks["earpiece"]["good"]
    assert checks["microphone"]["good"] is good
    assert ("mute switch" in str(checks["microphone"]["detail"])) is not good
    assert code == (0 if good else 1)
