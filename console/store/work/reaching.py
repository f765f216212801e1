"""Somebody on call who is to be reached, and what became of each try."""

from typing import Any

from console.store.values import Direction
from console.store.work.parts import Moment, NewEscalation, Work
from scripts.calltypes import CallType


class PutThrough(Work, frozen=True, kw_only=True, tag="put_through"):
    """The caller of an escalated call, by the call's `uid`, now speaks with the provider."""

    at: Moment


class OpenedEscalation(Work, frozen=True, kw_only=True, tag="opened_escalation"):
    """A provider is to be reached while the call goes on: on record, and pursued, before anybody is
    dialled. `uid` is the call's; `ladder` what `console.escalation.kept.ladder_record` makes."""

    practice_id: str
    offered_at: Moment
    escalation: NewEscalation
    reference: str
    ladder: dict[str, Any]
    direction: Direction = Direction.INCOMING
    call_type: CallType | None = None


class NotedReach(Work, frozen=True, kw_only=True, tag="noted_reach"):
    """A line of the time-line of a call's escalation, by the call's `uid`; each `key` once."""

    key: str
    what: str
    whom: str
    at: Moment
    by: str = ""
    detail: str = ""


class TakenEscalation(Work, frozen=True, kw_only=True, tag="taken_escalation"):
    """Somebody pressed 1: they have taken the escalation of a call, by the call's `uid`; or, where
    it is `passed_on`, they cannot after all, and the ladder goes on with the next."""

    provider: str
    whom: str
    at: Moment
    by: str = ""
    passed_on: bool = False
