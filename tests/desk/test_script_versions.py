"""Which edition of a practice a call is answered with: files, signed versions, scheduled ones."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.desk.editions import KEPT_NAME, in_force
from console.desk.ledger import practice_facts
from console.store.session import Records
from console.store.versions import (
    NewVersion,
    Signature,
    save_version,
    sign_version,
    version_of_call,
)
from scripts.calltypes import CallType, Mode
from scripts.editing import edits
from scripts.loader import SAMPLES, Library, load_text, version_of
from tests.desk.conftest import MakeRoom
from tests.desk.room import MAPLE, RIVERSIDE, Room
from tests.records_file import SECRETS

TEXT = (SAMPLES / f"{RIVERSIDE}.yaml").read_text("utf-8")
HOUR = timedelta(hours=1)


OAK = edits.put(edits.take_out(TEXT, ("lines",)), ("id",), "oak")
"""Another practice; its numbers are still to be written."""


def saying(words: str, text: str = TEXT) -> str:
    """A script whose greeting at any open hour is this."""
    for mode in ("primary", "overflow"):
        text = edits.put(text, ("greetings", mode), f"{words}, this is {{{{ agent }}}}.")
    return text


def publish(path: Path, text: str, at: datetime, *, now: datetime) -> int:
    """Save and sign a version, as another desk of the service would."""
    records = Records.open(path, secrets=SECRETS)
    practice = load_text(text)
    new = NewVersion(practice_facts(practice), text, "Ruth Calder", now, _newest(path, practice.id))
    number = records.write(lambda session: save_version(session, new=new))
    signature = Signature("Ruth Calder", now, at)
    records.write(
        lambda session: sign_version(
            session, practice_id=practice.id, number=number, signature=signature
        )
    )
    records.close()
    return number


def _newest(path: Path, practice_id: str) -> int | None:
    from console.store.versions import versions

    records = Records.open(path, secrets=SECRETS)
    with records.session() as session:
        rows = versions(session, practice_id=practice_id)
    records.close()
    return rows[0].number if rows else None


def said(room: Room) -> str:
    assert room.pop is not None
    return room.pop.say


def looked(room: Room) -> Room:
    room.desk.scripts.look()
    room.rest()
    return room


def test_a_desk_without_versions_is_answered_from_its_files(room: Room) -> None:
    room.ring()
    assert "Riverside Family Medicine" in said(room)
    assert not (room.folder / KEPT_NAME).exists()


def test_what_is_signed_wins_over_the_file_on_the_next_call_without_a_restart(room: Room) -> None:
    room.take("before")
    before = said(room)
    publish(room.records, saying("Signed hello"), room.clock(), now=room.clock())
    looked(room)
    assert said(room) == before  # the call in hand keeps what it came with
    room.fill(CallType.QUESTION)
    room.finish("before")
    room.over("before")
    room.ring("after")
    assert said(room) == "Signed hello, this is Dana."
    assert room.call_row("before")["script_version"] == version_of(TEXT)


def test_a_scheduled_version_holds_from_its_moment_on_and_nothing_is_read_for_it(
    room: Room,
) -> None:
    now = room.clock()
    publish(room.records, saying("One"), now, now=now)
    publish(room.records, saying("Two"), now + HOUR / 2, now=now)
    publish(room.records, saying("Three"), now + HOUR, now=now)
    looked(room)
    hidden = room.records.rename(room.folder / "gone")  # away: the shelf is enough
    steps = ((0, "One"), (1799, "One"), (1, "Two"), (1799, "Two"), (1, "Three"))
    for number, (forward, words) in enumerate(steps):
        room.clock.forward(seconds=forward)
        room.ring(f"c{number}")
        room.desk.select_call(f"c{number}")
        assert said(room).startswith(words)
        room.over(f"c{number}")
    hidden.rename(room.records)


def test_each_call_tells_the_number_it_was_answered_with(room: Room) -> None:
    now = room.clock()
    publish(room.records, saying("One"), now, now=now)
    publish(room.records, saying("Two"), now + HOUR, now=now)
    looked(room)
    for call in ("first", "second"):
        room.take(call)
        room.fill(CallType.QUESTION)
        room.finish(call)
        room.over(call)
        room.clock.forward(hours=1)
    records = Records.open(room.records, secrets=SECRETS)
    with records.session() as session:
        numbers = [version_of_call(session, uid=call) for call in ("first", "second")]
    records.close()
    assert numbers == [1, 2]


def test_after_a_restart_without_records_the_desk_answers_as_before(make_room: MakeRoom) -> None:
    first = make_room().open()
    now = first.clock()
    publish(first.records, saying("Signed hello"), now, now=now)
    publish(first.records, saying("Scheduled hello"), now + HOUR, now=now)
    looked(first)
    first.close()
    again = make_room(records=first.folder / "away" / "records.sqlite").open()
    again.ring()
    assert said(again).startswith("Signed hello")
    again.over()
    again.clock.forward(hours=1)
    again.ring("later")
    assert said(again).startswith("Scheduled hello")


def test_a_practice_without_a_file_is_answered_for(room: Room) -> None:
    text = edits.put(saying("Oak Street", OAK), ("numbers",), ["+15155550500"])
    publish(room.records, text, room.clock(), now=room.clock())
    looked(room)
    room.ring(to="+15155550500")
    assert said(room).startswith("Oak Street")


def test_a_number_given_to_a_signed_practice_is_no_longer_its_old_owners(room: Room) -> None:
    maple = room.number_of(MAPLE)
    text = edits.put(saying("Oak Street", OAK), ("numbers",), [maple])
    publish(room.records, text, room.clock(), now=room.clock())
    looked(room)
    room.ring(to=maple)
    assert said(room).startswith("Oak Street")
    assert room.status is not None
    assert "maple_pediatrics.yaml" in room.status.trouble


def test_an_agreement_signed_with_a_version_lets_health_details_be_kept(room: Room) -> None:
    """The records' own gate follows the version in force, on the next call."""
    without = edits.take_out(TEXT, ("baa",))
    publish(room.records, without, room.clock(), now=room.clock())
    looked(room)
    rows = "select baa_signed_on from practices where id = ?"
    assert room.rows(rows, RIVERSIDE) == [(None,)]
    publish(room.records, TEXT, room.clock(), now=room.clock())
    looked(room)
    assert room.rows(rows, RIVERSIDE) != [(None,)]


