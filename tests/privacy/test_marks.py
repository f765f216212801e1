"""A shift's worth of calls leaves no name, number or symptom anywhere but encrypted."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from console.store.models import Answer, Call, Draft, Message
from tests.app import test_run
from tests.app.running import LINE, command, engines_of, line_open, shown
from tests.privacy.marks import NAME, NUMBER, SYMPTOM, WORDS, found_in
from tests.records_file import asked, told
from tests.sip_caller import SipCaller

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def surroundings(folder: Path) -> dict[str, str]:
    """Return an environment whose every folder is under one."""
    made = {
        name: folder / name.lower()
        for name in ("HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME",
                     "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")
    }  # fmt: skip
    for path in made.values():
        path.mkdir(mode=0o700)
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return {
        **os.environ,
        **{name: str(path) for name, path in made.items()},
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": paths,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.mark.timeout(180)
def test_a_whole_shift_leaves_no_mark(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    with (tmp_path / "stdout").open("wb") as out, (tmp_path / "stderr").open("wb") as err:
        done = subprocess.run(
            [sys.executable, "-m", "tests.privacy.shift", str(work)],
            env=surroundings(tmp_path),
            cwd=work,
            stdout=out,
            stderr=err,
            timeout=150,
            check=False,
        )
    said = (tmp_path / "stderr").read_text()
    assert done.returncode == 0, said
    assert found_in(tmp_path) == []
    shown_by_the_system = json.loads((work / "told.json").read_text())
    assert set(shown_by_the_system["titles"]) <= {"Frontdesk", "python"}
    assert "Frontdesk" in shown_by_the_system["titles"]
    assert any("A call is ringing" in each for each in shown_by_the_system["notifications"])
    assert "ValueError at" in said  # the crash report says where
    assert "ValueError at" in (work / "logs" / "frontdesk.log").read_text()
    assert (work / "spool-as-it-was").stat().st_size > 0
    _was_it_all_there(work / "records.sqlite")


def _was_it_all_there(records: Path) -> None:
    """The marks were really in what was written, or none found would prove nothing."""
    assert (NUMBER,) in told(records, Call, "caller_number")
    assert any(NAME in str(row) for row in told(records, Message, "patient_name"))
    assert any(SYMPTOM in str(row) for row in told(records, Answer, "text"))
    assert told(records, Draft, "caller_number")


def test_the_marks_would_be_found(tmp_path: Path) -> None:
    for number, word in enumerate(WORDS):
        (tmp_path / f"{number}").write_bytes(b"\0" + word.encode("utf-16-le"))
    (tmp_path / "Quillon.log").touch()
    assert len({line.split(": ")[0] for line in found_in(tmp_path)}) == len(WORDS) + 1


@linux
@pytest.mark.sip
@pytest.mark.timeout(90)
def test_a_real_call_leaves_no_mark_in_the_engine_s_logs_nor_a_core_dump(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    settings = tmp_path / "settings.toml"
    settings.write_text("[calls]\nauto_answer_s = 0\n")
    with (tmp_path / "output").open("wb") as out:
        desk = subprocess.Popen(
            command("--data", str(data), "--practices", "scripts/library", "--settings",
                    str(settings), *LINE),
            env=surroundings(tmp_path),
            stdout=out,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _a_call_and_a_crash(desk, data)
        finally:
            desk.kill()
            desk.wait()
            for engine in engines_of(data):
                os.kill(engine, signal.SIGKILL)
    assert found_in(tmp_path) == []
    assert not list(tmp_path.rglob("core*"))
    assert (NUMBER,) in told(data / "records.sqlite", Call, "caller_number")


def _a_call_and_a_crash(desk: "subprocess.Popen[bytes]", data: Path) -> None:
    rendezvous = line_open(desk, data)  # type: ignore[arg-type]
    shown(desk, data)  # type: ignore[arg-type]
    (engine,) = engines_of(data)
    for process in (desk.pid, engine):
        limits = Path(f"/proc/{process}/limits").read_text()
        line = next(each for each in limits.splitlines() if each.startswith("Max core file size"))
        assert line.split()[4:6] == ["1", "1"], line
    host, port = _address(rendezvous)
    caller = SipCaller((host, port))
    attempt = caller.invite(
        number=NUMBER,
        from_value=f'"{NAME}, {SYMPTOM}" <sip:{NUMBER}@127.0.0.1>;tag=marks',
        headers={"Subject": f"{NAME} {SYMPTOM}"},
    )
    caller.wait_code(attempt, 180, timeout=10)
    _written(data / "records.sqlite")
    caller.give_up(attempt)
    caller.close()
    os.kill(engine, signal.SIGSEGV)
    until = time.monotonic() + 10
    while engine in engines_of(data) and time.monotonic() < until:
        time.sleep(0.05)
    desk.send_signal(signal.SIGSEGV)
    desk.wait(10)


def _written(records: Path) -> None:
    """Wait until the call's row is there: another process writes it, so it is looked for."""
    until = time.monotonic() + 30
    rows = 0
    while not rows:
        assert time.monotonic() < until, "the call's row was never written"
        time.sleep(0.1)
        with contextlib.suppress(dbapi2.Error):  # the file, or its tables, to come
            ((rows,),) = asked(records, "select count(*) from calls where sealed is not null")


def _address(rendezvous: object) -> tuple[str, int]:
    return test_run._address(rendezvous)  # type: ignore[arg-type]
