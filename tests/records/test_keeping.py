"""Keys, heads, retention and holds, as an administrator types them."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from console.__main__ import main
from console.safe import HandedSafe
from console.store.errors import NotAdmitted
from console.store.finishing import finish_call
from console.store.secrets import Handed
from console.store.session import Records
from tests.records.conftest import Terminal
from tests.records_file import SECRETS
from tests.store.builders import finished_call, new_message


class AnotherDesk(Handed):
    """The same file's key in another machine's keyring: its own keys are others."""

    def key(self, name: str, *, make: bool = True) -> bytes:
        key = super().key(name, make=make)
        return key if name == "records" else bytes(byte ^ 1 for byte in key)


def fill(path: Path) -> None:
    records = Records.open(path, secrets=SECRETS)
    records.write(lambda s: finish_call(s, finished=finished_call("old", message=new_message())))
    records.write(lambda s: s.execute(text("UPDATE messages SET status = 'delivered'")))
    records.close()


def test_heads_are_exported_and_verified_against(
    terminal: Terminal,
    path: Path,
    tmp_path: Path,
) -> None:
    fill(path)
    file = tmp_path / "heads.json"
    told = terminal("heads", "--output", str(file), records=path)
    assert told["chains"] >= 1
    assert json.loads(file.read_text())["heads"]
    assert terminal("verify", "--heads", str(file), records=path)["good"]


def test_a_desk_is_admitted_and_shut_out(terminal: Terminal, path: Path) -> None:
    with pytest.raises(NotAdmitted) as refused:
        Records.open(path, secrets=AnotherDesk(SECRETS.root))
    (new,) = [each for each in terminal("desks", records=path) if not each["admitted"]]
    assert new["id"] == refused.value.desk
    terminal("admit", new["id"], records=path)
    Records.open(path, secrets=AnotherDesk(SECRETS.root)).close()
    terminal("shut-out", new["id"], records=path)
    with pytest.raises(NotAdmitted):
        Records.open(path, secrets=AnotherDesk(SECRETS.root))
    terminal.safe = HandedSafe(AnotherDesk(SECRETS.root))
    assert "frontdesk records admit" in terminal("desks", records=path, code=2)


def test_nothing_is_deleted_unless_it_is_asked_for(
    terminal: Terminal,
    path: Path,
    tmp_path: Path,
) -> None:
    fill(path)
    settings = tmp_path / "settings.toml"
    settings.write_text("[retention.practices.riverside]\ncalls = 0.0000001\n")
    asked = ("retention", "--settings", str(settings))
    told = terminal(*asked, "--dry-run", records=path)
    assert told["over_age"][0]["rows"]["calls"] == 1
    assert told["deleted"] is None
    hold = terminal("hold", "riverside", records=path)["hold"]
    held = terminal(*asked, records=path)
    assert (held["over_age"][0]["rows"]["calls"], held["over_age"][0]["held"]) == (0, 1)
    for number in (hold - 1, hold):  # each command was run twice, as a sentence and as JSON
        command = ["records", "release", str(number), "--records", str(path)]
        assert main(command, safe=terminal.safe) == 0
    terminal.capsys.readouterr()
    terminal(*asked, "--apply", records=path)
    assert terminal("status", records=path)["rows"]["calls"] == 0
    assert terminal("verify", records=path)["good"]


def test_a_mistake_in_the_terms_is_named(
    terminal: Terminal,
    path: Path,
    tmp_path: Path,
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[retention]\ncalls = -1\n")
    said = terminal("retention", "--settings", str(settings), records=path, code=2)
    assert "retention" in said
