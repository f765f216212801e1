"""What the practice's calendar and the bookings disagree about is put before a person, with both
sides, and never settled here."""

import pytest

from console.store.errors import TimeTaken
from console.store.outbox_tables import Task
from console.store.outbox_values import TaskKind
from tests.calendars.wrongdoer import Asked, Pass, Said, Wrongdoer, honest
from tests.worker.calendars.practice import MONDAY, VISIT, Office, at
from tests.worker.calendars.test_writing import cancel, move, only_event, when

pytestmark = pytest.mark.calendar

VISIT_WORDS = "Mon 30 Nov 09:20–09:40 with Dr. Okafor"


def clash(office: Office) -> Task:
    (task,) = office.tasks()
    assert task.kind is TaskKind.CLASH
    assert "Ann" not in task.sentence
    assert "Secret" not in task.sentence
    return task


def test_something_of_theirs_on_a_booked_time_is_told_with_both_sides(office: Office) -> None:
    rows = office.book()
    office.step()
    office.side.take("surgery", MONDAY - VISIT, MONDAY + 2 * VISIT)
    office.step()
    told = clash(office).sentence
    assert f"Ref B{rows.booking_id}, {VISIT_WORDS}" in told
    assert "something else Mon 30 Nov 09:00–10:00" in told
    office.step(30)
    office.step(30)
    assert len(office.tasks()) == 1
    assert when(next(e for e in office.side.events() if "frontdesk" in e["UID"]))[0] == MONDAY


def test_both_at_the_very_same_moment_is_found(office: Office) -> None:
    """The booking is made after the calendar was read and before what was read is written."""
    office.step()
    office.side.take("surgery", MONDAY, MONDAY + VISIT)
    from console.worker.calendars.reading import Reader

    read = Reader.read

    def meanwhile(*given: object, **more: object) -> object:
        came = read(*given, **more)  # type: ignore[arg-type]
        office.book()
        return came

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Reader, "read", meanwhile)
        office.step()
    office.step()
    assert f"{VISIT_WORDS}, is booked here" in clash(office).sentence


def test_a_move_of_theirs_is_told_and_neither_undone_nor_followed(office: Office) -> None:
    rows = office.book()
    office.step()
    (name,) = office.side.names()
    office.side.write(name, office.side.event(f"{name}@frontdesk", at(2), at(2) + VISIT))
    office.step()
    told = clash(office).sentence
    assert f"Ref B{rows.booking_id}, {VISIT_WORDS}, was moved there to Mon 30 Nov 11:20" in told
    for _ in range(3):
        office.step(10)
    assert when(only_event(office))[0] == at(2)
    # Both times are taken until somebody has settled it, and the booking may follow.
    assert office.busy() == [(MONDAY, MONDAY + VISIT), (at(2), at(2) + VISIT)]
    with pytest.raises(TimeTaken):
        office.book(at(2))
    move(office, rows, at(2))
    office.step()
    office.step()
    assert office.busy() == [(at(2), at(2) + VISIT)]
    assert len(office.tasks()) == 1  # which a person ends


def test_the_desk_decides_otherwise_and_their_event_follows(office: Office) -> None:
    rows = office.book()
    office.step()
    (name,) = office.side.names()
    office.side.write(name, office.side.event(f"{name}@frontdesk", at(2), at(2) + VISIT))
    office.step()
    move(office, rows, at(4))
    assert office.step()["written"] == 1
    assert when(only_event(office))[0] == at(4)
    office.step()
    assert office.busy() == [(at(4), at(4) + VISIT)]


def test_one_they_took_out_is_told_and_not_put_back(office: Office) -> None:
    rows = office.book()
    office.step()
    (name,) = office.side.names()
    office.side.remove(name)
    office.step()
    told = clash(office).sentence
    assert f"Ref B{rows.booking_id}, {VISIT_WORDS}, was taken out there" in told
    for _ in range(3):
        office.step(10)
    assert office.side.names() == []
    assert office.busy() == [(MONDAY, MONDAY + VISIT)]
    move(office, rows, at(1))
    office.step()
    assert when(only_event(office))[0] == at(1)


