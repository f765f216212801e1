"""Turns, changes and ladders: who is on call, and how far it goes until somebody answers."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.calltypes import CallType, Mode
from scripts.checks import check
from scripts.faults import dotted
from scripts.ladders import DEFAULT_LADDER, ladder_for
from scripts.oncall import on_call_at
from scripts.practice import Practice
from scripts.protocol import Priority
from scripts.rota import Rota
from tests.scripts.samples import moments, practice, riverside

SUMMIT = practice("summit_orthopedics")
BLOOM = practice("desert_bloom_dermatology")


def local(text: str, of: Practice = BLOOM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=of.zone).astimezone(UTC)


def with_rota(**rota: Any) -> Practice:
    written = {"fallback": [{"provider": "okafor"}], **rota}
    return riverside().model_copy(update={"on_call": Rota.model_validate(written)})


def who(of: Practice, moment: datetime) -> str:
    found = on_call_at(of, moment)
    assert found is not None
    return found.provider.id


def test_turns_are_taken_week_by_week() -> None:
    weekends = ("2026-05-02T10:00", "2026-05-09T10:00", "2026-05-16T10:00", "2026-05-17T23:59")
    assert [who(BLOOM, local(at)) for at in weekends] == [
        "whitaker",
        "yazzie",
        "whitaker",
        "whitaker",
    ]
    found = on_call_at(BLOOM, local("2026-05-16T10:00"))
    assert found is not None
    assert found.source == "rotation Weekend"
    assert [(rung.provider.id, rung.after) for rung in found.rungs] == [
        ("whitaker", 0),
        ("yazzie", 15),
    ]
    assert found.until == local("2026-05-18T00:00")


def test_before_the_first_turn_the_fallback_answers() -> None:
    turns = [{"name": "Turns", "people": ["ortega"], "starts": "2026-06-01", "hand_over": "08:00"}]
    of = with_rota(rotations=turns)
    assert who(of, local("2026-06-01T07:59", of)) == "okafor"
    found = on_call_at(of, local("2026-06-01T07:59", of))
    assert found is not None
    assert (found.source, found.then) == ("fallback", riverside().provider("ortega"))
    assert who(of, local("2026-06-01T08:00", of)) == "ortega"


def test_what_is_closer_comes_first() -> None:
    """A dated shift before a weekly one, a weekly one before a rotation."""
    of = with_rota(
        rotations=[
            {"name": "Turns", "people": ["ortega"], "starts": "2026-01-01", "hand_over": "08:00"}
        ],
        weekly=[
            {"days": ["mon"], "from": "08:00", "to": "12:00", "tiers": [{"provider": "okafor"}]}
        ],
        dated=[
            {
                "from": "2026-06-01T09:00",
                "to": "2026-06-01T10:00",
                "tiers": [{"provider": "ortega"}],
            }
        ],
    )
    hours = ("07:30", "08:30", "09:30", "10:30", "12:30")
    at = [local(f"2026-06-01T{hour}", of) for hour in hours]
    assert [who(of, moment) for moment in at] == ["ortega", "okafor", "ortega", "okafor", "ortega"]


def test_somebody_comes_in_for_somebody_who_is_away() -> None:
    before, away = local("2026-12-04T23:59", SUMMIT), local("2026-12-07T20:00", SUMMIT)
    found = on_call_at(SUMMIT, away)
    assert found is not None
    assert found.provider.id == "iyer"
    assert found.source == "Dr. Hale is away"
    assert who(SUMMIT, before) != "iyer"


def test_somebody_more_and_somebody_less() -> None:
    added = on_call_at(SUMMIT, local("2027-02-13T14:00", SUMMIT))
    assert added is not None
    assert "brennan" in [rung.provider.id for rung in added.rungs]
    span = {"from": "2026-06-01T00:00", "to": "2026-06-02T00:00"}
    tiers = [{"provider": "ortega"}, {"provider": "okafor", "after": 10}]
    of = with_rota(fallback=tiers, overrides=[{**span, "act": "remove", "provider": "ortega"}])
    found = on_call_at(of, local("2026-06-01T12:00", of))
    assert found is not None
    assert [(rung.provider.id, rung.after) for rung in found.rungs] == [("okafor", 0)]
    assert found.until == local("2026-06-02T00:00", of)


def test_with_everybody_taken_out_the_fallback_answers() -> None:
    span = {"from": "2026-06-01T00:00", "to": "2026-06-02T00:00", "act": "remove"}
    of = with_rota(overrides=[{**span, "provider": "okafor"}])
    assert who(of, local("2026-06-01T12:00", of)) == "okafor"


@given(
    moment=moments((2026, 1, 1), (2028, 1, 1)), days=st.integers(1, 20), people=st.integers(1, 5)
)
def test_a_turn_is_whose_the_calendar_says(moment: datetime, days: int, people: int) -> None:
    """Against a count of hand-overs by hand, summer time and all."""
    names = [("okafor", "ortega")[number % 2] for number in range(people)]
    turns = {
        "name": "T",
        "people": names,
        "starts": "2025-12-01",
        "hand_over": "08:00",
        "days": days,
    }
    of = with_rota(rotations=[turns])
    wall = moment.astimezone(of.zone)
    day = wall.date() if wall.time() >= time(8) else wall.date() - timedelta(days=1)
    expected = names[(day - date(2025, 12, 1)).days // days % people]
    assert who(of, moment) == expected


def test_the_most_specific_ladder_is_climbed() -> None:
    maple = practice("maple_pediatrics")

    def name(priority: Priority, mode: Mode, clock: str) -> str:
        at = time.fromisoformat(clock)
        return ladder_for(maple.ladders, CallType.URGENT, priority, mode, at).name

    assert name(Priority.URGENT, Mode.AFTER_HOURS, "23:00") == "Small hours"
    assert name(Priority.URGENT, Mode.AFTER_HOURS, "05:59") == "Small hours"
    assert name(Priority.URGENT, Mode.AFTER_HOURS, "06:00") == "Nights and weekends"
    assert name(Priority.SOON, Mode.AFTER_HOURS, "23:00") == "Nights and weekends"
    assert name(Priority.URGENT, Mode.PRIMARY, "12:00") == DEFAULT_LADDER.name


def test_whoever_wrote_none_has_the_default() -> None:
    steps = [(step.whom, step.after) for step in DEFAULT_LADDER.steps]
    assert steps == [("on_call", 0), ("on_call", 5), ("backup", 10)]
    assert (DEFAULT_LADDER.every, DEFAULT_LADDER.human) == (15, "supervisor")


LADDER = {"name": "L", "every": 10, "steps": [{"whom": "on_call"}]}


@pytest.mark.parametrize(
    ("changed", "key", "wrong"),
    [
        ({"ladders": [LADDER | {"steps": [{"whom": "nobody"}]}]}, "ladders[0].steps[0].whom",
         "“nobody” is nobody here"),
        ({"ladders": [LADDER | {"human": "on_call"}]}, "ladders[0].human",
         "is a turn, not a person; name one, or supervisor"),
        ({"ladders": [LADDER, LADDER]}, "ladders[1].name", "“L” is given twice"),
        ({"ladders": [LADDER | {"steps": [{"whom": "ortega", "by": ["wctp"]}]}]},
         "ladders[0].steps[0].by[0]", "Luis Ortega cannot be reached by wctp; add it under reach"),
        ({"contacts": [{"id": "okafor", "name": "A", "role": "b"}]}, "contacts[0].id",
         "“okafor” is a provider already; choose another id"),
        ({"contacts": [{"id": "backup", "name": "A", "role": "b"}]}, "contacts[0].id",
         "“backup” is a word the ladder uses; choose another id"),
        ({"lines": [{"number": "+15155559999", "name": "X"}]}, "lines[0].number",
         "(515) 555-9999 is not one of the numbers; add it under numbers"),
        ({"insurance": {"accepted": ["Aetna"], "not_accepted": ["aetna"]}},
         "insurance.not_accepted[0]", "“aetna” is accepted as well; keep one"),
        ({"insurance": {"accepted": ["Aetna"], "synonyms": {"Aetma": ["A"]}}},
         "insurance.synonyms.Aetma", "“Aetma” is not a plan here; did you mean “Aetna”?"),
    ],
)  # fmt: skip
def test_who_is_named_is_somebody(changed: dict[str, Any], key: str, wrong: str) -> None:
    data = riverside().model_dump(by_alias=True) | changed
    if "contacts" in changed:
        data["ladders"] = []
    found = {(dotted(path), sentence) for path, sentence in check(Practice.model_validate(data))}
    assert (key, wrong) in {(path, sentence[: len(wrong)]) for path, sentence in found}


def test_people_named_in_turns_and_changes_have_a_phone() -> None:
    span = {"from": "2026-06-01T00:00", "to": "2026-06-02T00:00", "act": "replace"}
    turns = {"name": "T", "people": ["okafor", "lee"], "starts": "2026-06-01", "hand_over": "08:00"}
    of = with_rota(rotations=[turns], overrides=[{**span, "provider": "okafor", "by": "lee"}])
    keys = {dotted(path) for path, _ in check(of)}
    assert {"on_call.rotations[0].people[1]", "on_call.overrides[0].by"} <= keys
