"""What the database itself refuses, whatever program writes to it."""

from contextlib import closing
from typing import Any

import pytest

from console.store.session import Records
from tests.store.conftest import Bare, FileBase, IntegrityErrors

CALL: dict[str, Any] = {"id": 1, "uid": "c1", "practice_id": "riverside"}
BOOKING: dict[str, Any] = {
    "id": 1,
    "practice_id": "riverside",
    "provider": "okafor",
    "appointment_type": "physical",
    "starts_at": "2026-11-25 15:20:00.000000",
    "ends_at": "2026-11-25 15:40:00.000000",
    "sealed": b"\1",
    "status": "booked",
    "call_id": 1,
}
ANSWER: dict[str, Any] = {
    "id": 1,
    "call_id": 1,
    "link_id": "q",
    "sealed": b"\1",
    "status": "asked",
    "phi": False,
    "position": 0,
}
MESSAGE: dict[str, Any] = {
    "id": 1,
    "practice_id": "riverside",
    "call_id": 1,
    "kind": "refill",
    "recipient": "staff",
    "priority": "routine",
    "taken_at": "2026-11-24 01:42:00.000000",
    "sealed": b"\1",
    "status": "pending",
    "phi": False,
}
ESCALATION: dict[str, Any] = {
    "id": 1,
    "practice_id": "riverside",
    "call_id": 1,
    "provider": "okafor",
    "sealed": b"\1",
    "status": "open",
    "owner": "Dana",
    "opened_at": "2026-11-24 01:42:00.000000",
    "phi": False,
}
CALLBACK: dict[str, Any] = {
    "id": 1,
    "uid": "b1",
    "since": "2026-11-24 01:42:00.000000",
    "why": "abandoned",
    "status": "owed",
}
DRAFT: dict[str, Any] = {
    "uid": "d1",
    "call_uid": "c1",
    "sealed": b"\1",
    "updated_at": "2026-11-24 01:42:00.000000",
}
PRACTICE: dict[str, Any] = {"id": "p", "name": "P", "timezone": "UTC", "version": "1"}
FLAG: dict[str, Any] = {
    "id": 1,
    "call_id": 1,
    "rule": "r",
    "action": "read",
    "at": "2026-11-24 01:42:00.000000",
}
TAKEN = "frontdesk: time taken|ex_bookings_time_taken"
FACT: dict[str, Any] = {"id": 1, "call_id": 1, "fact": "f", "at": "2026-11-24 01:42:00.000000"}


@pytest.fixture
def bare(records: Records, other: Bare) -> Bare:
    assert records.revision
    other.add("calls", CALL, local_date="2026-11-23")
    return other


