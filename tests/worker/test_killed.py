"""kill -9 of a worker, on both databases: at every step of its work, and as others watch.

`FRONTDESK_KILL_EVERY=1` kills at every step of a whole ladder; every ninth where it is not set.
"""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from console.desk.ledger import practice_facts
from console.store import pursuing
from console.store.outbox_tables import Attempt, DispatchRow, Pursuit, Task
from console.store.outbox_values import AttemptOutcome, TaskKind
from console.store.place import Place
from console.store.postgres import PostgreSQL
from console.store.practices import upsert_practices
from console.store.secrets import Handed
from console.store.session import BUSY_MS, Records
from scripts.loader import SAMPLES
from tests.delivery.peers import Gateway, gateway
from tests.postgres import Server
from tests.records_file import SECRETS
from tests.scripts.samples import library
from tests.worker.opening import AS_SIGNED, OPENED, PAGES_ALWAYS, escalate

pytestmark = [
    pytest.mark.outbox,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9"),
]


@dataclass
class Base:
    """Records of one kind, and how another process gets at them."""

    place: Place
    secrets: Handed
    records: Records
    begun: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def begin(self, module: str, *words: str) -> "subprocess.Popen[str]":
        account = getattr(self.place, "account", "")
        password = self.secrets.passwords.get(account, "")
        process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            env=os.environ | {"FRONTDESK_TEST_PASSWORD": password, "FRONTDESK_ACCOUNT": account},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.begun.append(process)
        return process


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    place: Place | Path = tmp_path / "records.sqlite"
    secrets = SECRETS
    if request.param == "postgresql":
        database = request.getfixturevalue("server").database()
        place, secrets = database.place, database.secrets
        PostgreSQL(database.place, secrets).upgrade(busy_ms=BUSY_MS)
    records = Records.open(place, secrets=secrets)
    facts = [practice_facts(practice) for practice in library().practices]
    records.write(lambda s: upsert_practices(s, practices=facts))
    made = Base(records.place, secrets, records)
    yield made
    for process in made.begun:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
    records.close()


def timeline(records: Records, escalation: int) -> list[str]:
    with records.session() as session:
        lines = pursuing.timeline(session, escalation_id=escalation)
        return [f"{(line.at - OPENED).seconds // 60} {line.what} {line.whom}" for line in lines]


def arrived(peer: Gateway) -> Counter[str]:
    return Counter(json.loads(asked.body)["key"] for asked in peer.asked)


def unsure(records: Records) -> set[str]:
    with records.session() as session:
        return set(
            session.scalars(
                select(DispatchRow.key)
                .join(Attempt, Attempt.dispatch_id == DispatchRow.id)
                .where(Attempt.outcome == AttemptOutcome.UNSURE)
            )
        )


def test_killed_at_every_step_nothing_is_paged_twice_or_skipped(base: Base) -> None:
    now = OPENED + timedelta(minutes=41)
    every = os.environ.get("FRONTDESK_KILL_EVERY", "9")
    first = "1" if every == "1" else str(random.randint(1, int(every)))
    words = (str(base.place), first, every)
    with gateway() as peer:
        run = base.begin(
            "tests.worker.killed_everywhere", words[0], peer.url, now.isoformat(), *words[1:]
        )
        told, _ = run.communicate(timeout=600)
        assert run.returncode == 0
        times = arrived(peer)
    steps = told.split()
    assert len(steps) > 30 / int(every)
    with base.records.session() as session:
        pursuits = session.scalars(select(Pursuit)).all()
        handed = session.scalars(
            select(Task.escalation_id).where(Task.kind == TaskKind.NOBODY_ANSWERED)
        ).all()
        by_sms = session.scalars(select(DispatchRow.key).where(DispatchRow.channel == "sms")).all()
    assert len(pursuits) == len(steps) + 1
    for pursuit in pursuits:
        assert timeline(base.records, pursuit.escalation_id) == AS_SIGNED
    assert sorted(handed) == sorted(pursuit.escalation_id for pursuit in pursuits)
    assert set(times) == set(by_sms)
    twice = {key for key, count in times.items() if count > 1}
    assert twice <= unsure(base.records)
    assert max(times.values()) <= 2
    print(f"killed before steps {' '.join(steps)}: {len(twice)} came twice, each as unsure")


def test_what_a_dead_worker_had_in_hand_goes_on_within_five_seconds(
    base: Base, tmp_path: Path
) -> None:
    escalation = escalate(base.records, datetime.now(UTC), practice=PAGES_ALWAYS)
    with gateway() as peer:
        settings = tmp_path / "settings.toml"
        settings.write_text(f'[delivery.sms]\nurl = "{peer.url}"\n')
        where = ["--records", str(base.place), "--settings", str(settings)]
        words = ["worker", *where, "--practices", str(SAMPLES)]
        peer.answering.clear()  # it takes the page, and does not say so
        first = base.begin("tests.worker.hears", *words)
        assert peer.came.wait(30)
        second = base.begin("tests.worker.hears", "worker", "--json", *words[1:])
        assert not _came_again(peer, 6)  # the lease is renewed while the peer takes its time
        first.kill()
        peer.answering.set()
        assert _came_again(peer, 5)
        assert second.poll() is None
    assert len(unsure(base.records)) == 1
    assert timeline_of(base.records, escalation) == ["page"]


def _came_again(peer: Gateway, seconds: float) -> bool:
    peer.came.clear()
    return peer.came.wait(seconds)


def timeline_of(records: Records, escalation: int) -> list[str]:
    with records.session() as session:
        return [line.what for line in pursuing.timeline(session, escalation_id=escalation)]
