"""`frontdesk records` as an administrator types it."""

import io
import json
import sqlite3
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from console.safe import HandedSafe
from console.store import migrating
from console.store.aside import Why, item
from console.store.practices import upsert_practices
from console.store.secrets import Handed
from console.store.session import Records
from console.store.spool import Spool
from console.store.work import encode
from tests.postgres import Database, Server
from tests.records.conftest import Terminal
from tests.records_file import SECRETS, asked
from tests.store.builders import LAKESHORE, finished_call


@pytest.fixture
def empty(terminal: Terminal) -> Any:
    """A server with an empty database; its password is in the keyring."""
    with Server() as server:
        database = server.database()
        terminal.safe = HandedSafe(Handed(SECRETS.root, database.secrets.passwords))
        yield database


def test_the_state_of_records_is_told(terminal: Terminal, path: Path) -> None:
    told = terminal("status", records=path)
    assert told["layout"] == told["newest_layout"] == migrating.head()
    assert told["rows"]["practices"] == 2
    assert told["in_the_clear"] is None
    assert terminal("status", records=path.with_name("none"))["state"] == "not begun yet"
    assert not path.with_name("none").exists()


def test_records_that_cannot_be_reached_are_told_and_end_with_1(terminal: Terminal) -> None:
    told = terminal("status", records="postgresql://desk@127.0.0.1:9/frontdesk", code=1)
    assert not told["reachable"]
    assert "cannot be reached" in told["trouble"]


def test_verify_says_what_it_looked_at(terminal: Terminal, path: Path) -> None:
    told = terminal("verify", records=path)
    assert told["good"]
    names = [check["name"] for check in told["checks"]]
    assert names == ["layout", "storage", "links", "bookings", "secrets", "audit"]


def test_a_backup_and_its_way_back_by_the_recovery_key(
    terminal: Terminal, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, new = tmp_path / "night.backup", tmp_path / "new" / "records.sqlite"
    terminal("backup", str(backup), records=path)
    key = terminal("recovery-key", records=path)["recovery_key"]
    terminal.safe = HandedSafe(Handed(b"another machine"))
    assert "have another key" in terminal("restore", str(backup), records=new, code=2)
    new.parent.mkdir(exist_ok=True)
    for _ in range(2):  # once to be read, once as JSON
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{key}\n{key}\n"))
        command = ["records", "restore", str(backup), "--recovery-key", "--records", str(new)]
        assert main(command, safe=terminal.safe) == 0
    found = asked(
        new, "SELECT event FROM audit WHERE kind = 'records'", secrets=terminal.safe.handed
    )
    assert ("restored",) in found


def test_a_move_to_a_server_is_counted_and_the_settings_line_given(
    terminal: Terminal, path: Path, empty: Database
) -> None:
    command = ["records", "move", str(empty.place), "--records", str(path), "--json"]
    assert main(command, safe=terminal.safe) == 0
    told = json.loads(terminal.capsys.readouterr().out)
    assert told["settings"] == f'records = "{empty.place}"'
    assert told["tables"]["practices"]["rows"] == 2
    assert len(told["tables"]["practices"]["sha256_sum"]) == 64
    assert terminal("verify", records=str(empty.place))["good"]
    assert "have been moved" in terminal("verify", records=path, code=2)


def test_a_servers_layout_is_begun_and_brought_up_to_date_after_a_backup(
    terminal: Terminal, empty: Database
) -> None:
    told = terminal("upgrade", records=str(empty.place))
    assert told["layout"] == migrating.head()
    assert told["backup"] is None
    with empty.connect() as older:  # as far as it matters for the backup
        older.execute("UPDATE alembic_version SET version_num = '0001'")
    assert "must be brought up to date" in terminal("verify", records=str(empty.place), code=2)


def test_a_file_in_the_clear_is_told_of_and_removed_when_asked(
    terminal: Terminal, path: Path, tmp_path: Path
) -> None:
    plain = path.with_name(path.name + ".plain")
    sqlite3.connect(plain).close()
    plain.write_bytes(b"private cough" * 100)
    assert terminal("status", records=path)["in_the_clear"] == str(plain)
    command = ["records", "upgrade", "--remove-plain", "--records", str(path)]
    assert main(command, safe=terminal.safe) == 0
    assert not plain.exists()
    assert terminal("status", records=path)["in_the_clear"] is None


def test_work_that_was_refused_is_shown_tried_again_and_handed_over(
    terminal: Terminal, path: Path
) -> None:
    terminal.data.mkdir()
    spool = Spool(terminal.data / "kept-work.jsonl", SECRETS)
    refused = encode(finished_call("a", practice_id="lakeshore"))
    spool.aside.add((item(Why.AGREEMENT, refused), item(Why.TORN, b"half a li")))
    told = terminal("aside", records=path, code=1)["items"]
    assert [(each["call"], each["content"]) for each in told] == [("a", None), (None, None)]
    assert "fever" in terminal("aside", "--show", records=path, code=1)["items"][0]["content"]
    assert len(terminal("aside", "--retry", records=path, code=1)["items"]) == 2
    records = Records.open(path, secrets=SECRETS)
    signed = type(LAKESHORE)(
        LAKESHORE.id, LAKESHORE.name, LAKESHORE.timezone, "b2", baa_signed_on=date(2026, 1, 1)
    )
    records.write(lambda s: upsert_practices(s, practices=[signed]))
    records.close()
    (left,) = terminal("aside", "--retry", records=path, code=1)["items"]
    assert asked(path, "SELECT uid FROM calls") == [("a",)]
    (left,) = terminal("aside", "--hand-over", "Sam Reyes", records=path)["items"]
    assert left["handed_to"] == "Sam Reyes"
    assert terminal("aside", "--drop", left["id"], records=path)["items"] == []
