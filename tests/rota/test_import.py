"""Shifts brought in from elsewhere: tables of several makers, calendars, and what is wrong with
them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from console.errors import WorldError
from console.rota.bring_in import BroughtIn, brought_in, read_sheet
from console.rota.people import plain
from console.rota.table import read_table, tier_of
from console.store import rota
from console.store.session import Records
from scripts.entered import ChangeKind, Entered, EnteredChange, with_changes
from scripts.oncall import on_call_at
from scripts.practice import Practice
from tests.records_file import SAFE, SECRETS
from tests.rota.test_who import RIVERSIDE, path
from tests.scripts.samples import maple, riverside

__all__ = ["path"]  # a fixture

MAPLE = maple()
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def local(text: str, practice: Practice = MAPLE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=practice.zone).astimezone(UTC)


def bring(text: str, practice: Practice = MAPLE, name: str = "may.csv") -> BroughtIn:
    sheet = read_sheet(Path(name), text.encode(), practice, NOW)
    return brought_in(practice, sheet, name="A. Marsh", why=name, now=NOW)


def shifts(found: BroughtIn) -> list[tuple[str, int, datetime, datetime]]:
    return [(c.provider, c.after, c.starts_at, c.ends_at) for c in found.changes]


NIGHT = local("2026-12-24T17:00"), local("2026-12-25T08:00")


@pytest.mark.parametrize(
    "text",
    [
        # our own
        "name,start,end\nMateo Reyes,2026-12-24 17:00,2026-12-25 08:00\n",
        # PagerDuty: users by name, times with an offset
        "Schedule,User,Level,Start,End\nPeds,Reyes,1,2026-12-24T17:00:00-06:00,"
        "2026-12-25T08:00:00-06:00\n",
        # QGenda: last and first name, date and time apart
        "StaffLName,StaffFName,TaskName,StartDate,StartTime,EndDate,EndTime\n"
        "Reyes,{first},Call,12/24/2026,5:00 PM,12/25/2026,8:00 AM\n",
        # Amion: a date and two times, tabs between
        "Staff_Name\tAssignment\tDate\tStart time\tEnd time\n"
        "Reyes\tOn call\t12-24-26\t1700\t0800\n",
        # ; between, quotes, the byte-order mark Excel writes, a time zone of its own
        '\ufeff"Provider";"Start";"End";"Time zone"\n'
        '"Reyes, {first}, MD";"12/24/2026 6:00 PM";"12/25/2026 9:00 AM";America/New_York\n',
        'Doctor,Date,Start Time,End Time\nDr. Reyes,"Dec 24, 2026",5 pm,8 am\n',
    ],
    ids=["own", "pagerduty", "qgenda", "amion", "excel", "words"],
)
def test_the_columns_are_known_by_their_heads(text: str) -> None:
    first = next(p for p in MAPLE.providers if p.id == "reyes").name.split()[0]
    text = text.replace("{first}", first).replace("Mateo", first)
    assert shifts(bring(text)) == [("reyes", 0, *NIGHT)]


def test_tiers_are_known_by_number_and_by_word() -> None:
    text = (
        "user,level,start,end\n"
        "Reyes,Primary,2026-12-24 17:00,2026-12-25 08:00\n"
        "Abara,Level 2,2026-12-24 17:00,2026-12-25 08:00\n"
        "Patel,3,2026-12-24 17:00,2026-12-25 08:00\n"
    )
    changed = with_changes(MAPLE, bring(text).changes)
    found = on_call_at(changed, local("2026-12-24T20:00"))
    assert found is not None
    assert [(rung.provider.id, rung.after) for rung in found.rungs] == [
        ("reyes", 0), ("abara", 10), ("patel", 20),
    ]  # fmt: skip
    assert found.source == "import by A. Marsh, 1 Dec 06:00"
    assert [tier_of(each) for each in ("2nd call", "Backup", "On call", "L3")] == [2, 2, None, 3]
    assert [tier_of(each) for each in ("2", "7-7", "Night 2", "")] == [2, None, None, None]


def test_the_night_on_which_the_clocks_change_is_as_long_as_it_is() -> None:
    text = "name,date,start time,end time\nReyes,2027-03-13,17:00,08:00\n"
    ((_, _, start, end),) = shifts(bring(text))
    assert end - start == timedelta(hours=14)


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
BEGIN:VEVENT
UID:weekly
DTSTAMP:20261101T000000Z
DTSTART;TZID=America/Chicago:20261203T170000
DTEND;TZID=America/Chicago:20261204T080000
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:On Call - Dr. Reyes - Peds nights
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:backup
DTSTAMP:20261101T000000Z
DTSTART:20261203T230000Z
DTEND:20261204T140000Z
SUMMARY:Backup call
ATTENDEE;CN=Patel:mailto:p@example.org
END:VEVENT
BEGIN:VEVENT
UID:gone
DTSTAMP:20261101T000000Z
DTSTART:20261203T230000Z
DTEND:20261204T140000Z
STATUS:CANCELLED
SUMMARY:Dr. Abara
END:VEVENT
END:VCALENDAR
"""


