"""What is taken in the practice's own calendar is taken here, a moment later; and what a server
that is wrong does to that."""

from datetime import UTC, datetime, timedelta

import pytest

from console.store.calendars import AGAIN, LEASE
from console.store.errors import TimeTaken
from console.store.holds import hold_time
from scripts.calltypes import Outcome
from tests.calendars.radicale import PASSWORD, Radicale, wrapped
from tests.calendars.wrongdoer import Asked, Pass, Said, Wrong, Wrongdoer, honest
from tests.store.builders import finished_call, new_booking
from tests.worker.calendars.practice import MONDAY, VISIT, Office, at

pytestmark = pytest.mark.calendar

TAKEN = [(MONDAY, MONDAY + VISIT)]


def hold(office: Office, start: datetime = MONDAY) -> None:
    office.records.write(
        lambda s: hold_time(
            s, call="call", practice=office.practice.id, provider="okafor", starts_at=start,
            ends_at=start + VISIT, now=datetime.now(UTC),
        )
    )  # fmt: skip


def test_a_time_taken_at_the_practice_a_minute_ago_is_not_to_be_had(office: Office) -> None:
    assert office.step() == {"read": 1}
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    assert office.step() == {"read": 1}
    assert office.busy() == TAKEN
    with pytest.raises(TimeTaken):
        hold(office)
    with pytest.raises(TimeTaken):
        office.book()
    hold(office, MONDAY + VISIT)  # the one after it is free
    assert timedelta(minutes=1) > AGAIN


def test_what_was_kept_on_a_desk_meanwhile_becomes_a_call_back(office: Office) -> None:
    from console.store.finishing import finish_or_call_back

    office.side.take("visit", MONDAY, MONDAY + VISIT)
    office.step()
    call = finished_call(
        practice_id=office.practice.id, outcome=Outcome.BOOKED, booking=new_booking(MONDAY)
    )
    rows = office.records.write(lambda s: finish_or_call_back(s, finished=call))
    assert rows.booking_id is None
    assert rows.message_id is not None


def test_what_is_moved_or_taken_out_there_is_free_again(office: Office) -> None:
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    office.side.take("lunch", at(3), at(4))
    office.step()
    assert office.busy() == [*TAKEN, (at(3), at(4))]
    office.side.take("visit", at(1), at(1) + VISIT)
    office.side.remove("lunch")
    assert office.step() == {"read": 1}
    assert office.busy() == [(at(1), at(1) + VISIT)]
    office.book()


def test_an_unchanged_calendar_is_asked_for_its_token_only(office: Office, door: Wrongdoer) -> None:
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    office.step()
    door.asked.clear()
    assert office.step() == {"unchanged": 1}
    assert door.methods() == ["PROPFIND"]
    assert office.rows()[0].read_at == office.clock.now
    office.side.take("more", at(2), at(3))
    door.asked.clear()
    office.step()
    assert door.methods() == ["PROPFIND", "REPORT", "REPORT"]
    assert b"Mrs. Secret" not in b"".join(each.content for each in door.asked)
    assert office.busy() == [*TAKEN, (at(2), at(3))]


def test_a_series_is_taken_at_every_turn_across_the_change_of_the_clocks(office: Office) -> None:
    zone = (
        "BEGIN:VTIMEZONE", "TZID:Their own", "BEGIN:STANDARD", "DTSTART:20201101T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU", "TZOFFSETFROM:-0500", "TZOFFSETTO:-0600",
        "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:20210314T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "TZOFFSETFROM:-0600", "TZOFFSETTO:-0500",
        "END:DAYLIGHT", "END:VTIMEZONE",
    )  # fmt: skip
    series = (
        "UID:rounds@practice", "DTSTAMP:20261001T000000Z", "DTSTART;TZID=Their own:20261005T092000",
        "DURATION:PT20M", "RRULE:FREQ=WEEKLY;BYDAY=MO", "EXDATE;TZID=Their own:20261207T092000",
    )  # fmt: skip
    office.side.write("rounds", wrapped(*series, before=zone))
    office.step()
    starts = [start for start, _ in office.busy()]
    weeks = [MONDAY + timedelta(weeks=n) for n in (0, 2, 3, 4, 5)]
    assert starts == weeks  # 09:20 in Des Moines, winter time; the 7th of December is left out


def test_what_takes_no_time_there_takes_none_here(office: Office) -> None:
    office.side.take("maybe", MONDAY, MONDAY + VISIT, TRANSP="TRANSPARENT")
    office.side.take("off", at(1), at(2), STATUS="CANCELLED")
    office.step()
    assert office.busy() == []


