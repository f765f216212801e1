"""A desk whose practice keeps a calendar of its own: what is taken there is not offered, and
without news of it a time is offered to be confirmed, and said to be."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from console.desk.own_calendar import Unheard, unheard
from console.store import calendars
from console.store.calendars import Known, Read, Taken
from console.store.session import Records
from scripts.calltypes import CallType, Outcome
from scripts.loader import Library
from scripts.openings import OpenTime
from scripts.own_calendar import OwnCalendar
from tests.desk.conftest import MakeRoom
from tests.desk.room import Room
from tests.desk.test_held_times import choose, codes, slot, to_the_times
from tests.records_file import SECRETS
from tests.scripts.samples import riverside

OWN = "https://dav.riverside.example/okafor/"
CALENDAR = OwnCalendar.model_validate(
    {"kind": "caldav", "url": "https://dav.riverside.example/all/", "user": "desk", "secret": "r"}
)


@pytest.fixture
def room(make_room: MakeRoom, library: Library) -> Room:
    practice = riverside().model_copy(update={"calendar": CALENDAR})
    others = [each for each in library.practices if each.id != practice.id]
    return make_room(library=Library((practice, *others))).open()


def read(room: Room, *taken: OpenTime, at: datetime | None = None) -> None:
    """A worker reads the practice's calendar: these times are taken in it."""
    now = at or room.clock.now
    known = Known(riverside().id, "", "settings")
    found = Read(
        tuple(Taken("x", time.provider_id, time.start, time.end) for time in taken),
        frozenset(), "t", whole=True,
    )  # fmt: skip
    records = Records.open(room.records, secrets=SECRETS)

    def write(session: Any) -> None:
        practices = {known.practice_id}
        calendars.name_anew(session, known=[known], practices=practices, now=now)
        later = now + timedelta(days=1)
        (claimed,) = calendars.claim(session, known=[known], worker="w", now=later, most=1)
        calendars.was_read(session, claimed=claimed, read=found, worker="w", now=now)

    records.write(write)
    records.close()


def test_a_time_taken_at_the_practice_is_soon_not_offered(room: Room) -> None:
    read(room)
    room.take()
    help_text = to_the_times(room).help
    assert "To be confirmed" not in help_text
    wanted = OpenTime.from_key(codes(room)[0])
    assert wanted is not None
    read(room, wanted)
    room.qtbot.waitUntil(lambda: wanted.key not in codes(room), timeout=10_000)


def test_one_that_was_taken_while_the_form_was_filled_is_refused(room: Room) -> None:
    read(room)
    room.take()
    to_the_times(room)
    chosen = OpenTime.from_key(codes(room)[0])
    assert chosen is not None
    choose(room, chosen.key)
    room.fill(CallType.NEW_APPOINTMENT)
    read(room, chosen)
    room.desk.finish()
    room.qtbot.waitUntil(lambda: any("taken" in n.title for n in room.notices), timeout=10_000)
    room.rest()
    assert "c1" not in room.saved
    assert slot(room).value == ""
    assert chosen.key not in codes(room)


def test_without_news_of_it_a_time_is_offered_to_be_confirmed_and_said_so(room: Room) -> None:
    read(room, at=room.clock.now - timedelta(minutes=16))
    room.take()
    said = to_the_times(room).help
    assert "To be confirmed. The practice’s calendar was last heard of on Tue 24 Nov 09:44" in said
    assert "Tell the caller" in said
    assert room.pop is not None
    assert room.pop.open_days is not None
    last = room.pop.open_days[-1]
    assert (last.day, last.times) == ("To be confirmed", ("no news since 09:44",))
    choose(room, codes(room)[0])
    assert "To be confirmed" in slot(room).help
    room.fill(CallType.NEW_APPOINTMENT)
    assert room.finish().outcome is Outcome.BOOKED
    notice = room.notices[-1]
    assert "to be confirmed" in notice.title
    assert "calls back if it cannot be kept" in notice.text


def test_when_it_is_heard_of_again_nothing_is_said_any_more(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.desk.held_times.RENEW_MS", 50)
    room.take()
    assert "has not been read yet" in to_the_times(room).help
    choose(room, codes(room)[0])
    read(room)
    room.qtbot.waitUntil(lambda: "confirmed" not in slot(room).help, timeout=10_000)


def test_each_provider_has_the_news_of_their_own_calendar() -> None:
    own = CALENDAR.model_copy(update={"providers": {"okafor": OWN}})
    practice = riverside().model_copy(update={"calendar": own})
    now = datetime.fromisoformat("2026-11-24T16:00:00+00:00")
    late = now - timedelta(minutes=15, seconds=1)
    assert unheard(practice, {"": now, "okafor": now}, now) == {}
    assert unheard(practice, {"": now, "okafor": late}, now) == {"okafor": Unheard(late)}
    assert "okafor" not in unheard(practice, {"okafor": now}, now)
    assert set(unheard(practice, {"okafor": now}, now).values()) == {Unheard(None)}
    alone = own.model_copy(update={"url": None})
    only = riverside().model_copy(update={"calendar": alone})
    assert set(unheard(only, {}, now)) == {"okafor"}
    assert unheard(riverside(), {}, now) == {}
