"""The floor of the design's picture, and one of any size."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

from console.desk.floor.beside import caller_rows
from console.desk.floor.building import Names, agent_row, page
from console.desk.floor.views import AtView, FloorPage
from console.escalation.ladder import Stage
from console.floor.day import Counted
from console.floor.picture import Agent, AgentState, Talk, Waiting
from console.floor.supervision import Act
from console.floor.view import FeedState, FloorView
from console.store.floor import FloorRows, Messages, OpenEscalation
from tests.scripts.samples import library
from tests.ui import samples

NOW = samples.NOW.timestamp()
LAKESHORE, RIVERSIDE = "lakeshore_cardiology", "riverside_family_medicine"
MAPLE = "maple_pediatrics"


@cache
def names() -> Names:
    return Names(library())


def view() -> FloorView:
    """Six agents, four callers."""

    def agent(user: str, name: str, device: AgentState, ran: float, **more: object) -> Agent:
        return Agent(f"PJSIP/{user}", name, device=device, since=NOW - ran, **more)  # type: ignore[arg-type]

    def talk(practice: str) -> Talk:
        return Talk("1", practice, NOW)

    on, free = AgentState.ON_CALL, AgentState.AVAILABLE
    return FloorView(
        state=FeedState.LIVE,
        lag_s=0.012,
        at=NOW,
        waiting=tuple(
            Waiting(str(number), "answering", practice, "", NOW - waited, 1 + number)
            for number, (practice, waited) in enumerate(
                ((LAKESHORE, 41), (LAKESHORE, 12), (RIVERSIDE, 22), (MAPLE, 6))
            )
        ),
        agents=(
            agent("dana", "Dana Whitfield", on, 72, talk=talk(RIVERSIDE)),
            agent("marcus", "Marcus Lee", free, 24, wrap_up_until=NOW + 6),
            agent("priya", "Priya Raman", free, 220),
            agent("tomas", "Tomás Reyes", on, 295, talk=talk(LAKESHORE)),
            agent("ellen", "Ellen Park", free, 482, paused=True, pause_reason="Lunch"),
            agent("sam", "Sam Osei", AgentState.RINGING, 3, rings_for=LAKESHORE),
            agent("ira", "Ira Novak", free, 95, paused=True, pause_reason="Auto-Pause", missed=1),
        ),
        since=samples.NOW.astimezone().replace(hour=0, minute=0, second=0).timestamp(),
        day={
            LAKESHORE: Counted(37, 34, 1, 330),
            RIVERSIDE: Counted(109, 105, 3, 760),
            MAPLE: Counted(80, 80, 1, 400),
        },
    )


def rows() -> FloorRows:
    def escalation(row: int, provider: str, ran: float, stage: Stage, pages: int) -> OpenEscalation:
        opened = samples.NOW - timedelta(seconds=ran)
        return OpenEscalation(row, RIVERSIDE, provider, opened, stage, pages)

    return FloorRows(
        hours=(0,) * 6 + (9, 19, 29, 36, 41, 42, 40, 35, 27, 16, 11, 22, 31, 38),
        escalations=(
            escalation(1, "okafor", 372, Stage.PAGING, 2),
            escalation(2, "okafor", 65, Stage.PAGING, 1),
            escalation(3, "ortega", 48, Stage.ACKNOWLEDGED, 1),
        ),
        unanswered=2,
        messages=Messages(17, 142, 1, 0),
    )


def floor() -> FloorPage:
    seen = view()
    agents = tuple(
        sorted((agent_row(a, names(), NOW) for a in seen.agents), key=lambda row: row.name)
    )
    return acting(page(seen, rows(), agents, names(), NOW), seen)


def acting(shown: FloorPage, seen: FloorView) -> FloorPage:
    """As a supervisor sees it, who may act."""
    return replace(shown, may_act=True, callers=caller_rows(seen, names()))


def listening() -> FloorPage:
    """The floor while the supervisor listens to Dana."""
    shown = floor()
    at = AtView(Act.LISTEN, "PJSIP/dana", "Listening to Dana Whitfield", NOW - 42)
    return replace(
        shown, at=at, agents=(replace(shown.agents[0], beside="You listen"), *shown.agents[1:])
    )


def large(agents: int = 1000, waiting: int = 500) -> FloorView:
    """A floor of a size."""
    practices = [each.id for each in library().practices]
    states = (AgentState.ON_CALL, AgentState.AVAILABLE, AgentState.RINGING)
    return FloorView(
        state=FeedState.LIVE,
        at=NOW,
        waiting=tuple(
            Waiting(str(n), "answering", practices[n % len(practices)], "", NOW - n % 60)
            for n in range(waiting)
        ),
        agents=tuple(
            Agent(
                f"PJSIP/desk-{n}",
                f"Agent {n:04}",
                device=states[n % 3],
                since=NOW - n,
                talk=Talk(str(n), practices[n % len(practices)], NOW) if n % 3 == 0 else None,
            )
            for n in range(agents)
        ),
    )


def large_page() -> FloorPage:
    seen = large()
    agents = tuple(agent_row(a, names(), NOW) for a in seen.agents)
    return acting(page(seen, rows(), agents, names(), NOW), seen)
