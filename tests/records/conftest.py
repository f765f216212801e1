import json
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from console.store.session import Records
from tests.records_file import SAFE, SECRETS
from tests.store.builders import seed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "records.sqlite"
    records = Records.open(made, secrets=SECRETS)
    seed(records)
    records.close()
    return made


class Terminal:
    """Somebody typing; `--json` is added, and what it printed is returned."""

    def __init__(self, capsys: pytest.CaptureFixture[str], data: Path) -> None:
        self.capsys = capsys
        self.data = data
        self.safe = SAFE

    def __call__(self, *words: str, records: Path | str, code: int = 0) -> Any:
        command = ["records", *words, "--records", str(records), "--data", str(self.data)]
        assert main(command, safe=self.safe) == code, self.capsys.readouterr()
        readable = self.capsys.readouterr()
        if code == 2:
            return readable.err
        assert main([*command, "--json"], safe=self.safe) == code
        return json.loads(self.capsys.readouterr().out)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return Terminal(capsys, tmp_path / "data")
