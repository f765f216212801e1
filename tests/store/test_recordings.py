"""Recordings in the records: consent before sound, refusals kept, keys destroyed."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from console.store.audit.events import Event
from console.store.recordings import (
    delete_recording,
    find_recording,
    note_use,
    recordings,
)
from console.store.session import Records
from console.store.spool import write_work
from console.store.values import Consent
from console.store.work import (
    AnsweredConsent,
    AnyWork,
    EndedRecording,
    Inconsistent,
    OpenedCall,
    RecordingPause,
    decode,
    encode,
)
from tests.store.builders import CAME, NUMBER
from tests.store.conftest import Bare, IntegrityErrors

UID = "a1" * 16


def given(**changes: Any) -> AnsweredConsent:
    answered = AnsweredConsent(
        uid=UID,
        call_uid="c1",
        practice_id="riverside",
        consent=Consent.GIVEN,
        at=CAME + timedelta(seconds=9),
        law="all_party",
        version="w1",
        agent="Dana Whitfield",
        wrapped_key="sealed",
    )
    return msgspec.structs.replace(answered, **changes)


PAUSE = RecordingPause(at=CAME, until=CAME + timedelta(seconds=20), why="sensitive")
ENDED = EndedRecording(
    uid=UID,
    at=CAME + timedelta(minutes=3),
    seconds=151.5,
    size=9_700_000,
    sha256="ff",
    pauses=(PAUSE,),
)
OPENED = OpenedCall(uid="c1", offered_at=CAME, caller_number=NUMBER, practice_id="riverside")


def write(records: Records, *work: AnyWork) -> None:
    for piece in work:
        records.write(lambda session, piece=piece: write_work(session, work=decode(encode(piece))))  # type: ignore[misc]


def rows(records: Records, **asked: Any) -> tuple[Any, ...]:
    with records.session() as session:
        return recordings(session, **asked)


def test_a_recording_is_listed_with_its_call_consent_and_pauses(records: Records) -> None:
    write(records, OPENED, given(), ENDED)
    (row,) = rows(records, practice="riverside", number=NUMBER, call_uid="c1", heard_only=True)
    assert (row.consent, row.consent_law, row.consent_version) == (Consent.GIVEN, "all_party", "w1")
    assert row.consent_at == CAME + timedelta(seconds=9)
    assert (row.seconds, row.size, row.sha256) == (151.5, 9_700_000, "ff")
    assert row.pauses == (
        {"at": PAUSE.at.isoformat(), "until": PAUSE.until.isoformat(), "why": "sensitive"},
    )
    assert row.can_be_heard
    assert rows(records, practice="lakeshore") == ()
    assert rows(records, since=CAME + timedelta(hours=1)) == ()


def test_written_twice_or_late_it_stands_as_it_was(records: Records) -> None:
    later = msgspec.structs.replace(ENDED, seconds=1.0)
    write(records, given(), ENDED, given(wrapped_key="another"), later, OPENED)
    (row,) = rows(records)
    assert (row.wrapped_key, row.seconds, row.caller_number) == ("sealed", 151.5, NUMBER)


def test_a_refusal_is_kept_and_has_no_key(records: Records) -> None:
    write(records, given(consent=Consent.REFUSED, wrapped_key=None))
    (row,) = rows(records)
    assert (row.consent, row.wrapped_key, row.can_be_heard) == (Consent.REFUSED, None, False)
    assert rows(records, heard_only=True) == ()


@pytest.mark.parametrize(
    "wrong", [{"wrapped_key": None}, {"consent": Consent.REFUSED}], ids=["no key", "refused"]
)
def test_a_key_goes_with_a_consent_and_with_nothing_else(wrong: dict[str, Any]) -> None:
    with pytest.raises(Inconsistent):
        given(**wrong)


def test_deletion_destroys_the_key_and_leaves_that_it_was(records: Records) -> None:
    write(records, given(), ENDED)
    when = CAME + timedelta(days=30)

    def delete() -> bool:
        return records.write(lambda s: delete_recording(s, uid=UID, person="Sam Reyes", at=when))

    assert delete()
    assert not delete()
    (row,) = rows(records)
    assert (row.wrapped_key, row.deleted_at, row.deleted_by) == (None, when, "Sam Reyes")
    assert row.consent is Consent.GIVEN


def test_a_recording_is_found_by_the_beginning_of_its_id(records: Records) -> None:
    write(records, given(), given(uid="a2" * 16))
    with records.session() as session:
        found = find_recording(session, uid="a1")
        assert found is not None
        assert found.uid == UID
        assert find_recording(session, uid="a") is None
        assert find_recording(session, uid="%") is None


def test_what_is_done_with_a_recording_is_on_record(records: Records, other: Bare) -> None:
    write(records, given())
    records.write(lambda s: note_use(s, uid=UID, event=Event.LISTENED, person="Sam Reyes"))
    records.write(lambda s: delete_recording(s, uid=UID, person="Sam Reyes", at=CAME))
    told = other.run("select event, person from audit where kind = 'recording' order by id")
    assert told == [
        ("added", "Dana Whitfield"),
        ("listened", "Sam Reyes"),
        ("deleted", "Sam Reyes"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "update recordings set consent = 'refused'",
        "update recordings set deleted_at = '2026-11-24 01:42:00.000000'",
        "update recordings set consent_version = ''",
    ],
)
def test_the_database_itself_keeps_keys_and_consents_together(
    records: Records, other: Bare, change: str
) -> None:
    write(records, given())
    with pytest.raises(IntegrityErrors):
        other.run(change)