def test_a_new_start_does_not_put_the_files_agreement_back(make_room: MakeRoom) -> None:
    room = make_room().open()
    publish(room.records, edits.take_out(TEXT, ("baa",)), room.clock(), now=room.clock())
    looked(room)
    room.close()
    again = make_room().open()
    assert again.rows("select baa_signed_on from practices where id = ?", RIVERSIDE) == [(None,)]


@pytest.mark.parametrize("broken", ["{", "[]", '[{"practice_id": 1}]'])
def test_a_damaged_copy_is_said_and_files_answer(make_room: MakeRoom, broken: str) -> None:
    room = make_room()
    room.close()
    (room.folder / KEPT_NAME).write_text(broken)
    again = make_room().open()
    again.ring()
    assert "Riverside Family Medicine" in said(again)


def test_the_copy_is_this_accounts_only(room: Room) -> None:
    publish(room.records, saying("One"), room.clock(), now=room.clock())
    looked(room)
    assert (room.folder / KEPT_NAME).stat().st_mode & 0o777 == 0o600


def test_a_version_this_program_cannot_read_is_said(room: Room) -> None:
    records = Records.open(room.records, secrets=SECRETS)
    new = NewVersion(
        practice_facts(load_text(TEXT)), "id: riverside_family_medicine\n", "R", room.clock(), None
    )
    number = records.write(lambda session: save_version(session, new=new))
    signature = Signature("R", room.clock(), room.clock())
    records.write(
        lambda session: sign_version(
            session, practice_id=RIVERSIDE, number=number, signature=signature
        )
    )
    records.close()
    looked(room)
    assert room.status is not None
    assert "riverside_family_medicine, version 1" in room.status.trouble
    room.ring()
    assert "Riverside Family Medicine" in said(room)


def test_another_practice_in_force_is_told_once(room: Room, library: Library) -> None:
    told: list[Callable[[], None]] = []
    room.desk.scripts.changed.connect(lambda: told.append(lambda: None))
    looked(room)
    assert told == []
    publish(room.records, saying("One"), room.clock(), now=room.clock())
    looked(looked(room))
    assert len(told) == 1
    assert len(room.desk.scripts.library.practices) == len(library.practices)


def test_a_program_without_a_shelf_asks_what_is_in_force(room: Room, library: Library) -> None:
    now = room.clock()
    publish(room.records, saying("One"), now, now=now)
    publish(room.records, saying("Two"), now + HOUR, now=now)
    records = Records.open(room.records, secrets=SECRETS)
    with records.session() as session:
        texts = [
            in_force(session, library, at).by_id(RIVERSIDE) for at in (now - HOUR, now, now + HOUR)
        ]
    records.close()
    assert [
        practice.greetings[Mode.PRIMARY].default[:3] if practice else "" for practice in texts
    ] == [
        load_text(TEXT).greetings[Mode.PRIMARY].default[:3],
        "One",
        "Two",
    ]
