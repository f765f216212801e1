"""The supervisor's page out of the feed and the records: plain functions, without Qt."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from console.desk.floor.views import (
    AgentRow,
    Doing,
    EscalationRow,
    FloorPage,
    PracticeRow,
    Tile,
)
from console.escalation.ladder import Stage
from console.floor.day import Counted, together
from console.floor.pausing import MISSED, Pause, wrap_up_of
from console.floor.picture import Agent, AgentState, Waiting
from console.floor.thresholds import USUAL_LIMITS, Level, Limits, Thresholds
from console.floor.view import FeedState, FloorView
from scripts.loader import Library

if TYPE_CHECKING:
    from console.store.floor import FloorRows, OpenEscalation

DOING: Final = {state: Doing[state.name] for state in AgentState}
_NOT_READY: Final = {
    Pause.LOCKED: "locked",
    Pause.NOT_READY: "",
    Pause.PHONE: "the phone failed its test",
    MISSED: "",
    "missed a ring": "",
}
_WITH_A_CALLER: Final = (AgentState.ON_CALL, AgentState.ON_HOLD, AgentState.RINGING)
NO_PRACTICE: Final = "Number not on file"
_WORDS: Final = {Level.WATCH: "▲ watch", Level.ALARM: "✕ too much"}
_TAKEN: Final = frozenset({Stage.ACKNOWLEDGED, Stage.REACHED})


class Naming(Protocol):
    """Practices' names by their ids; "" and what nobody knows have a name to show too."""

    def __getitem__(self, practice: str) -> str: ...


class Names:
    """Practices' names, looked up once for each library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._known: dict[str, str] = {}

    def __getitem__(self, practice: str) -> str:
        found = self._known.get(practice)
        if found is None:
            known = self.library.by_id(practice) if practice else None
            found = self._known[practice] = known.name if known else NO_PRACTICE
        return found


def doing_of(agent: Agent, state: AgentState) -> Doing:
    """Return what an agent in a state does, as it is said: some pauses are no break."""
    if state is AgentState.PAUSED:
        if wrap_up_of(agent.pause_reason) is not None:
            return Doing.WRAP_UP
        if agent.pause_reason in _NOT_READY:
            return Doing.NOT_READY
    return DOING[state]


def _wraps_until(agent: Agent, state: AgentState) -> float:
    """Return when a wrap-up is over its time, 0 where there is none or nobody said."""
    if state is AgentState.WRAP_UP:
        return agent.wrap_up_until
    given = wrap_up_of(agent.pause_reason) if state is AgentState.PAUSED else None
    return agent.since + given if given else 0.0


def agent_row(agent: Agent, names: Naming, now: float) -> AgentRow:
    """Return an agent's card as the queue sees the agent."""
    state = agent.state(now)
    doing, detail = doing_of(agent, state), ""
    if state in (AgentState.ON_CALL, AgentState.ON_HOLD) and agent.talk:
        detail = names[agent.talk.practice]
    elif state is AgentState.RINGING and agent.rings_for:
        detail = names[agent.rings_for]
    elif state is AgentState.PAUSED and doing is Doing.NOT_READY:
        detail = _NOT_READY[agent.pause_reason]
    elif doing is Doing.PAUSED:
        detail = agent.pause_reason
    if agent.paused and state in _WITH_A_CALLER and wrap_up_of(agent.pause_reason) is None:
        then = "not ready" if agent.pause_reason in _NOT_READY else agent.pause_reason
        detail = f"{detail}, then {then}" if detail else f"then {then}"
    return AgentRow(
        interface=agent.interface,
        name=agent.name,
        doing=doing,
        detail=detail,
        since=agent.since,
        missed=agent.missed,
        paused=agent.paused,
        until=_wraps_until(agent, state),
    )


def desk_rows(rows: "FloorRows", names: Naming, since: float) -> tuple[AgentRow, ...]:
    """Return the agents as the records know them, where there is no PBX to ask."""
    talking = {call.agent: call for call in rows.calls if call.agent}
    return tuple(
        AgentRow("", name, Doing.ON_CALL, names[talk.practice], talk.since.timestamp())
        if (talk := talking.get(name))
        else AgentRow("", name, Doing.AVAILABLE, "", since)
        for name in sorted({*rows.staff, *talking})
    )


def page(
    view: FloorView | None,
    rows: "FloorRows",
    agents: tuple[AgentRow, ...],
    names: Names,
    now: float,
    *,
    limits: Limits = USUAL_LIMITS,
) -> FloorPage:
    """Return the whole page: the queues by the feed where there is one, the rest by the records."""
    waits = waits_of(view, rows)
    live = view is not None and view.state is not FeedState.CONNECTING
    day = view.day if view is not None and live else rows.day
    return FloorPage(
        tiles=_tiles(waits, together(day), agents, rows.unanswered, now, limits=limits),
        practices=_practices(waits, day, names, limits),
        agents=agents,
        escalations=tuple(_escalation(each, names) for each in rows.escalations),
        hours=rows.hours,
        messages=_messages(rows),
        note=_note(view),
        stale=view is not None and view.state is not FeedState.LIVE,
    )


