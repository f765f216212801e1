"""Practice scripts in the records: numbered, signed, scheduled; two who save at once; kept."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from console.store.calls import open_call
from console.store.errors import UnknownPractice, UnknownVersion, VersionConflict
from console.store.finishing import finish_call
from console.store.practices import PracticeFacts
from console.store.session import Records
from console.store.spool import Spool
from console.store.versions import (
    NewVersion,
    Signature,
    editions,
    practice_drafts,
    save_version,
    sign_version,
    version,
    version_of_call,
    versioned,
    versions,
)
from console.store.work import DroppedPracticeDraft, OpenedCall, SavedPracticeDraft
from scripts.loader import version_of
from tests.records_file import SECRETS
from tests.store.builders import RIVERSIDE, finished_call

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def save(records: Records, words: str, based_on: int | None, by: str = "Ruth", **more: Any) -> int:
    new = NewVersion(RIVERSIDE, words, by, NOW, based_on, **more)
    return records.write(lambda session: save_version(session, new=new))


def sign(records: Records, number: int, at: datetime = NOW, signed_at: datetime = NOW) -> None:
    signature = Signature("Ruth Calder", signed_at, at)
    records.write(
        lambda session: sign_version(
            session, practice_id=RIVERSIDE.id, number=number, signature=signature
        )
    )


def in_force(records: Records, at: datetime) -> list[tuple[int, datetime]]:
    with records.session() as session:
        return [(e.number, e.effective_at) for e in editions(session, at=at)]


def test_versions_are_numbered_and_keep_the_text_to_the_letter(records: Records) -> None:
    words = "id: riverside # ünï\n\n"
    assert save(records, words, None) == 1
    assert save(records, "second", 1, note="New lunch hours") == 2
    with records.session() as session:
        newest, first = versions(session, practice_id=RIVERSIDE.id)
        assert version(session, practice_id=RIVERSIDE.id, number=1).text == words
        assert versioned(session) == frozenset()
    assert (first.text, first.number, first.written_by) == (words, 1, "Ruth")
    assert first.sha256.startswith(version_of(words))
    assert (newest.note, newest.baa_signed_on) == ("New lunch hours", RIVERSIDE.baa_signed_on)


def test_the_same_text_saved_again_is_the_same_version(records: Records) -> None:
    assert save(records, "one", None) == save(records, "one", 1) == 1
    assert save(records, "one", None, by="Sam") == 1


def test_of_two_who_save_at_once_the_second_is_told(records: Records) -> None:
    save(records, "one", None)
    starts, outcomes = threading.Barrier(2), dict[str, object]()

    def attempt(name: str) -> None:
        starts.wait()
        try:
            outcomes[name] = save(records, f"by {name}", 1, by=name)
        except VersionConflict as conflict:
            outcomes[name] = conflict

    threads = [threading.Thread(target=attempt, args=(name,)) for name in ("Ruth", "Sam")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = next(name for name, outcome in outcomes.items() if outcome == 2)
    lost = outcomes["Sam" if won == "Ruth" else "Ruth"]
    assert isinstance(lost, VersionConflict)
    assert (lost.number, lost.written_by, lost.text) == (2, won, f"by {won}")
    assert save(records, "the second's, on top", 2) == 3


def test_a_signed_version_holds_from_its_moment_and_an_older_one_can_come_back(
    records: Records,
) -> None:
    for number, words in enumerate(("one", "two", "three")):
        save(records, words, number or None)
    assert in_force(records, NOW) == []
    sign(records, 1)
    sign(records, 2, NOW + HOUR)
    assert in_force(records, NOW) == [(1, NOW), (2, NOW + HOUR)]
    assert in_force(records, NOW + HOUR) == [(2, NOW + HOUR)]
    sign(records, 3, NOW + HOUR)  # instead of the second
    assert in_force(records, NOW) == [(1, NOW), (3, NOW + HOUR)]
    sign(records, 1, NOW + 2 * HOUR)
    assert in_force(records, NOW + 3 * HOUR) == [(1, NOW + 2 * HOUR)]
    with records.session() as session:
        assert versioned(session) == {RIVERSIDE.id}


def test_no_signature_reaches_back(records: Records) -> None:
    save(records, "one", None)
    sign(records, 1, NOW - HOUR)
    assert in_force(records, NOW) == [(1, NOW)]


def test_what_is_not_there_cannot_be_signed(records: Records) -> None:
    with pytest.raises(UnknownVersion, match="no version 4"):
        sign(records, 4)
    with pytest.raises(UnknownPractice):
        records.write(
            lambda s: sign_version(
                s, practice_id="nowhere", number=1, signature=Signature("R", NOW, NOW)
            )
        )


@pytest.mark.parametrize("table", ["practice_versions", "practice_signatures"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id + 7", "DELETE FROM {}"])
def test_versions_and_signatures_only_grow(records: Records, table: str, change: str) -> None:
    save(records, "one", None)
    sign(records, 1)
    with pytest.raises(IntegrityError, match="scripts are kept"):
        records.write(lambda session: session.execute(text(change.format(table))))


def test_a_practice_that_begins_in_the_records_has_no_agreement_before_it_is_in_force(
    records: Records,
) -> None:
    facts = PracticeFacts("oak", "Oak St.", "America/Chicago", "x", baa_signed_on=NOW.date())
    new = NewVersion(facts, "id: oak", "Ruth", NOW, None)
    assert records.write(lambda session: save_version(session, new=new)) == 1
    with records.session() as session:
        row = session.execute(text("SELECT name, baa_signed_on FROM practices WHERE id = 'oak'"))
        assert row.one() == ("Oak St.", None)


def test_a_call_tells_the_version_it_was_answered_with(records: Records) -> None:
    for number, words in enumerate(("one", "two", "one again")):
        save(records, words, number or None)
    save(records, "one", 3)  # the words of the first once more
    for number, hours in ((1, 0), (2, 1), (4, 2)):
        sign(records, number, NOW + hours * HOUR)

    def number_of(words: str, came: datetime) -> int | None:
        uid = f"call-{words}-{came:%H%M}"
        opened = OpenedCall(uid=uid, offered_at=came, practice_id=RIVERSIDE.id)
        done = finished_call(
            uid=uid,
            practice_id=RIVERSIDE.id,
            script_version=version_of(words),
            offered_at=came,
            answered_at=came,
            finished_at=came,
        )
        records.write(lambda session: open_call(session, opened=opened))
        records.write(lambda session: finish_call(session, finished=done))
        with records.session() as session:
            return version_of_call(session, uid=uid)

    assert number_of("one", NOW + 0.5 * HOUR) == 1
    assert number_of("two", NOW + 1.5 * HOUR) == 2
    assert number_of("one", NOW + 2.5 * HOUR) == 4
    assert number_of("from a file", NOW) is None
    with records.session() as session:
        assert version_of_call(session, uid="no such call") is None


def draft(words: str, at: datetime, author: str = "Ruth") -> SavedPracticeDraft:
    return SavedPracticeDraft(
        uid=f"oak/{author}", practice_id="oak", author=author, text=words, based_on=None,
        updated_at=at,
    )  # fmt: skip


def test_drafts_wait_on_this_machine_and_the_newest_state_stays(
    records: Records, tmp_path: Any
) -> None:
    spool = Spool(tmp_path / "kept.jsonl", SECRETS)
    for words, at in (("a", NOW), ("ab", NOW + HOUR), ("late", NOW)):
        spool.keep(draft(words, at))
    spool.keep(draft("sam's", NOW, "Sam"))
    assert spool.replay(records).written == 4
    dropped = DroppedPracticeDraft(uid="oak/Ruth", practice_id="oak", author="Ruth", at=NOW)
    spool.keep(dropped)  # saved an hour before the last letter was typed
    spool.replay(records)
    with records.session() as session:
        (kept,) = practice_drafts(session, author="Ruth")
        assert (kept.text, kept.based_on) == ("ab", None)
    spool.keep(
        DroppedPracticeDraft(uid="oak/Ruth", practice_id="oak", author="Ruth", at=NOW + HOUR)
    )
    spool.replay(records)
    with records.session() as session:
        assert practice_drafts(session, author="Ruth") == ()
        assert len(practice_drafts(session, author="Sam")) == 1
