"""Keys are made once, kept in a trusted keyring only, and never made over."""

import threading
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from console import keychain
from console.errors import WorldError
from console.keychain import Keychain
from console.safe import SystemSafe
from console.store.errors import Away, KeyMissing, RecordsAway
from console.store.secrets import RECORDS, SPOOL
from scripts.loader import SAMPLES
from tests.app.running import engines_of, run


class Keyring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.locked:
            raise keyring.errors.KeyringLocked("dismissed")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """The system's keyring, of a kind that is trusted."""
    found = Keyring()
    monkeypatch.setattr(Keyring, "__module__", "keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", lambda: found)
    return found


def test_a_key_is_made_at_its_first_use_and_is_the_same_from_then_on(
    ring: Keyring, tmp_path: Path
) -> None:
    first = Keychain(tmp_path).key(RECORDS)
    assert len(first) == 32
    assert Keychain(tmp_path).key(RECORDS) == first
    assert Keychain(tmp_path).key(SPOOL) != first
    assert set(ring.kept) == {("frontdesk-keys", RECORDS), ("frontdesk-keys", SPOOL)}


def test_of_two_processes_that_make_a_key_at_once_both_get_the_same(
    ring: Keyring, tmp_path: Path
) -> None:
    ready = threading.Barrier(4)
    got: list[bytes] = []

    def first_use() -> None:
        ready.wait(timeout=20)
        got.append(Keychain(tmp_path).key(RECORDS))

    threads = [threading.Thread(target=first_use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(got) == 4
    assert len(set(got)) == 1


def test_a_key_something_depends_on_is_not_made_anew(ring: Keyring, tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        Keychain(tmp_path).key(RECORDS, make=False)
    assert ring.kept == {}


def test_a_locked_keyring_is_away_and_asks_the_person_once(ring: Keyring, tmp_path: Path) -> None:
    ring.locked = True
    chain = Keychain(tmp_path)
    for _ in range(3):
        with pytest.raises(RecordsAway) as away:
            chain.key(RECORDS)
        assert away.value.reason is Away.KEYRING
    assert ring.asked == 1


def test_the_servers_password_is_the_keyrings(ring: Keyring, tmp_path: Path) -> None:
    assert Keychain(tmp_path).password("desk@db.example.com") is None
    ring.set_password("frontdesk-records", "desk@db.example.com", "word")
    assert Keychain(tmp_path).password("desk@db.example.com") == "word"


def test_a_plaintext_keyring_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Keyring, "__module__", "keyrings.alt.file")
    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    with pytest.raises(WorldError, match=r"keyrings\.alt\.file"):
        SystemSafe().check()
    with pytest.raises(RecordsAway):
        Keychain(tmp_path).key(RECORDS)
    assert keychain.TRUSTED_MODULES


def test_a_desk_without_a_trusted_keyring_refuses_with_the_mend(tmp_path: Path) -> None:
    done = run(
        *("--data", str(tmp_path), "--practices", str(SAMPLES), "--sip-port", "0"),
        *("--bind", "127.0.0.1", "--sound", "none"),
        program="console",
        environment={"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"},
    )
    assert done.returncode == 2
    assert "No safe keyring" in done.stderr
    assert "start GNOME Keyring or KWallet" in done.stderr
    assert not (tmp_path / "records.sqlite").exists()
    assert engines_of(tmp_path) == []
