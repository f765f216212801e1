"""What the records must know of a practice: its name, its clock, and its agreement.

The scripts are files and say everything else. Practices are never deleted: calls point at them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from console.store.errors import UnknownPractice
from console.store.models import Practice


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """A practice as its script describes it. `timezone` is an IANA name, `version` the script's
    hash; the agreement is in force from `baa_signed_on` up to and including `baa_ends_on`."""

    id: str
    name: str
    timezone: str
    version: str
    baa_signed_on: date | None = None
    baa_ends_on: date | None = None


def upsert_practices(session: Session, *, practices: Iterable[PracticeFacts]) -> None:
    """Bring the records up to date with the scripts."""
    for facts in practices:
        session.merge(
            Practice(
                id=facts.id,
                name=facts.name,
                timezone=facts.timezone,
                version=facts.version,
                baa_signed_on=facts.baa_signed_on,
                baa_ends_on=facts.baa_ends_on,
            )
        )
    session.flush()


def practice_row(session: Session, *, practice_id: str | None) -> Practice | None:
    """Return the practice's row, None for a number no practice has, or raise `UnknownPractice`."""
    if practice_id is None:
        return None
    row = session.get(Practice, practice_id)
    if row is None:
        raise UnknownPractice(practice_id)
    return row


@dataclass(frozen=True, slots=True)
class PracticeTerms:
    """What a call needs of its practice."""

    timezone: str
    baa_signed_on: date | None
    baa_ends_on: date | None


def day_of(practice: Practice | PracticeTerms, at: datetime) -> date:
    """Return the day of an instant on the practice's own calendar."""
    return at.astimezone(ZoneInfo(practice.timezone)).date()


def agreement_in_force(practice: Practice | PracticeTerms, on: date) -> bool:
    """Tell whether health details may be kept for a call of that day (45 CFR 164.504(e))."""
    if practice.baa_signed_on is None:
        return False
    ends = practice.baa_ends_on
    return practice.baa_signed_on <= on and (ends is None or on <= ends)
