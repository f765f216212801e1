"""The floor as the PBX's queue events draw it: who waits for whom, who rings, who talks.

`Picture.take` moves it by one event; a `QueueStatus` after each reconnect draws it anew. Asterisk's
own words are translated here and nowhere else. Times are the events' own (`timestampevents=yes`),
seconds since the epoch, so that a late event does not make a caller's wait look shorter.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from typing import Any, Final

from console.floor.ami import Message
from console.floor.supervision import BESIDE, Act, Supervision

MOVING_S: Final = 3.0  # from one queue to the next: the caller has waited all along
MOST_LEFT: Final = 1_000


@unique
class AgentState(StrEnum):
    """What an agent does, as the queue sees it."""

    AVAILABLE = "available"
    RINGING = "ringing"
    ON_CALL = "on_call"
    ON_HOLD = "on_hold"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"
    NOT_READY = "not_ready"  # the phone is gone, or says it is broken


# Device states (https://docs.asterisk.org, include/asterisk/devicestate.h)
_DEVICE: Final = {
    "1": AgentState.AVAILABLE,
    "2": AgentState.ON_CALL,
    "3": AgentState.ON_CALL,
    "6": AgentState.RINGING,
    "7": AgentState.RINGING,
    "8": AgentState.ON_HOLD,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in a queue. `call_id` is the channel's Uniqueid, which the desk knows too; `channel`
    its name, by which the queue is asked to move it."""

    call_id: str
    queue: str
    practice: str
    number: str
    since: float
    position: int = 0
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """A call an agent has."""

    call_id: str
    practice: str
    since: float


@dataclass(frozen=True, slots=True)
class Agent:
    """A member of one or more queues. `since` is when the present state began; `missed` counts the
    rings not answered since the last call taken."""

    interface: str
    name: str
    queues: frozenset[str] = frozenset()
    device: AgentState = AgentState.NOT_READY
    paused: bool = False
    pause_reason: str = ""
    wrap_up_until: float = 0.0
    since: float = 0.0
    talk: Talk | None = None
    rings: bool = False  # a queue rings it: its device may say no more than "busy"
    rings_for: str = ""  # a practice
    missed: int = 0

    def state(self, now: float) -> AgentState:
        """What the agent does at a moment."""
        if self.device in (AgentState.ON_CALL, AgentState.ON_HOLD, AgentState.RINGING):
            return self.device
        if self.device is AgentState.NOT_READY:
            return self.device
        if self.paused:
            return AgentState.PAUSED
        return AgentState.WRAP_UP if now < self.wrap_up_until else self.device


