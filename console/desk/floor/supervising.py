"""A supervisor's hand in other people's calls: listens, coaches, joins, takes over, hangs up.

What is asked goes out as a code this desk's own phone dials; what came of it is the PBX's word, and
nothing is shown or put on record before. So a code dialled by hand is on record, too.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer

from console.desk.legs import is_a_code
from console.desk.on_record import noted
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.floor.picture import Agent, AgentState
from console.floor.supervision import BESIDE, CALL_HEADER, CODES, DESK_HEADER, Act, Supervision
from console.floor.view import FeedState, FloorView
from console.queue_feed.feed import QueueFeed
from console.store.audit.events import Event
from console.store.work import NotedDeed
from softphone import wire
from softphone.wire import Registration

ASKED_MS: Final = 8_000  # within which the PBX has done it, or has not
SURE_S: Final = 8.0  # within which a call is hung up by asking once more
NOT_DONE: Final = "Not done"
DOING: Final = {
    Act.LISTEN: "Listening to",
    Act.COACH: "Coaching",
    Act.JOIN: "Joined the call of",
    Act.TAKE_OVER: "Taking over from",
    Act.HANG_UP: "Hanging up for",
}
EVENTS: Final = {
    Act.LISTEN: Event.LISTENED_IN,
    Act.COACH: Event.COACHED,
    Act.JOIN: Event.JOINED,
    Act.TAKE_OVER: Event.TOOK_OVER,
    Act.HANG_UP: Event.HUNG_UP,
}
FAILED: Final = {  # by the SIP status the PBX refuses a code with
    403: "The practice does not allow it.",
    404: "At the PBX this desk’s phone is no supervisor’s ([[desk]] supervisor = true).",
    410: "The call has ended meanwhile.",
}
_NO_CODE: Final = re.compile(r"[^a-z0-9_.:,-]")


@dataclass(slots=True)
class Beside:
    """What this supervisor is at: asked for, and `on` once the PBX does it. `since` is seconds
    since the epoch."""

    act: Act
    interface: str
    name: str
    call_id: str
    since: float
    request: str = ""
    leg: str = ""
    on: bool = False
    leaving: bool = False
    then: Act | None = None  # another act with the same agent, once this has ended
    then_with: str = ""


class Supervising(QObject):
    """One supervisor's acts, one at a time. `shown` is called whenever `at` has changed."""

    def __init__(
        self,
        stage: Stage,
        feed: QueueFeed | None,
        interface: str,
        shown: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._stage, self._feed, self._own, self._shown = stage, feed, interface, shown
        self.at: Beside | None = None
        self._view: FloorView | None = None
        self._mine: dict[Supervision, str] = {}  # with whoever was signed in as it began
        self._told: set[Supervision] = set()  # whose end is on record before the PBX told it
        self._sure: tuple[str, float] = "", 0.0
        self._late = QTimer(self, interval=ASKED_MS, singleShot=True)
        self._late.timeout.connect(self._on_late)
        if feed is None:
            return
        stage.expects = self._expects
        feed.changed.connect(self._on_view)
        feed.done.connect(self._on_done)
        stage.out.status_changed.connect(lambda _: self._on_status())

    def start(self) -> None:
        """Begin to hear the engine: after the desk itself, whose calls are as it says by then."""
        if self._feed is not None:
            engine = self._stage.engine
            engine.received.connect(self._hear)
            engine.joined.connect(self._on_joined)
            engine.died.connect(lambda _: self._over())

    # --- intents ---------------------------------------------------------------------------

    def do(self, act: Act, interface: str) -> None:
        """Do something with the call an agent has; asked again, end what lasts."""
        if not self._stage.allowed(Permission.SUPERVISE):
            return
        at = self.at
        if at is not None and (at.act, at.interface) == (act, interface):
            self.stop()
            return
        agent = self._agent(interface)
        why = self._why_not(agent)
        if why or agent is None:
            self._stage.say(NOT_DONE, why, Light.WARN)
        elif act is Act.HANG_UP and not self._is_sure(agent):
            self._stage.say(
                f"Hang up the call of {agent.name}?",
                "The caller is cut off. To do it, ask once more.",
                Light.WARN,
            )
        elif at is not None:
            at.then, at.then_with = act, interface
            self._let_go(at)
        else:
            self._dial(act, agent)

    def stop(self) -> None:
        """Leave the call this supervisor is beside, or take back what was asked."""
        if self.at is not None:
            self.at.then = None
            self._let_go(self.at)

    def close(self) -> None:
        """The desk closes: nobody is left listening, and until when is on record."""
        if self.at is not None:
            self._let_go(self.at)
        self._end_all()

    # --- asking ----------------------------------------------------------------------------

    def _agent(self, interface: str) -> Agent | None:
        agents = self._view.agents if self._view is not None else ()
        return next((each for each in agents if each.interface == interface), None)

    def _why_not(self, agent: Agent | None) -> str:
        view, health = self._view, self._stage.health
        if view is None or view.state is not FeedState.LIVE:
            return "The queue feed is away."
        if agent is None:
            return "The queues no longer know this desk."
        if agent.interface == self._own:
            return "This is your own desk."
        if agent.state(view.at) not in (AgentState.ON_CALL, AgentState.ON_HOLD):
            return f"{agent.name} has no call now."
        if not self._own or health.registration is not Registration.REGISTERED:
            return "This desk’s own phone is not registered with the PBX."
        busy = any(call.is_up for call in self._stage.lines) or any(
            self.at is None or leg.call != self.at.leg for leg in self._stage.legs
        )
        return "End your own call first." if busy else ""

    def _is_sure(self, agent: Agent) -> bool:
        now = self._stage.clock().timestamp()
        meant = f"{agent.interface} {agent.talk.call_id if agent.talk else ''}"
        before, self._sure = self._sure, (meant, now)
        if before[0] != meant or now - before[1] > SURE_S:
            return False
        self._sure = "", 0.0
        return True

    def _dial(self, act: Act, agent: Agent) -> None:
        call_id = agent.talk.call_id if agent.talk else ""
        request = self._stage.legs.expect(f"{DOING[act]} {agent.name}")
        self.at = Beside(
            act, agent.interface, agent.name, call_id, self._stage.clock().timestamp(), request
        )
        headers = {DESK_HEADER: agent.interface.partition("/")[2]}
        if call_id:
            headers[CALL_HEADER] = call_id
        self._late.start()
        self._stage.engine.send(wire.PlaceCall(request=request, target=CODES[act], headers=headers))
        self._shown()

    def _let_go(self, at: Beside) -> None:
        at.leaving = True
        if at.leg:
            self._stage.engine.send(wire.HangUp(call=at.leg))
        self._shown()

    def _expects(self, pbx_call_id: str) -> bool:
        """Tell whether this is the call that is being taken over."""
        at = self.at
        return at is not None and at.act is Act.TAKE_OVER and at.call_id in ("", pbx_call_id)

    # --- what the engine says --------------------------------------------------------------

    def _on_joined(self, welcome: wire.Welcome) -> None:
        """A window that came back to an engine beside a call knows nothing of it: it leaves."""
        for snapshot in welcome.calls:
            if is_a_code(snapshot) and (self.at is None or self.at.leg != snapshot.call):
                self._stage.engine.send(wire.HangUp(call=snapshot.call))

    def _hear(self, event: wire.Event) -> None:
        at = self.at
        if at is None:
            return
        match event:
            case wire.CallPlaced() if event.request == at.request:
                at.leg = event.call
                if at.leaving:
                    self._let_go(at)
            case wire.CommandRefused() if event.call == at.request:
                self._over()
            case wire.CallOffered() if self._expects(event.pbx_call_id):
                self._stage.engine.send(wire.Answer(call=event.call))
                self._over()
            case wire.CallEnded() if at.leg and event.call == at.leg:
                self._on_leg_over(at, event)
            case _:
                pass

    def _on_leg_over(self, at: Beside, event: wire.CallEnded) -> None:
        at.leg = ""
        if event.code >= 400 and not at.leaving:
            self._over()
            why = FAILED.get(event.code) or event.reason or f"The PBX refused ({event.code})."
            self._stage.say(NOT_DONE, f"{at.name}: {why}", Light.WARN)
        elif at.act in BESIDE or at.leaving:
            self._over()
            if not at.leaving and event.cause is not wire.EndCause.DESK:
                self._stage.say("The call is over", f"{at.name} has no caller any more.")
        if at.then is not None:
            self.do(at.then, at.then_with)

    def _on_late(self) -> None:
        at = self.at
        if at is None or (at.on and at.act in BESIDE):
            return
        self._let_go(at)
        if not at.leg:
            self._over()
        why = (
            "The caller has not come to this desk: they stand first in the queue."
            if at.on
            else "The PBX has not said that it was done."
        )
        self._stage.say(NOT_DONE, why, Light.WARN)

    def _over(self) -> None:
        self.at = None
        self._late.stop()
        self._shown()

    # --- what the PBX says -----------------------------------------------------------------

    def _on_view(self, view: FloorView) -> None:
        self._view = view
        now = {each for each in view.supervised if self._own and each.by == self._own}
        self._told &= now
        began = now - self._told - set(self._mine)
        ended = set(self._mine) - now
        for each in began:
            self._mine[each] = self._stage.agent
            self._note(each, f"began,call.{each.call_id}", self._stage.agent)
            at = self.at
            if at is not None and (at.act, at.interface) == (each.act, each.desk):
                at.on, at.since = True, each.since
                self._late.stop()
        self._end(ended)
        if began or ended:
            self._shown()

    def _on_status(self) -> None:
        """Whoever leaves or locks the desk listens no more."""
        agent = "" if self._stage.health.locked else self._stage.agent
        if any(who != agent for who in self._mine.values()):
            self.stop()
            self._end_all()

    def _end_all(self) -> None:
        self._told |= set(self._mine)
        self._end(set(self._mine))

    def _on_done(self, done: Supervision) -> None:
        """A call has been taken over or hung up: by whom is the PBX's word."""
        if not self._own or done.by != self._own:
            return
        self._note(done, f"call.{done.call_id}", self._stage.agent)
        at = self.at
        if at is None or at.act is not done.act:
            return
        if at.act is Act.HANG_UP:
            self._over()
            self._stage.say("Hung up", f"The call of {at.name} is over.")
        else:
            at.on = True
            self._shown()

    def _end(self, ended: Iterable[Supervision]) -> None:
        now = self._stage.clock().timestamp()
        for each in ended:
            lasted = max(0, round(now - each.since))
            who = self._mine.pop(each)
            self._note(each, f"ended,call.{each.call_id},seconds.{lasted}", who)

    def _note(self, each: Supervision, detail: str, who: str) -> None:
        """Put on record who, on whom, for which practice: codes only, whatever the PBX sent."""
        practice = self._stage.library.by_id(each.practice) if each.practice else None
        deed = NotedDeed(
            event=EVENTS[each.act],
            kind="desk",
            row=_NO_CODE.sub("_", each.desk.partition("/")[2].lower())[:128],
            practice_id=practice.id if practice is not None else None,
            detail=_NO_CODE.sub("_", detail.lower())[:128],
        )
        self._stage.book.note(noted(who, self._stage.clock(), [deed]))
