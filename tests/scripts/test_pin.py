"""A provider's PIN: in the file as a hash, never in the clear, and never repeated by a fault."""

from pathlib import Path

import pytest

from console.desk.practices.people import _write_pin
from console.errors import WorldError
from console.people.credentials import fits
from console.practice.pin import ask_pin
from scripts.diff import compare
from scripts.faults import PracticeFileError
from scripts.loader import SAMPLES, load_practice

FILE = (SAMPLES / "riverside_family_medicine.yaml").read_text("utf-8")
PIN = "471147"
PHONE = 'phone: "+15155550110"'


def printed(capsys: pytest.CaptureFixture[str], *typed: str) -> str:
    """What the command prints for what is typed."""
    answers = iter(typed)
    assert ask_pin(lambda _: next(answers)) == 0
    return capsys.readouterr().out.strip()


def with_line(tmp_path: Path, line: str) -> Path:
    path = tmp_path / "riverside_family_medicine.yaml"
    path.write_text(FILE.replace(PHONE, f"{PHONE}\n    {line}", 1), "utf-8")
    return path


def test_the_line_printed_is_one_of_the_file_and_fits_the_pin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = printed(capsys, PIN, PIN)
    assert PIN not in line
    practice = load_practice(with_line(tmp_path, line))
    okafor = practice.provider("okafor")
    assert okafor is not None
    assert okafor.pin is not None
    assert fits(PIN, okafor.pin)
    assert not fits("471148", okafor.pin)


def test_a_pin_in_the_clear_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(PracticeFileError) as caught:
        load_practice(with_line(tmp_path, f'pin: "{PIN}"'))
    (fault,) = caught.value.faults
    assert "frontdesk practice pin" in str(fault)
    assert PIN not in str(fault)


@pytest.mark.parametrize("typed", [("4711",), ("47 11 47",), (PIN, "471148")])
def test_what_is_no_pin_is_refused_with_the_mend(typed: tuple[str, ...]) -> None:
    answers = iter(typed)
    with pytest.raises(WorldError):
        ask_pin(lambda _: next(answers))


def test_a_pin_typed_into_the_window_goes_nowhere() -> None:
    path = ("providers", 0, "pin")
    typed = _write_pin(FILE, path, PIN)
    assert PIN not in typed
    assert "*" * len(PIN) in typed
    kept = _write_pin(FILE, path, "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA")
    assert "$argon2id$" in kept
    assert _write_pin(kept, path, "") != kept


def test_another_pin_is_told_as_a_difference(tmp_path: Path) -> None:
    one, two = (
        load_practice(with_line(tmp_path, f"pin: $argon2id$v=19$m=65536,t=3,p=4$c2FsdA${end}"))
        for end in ("aaaaaaaa", "bbbbbbbb")
    )
    assert any("PIN" in str(change) for change in compare(one, two))
