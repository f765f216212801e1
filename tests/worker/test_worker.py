"""The worker against a real gateway: pages leave once, and a worker killed anywhere costs nothing.

`FRONTDESK_OUTBOX_RUN=1000,50` runs as many messages and kills; less where it is not set.
"""

import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from console.delivery.channels.sms import HttpSms
from console.delivery.settings import DeliverySettings
from console.escalation import ladder as rungs
from console.escalation.ladder import Stage
from console.store import outbox, people, pursuing, shifts
from console.store.models import AuditEntry, Escalation
from console.store.outbox import NewDispatch
from console.store.outbox_tables import Attempt, DispatchRow, Pursuit, Task
from console.store.outbox_values import AttemptOutcome, DispatchStatus, TaskKind
from console.store.people import NewAccount
from console.store.practices import upsert_practices
from console.store.session import Records
from console.store.values import Role
from console.worker.deeds import Deeds
from console.worker.letters import Letters
from console.worker.run import run
from console.worker.worker import Worker
from scripts.loader import SAMPLES
from tests.delivery.peers import Gateway, gateway
from tests.records_file import SECRETS, begin_empty
from tests.scripts.samples import library
from tests.worker.opening import AS_SIGNED, OPENED, PAGES_ALWAYS, RIVERSIDE, escalate

pytestmark = pytest.mark.outbox

SECRETS_OF_THE_CALL = ("Ann Example", "chest", "+15155550142")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    from console.desk.ledger import practice_facts

    made = begin_empty(tmp_path / "records.sqlite")
    records = Records.open(made, secrets=SECRETS)
    facts = [practice_facts(practice) for practice in library().practices]
    records.write(lambda s: upsert_practices(s, practices=facts))
    records.close()
    return made


@pytest.fixture
def records(path: Path) -> Iterator[Records]:
    opened = Records.open(path, secrets=SECRETS)
    yield opened
    opened.close()


@dataclass
class Clock:
    now: datetime = OPENED
    steps: list[datetime] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def worker(records: Records, clock: Clock, peer: Gateway | None) -> Worker:
    ways = {"sms": HttpSms(peer.url, "token")} if peer is not None else {}
    letters = Letters(library(), "Frontdesk", lambda _: "")
    return Worker(records, Deeds(library(), DeliverySettings()), letters, ways, clock=clock)


def test_after_the_last_round_a_supervisor_who_is_there_has_it_by_name(
    records: Records, clock: Clock
) -> None:
    escalation = escalate(records)
    new = NewAccount(
        login="sue", name="Sue Pervis", role=Role.SUPERVISOR, password_hash="h", practice_id=None
    )
    records.write(lambda s: people.add_account(s, new=new, at=OPENED, by="test"))
    records.write(lambda s: shifts.begin_shift(s, uid="s", login="sue", machine="m", at=OPENED))
    working = worker(records, clock, None)
    for minutes in (39, 2):
        clock.pass_minutes(minutes)
        records.write(lambda s: shifts.still_there(s, uid="s", at=clock.now))
        working.once()
    assert timeline(records, escalation)[-1] == "40 tell Sue Pervis"
    with records.session() as session:
        assert session.get_one(Escalation, escalation).owner == "Sue Pervis"
        owners = {task.owner for task in outbox.open_tasks(session) if task.escalation_id}
    assert owners == {"Sue Pervis"}


def timeline(records: Records, escalation: int) -> list[str]:
    with records.session() as session:
        lines = pursuing.timeline(session, escalation_id=escalation)
        return [f"{(line.at - OPENED).seconds // 60} {line.what} {line.whom}" for line in lines]


