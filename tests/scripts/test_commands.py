"""`frontdesk practice` as a supervisor types it."""

import json
from pathlib import Path

import pytest

from console.__main__ import main
from scripts.loader import SAMPLES

RIVERSIDE = SAMPLES / "riverside_family_medicine.yaml"
SATURDAY = 'sat: {opens: "09:00", closes: "12:00"}'


def test_a_form_goes_out_and_comes_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, back = tmp_path / "refill.json", tmp_path / "refill.yaml"
    assert main(["practice", "export-form", str(RIVERSIDE), "refill", "--output", str(out)]) == 0
    assert json.loads(out.read_text("utf-8"))["resourceType"] == "Questionnaire"
    assert main(["practice", "import-form", str(out), "--output", str(back)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "9 items read, nothing left out\n"
    assert "linkId: medication" in back.read_text("utf-8")


def test_what_is_left_out_is_told_beside_the_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "form.json"
    items = [{"linkId": "1", "type": "attachment", "text": "Photo"}]
    path.write_text(json.dumps({"resourceType": "Questionnaire", "item": items}), "utf-8")
    assert main(["practice", "import-form", str(path)]) == 0
    told = capsys.readouterr()
    assert "text: Photo" in told.out
    assert "form.json: item[0]: a file cannot be given over the telephone" in told.err
    assert "1 item read, 1 to look at" in told.err


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"{}", 1, "is not a Questionnaire"),
        (b"\xff\xfe", 2, "is not UTF-8"),
        (None, 2, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, code: int, words: str
) -> None:
    path = tmp_path / "form.json"
    if content is not None:
        path.write_bytes(content)
    assert main(["practice", "import-form", str(path)]) == code
    assert words in capsys.readouterr().err


def test_a_file_with_faults_is_not_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "practice.yaml"
    path.write_text("id: x\n", "utf-8")
    assert main(["practice", "export-form", str(path), "refill"]) == 1
    assert "practice.yaml, line 1" in capsys.readouterr().err


def test_the_samples_are_checked_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["practice", "check", str(SAMPLES)]) == 0
    assert "0 to mend" in capsys.readouterr().out


def test_two_files_are_held_against_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "newer.yaml"
    path.write_text(RIVERSIDE.read_text("utf-8").replace("sat: closed", SATURDAY), "utf-8")
    assert main(["practice", "diff", str(RIVERSIDE), str(path)]) == 1
    told = capsys.readouterr().out
    assert told == "Hours and coverage\n  Saturday: was closed, now 09:00–12:00\n"
    assert main(["practice", "diff", str(RIVERSIDE), str(path), "--json"]) == 1
    (change,) = json.loads(capsys.readouterr().out)
    assert (change["section"], change["key"]) == ("Hours and coverage", "hours.sat")
    assert main(["practice", "diff", str(RIVERSIDE), str(RIVERSIDE)]) == 0
    assert capsys.readouterr().out == "No difference\n"
