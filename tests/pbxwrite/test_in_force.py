"""The configuration is of the practices in force: signed versions in the records over files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.__main__ import main
from console.safe import HandedSafe
from scripts.loader import SAMPLES
from tests.desk.room import RIVERSIDE
from tests.desk.test_script_versions import TEXT, publish
from tests.pbxwrite.test_plan import GOOD
from tests.records_file import SECRETS


def write(tmp_path: Path, *more: str) -> int:
    (tmp_path / "plan.toml").write_text(GOOD)
    where = [str(tmp_path / "etc"), "--plan", str(tmp_path / "plan.toml")]
    return main(["pbx", "write", *where, *more], safe=HandedSafe(SECRETS))


def test_a_signed_version_is_written_and_its_change_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now, records = datetime.now(UTC), tmp_path / "records.sqlite"
    publish(records, TEXT, now - timedelta(hours=2), now=now - timedelta(hours=2))
    asked = ("--records", str(records), "--practices", str(SAMPLES))
    assert write(tmp_path, *asked) == 0
    capsys.readouterr()
    later = TEXT.replace("daytime: primary", "daytime: overflow")
    publish(records, later, now - timedelta(hours=1), now=now - timedelta(hours=1))
    assert write(tmp_path, *asked) == 0
    file = tmp_path / f"etc/practices/{RIVERSIDE}.conf"
    assert f"written: {file}\n" in capsys.readouterr().out
    assert "?overflow)" in file.read_text()
    assert write(tmp_path, "--practices", str(SAMPLES)) == 0  # the files alone
    assert "?overflow)" not in file.read_text()


def test_no_records_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write(tmp_path, "--records", str(tmp_path / "none.sqlite")) == 2
    assert "There are no records" in capsys.readouterr().err
