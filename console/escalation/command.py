"""`frontdesk escalate simulate`: the time-line a ladder would have, with nothing sent."""

import argparse
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from console.errors import WorldError
from console.escalation.pages import Verb
from console.escalation.signed import person, signed_ladder
from console.escalation.simulate import Answer, Line, simulate
from scripts.loader import load_library
from scripts.practice import Practice


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer as the file has it: `after` in minutes from the opening."""

    after: Annotated[float, msgspec.Meta(ge=0)]
    who: str
    does: Verb


def run_simulation(arguments: argparse.Namespace) -> int:
    """Print the time-line, or raise `WorldError`."""
    practice = named_practice(arguments.practices, arguments.practice)
    opened_at = local_moment(arguments.at, practice)
    ladder = signed_ladder(
        practice, call_type=arguments.type, priority=arguments.priority, moment=opened_at
    )
    lines = simulate(
        ladder,
        opened_at,
        _answers(arguments.answers) if arguments.answers else (),
        resolve=lambda whom, moment: person(practice, whom, moment).name,
        length=timedelta(hours=arguments.hours),
    )
    if arguments.json:
        print(json.dumps([_record(line, practice) for line in lines], indent=2, ensure_ascii=False))
    else:
        for line in lines:
            print(_sentence(line, practice, opened_at))
    return 0


def named_practice(folder: Path, practice_id: str) -> Practice:
    """Return the practice out of a folder of files; raise `WorldError` when it has none such."""
    library = load_library(folder)
    for fault in library.faults:
        print(f"frontdesk: {fault}", file=sys.stderr)
    practice = library.by_id(practice_id)
    if practice is None:
        known = ", ".join(each.id for each in library.practices) or "none"
        raise WorldError("No such practice", f"{folder} has no “{practice_id}”; it has {known}.")
    return practice


def local_moment(text: str, practice: Practice) -> datetime:
    """Read an ISO 8601 time, the practice's own where none is named, or raise `WorldError`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise WorldError(
            "Not a time", f"“{text}”: write it as 2026-11-24T19:42, in the practice's time."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=practice.zone)


def _answers(path: Path) -> tuple[Answer, ...]:
    try:
        read = msgspec.json.decode(path.read_bytes(), type=list[_Answer])
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise WorldError("The answers cannot be read", f"{path}: {error}.") from error
    return tuple(Answer(timedelta(minutes=each.after), each.who, each.does) for each in read)


def _record(line: Line, practice: Practice) -> dict[str, object]:
    return {
        "at": line.at.astimezone(practice.zone).isoformat(timespec="seconds"),
        "what": line.what,
        "whom": line.whom,
        "by": list(line.by),
        "stage": line.stage.value,
    }


_WORDS = {
    "page": "page",
    "call": "call",
    "tell": "tell: nobody has answered,",
    "ask_provider": "ask “did you reach the patient?”,",
    "ask_owner": "ask the owner: was the patient reached?",
}


def _sentence(line: Line, practice: Practice, opened_at: datetime) -> str:
    minutes = (line.at - opened_at) / timedelta(minutes=1)
    what = _WORDS.get(line.what)
    told = f"{what} {line.whom}".strip() if what else f"{line.whom} {line.what}"
    by = f" by {', then '.join(line.by)}" if line.by else ""
    clock = line.at.astimezone(practice.zone)
    return f"{clock:%a %H:%M}  +{minutes:g} min  {told}{by}  [{line.stage}]"