def test_a_provider_with_a_calendar_of_their_own_has_only_that(
    office: Office, server: Radicale
) -> None:
    own = server.calendar()
    office.set_calendar(providers={"ortega": own.url})
    own.take("theirs", MONDAY, MONDAY + VISIT)
    office.side.take("meeting", at(2), at(3))
    assert office.step() == {"read": 2}
    assert office.busy("ortega") == TAKEN
    assert office.busy("okafor") == [(at(2), at(3))]
    own.client.close()


def test_no_word_of_the_practices_is_kept(office: Office) -> None:
    office.side.take("Mrs-Secret-1980", MONDAY, MONDAY + VISIT)
    office.step()
    from tests.records_file import asked

    path = office.records.place.path  # type: ignore[union-attr]
    kept = repr([asked(path, f"SELECT * FROM {name}") for name in ("calendars", "calendar_busy")])
    assert "okafor" in kept
    assert "Secret" not in kept
    assert office.side.url not in kept


def test_read_whole_again_in_time_and_what_is_over_is_forgotten(office: Office) -> None:
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    office.step()
    office.step(8 * 24 * 60)
    assert office.busy() == []
    assert office.rows()[0].whole_at == office.clock.now


def test_a_calendar_that_is_taken_from_the_file_takes_no_time_any_more(office: Office) -> None:
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    office.step()
    office.practice = office.practice.model_copy(update={"calendar": None})
    assert office.step() == {}
    assert office.busy() == []
    office.book()


def test_another_address_is_read_anew(office: Office, server: Radicale) -> None:
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    office.step()
    other = server.calendar()
    office.set_calendar(url=other.url)
    assert office.step() == {"read": 1}
    assert office.busy() == []
    other.client.close()


def test_one_worker_reads_at_a_time_and_another_takes_over_from_one_that_died(
    office: Office,
) -> None:
    office.step()
    office.clock.minutes(1)
    first, second = office.worker, office.another_worker()
    from console.store import calendars as store

    known = [each.known for each in _all(office)]
    claimed = office.records.write(
        lambda s: store.claim(s, known=known, worker=first.name, now=office.clock.now, most=8)
    )
    assert len(claimed) == 1
    assert second.once() == {}  # and the first is killed here
    office.clock.now += LEASE
    assert second.once() == {"unchanged": 1}
    late = office.records.write(
        lambda s: store.was_not_read(
            s, claimed=claimed[0], why="x", worker=first.name, now=office.clock.now
        )
    )
    assert not late
    assert office.rows()[0].tries == 0


def _all(office: Office) -> tuple[object, ...]:
    from console.worker.calendars.known import calendars_of
    from scripts.loader import Library

    return calendars_of(Library((office.practice,)))


# --- servers that are wrong ---------------------------------------------------------------------


def hang(_asked: Asked, _on: Pass) -> Said:
    return Said(0)


def only(method: str, wrong: Wrong) -> Wrong:
    return lambda asked, on: wrong(asked, on) if asked.method == method else on()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (hang, "does not answer in time"),
        (only("REPORT", hang), "does not answer in time"),
        (lambda *_: Said(503), "cannot answer now (HTTP 503)"),
        (lambda *_: Said(302, headers={"Location": "https://evil.example/"}), "points elsewhere"),
        (lambda *_: Said(404), "no calendar at this address"),
        (lambda *_: Said(200, b"<html>Log in</html>"), "does not answer as a calendar does"),
        (lambda *_: Said(207, b"<html>Busy</html>"), "cannot be read"),
        (lambda *_: Said(207, b"all is well"), "cannot be read"),
        (only("REPORT", lambda *_: Said(207, b"")), "cannot be read"),
        (only("REPORT", lambda *_: Said(207, b"<a><b></a>")), "cannot be read"),
    ],
)
def test_a_server_that_is_wrong_is_away_and_what_was_taken_stays_taken(
    office: Office, door: Wrongdoer, wrong: Wrong, sentence: str
) -> None:
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    office.step()
    office.side.take("new", at(1), at(2))
    office.worker.deadline_s = 0.4 if "in time" in sentence else 5
    door.wrong = wrong
    read_at = office.rows()[0].read_at
    assert office.step() == {"failed": 1}
    (row,) = office.rows()
    assert sentence in (row.trouble or "")
    assert office.side.url not in (row.trouble or "")
    assert row.read_at == read_at
    assert office.busy() == TAKEN
    door.let_go.set()
    door.wrong = honest
    office.worker.deadline_s = 5
    assert office.step(6) == {"read": 1}
    assert office.busy() == [*TAKEN, (at(1), at(2))]
    assert office.rows()[0].trouble is None


