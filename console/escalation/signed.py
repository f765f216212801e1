"""What a practice signed, made into the ladder that is climbed, and its roles into people.

A step names a role or a person. A role becomes somebody at the moment its step is taken, as the
rota has it then: a hand-over in the middle of an escalation pages who has come, not who has gone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.escalation.ladder import Act, Ladder, Step
from scripts.calltypes import CallType
from scripts.hours import at as coverage_at
from scripts.ladders import BACKUP, ON_CALL, SUPERVISOR, Reach, Way, ladder_for
from scripts.oncall import on_call_at
from scripts.practice import Practice
from scripts.protocol import Priority


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be reached, and how: `reach` in the order it is tried. `source` says where of
    the rota the turn comes from, "" for one named outright."""

    id: str
    name: str
    reach: tuple[Reach, ...] = ()
    source: str = ""


SUPERVISOR_ON_DUTY = Person(SUPERVISOR, "the supervisor on duty")


def signed_ladder(
    practice: Practice, *, call_type: CallType, priority: Priority, moment: datetime
) -> Ladder:
    """Return the ladder the practice signed for such a call at a moment."""
    coverage = coverage_at(practice, moment)
    signed = ladder_for(practice.ladders, call_type, priority, coverage.mode, coverage.local.time())
    steps = tuple(
        Step(
            act=Act(step.act.value),
            whom=step.whom,
            after=timedelta(minutes=step.after),
            by=tuple(way.value for way in step.by),
        )
        for step in signed.steps
    )
    return Ladder(steps, timedelta(minutes=signed.every), signed.rounds, signed.human)


def person(practice: Practice, whom: str, moment: datetime) -> Person:
    """Return who a step's `whom` is at a moment. With nobody second on call the first is the
    backup too; a role nobody fills is the supervisor's."""
    if whom == SUPERVISOR:
        return SUPERVISOR_ON_DUTY
    source = ""
    if whom in (ON_CALL, BACKUP):
        on_call = on_call_at(practice, moment)
        if on_call is None:
            return SUPERVISOR_ON_DUTY
        second = on_call.backup if whom == BACKUP else None
        found = second.provider if second is not None else on_call.provider
        source = on_call.source
        return Person(found.id, found.full, _ways(found.reach, found.phone), source)
    provider = practice.provider(whom)
    if provider is not None:
        return Person(provider.id, provider.full, _ways(provider.reach, provider.phone))
    for contact in practice.contacts:
        if contact.id == whom:
            return Person(contact.id, contact.name, _ways(contact.reach, contact.phone))
    return SUPERVISOR_ON_DUTY


def at_address(practice: Practice, channel: str, address: str, moment: datetime) -> Person | None:
    """Return whose address it is, for a way of paging; whoever is on call where it is several's."""
    everybody = (ON_CALL, BACKUP, *(p.id for p in practice.providers))
    everybody += tuple(contact.id for contact in practice.contacts)
    people = (person(practice, whom, moment) for whom in everybody)
    wanted = address.casefold()
    return next(
        (
            who
            for who in people
            for way in who.reach
            if way.by.value == channel and way.address.casefold() == wanted
        ),
        None,
    )


def _ways(reach: tuple[Reach, ...], phone: str | None) -> tuple[Reach, ...]:
    """Return every way to somebody: those written, then a text and a call to the phone."""
    known = {each.by for each in reach}
    own = [
        Reach(by=way, address=phone) for way in (Way.SMS, Way.CALL) if phone and way not in known
    ]
    return (*reach, *own)
