"""The sound bench tells the truth: marks where they are, gaps that are gaps, true delays."""

import sys

import numpy as np
import pytest

if sys.platform != "linux":
    pytest.skip("the bench runs on Linux only", allow_module_level=True)

from tests.bench.far_end import DECODED, PER_PACKET, _when_said
from tests.bench.sound import SoundFigures, table
from tests.bench.speech import delays, gaps, marks, speech
from tests.softphone.far_phone import ulaw

RATE = 16000


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("late", [0.0, 0.1234])
def test_marks_are_found_where_they_are(rate: int, late: float) -> None:
    heard = np.concatenate([np.zeros(int(late * rate), "<i2"), speech(4, rate)])
    assert marks(heard, rate) == pytest.approx([1 + late, 2 + late, 3 + late], abs=0.004)


def test_noise_and_silence_have_no_marks() -> None:
    noise = np.random.default_rng(1).normal(0, 20, 2 * RATE).astype("<i2")
    assert len(marks(np.zeros(2 * RATE, "<i2"), RATE)) == 0
    assert len(marks(speech(0.9, RATE) + noise[: int(0.9 * RATE)], RATE)) == 0


def test_a_steady_sound_has_no_gap_and_each_break_is_one() -> None:
    whole = speech(5, RATE)
    assert gaps(whole, RATE).count == 0
    broken = whole.copy()
    broken[RATE : RATE + 320] = 0
    broken[3 * RATE : 3 * RATE + 1600] = 0
    found = gaps(broken, RATE)
    assert found.count == 2
    assert found.milliseconds == pytest.approx(120, abs=11)


def test_a_delay_is_from_a_mark_to_the_next_heard() -> None:
    sent = np.array([1.0, 2.0, 3.0])
    assert delays(sent, np.array([1.08, 3.1])) == pytest.approx([0.08, 0.1])
    assert len(delays(sent, np.array([1.9]))) == 0


def test_what_is_coded_is_decoded() -> None:
    for sample in (0, 5, -5, 300, -300, 8000, -8000, 32000, -32000):
        assert DECODED[ulaw(sample)] == pytest.approx(sample, rel=0.04, abs=5)


def test_a_sample_is_said_after_its_packet_came() -> None:
    came = np.array([10.0, 10.03])
    places = np.array([0.0, 0.021])
    assert _when_said(places, came) == pytest.approx([10.0, 10.031])
    assert PER_PACKET == 160


def test_a_phone_that_could_not_be_measured_is_told() -> None:
    told = table([
        SoundFigures("baresip", "not installed"),
        SoundFigures("Frontdesk", to_ear_ms=57.2, to_far_end_ms=58.0, gaps_in=1.5, gaps_in_ms=7.0,
                     cpu_percent=7.1, window_percent=0.7),
    ])  # fmt: skip
    assert "baresip    not installed" in told
    assert "1.5 (7 ms)" in told
