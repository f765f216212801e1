"""The rota laid out for the page: what a week and a month say, and to whom they are shown."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from console.desk.permissions import Person
from console.desk.rota.building import NO_ROTA, page, rows, turned
from console.desk.rota.views import Asked, Mark, RotaPage, Span
from console.store.values import Role
from scripts.practice import Practice
from scripts.rota import Rota
from tests.desk.conftest import MakeRoom
from tests.desk.room import MAPLE, RIVERSIDE, Room
from tests.scripts.samples import library, maple, riverside

RUTH = Person("ruth", "Ruth Calder", Role.SUPERVISOR)
NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # Tue 10:00 in Des Moines


def week(practice: Practice, day: date | None = None, now: datetime = NOW) -> RotaPage:
    return page(practice, Asked(practice.id, Span.WEEK, day), now, may_edit=True)


def month(practice: Practice, day: date | None = None) -> RotaPage:
    return page(practice, Asked(practice.id, Span.MONTH, day), NOW, may_edit=True)


def with_rota(**more: object) -> Practice:
    practice = riverside()
    assert practice.on_call is not None
    rota = practice.on_call.model_dump(by_alias=True) | more
    return practice.model_copy(update={"on_call": Rota.model_validate(rota)})


def names(view: RotaPage, day: int, tier: int = 0) -> list[str]:
    return [view.shifts[p.shift].short for p in view.days[day].pieces if p.tier == tier]


def test_a_week_has_who_is_called_first_and_then_hour_by_hour() -> None:
    view = week(riverside())
    assert view.title == "23 – 29 Nov 2026"
    assert view.zone == "Times in Des Moines (CST)"
    assert [day.head for day in view.days][:2] == ["Mon 23", "Tue 24"]
    assert names(view, 1) == ["Okafor", "Okafor", "Okafor"]
    assert names(view, 1, tier=1) == ["Ortega", "Ortega", "Ortega"]
    assert names(view, 3) == ["Ortega"]
    night = view.shifts[view.days[1].pieces[2].shift]
    assert (night.hours, night.provider) == ("17:00–07:00", "okafor")
    assert dict(night.facts)["To"] == "Wed 25 Nov 07:00"
    assert "called first, Tue 24 Nov 17:00 to Wed 25 Nov 07:00" in night.said


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 3, 8), date(2026, 11, 26)])
def test_a_day_is_covered_from_end_to_end_whatever_its_length(day: date) -> None:
    view = week(riverside(), day)
    for each in view.days:
        first = [piece for piece in each.pieces if piece.tier == 0]
        assert (first[0].left, first[-1].right) == (0.0, 1.0)
        assert all(one.right == other.left for one, other in pairwise(first))


def test_the_days_on_which_the_clocks_change_say_so_and_have_hours_of_their_own() -> None:
    back = week(riverside(), date(2026, 11, 1)).days[6]
    assert back.note == "25 hours: clocks go back"
    assert "25 hours" in back.said
    assert back.ticks[1] == (pytest.approx(4 / 25), "03")
    forward = week(riverside(), date(2026, 3, 8)).days[6]
    assert forward.note == "23 hours: clocks go forward"
    assert forward.ticks[1] == (pytest.approx(2 / 23), "03")


def test_the_present_is_in_one_day_only() -> None:
    view = week(riverside())
    assert [day.now for day in view.days if day.now is not None] == [pytest.approx(10 / 24)]
    assert [day.head for day in view.days if day.today] == ["Tue 24"]
    assert not any(day.today for day in week(riverside(), date(2026, 12, 3)).days)


def test_the_head_says_from_what_until_when_and_who_is_next() -> None:
    head = week(riverside()).head
    assert head is not None
    assert head.name == "Dr. Ifeoma Okafor"
    assert dict(head.facts)["Until"] == "Thu 26 Nov 00:00"
    assert dict(head.facts)["Next"] == "Dr. Luis Ortega"
    assert head.trouble == ""


def test_a_month_has_a_day_and_a_night_for_each_date() -> None:
    view = month(riverside())
    assert view.title == "November 2026"
    assert len(view.cells) == 42
    assert [cell.inside for cell in view.cells[:7]] == [False] * 6 + [True]
    cell = next(cell for cell in view.cells if cell.day == date(2026, 11, 20))
    day, night = (view.shifts[half.shift].short for half in cell.halves)
    assert (day, night, cell.halves[0].more) == ("Okafor", "Ortega", 1)
    assert "by night: Dr. Luis Ortega" in cell.said


def test_what_was_changed_says_who_was_planned_and_why() -> None:
    change = {
        "from": "2026-11-25T17:00", "to": "2026-11-26T00:00", "act": "replace",
        "provider": "okafor", "by": "ortega", "note": "Wedding",
    }  # fmt: skip
    view = week(with_rota(overrides=[change]))
    changed = [shift for shift in view.shifts if shift.mark is Mark.CHANGED]
    assert (changed[0].short, changed[0].tier, changed[0].note) == ("Ortega", 0, "Wedding")
    assert dict(changed[0].facts)["In place of"] == "Dr. Ifeoma Okafor"
    assert "Changed: Wedding" in changed[0].said


def test_a_gap_is_marked_and_one_of_the_next_72_hours_is_to_be_mended() -> None:
    view = week(maple())
    gaps = [shift for shift in view.shifts if shift.mark is Mark.GAP and shift.tier == 0]
    assert gaps
    assert all("Gap: fallback only" in gap.said for gap in gaps)
    assert [gap.soon for gap in gaps if gap.start < NOW] == [False] * len(
        [gap for gap in gaps if gap.start < NOW]
    )
    assert view.troubles
    assert view.troubles[0].words.startswith("▲ Gap, Tue 24 Nov")
    assert all(trouble.mark is Mark.GAP for trouble in view.troubles)


def test_an_overlap_lies_over_the_day_with_both_names() -> None:
    one = {"from": "2026-11-25T08:00", "to": "2026-11-25T18:00", "tiers": [{"provider": "okafor"}]}
    other = {**one, "from": "2026-11-25T12:00", "tiers": [{"provider": "ortega"}]}
    view = week(with_rota(dated=[one, other]))
    (patch,) = view.days[2].patches
    assert patch.words == "✕ Overlap: Dr. Ifeoma Okafor and Dr. Luis Ortega"
    assert patch.soon
    assert (patch.left, patch.right) == (0.5, 0.75)
    assert view.troubles[0].mark is Mark.OVERLAP


def test_practices_are_listed_with_what_is_wrong_in_their_next_hours() -> None:
    found = {row.practice_id: row.state for row in rows(library().practices, NOW)}
    assert found[RIVERSIDE] == ""
    assert "gap" in found[MAPLE]


def test_a_practice_without_a_rota_says_where_to_write_one() -> None:
    view = week(riverside().model_copy(update={"on_call": None}))
    assert (view.note, view.shifts, view.head) == (NO_ROTA, (), None)


def test_months_and_weeks_are_turned_over_the_end_of_a_year() -> None:
    today = date(2026, 12, 29)
    assert turned(Asked("x", Span.MONTH), today, 1).day == date(2027, 1, 1)
    assert turned(Asked("x", Span.MONTH, date(2027, 1, 31)), today, -1).day == date(2026, 12, 1)
    assert turned(Asked("x", Span.WEEK), today, 1).day == date(2027, 1, 5)


def test_thousands_of_shifts_cost_what_is_seen_of_them() -> None:
    shift = {"tiers": [{"provider": "okafor"}]}
    days = [f"{y}-{m:02}-{d:02}" for y in (2027, 2028, 2029) for m in range(1, 13)
            for d in range(1, 29)]  # fmt: skip
    many = [
        {**shift, "from": f"{day}T{hour:02}:00", "to": f"{day}T{hour + 6:02}:00"}
        for day in days for hour in (0, 6, 12)
    ]  # fmt: skip
    assert len(many) > 3000
    few, full = week(riverside()), week(with_rota(dated=many))
    assert len(full.shifts) <= len(few.shifts) + 10


# --- at the desk -----------------------------------------------------------------------------


@pytest.fixture
def room(make_room: MakeRoom) -> Room:
    return make_room(person=RUTH).open()


@pytest.fixture
def pages(room: Room) -> list[RotaPage]:
    found: list[RotaPage] = []
    room.desk.rota.changed.connect(found.append)
    return found


def test_a_supervisor_is_shown_a_practice_and_turns_to_others(
    room: Room, pages: list[RotaPage]
) -> None:
    assert room.desk.rota.show()
    room.rest()
    first = pages[-1]
    room.desk.rota.choose(RIVERSIDE)
    room.rest()
    assert first.practice != "Riverside Family Medicine" == pages[-1].practice
    room.desk.rota.turn(1)
    room.desk.rota.lay_out(Span.MONTH)
    room.rest()
    assert pages[-1].title == "December 2026"
    room.desk.rota.today()
    room.rest()
    assert pages[-1].title == "November 2026"


def test_nothing_is_told_to_nobody(room: Room, pages: list[RotaPage]) -> None:
    room.desk.rota.show()
    room.rest()
    room.desk.rota.leave()
    told = len(pages)
    room.desk.rota.turn(1)
    room.rest()
    assert len(pages) == told


def test_a_receptionist_is_told_for_whom_it_is(make_room: MakeRoom) -> None:
    room = make_room().open()
    assert not room.desk.rota.show()
    assert room.notices[-1].title == "Not with your role"
