"""A ladder as plain JSON values, as it was signed when its escalation was opened."""

from datetime import timedelta
from typing import Any

from console.escalation.ladder import Act, Ladder, Step


def ladder_from(kept: dict[str, Any]) -> Ladder:
    """Return the ladder of a record that `ladder_record` made."""
    steps = tuple(
        Step(Act(s["act"]), s["whom"], timedelta(seconds=s["after_s"]), tuple(s["by"]))
        for s in kept["steps"]
    )
    round_length = timedelta(seconds=kept["round_s"])
    return Ladder(steps, round_length, kept["rounds"], kept["human"])


def ladder_record(ladder: Ladder) -> dict[str, Any]:
    """Return a ladder as plain JSON values."""
    return {
        "steps": [
            {
                "act": step.act.value,
                "whom": step.whom,
                "after_s": step.after.total_seconds(),
                "by": list(step.by),
            }
            for step in ladder.steps
        ],
        "round_s": ladder.round_length.total_seconds(),
        "rounds": ladder.rounds,
        "human": ladder.human,
    }
