"""A page by telephone, on a real engine to a real one: answered with a key, or not."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from console.delivery.settings import CallSettings, DeliverySettings
from console.escalation import ladder as rungs
from console.escalation.ladder import Stage
from console.escalation.reaching import Limits
from console.people.credentials import hash_secret
from console.store import outbox, pursuing
from console.store.outbox_tables import Attempt, DispatchRow, Pursuit
from console.store.outbox_values import DispatchStatus, TaskKind
from console.store.practices import upsert_practices
from console.store.session import Records
from console.worker.calling.channel import Calls
from console.worker.calling.phone import Phone
from console.worker.calling.spoken import joined, say_call_us
from console.worker.deeds import Deeds
from console.worker.hearing import Hearing
from console.worker.letters import Letters
from console.worker.worker import CALL, Pass, Worker
from scripts.loader import Library
from softphone import wire
from tests.records_file import SECRETS, begin_empty
from tests.scripts.samples import library
from tests.softphone.peer import EngineProcess, engine
from tests.waiting import until
from tests.worker.opening import OPENED, RIVERSIDE, escalate

pytestmark = pytest.mark.sip

TEN = timedelta(minutes=10)  # when the ladder's third step calls


@dataclass
class Night:
    """A worker with a telephone, and the telephone of whoever it rings."""

    records: Records
    provider: EngineProcess
    settings: DeliverySettings
    library: Library
    phone: Phone
    limits: Limits
    now: datetime = OPENED

    def clock(self) -> datetime:
        return self.now

    def worker(self, *, calls: bool) -> Worker:
        deeds = Deeds(self.library, self.settings)
        letters = Letters(self.library, "Frontdesk", lambda _: "")
        if not calls:
            return Worker(self.records, deeds, letters, {}, clock=self.clock)
        hearing = Hearing(self.records, lambda: self.library, self.settings, clock=self.clock)
        way = Calls(
            self.records, hearing, lambda: self.library, self.settings, self.phone, self.limits
        )
        return Worker(
            self.records, deeds, letters, {CALL: way}, clock=self.clock, only=frozenset({CALL})
        )

    def climb_to_the_call(self) -> int:
        escalation = escalate(self.records)
        self.now = OPENED + TEN
        self.worker(calls=False).once()
        return escalation

    def ring(self, answer: Callable[[EngineProcess, str], None]) -> None:
        """Let the worker ring, and the provider do something with the call."""
        thread = threading.Thread(target=lambda: self.worker(calls=True).send_due(Pass(), most=1))
        thread.start()
        offered = self.provider.wait_for(wire.CallOffered, timeout=30)
        answer(self.provider, offered.call)
        thread.join(40)
        assert not thread.is_alive()

    def stage(self, escalation: int) -> Stage:
        with self.records.session() as session:
            return session.get_one(Pursuit, escalation).stage

    def calls(self) -> list[tuple[DispatchStatus, str]]:
        with self.records.session() as session:
            found = (
                select(DispatchRow.status, Attempt.detail)
                .join(Attempt, Attempt.dispatch_id == DispatchRow.id)
                .where(DispatchRow.channel == CALL)
                .order_by(Attempt.id)
            )
            return [(status, detail or "") for status, detail in session.execute(found)]

    def tasks(self) -> list[TaskKind]:
        with self.records.session() as session:
            return [task.kind for task in outbox.open_tasks(session)]


@pytest.fixture
def heard(tmp_path: Path) -> Path:
    return tmp_path / "heard.wav"


@pytest.fixture
def night(tmp_path: Path, heard: Path) -> Iterator[Night]:
    from console.desk.ledger import practice_facts

    records = Records.open(begin_empty(tmp_path / "records.sqlite"), secrets=SECRETS)
    facts = [practice_facts(practice) for practice in library().practices]
    records.write(lambda s: upsert_practices(s, practices=facts))
    sound = ("--sound", "files", "--earpiece", str(heard))
    with engine(tmp_path, "provider", *sound) as provider:
        host, port = provider.sip
        call = CallSettings(gateway=f"{host}:{port}", bind="127.0.0.1")
        settings = DeliverySettings(callback_line="+15155550199", call=call)
        phone = Phone(call, "")
        limits = Limits(ring_s=10, key_s=6, pin_s=6)
        yield Night(records, provider, settings, library(), phone, limits)
        phone.end()
    records.close()


def press(digits: str) -> Callable[[EngineProcess, str], None]:
    def answer(provider: EngineProcess, call: str) -> None:
        provider.send(wire.Answer(call))
        provider.wait_for(wire.CallAnswered, lambda e: e.call == call)
        if digits:
            provider.send(wire.SendDtmf(call, digits))
        provider.wait_for(wire.CallEnded, lambda e: e.call == call, timeout=40)

    return answer


def test_one_takes_it_and_is_told_whom_to_call(night: Night, heard: Path) -> None:
    escalation = night.climb_to_the_call()
    assert night.stage(escalation) is Stage.PAGING
    night.ring(press("1"))
    assert night.stage(escalation) is Stage.ACKNOWLEDGED
    assert night.calls() == [(DispatchStatus.DELIVERED, "")]
    assert TaskKind.CALL_PROVIDER not in night.tasks()  # nobody has to dial any more
    with night.records.session() as session:
        assert session.get_one(Pursuit, escalation).provider == "ortega"
    night.provider.stop()
    said_s = heard.stat().st_size / (2 * 16_000)
    assert said_s > 20  # the number, twice, and the reference


def test_two_passes_it_on(night: Night) -> None:
    escalation = night.climb_to_the_call()
    night.ring(press("2"))
    assert night.stage(escalation) is Stage.PAGING
    assert night.calls()[0][0] is DispatchStatus.DELIVERED
    with night.records.session() as session:
        lines = session.get_one(Pursuit, escalation)
        assert lines.provider is None or lines.provider != "ortega"


def test_a_voicemail_has_not_taken_it(night: Night) -> None:
    escalation = night.climb_to_the_call()
    night.ring(press(""))
    assert night.stage(escalation) is Stage.PAGING
    ((status, why),) = night.calls()
    assert status is DispatchStatus.PENDING  # rung again
    assert why.startswith("Answered, and no key was pressed")
    assert TaskKind.CALL_PROVIDER in night.tasks()  # a person may dial meanwhile


def test_who_declines_is_rung_again_later(night: Night) -> None:
    night.climb_to_the_call()

    def decline(provider: EngineProcess, call: str) -> None:
        provider.send(wire.Decline(call, wire.DeclineHow.BUSY))
        provider.wait_for(wire.CallEnded, lambda e: e.call == call)

    night.ring(decline)
    assert night.calls() == [(DispatchStatus.PENDING, "Busy.")]


def test_a_pin_is_asked_where_the_provider_has_one(night: Night) -> None:
    night.library = _with_pin(night.library, "4711")
    escalation = night.climb_to_the_call()

    def answer(provider: EngineProcess, call: str) -> None:
        provider.send(wire.Answer(call))
        provider.wait_for(wire.CallAnswered, lambda e: e.call == call)
        for digits in ("1", "9999#", "4711#"):
            provider.send(wire.SendDtmf(call, digits))
        until(lambda: night.stage(escalation) is Stage.ACKNOWLEDGED, "the PIN was not taken", 30)
        provider.send(wire.HangUp(call))

    night.ring(answer)
    assert night.calls()[0][0] is DispatchStatus.DELIVERED


def test_closed_while_it_rang(night: Night, heard: Path) -> None:
    escalation = night.climb_to_the_call()

    def answer(provider: EngineProcess, call: str) -> None:
        for change in (
            lambda item, _: rungs.acknowledge(item, "okafor", night.now),
            lambda item, _: rungs.reach(item, night.now),
            lambda item, _: rungs.close(item, night.now),
        ):
            night.records.write(
                lambda s, change=change: pursuing.move(
                    s,
                    escalation_id=escalation,
                    change=change,
                    what="moved",
                    whom="Dr. Ifeoma Okafor",
                    by="sms",
                    now=night.now,
                )
            )
        press("1")(provider, call)

    night.ring(answer)
    with night.records.session() as session:
        assert session.get_one(Pursuit, escalation).provider == "okafor"
    night.provider.stop()
    said_s = heard.stat().st_size / (2 * 16_000)
    assert said_s < 20  # that nothing is left to do, and no number


def test_a_number_is_said_in_groups_and_twice(tmp_path: Path) -> None:
    said = [part.stem for part in say_call_us("+15155550199", "R7K4A")]
    number = [*"515", "pause", *"555", "pause", *"0199"]
    assert said == [
        "call_us", "pause", *number, "pause", *number, "pause", "reference", *"R7K4A",
    ]  # fmt: skip
    assert joined(say_call_us("+15155550199", "R7K4A"), tmp_path).stat().st_size > 8000 * 2 * 20


def _with_pin(known: Library, pin: str) -> Library:
    practices = tuple(
        practice.model_copy(
            update={
                "providers": tuple(
                    each.model_copy(update={"pin": hash_secret(pin)}) for each in practice.providers
                )
            }
        )
        if practice.id == RIVERSIDE
        else practice
        for practice in known.practices
    )
    return Library(practices)