def test_one_they_cancelled_is_told_and_one_both_gave_up_is_not(office: Office) -> None:
    rows = office.book()
    office.step()
    (name,) = office.side.names()
    was = office.side.read(name)
    office.side.write(name, was.replace("STATUS:CONFIRMED", "STATUS:CANCELLED"))
    office.step()
    assert "was taken out there" in clash(office).sentence
    other = office.book(at(3))
    office.step()
    (new,) = set(office.side.names()) - {name}
    office.side.remove(new)
    cancel(office, other)
    office.step()
    office.step()
    assert len(office.tasks()) == 1
    cancel(office, rows)
    office.step()
    assert len(office.tasks()) == 1


def test_theirs_that_is_put_right_again_is_ours_again(office: Office) -> None:
    office.book()
    office.step()
    (name,) = office.side.names()
    was = office.side.read(name)
    office.side.write(name, office.side.event(f"{name}@frontdesk", at(2), at(2) + VISIT))
    office.step()
    office.side.write(name, was)
    office.step()
    assert office.busy() == [(MONDAY, MONDAY + VISIT)]
    office.side.remove(name)
    office.step()
    assert len(office.tasks()) == 2  # and is watched on


def test_moved_on_both_sides_at_once_is_told(office: Office) -> None:
    rows = office.book()
    office.step()
    (name,) = office.side.names()
    office.side.write(name, office.side.event(f"{name}@frontdesk", at(2), at(2) + VISIT))
    move(office, rows, at(1))
    assert office.step()["theirs"] == 1
    assert "was moved there to Mon 30 Nov 11:20" in clash(office).sentence
    assert when(only_event(office))[0] == at(2)


def test_a_write_lost_after_it_was_read_back_is_noticed_at_the_next_whole_reading(
    office: Office, door: Wrongdoer
) -> None:
    office.book()
    office.step()
    (name,) = office.side.names()

    def old_copy(asked: Asked, on: Pass) -> Said:
        """Restored from a backup: the event is gone, and so is every word of it."""
        if asked.method == "GET":
            return Said(404)
        said = on()
        if asked.method == "PROPFIND":
            said.content = said.content.replace(b"sync-token", b"no-such-thing")
        elif name.encode() in said.content:
            said.content = b'<multistatus xmlns="DAV:"></multistatus>'
        return said

    door.wrong = old_copy
    office.step(7 * 60)
    assert "was taken out there" in clash(office).sentence


def test_a_list_that_leaves_out_what_is_there_is_not_believed(
    office: Office, door: Wrongdoer
) -> None:
    office.book()
    office.step()

    def partial(asked: Asked, on: Pass) -> Said:
        if b"calendar-query" in asked.content:
            return Said(207, b'<multistatus xmlns="DAV:"></multistatus>')
        return on()

    door.wrong = partial
    office.step(7 * 60)
    door.wrong = honest
    office.step()
    assert office.tasks() == []


def test_a_feed_that_repeats_our_bookings_is_no_clash_and_one_beside_it_is(
    office: Office,
) -> None:
    from tests.calendars.feeds import feed_server

    office.book()
    with feed_server("/basic.ics") as feed:
        feed.content = office.side.event("typed in@ehr", MONDAY, MONDAY + VISIT)
        office.practice = office.practice.model_copy(update={"calendar": None})
        office.set_calendar(kind="feed", url=f"{feed.url}/basic.ics")
        office.step()
        office.step()
        assert office.tasks() == []
        assert office.side.names() == []
        feed.content = office.side.event("other@ehr", MONDAY + VISIT / 2, MONDAY + VISIT)
        office.step()
        assert "something else Mon 30 Nov 09:30–09:40" in clash(office).sentence
