import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.desk.ledger import practice_facts
from console.store.practices import upsert_practices
from console.store.session import Records
from tests.calendars.radicale import USER, Radicale, radicale
from tests.calendars.wrongdoer import Wrongdoer, wrongdoer
from tests.records_file import SECRETS
from tests.scripts.samples import riverside
from tests.worker.calendars.practice import Clock, Office, with_calendar


@pytest.fixture(scope="session")
def server() -> Iterator[Radicale]:
    with radicale() as running:
        yield running


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records that know the practice and nothing else: copied, which is quicker than made."""
    path = tmp_path_factory.mktemp("begun") / "records.sqlite"
    records = Records.open(path, secrets=SECRETS)
    records.write(lambda s: upsert_practices(s, practices=[practice_facts(riverside())]))
    records.close()
    return path


@pytest.fixture
def office(server: Radicale, begun: Path, tmp_path: Path) -> Iterator[Office]:
    side = server.calendar()
    path = shutil.copy(begun, tmp_path / "records.sqlite")
    records = Records.open(path, secrets=SECRETS)
    practice = with_calendar(
        {"kind": "caldav", "url": side.url, "user": USER, "secret": "riverside"}
    )
    yield Office(records, side, Clock(), practice)
    side.client.close()
    records.close()


@pytest.fixture
def door(office: Office, server: Radicale) -> Iterator[Wrongdoer]:
    """The practice's calendar behind a door that may lie."""
    with wrongdoer(server.url) as running:
        office.set_calendar(url=running.at(office.side.url))
        yield running