def waits_of(view: FloorView | None, rows: "FloorRows | None") -> dict[str, list[float]]:
    """Return since when each practice's callers wait."""
    found: dict[str, list[float]] = {}
    if view is not None:
        waiting: Iterable[Waiting] = view.waiting
        for caller in waiting:
            found.setdefault(caller.practice, []).append(caller.since)
    elif rows is not None:
        for call in rows.calls:
            if not call.agent:
                found.setdefault(call.practice, []).append(call.since.timestamp())
    return found


def _tiles(
    waits: Mapping[str, list[float]],
    total: Counted,
    agents: tuple[AgentRow, ...],
    unanswered: int,
    now: float,
    *,
    limits: Limits,
) -> tuple[Tile, ...]:
    count = sum(len(each) for each in waits.values())
    longest, whose = min(((min(each), of) for of, each in waits.items()), default=(None, ""))
    usual = limits.usual
    free = sum(agent.doing is Doing.AVAILABLE for agent in agents)
    on = sum(agent.doing is not Doing.NOT_READY for agent in agents)
    waited = None if longest is None else now - longest
    share, gone = total.share, total.abandon_rate
    pages = Level.ALARM if unanswered else Level.QUIET
    return (
        _tile("Waiting", str(count), usual.waiting(count, free)),
        _tile("Longest wait", "–", limits.of(whose).wait(waited), longest),
        _tile("Answered in 20 s", percent(share), usual.share(share), alarm="✕ too few"),
        _tile("Abandoned", percent(gone, 1), usual.abandoned(gone)),
        Tile("Agents on", f"{on} of {len(agents)}"),
        _tile("Unanswered pages", str(unanswered), pages),
    )


def _tile(
    head: str, value: str, level: Level, since: float | None = None, *, alarm: str = ""
) -> Tile:
    words = alarm if alarm and level is Level.ALARM else _WORDS.get(level, "")
    return Tile(head, value, level, words, since)


def percent(part: float | None, digits: int = 0) -> str:
    """Return a part of 1 in percent, "–" for none."""
    return "–" if part is None else f"{part * 100:.{digits}f} %"


def _practices(
    waits: Mapping[str, list[float]], day: Mapping[str, Counted], names: Names, limits: Limits
) -> tuple[PracticeRow, ...]:
    known = {practice.id for practice in names.library.practices}
    rows = [
        _practice(each, names[each], waits.get(each, []), day.get(each, Counted()), limits.of(each))
        for each in known | set(waits) | set(day)
    ]
    rows.sort(key=lambda row: (row.longest_since or float("inf"), -row.calls, row.name))
    return tuple(rows)


def _practice(
    practice: str, name: str, waits: list[float], counted: Counted, limits: Thresholds
) -> PracticeRow:
    return PracticeRow(
        practice=practice,
        name=name,
        waiting=len(waits),
        longest_since=min(waits, default=None),
        share=counted.share,
        calls=counted.offered,
        abandoned=counted.abandoned,
        average_s=counted.average_s,
        limits=limits,
    )


def _escalation(row: "OpenEscalation", names: Names) -> EscalationRow:
    practice = names.library.by_id(row.practice)
    provider = practice.providers_by_id.get(row.provider) if practice else None
    paged = f"Paged {row.pages}×" if row.pages > 1 else "Paged"
    if row.stage in _TAKEN:
        done = row.stage is Stage.REACHED
        stands, level = ("Has spoken to the patient" if done else "Acknowledged"), Level.GOOD
    elif row.stage is Stage.HANDED:
        stands, level = f"{paged}, nobody answered", Level.ALARM
    elif row.pages:
        stands, level = f"{paged}, not yet answered", Level.WATCH
        level = Level.ALARM if row.pages > 1 else level
    else:
        stands, level = "Not yet paged", Level.WATCH
    return EscalationRow(
        who=provider.spoken if provider else row.provider,
        practice=names[row.practice],
        stands=stands,
        since=row.opened_at.timestamp(),
        level=level,
    )


def _messages(rows: "FloorRows") -> tuple[tuple[str, int, Level], ...]:
    said = rows.messages
    return (
        ("Waiting to be delivered", said.waiting, Level.QUIET),
        ("Delivered today", said.delivered, Level.QUIET),
        ("Delivery failed, retrying", said.retrying, Level.WATCH if said.retrying else Level.QUIET),
        ("Failed for good", said.failed, Level.ALARM if said.failed else Level.QUIET),
    )


def _note(view: FloorView | None) -> str:
    if view is None:
        return "No queue feed is set up: these are the desks’ own calls, as the records have them"
    if view.state is FeedState.CONNECTING:
        return "Connecting to the PBX…"
    began = datetime.fromtimestamp(view.since).astimezone()
    since = "" if (began.hour, began.minute) == (0, 0) else f", counted since {began:%H:%M}"
    if view.state is FeedState.AWAY:
        return f"The queue feed is away. {view.trouble} Shown is what was last known"
    return f"Queue feed live, {view.lag_s * 1000:.0f} ms behind{since}"
