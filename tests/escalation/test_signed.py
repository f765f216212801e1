"""What the samples signed, climbed; and the command that shows it."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from console.__main__ import main
from console.escalation.ladder import Act
from console.escalation.signed import person, signed_ladder
from scripts.calltypes import CallType
from scripts.loader import SAMPLES
from scripts.protocol import Priority
from tests.scripts.samples import lakeshore, library, moments, riverside

NIGHT = datetime(2026, 11, 24, 19, 42, tzinfo=ZoneInfo("America/Chicago"))


def test_a_practice_that_wrote_none_gets_the_default() -> None:
    practice = riverside().model_copy(update={"ladders": ()})
    ladder = signed_ladder(
        practice, call_type=CallType.URGENT, priority=Priority.URGENT, moment=NIGHT
    )
    assert [(step.act, step.whom, step.after.seconds // 60) for step in ladder.steps] == [
        (Act.PAGE, "on_call", 0),
        (Act.PAGE, "on_call", 5),
        (Act.PAGE, "backup", 10),
    ]
    assert (ladder.round_length.seconds // 60, ladder.human) == (15, "supervisor")


def test_a_role_is_whoever_has_the_turn_then() -> None:
    assert person(riverside(), "on_call", NIGHT).id == "okafor"
    assert person(riverside(), "backup", NIGHT).id == "ortega"
    friday = NIGHT.replace(day=27)
    assert person(riverside(), "on_call", friday).id == "ortega"
    assert person(riverside(), "supervisor", NIGHT).name == "the supervisor on duty"


def test_a_contact_is_reached_as_the_practice_wrote() -> None:
    found = person(lakeshore(), "holm", NIGHT)
    assert found.reach


@given(moments((2026, 1, 1), (2029, 12, 31)))
def test_every_step_of_every_sample_reaches_somebody_at_any_moment(moment: datetime) -> None:
    for practice in library().practices:
        for call_type in (CallType.SYMPTOM, CallType.URGENT):
            ladder = signed_ladder(
                practice, call_type=call_type, priority=Priority.URGENT, moment=moment
            )
            for step in ladder.steps:
                assert person(practice, step.whom, moment).reach


def simulate(*more: str) -> int:
    where = ("--practices", str(SAMPLES), "--practice", "riverside_family_medicine")
    return main(["escalate", "simulate", *where, "--at", "2026-11-24T19:42", *more])


def test_the_time_line_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate() == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("Tue 19:42  +0 min  page Dr. Ifeoma Okafor")


def test_the_time_line_with_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(
        '[{"after": 6, "who": "okafor", "does": "acknowledge"},'
        ' {"after": 9, "who": "okafor", "does": "close"}]'
    )
    assert simulate("--answers", str(answers), "--json") == 0
    lines = json.loads(capsys.readouterr().out)
    assert lines[-1]["stage"] == "closed"
    assert lines[0]["at"] == "2026-11-24T19:42:00-06:00"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--at", "yesterday"), "2026-11-24T19:42"),
        (("--practice", "nobody"), "it has"),
        (("--answers", "/nowhere"), "cannot be read"),
    ],
)
def test_what_cannot_be_simulated_says_why(
    more: tuple[str, str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(*more) == 2
    assert sentence in capsys.readouterr().err
