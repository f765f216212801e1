"""The worker beside a window: it pages by itself, and what it is doing when it ends is not lost."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.delivery.settings import DeliverySettings, SmsSettings
from console.store.place import FilePlace
from console.store.session import Records
from console.worker import beside
from console.worker.beside import BesideWorker
from tests.delivery.peers import Gateway, gateway
from tests.records_file import SECRETS
from tests.scripts.samples import library
from tests.worker.opening import escalate
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
    escalate(records, opened_at=datetime.now(UTC))
    records.close()
    running = worker(path, peer)
    running.start()
    assert peer.came.wait(20)
    running.stop()
    assert "URGENT call" in json.loads(peer.asked[0].body)["text"]


def test_one_that_is_ended_before_it_begins_does_nothing(path: Path, peer: Gateway) -> None:
    running = worker(path, peer)
    running.start()
    running.stop()
    assert not peer.asked
    worker(path, peer).stop()  # nor does one that was never begun
