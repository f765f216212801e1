"""`frontdesk rota who`: who is on call at a moment, by what of the rota, until when, then who."""

import argparse
import json
from datetime import UTC, datetime

from console.errors import WorldError
from console.escalation.command import local_moment
from console.rota.reading import practice_of
from scripts.oncall import OnCall, on_call_at
from scripts.oncall_spans import AHEAD, next_person
from scripts.practice import Practice


def run_who(arguments: argparse.Namespace) -> int:
    """Print who is on call, in the practice's time; raise `WorldError` for one without a rota."""
    practice = practice_of(arguments)
    moment = local_moment(arguments.at, practice) if arguments.at else datetime.now(UTC)
    found = on_call_at(practice, moment)
    if found is None:
        raise WorldError("No rota", f"{practice.name} has no on_call in its file; add one.")
    if arguments.json:
        print(json.dumps(_record(practice, moment, found), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_sentences(practice, moment, found)))
    return 0


def _sentences(practice: Practice, moment: datetime, found: OnCall) -> list[str]:
    following = next_person(practice, moment)
    lines = [f"{practice.name}, {_told(practice, moment)}"]
    who = f"{found.provider.full} is on call ({found.source})"
    if following is None:
        lines.append(f"{who}; nobody else for {AHEAD.days} days")
    else:
        lines.append(f"{who} until {_told(practice, following[0])}, then {following[1].full}")
    lines += [f"after {rung.after} min: {rung.provider.full}" for rung in found.rungs[1:]]
    lines.append(_confirmed(practice, found))
    if found.until is not None and (following is None or found.until < following[0]):
        lines.append(f"the rota changes at {_told(practice, found.until)}")
    return lines


def _confirmed(practice: Practice, found: OnCall) -> str:
    said = found.confirmed
    if said is None:
        return "nobody has confirmed it in the last 14 days"
    told = f"confirmed {_told(practice, said.at)} by {said.by}"
    other = practice.provider(said.provider)
    if said.provider == found.provider.id or other is None:
        return told
    return f"{told}, then for {other.full}"


def _record(practice: Practice, moment: datetime, found: OnCall) -> dict[str, object]:
    following = next_person(practice, moment)
    return {
        "practice": practice.id,
        "at": _local(practice, moment),
        "on_call": found.provider.id,
        "source": found.source,
        "until": _local(practice, following[0]) if following else None,
        "next": following[1].id if following else None,
        "tiers": [{"provider": rung.provider.id, "after": rung.after} for rung in found.rungs],
        "tiers_until": _local(practice, found.until) if found.until else None,
        "confirmed": {
            "provider": found.confirmed.provider,
            "by": found.confirmed.by,
            "at": _local(practice, found.confirmed.at),
        }
        if found.confirmed
        else None,
    }


def _local(practice: Practice, moment: datetime) -> str:
    return moment.astimezone(practice.zone).isoformat()


def _told(practice: Practice, moment: datetime) -> str:
    return f"{moment.astimezone(practice.zone):%a %Y-%m-%d %H:%M %Z}"
