"""Callers of one practice, found by a name, a number or a birth date, without a call from them.

A name and a number are found by their blind indexes, a name under every spelling one slip away
(`secrecy.nearly`). A birth date has no index of its own: it tells apart whom the others have found.
What is found is callers, not rows: whoever has the same name and number is one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.store.history import Earlier, calls_of, history_of
from console.store.models import Answer, Booking, Call, Message
from console.store.secrecy.blind import plain_name
from console.store.secrecy.nearly import spelt_nearly
from console.store.secrecy.sealed import vault_of
from scripts import phone_numbers

MOST: Final = 50  # callers
_LOOKED_AT: Final = 400  # rows of a kind, the newest


@dataclass(frozen=True, slots=True, repr=False)
class Sought:
    """Who is looked for; `asks_birth` are the questions of the practice's that ask for a birth
    date. A name or a number there must be."""

    practice: str
    name: str = ""
    number: str = ""
    born: date | None = None
    asks_birth: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class FoundCaller:
    """A caller as the records know one, by the newest call; `calls` are the rows of all of them,
    newest first, `rows` (kind and row) what told the name."""

    name: str
    number: str
    born: date | None
    last_at: datetime
    calls: tuple[int, ...]
    rows: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True, repr=False)
class _Left:
    """What one call left under a name, "" for a call that left nothing."""

    call: int
    at: datetime
    name: str
    number: str
    born: date | None
    row: tuple[str, str]


def find_callers(session: Session, sought: Sought) -> tuple[FoundCaller, ...]:
    """Return who fits: the very name before one a slip away, a birth date that fits before one that
    nobody asked, then the newest. Of a common name the newest four hundred rows are looked at."""
    near = spelt_nearly(sought.name)
    key = phone_numbers.dial_key(sought.number) if sought.number else ""
    if near:
        left = _by_name(session, sought, near)
    else:
        left = _of_calls(session, sought, calls_of(session, sought.practice, key, _LOOKED_AT))
    if key:
        left = [each for each in left if each.number == key]
    found = [_caller(group) for group in _groups(left)]
    if sought.born is not None:
        found = [each for each in found if each.born in (None, sought.born)]
    found.sort(key=lambda each: each.last_at, reverse=True)
    found.sort(key=lambda each: (plain_name(each.name) != near[0] if near else False,
                                 each.born is None and sought.born is not None))  # fmt: skip
    return tuple(found[:MOST])


def history_of_caller(
    session: Session, *, practice: str, caller: FoundCaller, limit: int = MOST
) -> tuple[Earlier, ...]:
    """Return what came of a caller's calls, newest first."""
    calls = (*caller.calls, *_nameless(session, practice, caller))
    return history_of(session, calls=calls, limit=limit)


def _by_name(session: Session, sought: Sought, near: Sequence[str]) -> list[_Left]:
    keys = vault_of(session).names(session, sought.practice, near)
    ids: set[int] = set()
    for table, newest in ((Booking, Booking.id), (Message, Message.taken_at)):
        ids.update(
            session.scalars(
                select(table.call_id)
                .where(table.practice_id == sought.practice, table.patient_key.in_(keys))
                .order_by(newest.desc())
                .limit(_LOOKED_AT)
            )
        )
    spelt = frozenset(near)
    left = _of_calls(session, sought, sorted(ids))
    return [each for each in left if plain_name(each.name) in spelt]


def _of_calls(session: Session, sought: Sought, ids: Iterable[int]) -> list[_Left]:
    """Return what these calls of the practice's left, each booking and message."""
    asked = select(Call).where(Call.practice_id == sought.practice, Call.id.in_(list(ids)))
    calls = {call.id: call for call in session.scalars(asked)}
    born = _birth_dates(session, calls, sought.asks_birth)
    left: list[_Left] = []
    for booking in session.scalars(select(Booking).where(Booking.call_id.in_(calls))):
        call = calls[booking.call_id]
        number = booking.callback_number or call.caller_number
        left.append(_Left(call.id, _when(call), booking.patient_name, _key(number),
                          booking.birth_date or born.get(call.id),
                          ("booking", str(booking.id))))  # fmt: skip
    for message in session.scalars(select(Message).where(Message.call_id.in_(calls))):
        call = calls[message.call_id]
        number = message.callback_number or call.caller_number
        name = message.patient_name or message.caller_name or ""
        left.append(_Left(call.id, _when(call), name, _key(number), born.get(call.id),
                          ("message", str(message.id))))  # fmt: skip
    told = {each.call for each in left}
    left += [
        _Left(call.id, _when(call), "", _key(call.caller_number), None, ("call", str(call.id)))
        for call in calls.values()
        if call.id not in told
    ]
    return left


def _birth_dates(
    session: Session, calls: Iterable[int], asks_birth: tuple[str, ...]
) -> dict[int, date]:
    """Return the birth dates that were told on these calls' forms."""
    if not asks_birth:
        return {}
    asked = select(Answer).where(Answer.call_id.in_(list(calls)), Answer.link_id.in_(asks_birth))
    found: dict[int, date] = {}
    for answer in session.scalars(asked):
        try:
            found[answer.call_id] = date.fromisoformat(answer.value or "")
        except ValueError:  # not told, or not as a day
            continue
    return found


def _groups(left: Iterable[_Left]) -> list[list[_Left]]:
    """Return what belongs to one caller each. Father and son may have one name and one number: with
    different birth dates they are two, and what has none is neither's."""
    by_name: dict[tuple[str, str], list[_Left]] = {}
    for each in left:
        by_name.setdefault((plain_name(each.name), each.number), []).append(each)
    groups: list[list[_Left]] = []
    for same in by_name.values():
        days = {each.born for each in same if each.born is not None}
        if len(days) < 2:
            groups.append(same)
            continue
        split: dict[date | None, list[_Left]] = {}
        for each in same:
            split.setdefault(each.born, []).append(each)
        groups += split.values()
    return groups


def _caller(group: Sequence[_Left]) -> FoundCaller:
    newest = sorted(group, key=lambda each: (each.at, each.call), reverse=True)
    return FoundCaller(
        name=newest[0].name,
        number=newest[0].number,
        born=next((each.born for each in newest if each.born is not None), None),
        last_at=newest[0].at,
        calls=tuple(dict.fromkeys(each.call for each in newest)),
        rows=tuple(each.row for each in newest),
    )


def _nameless(session: Session, practice: str, caller: FoundCaller) -> list[int]:
    """Return the calls from a caller's number that left nothing under any name: an escalation
    alone, a question. Where two share the number nobody can tell whose those were."""
    if not caller.number:
        return []
    ids = set(calls_of(session, practice, caller.number, MOST)) - set(caller.calls)
    plain = plain_name(caller.name)
    booked = session.scalars(select(Booking).where(Booking.call_id.in_(ids))).all()
    messages = session.scalars(select(Message).where(Message.call_id.in_(ids))).all()
    rows: tuple[Booking | Message, ...] = (*booked, *messages)
    if any(plain_name(row.patient_name or "") not in ("", plain) for row in rows):
        return []
    return sorted(ids - {row.call_id for row in rows})


def _key(number: str | None) -> str:
    return phone_numbers.dial_key(number) if number else ""


def _when(call: Call) -> datetime:
    at = call.offered_at or call.waiting_since
    if at is None:
        raise AssertionError("a call rang or waited: the table says so")
    return at
