"""The floor at one moment, frozen: what a feed hands on to whoever shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique

from console.floor.day import Counted
from console.floor.picture import Agent, AgentState, Waiting
from console.floor.supervision import Supervision


@unique
class FeedState(StrEnum):
    """How far the feed can be believed."""

    CONNECTING = "connecting"
    LIVE = "live"
    AWAY = "away"  # what is shown is what was last known


@dataclass(frozen=True, slots=True)
class FloorView:
    """Callers, agents and the day's counts. Times are seconds since the epoch, by the PBX's clock;
    `lag_s` is how old the newest event was when it was taken."""

    state: FeedState
    trouble: str = ""  # a sentence with the mend, where the state is AWAY
    lag_s: float = 0.0
    at: float = 0.0
    heard: float = 0.0  # when the PBX last said anything at all, by this machine's clock
    waiting: tuple[Waiting, ...] = ()
    agents: tuple[Agent, ...] = ()
    supervised: tuple[Supervision, ...] = ()  # who is beside whose call
    since: float = 0.0  # when the day's counts begin
    day: Mapping[str, Counted] = field(default_factory=dict)

    @property
    def longest_since(self) -> float | None:
        """When the caller who has waited longest began to."""
        return min((caller.since for caller in self.waiting), default=None)


def as_record(view: FloorView, now: float) -> dict[str, object]:
    """Return the picture as plain values, for JSON; numbers of callers are left out."""
    return {
        "feed": view.state.value,
        "trouble": view.trouble,
        "at": view.at,
        "lag_s": round(view.lag_s, 3),
        "waiting": [
            {
                "call": caller.call_id,
                "queue": caller.queue,
                "practice": caller.practice,
                "position": caller.position,
                "waited_s": round(max(0.0, now - caller.since), 1),
            }
            for caller in sorted(view.waiting, key=lambda caller: caller.since)
        ],
        "agents": [_agent(agent, now) for agent in sorted(view.agents, key=lambda a: a.name)],
    }


def _agent(agent: Agent, now: float) -> dict[str, object]:
    state = agent.state(now)
    practice = agent.talk.practice if agent.talk else agent.rings_for
    return {
        "name": agent.name,
        "interface": agent.interface,
        "queues": sorted(agent.queues),
        "state": state.value,
        "reason": agent.pause_reason if state is AgentState.PAUSED else "",
        "practice": practice,
        "for_s": round(max(0.0, now - agent.since), 1),
        "missed": agent.missed,
    }
