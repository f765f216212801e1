"""Calls looked at again: chosen once, marked once, read by whose they were, counted by month."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from console.quality.causes import Cause, Why
from console.store import sqlite
from console.store.amending import amend
from console.store.audit.events import Event
from console.store.backend import backend_of
from console.store.calls import close_call
from console.store.connection import WRITING
from console.store.errors import Conflict
from console.store.finishing import finish_call
from console.store.models import AuditEntry, Message
from console.store.place import FilePlace
from console.store.postgres import PostgreSQL
from console.store.review_tables import Review
from console.store.reviews import (
    ReviewRow,
    ask_for,
    causes_of,
    choose_week,
    mark,
    mark_seen,
    reviewed,
    to_review,
)
from console.store.secrecy.rotating import SEALED
from console.store.session import Records
from console.store.work import AmendedMessage, ClosedCall
from scripts.calltypes import CallType, Outcome
from softphone.wire import EndCause
from tests.postgres import Server
from tests.records_file import SECRETS
from tests.store.builders import CAME, finished_call, new_escalation, new_message

WEEK = date(2026, 11, 23)
SINCE = datetime(2026, 11, 23, 6, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=7)
NOW = UNTIL + timedelta(hours=3)


def take(records: Records, uid: str, *, held_s: float = 0.0, **changes: object) -> None:
    number = f"+1515555{1000 + sum(map(ord, uid)) % 9000}"
    call = finished_call(uid, **{"caller_number": number} | changes)
    records.write(lambda s: finish_call(s, finished=call))
    over = ClosedCall(uid=uid, at=CAME + timedelta(minutes=2), cause=EndCause.CALLER, held_s=held_s)
    records.write(lambda s: close_call(s, closed=over))


def choose(records: Records) -> int:
    return records.write(
        lambda s: choose_week(s, week=WEEK, since=SINCE, until=UNTIL, person="Ruth", at=NOW)
    )


def waiting(records: Records) -> tuple[ReviewRow, ...]:
    with records.session() as session:
        return to_review(session, limit=100)


def give(records: Records, row: ReviewRow, *causes: Cause, score: int = 3, words: str = "") -> int:
    return records.write(
        lambda s: mark(s, row=row.row, seen=row.version, mark=score, causes=causes, words=words,
                       person="Ruth", at=NOW)
    )  # fmt: skip


def test_a_week_is_chosen_once_by_rule_and_by_lot(records: Records) -> None:
    for number in range(12):
        take(records, f"plain-{number}", agent="Marcus Lee")
    take(records, "fire", outcome=Outcome.EMERGENCY, call_type=CallType.EMERGENCY)
    take(records, "page", outcome=Outcome.ESCALATED, escalation=new_escalation())
    take(records, "held", held_s=150.0)
    take(records, "first", caller_number="+15155550999")
    later = CAME + timedelta(minutes=20)
    take(records, "second", caller_number="+15155550999", offered_at=later)
    assert choose(records) == 3 + 4 + 1  # of Marcus by lot; by rule; and the one left of Dana
    assert choose(records) == 0
    found = {row.call_uid: row.why for row in waiting(records)}
    assert found["fire"] is Why.EMERGENCY
    assert found["page"] is Why.ESCALATED
    assert found["held"] is Why.LONG_HOLD
    assert found["first"] is Why.CALLED_AGAIN
    assert found["second"] is Why.SAMPLED
    assert waiting(records)[0].call_uid == "fire"


def test_an_amended_message_is_a_reason(records: Records) -> None:
    take(records, "plain")
    take(records, "told", outcome=Outcome.MESSAGE, message=new_message(), answers=())
    with records.session() as session:
        (message,) = session.scalars(select(Message.id))
    again = AmendedMessage(
        uid="a1", message_id=message, seen=0, at=NOW, person="Dana Whitfield", reason="Metformin"
    )
    records.write(lambda s: amend(s, amended=again))
    choose(records)
    assert {row.call_uid: row.why for row in waiting(records)} == {
        "told": Why.AMENDED,
        "plain": Why.SAMPLED,
    }


def test_what_was_found_is_written_once_and_the_second_is_told(records: Records) -> None:
    take(records, "one")
    choose(records)
    (row,) = waiting(records)
    give(records, row, Cause.SPELLING, Cause.LATE, score=2, words="Ann Example was misspelt")
    with pytest.raises(Conflict):
        give(records, row, score=5)
    assert waiting(records) == ()
    with records.session() as session:
        (done,) = reviewed(session, agent="Dana Whitfield", limit=9)
        assert reviewed(session, agent="Marcus Lee", limit=9) == ()
    assert (done.mark, done.reviewer, done.note) == (2, "Ruth", "Ann Example was misspelt")
    assert done.causes == {Cause.SPELLING, Cause.LATE}
    give(records, done, Cause.SPELLING, score=3)
    with records.session() as session:
        assert reviewed(session, limit=9)[0].causes == {Cause.SPELLING}


def test_only_whose_call_it_was_reads_it_and_once(records: Records) -> None:
    take(records, "one")
    choose(records)
    (row,) = waiting(records)

    def read(person: str) -> bool:
        return records.write(lambda s: mark_seen(s, row=row.row, person=person, at=NOW))

    assert not read("Dana Whitfield")  # there is nothing to read yet
    give(records, row)
    assert not read("Marcus Lee")
    assert read("Dana Whitfield")
    assert not read("Dana Whitfield")


def test_a_call_is_asked_for_once(records: Records) -> None:
    take(records, "one")
    asked = [
        records.write(lambda s: ask_for(s, call_uid="one", person="Ruth", at=NOW)) for _ in "ab"
    ]
    assert asked[0] is not None
    assert asked[0] == asked[1]
    assert records.write(lambda s: ask_for(s, call_uid="none", person="Ruth", at=NOW)) is None
    assert choose(records) == 0  # there is no other
    assert [row.why for row in waiting(records)] == [Why.ASKED]


def test_a_practice_s_month_counts_by_cause_on_its_own_calendar(records: Records) -> None:
    # 06:30 UTC on 1 December is still November in Des Moines.
    late = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)
    take(records, "november", offered_at=late)
    take(records, "december", offered_at=late + timedelta(hours=2))
    take(records, "elsewhere", practice_id="lakeshore", answers=())
    for uid in ("november", "december", "elsewhere"):
        records.write(lambda s, uid=uid: ask_for(s, call_uid=uid, person="Ruth", at=NOW))  # type: ignore[misc]
    by_uid = {row.call_uid: row for row in waiting(records)}
    give(records, by_uid["november"], Cause.WRONG_ON_CALL, Cause.LATE, score=1)
    give(records, by_uid["december"], score=5)
    give(records, by_uid["elsewhere"], Cause.MANNER)
    with records.session() as session:
        november = causes_of(session, practice="riverside", year=2026, month=11)
        december = causes_of(session, practice="riverside", year=2026, month=12)
        empty = causes_of(session, practice="riverside", year=2026, month=10)
    assert (november.reviewed, november.faultless, november.mark) == (1, 0, 1.0)
    assert {cause for cause, count in november.counts.items() if count} == {
        Cause.WRONG_ON_CALL,
        Cause.LATE,
    }
    assert (december.reviewed, december.faultless, december.mark) == (1, 1, 5.0)
    assert (empty.reviewed, empty.mark) == (0, None)
    assert set(empty.counts) == set(Cause)


def test_every_step_is_on_record_without_a_word_of_it(records: Records) -> None:
    take(records, "one")
    choose(records)
    (row,) = waiting(records)
    give(records, row, Cause.SPELLING, words="Ann Example")
    with records.session() as session:
        told = [
            (each.event, each.detail)
            for each in session.scalars(select(AuditEntry).where(AuditEntry.kind == "review"))
        ]
    assert told == [
        (Event.ADDED, "chosen:1"),
        (Event.CHANGED, "mark:3"),
        (Event.CHANGED, "spelling"),
    ]


def test_no_review_outlives_the_key_it_takes(records: Records) -> None:
    take(records, "one")
    choose(records)
    (row,) = waiting(records)
    give(records, row, words="Ann Example")
    with pytest.raises(Exception, match="a row needs this key"):
        records.write(lambda s: s.execute(text("DELETE FROM data_keys")))
    assert Review in SEALED


def test_reviews_that_are_there_outlive_a_changed_layout(server: Server, tmp_path: Path) -> None:
    """What was found before there was another reason for a review is found still."""
    database = server.database()
    place = FilePlace(tmp_path / "older.db")
    bases = (
        (place, SECRETS, sqlite.SQLite(place, SECRETS).migrate),
        (database.place, database.secrets, PostgreSQL(database.place, database.secrets).upgrade),
    )
    insert = (
        "INSERT INTO reviews (call_id, agent, local_date, why, week, chosen_at) VALUES"
        " (1, 'Dana', '2026-11-24', 'sampled', '2026-11-23', '2026-12-01 06:00:00+00:00')"
    )
    for where, secrets, bring in bases:
        bring(busy_ms=5000, to="0016")
        engine = backend_of(where, secrets).engine(busy_ms=5000)
        with engine.execution_options(**{WRITING: True}).begin() as connection:
            connection.execute(text("INSERT INTO calls (uid) VALUES ('one')"))
            connection.execute(text(insert))
            connection.execute(
                text("INSERT INTO review_causes (review_id, cause) VALUES (1, 'late')")
            )
        engine.dispose()
        bring(busy_ms=5000)
        opened = Records.open(where, secrets=secrets)
        assert [row.agent for row in waiting(opened)] == ["Dana"]
        assert waiting(opened)[0].causes == {Cause.LATE}
        opened.close()
    server.drop(database)
