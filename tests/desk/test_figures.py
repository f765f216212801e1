"""Figures at the desk: for who may see them, counted by the worker, written into files."""

import csv
from pathlib import Path

import pytest

from console.desk.figures.asking import days_of
from console.desk.figures.months import MonthView
from console.desk.figures.views import Asked, Cut, FiguresPage, Period
from console.desk.permissions import Person
from console.store.values import Role
from scripts.calltypes import Outcome
from tests.desk.conftest import MakeRoom
from tests.desk.room import RIVERSIDE, Room
from tests.records_file import asked as rows_of

RUTH = Person("ruth", "Ruth Calder", Role.SUPERVISOR)


@pytest.fixture
def room(make_room: MakeRoom, tmp_path: Path) -> Room:
    made = make_room(person=RUTH).open()
    made.desk.figures.folder = lambda: tmp_path
    return made


def told(room: Room, asked: Asked) -> FiguresPage:
    pages: list[FiguresPage] = []
    room.desk.figures.changed.connect(pages.append)
    room.desk.figures.ask(asked)
    assert pages[-1].note == "Reading…"
    room.rest()
    return pages[-1]


def take_one(room: Room) -> None:
    room.take("c1")
    room.clock.forward(seconds=60)
    room.over("c1")
    room.clock.forward(seconds=30)
    room.desk.end_as(Outcome.WRONG_NUMBER)
    room.rest()


def test_a_call_just_taken_stands_in_todays_figures(room: Room) -> None:
    take_one(room)
    assert room.desk.figures.show()
    page = told(room, Asked(Period.TODAY, Cut.AGENT))
    assert page.rows[-1][0] == "All"
    heads = dict(zip(page.heads, page.rows[-1], strict=True))
    assert heads["In 20 s"] == "100.0 %"
    assert heads["Avg answer"] == "0:04"
    assert heads["Handle time"] == "1:30"
    assert [head for head, _ in page.meanings] == list(page.heads[1:])
    assert page.chart is not None
    assert "100 %" in page.chart.said


def test_the_day_to_come_without_a_week_before_says_so(room: Room) -> None:
    assert room.desk.figures.show()
    page = told(room, Asked(cut=Cut.STAFFING))
    assert page.rows == ()
    assert "no day" in page.days


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_written_into_a_file_on_record(room: Room, tmp_path: Path, form: str) -> None:
    take_one(room)
    room.desk.figures.show()
    told(room, Asked(Period.TODAY, Cut.DAY))
    room.desk.figures.export(form)
    room.rest()
    (made,) = tmp_path.glob(f"figures-day-*.{form}")
    assert made.stat().st_mode & 0o077 == 0
    assert room.notices[-1].title == "The figures are written"
    assert rows_of(room.records, "SELECT detail FROM audit WHERE kind = 'figures'") == [(form,)]


def test_not_for_a_receptionist(make_room: MakeRoom) -> None:
    room = make_room().open()
    assert not room.desk.figures.show()
    assert room.notices[-1].title == "Not with your role"


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period.TODAY, "2026-03-01", "2026-03-01"),
        (Period.YESTERDAY, "2026-02-28", "2026-02-28"),
        (Period.WEEK, "2026-02-22", "2026-02-28"),
        (Period.FOUR_WEEKS, "2026-02-01", "2026-02-28"),
        (Period.MONTH, "2026-03-01", "2026-03-01"),
        (Period.LAST_MONTH, "2026-02-01", "2026-02-28"),
    ],
)
def test_periods_are_whole_days(period: Period, first: str, last: str) -> None:
    from datetime import date

    assert days_of(period, date(2026, 3, 1)) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )


@pytest.fixture
def months(room: Room, tmp_path: Path) -> list[MonthView | None]:
    shown: list[MonthView | None] = []
    room.desk.figures.months.folder = lambda: tmp_path
    room.desk.figures.months.shown.connect(shown.append)
    return shown


def test_a_practices_month_is_written_where_it_was_asked_for_on_record(
    room: Room, months: list[MonthView | None], tmp_path: Path
) -> None:
    take_one(room)
    room.desk.figures.months.open()
    view = months[-1]
    assert view is not None
    assert view.given["month"] == "2026-10", "the last month that is over"
    assert (view.months[0].code, view.months[0].label) == ("2026-11", "November 2026")
    there = tmp_path / "reports"
    there.mkdir()
    given = {"practice": RIVERSIDE, "month": "2026-11", "folder": str(there)}
    room.desk.figures.months.write(given)
    room.rest()
    assert months[-1] is None
    pdf, written = (next(there.glob(f"{RIVERSIDE}-2026-11-*.{form}")) for form in ("pdf", "csv"))
    assert pdf.read_bytes().startswith(b"%PDF")
    rows = list(csv.reader(written.read_text().splitlines()))
    assert [RIVERSIDE, "2026-11", "Calls", "Callers", "1"] in rows
    assert written.stat().st_mode & 0o077 == 0
    assert room.notices[-1].title == "The report is written"
    assert rows_of(
        room.records, "SELECT event, row, practice_id, detail FROM audit WHERE kind = 'report'"
    ) == [("exported", "2026-11", RIVERSIDE, "csv,pdf")]


def test_a_folder_that_is_not_there_is_said_and_asked_for_again(
    room: Room, months: list[MonthView | None], tmp_path: Path
) -> None:
    room.desk.figures.months.open()
    view = months[-1]
    assert view is not None
    wrong = view.given | {"folder": str(tmp_path / "nowhere")}
    room.desk.figures.months.write(wrong)
    room.rest()
    again = months[-1]
    assert again is not None
    assert again.given == wrong
    assert "no such folder" in again.problems["folder"]
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_practices_month_is_not_for_a_receptionist(make_room: MakeRoom) -> None:
    room = make_room().open()
    shown: list[object] = []
    room.desk.figures.months.shown.connect(shown.append)
    room.desk.figures.months.open()
    assert shown == []
    assert room.notices[-1].title == "Not with your role"
