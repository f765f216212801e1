"""`frontdesk figures`, out of the records and out of a PBX's log."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from console.__main__ import main
from console.safe import HandedSafe
from console.store.finishing import finish_call
from console.store.session import Records
from softphone.wire import EndCause
from tests.floor.test_queue_log import LOG
from tests.records_file import SECRETS
from tests.store.builders import CAME, finished_call, seed

DAY = f"{CAME.astimezone():%Y-%m-%d}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "records.db"
    records = Records.open(found, secrets=SECRETS)
    seed(records)
    for practice in ("riverside", "riverside", "lakeshore"):
        call = finished_call(
            practice_id=practice, agent="=Dana", answers=(), end_cause=EndCause.CALLER,
            ended_at=datetime.fromtimestamp(CAME.timestamp() + 64, CAME.tzinfo),
        )  # fmt: skip
        records.write(lambda s, call=call: finish_call(s, finished=call))  # type: ignore[misc]
    records.close()
    return found


def run(*words: str) -> int:
    return main(["figures", *words], safe=HandedSafe(SECRETS))


def test_by_practice_in_a_table_and_as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--records", str(path), "--from", DAY) == 0
    told = capsys.readouterr().out
    assert "Riverside Family Medicine" in told
    assert "100.0 %" in told
    assert run("--records", str(path), "--from", DAY, "--to", DAY, "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["rows"]["riverside"]["offered"] == 2
    assert made["all"]["service_level"] == 1.0
    assert made["all"]["handle_s"] == pytest.approx(176.0)
    assert "first ring" in made["definitions"]["speed_s"]["from"]


def test_as_csv_no_name_becomes_a_formula(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--records", str(path), "--from", DAY, "--by", "agent", "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["agent"] for row in rows] == ["'=Dana", "All"]
    assert rows[0]["offered"] == "3"
    assert rows[0]["occupancy"] == ""


def test_as_pdf_with_every_definition(path: Path, tmp_path: Path) -> None:
    made = tmp_path / "figures.pdf"
    assert run("--records", str(path), "--from", DAY, "--by", "day", "--pdf", str(made)) == 0
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(made).pages).split())
    assert DAY in text
    assert "The usual aim is 80 % in 20 s" in text
    assert "from the first ring at any desk" in text


def test_out_of_the_pbx_s_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "queue_log"
    log.write_text(LOG)
    day = f"{datetime.fromtimestamp(1795536000, UTC).astimezone():%Y-%m-%d}"
    assert run("--queue-log", str(log), "--from", day, "--json") == 0
    told = capsys.readouterr()
    assert "1 lines are no queue log" in told.err
    made = json.loads(told.out)
    assert made["all"]["offered"] == 5
    assert made["all"]["call_backs"] == 1
    assert made["rows"]["lakeshore"]["abandon_rate"] == 1.0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "yesterday"), "write it as 2026-11-25"),
        (("--from", "2026-11-25", "--to", "2026-11-24"), "is before the first"),
        (("--queue-log", "/nowhere/queue_log"), "No such file"),
    ],
)
def test_what_cannot_be_counted_is_told(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    assert said in capsys.readouterr().err