def test_a_calendar_has_each_time_of_what_repeats_and_names_people_anywhere() -> None:
    found = shifts(bring(CALENDAR.replace("\n", "\r\n"), name="call.ics"))
    assert [(who, after) for who, after, _, _ in found] == [
        ("patel", 10), ("reyes", 0), ("reyes", 0), ("reyes", 0),
    ]  # fmt: skip
    nights = sorted(start for who, _, start, _ in found if who == "reyes")
    assert nights == [local(f"2026-12-{day:02}T17:00") for day in (3, 10, 17)]


def wrong(text: str, name: str = "may.csv") -> str:
    with pytest.raises(WorldError) as refused:
        bring(text, name=name)
    return f"{refused.value.title}. {refused.value.message}"


HEAD = "name,start,end\n"
ROW = "Reyes,2026-12-24 17:00,2026-12-25 08:00\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{HEAD}{ROW}Reyez,2026-12-26 17:00,2026-12-27 08:00\n", "Line 3: “Reyez” is no provider"),
        (f"{HEAD}Reyez,2026-12-26 17:00,2026-12-27 08:00\n", "did you mean Dr."),
        (f"{HEAD}Reyes,2026-12-26,tomorrow\n", "Line 2: “tomorrow” is not when it ends"),
        (f"{HEAD}Reyes,2026-13-26 17:00,2026-12-27 08:00\n", "Line 2: “2026-13-26 17:00” is not"),
        (f"{HEAD}Reyes,2026-12-27 17:00,2026-12-26 08:00\n", "ends before it begins"),
        (f"{HEAD},2026-12-26 17:00,2026-12-27 08:00\n", "Line 2: nobody is named"),
        (f"{HEAD}Reyes,2026-12-26 17:00,2027-12-27 08:00\n", "longer than two months"),
        ("name,start,end,tz\nReyes,2026-12-26 17:00,2026-12-27 08:00,Mars\n", "not a time zone"),
        ("name,when\nReyes,tonight\n", "No column of the first line says when it begins"),
        ("when,end\nReyes,tonight\n", "says who is on call"),
        ("", "The file is empty"),
        (f"{HEAD}Reyes,2020-12-24 17:00,2020-12-25 08:00\n", "not over already"),
        ("name,start,end\n\0\n", "no table"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_brought_in(
    text: str, told: str
) -> None:
    assert told in wrong(text)


def test_every_bad_line_is_told_at_once() -> None:
    told = wrong(f"{HEAD}Nobody,2026-12-26 17:00,2026-12-27 08:00\n{ROW}Reyes,never,later\n")
    assert "Line 2: " in told
    assert "Line 4: " in told


def test_a_calendar_that_is_none_and_one_that_repeats_each_second_are_refused() -> None:
    assert "not a calendar" in wrong("x", name="call.ics")
    often = CALENDAR.replace("FREQ=WEEKLY;COUNT=3", "FREQ=SECONDLY")
    assert "repeats more often" in wrong(often, name="call.ics")
    nobody = CALENDAR.replace("On Call - Dr. Reyes - Peds nights", "On Call - Dr. Who")
    assert "Line 4: “On Call - Dr. Who” is no provider" in wrong(nobody, name="call.ics")


def again(found: BroughtIn, practice: Practice = MAPLE) -> Practice:
    entered = Entered(_known(practice))
    for group in found.ends:
        entered = entered.with_ended(group, NOW, "A. Marsh")
    return entered.with_changes(found.changes).over(practice)


def _known(practice: Practice) -> tuple[EnteredChange, ...]:
    return getattr(practice.on_call, "entered", ())


def test_the_same_file_again_changes_nothing_and_a_newer_one_takes_its_place() -> None:
    first = bring(f"{HEAD}{ROW}Abara,2027-01-24 17:00,2027-01-25 08:00\n")
    practice = again(first)
    assert not bring(f"{HEAD}{ROW}Abara,2027-01-24 17:00,2027-01-25 08:00\n", practice).is_news
    newer = bring(f"{HEAD}Patel,2026-12-24 17:00,2026-12-25 08:00\n", practice)
    assert newer.ends == (first.changes[0].group,)
    assert sorted(who for who, *_ in shifts(newer)) == ["abara", "patel"]  # January stays
    assert len(newer.lines) == 1
    assert newer.lines[0].words.startswith("Thu 24 Dec 17:00 to Fri 25 Dec 08:00: Nina Patel")
    practice = again(newer, practice)
    for moment, who in (("2026-12-24T20:00", "patel"), ("2027-01-24T20:00", "abara")):
        found = on_call_at(practice, local(moment))
        assert found is not None
        assert found.provider.id == who


def test_names_are_known_however_they_are_written() -> None:
    assert plain("Okafor, Ifeoma, MD") == "ifeoma okafor"
    assert plain("Dr. José Álvarez") == "jose alvarez"
    for provider in (*MAPLE.providers, *riverside().providers):
        practice = MAPLE if provider in MAPLE.providers else riverside()
        for name in (provider.full, provider.name, provider.spoken, provider.id):
            text = f'{HEAD}"{name}",2026-12-24 17:00,2026-12-25 08:00\n'
            assert shifts(bring(text, practice))[0][0] == provider.id


def test_rubbish_is_never_a_traceback() -> None:
    for junk in ("\n\n", "a", ",,,\n,,,\n", '"', 'name,start\n"', "\t\n1\t2", "name;start\n;;;"):
        with pytest.raises(WorldError):
            bring(junk)
    assert read_table(b"name,start,end\n\xff\xfe,1,2\n", MAPLE.zone).wrong


# --- as somebody types it ------------------------------------------------------------------------


def run(path: Path, capsys: pytest.CaptureFixture[str], file: Path, *more: str) -> Any:
    words = (
        "rota",
        "import",
        str(file),
        *RIVERSIDE[2:],
        "--records",
        str(path),
        "--by",
        "A. Marsh",
    )
    assert main([*words, "--json", *more], safe=SAFE) == 0
    return json.loads(capsys.readouterr().out)


def command(path: Path, file: Path) -> list[str]:
    of = (*RIVERSIDE[2:], "--records", str(path), "--by", "A. Marsh")
    return ["rota", "import", str(file), *of]


def entered(path: Path) -> list[EnteredChange]:
    records = Records.open(path, secrets=SECRETS)
    with records.session() as session:
        found = rota.entered(session, now=datetime.now(UTC)).changes
    records.close()
    return [each for each in found if each.kind is ChangeKind.IMPORT]


def test_what_would_change_is_told_first_and_then_holds(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%d")
    file = tmp_path / "shifts.csv"
    file.write_text(f"name,date,start time,end time\nOrtega,{start},17:00,08:00\n")
    tried = run(path, capsys, file, "--dry-run")
    assert (tried["shifts"], tried["written"]) == (1, False)
    assert not entered(path)
    assert run(path, capsys, file)["written"]
    (shift,) = entered(path)
    assert (shift.provider, shift.made_by, shift.why) == ("ortega", "A. Marsh", "shifts.csv")
    assert not run(path, capsys, file)["written"]
    assert len(entered(path)) == 1
    words = [
        "rota",
        "import",
        str(file),
        *RIVERSIDE[2:],
        "--records",
        str(path),
        "--by",
        "A. Marsh",
    ]
    assert main(words, safe=SAFE) == 0
    assert "Nothing changes" in capsys.readouterr().out
    assert main([*words[:2], str(tmp_path / "none.csv"), *words[3:]], safe=SAFE) == 2
