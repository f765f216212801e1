"""Wrong tries: each makes the next wait longer, never for good, and never for a clock's fault."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.people.delays import FREE_TRIES, LONGEST_S, delay_s, in_words, wait_s

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
TRIES = st.integers(0, 10_000)
SECONDS = st.floats(-1e7, 1e7)


def test_the_first_three_are_free_and_then_it_doubles() -> None:
    assert [delay_s(failed) for failed in range(12)] == [
        *(0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512)
    ]
    assert delay_s(13) == LONGEST_S


@given(TRIES)
def test_it_only_grows_and_has_an_end(failed: int) -> None:
    assert delay_s(failed) <= delay_s(failed + 1) <= LONGEST_S
    assert (delay_s(failed) > 0) is (failed >= FREE_TRIES)


@given(TRIES, SECONDS)
def test_no_clock_makes_it_longer_than_the_delay(failed: int, ago: float) -> None:
    wait = wait_s(failed, NOW - timedelta(seconds=ago), NOW)
    assert 0 <= wait <= delay_s(failed)
    if ago >= delay_s(failed):
        assert wait == 0


@given(TRIES, st.floats(0, 1000))
def test_once_waited_out_it_is_over(failed: int, since: float) -> None:
    at = NOW - timedelta(seconds=since)
    wait = wait_s(failed, at, NOW)
    assert wait_s(failed, at, NOW + timedelta(seconds=wait)) == 0


def test_nothing_tried_is_nothing_waited() -> None:
    assert wait_s(50, None, NOW) == 0


def test_a_wait_is_told_in_words() -> None:
    assert [in_words(each) for each in (4, 60, 125, 900)] == ["4 s", "1 min", "2 min 5 s", "15 min"]
