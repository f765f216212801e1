"""A supervisor sees to work the records refused: nothing of it vanishes, all of it is on record."""

from console.desk.permissions import Person
from console.desk.set_aside.port import AmendAside, AsideView
from console.store.aside import Why, item
from console.store.models import Call, Message
from console.store.spool import Spool
from console.store.values import Role
from console.store.work import OpenedCall, encode
from tests.desk.conftest import MakeRoom
from tests.desk.room import DANA, RIVERSIDE
from tests.desk.test_on_record import on_record
from tests.desk.test_records import trouble
from tests.records_file import SECRETS
from tests.store.builders import finished_call, new_escalation, new_message

SUE = Person("sue", "Sue Pervis", Role.SUPERVISOR)


class Sheet:
    """The sheet as its window sees it, over a file with these pieces of work in it."""

    def __init__(self, make_room: MakeRoom, *works: object, person: Person = SUE) -> None:
        self.view: AsideView | None = None
        self.amending: AmendAside | None = None
        self.room = make_room(person=person)
        spool = Spool(self.room.spool, SECRETS)
        for work in works:
            spool.keep(work)  # type: ignore[arg-type]
        self.file = spool.aside
        self.room.open()
        desk = self.room.desk.set_aside
        desk.shown.connect(lambda view: setattr(self, "view", view))
        desk.amend_changed.connect(lambda view: setattr(self, "amending", view))
        self.open()

    def open(self) -> None:
        self.room.desk.set_aside.open()
        self.room.rest()

    @property
    def keys(self) -> list[str]:
        assert self.view is not None
        return [line.key for line in self.view.lines]

    def save(self, key: str, practice: str, *, clean: bool = False, **words: str) -> None:
        desk = self.room.desk.set_aside
        desk.amend(key)
        self.room.rest()
        assert self.amending is not None
        said = {field.name: field.text for field in self.amending.fields} | words
        desk.save(key, practice, said, clean)
        self.room.rest()

    def deeds(self) -> list[tuple[str, str, str]]:
        rows = on_record(self.room, kinds=("set_aside",))
        return [(row.event, row.person, row.detail) for row in rows if row.event != "saw"]


REFUSED = finished_call("old", practice_id="lakeshore_cardiology", message=new_message())


def test_each_is_read_with_why_and_written_once_amended(make_room: MakeRoom) -> None:
    sheet = Sheet(make_room, REFUSED)
    assert sheet.view is not None
    (line,) = sheet.view.lines
    assert line.why == Why.AGREEMENT.value
    assert line.mend.startswith("Once the agreement stands")
    assert ("What it is about", "Lisinopril") in line.parts
    assert "message for Clinical staff" in line.cells[1]
    desk = sheet.room.desk.set_aside
    desk.try_again(line.key)
    sheet.room.rest()
    assert sheet.view.note.startswith("The records refused it again")
    assert sheet.keys == [line.key]
    sheet.save(line.key, RIVERSIDE, reason="Lisinopril, 10 mg", callback_number="515 555 0199")
    assert sheet.keys == []
    assert sheet.view.note == "It is in the records now."
    assert trouble(sheet.room) == ""
    assert sheet.room.stored(Message, "practice_id", "reason", "callback_number") == [
        (RIVERSIDE, "Lisinopril, 10 mg", "+15155550199")
    ]
    assert sheet.deeds() == [
        ("changed", "Sue Pervis", "tried"),
        ("changed", "Sue Pervis", "amended,written"),
    ]
    assert on_record(sheet.room, kinds=("set_aside",), events=("saw",))
    assert sheet.file.items() == ()


def test_a_practice_without_an_agreement_is_told_without_the_health_details(
    make_room: MakeRoom,
) -> None:
    sheet = Sheet(make_room, REFUSED)
    (key,) = sheet.keys
    sheet.save(key, "lakeshore_cardiology", clean=True)
    assert sheet.amending is not None
    assert "health details" in sheet.amending.problem
    assert sheet.amending.clean
    assert not sheet.room.stored(Message, "reason")
    sheet.save(key, "lakeshore_cardiology", clean=True, reason="Please call back")
    assert sheet.amending is None
    assert sheet.room.stored(Message, "reason", "phi") == [("Please call back", False)]
    assert sheet.room.rows("select link_id from answers") == [("name",)]


def test_what_is_still_refused_keeps_both_wordings(make_room: MakeRoom) -> None:
    sheet = Sheet(make_room, REFUSED)
    (key,) = sheet.keys
    sheet.save(key, "lakeshore_cardiology", reason="Another word")
    assert sheet.view is not None
    assert "What you changed is kept." in sheet.view.note
    (left,) = sheet.file.items()
    assert left.first == encode(REFUSED)
    assert b"Another word" in left.line
    assert trouble(sheet.room)


def test_writing_off_needs_a_reason_and_takes_nothing_away(make_room: MakeRoom) -> None:
    sheet = Sheet(
        make_room, OpenedCall(uid="old", offered_at=REFUSED.offered_at, practice_id="gone")
    )
    sheet.file.add((item(Why.TORN, b"half a li"),))
    sheet.open()
    desk = sheet.room.desk.set_aside
    assert sheet.view is not None
    assert sheet.view.open == 2
    torn = next(line for line in sheet.view.lines if line.why == Why.TORN.value)
    assert not torn.may_try
    assert not torn.may_amend
    desk.write_off(torn.key, "no")
    sheet.room.rest()
    assert "why" in sheet.view.note
    for key in sheet.keys:
        desk.write_off(key, "Asked again at once")
        sheet.room.rest()
    assert sheet.view.open == 0
    assert all("Asked again at once" in line.cells[3] for line in sheet.view.lines)
    assert [each.off_by for each in sheet.file.items()] == ["Sue Pervis"] * 2
    assert trouble(sheet.room) == ""
    assert sheet.deeds() == [("discarded", "Sue Pervis", "written_off")] * 2
    assert "Asked" not in repr(on_record(sheet.room))


def test_only_a_supervisor_sees_it(make_room: MakeRoom) -> None:
    sheet = Sheet(make_room, REFUSED, person=DANA)
    assert sheet.view is None
    assert sheet.room.notices[-1].title == "Not with your role"
    (left,) = sheet.file.items()
    sheet.room.desk.set_aside.write_off(left.id, "I would rather not")
    sheet.room.rest()
    assert sheet.file.items() == (left,)


def test_an_escalation_keeps_its_practice_and_a_call_can_be_given_one(make_room: MakeRoom) -> None:
    call = finished_call("old", practice_id="gone", escalation=new_escalation())
    sheet = Sheet(make_room, call)
    (key,) = sheet.keys
    sheet.save(key, "")
    assert sheet.amending is not None
    assert sheet.amending.problem == "Choose the practice it belongs to."
    sheet.save(key, RIVERSIDE)
    assert sheet.keys == []
    assert sheet.room.stored(Call, "practice_id") == [(RIVERSIDE,)]


def test_what_somebody_saw_to_meanwhile_is_told(make_room: MakeRoom) -> None:
    sheet = Sheet(make_room, REFUSED)
    (key,) = sheet.keys
    sheet.file.change((), gone=[key])
    sheet.room.desk.set_aside.try_again(key)
    sheet.room.rest()
    assert sheet.view is not None
    assert sheet.view.note == "Somebody else has seen to that."
