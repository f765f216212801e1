"""The scale run's figures, as text for a person and as JSON for a later run."""

from dataclasses import dataclass, field
from typing import Any

from console.floor.figures import Ending
from console.floor.queue_log import QueueLog

LAG_AIM_MS, FRAME_MS = 250.0, 16.7


@dataclass(slots=True)
class Phase:
    """A stretch of calls. Memory is seconds, the PBX's and the floor's MB."""

    name: str
    calls: int
    per_s: float
    sound: bool = False
    seconds: float = 0.0
    sipp: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    endings: dict[str, int] = field(default_factory=dict)
    still_waiting: int = 0
    in_20_s: float | None = None
    agents: dict[str, Any] = field(default_factory=dict)
    real_answered: int = 0
    machine_busy: float = 0.0  # of all cores
    asterisk_core: float = 0.0  # of one
    load: float = 0.0
    cut_off: bool = False
    memory: list[tuple[float, float, float]] = field(default_factory=list)

    def account(self, lines: list[str]) -> None:
        """Look for every caller in the PBX's own log."""
        log = QueueLog().read(lines)
        found = log.contacts()
        self.endings = {
            ending.value: sum(each.ending is ending for each in found) for ending in Ending
        }
        self.still_waiting = log.waiting()
        within = sum(e.ending is Ending.ANSWERED and e.waited_s <= 20 for e in found)
        self.in_20_s = within / len(found) if found else None

    @property
    def accounted(self) -> int:
        """Callers whose end is known."""
        return sum(self.endings.values())


@dataclass(slots=True)
class Figures:
    """All of a run. Lag in milliseconds."""

    agents: int
    cores: int
    phases: list[Phase] = field(default_factory=list)
    events: int = 0
    most_events_s: float = 0.0
    most_waiting: int = 0
    picture_ms: dict[str, float] = field(default_factory=dict)
    shown_ms: dict[str, float] = field(default_factory=dict)
    floor_answered: int = 0
    floor_abandoned: int = 0
    owed: int = 0  # known to the floor with their number, to be called back
    nice: int = 0
    mos: list[float] = field(default_factory=list)
    window: dict[str, list[float]] = field(default_factory=dict)

    def hear(self, floor: dict[str, Any]) -> None:
        """Take in what the feed's process wrote."""
        self.events = floor["events"]
        self.most_events_s = floor["most_events_s"]
        self.most_waiting = floor["most_waiting"]
        self.picture_ms = spread(floor["ages"])
        self.shown_ms = spread(floor["shown"])
        self.floor_answered, self.floor_abandoned = floor["answered"], floor["abandoned"]
        self.owed = floor["owed"]


def spread(seconds: list[float]) -> dict[str, float]:
    """Return median, p99 and worst in milliseconds."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    at = min(len(ordered) - 1, int(len(ordered) * 0.99))
    return {
        "median": ordered[len(ordered) // 2] * 1000,
        "p99": ordered[at] * 1000,
        "worst": ordered[-1] * 1000,
    }


def table(figures: Figures) -> str:
    """Return the figures as text."""
    lines = [f"{figures.agents} desks and 2 real ones, {figures.cores} cores"]
    if figures.nice:
        lines.append(f"PBX and feed, which would be other machines, at nice {figures.nice}")
    lines.append("")
    for phase in figures.phases:
        lines += _phase(phase)
    if figures.mos:
        middle = sorted(figures.mos)[len(figures.mos) // 2]
        lines += [f"real desks: calls sounded {middle:.2f} of 4.5 (E-model), the median", ""]
    lines += _lag(figures)
    lines += _window(figures)
    return "\n".join(lines)


def _phase(phase: Phase) -> list[str]:
    counts, agents = phase.sipp, phase.agents
    endings = ", ".join(f"{count} {name}" for name, count in phase.endings.items() if count)
    lost = counts.get("created", 0) - phase.accounted - phase.still_waiting
    known = counts.get("created", 0) == phase.calls and not lost
    good = "all accounted for" if known else f"{lost} NOT ACCOUNTED FOR of {phase.calls} asked"
    share = "-" if phase.in_20_s is None else f"{phase.in_20_s:.1%}"
    lines = [
        f"{phase.name}: {counts.get('created', 0)} calls in {phase.seconds:.0f} s, "
        f"{phase.per_s:.2f}/s asked",
        f"  callers: {endings or 'none'}, {phase.still_waiting} still waiting: {good}",
        f"  in 20 s: {share}; SIPp: {counts.get('successful', 0)} as written, "
        f"{counts.get('failed', 0)} not",
        f"  desks: {agents.get('registered')} registered, {agents.get('answered')} answered, "
        f"{agents.get('cancelled')} rings taken back; real desks answered {phase.real_answered}",
    ]
    if phase.sound and agents.get("expected"):
        heard = agents["packets"] / agents["expected"]
        lines.append(f"  sound: {heard:.1%} of the packets of one call in twenty came to the desk")
    if phase.errors:
        lines.append(f"  unexpected: {phase.errors}")
    lines.append(
        f"  machine: {phase.machine_busy:.0%} of all cores busy, load {phase.load:.1f}, "
        f"Asterisk {phase.asterisk_core:.2f} of a core"
        + ("; CUT OFF: it did not end in time" if phase.cut_off else "")
    )
    lines.append(f"  memory MB: {_memory(phase)}")
    return [*lines, ""]


def _memory(phase: Phase) -> str:
    if len(phase.memory) < 2:
        return "too short to tell"
    points = phase.memory[:: max(1, len(phase.memory) // 5)]
    pbx = " ".join(f"{each[1]:.0f}" for each in points)
    floor = " ".join(f"{each[2]:.0f}" for each in points)
    return f"Asterisk {pbx}; the floor's feed {floor}"


def _lag(figures: Figures) -> list[str]:
    if not figures.picture_ms:
        return ["floor: it heard nothing", ""]

    def three(found: dict[str, float]) -> str:
        return f"{found['median']:.1f} / {found['p99']:.1f} / {found['worst']:.1f}"

    reached = "reached" if figures.shown_ms["p99"] < LAG_AIM_MS else "not reached"
    return [
        f"floor: {figures.events} events, at most {figures.most_events_s:.0f} a second over 5 s; "
        f"at most {figures.most_waiting} waiting",
        f"  event to picture, ms median / p99 / worst: {three(figures.picture_ms)}",
        f"  event to view (at most one each 100 ms):   {three(figures.shown_ms)}",
        f"  aim, p99 under {LAG_AIM_MS:.0f} ms: {reached}, "
        f"{figures.shown_ms['p99'] / LAG_AIM_MS:.2f} of it",
        f"  counted by the floor: {figures.floor_answered} answered, "
        f"{figures.floor_abandoned} gave up, {figures.owed} of them to be called back",
        "",
    ]


def _window(figures: Figures) -> list[str]:
    found = figures.window
    if "show" not in found:
        return []
    p99 = found["show"][1]
    told = ", ".join(f"{name} {each[0]:.2f} / {each[1]:.2f}" for name, each in found.items())
    reached = "reached" if p99 < FRAME_MS else "not reached"
    return [
        f"window, 1,000 agents and 500 waiting, ms median / p99 (event: us): {told}",
        f"  aim, a frame of {FRAME_MS} ms at p99: {reached}, {p99 / FRAME_MS:.2f} of it",
        f"  over the same with six agents: {found['show'][0] / max(0.01, found['small'][0]):.1f}",
    ]