def test_a_finished_escalation_is_paged_and_pursued(records: Records, clock: Clock) -> None:
    escalation = escalate(records)
    with gateway() as peer:
        working = worker(records, clock, peer)
        done = working.once()
        assert (done.taken_up, done.deeds, done.settled) == (1, 1, {"sent": 1})
        assert working.once().idle
        page = json.loads(peer.asked[0].body)
        provider = library().by_id(RIVERSIDE).provider("okafor")
        assert page["to"] == provider.phone
        assert "URGENT call, ref " in page["text"]
        assert not any(word in page["text"] for word in SECRETS_OF_THE_CALL)
        clock.pass_minutes(11)
        working.once()
        assert len(peer.asked) == 2
    assert timeline(records, escalation) == AS_SIGNED[:3]
    with records.session() as session:
        (task,) = outbox.open_tasks(session)
        assert task.kind is TaskKind.CALL_PROVIDER
        assert "call Dr. Luis Ortega now" in task.sentence
        assert not any(word in task.sentence for word in SECRETS_OF_THE_CALL)


def test_nobody_answers_and_a_person_has_it(records: Records, clock: Clock) -> None:
    escalate(records)
    with gateway() as peer:
        clock.pass_minutes(41)
        worker(records, clock, peer).once()
    with records.session() as session:
        tasks = {task.kind: task for task in outbox.open_tasks(session)}
        task = tasks[TaskKind.NOBODY_ANSWERED]
        assert task.owner == "Dana"
        assert "It is yours now." in task.sentence


def test_without_a_way_out_a_person_is_told_at_once(records: Records, clock: Clock) -> None:
    escalate(records)
    worker(records, clock, None).once()
    with records.session() as session:
        (task,) = outbox.open_tasks(session)
        assert task.kind is TaskKind.UNDELIVERED
        assert "no way out by sms" in task.sentence


def test_taken_reached_and_closed(records: Records, clock: Clock) -> None:
    escalation = escalate(records)
    with gateway() as peer:
        working = worker(records, clock, peer)
        working.once()
        for change in (
            lambda item, _: rungs.acknowledge(item, "okafor", clock.now),
            lambda item, _: rungs.reach(item, clock.now),
            lambda item, _: rungs.close(item, clock.now),
        ):
            records.write(
                lambda s, change=change: pursuing.move(
                    s,
                    escalation_id=escalation,
                    change=change,
                    what="moved",
                    whom="okafor",
                    by="sms",
                    now=clock.now,
                )
            )
        clock.pass_minutes(600)
        assert working.once().idle
    with records.session() as session:
        assert session.get_one(Pursuit, escalation).stage is Stage.CLOSED


def test_a_gateway_that_is_away_gets_it_when_it_is_back(records: Records, clock: Clock) -> None:
    escalate(records)
    with gateway() as peer:
        working = worker(records, clock, peer)
        peer.code = 503
        assert working.once().settled == {"pending": 1}
        peer.code = 200
        assert working.once().idle
        clock.pass_minutes(0.1)
        assert working.once().settled == {"sent": 1}


def test_the_command_does_one_pass_and_says_so(path: Path, tmp_path: Path) -> None:
    records = Records.open(path, secrets=SECRETS)
    escalate(records, opened_at=datetime.now(UTC), practice=PAGES_ALWAYS)
    records.close()
    with gateway() as peer:
        settings = tmp_path / "settings.toml"
        settings.write_text(f'[delivery.sms]\nurl = "{peer.url}"\n')
        where = ["--records", str(path), "--settings", str(settings), "--practices", str(SAMPLES)]
        command = [sys.executable, "-m", "tests.app.handed", "worker", "--once", "--json", *where]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        done = json.loads(ran.stdout)
        assert done["taken_up"] == 1
        assert done["deeds"] >= 1
        assert sum(done["settled"].values()) >= 1


def test_it_ends_when_told(records: Records, clock: Clock) -> None:
    stop = threading.Event()
    stop.set()
    assert run(worker(records, clock, None), once=False, as_json=False, stop=stop) == 0


