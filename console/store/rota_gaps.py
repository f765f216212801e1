"""Gaps and overlaps of the coming days as tasks: each told once, and closed by itself when it is
mended or over.

What a person has closed stays closed: it was seen to, or is meant. What was closed by itself is
opened again where it comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.models import Practice
from console.store.outbox_tables import Task
from console.store.outbox_values import TaskKind

BY_ITSELF: Final = "the rota"
_PREFIX: Final = "rota."


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap or an overlap. `key` is the same whoever finds it, as long as it is the same one;
    `sentence` names nobody who called."""

    key: str
    sentence: str


def rota_key(practice: str, *parts: str) -> str:
    """Return the key of a practice's task about its rota."""
    return ".".join((f"{_PREFIX}{practice}", *parts))


def keep_gaps(session: Session, *, found: Mapping[str, Sequence[Gap]], now: datetime) -> int:
    """Have the tasks of these practices be about what is found, by practice; return how many were
    changed. A practice that the records do not know yet is left."""
    standing = session.scalars(
        select(Task).where(Task.done_at.is_(None), Task.kind == TaskKind.ROTA_GAP)
    ).all()
    wanted = {gap.key: (practice, gap) for practice, each in found.items() for gap in each}
    over = [
        task
        for task in standing
        if task.practice_id is not None
        and task.practice_id in found
        and task.key not in wanted
        and task.key.startswith(rota_key(task.practice_id, ""))
    ]
    open_keys = {task.key for task in standing}
    absent = [key for key in wanted if key not in open_keys]
    closed = {task.key: task for task in session.scalars(select(Task).where(Task.key.in_(absent)))}
    new = [wanted[key] for key in absent if _is_news(closed.get(key))]
    if new:
        known = set(session.scalars(select(Practice.id).where(Practice.id.in_(found))))
        new = [(practice, gap) for practice, gap in new if practice in known]
    if not (over or new):
        return 0
    _take_turns(session)
    for task in over:
        task.done_at, task.done_by = now, BY_ITSELF
        _note(session, task, "closed", now)
    for practice, gap in new:
        _open(session, gap, practice, now)
    session.flush()
    return len(over) + len(new)


def _is_news(task: Task | None) -> bool:
    return task is None or (task.done_at is not None and task.done_by == BY_ITSELF)


def _open(session: Session, gap: Gap, practice: str, now: datetime) -> None:
    task = session.scalar(
        select(Task).where(Task.key == gap.key).execution_options(populate_existing=True)
    )
    if task is None:
        task = Task(
            key=gap.key,
            kind=TaskKind.ROTA_GAP,
            practice_id=practice,
            sentence=gap.sentence,
            urgent=False,
            created_at=now,
        )
        session.add(task)
        session.flush()
    elif _is_news(task):
        task.done_at = task.done_by = None
        task.sentence = gap.sentence
    else:
        return  # another worker was first
    _note(session, task, "opened", now)


def _note(session: Session, task: Task, what: str, now: datetime) -> None:
    note(
        session,
        event=Event.CHANGED,
        person=None,
        kind="task",
        row=task.id,
        practice_id=task.practice_id,
        detail=f"rota_gap.{what}",
        at=now,
    )


def _take_turns(session: Session) -> None:
    """Wait for another worker that is at the same: a file has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(_PREFIX, 0))))
