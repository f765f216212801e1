"""How a look-up grows with the records, as a picture: calls at a logarithmic scale, milliseconds
upwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Final

WIDE, HIGH = 640, 300
LEFT, RIGHT, TOP, FOOT = 56, 120, 20, 40  # margins
AIM_MS: Final = 10.0


@dataclass(frozen=True)
class Point:
    """Milliseconds of a look-up among so many calls: the first after the server began, and the
    median and 95th percentile of those after it."""

    calls: int
    first: float
    median: float
    p95: float

    def __str__(self) -> str:
        return (
            f"{self.calls:>11,} calls   first {self.first:6.1f} ms   median {self.median:5.2f} ms"
            f"   p95 {self.p95:5.2f} ms"
        )


def drawn(points: Sequence[Point]) -> str:
    """Return the picture as SVG."""
    series = {
        "median": [point.median for point in points],
        "p95": [point.p95 for point in points],
        "first": [point.first for point in points],
    }
    most = 5 * ceil(max(AIM_MS, *(max(values) for values in series.values())) / 5)
    low, high = log10(points[0].calls), log10(points[-1].calls)

    def across(calls: int) -> float:
        part = (log10(calls) - low) / (high - low) if high > low else 0.5
        return LEFT + part * (WIDE - LEFT - RIGHT)

    def down(ms: float) -> float:
        return HIGH - FOOT - ms / most * (HIGH - FOOT - TOP)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-size="12"'
        ' font-family="sans-serif" role="img">',
        "<title>Look-up of a number by the number of calls</title>",
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>',
    ]
    for ms in range(0, most + 1, 5):
        parts.append(_line(LEFT, down(ms), WIDE - RIGHT, down(ms), "#dde2ea"))
        parts.append(_words(LEFT - 8, down(ms) + 4, f"{ms} ms", "end"))
    parts.append(_line(LEFT, down(AIM_MS), WIDE - RIGHT, down(AIM_MS), "#b3261e", dash=True))
    parts.append(_words(WIDE - RIGHT + 8, down(AIM_MS) - 6, "aim 10 ms"))
    for point in points:
        parts.append(_words(across(point.calls), HIGH - FOOT + 20, f"{point.calls:,}", "middle"))
    for (name, values), ink in zip(series.items(), ("#0b6bcb", "#146c43", "#8a4b00"), strict=True):
        places = [(across(p.calls), down(ms)) for p, ms in zip(points, values, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{ink}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ink}"/>' for x, y in places]
        parts.append(_words(WIDE - RIGHT + 8, places[-1][1] + 4, name, ink=ink))
    return "\n".join([*parts, "</svg>", ""])


def _line(x: float, y: float, to_x: float, to_y: float, ink: str, *, dash: bool = False) -> str:
    dashes = ' stroke-dasharray="4 3"' if dash else ""
    places = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line {places} stroke="{ink}"{dashes}/>'


def _words(x: float, y: float, words: str, anchor: str = "start", ink: str = "#3b4252") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{ink}">{words}</text>'
