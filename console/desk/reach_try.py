"""One person called about one escalation, as the desk keeps it while it lasts."""

from dataclasses import dataclass, field
from datetime import datetime

from console.desk import escalating, finishing
from console.desk.escalating import Reachable
from console.desk.live_call import LiveCall
from console.escalation.reaching import Reach, Stage
from scripts.calltypes import CallType
from scripts.practice import Practice


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What somebody is called about. `uid` is the escalation's call in the records; `call` that
    call while its caller is on this desk's line, None where the provider alone is called."""

    uid: str
    practice: Practice
    call_type: CallType
    summary: str
    number: str  # to call the patient back on
    call: LiveCall | None = None
    first: str = ""  # who is called first, by id, where the ladder is at somebody already

    @classmethod
    def of(cls, call: LiveCall) -> "Subject":
        """Return what is known of a caller on the line."""
        return cls(
            uid=call.call,
            practice=call.practice,
            call_type=call.call_type or CallType.URGENT,
            summary=finishing.summary(call.interview) if call.interview else "",
            number=escalating.callback_number(call),
            call=call,
        )

    def people(self, now: datetime) -> tuple[Reachable, ...]:
        """Return whom to call, in turn."""
        found = escalating.reachable(self.practice, self.call_type, now, first=self.first)
        return tuple(found)


@dataclass(slots=True, kw_only=True)
class Try:
    """The try that goes on, or the last one."""

    about: Subject
    who: Reachable
    began: datetime
    tried: frozenset[str]
    reach: Reach
    request: str = ""
    leg: str = ""
    leg_gone: bool = False
    stages: tuple[Stage, ...] = (Stage.WRITING,)
    until: datetime | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def caller(self) -> str:
        """The caller's call at this desk, "" for none."""
        return self.about.call.call if self.about.call is not None else ""

    def following(self, now: datetime) -> Reachable | None:
        """Return who could be called next."""
        return next((who for who in self.about.people(now) if who.id not in self.tried), None)

    def enter(self, stage: Stage) -> None:
        """Keep the stage; one that is entered again (joined, parted, joined) is one step."""
        if stage in self.stages:
            self.stages = self.stages[: self.stages.index(stage)]
        self.stages = (*self.stages, stage)