@dataclass(frozen=True, slots=True)
class Gone:
    """A caller who has left the queues before an answer: hung up, or asked to be called back."""

    call_id: str
    practice: str
    number: str
    waited_s: float
    at: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A caller an agent has taken. `waited_s` runs from the first ring, through every queue."""

    call_id: str
    practice: str
    interface: str
    waited_s: float
    at: float


@dataclass(slots=True)
class Picture:
    """The floor now. `abandoned` is told of each caller who gives up, `wished` of each who asks the
    PBX to be called back, `answered` of each who is taken, `done` of each call a supervisor took
    over or hung up. `supervised` are the supervisors beside a call, by their channel."""

    waiting: dict[str, Waiting] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    supervised: dict[str, Supervision] = field(default_factory=dict)
    abandoned: Callable[[Gone], None] = lambda _: None
    wished: Callable[[Gone], None] = lambda _: None
    answered: Callable[[Answered], None] = lambda _: None
    done: Callable[[Supervision], None] = lambda _: None
    at: float = 0.0  # of the newest event
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)  # since when, left when
    _leaving: dict[str, Waiting] = field(default_factory=dict)
    _moved: dict[str, Waiting] = field(default_factory=dict)  # rung at one desk, out of the queue
    _beside: dict[str, Supervision] = field(default_factory=dict)  # about to be, by channel

    def begin(self) -> None:
        """Forget everything: a `QueueStatus` is about to tell it anew. It tells nothing of who is
        beside a call; what was known of them holds until their end, or the call's, is told."""
        self.waiting.clear()
        self.agents.clear()
        self._leaving.clear()
        self._moved.clear()

    def take(self, message: Message) -> bool:
        """Move by one event; tell whether anything changed."""
        move = _MOVES.get(message.event)
        if move is None:
            return False
        self.at = message.number("Timestamp") or self.at
        move(self, message)
        return True

    # --- callers ---------------------------------------------------------------------------

    def _join(self, message: Message) -> None:
        call_id = message.get("Uniqueid")
        self._leaving.pop(call_id, None)
        since, left_at = self._left.pop(call_id, (self.at, 0.0))
        by_hand = self._moved.pop(call_id, None)
        moved = by_hand is not None or self.at - left_at < MOVING_S
        self.waiting[call_id] = Waiting(
            call_id=call_id,
            queue=message.get("Queue"),
            practice=message.variables().get("PRACTICE_ID", ""),
            number=_number(message.get("CallerIDNum")),
            since=since if moved else self.at,
            position=int(message.number("Position") or 0),
            channel=message.get("Channel"),
        )

    def _entry(self, message: Message) -> None:
        """A caller who was waiting already when the picture was asked for."""
        self._join(message)
        call_id = message.get("Uniqueid")
        waited = message.number("Wait") or 0.0
        self.waiting[call_id] = replace(self.waiting[call_id], since=self.at - waited)

    def _leave(self, message: Message) -> None:
        gone = self.waiting.pop(message.get("Uniqueid"), None)
        if gone is None:
            return
        self._left[gone.call_id] = gone.since, self.at
        while len(self._left) > MOST_LEFT:
            self._left.pop(next(iter(self._left)))
        for call_id, other in self.waiting.items():
            if other.queue == gone.queue and other.position > gone.position:
                self.waiting[call_id] = replace(other, position=other.position - 1)

    def _abandon(self, message: Message) -> None:
        """Asterisk says "abandon" of a caller whose time in one queue is over, too: only the
        hang-up tells who is gone from who goes on to the next queue."""
        call_id = message.get("Uniqueid")
        caller = self.waiting.get(call_id) or Waiting(
            call_id=call_id,
            queue=message.get("Queue"),
            practice=message.variables().get("PRACTICE_ID", ""),
            number=_number(message.get("CallerIDNum")),
            since=self.at - (message.number("HoldTime") or 0.0),
        )
        self._leave(message)
        self._leaving[call_id] = caller
        while len(self._leaving) > MOST_LEFT:
            self._leaving.pop(next(iter(self._leaving)))

    def _hung_up(self, message: Message) -> None:
        channel = message.get("Uniqueid")
        self._beside.pop(channel, None)
        self.supervised.pop(channel, None)
        gone = self._leaving.pop(channel, None) or self._moved.pop(channel, None)
        if gone is not None and gone.queue:  # else a receptionist has spoken to them
            waited = max(self.at - gone.since, 0.0)
            self.abandoned(Gone(gone.call_id, gone.practice, gone.number, waited, self.at))

    def _dialled(self, message: Message) -> None:
        """Somebody outside the queues has answered: the practice's fallback, or the one desk a
        supervisor sent the caller to."""
        if message.get("DialStatus") != "ANSWER":
            return
        call_id = message.get("Uniqueid")
        self._leaving.pop(call_id, None)
        caller = self._moved.pop(call_id, None)
        agent = self.agents.get(phone_of(message.get("DestChannel")))
        if caller is None:
            return
        if agent is not None:
            talk = Talk(call_id, caller.practice, self.at)
            self._put(agent, device=AgentState.ON_CALL, talk=talk, missed=0)
        if caller.queue:
            waited = max(self.at - caller.since, 0.0)
            interface = agent.interface if agent else ""
            self.answered(Answered(call_id, caller.practice, interface, waited, self.at))

    def _user_event(self, message: Message) -> None:
        """What the dialplan tells by itself."""
        match message.get("UserEvent"):
            case "FrontdeskCallback":
                self._wish(message)
            case "FrontdeskMoved":
                self._hand_on(message)
            case "FrontdeskSupervises":
                self._supervise(message)
            case _:
                pass

    def _hand_on(self, message: Message) -> None:
        """A supervisor moved the caller: out of the queue, or from one desk to another."""
        call_id = message.get("Call")
        known = self._leaving.pop(call_id, None)
        self._moved[call_id] = known or Waiting(
            call_id=call_id, queue="", practice=message.get("Practice"), number="", since=self.at
        )
        while len(self._moved) > MOST_LEFT:
            self._moved.pop(next(iter(self._moved)))

    # --- supervisors -----------------------------------------------------------------------

    def _supervise(self, message: Message) -> None:
        """A supervisor's phone has dialled one of the codes, and the PBX does it."""
        try:
            act = Act(message.get("Act"))
        except ValueError:
            return
        by = phone_of(message.get("Channel"))
        found = Supervision(
            act=act,
            desk=f"PJSIP/{message.get('Desk')}",
            by=by,
            name=message.get("CallerIDName") or by,
            call_id=message.get("Call"),
            practice=message.get("Practice"),
            since=self.at,
        )
        if act in BESIDE:
            self._beside[message.get("Uniqueid")] = found
        else:
            self.done(found)

    def _spy_began(self, message: Message) -> None:
        """They are beside the call now (ChanSpyStart)."""
        channel = message.get("SpyerUniqueid")
        found = self._beside.pop(channel, None)
        if found is not None:
            self.supervised[channel] = replace(found, since=self.at)

    def _spy_ended(self, message: Message) -> None:
        self.supervised.pop(message.get("SpyerUniqueid"), None)

    def _wish(self, message: Message) -> None:
        """The caller pressed the key to be called back."""
        call_id = message.get("CallId")
        self._leaving.pop(call_id, None)
        since, _ = self._left.get(call_id, (self.at, 0.0))
        number = _number(message.get("Number"))
        waited = max(self.at - since, 0.0)
        self.wished(Gone(call_id, message.get("Practice"), number, waited, self.at))

    # --- agents ----------------------------------------------------------------------------

    def _member(self, message: Message) -> None:
        """Everything the queue knows of one member (QueueMember, QueueMemberAdded, …Status)."""
        agent = self._agent(message)
        queue = message.get("Queue")
        device = _DEVICE.get(message.get("Status"), AgentState.NOT_READY)
        wrap_up = message.number("Wrapuptime") or 0.0
        last_call = message.number("LastCall") or 0.0
        if device is AgentState.ON_CALL and agent.rings:
            device = AgentState.RINGING
        rings = device is AgentState.RINGING
        self._put(
            agent,
            name=message.get("MemberName") or message.get("Name") or agent.name,
            queues=agent.queues | {queue},
            device=device,
            paused=message.get("Paused") == "1",
            pause_reason=message.get("PausedReason"),
            wrap_up_until=last_call + wrap_up if wrap_up and last_call else agent.wrap_up_until,
            talk=agent.talk if device in (AgentState.ON_CALL, AgentState.ON_HOLD) else None,
            rings=agent.rings and rings,
            rings_for=agent.rings_for if rings else "",
        )

    def _removed(self, message: Message) -> None:
        agent = self._agent(message)
        left = agent.queues - {message.get("Queue")}
        if left:
            self._put(agent, queues=left)
        else:
            self.agents.pop(agent.interface, None)

    def _paused(self, message: Message) -> None:
        self._put(
            self._agent(message),
            paused=message.get("Paused") == "1",
            pause_reason=message.get("PausedReason") or message.get("Reason"),
        )

    def _called(self, message: Message) -> None:
        practice = message.variables().get("PRACTICE_ID", "")
        self._put(self._agent(message), device=AgentState.RINGING, rings=True, rings_for=practice)

    def _connect(self, message: Message) -> None:
        practice = message.variables().get("PRACTICE_ID", "")
        talk = Talk(message.get("Uniqueid"), practice, self.at)
        agent = self._agent(message)
        self._put(agent, device=AgentState.ON_CALL, talk=talk, rings=False, rings_for="", missed=0)
        caller = self.waiting.get(talk.call_id)
        told = self.at - (message.number("HoldTime") or 0.0)
        since = caller.since if caller else self._left.get(talk.call_id, (told, 0.0))[0]
        waited = max(self.at - since, 0.0)
        self.answered(Answered(talk.call_id, practice, agent.interface, waited, self.at))

    def _complete(self, message: Message) -> None:
        self._put(self._agent(message), talk=None)

    def _no_answer(self, message: Message) -> None:
        agent = self._agent(message)
        self._put(agent, missed=agent.missed + 1, rings=False, rings_for="")

    def _agent(self, message: Message) -> Agent:
        interface = message.get("Interface") or message.get("Location")
        known = self.agents.get(interface)
        return known or Agent(interface, message.get("MemberName") or interface, since=self.at)

    def _put(self, agent: Agent, **changes: Any) -> None:
        """Keep an agent as changed; the state's time begins anew only when the state changes."""
        changed = replace(agent, **changes)
        if changed.state(self.at) is not agent.state(self.at):
            changed = replace(changed, since=self.at)
        self.agents[agent.interface] = changed


def phone_of(channel: str) -> str:
    """Return whose phone a channel is of: PJSIP/desk-12 of PJSIP/desk-12-0000001a."""
    return channel.rpartition("-")[0]


def _number(told: str) -> str:
    return "" if told in ("<unknown>", "anonymous") else told


_MOVES: Final[dict[str, Callable[[Picture, Message], None]]] = {
    "QueueCallerJoin": Picture._join,
    "QueueEntry": Picture._entry,
    "QueueCallerLeave": Picture._leave,
    "QueueCallerAbandon": Picture._abandon,
    "Hangup": Picture._hung_up,
    "DialEnd": Picture._dialled,
    "UserEvent": Picture._user_event,
    "ChanSpyStart": Picture._spy_began,
    "ChanSpyStop": Picture._spy_ended,
    "QueueMember": Picture._member,
    "QueueMemberAdded": Picture._member,
    "QueueMemberStatus": Picture._member,
    "QueueMemberRinginuse": Picture._member,
    "QueueMemberRemoved": Picture._removed,
    "QueueMemberPause": Picture._paused,
    "AgentCalled": Picture._called,
    "AgentConnect": Picture._connect,
    "AgentComplete": Picture._complete,
    "AgentRingNoAnswer": Picture._no_answer,
}
