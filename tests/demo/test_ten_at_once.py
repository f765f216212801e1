"""Ten callers at once at a desk with four lines: nobody hears a busy tone, nobody is forgotten."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3.dbapi2 import OperationalError

from console.store.models import Call, Callback
from scripts.loader import SAMPLES
from softphone import wire
from tests.records_file import asked, told
from tests.sip_caller import SipCaller
from tests.softphone.peer import Wire
from tests.waiting import until

pytestmark = [pytest.mark.demo, pytest.mark.sip, pytest.mark.timeout(120)]

NUMBERS = [f"+1515555{number:04}" for number in range(120, 130)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[str, int, Path]]:
    """A whole desk, taking calls on a port of its own."""
    records = tmp_path / "records.sqlite"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.app.handed", "run", "--data", str(tmp_path)),
            *("--practices", str(SAMPLES), "--sip-port", "0", "--bind", "127.0.0.1"),
            *("--sound", "none", "--agent", "Dana Whitfield"),
        ],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        host, port = _line_open(tmp_path, process)
        yield host, port, records
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def _line_open(folder: Path, process: subprocess.Popen[bytes]) -> tuple[str, int]:
    """Wait until the desk has tried its phone, and return where it hears calls."""
    path = folder / "engine.json"
    until(path.exists, "no engine in 30 s", 30, process)
    client = Wire(wire.decode_rendezvous(path.read_bytes()))
    host, _, port = client.wait_for(wire.Welcome).sip_address.rpartition(":")
    loop = wire.SelfTestKind.LOOP  # its call to itself holds lines meanwhile
    client.wait_for(wire.SelfTestResult, lambda result: result.kind is loop, timeout=20)
    client.nothing_of(wire.CallWaiting, 0.7)  # and the guard has let its lines go
    client.close()
    return host, int(port)


def _now(records: Path, query: str) -> list[tuple]:
    return asked(records, query)


def _rows(records: Path, query: str, enough: int) -> list[tuple]:
    """Return a query's rows once there are enough: the desk writes on its own time."""

    def look() -> list[tuple]:
        with contextlib.suppress(OperationalError):  # the file, or its tables, to come
            rows = _now(records, query)
            return rows if len(rows) >= enough else []
        return []

    return until(look, f"never {enough} rows", 20, between_s=0.05)


def test_ten_callers_at_once_are_all_owed_a_call_back(desk: tuple[str, int, Path]) -> None:
    host, port, records = desk
    callers = [SipCaller((host, port)) for _ in NUMBERS]
    attempts = [
        caller.invite(user="+15155550100", number=number)
        for caller, number in zip(callers, NUMBERS, strict=True)
    ]
    codes = []
    for caller, attempt in zip(callers, attempts, strict=True):
        heard = caller.wait(attempt, lambda message: message.code > 100, 8.0)
        codes.append(heard.code)
    assert sorted(codes) == [180] * 4 + [182] * 6
    for caller, attempt in zip(callers, attempts, strict=True):
        caller.give_up(attempt)
        caller.close()
    _rows(records, "select status from callbacks", len(NUMBERS))
    owed = told(records, Callback, "number", "status")
    assert sorted(owed) == [(number, "owed") for number in NUMBERS]
    of_callers = "select 1 from calls where outcome is not null and caller_key is not null"
    _rows(records, of_callers, len(NUMBERS))
    calls = [row for row in told(records, Call, "caller_number", "outcome") if row[0] is not None]
    assert sorted(calls) == [(number, "abandoned") for number in NUMBERS]
