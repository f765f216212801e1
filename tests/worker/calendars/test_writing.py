"""Bookings in the practice's own calendar: made, moved and given up, each once, whatever the server
does and whichever worker dies."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest

from console.store.calendar_events import LEASE
from console.store.finishing import FinishedRows, finish_call
from console.store.outbox_values import TaskKind
from console.store.work import Cancellation, Reschedule
from scripts.calltypes import Outcome
from scripts.practice import Baa
from tests.calendars.radicale import Radicale
from tests.calendars.wrongdoer import Asked, Pass, Said, Wrong, Wrongdoer, honest
from tests.store.builders import finished_call
from tests.worker.calendars.practice import MONDAY, VISIT, Office, at

pytestmark = pytest.mark.calendar


def change(office: Office, outcome: Outcome, booking: Any) -> FinishedRows:
    call = finished_call(practice_id=office.practice.id, outcome=outcome, booking=booking)
    return office.records.write(lambda s: finish_call(s, finished=call))


def move(office: Office, rows: FinishedRows, to: datetime, **more: Any) -> FinishedRows:
    assert rows.booking_id is not None
    new = Reschedule(booking_id=rows.booking_id, starts_at=to, ends_at=to + VISIT, **more)
    return change(office, Outcome.RESCHEDULED, new)


def cancel(office: Office, rows: FinishedRows) -> None:
    assert rows.booking_id is not None
    change(office, Outcome.CANCELLED, Cancellation(booking_id=rows.booking_id))


def only_event(office: Office) -> icalendar.Event:
    (event,) = office.side.events()
    return event


def when(event: icalendar.Event) -> tuple[datetime, datetime]:
    return event.start.astimezone(UTC), event.end.astimezone(UTC)


def test_a_booking_stands_there_with_its_time_and_a_reference(office: Office) -> None:
    office.step()
    rows = office.book()
    assert office.step()["written"] == 1
    event = only_event(office)
    assert when(event) == (MONDAY, MONDAY + VISIT)
    text = office.side.read(office.side.names()[0])
    assert f"ref B{rows.booking_id}" in text
    for word in ("Ann", "Example", "physical", "5155550142", "1980"):
        assert word not in text
    for _ in range(3):
        assert office.step()["written"] == 0
    assert len(office.side.names()) == 1
    assert office.busy() == [(MONDAY, MONDAY + VISIT)]  # once: what we wrote is no time of theirs
    assert office.tasks() == []


def test_one_that_is_moved_is_the_same_event_and_what_they_noted_in_it_stays(
    office: Office,
) -> None:
    rows = office.book()
    office.step()
    (name,) = office.side.names()
    noted = office.side.read(name).replace("END:VEVENT", "COMMENT:bring the x-rays\r\nEND:VEVENT")
    office.side.write(name, noted)
    office.step()
    assert office.tasks() == []
    again = move(office, rows, at(2))
    assert office.step()["written"] == 1
    assert office.side.names() == [name]
    event = only_event(office)
    assert when(event) == (at(2), at(2) + VISIT)
    assert int(event["SEQUENCE"]) == 1
    assert event["COMMENT"] == "bring the x-rays"
    move(office, again, at(3))
    office.step()
    assert when(only_event(office))[0] == at(3)
    assert int(only_event(office)["SEQUENCE"]) == 2
    assert office.tasks() == []


def test_one_that_is_given_up_stands_cancelled_and_takes_no_time(office: Office) -> None:
    rows = office.book()
    office.step()
    cancel(office, rows)
    assert office.step()["written"] == 1
    event = only_event(office)
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    office.step()
    assert office.busy() == []
    office.book()
    office.step()
    assert len(office.side.names()) == 2


def test_one_given_up_before_it_was_written_is_not_written(office: Office) -> None:
    cancel(office, office.book())
    office.step()
    assert office.side.names() == []


def test_moved_to_another_provider_it_goes_from_one_calendar_to_the_other(
    office: Office, server: Radicale
) -> None:
    own = server.calendar()
    office.set_calendar(providers={"ortega": own.url})
    rows = office.book()
    office.step()
    move(office, rows, at(2), provider="ortega")
    office.step()
    assert only_event(office)["STATUS"] == "CANCELLED"
    (event,) = own.events()
    assert when(event)[0] == at(2)
    assert office.tasks() == []
    own.client.close()


def test_more_is_told_where_the_practice_permits_it_and_only_under_its_agreement(
    office: Office,
) -> None:
    office.set_calendar(tells=["patient", "type", "number"])
    office.book()
    office.step()
    summary = str(only_event(office)["SUMMARY"])
    assert summary.startswith("Ann Example, Annual physical, (515) 555-0142, ref B")
    ended = Baa(signed_on=date(2025, 1, 1), ends_on=date(2026, 11, 24), document_sha256="0" * 64)
    office.practice = office.practice.model_copy(update={"baa": ended})
    office.book(at(4))
    office.step()
    later = next(event for event in office.side.events() if when(event)[0] == at(4))
    assert "Ann" not in str(later["SUMMARY"])


def test_what_stood_in_the_records_before_there_was_a_calendar_is_written_too(
    office: Office,
) -> None:
    office.book()
    office.book(MONDAY - timedelta(days=14))  # and is over
    office.step()
    assert len(office.side.names()) == 1


# --- servers that are wrong, and workers that die ------------------------------------------------


def answer_lost(asked: Asked, on: Pass) -> Said:
    """The server keeps the event; its answer never arrives."""
    if asked.method == "PUT":
        on()
        return Said(0)
    return on()


def nothing_kept(asked: Asked, on: Pass) -> Said:
    return Said(201) if asked.method == "PUT" else on()


def refuses(asked: Asked, on: Pass) -> Said:
    return Said(403) if asked.method == "PUT" else on()


def hangs(asked: Asked, on: Pass) -> Said:
    return Said(0) if asked.method in ("PUT", "GET") else on()


def zone_changed(asked: Asked, on: Pass) -> Said:
    """Keeps the hour and forgets that it was UTC."""
    if asked.method == "PUT":
        asked.content = asked.content.replace(b"00Z\r\n", b"00\r\n")
    return on()


def test_an_answer_that_is_lost_makes_no_second_event(office: Office, door: Wrongdoer) -> None:
    office.book()
    office.worker.deadline_s = 0.5
    door.wrong = answer_lost
    assert office.step()["not_written"] == 1
    door.let_go.set()
    door.wrong = honest
    assert office.step()["written"] == 1
    assert len(office.side.names()) == 1
    assert [m for m in door.methods() if m == "PUT"] == ["PUT", "PUT"]  # the second found it there


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (nothing_kept, "said yes and did not keep the event"),
        (zone_changed, "at another time than was written"),
        (refuses, "does not accept our user name"),
        (hangs, "does not answer in time"),
    ],
)
def test_what_is_not_kept_as_it_was_written_is_noticed_tried_again_and_told(
    office: Office, door: Wrongdoer, wrong: Wrong, sentence: str
) -> None:
    office.step()
    rows = office.book()
    office.worker.deadline_s = 0.4 if wrong is hangs else 5
    door.wrong = wrong
    for _ in range(3):
        assert office.step()["not_written"] == 1
    (task,) = office.tasks()
    assert task.kind is TaskKind.UNDELIVERED
    assert f"Ref B{rows.booking_id}, Mon 30 Nov 09:20–09:40 with Dr. Okafor" in task.sentence
    assert sentence in task.sentence
    assert "Ann" not in task.sentence
    door.let_go.set()
    door.wrong = honest
    office.worker.deadline_s = 5
    for _ in range(3):
        office.step()
    assert when(only_event(office)) == (MONDAY, MONDAY + VISIT)
    assert office.tasks() == []


def test_a_move_the_server_loses_is_noticed(office: Office, door: Wrongdoer) -> None:
    rows = office.book()
    office.step()
    move(office, rows, at(2))
    door.wrong = nothing_kept
    assert office.step()["not_written"] == 1
    door.wrong = honest
    assert office.step()["written"] == 1
    assert when(only_event(office))[0] == at(2)


def test_somebody_else_who_writes_between_is_not_written_over(
    office: Office, door: Wrongdoer
) -> None:
    rows = office.book()
    office.step()
    (name,) = office.side.names()
    move(office, rows, at(2))

    def race(asked: Asked, on: Pass) -> Said:
        if asked.method == "PUT" and "If-Match" in asked.headers:
            door.wrong = honest
            was = office.side.read(name)
            office.side.write(name, was.replace("END:VEVENT", "COMMENT:mine\r\nEND:VEVENT"))
        return on()

    door.wrong = race
    assert office.step()["not_written"] == 1
    assert office.step()["written"] == 1
    event = only_event(office)
    assert (when(event)[0], event["COMMENT"]) == (at(2), "mine")


class Killed(BaseException):
    """The worker's end, at any place."""


