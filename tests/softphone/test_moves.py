"""The tables of consult and conference, and the watches' arithmetic, without a telephone."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.calls import (
    CONFERENCE_TRANSITIONS,
    CONSULT_TRANSITIONS,
    CallState,
    ConferenceMove,
    ConferenceState,
    ConsultMove,
    ConsultState,
    IllegalMove,
    conference_after,
    conference_can,
    consult_after,
    consult_can,
)
from softphone.errors import Refused
from softphone.lines import Conference, Consult, Line
from softphone.quality import Statistics, Tally, mean_opinion
from softphone.sentences import why_not
from softphone.sound.probe import tone_share
from softphone.watch import FlowWatch, HoldWatch


@given(st.lists(st.sampled_from(ConsultMove)))
def test_a_consult_moves_by_its_table_only_and_ends_for_good(moves: list[ConsultMove]) -> None:
    state = ConsultState.DIALLING
    for move in moves:
        if consult_can(state, move):
            state = consult_after(state, move)
        else:
            with pytest.raises(IllegalMove):
                consult_after(state, move)
    if state is ConsultState.OVER:
        assert not any(consult_can(state, move) for move in ConsultMove)


@given(st.lists(st.sampled_from(ConferenceMove)))
def test_a_conference_moves_by_its_table_only_and_ends_for_good(
    moves: list[ConferenceMove],
) -> None:
    state = ConferenceState.JOINING
    for move in moves:
        if conference_can(state, move):
            state = conference_after(state, move)
        else:
            with pytest.raises(IllegalMove):
                conference_after(state, move)
    if state is ConferenceState.OVER:
        assert not any(conference_can(state, move) for move in ConferenceMove)


def test_whatever_state_they_are_in_somebody_may_hang_up() -> None:
    consults = {state for state, move in CONSULT_TRANSITIONS if move is ConsultMove.END}
    assert consults == set(ConsultState) - {ConsultState.OVER}
    conferences = {state for state, move in CONFERENCE_TRANSITIONS if move is ConferenceMove.END}
    assert conferences == set(ConferenceState) - {ConferenceState.OVER}


def make_line(name: str) -> Line:
    """A call that is up."""
    return Line(name, CallState.ACTIVE, False, 0, 0)


@pytest.mark.parametrize("state", ConsultState)
def test_every_refusal_in_a_consult_is_a_sentence(state: ConsultState) -> None:
    consult = Consult(make_line("a"), make_line("b"), state)
    for move in ConsultMove:
        if not consult_can(state, move):
            with pytest.raises(Refused, match=r"^[A-Z].*\.$"):
                consult.require(move)


@pytest.mark.parametrize("state", ConferenceState)
def test_every_refusal_in_a_conference_is_a_sentence(state: ConferenceState) -> None:
    conference = Conference(make_line("a"), make_line("b"), state)
    for move in ConferenceMove:
        if not conference_can(state, move):
            with pytest.raises(Refused, match=r"^[A-Z].*\.$"):
                conference.require(move)


def test_a_held_caller_is_remembered_at_30_s_and_alarmed_of_from_60_s_on() -> None:
    watch = HoldWatch(30, 60)
    said = [(second, due) for second in range(126) if (due := watch.check(second))]
    assert said == [(30, (30, False)), (60, (60, True)), (90, (90, True)), (120, (120, True))]


def test_a_hold_seen_late_is_said_once_as_what_it_is() -> None:
    watch = HoldWatch(30, 60)
    assert watch.check(75) == (60, True)
    assert watch.check(76) is None


def test_sound_is_lost_after_5_s_without_a_packet_and_back_with_the_next() -> None:
    watch, told = FlowWatch(), []
    for tenth in range(200):
        now = tenth / 10
        count = tenth if now < 3 or now >= 15 else 30  # nothing between 3 s and 15 s
        if (changed := watch.check(now, count, expected=True)) is not None:
            told.append((now, changed))
    (lost_at, lost), (back_at, back) = told
    assert (lost, back) == (True, False)
    assert lost_at == pytest.approx(8, abs=0.2)
    assert back_at == pytest.approx(15, abs=0.2)


def test_silence_on_hold_is_not_lost_sound() -> None:
    watch = FlowWatch()
    assert all(watch.check(t, 5, expected=False) is None for t in range(60))
    assert watch.check(60, 5, expected=True) is None
    assert watch.check(63.9, 5, expected=True) is None
    assert watch.check(64.1, 5, expected=True) is True


def test_a_perfect_call_scores_high_and_every_harm_lowers_it() -> None:
    perfect = mean_opinion(Statistics(packets_in=5000))
    assert perfect == pytest.approx(4.4, abs=0.06)
    lossy = mean_opinion(Statistics(packets_in=4750, lost_in=250))
    late = mean_opinion(Statistics(packets_in=5000, round_trip_ms=600))
    jittery = mean_opinion(Statistics(packets_in=5000, jitter_ms=80))
    assert lossy < 4.0
    assert late < 4.0
    assert jittery < perfect
    assert mean_opinion(Statistics(packets_in=1, lost_in=999, round_trip_ms=3000)) == 1.0


@given(st.floats(0, 100), st.floats(0, 5000), st.integers(0, 100), st.integers(1, 1000))
def test_the_score_is_always_on_the_scale(
    jitter: float, trip: float, lost: int, packets: int
) -> None:
    counted = Statistics(packets, lost, jitter_ms=jitter, round_trip_ms=trip)
    assert 1.0 <= mean_opinion(counted) <= 4.5


def test_a_resumed_stream_counts_on() -> None:
    tally = Tally()
    tally.add(Statistics(packets_in=100, lost_in=2, packets_out=100, jitter_ms=2))
    tally.add(Statistics(packets_in=10, lost_in=1, packets_out=12, jitter_ms=4))
    tally.add(Statistics(packets_in=50, lost_in=1, packets_out=55, jitter_ms=5))
    total = tally.total
    assert (total.packets_in, total.lost_in, total.packets_out) == (150, 3, 155)
    assert total.jitter_ms == pytest.approx(3)


@pytest.mark.parametrize(
    ("code", "part"),
    [(486, "busy"), (404, "nobody at that number"), (408, "answered"), (487, "given up")],
)
def test_codes_are_said_in_words(code: int, part: str) -> None:
    assert part in why_not(code)


@given(st.integers(300, 699))
def test_every_code_has_a_sentence(code: int) -> None:
    assert why_not(code)[0].isupper()
    assert why_not(code).endswith(".")


def test_a_tone_is_told_from_noise_another_tone_and_silence() -> None:
    times = range(8000)
    tone = [round(4000 * math.sin(2 * math.pi * 1004 * n / 16000)) for n in times]
    chance = random.Random(1)
    noise = [chance.randint(-4000, 4000) for _ in times]
    assert tone_share(tone, 1004, 16000) > 0.95
    assert tone_share(tone, 1633, 16000) < 0.01
    assert tone_share(noise, 1004, 16000) < 0.05
    assert tone_share([0] * 8000, 1004, 16000) == 0