def test_it_is_asked_less_and_less_often(office: Office, door: Wrongdoer) -> None:
    door.wrong = lambda *_: Said(500)
    waits = []
    for _ in range(7):
        (row,) = office.rows() or [None]
        office.clock.now = row.next_at if row is not None and row.next_at else office.clock.now
        assert office.step(0) == {"failed": 1}
        (row,) = office.rows()
        assert row.next_at is not None
        waits.append((row.next_at - office.clock.now).total_seconds())
    assert waits == [20, 40, 80, 160, 300, 300, 300]


def test_a_wrong_password_is_told_of_once_and_never_repeated(office: Office) -> None:
    office.secrets["riverside"] = "wrong"
    office.step()
    (row,) = office.rows()
    assert "does not accept our user name and password (HTTP 401)" in (row.trouble or "")
    assert office.tasks() == []  # not yet: it may be set right within minutes
    for _ in range(3):
        office.step(16)
    (task,) = office.tasks()
    assert "The calendar of Riverside Family Medicine has never been heard of" in task.sentence
    assert "keyring" in task.sentence
    assert "wrong" not in task.sentence
    office.secrets["riverside"] = PASSWORD
    assert office.step(16) == {"read": 1}
    assert office.tasks() == []


def test_where_no_machine_can_speak_to_it_a_person_is_told_what_to_install(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.worker.calendars.known.find_spec", lambda _: None)
    for _ in range(3):
        assert office.step(10) == {}
    (task,) = office.tasks()
    assert "install frontdesk[calendar]" in task.sentence
    monkeypatch.undo()
    assert office.step() == {"read": 1}
    assert office.tasks() == []


def test_each_time_it_is_away_is_a_task_of_its_own(office: Office, door: Wrongdoer) -> None:
    for count in (1, 2):
        door.wrong = honest
        office.step(16)
        door.wrong = lambda *_: Said(502)
        for _ in range(3):
            office.step(16)
        (task,) = office.tasks()
        assert "offered to be confirmed" in task.sentence
        assert len(door.asked) > count


def test_a_token_the_server_forgot_has_the_whole_read(office: Office, door: Wrongdoer) -> None:
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    office.step()
    office.side.take("visit", at(1), at(1) + VISIT)

    def forgot(asked: Asked, on: Pass) -> Said:
        if b"sync-collection" in asked.content:
            return Said(403, b'<error xmlns="DAV:"><valid-sync-token/></error>')
        return on()

    door.wrong = forgot
    assert office.step() == {"read": 1}
    assert office.busy() == [(at(1), at(1) + VISIT)]


def test_a_server_without_sync_tokens_is_read_by_its_ctag(office: Office, door: Wrongdoer) -> None:
    def old(asked: Asked, on: Pass) -> Said:
        said = on()
        if asked.method == "PROPFIND":
            said.content = said.content.replace(b"sync-token", b"no-such-thing")
        return said

    door.wrong = old
    office.side.take("visit", MONDAY, MONDAY + VISIT)
    assert office.step() == {"read": 1}
    assert office.step() == {"unchanged": 1}
    office.side.remove("visit")
    assert office.step() == {"read": 1}
    assert office.busy() == []


def test_a_certificate_nobody_signed_is_not_trusted(office: Office) -> None:
    import trustme

    from tests.delivery.peers import gateway

    made = trustme.CA().issue_cert("127.0.0.1")
    import ssl

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.configure_cert(tls)
    with gateway(tls=tls) as peer:
        office.set_calendar(url=peer.url)
        office.step()
    assert "certificate" in (office.rows()[0].trouble or "")
    assert not peer.asked


# --- feeds --------------------------------------------------------------------------------------


def test_a_feed_is_read_with_its_secret_in_the_address(office: Office) -> None:
    from tests.calendars.feeds import feed_server

    office.secrets["feed"] = "s3cret"
    with feed_server("/private-s3cret/basic.ics") as feed:
        feed.content = office.side.event("a@ehr", MONDAY, MONDAY + VISIT)
        office.practice = office.practice.model_copy(update={"calendar": None})
        office.set_calendar(kind="feed", url=f"{feed.url}/private-{{secret}}/basic.ics",
                            secret="feed")  # fmt: skip
        assert office.step() == {"read": 1}
        assert office.busy() == TAKEN
        assert office.step() == {"unchanged": 1}
        feed.content = office.side.event("a@ehr", at(1), at(2))
        assert office.step() == {"read": 1}
        assert office.busy() == [(at(1), at(2))]
        feed.content = "<html>the portal is down</html>"
        assert office.step() == {"failed": 1}
        assert office.busy() == [(at(1), at(2))]
        assert "is not a calendar" in (office.rows()[0].trouble or "")
