"""Two clocks that drift apart, and a sound that breaks off: neither is heard as a click."""

import numpy as np
import pytest

from softphone.sound.fades import FadedSink, FadedSource
from softphone.sound.ring import BOUND_MS, Ring

RATE = 16000
FRAME = 320  # samples of the bridge
PERIOD = 160  # samples of the device


def tone(first: int, count: int, hertz: float = 440) -> bytes:
    times = np.arange(first, first + count) / RATE
    return (8000 * np.sin(2 * np.pi * hertz * times)).astype("<i2").tobytes()


def carry(ring: Ring, ppm: float, seconds: float, hertz: float = 440) -> np.ndarray:
    """Write with a clock that is so much faster than the reader's; return what was read."""
    period = PERIOD / RATE / (1 + ppm / 1e6)
    written, heard = 0, []
    for frame in range(int(seconds * RATE / FRAME)):
        while written * period <= frame * FRAME / RATE:
            ring.write(tone(written * PERIOD, PERIOD, hertz))
            written += 1
        heard.append(ring.read(FRAME * 2))
    return np.frombuffer(b"".join(heard), "<i2") / 32768


@pytest.mark.parametrize("ppm", [-300, -100, 0, 100, 300])
def test_clocks_that_drift_cost_no_frame_and_no_delay(ppm: float) -> None:
    ring = Ring(RATE)
    carry(ring, ppm, 240)
    assert (ring.counts.underruns, ring.counts.overruns) == (0, 0)
    assert len(ring) / RATE / 2 * 1000 < 80, "nor does the delay grow"


@pytest.mark.parametrize("ppm", [-2000, 2000])
def test_sound_made_longer_or_shorter_stays_a_clean_tone(ppm: float) -> None:
    ring = Ring(RATE)
    heard = carry(ring, ppm, 20)[RATE * 2 :]
    assert ring.counts.left_out + ring.counts.put_in > 300, "it was mended all the time"
    bend = (2 * np.pi * 440 / RATE) ** 2 * np.abs(heard).max()
    assert np.abs(np.diff(heard, 2)).max() < 1.15 * bend, "no seam"
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    pitch = np.fft.rfftfreq(len(heard), 1 / RATE)
    beside = spectrum[np.abs(pitch - 440) > 30].sum() / spectrum.sum()
    assert 10 * np.log10(beside) < -50, "dB of anything but the tone"


def test_a_store_that_ran_full_comes_back_to_its_usual_delay() -> None:
    ring = Ring(RATE)
    ring.write(tone(0, RATE * 40 // 1000))
    ring.read(FRAME * 2)
    ring.write(tone(0, RATE * (BOUND_MS - 40) // 1000))  # a burst, after a hiccup
    for number in range(600):
        ring.read(FRAME * 2)
        ring.write(tone(number * FRAME, FRAME))
    assert len(ring) / RATE / 2 * 1000 < 70


def test_a_sound_that_breaks_off_dies_away_and_comes_back_softly() -> None:
    ring = Ring(RATE)
    heard = []
    ring.write(tone(0, 700))  # ends in the middle of a wave, and of a frame
    for _ in range(5):
        heard.append(ring.read(FRAME * 2))
    ring.write(tone(1000, 730))
    for _ in range(2):
        heard.append(ring.read(FRAME * 2))
    sound = np.frombuffer(b"".join(heard), "<i2") / 32768
    step = 2 * np.pi * 440 / RATE * np.abs(sound).max()
    assert ring.counts.underruns == 1
    assert np.abs(np.diff(sound)).max() < 1.2 * step, "no jump that the tone itself does not make"
    assert not sound[700 + 200 : 1600].any(), "silent in between"
    assert sound[1700:].any(), "and heard again"


def test_what_gathered_before_anybody_listened_is_no_delay() -> None:
    ring = Ring(RATE)
    ring.write(tone(0, RATE * (BOUND_MS - 20) // 1000))
    ring.read(FRAME * 2)
    assert len(ring) / RATE / 2 * 1000 < 40


class Half:
    """A microphone and an earpiece in one."""

    def __init__(self, value: int, *, ready: bool = True) -> None:
        self.value, self.ready = value, ready
        self.written: list[int] = []

    def read(self, size: int) -> bytes:
        return np.full(size // 2, self.value, "<i2").tobytes()

    def write(self, frame: bytes) -> None:
        self.written.append(int(np.frombuffer(frame, "<i2").max()))


def test_a_microphone_leads_over_into_the_next_once_that_works() -> None:
    before, after = Half(8000), Half(-8000, ready=False)
    source = FadedSource(before)
    source.change(after)
    assert set(np.frombuffer(source.read(640), "<i2")) == {8000}, "the old goes on until then"
    after.ready = True
    lead = np.frombuffer(source.read(640), "<i2")
    assert (lead[0], lead[-1]) == (8000, pytest.approx(-8000, abs=60))
    assert np.abs(np.diff(lead)).max() < 60, "in small steps"
    assert set(np.frombuffer(source.read(640), "<i2")) == {-8000}


def test_an_earpiece_fades_out_while_the_next_fades_in() -> None:
    before, after = Half(0), Half(0, ready=False)
    sink = FadedSink(before)
    frame = np.full(320, 8000, "<i2").tobytes()
    sink.change(after)
    sink.write(frame)
    after.ready = True
    sink.write(frame)
    sink.write(frame)
    assert len(before.written) == 2
    assert after.written == [pytest.approx(8000, abs=60), 8000]


def late(ring: Ring) -> None:
    """Sound comes late once, and then goes on for a while."""
    before = ring.counts.underruns
    while ring.counts.underruns == before:
        ring.read(FRAME * 2)
    steady(ring, 10)


def steady(ring: Ring, seconds: int) -> float:
    """Sound comes and is heard; return how much was in store in the end, in milliseconds."""
    levels = []
    for _ in range(seconds * 50):
        ring.write(tone(0, FRAME))
        levels.append(len(ring) / 2 / RATE * 1000)
        ring.read(FRAME * 2)
    return sum(levels[-50:]) / 50


def test_a_machine_that_is_late_gets_more_in_store_and_calm_takes_it_back() -> None:
    ring = Ring(RATE)
    usual = steady(ring, 5)
    late(ring)
    late(ring)
    late(ring)
    assert steady(ring, 5) > usual + 25
    assert steady(ring, 120) < usual + 15


def test_sound_that_was_stopped_is_not_late() -> None:
    ring = Ring(RATE)
    usual = steady(ring, 5)
    for _ in range(5):
        for _ in range(60):  # more than a second: on hold, say
            ring.read(FRAME * 2)
        steady(ring, 5)
    assert steady(ring, 5) < usual + 15
