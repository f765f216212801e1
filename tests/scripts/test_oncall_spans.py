"""A rota laid out: nobody is said to be on call whom the single moment does not say, nothing is
left out, and what is wrong with it is found."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.oncall import on_call_at
from scripts.oncall_spans import Wrong, stints, troubles
from scripts.practice import Practice
from scripts.rota import Rota
from tests.scripts.samples import lakeshore, library, riverside
from tests.scripts.test_rota_model import ZONES, Writer, practice_in

HOUR = timedelta(hours=1)


def local(practice: Practice, moment: datetime) -> str:
    return f"{moment.astimezone(practice.zone):%a %d %H:%M}"


def with_rota(**rota: object) -> Practice:
    whole = {"fallback": [{"provider": "okafor"}], **rota}
    return riverside().model_copy(update={"on_call": Rota.model_validate(whole)})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=riverside().zone).astimezone(UTC)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(ZONES))
def test_the_stints_say_what_each_of_their_moments_says(seed: int, zone: str) -> None:
    writer = Writer(seed)
    practice = practice_in(zone)
    practice = practice.model_copy(update={"on_call": Rota.model_validate(writer.rota())})
    start = datetime(writer.season.year, writer.season.month, writer.season.day, tzinfo=UTC)
    end = start + timedelta(days=6)
    found = stints(practice, start, end)
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == other.start for one, other in pairwise(found))
    for stint in found:
        for moment in (stint.start, stint.start + (stint.end - stint.start) / 2):
            said = on_call_at(practice, moment)
            assert said is not None
            assert [r.provider.id for r in said.rungs] == [t.provider for t in stint.tiers]
            assert [r.after for r in said.rungs] == [t.after for t in stint.tiers]
            assert said.source == stint.source


def test_shifts_stay_as_they_are_written_though_one_person_has_several() -> None:
    practice = riverside()
    found = stints(practice, at("2026-11-23T00:00"), at("2026-11-25T00:00"))
    assert [local(practice, stint.start) for stint in found] == [
        "Mon 23 00:00", "Mon 23 07:00", "Mon 23 17:00", "Tue 24 07:00", "Tue 24 17:00",
    ]  # fmt: skip
    assert [stint.tiers[0].provider for stint in found] == ["ortega", *["okafor"] * 4]


def test_a_week_in_turn_is_one_stint_and_a_change_within_it_another() -> None:
    rotation = {
        "name": "Weeks", "people": ["okafor", "ortega"],
        "starts": "2026-11-02", "hand_over": "08:00",
    }  # fmt: skip
    change = {
        "from": "2026-11-04T18:00", "to": "2026-11-05T08:00",
        "act": "replace", "provider": "okafor", "by": "ortega", "note": "Vacation",
    }  # fmt: skip
    practice = with_rota(rotations=[rotation], overrides=[change])
    found = stints(practice, at("2026-11-02T08:00"), at("2026-11-16T08:00"))
    assert [(local(practice, s.start), s.tiers[0].provider, s.source) for s in found] == [
        ("Mon 02 08:00", "okafor", "rotation Weeks"),
        ("Wed 04 18:00", "ortega", "Vacation"),
        ("Thu 05 08:00", "okafor", "rotation Weeks"),
        ("Mon 09 08:00", "ortega", "rotation Weeks"),
    ]
    assert [bool(stint.overrides) for stint in found] == [False, True, False, False]
    assert found[1].planned[0].provider == "okafor"
    assert found[0].shift == found[1].shift == found[2].shift != found[3].shift


def test_the_day_the_clocks_go_back_has_25_hours() -> None:
    found = stints(riverside(), at("2026-11-01T00:00"), at("2026-11-02T00:00"))
    assert sum((s.end - s.start for s in found), timedelta()) == 25 * HOUR


def test_gaps_are_where_only_the_fallback_answers() -> None:
    practice = lakeshore()
    found = troubles(practice, at("2026-11-24T12:00"), at("2026-11-25T12:00"))
    assert [(t.wrong, local(practice, t.start), local(practice, t.end)) for t in found] == [
        (Wrong.GAP, "Tue 24 16:30", "Wed 25 08:30")
    ]
    assert found[0].people[0] == "service"


def test_a_practice_that_writes_only_a_fallback_has_no_gap() -> None:
    assert troubles(with_rota(), at("2026-11-24T12:00"), at("2026-11-27T12:00")) == ()


def test_two_shifts_at_once_overlap_unless_they_agree() -> None:
    one = {"from": "2026-11-24T08:00", "to": "2026-11-24T18:00", "tiers": [{"provider": "okafor"}]}
    other = {**one, "from": "2026-11-24T16:00", "to": "2026-11-24T20:00"}
    theirs = {**other, "tiers": [{"provider": "ortega"}]}
    day = at("2026-11-24T09:00"), at("2026-11-24T19:00")
    assert troubles(with_rota(dated=[one, other]), *day) == ()
    practice = with_rota(dated=[one, theirs])
    (found,) = troubles(practice, *day)
    assert (found.wrong, found.people) == (Wrong.OVERLAP, ("okafor", "ortega"))
    assert (local(practice, found.start), local(practice, found.end)) == (
        "Tue 24 16:00", "Tue 24 18:00",
    )  # fmt: skip


def test_rotations_of_one_tier_overlap_and_of_several_do_not() -> None:
    first = {"name": "A", "people": ["okafor"], "starts": "2026-11-02", "hand_over": "08:00"}
    second = {**first, "name": "B", "people": ["ortega"]}
    span = at("2026-11-24T09:00"), at("2026-11-27T09:00")
    (found,) = troubles(with_rota(rotations=[first, second]), *span)
    assert (found.start, found.end) == span
    assert troubles(with_rota(rotations=[first, {**second, "after": 10}]), *span) == ()


def test_nobody_is_laid_out_without_a_rota() -> None:
    neutral = library().neutral()
    assert stints(neutral, at("2026-11-24T09:00"), at("2026-11-25T09:00")) == ()
    assert troubles(neutral, at("2026-11-24T09:00"), at("2026-11-25T09:00")) == ()
