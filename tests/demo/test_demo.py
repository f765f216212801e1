"""The main job, whole: callers over real SIP and RTP, taken through the window by key presses."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from console.demo.command import SECRETS
from console.store.models import Call
from tests.records_file import bare, told

pytestmark = [pytest.mark.demo, pytest.mark.sip, pytest.mark.timeout(300)]

ENDS = {
    "question": ("answered",),
    "new_appointment": ("booked",),
    "change_appointment": ("rescheduled",),
    "refill": ("message",),
    "symptom": ("escalated",),
    "urgent": ("escalated",),
    "emergency": ("emergency",),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """One unattended demo of seven calls; its report and its folder."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "console", "demo", "--unattended", "--calls", "7"),
            *("--json", str(folder / "report.json"), "--shots", str(folder / "shots")),
            *("--output", str(folder / "data")),
        ],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / "report.json").read_text()), folder


def test_each_call_type_is_taken_to_its_end(run: tuple[dict, Path]) -> None:
    report, _ = run
    assert report["good"]
    assert [call["call_type"] for call in report["calls"]] == list(ENDS)
    for call in report["calls"]:
        assert call["outcome"] in ENDS[call["call_type"]]
        assert call["practice_shown"] == call["practice_expected"]
        assert call["problems"] == []


def test_each_side_heard_the_tone_of_the_other(run: tuple[dict, Path]) -> None:
    report, _ = run
    for call in report["calls"]:
        for heard, hz in (
            (call["desk_heard"], call["desk_should_hear_hz"]),
            (call["caller_heard"], call["caller_should_hear_hz"]),
        ):
            assert abs(heard["hz"] - hz) <= 6
            assert heard["dbfs"] > -30


def test_the_rows_named_in_the_report_are_in_the_database(run: tuple[dict, Path]) -> None:
    report, _ = run
    numbers = dict(told(Path(report["records"]), Call, "id", "caller_number", secrets=SECRETS))
    with closing(bare(report["records"], SECRETS)) as database:
        for call in report["calls"]:
            row = database.execute(
                "select call_type, outcome, ended_at from calls where id = ?",
                (call["call_row"],),
            ).fetchone()
            assert row[:2] == (call["call_type"], call["outcome"])
            assert row[2] is not None
            assert numbers[call["call_row"]] == call["caller_number"]
            for table in ("booking", "message", "escalation"):
                number = call[f"{table}_row"]
                if number is not None:
                    found = database.execute(f"select id from {table}s where id = ?", (number,))
                    assert found.fetchone() == (number,)
        assert database.execute("select count(*) from drafts").fetchone() == (0,)


def test_a_practice_without_a_baa_leaves_no_health_details(run: tuple[dict, Path]) -> None:
    report, _ = run
    with closing(bare(report["records"], SECRETS)) as database:
        kept = database.execute(
            "select count(*) from answers join calls on calls.id = call_id "
            "where practice_id = 'lakeshore_cardiology' and phi"
        )
        assert kept.fetchone() == (0,)


def test_the_pictures_show_a_window(run: tuple[dict, Path]) -> None:
    _, folder = run
    pictures = sorted((folder / "shots").glob("*.png"))
    assert len(pictures) == 1 + 3 * 7
    for picture in pictures:
        image = QImage(str(picture))
        assert image.width() >= 1180
        colours = {
            image.pixel(x, y)
            for x in range(0, image.width(), 7)
            for y in range(0, image.height(), 7)
        }
        assert len(colours) > 20, f"{picture.name} is nearly blank"


def test_no_name_or_number_is_in_a_log_or_a_file_name(run: tuple[dict, Path]) -> None:
    report, folder = run
    told = ["Peter Novak", "Sofia", "Lisinopril", "stiff neck", "Harbor Drive"]
    told += [call["caller_number"].lstrip("+") for call in report["calls"]]
    told += [call["caller_number"][-8:] for call in report["calls"]]
    for path in folder.rglob("*"):
        assert not any(word in path.name for word in told)
        if path.suffix == ".log":
            text = path.read_text()
            assert not any(word in text for word in told), path
