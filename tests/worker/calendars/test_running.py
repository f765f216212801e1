"""Calendars read by a worker that runs: in one pass of `frontdesk worker`, and beside a desk."""

import json

import pytest

from console.delivery.settings import DeliverySettings
from console.worker import beside
from console.worker.beside import BesideWorker
from console.worker.command import InForce
from console.worker.run import run
from scripts.loader import Library
from tests.calendars.radicale import PASSWORD, USER
from tests.records_file import SECRETS
from tests.waiting import until
from tests.worker.calendars.practice import MONDAY, VISIT, Office

pytestmark = pytest.mark.calendar


def test_one_pass_tells_what_came_of_each(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = InForce(
        office.records, Library((office.practice,)), DeliverySettings(), {}, lambda _: ""
    )
    worker.calendars = office.worker
    run(worker, once=True, as_json=True)
    assert json.loads(capsys.readouterr().out)["calendars"] == {"read": 1}
    office.clock.minutes(1)
    run(worker, once=True, as_json=False)
    assert "calendars: 1 unchanged" in capsys.readouterr().out


def test_a_desk_reads_them_by_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "BEGIN_AFTER_S", 0.0)
    monkeypatch.setitem(SECRETS.passwords, "riverside@calendar", PASSWORD)
    assert office.practice.calendar is not None
    assert office.practice.calendar.user == USER
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    running = BesideWorker(
        place=office.records.place,
        secrets=lambda: SECRETS,
        settings=DeliverySettings(),
        library=lambda: Library((office.practice,)),
    )
    running.start()
    until(lambda: [row for row in office.rows() if row.read_at], "it was not read")
    running.stop()
    assert len(office.busy()) == 1
