"""Whether a practice's calendar fits the practice: whose it is, and what it may be told."""

from collections.abc import Iterator

from scripts.faults import KeyPath
from scripts.people_checks import near
from scripts.practice import Practice

Finding = tuple[KeyPath, str]


def check_calendar(practice: Practice) -> Iterator[Finding]:
    """Yield what is wrong with the practice's own calendar."""
    calendar = practice.calendar
    if calendar is None:
        return
    known = list(practice.providers_by_id)
    for provider in calendar.providers:
        if provider not in practice.providers_by_id:
            yield (
                ("calendar", "providers", provider),
                f"“{provider}” is not a provider of this practice{near(provider, known)}",
            )
    if calendar.tells and practice.baa is None:
        yield (
            ("calendar", "tells"),
            "tells the calendar of patients, which needs a signed agreement; write baa, or take "
            "tells out: a time and a reference need none",
        )
