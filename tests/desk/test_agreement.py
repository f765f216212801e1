"""A Business Associate Agreement that begins or lapses during a shift: the next call follows it."""

import json
from datetime import UTC, date, datetime

import pytest

from scripts.calltypes import CallType
from scripts.fhir.response import write_response
from scripts.loader import Library
from scripts.triage import Interview
from tests.desk.conftest import MakeRoom
from tests.desk.room import RIVERSIDE, Clock, Room

LAST_DAY = date(2026, 11, 24)
BEFORE_MIDNIGHT = datetime(2026, 11, 25, 5, 50, tzinfo=UTC)  # 23:50 on the last day in Des Moines


def with_agreement(library: Library, **dates: date) -> Library:
    practices = []
    for practice in library.practices:
        if practice.id == RIVERSIDE:
            assert practice.baa is not None
            changed = practice.baa.model_copy(update=dates)
            practices.append(practice.model_copy(update={"baa": changed}))
        else:
            practices.append(practice)
    return Library(tuple(practices))


def late(make_room: MakeRoom, library: Library, **dates: date) -> Room:
    clock = Clock()
    clock.now = BEFORE_MIDNIGHT
    return make_room(library=with_agreement(library, **dates), clock=clock).open()


def fields(room: Room, kind: CallType) -> set[str]:
    """Every question the form of a call type puts, step by step."""
    room.desk.choose_type(kind)
    assert room.form is not None
    found = set()
    for step in room.form.steps:
        room.desk.go_to_step(step.number)
        found |= {field.link_id for field in room.form.fields}
    return found


def health_details(library: Library, kind: CallType) -> set[str]:
    practice = library.by_id(RIVERSIDE)
    assert practice is not None
    return {q.link_id for q in practice.forms[kind].questions() if q.phi}


@pytest.mark.parametrize("kind", [CallType.REFILL, CallType.SYMPTOM, CallType.NEW_APPOINTMENT])
def test_one_that_lapses_at_midnight_holds_for_the_call_that_began_before(
    make_room: MakeRoom, library: Library, kind: CallType
) -> None:
    room = late(make_room, library, ends_on=LAST_DAY)
    health = health_details(library, kind)
    room.take("c1")
    assert room.pop is not None
    assert room.pop.banner.baa is True
    assert health & fields(room, kind)
    room.clock.forward(minutes=20)
    assert health & fields(room, kind)  # its own call is asked on as it was begun
    room.take("c2")
    room.desk.select_call("c2")
    assert room.pop.banner.baa_label == "No BAA: no health details"
    assert not health & fields(room, kind)


def test_one_that_begins_at_midnight_lets_the_next_call_be_asked(
    make_room: MakeRoom, library: Library
) -> None:
    room = late(make_room, library, signed_on=date(2026, 11, 25))
    room.take("c1")
    assert room.pop is not None
    assert room.pop.banner.baa is False
    assert "medication" not in fields(room, CallType.REFILL)
    room.clock.forward(minutes=20)
    assert "medication" not in fields(room, CallType.REFILL)
    room.take("c2")
    room.desk.select_call("c2")
    assert room.pop.banner.baa is True
    assert "medication" in fields(room, CallType.REFILL)


def test_after_it_has_lapsed_nothing_of_health_is_drafted_kept_or_exported(
    make_room: MakeRoom, library: Library
) -> None:
    room = late(make_room, library, ends_on=LAST_DAY)
    room.clock.forward(minutes=20)
    room.take("c1")
    room.fill(CallType.REFILL)
    room.rest()
    health = health_details(library, CallType.REFILL)
    call = room.desk._lines.current
    assert call is not None
    assert isinstance(call.interview, Interview)
    record = json.dumps(call.interview.to_record())
    response = json.dumps(write_response(call.interview, authored=room.clock()))
    assert not [name for name in health if f'"{name}"' in record + response]
    room.finish("c1")
    kept = {link_id for (link_id,) in room.rows("select link_id from answers")}
    assert kept
    assert not health & kept


def test_a_call_before_midnight_is_saved_after_it(make_room: MakeRoom, library: Library) -> None:
    """The agreement of the day of the call counts, to the records too."""
    room = late(make_room, library, ends_on=LAST_DAY)
    room.take("c1")
    room.fill(CallType.REFILL)
    room.clock.forward(minutes=20)
    room.finish("c1")
    kept = {link_id for (link_id,) in room.rows("select link_id from answers where phi")}
    assert "medication" in kept
