"""Rotas as workers have them: who is paged after an override, and what of the coming days is a
task."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from console.delivery.settings import DeliverySettings
from console.desk.ledger import practice_facts
from console.store import rota
from console.store.outbox_tables import DispatchRow, Task
from console.store.practices import upsert_practices
from console.store.rota_gaps import BY_ITSELF
from console.store.session import Records
from console.store.work import ChangedRota, EndedRota, RotaPart
from console.worker.command import InForce
from console.worker.deeds import Deeds
from console.worker.letters import Letters
from console.worker.rotas import Rotas
from console.worker.worker import Worker
from scripts.entered import ChangeAct, ChangeKind
from scripts.loader import Library
from scripts.oncall import on_call_at
from scripts.practice import Practice
from scripts.rota import Rota
from tests.scripts.samples import library, riverside
from tests.store.conftest import Base, base, file_base, path, seeded, server, server_base, template
from tests.worker.opening import OPENED, RIVERSIDE, escalate

__all__ = ["base", "file_base", "path", "seeded", "server", "server_base", "template"]  # fixtures

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BUT_TUESDAY = ("mon", "wed", "thu", "fri", "sat", "sun")
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # Monday noon in Des Moines


@pytest.fixture
def records(base: Base) -> Iterator[Records]:
    opened = base.open()
    facts = [practice_facts(practice) for practice in library().practices]
    opened.write(lambda s: upsert_practices(s, practices=facts))
    yield opened
    opened.close()


def enter(
    records: Records, uid: str, act: ChangeAct, provider: str, by: str = "", **more: datetime
) -> None:
    part = RotaPart(
        uid=f"{uid}.1",
        act=act,
        provider=provider,
        by=by,
        starts_at=more.get("start", NOW - HOUR),
        ends_at=more.get("end", NOW + 200 * HOUR),
    )
    changed = ChangedRota(
        uid=uid,
        practice_id=RIVERSIDE,
        kind=ChangeKind.OVERRIDE,
        why="Away",
        person="A. Marsh",
        at=NOW - HOUR,
        changes=(part,),
    )
    records.write(lambda session: rota.change_rota(session, changed=changed))


def end(records: Records, group: str, at: datetime) -> None:
    ended = EndedRota(uid=f"{group}.e", group=group, person="Dana", why="Back", at=at)
    records.write(lambda session: rota.end_rota(session, ended=ended))


def tasks(records: Records) -> list[Task]:
    with records.session() as session:
        return list(session.scalars(select(Task).where(Task.key.like("rota.%")).order_by(Task.id)))


class Clock:
    """A monotonic clock that has always moved on by a round."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


class Watched:
    """A worker that looks at one practice's rota again and again."""

    def __init__(self, records: Records, practice: Practice) -> None:
        self.records, self.library = records, Library((practice,))
        self.clock = Clock()
        self.rotas = Rotas(self.clock)

    def look(self, now: datetime = NOW) -> int:
        self.clock.now += 61
        laid = self.rotas.over(self.records, self.library, now)
        return self.rotas.watch(self.records, laid, now)


def with_nights(*nights: str, start: str = "17:00") -> Practice:
    """A practice whose rota is day by day, and its nights."""
    weekly = [
        {
            "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
            "from": "08:00", "to": start, "tiers": [{"provider": "okafor"}],
        },
        {"days": list(nights), "from": start, "to": "08:00", "tiers": [{"provider": "ortega"}]},
    ]  # fmt: skip
    made = Rota.model_validate({"fallback": [{"provider": "okafor"}], "weekly": weekly})
    return riverside().model_copy(update={"on_call": made})


def test_who_is_paged_is_who_was_entered(records: Records) -> None:
    enter(records, "g", ChangeAct.REPLACE, "okafor", "ortega", start=OPENED - HOUR)
    escalate(records)
    rotas = Rotas()
    laid = rotas.over(records, library(), OPENED)
    letters = Letters(laid, "Frontdesk", lambda _: "")
    deeds = Deeds(laid, DeliverySettings())
    Worker(records, deeds, letters, {}, clock=lambda: OPENED).once()
    ortega = next(p for p in riverside().providers if p.id == "ortega")
    with records.session() as session:
        paged = set(session.scalars(select(DispatchRow.address)))
    assert paged <= {ortega.phone, *(reach.address for reach in ortega.reach)}
    assert paged


