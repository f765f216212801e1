"""`frontdesk export fhir`: times out of the records, as their standard knows them, and no more than
the agreement permits."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhirpathpy import evaluate

from console.__main__ import main
from console.desk.ledger import practice_facts
from console.store.finishing import finish_call
from console.store.practices import upsert_practices
from console.store.session import Records
from console.store.work import Cancellation, Reschedule
from scripts.loader import SAMPLES
from scripts.openings import OpenTime, open_times
from tests.records_file import SECRETS, HandedSafe, asked, begin_empty
from tests.scripts.samples import riverside
from tests.store.builders import finished_call, new_booking

FILE = SAMPLES / "riverside_family_medicine.yaml"
SOON = datetime.now(UTC) + timedelta(days=2)
TIMES = open_times(
    riverside(), appointment_type="office_visit", provider="okafor", after=SOON, days=21
)
DAY = TIMES[0].start.astimezone(riverside().zone).date()
OF_DAY = [t for t in TIMES if t.start.astimezone(riverside().zone).date() == DAY]
PRIVATE = ("Ann Example", "1980-02-29", "+15155550142", "Annual physical")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return begin_empty(tmp_path / "records.sqlite")


@pytest.fixture
def records(path: Path) -> Iterator[Records]:
    opened = Records.open(path, secrets=SECRETS)
    opened.write(lambda s: upsert_practices(s, practices=[practice_facts(riverside())]))
    yield opened
    opened.close()


def book(records: Records, time: OpenTime, name: str = "Ann Example") -> int:
    booking = new_booking(
        time.start, provider=time.provider_id, ends_at=time.end, patient_name=name
    )
    return finish(records, booking)


def finish(records: Records, booking: Any) -> int:
    call = finished_call(practice_id=riverside().id, booking=booking, answers=())
    made = records.write(lambda s: finish_call(s, finished=call)).booking_id
    assert made is not None
    return made


@pytest.fixture
def practices(tmp_path: Path) -> Path:
    folder = tmp_path / "practices"
    folder.mkdir()
    (folder / FILE.name).write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


@pytest.fixture
def unsigned(practices: Path) -> Path:
    """The same practice, whose agreement has ended."""
    text = (practices / FILE.name).read_text(encoding="utf-8")
    (practices / FILE.name).write_text(
        text.replace("ends_on: 2028-01-11", "ends_on: 2026-01-13"), encoding="utf-8"
    )
    return practices


def run(path: Path, practices: Path, *words: str, day: date = DAY) -> int:
    about = ("--records", str(path), "--practices", str(practices), "--practice", riverside().id)
    return main(["export", "fhir", *about, "--from", str(day), *words], safe=HandedSafe(SECRETS))


def exported(path: Path, practices: Path, tmp_path: Path, *words: str) -> dict[str, Any]:
    file = tmp_path / "out.json"
    assert run(path, practices, "--output", str(file), *words) == 0
    assert file.stat().st_mode & 0o077 == 0
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def of_kind(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    each = [entry["resource"] for entry in found["entry"]]
    return [resource for resource in each if resource["resourceType"] == kind]


def test_open_and_booked_times_are_ones_their_standard_knows(
    records: Records, path: Path, practices: Path, tmp_path: Path
) -> None:
    first, second, third = OF_DAY[:3]
    book(records, first)
    finish(records, Cancellation(booking_id=book(records, second)))
    moved = book(records, third, "Ben Example")
    found = exported(path, practices, tmp_path)
    Bundle.model_validate(found)
    slots, visits = of_kind(found, "Slot"), of_kind(found, "Appointment")
    assert len({each["id"] for each in (*slots, *visits)}) == len(slots) + len(visits)
    assert [each["status"] for each in visits] == ["booked", "cancelled", "booked"]
    busy = {each["id"]: each for each in slots if each["status"] == "busy"}
    for visit in visits:
        taken = [slot["reference"].removeprefix("urn:uuid:") for slot in visit.get("slot", [])]
        assert len(taken) == (visit["status"] == "booked")
        assert all(busy[each]["start"] == visit["start"] for each in taken)
        # R4 appointment.html, app-1 to app-4
        assert evaluate(visit, "start.exists() = end.exists()") == [True]
        assert evaluate(visit, "participant.all(type.exists() or actor.exists())") == [True]
    free = [each["start"] for each in slots if each["status"] == "free"]
    assert second.start.isoformat().replace("+00:00", "Z") in free
    assert first.start.isoformat().replace("+00:00", "Z") not in free
    uid = visits[2]["identifier"][0]["value"]
    later = OF_DAY[4]
    finish(records, Reschedule(booking_id=moved, starts_at=later.start, ends_at=later.end))
    again = of_kind(exported(path, practices, tmp_path), "Appointment")
    assert [v["identifier"][0]["value"] for v in again].count(uid) == 1, "moved, it is the same"
    assert (
        next(v for v in again if v["identifier"][0]["value"] == uid)["start"] != visits[2]["start"]
    )


def test_under_an_agreement_the_patient_is_told(
    records: Records, path: Path, practices: Path, tmp_path: Path
) -> None:
    book(records, OF_DAY[0])
    (visit,) = of_kind(exported(path, practices, tmp_path), "Appointment")
    assert all(word in json.dumps(visit) for word in PRIVATE)
    told = asked(path, "SELECT event, practice_id, detail FROM audit WHERE kind = 'booking'")
    assert told[-1] == ("exported", riverside().id, f"fhir.{DAY}.{DAY}")


def test_without_one_a_visit_is_a_time_a_provider_and_a_reference(
    records: Records, path: Path, unsigned: Path, tmp_path: Path
) -> None:
    book(records, OF_DAY[0])
    found = exported(path, unsigned, tmp_path)
    Bundle.model_validate(found)
    (visit,) = of_kind(found, "Appointment")
    assert not [word for word in PRIVATE if word in json.dumps(found)]
    assert visit["description"] == "Booked by the front desk, ref B1"


def test_a_resource_a_line(
    records: Records, path: Path, practices: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book(records, OF_DAY[0])
    assert run(path, practices, "--ndjson") == 0
    kinds = [json.loads(line)["resourceType"] for line in capsys.readouterr().out.splitlines()]
    assert kinds[0] == "Schedule"
    assert kinds.count("Appointment") == 1


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--to", str(DAY - timedelta(days=1))), "Not days to export"),
        (("--practice", "nowhere"), "No such practice"),
        (("--output", "/nowhere/out.json"), "The export was not written"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    path: Path,
    practices: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    says: str,
) -> None:
    assert run(path, practices, *words) == 2
    assert says in capsys.readouterr().err
