"""The worker beside a window: it pages by itself, and what it is doing when it ends is not lost."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.delivery.settings import DeliverySettings, SmsSettings
from console.store.place import FilePlace
from console.store.session import Records
from console.worker import beside, ears
from console.worker.beside import BesideWorker
from console.worker.hearing import Hearing
from scripts.entered import ChangeAct
from tests.delivery.peers import Gateway, gateway
from tests.records_file import SECRETS
from tests.scripts.samples import library
from tests.waiting import until
from tests.worker.opening import PAGES_ALWAYS, RIVERSIDE, escalate
from tests.worker.test_rotas import enter
from tests.worker.test_worker import path

__all__ = ["path"]  # a fixture

pytestmark = pytest.mark.outbox


@pytest.fixture
def peer() -> Iterator[Gateway]:
    with gateway() as running:
        yield running


def worker(path: Path, peer: Gateway) -> BesideWorker:
    return BesideWorker(
        place=FilePlace(path),
        secrets=lambda: SECRETS,
        settings=DeliverySettings(sms=SmsSettings(url=peer.url)),
        library=library,
    )


def test_an_escalation_is_paged_by_itself(
    path: Path, peer: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "BEGIN_AFTER_S", 0.0)
    monkeypatch.setattr(beside, "EVERY_S", 0.05)
    records = Records.open(path, secrets=SECRETS)
    escalate(records, opened_at=datetime.now(UTC), practice=PAGES_ALWAYS)
    records.close()
    running = worker(path, peer)
    running.start()
    assert peer.came.wait(20)
    running.stop()
    assert "URGENT call" in json.loads(peer.asked[0].body)["text"]


def test_answers_at_a_desk_are_judged_by_what_was_entered_about_a_rota(
    path: Path, peer: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard_by: list[Hearing] = []

    def listening(hearing: Hearing, *_: object, **__: object) -> nullcontext[None]:
        heard_by.append(hearing)
        return nullcontext()

    monkeypatch.setattr(ears, "Ears", listening)
    monkeypatch.setattr(beside, "BEGIN_AFTER_S", 0.0)
    monkeypatch.setattr(beside, "EVERY_S", 0.05)
    records = Records.open(path, secrets=SECRETS)
    now = datetime.now(UTC)
    enter(records, "gone", ChangeAct.REMOVE, "okafor", start=now, end=now + timedelta(hours=1))
    records.close()
    running = worker(path, peer)
    running.start()
    plain = library().by_id(RIVERSIDE)
    until(lambda: heard_by and heard_by[0].library().by_id(RIVERSIDE) != plain, "it is not known")
    running.stop()


def test_one_that_is_ended_before_it_begins_does_nothing(path: Path, peer: Gateway) -> None:
    running = worker(path, peer)
    running.start()
    running.stop()
    assert not peer.asked
    worker(path, peer).stop()  # nor does one that was never begun
