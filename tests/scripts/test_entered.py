"""What is entered about a rota during the day: who is on call by it, and by whose word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scripts.entered import (
    ChangeAct,
    ChangeKind,
    Confirmation,
    Entered,
    EnteredChange,
    signed_on,
    with_changes,
)
from scripts.loader import Library
from scripts.oncall import OnCall, on_call_at
from scripts.practice import Practice
from tests.scripts.samples import maple, riverside

HOUR = timedelta(hours=1)


def local(practice: Practice, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=practice.zone).astimezone(UTC)


MAPLE = maple()
TUESDAY = local(MAPLE, "2026-11-24T20:00")  # by the weekly rota reyes, then lindqvist after 10


def change(
    act: ChangeAct = ChangeAct.REPLACE, provider: str = "reyes", **more: Any
) -> EnteredChange:
    made = EnteredChange(
        uid="u1",
        group="g1",
        practice=MAPLE.id,
        act=act,
        provider=provider,
        starts_at=TUESDAY - HOUR,
        ends_at=TUESDAY + HOUR,
        why="Away",
        made_by="A. Marsh",
        made_at=local(MAPLE, "2026-11-24T14:02"),
    )
    return replace(made, **more)


def at(practice: Practice, moment: datetime = TUESDAY) -> OnCall:
    found = on_call_at(practice, moment)
    assert found is not None
    return found


def ladder(practice: Practice, moment: datetime = TUESDAY) -> list[tuple[str, int]]:
    return [(rung.provider.id, rung.after) for rung in at(practice, moment).rungs]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (change(by="patel"), [("patel", 0), ("lindqvist", 10)]),
        (change(ChangeAct.REMOVE), [("lindqvist", 0)]),
        (change(ChangeAct.ADD, "abara", after=5), [("reyes", 0), ("abara", 5), ("lindqvist", 10)]),
        (change(ChangeAct.SWAP, by="lindqvist"), [("lindqvist", 0), ("reyes", 10)]),
        (change(ChangeAct.SWAP, by="abara"), [("abara", 0), ("lindqvist", 10)]),
        (change(ChangeAct.SHIFT, "abara"), [("abara", 0)]),
    ],
)
def test_each_act_does_what_it_says_while_it_lasts(
    made: EnteredChange, expected: list[tuple[str, int]]
) -> None:
    changed = with_changes(MAPLE, [made])
    assert ladder(changed) == expected
    for outside in (made.starts_at - HOUR, made.ends_at):
        assert ladder(changed, outside) == ladder(MAPLE, outside)


def test_the_source_is_whose_word_it_is_with_the_day_where_that_is_another() -> None:
    changed = with_changes(MAPLE, [change(by="patel", ends_at=TUESDAY + 9 * HOUR)])
    assert at(changed).source == "override by A. Marsh, 14:02"
    after_midnight = TUESDAY + 6 * HOUR
    assert at(changed, after_midnight).source == "override by A. Marsh, 24 Nov 14:02"
    away = with_changes(MAPLE, [change(by="patel", kind=ChangeKind.VACATION)])
    assert at(away).source == "vacation by A. Marsh, 14:02"


def test_a_signed_rota_says_since_when_it_holds_whatever_is_entered() -> None:
    signed = signed_on(MAPLE, local(MAPLE, "2026-11-03T09:00"))
    assert at(signed).source == "weekly rota of 3 Nov"
    changed = with_changes(signed, [change(by="patel")])
    assert at(changed, TUESDAY + 2 * HOUR).source == "weekly rota of 3 Nov"


def test_an_ended_change_holds_until_it_was_ended_and_one_ended_early_never_did() -> None:
    made = change(by="patel")
    ended = Entered((made,)).with_ended("g1", TUESDAY, "Dana")
    changed = ended.over(MAPLE)
    assert ladder(changed, TUESDAY - timedelta(minutes=1))[0] == ("patel", 0)
    assert ladder(changed) == ladder(MAPLE)
    before = Entered((made,)).with_ended("g1", made.starts_at - HOUR, "Dana")
    assert before.over(MAPLE) is MAPLE


def test_what_is_entered_twice_is_entered_once() -> None:
    made = change(by="patel")
    entered = Entered().with_changes([made])
    assert entered.with_changes([made]) is entered
    ended = entered.with_ended("g1", TUESDAY, "Dana")
    assert ended.with_ended("g1", TUESDAY, "Dana") is ended


def test_somebody_the_practice_has_no_more_is_not_put_on_call() -> None:
    for made in (
        change(by="nobody"),
        change(ChangeAct.ADD, "nobody"),
        change(ChangeAct.SHIFT, "nobody"),
        change(ChangeAct.SWAP, by="nobody"),
        change(ChangeAct.SWAP, "nobody", by="reyes"),
    ):
        assert ladder(with_changes(MAPLE, [made])) == ladder(MAPLE)


def test_the_later_word_is_laid_over_the_earlier() -> None:
    first = change(by="patel")
    later = change(provider="patel", by="abara", uid="u2", group="g2",
                   made_at=first.made_at + HOUR)  # fmt: skip
    assert ladder(with_changes(MAPLE, [later, first]))[0] == ("abara", 0)


def test_with_the_last_one_gone_the_fallback_answers() -> None:
    gone = [change(ChangeAct.REMOVE), change(ChangeAct.REMOVE, "lindqvist", uid="u2")]
    found = at(with_changes(MAPLE, gone))
    assert (found.provider.id, found.source) == ("lindqvist", "fallback")


def test_the_newest_confirmation_is_told_with_who_is_on_call() -> None:
    said = Confirmation(practice=MAPLE.id, provider="reyes", by="Dana", at=TUESDAY)
    newer = replace(said, by="Eve", at=TUESDAY + HOUR)
    assert at(Entered((), (newer, said)).over(MAPLE)).confirmed == newer
    assert at(MAPLE).confirmed is None


def test_a_library_has_it_under_every_way_to_a_practice_and_lets_go_of_it_again() -> None:
    library = Library((riverside(), MAPLE))
    laid = Entered((change(by="patel"),)).over_all(library)
    for found in (laid.by_id(MAPLE.id), laid.by_number(MAPLE.numbers[0]), laid.practices[1]):
        assert found is not None
        assert ladder(found)[0] == ("patel", 0)
    assert laid.practices[0] is library.practices[0]
    assert laid.find_name("maple")[0] is laid.practices[1]
    assert Entered().over(laid.practices[1]) != laid.practices[1]
    assert ladder(Entered().over(laid.practices[1])) == ladder(MAPLE)
