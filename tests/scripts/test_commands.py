"""`frontdesk practice` as a supervisor types it."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from console.__main__ import main
from console.store.finishing import finish_call
from console.store.practices import PracticeFacts, upsert_practices
from console.store.session import Records
from console.store.values import MessageKind, Priority
from console.store.work import FinishedCall, FormAnswer, NewMessage
from scripts.calltypes import CallType, Mode, Outcome
from scripts.loader import SAMPLES, load_practice
from tests.records_file import SAFE, SECRETS
from tests.scripts.samples import EVENING

RIVERSIDE = SAMPLES / "riverside_family_medicine.yaml"
SATURDAY = 'sat: {opens: "09:00", closes: "12:00"}'


def test_a_form_goes_out_and_comes_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, back = tmp_path / "refill.json", tmp_path / "refill.yaml"
    assert main(["practice", "export-form", str(RIVERSIDE), "refill", "--output", str(out)]) == 0
    assert json.loads(out.read_text("utf-8"))["resourceType"] == "Questionnaire"
    assert main(["practice", "import-form", str(out), "--output", str(back)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "12 items read, nothing left out\n"
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


HELD = """  hold_policy:
    signed_by: Ifeoma Okafor, MD
    signed_on: 2026-01-12
    when:
      - {question: caller_wish, operator: "=", answerCoding: message}
      - {question: getting_worse, operator: "=", answerBoolean: false}
      - {question: alert_drinking, operator: "=", answerBoolean: true}
"""


def had_call(uid: str, call_type: CallType, outcome: Outcome, **said: str) -> FinishedCall:
    """A call as the desk writes it down, every answer a health detail but the caller's wish."""
    answers = tuple(
        FormAnswer(link_id=name, text=text, value=text, phi=name != "caller_wish")
        for name, text in said.items()
    )
    return FinishedCall(
        uid=uid,
        outcome=outcome,
        offered_at=EVENING,
        finished_at=EVENING + timedelta(minutes=4),
        call_type=call_type,
        practice_id="riverside_family_medicine",
        mode=Mode.AFTER_HOURS,
        answers=answers,
        message=NewMessage(
            kind=MessageKind.CLINICAL,
            recipient="clinical staff",
            reason="sore throat",
            priority=Priority.SAME_DAY,
            phi=True,
        ),
    )


def test_a_script_is_rehearsed_over_the_calls_in_the_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Calls are had, their shapes exported, and a changed file replayed over them."""
    practice = load_practice(RIVERSIDE)
    records = Records.open(tmp_path / "records.sqlite", secrets=SECRETS)
    facts = PracticeFacts(
        practice.id, practice.name, practice.timezone, practice.version, date(2026, 1, 12)
    )
    records.write(lambda s: upsert_practices(s, practices=[facts]))
    said = {"symptom": "sore throat", "caller_wish": "message", "getting_worse": "no",
            "alert_drinking": "yes", "patient_name": "Jordan Blake"}  # fmt: skip
    work = had_call("one", CallType.SYMPTOM, Outcome.MESSAGE, **said)
    records.write(lambda s: finish_call(s, finished=work))
    records.close()

    shapes, newer = tmp_path / "calls.jsonl", tmp_path / "newer.yaml"
    records_path = str(tmp_path / "records.sqlite")
    command = ["practice", "shapes", str(RIVERSIDE), "--records", records_path]
    assert main([*command, "--output", str(shapes)], safe=SAFE) == 0
    assert capsys.readouterr().err == "1 call written, without words\n"
    written = shapes.read_text("utf-8")
    assert json.loads(written)["answers"]["caller_wish"] == {"codes": ["message"]}
    assert not any(words in written for words in ("sore", "Jordan", "yes"))

    newer.write_text(RIVERSIDE.read_text("utf-8").replace(HELD, ""), "utf-8")
    rehearse = ["practice", "rehearse", str(RIVERSIDE)]
    assert main([*rehearse, str(newer), "--shapes", str(shapes)]) == 1
    told = capsys.readouterr().out
    assert "Symptom, Tue 24 Nov 19:00: outcome was message, now escalated" in told
    assert "1 calls gone through, 1 would go another way" in told
    assert main([*rehearse, str(newer), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["calls"] == 14
    assert main([*rehearse, str(RIVERSIDE), "--shapes", str(shapes)]) == 0


def test_shapes_want_records_that_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "records.sqlite"
    assert main(["practice", "shapes", str(RIVERSIDE), "--records", str(missing)], safe=SAFE) == 2
    assert "There are no records" in capsys.readouterr().err
    assert not missing.exists()


def practice_command(*words: str) -> int:
    return main(["practice", *words], safe=SAFE)


def test_a_file_goes_into_the_records_and_comes_out_to_the_letter(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records, out = ("--records", str(tmp_path / "r.sqlite")), tmp_path / "out.yaml"
    assert practice_command("import", str(RIVERSIDE), "--author", "Sam", *records) == 0
    assert "Not in force until it is signed" in capsys.readouterr().out
    changed = tmp_path / "changed.yaml"
    changed.write_text(RIVERSIDE.read_text("utf-8").replace("sat: closed", SATURDAY), "utf-8")
    signing = ("--sign", "Ruth Calder", "--note", "Saturdays too")
    assert practice_command("import", str(changed), *signing, *records) == 0
    told = capsys.readouterr().out
    assert "version 2 saved" in told
    assert "Saturday" in told
    assert "version 2 is in force" in told
    practice = "riverside_family_medicine"
    assert practice_command("sign", practice, "1", "--by", "Ruth Calder",
                            "--at", "2999-01-01 08:00", *records) == 0  # fmt: skip
    assert practice_command("versions", practice, *records) == 0
    told = capsys.readouterr().out
    assert "in force from 2999-01-01 08:00" in told
    assert "[in force] · Saturdays too" in told
    assert (
        practice_command("export", practice, "--version", "1", "--output", str(out), *records) == 0
    )
    assert out.read_bytes() == RIVERSIDE.read_bytes()


def test_what_has_faults_does_not_go_into_the_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = ("--records", str(tmp_path / "r.sqlite"))
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        RIVERSIDE.read_text("utf-8").replace("timezone: America", "timezone: Amerika")
    )
    assert practice_command("import", str(broken), *records) == 1
    assert "is not a time zone" in capsys.readouterr().err
    assert practice_command("sign", "riverside_family_medicine", "--by", "R", *records) == 2
    assert "No versions in the records" in capsys.readouterr().err
    assert practice_command("import", str(RIVERSIDE), "--sign", "R", "--at", "soon", *records) == 2
    assert "This is not a time" in capsys.readouterr().err
    assert practice_command("import", str(RIVERSIDE), *records) == 0
    assert practice_command("export", "riverside_family_medicine", "--version", "9", *records) == 2
    assert "has 1 to 1, not 9" in capsys.readouterr().err
