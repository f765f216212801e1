"""The figures as a table for a person and as JSON for a later run to be held against."""

import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple
from typing import Any

from tests.bench.measuring import CallFigures, PhoneFigures
from tests.bench.processes import Memory

AIM_MEDIAN_MS, AIM_P95_MS = 10.0, 16.7  # full pop painted; the second is one frame at 60 Hz
ABSENT = "-"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-round(share * len(ordered) * 1000) // 1000) - 1)]


def as_json(phones: Sequence[PhoneFigures], setting: dict[str, Any]) -> dict[str, Any]:
    """Return everything measured: milliseconds, seconds for starts, MB for memory."""
    return {
        "setting": {
            "machine": platform.machine(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            **setting,
        },
        "phones": [_phone(phone) for phone in phones],
    }


def _phone(phone: PhoneFigures) -> dict[str, Any]:
    return {
        "name": phone.name,
        "missing": phone.missing,
        "failures": phone.failures,
        "calls": len(phone.calls),
        "unanswered": sum(call.ringing is None for call in phone.calls),
        "unseen": sum(call.shown is None for call in phone.calls) if phone.pop else None,
        "invite_to_180_ms": _spread(phone, lambda call: call.ringing),
        "invite_to_first_change_ms": _spread(phone, lambda call: call.first_change),
        "invite_to_shown_ms": _spread(phone, lambda call: call.shown),
        "invite_to_painted_ms": _spread(phone, lambda call: call.painted),
        "invite_to_whole_screen_ms": _spread(phone, lambda call: call.at_rest),
        "start_s": {
            "median": round(statistics.median(phone.starts), 3) if phone.starts else None,
            "each": [round(start, 3) for start in phone.starts],
        },
        "memory_mb": _memory(phone.memory),
        "memory_after_calls_mb": _memory(phone.memory_after),
        "pixels_watched": phone.pixels,
        "cores_idle": [round(share, 3) for share in phone.idle],
        "each_call_ms": [
            [None if value is None else round(value * 1000, 3) for value in astuple(call)]
            for call in phone.calls
        ],
    }


def _memory(parts: dict[str, Memory]) -> dict[str, dict[str, float]]:
    return {
        part: {"rss": round(memory.rss, 1), "pss": round(memory.pss, 1)}
        for part, memory in parts.items()
    }


def _spread(
    phone: PhoneFigures, of: Callable[[CallFigures], float | None]
) -> dict[str, float] | None:
    values = [value * 1000 for call in phone.calls if (value := of(call)) is not None]
    if not values:
        return None
    return {
        "median": round(statistics.median(values), 3),
        "p95": round(percentile(values, 0.95), 3),
        "worst": round(max(values), 3),
    }


def table(figures: dict[str, Any]) -> str:
    """Return the figures as text: every phone a line, then Frontdesk against each."""
    phones = [phone for phone in figures["phones"] if phone["calls"]]
    floor = phones[0]["invite_to_180_ms"]["median"] if phones else 0.0
    rows = [
        ["", "calls", "INVITE to 180", "x floor", "first change", "over 40 %", "fully painted",
         "whole screen", "start s", "cores idle", "memory MB: RSS (PSS)"]
    ]  # fmt: skip
    rows += [_row(phone, floor) for phone in phones]
    lines = [
        "Milliseconds after the INVITE was sent, median / p95; over 40 % and fully painted are of"
        " the pop-up's pixels.",
        "",
        *_aligned(rows),
    ]
    for phone in figures["phones"]:
        if phone["missing"]:
            lines.append(f"{phone['name']}: {phone['missing']}")
        lines += [f"{phone['name']} failed: {failure}" for failure in phone["failures"]]
    lines += _against(phones)
    return "\n".join(lines)


def _row(phone: dict[str, Any], floor: float) -> list[str]:
    ringing = phone["invite_to_180_ms"]
    weights = [
        f"{'' if part == 'all' else part + ' '}{each['rss']:.0f} ({each['pss']:.0f})"
        for part, each in phone["memory_mb"].items()
    ]
    lost = phone["unanswered"] + (phone["unseen"] or 0)
    return [
        phone["name"],
        f"{phone['calls']}" + (f" ({lost} lost)" if lost else ""),
        _pair(ringing),
        f"{ringing['median'] / floor:.1f}" if ringing and floor else ABSENT,
        _pair(phone["invite_to_first_change_ms"]),
        _pair(phone["invite_to_shown_ms"]),
        _pair(phone["invite_to_painted_ms"]),
        _pair(phone["invite_to_whole_screen_ms"]),
        f"{phone['start_s']['median']:.2f}",
        f"{min(phone['cores_idle'], default=0.0):.0%}",
        " + ".join(weights),
    ]


def _pair(spread: dict[str, float] | None) -> str:
    return f"{spread['median']:.2f} / {spread['p95']:.2f}" if spread else ABSENT


def _aligned(rows: Iterable[list[str]]) -> list[str]:
    rows = list(rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column in (0, len(row) - 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _against(phones: list[dict[str, Any]]) -> list[str]:
    """Say how Frontdesk stands: its medians over each other's, and against the aim."""
    desk = next((phone for phone in phones if phone["name"] == "Frontdesk"), None)
    if desk is None:
        return []
    rows = [["Frontdesk's median over", "INVITE to 180", "over 40 %", "fully painted"]]
    rows += [
        [
            phone["name"],
            *(
                _ratio(desk[what], phone[what])
                for what in ("invite_to_180_ms", "invite_to_shown_ms", "invite_to_painted_ms")
            ),
        ]
        for phone in phones
        if phone is not desk
    ]
    lines = ["", *_aligned(rows)]
    painted = desk["invite_to_painted_ms"]
    if painted:
        reached = painted["median"] <= AIM_MEDIAN_MS and painted["p95"] <= AIM_P95_MS
        lines += [
            "",
            f"Aim, full pop painted: median {AIM_MEDIAN_MS:g} ms, p95 {AIM_P95_MS:g} ms:"
            f" {'reached' if reached else 'not reached'} ({_pair(painted)}).",
        ]
    return lines


def _ratio(ours: dict[str, float] | None, theirs: dict[str, float] | None) -> str:
    return f"{ours['median'] / theirs['median']:.2f}" if ours and theirs else ABSENT
