"""How good a call sounded, from what RTP and RTCP counted (RFC 3550 6.4, ITU-T G.107).

Receptionists say "the line was bad"; a number per call tells a bad headset from a bad network.
"""

from dataclasses import dataclass, field, replace
from typing import Final

# ITU-T G.113 appendix I: how well a codec's concealment bears loss, random loss assumed
_ROBUSTNESS: Final = 25.1
_BEST: Final = 93.2  # R of a perfect narrow-band call with default terminals
_JITTER_BUFFER_MS: Final = 60.0  # what pjsua2's buffer and frames add, at rest
_KNEE_MS: Final = 177.3  # one way: below it delay hardly disturbs


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a stream counted. `lost_out` is what the far end reports of ours by RTCP."""

    packets_in: int = 0
    lost_in: int = 0
    packets_out: int = 0
    lost_out: int = 0
    jitter_ms: float = 0.0
    round_trip_ms: float = 0.0  # 0 where no RTCP came
    codec: str = ""

    @property
    def loss_percent(self) -> float:
        """Of what was sent to us."""
        return _percent(self.lost_in, self.packets_in + self.lost_in)

    @property
    def loss_out_percent(self) -> float:
        """Of what we sent, as far as we are told."""
        return _percent(self.lost_out, self.packets_out)


@dataclass(slots=True)
class Tally:
    """A call's streams one after another: every hold and resume may start counting anew."""

    _past: Statistics = field(default_factory=Statistics)
    _now: Statistics = field(default_factory=Statistics)

    def add(self, now: Statistics) -> None:
        """Take the stream's count as it stands."""
        if now.packets_in < self._now.packets_in or now.packets_out < self._now.packets_out:
            self._past = self.total
        self._now = now

    @property
    def total(self) -> Statistics:
        """Every stream so far."""
        past, now = self._past, self._now
        packets = past.packets_in + now.packets_in
        weight = now.packets_in / packets if packets else 1.0
        return replace(
            now,
            packets_in=packets,
            lost_in=past.lost_in + now.lost_in,
            packets_out=past.packets_out + now.packets_out,
            lost_out=past.lost_out + now.lost_out,
            jitter_ms=past.jitter_ms * (1 - weight) + now.jitter_ms * weight,
            round_trip_ms=now.round_trip_ms or past.round_trip_ms,
        )


def mean_opinion(statistics: Statistics) -> float:
    """Estimate the mean opinion score, 1.0 (bad) to 4.4 (as good as narrow-band gets).

    The E-model of ITU-T G.107 with its defaults, reduced to what a softphone can measure: delay,
    and loss. Jitter counts as the delay its buffer costs.
    """
    delay = statistics.round_trip_ms / 2 + 2 * statistics.jitter_ms + _JITTER_BUFFER_MS
    delay_impairment = 0.024 * delay + 0.11 * max(0.0, delay - _KNEE_MS)
    loss = statistics.loss_percent
    loss_impairment = 95 * loss / (loss + _ROBUSTNESS)
    rating = min(100.0, max(0.0, _BEST - delay_impairment - loss_impairment))
    score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
    return round(max(1.0, score), 2)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole > 0 else 0.0