def test_what_is_ended_pages_the_signed_person_again_at_the_next_pass(records: Records) -> None:
    enter(records, "g", ChangeAct.REPLACE, "okafor", "ortega")
    rotas, files = Rotas(), library()
    first = rotas.over(records, files, NOW)
    assert rotas.over(records, files, NOW) is first  # nothing is read while nothing is changed
    end(records, "g", NOW - timedelta(minutes=30))
    again = rotas.over(records, files, NOW).by_id(RIVERSIDE)
    assert again is not None
    assert on_call_at(again, NOW) == on_call_at(riverside(), NOW)
    assert on_call_at(again, NOW - 45 * MINUTE) != on_call_at(riverside(), NOW - 45 * MINUTE)


def test_a_gap_is_a_task_once_and_closed_when_it_is_mended(records: Records) -> None:
    watched = Watched(records, with_nights(*BUT_TUESDAY))  # nobody on Tuesday night
    assert watched.look() == 1
    (task,) = tasks(records)
    assert task.done_at is None
    assert task.sentence.startswith("Tue 24 Nov 17:00 to Wed 25 Nov 08:00: nobody but the fallback")
    assert watched.look() == 0
    assert watched.look(NOW + 30 * HOUR) == 0  # it has begun, and is still the same one
    night = NOW + 29 * HOUR
    enter(records, "g", ChangeAct.REPLACE, "okafor", "ortega", start=night, end=night + 15 * HOUR)
    assert watched.look() == 1
    (task,) = tasks(records)
    assert task.done_by == BY_ITSELF
    end(records, "g", NOW)
    assert watched.look() == 1  # the same task, open again
    (task,) = tasks(records)
    assert task.done_at is None


def test_one_that_a_person_has_closed_stays_closed(records: Records) -> None:
    watched = Watched(records, with_nights(*BUT_TUESDAY))
    watched.look()

    def close(session: object) -> None:
        task = session.scalars(select(Task).where(Task.key.like("rota.%"))).one()  # type: ignore[attr-defined]
        task.done_at, task.done_by = NOW, "Sue"

    records.write(close)
    assert watched.look() == 0
    assert watched.look(NOW + 30 * HOUR) == 0


def test_what_is_over_is_closed_by_itself(records: Records) -> None:
    watched = Watched(records, with_nights(*BUT_TUESDAY))
    watched.look()
    assert watched.look(NOW + 45 * HOUR) >= 1
    assert tasks(records)[0].done_by == BY_ITSELF


def test_two_workers_tell_it_once(records: Records) -> None:
    practice = with_nights(*BUT_TUESDAY)
    assert [Watched(records, practice).look() for _ in range(2)] == [1, 0]


def test_an_overlap_names_who_is_meant_and_who_is_called(records: Records) -> None:
    practice = with_nights("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert practice.on_call is not None
    twice = [*practice.on_call.model_dump(by_alias=True)["weekly"], {
        "days": ["tue"], "from": "20:00", "to": "23:00", "tiers": [{"provider": "okafor"}],
    }]  # fmt: skip
    made = Rota.model_validate({"fallback": [{"provider": "okafor"}], "weekly": twice})
    watched = Watched(records, practice.model_copy(update={"on_call": made}))
    assert watched.look() == 1
    assert "are both called first by the rota" in tasks(records)[0].sentence
    assert "Tue 24 Nov 20:00 to Tue 24 Nov 23:00" in tasks(records)[0].sentence


def test_a_practice_the_records_do_not_know_is_left(file_base: Base) -> None:
    opened = file_base.open()
    unknown = with_nights("mon").model_copy(update={"id": "new_here"})
    assert Watched(opened, unknown).look() == 0
    opened.close()


def test_a_pass_of_the_command_has_both(records: Records, tmp_path: Path) -> None:
    worker = InForce(records, library(), DeliverySettings(), {}, lambda _: "")
    enter(
        records, "g", ChangeAct.REMOVE, "okafor",
        start=datetime.now(UTC), end=datetime.now(UTC) + HOUR,
    )  # fmt: skip
    worker.once()
    found = worker.library.by_id(RIVERSIDE)
    assert found is not None
    assert found != riverside()
