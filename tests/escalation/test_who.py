import json

import pytest

from console.__main__ import main
from scripts.loader import SAMPLES

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
