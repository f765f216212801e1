"""Changes of a rota in words: plain functions, without Qt."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from console.desk.oncall.views import EntryState, EntryView, PreviewLine, PreviewView
from scripts.entered import ChangeAct, EnteredChange, with_changes
from scripts.oncall import on_call_at
from scripts.oncall_spans import Difference, differences
from scripts.practice import Practice
from scripts.rota import Tier

LOOKED: Final = timedelta(days=45)  # how much of a plan is laid out
_ORDER: Final = (EntryState.NOW, EntryState.COMING, EntryState.ENDED, EntryState.OVER)


def entries(
    practice: Practice, changes: Iterable[EnteredChange], now: datetime
) -> tuple[EntryView, ...]:
    """Return a practice's entries, those that matter first."""
    own = [
        each
        for each in changes
        if (each.practice, each.service_line) == (practice.id, practice.service_line)
    ]
    own.sort(key=lambda each: (each.group, each.starts_at))
    found = [
        _entry(practice, tuple(group), now) for _, group in groupby(own, lambda each: each.group)
    ]
    return tuple(sorted(found, key=lambda each: (_ORDER.index(each.state), each.start)))


def preview(practice: Practice, changes: Sequence[EnteredChange], now: datetime) -> PreviewView:
    """Return what changes would come to, of the first 45 days of it."""
    start = max(now, min(each.starts_at for each in changes))
    end = max(each.ends_at for each in changes)
    until = min(end, start + LOOKED)
    lines = lines_of(practice, with_changes(practice, changes), start, until)
    if not lines:
        return PreviewView(problem="That changes nothing: the same people are on call.")
    more = f"It goes on until {when(practice, end)}." if end > until else ""
    return PreviewView(lines, more=more)


def lines_of(
    before: Practice, after: Practice, start: datetime, until: datetime
) -> tuple[PreviewLine, ...]:
    """Return where two states of a practice's rota have others on call, in words."""
    return tuple(_line(before, each) for each in differences(before, after, start, until))


def done(practice: Practice, changes: Sequence[EnteredChange]) -> str:
    """Return what was entered, in a sentence."""
    first = changes[0]
    span = f"{when(practice, first.starts_at)} to {when(practice, first.ends_at)}"
    more = f", and {len(changes) - 1} more" if len(changes) > 1 else ""
    return f"{what(practice, first)}, {span}{more}."


def who_now(practice: Practice | None, now: datetime) -> str:
    """Return who is on call now, in a sentence."""
    found = on_call_at(practice, now) if practice is not None else None
    return f"{found.provider.full} is on call now ({found.source})." if found else ""


def what(practice: Practice, change: EnteredChange) -> str:
    """Return what a change does."""
    who, by = name(practice, change.provider), name(practice, change.by)
    match change.act:
        case ChangeAct.ADD:
            after = f" after {change.after} min" if change.after else ""
            return f"{who} as well{after}"
        case ChangeAct.REPLACE:
            return f"{by} in the place of {who}"
        case ChangeAct.REMOVE:
            return f"{who} is not on call"
        case ChangeAct.SWAP:
            return f"{who} and {by} swap"
        case ChangeAct.SHIFT:
            after = f" after {change.after} min" if change.after else ""
            return f"{who} is on call{after}"


def name(practice: Practice, provider: str) -> str:
    """Return a provider's name; of one who has left the practice, the id."""
    found = practice.provider(provider)
    return found.full if found is not None else provider


def when(practice: Practice, moment: datetime) -> str:
    """Return a moment in the practice's time: "Wed 25 Nov 07:00"."""
    local = moment.astimezone(practice.zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def _entry(practice: Practice, changes: tuple[EnteredChange, ...], now: datetime) -> EntryView:
    first = changes[0]
    start, end = first.starts_at, max(each.ends_at for each in changes)
    words = "; ".join(dict.fromkeys(what(practice, each) for each in changes))
    more = f", {len(changes)} shifts" if len(changes) > 1 else ""
    return EntryView(
        group=first.group,
        what=words[:1].upper() + words[1:],
        when=f"{when(practice, start)} to {when(practice, end)}{more}",
        why=first.why,
        made=f"{first.kind.value} by {first.made_by}, {when(practice, first.made_at)}",
        state=_state(changes, now),
        start=start,
        end=end,
    )


def _state(changes: tuple[EnteredChange, ...], now: datetime) -> EntryState:
    if any(each.starts_at <= now < each.until for each in changes):
        return EntryState.NOW
    if any(each.holds and each.until > now for each in changes):
        return EntryState.COMING
    ended = any(each.ended_at is not None for each in changes)
    return EntryState.ENDED if ended else EntryState.OVER


def _line(practice: Practice, found: Difference) -> PreviewLine:
    span = f"{when(practice, found.start)} to {when(practice, found.end)}"
    after, before = _people(practice, found.after), _people(practice, found.before)
    words = f"{span}: {after} instead of {before}"
    if found.gap:
        words = f"{span}: gap, only the fallback ({after}) instead of {before}"
    return PreviewLine(found.start, found.end, words, found.gap)


def _people(practice: Practice, tiers: Sequence[Tier]) -> str:
    """Return a ladder's people, in the order they are called."""
    told = [
        name(practice, tier.provider) + (f" after {tier.after} min" if tier.after else "")
        for tier in tiers
    ]
    return ", then ".join(told)
