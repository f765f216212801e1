"""What came of the demo's calls: one record a call, and whether all of it was as it should be."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from console.demo.sound import Heard


class CallReport(msgspec.Struct, kw_only=True):
    """One call as it went. Times are milliseconds from the INVITE; levels dBFS, tones Hz."""

    number: int
    call_type: str
    caller_number: str
    dialled: str
    practice_expected: str
    practice_shown: str = ""
    caller_shown: str = ""
    outcome: str = ""
    call_row: int | None = None
    booking_row: int | None = None
    message_row: int | None = None
    escalation_row: int | None = None
    invite_to_180_ms: float | None = None
    invite_to_pop_ms: float | None = None
    desk_heard: Heard | None = None
    desk_should_hear_hz: float = 0.0
    caller_heard: Heard | None = None
    caller_should_hear_hz: float = 0.0
    problems: list[str] = msgspec.field(default_factory=list)


class DemoReport(msgspec.Struct, kw_only=True):
    """The whole run."""

    calls: list[CallReport]
    records: str
    shots: str
    good: bool = False


def write(report: DemoReport, path: Path) -> None:
    """Write the report as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))


def table(calls: Sequence[CallReport]) -> str:
    """Return the run as lines for a terminal."""
    lines = [
        f"{'':>2} {'call type':<20}{'practice shown':<26}{'outcome':<13}"
        f"{'180 ms':>8}{'pop ms':>8}{'desk hears':>18}{'caller hears':>18}"
    ]
    for call in calls:
        lines.append(
            f"{call.number:>2} {call.call_type:<20}{call.practice_shown:<26}{call.outcome:<13}"
            f"{_ms(call.invite_to_180_ms):>8}{_ms(call.invite_to_pop_ms):>8}"
            f"{_heard(call.desk_heard):>18}{_heard(call.caller_heard):>18}"
        )
        lines += [f"   wrong: {problem}" for problem in call.problems]
    return "\n".join(lines)


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _heard(heard: Heard | None) -> str:
    return "–" if heard is None else f"{heard.hz:.0f} Hz {heard.dbfs:.0f} dB"
