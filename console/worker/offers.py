"""Times that were given up, offered to who waits for one, by the practice's own hours and rules."""

from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from console.store import offering
from console.store.errors import TimeTaken
from console.store.offering import Freed, Match
from console.store.session import Records
from scripts.loader import Library
from scripts.openings import Busy, OpenTime
from scripts.practice import Practice
from scripts.waiting import Wish, call_by, fitting, sentence


def offer_what_is_free(records: Records, library: Library, now: datetime) -> int:
    """Offer each time that was given up to whoever waits for it; close offers that are past. Return
    how many offers were made or closed."""
    with records.session() as session:
        freed = offering.freed_times(session, practices=[p.id for p in library.practices])
        past = offering.any_past(session, now=now)
    done = records.write(lambda s: offering.close_past(s, now=now)) if past else 0
    for each in freed:
        practice = library.by_id(each.practice_id)
        if practice is not None:
            done += _offer(records, practice, each, now)
    return done


def _offer(records: Records, practice: Practice, freed: Freed, now: datetime) -> int:
    def offer(session: Session) -> int:
        return offering.offer_freed(
            session,
            freed=freed,
            fit=partial(_fit, practice, now),
            now=now,
        )

    try:
        return records.write(offer)
    except TimeTaken:
        return 0  # at this very moment: it is looked at again in the next pass


def _fit(
    practice: Practice, now: datetime, wish: Wish, freed: OpenTime, busy: tuple[Busy, ...]
) -> Match | None:
    found = fitting(practice, wish, freed, busy=busy, now=now)
    if found is None:
        return None
    return Match(found, sentence(practice, found), call_by(practice, found, now))
