from datetime import UTC, datetime, timedelta, timezone

import pytest

from console.store.drafts import drafts, save_draft
from console.store.session import Records
from console.store.types import NaiveDatetime
from console.store.work import FinishedCall, SavedDraft, decode, encode
from scripts.calltypes import Outcome


def draft(at: datetime) -> SavedDraft:
    return SavedDraft(uid="d", call_uid="c", updated_at=at, record={})


def test_a_time_from_another_zone_comes_back_as_the_same_instant_in_utc(records: Records) -> None:
    there = datetime(2026, 11, 23, 19, 42, 7, 125_000, timezone(timedelta(hours=-6)))
    records.write(lambda s: save_draft(s, draft=draft(there)))
    with records.session() as session:
        (kept,) = drafts(session)
    assert kept.updated_at == there
    assert kept.updated_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused_and_nothing_is_written(records: Records) -> None:
    naive = datetime(2026, 11, 23, 19, 42)  # noqa: DTZ001
    with pytest.raises(NaiveDatetime):
        records.write(lambda s: save_draft(s, draft=draft(naive)))
    with records.session() as session:
        assert drafts(session) == ()


def test_work_with_a_time_without_a_zone_is_refused_before_it_is_kept() -> None:
    with pytest.raises(ValueError, match="timezone"):
        encode(draft(datetime(2026, 11, 23, 19, 42)))  # noqa: DTZ001


def test_work_shows_no_names_numbers_or_health_details() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    work = FinishedCall(
        uid="u",
        outcome=Outcome.SILENT,
        offered_at=at,
        finished_at=at,
        caller_number="+15155550142",
    )
    assert repr(work) == "<FinishedCall u>"
    assert decode(encode(work)) == work