@pytest.mark.parametrize(
    ("table", "row", "changes"),
    [
        ("practices", PRACTICE, {"id": ""}),
        ("practices", PRACTICE, {"baa_ends_on": "2026-01-01"}),
        ("practices", PRACTICE, {"baa_signed_on": "2026-01-02", "baa_ends_on": "2026-01-01"}),
        ("practices", PRACTICE, {"id": "riverside"}),
        ("calls", CALL, {"id": 2}),
        ("calls", CALL, {"id": 2, "uid": ""}),
        ("calls", CALL, {"id": 2, "uid": "c2", "practice_id": "nobody"}),
        ("calls", CALL, {"id": 2, "uid": "c2", "mode": "sometimes"}),
        ("calls", CALL, {"id": 2, "uid": "c2", "direction": "sideways"}),
        ("calls", CALL, {"id": 2, "uid": "c2", "call_type": "chat"}),
        ("calls", CALL, {"id": 2, "uid": "c2", "outcome": "fine"}),
        ("calls", CALL, {"id": 2, "uid": "c2", "end_cause": "bored"}),
        ("calls", CALL, {"id": 2, "uid": "c2", "finished_at": "2026-11-24 01:42:00.000000"}),
        ("calls", CALL, {"id": 2, "uid": "c2", "waited_s": -1}),
        ("answers", ANSWER, {"call_id": 99}),
        ("answers", ANSWER, {"status": "guessed"}),
        ("answers", ANSWER, {"sealed": None}),
        ("bookings", BOOKING, {"ends_at": BOOKING["starts_at"]}),
        ("bookings", BOOKING, {"ends_at": "2026-11-25 15:00:00.000000"}),
        ("bookings", BOOKING, {"practice_id": "nobody"}),
        ("bookings", BOOKING, {"practice_id": None}),
        ("bookings", BOOKING, {"call_id": 99}),
        ("bookings", BOOKING, {"closed_call_id": 99}),
        ("bookings", BOOKING, {"replaces_id": 99}),
        ("bookings", BOOKING, {"replaces_id": 1}),
        ("bookings", BOOKING, {"status": "maybe"}),
        ("bookings", BOOKING, {"sealed": None}),
        ("messages", MESSAGE, {"call_id": 99}),
        ("messages", MESSAGE, {"practice_id": "nobody"}),
        ("messages", MESSAGE, {"kind": "poem"}),
        ("messages", MESSAGE, {"priority": "later"}),
        ("messages", MESSAGE, {"status": "lost"}),
        ("escalations", ESCALATION, {"call_id": 99}),
        ("escalations", ESCALATION, {"practice_id": None}),
        ("escalations", ESCALATION, {"owner": ""}),
        ("escalations", ESCALATION, {"owner": None}),
        ("escalations", ESCALATION, {"status": "forgotten"}),
        ("callbacks", CALLBACK, {"why": "bored"}),
        ("callbacks", CALLBACK, {"status": "perhaps"}),
        ("callbacks", CALLBACK, {"status": "done"}),
        ("callbacks", CALLBACK, {"done_at": "2026-11-24 01:42:00.000000"}),
        ("callbacks", CALLBACK, {"call_id": 99}),
        ("callbacks", CALLBACK, {"practice_id": "nobody"}),
        ("drafts", DRAFT, {"practice_id": "nobody"}),
        ("drafts", DRAFT, {"call_type": "chat"}),
        ("drafts", DRAFT, {"sealed": None}),
        ("red_flags", FLAG, {"call_id": 99}),
        ("red_flags", FLAG, {"action": "ignored"}),
        ("facts_read", FACT, {"call_id": 99}),
        ("staff", {"name": ""}, {}),
    ],
)
def test_a_row_that_cannot_be_true_is_refused(
    bare: Bare, table: str, row: dict[str, Any], changes: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityErrors):
        bare.add(table, row, **changes)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("practices", PRACTICE),
        ("answers", ANSWER),
        ("bookings", BOOKING),
        ("messages", MESSAGE),
        ("escalations", ESCALATION),
        ("callbacks", CALLBACK),
        ("drafts", DRAFT),
        ("red_flags", FLAG),
        ("facts_read", FACT),
        ("staff", {"name": "Dana"}),
    ],
)
def test_the_same_row_without_the_fault_is_taken_once(
    bare: Bare, table: str, row: dict[str, Any]
) -> None:
    bare.add(table, row)
    with pytest.raises(IntegrityErrors):
        bare.add(table, row)


@pytest.mark.parametrize("changes", [{"link_id": "q"}, {"position": 0}])
def test_a_question_stands_on_a_form_once(bare: Bare, changes: dict[str, Any]) -> None:
    bare.add("answers", ANSWER)
    another: dict[str, Any] = {"id": 2, "link_id": "r", "position": 1}
    with pytest.raises(IntegrityErrors):
        bare.add("answers", ANSWER, **(another | changes))


@pytest.mark.parametrize(
    ("start", "end"),
    [("15:00", "15:21"), ("15:39", "16:00"), ("15:25", "15:30"), ("15:00", "16:00")],
)
def test_a_held_time_cannot_be_taken_again(bare: Bare, start: str, end: str) -> None:
    bare.add("bookings", BOOKING)
    with pytest.raises(IntegrityErrors, match=TAKEN):
        bare.add("bookings", BOOKING, **_at(start, end))


