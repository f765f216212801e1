"""`frontdesk rota` as somebody types it, on files alone and on the records."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from console.desk.ledger import practice_facts
from console.store.practices import upsert_practices
from console.store.rota import change_rota
from console.store.session import Records
from console.store.work import ChangedRota, RotaPart
from scripts.entered import ChangeAct, ChangeKind
from scripts.loader import SAMPLES
from tests.records_file import SAFE, SECRETS, begin_empty
from tests.scripts.samples import library

RIVERSIDE = ("rota", "who", "--practices", str(SAMPLES), "--practice", "riverside_family_medicine")


def test_who_is_on_call_by_what_until_when_and_who_is_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*RIVERSIDE, "--at", "2026-11-24T19:42", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["on_call"], told["source"]) == ("okafor", "weekly rota")
    assert (told["until"], told["next"]) == ("2026-11-26T00:00:00-06:00", "ortega")
    assert told["tiers_until"] == "2026-11-25T07:00:00-06:00"
    assert told["tiers"][1] == {"provider": "ortega", "after": 10}


def test_in_words_it_names_the_zone_and_every_tier(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RIVERSIDE, "--at", "2026-11-20T18:00"]) == 0
    told = capsys.readouterr().out
    assert "Ortega" in told
    assert "until Mon 2026-11-23 07:00 CST, then Dr. Ifeoma Okafor" in told
    assert "after 10 min: " in told


def test_a_time_that_cannot_be_read_is_told_with_the_mend(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*RIVERSIDE, "--at", "tonight"]) != 0
    assert "2026-11-24T19:42" in capsys.readouterr().err


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = begin_empty(tmp_path / "records.sqlite")
    records = Records.open(made, secrets=SECRETS)
    facts = [practice_facts(practice) for practice in library().practices]
    records.write(lambda s: upsert_practices(s, practices=facts))
    now = datetime.now(UTC)
    shift = RotaPart(
        uid="u", act=ChangeAct.SHIFT, provider="ortega",
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=5),
    )  # fmt: skip
    entry = ChangedRota(
        uid="g", practice_id="riverside_family_medicine", kind=ChangeKind.OVERRIDE, why="Away",
        person="A. Marsh", at=now - timedelta(minutes=1), changes=(shift,),
    )  # fmt: skip
    records.write(lambda s: change_rota(s, changed=entry))
    records.close()
    return made


def told(path: Path, capsys: pytest.CaptureFixture[str], command: str, *more: str) -> Any:
    of = (*RIVERSIDE[2:], "--records", str(path), "--json")
    assert main(["rota", command, *of, *more], safe=SAFE) == 0
    return json.loads(capsys.readouterr().out)


def test_who_is_told_with_what_was_entered_and_who_confirmed_it(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(path, capsys, "who")
    assert (found["on_call"], found["confirmed"]) == ("ortega", None)
    assert found["source"].startswith("override by A. Marsh, ")
    assert told(path, capsys, "confirm", "--by", "Dana")["on_call"] == "ortega"
    assert told(path, capsys, "who")["confirmed"]["by"] == "Dana"
    of = (*RIVERSIDE[2:], "--records", str(path))
    assert main(["rota", "who", *of], safe=SAFE) == 0
    assert "by Dana" in capsys.readouterr().out


def test_a_practice_nobody_has_is_told_with_those_there_are(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = ("--practices", str(SAMPLES), "--records", str(path), "--practice", "elm")
    assert main(["rota", "confirm", *of, "--by", "Dana"], safe=SAFE) == 2
    assert "maple_pediatrics" in capsys.readouterr().err
