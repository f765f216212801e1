"""Whether the practice's own calendar has been heard of lately enough for a time to be promised.

Without news of it for as long as the practice allows, a time is offered to be confirmed: somebody
there may have taken it meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from scripts.practice import Practice

TimesRead = Mapping[str, datetime | None]
"""When each of a practice's calendars was last known to stand as the records have it, by its
provider ("" for everybody who has none of their own), None where it never was."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A provider's calendar is away; `since` is None where nothing was ever heard of it."""

    since: datetime | None


def unheard(practice: Practice, read: TimesRead, now: datetime) -> dict[str, Unheard]:
    """Return whose times are to be confirmed, by the provider's id."""
    calendar = practice.calendar
    if calendar is None:
        return {}
    oldest = now - timedelta(minutes=calendar.away_after)
    found = {}
    for provider in practice.providers:
        if calendar.address_of(provider.id) is None:
            continue
        at = read.get(provider.id if provider.id in calendar.providers else "")
        if at is None or at < oldest:
            found[provider.id] = Unheard(at)
    return found


def heard_words(practice: Practice, away: Unheard) -> str:
    """Return “The practice's calendar was last heard of on Tue 24 Nov 09:40”."""
    if away.since is None:
        return "The practice’s calendar has not been read yet"
    local = away.since.astimezone(practice.zone)
    return f"The practice’s calendar was last heard of on {local:%a} {local.day} {local:%b %H:%M}"


def tell_caller(practice: Practice, away: Unheard) -> str:
    """Return what a receptionist tells the caller about a time that is to be confirmed."""
    return (
        f"{heard_words(practice, away)}. Tell the caller the time is not confirmed yet, and that "
        "the practice calls back if it cannot be kept"
    )