@pytest.mark.parametrize("verb", ["INSERT OR IGNORE", "INSERT OR REPLACE"])
def test_a_held_time_cannot_be_taken_again_by_a_verb_of_sqlites(
    file_base: FileBase, verb: str
) -> None:
    with closing(file_base.bare()) as connection:
        bare = Bare(connection)
        bare.add("calls", CALL)
        bare.add("bookings", BOOKING)
        with pytest.raises(IntegrityErrors, match=TAKEN):
            bare.add("bookings", BOOKING, verb, **_at("15:25", "15:30"))


def _at(start: str, end: str) -> dict[str, Any]:
    return {
        "id": 2,
        "starts_at": f"2026-11-25 {start}:00.000000",
        "ends_at": f"2026-11-25 {end}:00.000000",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": "2026-11-25 15:40:00.000000", "ends_at": "2026-11-25 16:00:00.000000"},
        {"starts_at": "2026-11-25 15:00:00.000000", "ends_at": "2026-11-25 15:20:00.000000"},
        {"provider": "ortega"},
        {"practice_id": "lakeshore"},
        {"status": "cancelled"},
    ],
)
def test_a_free_time_can_be_taken_but_not_moved_onto_a_held_one(
    bare: Bare, changes: dict[str, Any]
) -> None:
    bare.add("bookings", BOOKING)
    bare.add("bookings", BOOKING, id=2, **changes)
    with pytest.raises(IntegrityErrors, match=TAKEN):
        bare.run(
            "UPDATE bookings SET status = 'booked', provider = 'okafor', practice_id = 'riverside',"
            " starts_at = '2026-11-25 15:30:00.000000', ends_at = '2026-11-25 15:50:00.000000'"
            " WHERE id = 2"
        )


def test_a_booking_does_not_clash_with_itself(bare: Bare) -> None:
    bare.add("bookings", BOOKING)
    bare.run("UPDATE bookings SET ends_at = '2026-11-25 15:50:00.000000' WHERE id = 1")


HEALTH = [("answers", ANSWER), ("messages", MESSAGE), ("escalations", ESCALATION)]


@pytest.mark.parametrize(("table", "row"), HEALTH)
@pytest.mark.parametrize(
    ("practice", "day", "taken"),
    [
        ("riverside", "2026-01-01", True),
        ("riverside", "2025-12-31", False),
        ("riverside", None, False),
        ("lakeshore", "2026-11-23", False),
        (None, "2026-11-23", False),
        ("ended", "2026-06-30", True),
        ("ended", "2026-07-01", False),
    ],
)
def test_health_details_need_an_agreement_in_force_on_the_day(  # noqa: PLR0917
    bare: Bare, table: str, row: dict[str, Any], practice: str | None, day: str | None, taken: bool
) -> None:
    bare.add(
        "practices", PRACTICE, id="ended", baa_signed_on="2026-01-01", baa_ends_on="2026-06-30"
    )
    bare.add("calls", CALL, id=2, uid="c2", practice_id=practice, local_date=day)
    bare.add(table, row, call_id=2)
    if taken:
        bare.run(f"UPDATE {table} SET phi = TRUE")
        bare.add(table, row, id=2, call_id=2, phi=True, **_another(table))
    else:
        with pytest.raises(IntegrityErrors, match="frontdesk: agreement missing"):
            bare.run(f"UPDATE {table} SET phi = TRUE")
        with pytest.raises(IntegrityErrors, match="frontdesk: agreement missing"):
            bare.add(table, row, id=2, call_id=2, phi=True, **_another(table))


def _another(table: str) -> dict[str, Any]:
    return {"link_id": "r", "position": 1} if table == "answers" else {}


@pytest.mark.parametrize(("table", "row"), HEALTH)
@pytest.mark.parametrize("change", ["practice_id = 'lakeshore'", "local_date = '2025-01-01'"])
def test_a_call_with_health_details_cannot_be_moved_from_under_its_agreement(
    bare: Bare, table: str, row: dict[str, Any], change: str
) -> None:
    bare.add(table, row, phi=True)
    with pytest.raises(IntegrityErrors, match="frontdesk: agreement missing"):
        bare.run(f"UPDATE calls SET {change} WHERE id = 1")