@pytest.mark.parametrize("place", ["was_written", "put"])
def test_a_worker_that_dies_while_it_writes_is_taken_over_from(
    office: Office, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    from console.calendars.caldav import CalDav
    from console.store import calendar_events as events

    office.book()
    put = CalDav.put

    def die(*given: Any, **more: Any) -> None:
        if place == "put":
            put(*given, **more)
        raise Killed

    monkeypatch.setattr(CalDav if place == "put" else events, place, die)
    with pytest.raises(Killed):
        office.step()
    monkeypatch.undo()
    other = office.another_worker()
    assert other.once()["written"] == 0  # the dead one holds it still
    office.clock.now += LEASE
    assert other.once()["written"] == 1
    assert len(office.side.names()) == 1
    assert office.tasks() == []


def test_a_booking_made_while_it_was_away_is_written_when_it_is_back(
    office: Office, door: Wrongdoer
) -> None:
    office.step()
    door.wrong = lambda *_: Said(503)
    rows = office.book()
    for _ in range(4):
        office.step(10)
    sentences = " ".join(task.sentence for task in office.tasks())
    assert f"Ref B{rows.booking_id}" in sentences
    assert "offered to be confirmed" in sentences
    door.wrong = honest
    office.step(11)
    office.step(11)
    assert when(only_event(office))[0] == MONDAY
    assert office.tasks() == []
