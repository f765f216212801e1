"""A supervisor reads the audit at the desk; a receptionist does not."""

from datetime import UTC, datetime
from pathlib import Path

from console.desk.auditing.exporting import write_lately
from console.desk.auditing.port import Asked, AuditLine, AuditView
from console.desk.permissions import Person
from console.store.audit import checking
from console.store.audit.heads import read_heads
from console.store.values import Role
from scripts.calltypes import CallType
from tests.desk.conftest import MakeRoom
from tests.desk.room import RIVERSIDE, Room
from tests.desk.test_on_record import deeds

SUE = Person("sue", "Sue Pervis", Role.SUPERVISOR)


def ask(room: Room, asked: Asked) -> tuple[AuditView | None, tuple[AuditLine, ...]]:
    found: list[AuditView | None] = []
    pages: list[tuple[AuditLine, ...]] = []
    room.desk.audit.found.connect(found.append)
    room.desk.audit.page_read.connect(lambda _, lines: pages.append(lines))
    room.desk.audit.ask(asked)
    room.rest()
    room.desk.audit.read_page(0)
    room.rest()
    return (found[-1] if found else None), (pages[-1] if pages else ())


def test_a_supervisor_finds_who_did_what(make_room: MakeRoom) -> None:
    room = make_room(person=SUE).open()
    room.take()
    room.fill(CallType.REFILL, {"patient_name": "Ruth Olsen"})
    room.finish()
    view, lines = ask(room, Asked(practice=RIVERSIDE, event="finished"))
    assert view is not None
    assert view.count == 1
    (line,) = lines
    assert (line.did, line.practice) == ("Finished", "Riverside Family Medicine")
    assert line.what.startswith("call ")
    assert "Ruth" not in repr(lines)
    everything, _ = ask(room, Asked())
    assert everything is not None
    assert everything.count > 3
    assert ("searched", "audit") in deeds(room)
    other_day, _ = ask(room, Asked(day="2020-01-01"))
    assert other_day is not None
    assert other_day.count == 0


def test_a_receptionist_is_told_no_and_it_is_on_record(room: Room) -> None:
    view, lines = ask(room, Asked())
    assert (view, lines) == (None, ())
    assert room.notices[-1].title == "Not with your role"
    assert ("refused", "audit") in deeds(room)


def test_heads_are_exported_to_a_folder_that_verifies_the_records(
    room: Room, tmp_path: Path
) -> None:
    folder = tmp_path / "heads"
    folder.mkdir()
    room.take()
    room.rest()
    now = datetime.now(UTC)
    assert write_lately(room.book._ledger(), folder, now)
    assert write_lately(room.book._ledger(), folder, now)
    assert len(list(folder.glob("heads-*.json"))) == 2
    with room.book._ledger()._open_records().session() as session:
        known = read_heads(folder)
        assert known
        assert checking.check(session, known=known).findings == ()
    assert not write_lately(room.book._ledger(), tmp_path / "away", now)
