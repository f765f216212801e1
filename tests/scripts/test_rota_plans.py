"""What somebody means to do to a rota: the changes it comes to, and why it cannot be done."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest

from scripts.entered import ChangeAct, ChangeKind, EnteredChange, with_changes
from scripts.oncall_spans import Wrong, differences, troubles
from scripts.practice import Practice
from scripts.rota_plans import GAP, NEXT, NotPossible, Plan, Put, Swap, Vacation, planned
from tests.scripts.samples import maple
from tests.scripts.test_entered import ladder, local

MAPLE = maple()
NOW = local(MAPLE, "2026-11-23T10:00")  # a Monday
DAY = timedelta(days=1)
on = datetime.fromisoformat  # without a zone, as somebody types it


def changes(plan: Plan, practice: Practice = MAPLE) -> tuple[EnteredChange, ...]:
    numbers = itertools.count()
    return planned(practice, plan, person="A. Marsh", now=NOW, new_uid=lambda: f"u{next(numbers)}")


def put(**more: Any) -> Put:
    usual: dict[str, Any] = {
        "act": ChangeAct.REPLACE,
        "provider": "reyes",
        "by": "patel",
        "start": on("2026-11-24T18:00"),
        "end": on("2026-11-25T07:30"),
        "why": "Theatre",
    }
    return Put(**(usual | more))


def test_times_without_a_zone_are_the_practice_s_own() -> None:
    made = changes(put())[0]
    assert made.starts_at == local(MAPLE, "2026-11-24T18:00")
    assert made.ends_at == local(MAPLE, "2026-11-25T07:30")
    assert (made.made_by, made.why, made.made_at) == ("A. Marsh", "Theatre", NOW)


def test_a_swap_of_two_nights_gives_each_the_other_s() -> None:
    swap = Swap(
        first="reyes",
        first_start=on("2026-11-24T18:00"), first_end=on("2026-11-25T07:30"),
        second="abara",
        second_start=on("2026-11-26T20:00"), second_end=on("2026-11-27T07:00"),
        why="A birthday",
    )  # fmt: skip
    made = changes(swap)
    assert {each.group for each in made} == {"u0"}
    swapped = with_changes(MAPLE, made)
    tuesday, thursday = local(MAPLE, "2026-11-24T21:00"), local(MAPLE, "2026-11-26T21:00")
    assert ladder(MAPLE, tuesday) == [("reyes", 0), ("lindqvist", 10)]
    assert ladder(swapped, tuesday) == [("abara", 0), ("lindqvist", 10)]
    assert ladder(MAPLE, thursday) == [("abara", 0), ("reyes", 10)]
    assert ladder(swapped, thursday) == [("reyes", 0), ("abara", 10)]


def test_a_swap_within_one_night_is_made_once_not_there_and_back() -> None:
    night = (on("2026-11-24T18:00"), on("2026-11-25T07:30"))
    swap = Swap(
        first="reyes", first_start=night[0], first_end=night[1],
        second="lindqvist", second_start=night[0], second_end=night[1], why="Tired",
    )  # fmt: skip
    made = changes(swap)
    assert len(made) == 1
    tuesday = local(MAPLE, "2026-11-24T21:00")
    assert ladder(with_changes(MAPLE, made), tuesday) == [("lindqvist", 0), ("reyes", 10)]


WEEK = {"provider": "reyes", "start": on("2026-11-24T00:00"), "end": on("2026-12-01T00:00")}


def of_reyes(practice: Practice) -> bool:
    moment = local(MAPLE, "2026-11-24T00:00")
    return any(
        "reyes" in dict(ladder(practice, moment + timedelta(hours=hour))) for hour in range(7 * 24)
    )


@pytest.mark.parametrize("to", [NEXT, GAP, "patel"])
def test_a_vacation_takes_every_shift_away(to: str) -> None:
    made = changes(Vacation(**WEEK, to=to, why="Vacation"))  # type: ignore[arg-type]
    assert {each.kind for each in made} == {ChangeKind.VACATION}
    assert of_reyes(MAPLE)
    assert not of_reyes(with_changes(MAPLE, made))


def test_on_vacation_the_next_tier_moves_up_and_a_lone_shift_goes_to_who_is_next() -> None:
    alone = [
        EnteredChange(
            uid="s", group="s", practice=MAPLE.id, act=ChangeAct.SHIFT, provider="reyes",
            starts_at=local(MAPLE, "2026-11-24T18:00"), ends_at=local(MAPLE, "2026-11-25T07:30"),
            made_by="A. Marsh", made_at=NOW,
        )
    ]  # fmt: skip
    practice = with_changes(MAPLE, alone)
    made = changes(Vacation(**WEEK, to=NEXT, why="Vacation"), practice)  # type: ignore[arg-type]
    free = with_changes(practice, made)
    assert ladder(free, local(MAPLE, "2026-11-24T21:00")) == [("patel", 0)]  # Wednesday's first
    assert ladder(free, local(MAPLE, "2026-11-27T21:00")) == [("abara", 0)]  # was second


def test_a_vacation_that_leaves_a_gap_shows_it() -> None:
    away = Vacation(provider="reyes", start=on("2026-11-24T00:00"), end=on("2026-11-25T00:00"),
                    to=GAP, why="Vacation")  # fmt: skip
    both = Vacation(provider="lindqvist", start=on("2026-11-24T00:00"), end=on("2026-11-25T00:00"),
                    to=GAP, why="Vacation")  # fmt: skip
    practice = with_changes(MAPLE, changes(away))
    start = local(MAPLE, "2026-11-24T18:00")
    assert not troubles(practice, start, start + timedelta(hours=6))
    practice = with_changes(practice, changes(both, practice))
    found = troubles(practice, start, start + timedelta(hours=6))
    assert [(each.wrong, each.start, each.end) for each in found] == [
        (Wrong.GAP, start, start + timedelta(hours=6))
    ]


def test_what_would_change_is_told_before_it_does() -> None:
    after = with_changes(MAPLE, changes(put(end=on("2026-11-24T20:00"))))
    start = local(MAPLE, "2026-11-24T00:00")
    found = differences(MAPLE, after, start, start + 2 * DAY)
    assert [(d.before[0].provider, d.after[0].provider) for d in found] == [("reyes", "patel")]
    assert (found[0].start, found[0].end) == (
        local(MAPLE, "2026-11-24T18:00"), local(MAPLE, "2026-11-24T20:00"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (put(why=" "), "Say why"),
        (put(end=on("2026-11-24T18:00")), "ends before it starts"),
        (put(start=on("2026-11-20T00:00"), end=on("2026-11-21T00:00")), "is over already"),
        (put(by=""), "Say who comes in"),
        (put(by="reyes"), "their own place"),
        (put(by="nobody"), "no provider of Maple"),
        (put(provider="patel", by="reyes"), "not on call at any time"),
        (put(act=ChangeAct.REMOVE), "Nobody comes in"),
        (put(act=ChangeAct.ADD, by="", after=500), "from 0 to 240"),
        (put(end=on("2028-11-24T00:00")), "longer than a year"),
        (Vacation(provider="reyes", start=on("2026-11-24T00:00"), end=on("2026-11-26T00:00"),
                  to="reyes", why="x"), "stand in for themselves"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_a_sentence(plan: Plan, told: str) -> None:
    with pytest.raises(NotPossible, match=told):
        changes(plan)
