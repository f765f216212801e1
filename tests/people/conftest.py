"""Records with people in them, a sealed file, and a phone that shows codes."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from console.people import credentials
from console.people.sealed import SealedPeople
from console.people.seat import Seat
from console.people.service import People
from console.people.signing_in import Progress, Step
from console.store.session import Records
from tests.records_file import SECRETS
from tests.store.builders import seed

PASSWORD = "four words no one tries"
KEY = bytes(range(32))


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class Phone:
    """An authenticator that has been shown a secret."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self.totp = pyotp.TOTP(secret)
        self.clock = clock

    def code(self, steps: int = 0) -> str:
        """Return the code of now, or of a phone whose clock is some steps off."""
        return self.totp.at(self.clock.now, counter_offset=steps)


class Office:
    """Records, people, a clock; `away` takes the records away from them."""

    def __init__(self, folder: Path, key: bytes | None = KEY) -> None:
        self.folder = folder
        self.clock = Clock()
        self.records = Records.open(folder / "records.db", secrets=SECRETS)
        self.away = False
        self.key = key
        self.desks = 0
        self.people = self.another_desk()

    def another_desk(self) -> People:
        """Return what another program on the same records and machine makes."""
        sealed = SealedPeople(self.folder / "people.sealed", lambda: self.key)
        self.desks += 1
        return People(
            lambda: None if self.away else self.records, sealed, f"desk {self.desks}", self.seat()
        )

    def seat(self) -> Seat:
        return Seat(self.records.place, SECRETS)

    def first(self, login: str = "amira") -> tuple[Phone, Progress]:
        """Make the administrator, with a phone; returns it and the last step."""
        signing = self.people.signing
        offered = signing.make_first(login, "Amira Haddad", PASSWORD, self.clock())
        assert offered.step is Step.ENROL, offered.note
        phone = Phone(offered.secret, self.clock)
        return phone, signing.confirm_phone(phone.code(), self.clock())

    def sign_in(self, code: str, login: str = "amira", password: str = PASSWORD) -> Progress:
        return self.people.signing.sign_in(login, password, code, self.clock())


@pytest.fixture(scope="session")
def _begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("begun") / "records.db"
    records = Records.open(path, secrets=SECRETS)
    seed(records)
    records.close()
    return path


@pytest.fixture
def office(_begun: Path, tmp_path: Path) -> Iterator[Office]:
    shutil.copy(_begun, tmp_path / "records.db")
    made = Office(tmp_path)
    yield made
    made.records.close()


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with the least memory: what is tested here is not how dear a guess is."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(credentials, "_hasher", PasswordHasher(1, 8, 1))