class Run:
    """Workers on one file, killed and begun again with a clock a lease further on."""

    def __init__(self, path: Path, peer: Gateway) -> None:
        self.path, self.peer, self.ahead = path, peer, 0.0

    def begin(self) -> "subprocess.Popen[str]":
        words = [str(self.path), self.peer.url, str(self.ahead)]
        command = [sys.executable, "-m", "tests.worker.killed", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        self.ahead += outbox.LEASE.total_seconds() + 1
        return process

    def killed_after(self, seconds: float) -> None:
        process = self.begin()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()

    def to_the_end(self) -> None:
        process = self.begin()
        assert process.wait(60) == 0
        assert process.stdout is not None
        process.stdout.close()


def test_messages_arrive_though_workers_are_killed(
    path: Path, records: Records, record_property: Any
) -> None:
    messages, kills = map(int, os.environ.get("FRONTDESK_OUTBOX_RUN", "150,8").split(","))
    chance = random.Random(11)
    new = [
        NewDispatch(key=f"m{number}", channel="sms", address="+1", subject="s", text="t")
        for number in range(messages)
    ]
    records.write(lambda s: outbox.put(s, dispatches=new, now=datetime.now(UTC)))
    with gateway() as peer:
        runs = Run(path, peer)
        for _ in range(kills):
            runs.killed_after(chance.uniform(0.02, 0.4))
        runs.to_the_end()
        arrived = Counter(json.loads(asked.body)["key"] for asked in peer.asked)
    assert set(arrived) == {each.key for each in new}
    twice = {key for key, times in arrived.items() if times > 1}
    with records.session() as session:
        unsure = set(
            session.scalars(
                select(DispatchRow.key)
                .join(Attempt, Attempt.dispatch_id == DispatchRow.id)
                .where(Attempt.outcome == AttemptOutcome.UNSURE)
            )
        )
        states = set(session.scalars(select(DispatchRow.status).distinct()))
    assert states == {DispatchStatus.SENT}
    assert twice <= unsure  # each that came twice is one whose worker died in it
    assert len(twice) <= kills
    record_property("twice", len(twice))
    print(f"{messages} messages, {kills} kills: all arrived, {len(twice)} twice")


def test_a_ladder_whose_workers_are_killed_pages_once_a_step(path: Path, records: Records) -> None:
    escalations = [escalate(records) for _ in range(5)]
    chance = random.Random(7)
    with gateway() as peer:
        runs = Run(path, peer)
        for _ in range(6):
            runs.killed_after(chance.uniform(0.01, 0.25))
        runs.to_the_end()
    for escalation in escalations:
        assert timeline(records, escalation)[: len(AS_SIGNED)] == AS_SIGNED
    with records.session() as session:
        keys = session.execute(
            select(func.count(), func.count(DispatchRow.key.distinct())).select_from(DispatchRow)
        ).one()
        assert keys[0] == keys[1]
        assert session.scalars(select(Task).where(Task.kind == TaskKind.NOBODY_ANSWERED)).all()


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_what_became_of_it_is_written_also_when_nobody_was_notified(
    path: Path, records: Records, clock: Clock, form: list[str]
) -> None:
    escalation = escalate(records)
    clock.pass_minutes(41)
    worker(records, clock, None).once()
    with records.session() as session:
        reference = session.get_one(Pursuit, escalation).reference
    command = [sys.executable, "-m", "tests.app.handed", "escalate", "record"]
    asked = [*command, reference.lower(), "--records", str(path), *form]
    ran = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    if form:
        told = json.loads(ran.stdout)
        assert (told["reference"], told["notified"]) == (reference, False)
        assert told["lines"][0]["what"] == "opened"
    else:
        assert f"Time-line of {reference}, Riverside Family Medicine" in ran.stdout
        assert "Nobody has been notified." in ran.stdout
        assert "Nobody answered: told the supervisor on duty" in ran.stdout
    assert not any(word in ran.stdout for word in SECRETS_OF_THE_CALL)
    with records.session() as session:
        written = session.scalars(select(AuditEntry.detail)).all()
    assert "timeline" in written


def test_what_became_of_none_is_said(path: Path, records: Records) -> None:
    command = [sys.executable, "-m", "tests.app.handed", "escalate", "record", "AAAAA"]
    ran = subprocess.run(
        [*command, "--records", str(path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode != 0
    assert "none with the reference AAAAA" in ran.stderr
