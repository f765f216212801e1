"""A practice's history is its own: whatever callers leave, wherever."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from console.store.finishing import finish_call
from console.store.history import history, undelivered
from console.store.practices import PracticeFacts, upsert_practices
from console.store.session import Records
from tests.store.builders import finished_call, new_escalation, new_message

NUMBERS = [f"+1515555{n:04}" for n in range(4)]
PRACTICES = ["riverside", "lakeshore"]
_calls = st.lists(
    st.tuples(st.sampled_from(PRACTICES), st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)),
    max_size=12,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(calls=_calls)
def test_a_practice_s_history_is_never_another_s(
    records: Records, calls: list[tuple[str, str, str]]
) -> None:
    both = [
        PracticeFacts(p, p.title(), "UTC", "1", datetime(2026, 1, 1, tzinfo=UTC).date())
        for p in PRACTICES
    ]
    records.write(lambda s: upsert_practices(s, practices=both))
    for table in ("facts_read", "red_flags", "answers", "messages", "escalations", "calls"):
        records.write(lambda s, table=table: s.execute(text(f"DELETE FROM {table}")))  # type: ignore[misc]
    _write(records, calls)
    for practice in PRACTICES:
        for number in NUMBERS:
            theirs = [c for c in calls if c[0] == practice and number in c[1:]]
            with records.session() as session:
                found = history(session, practice=practice, number=number, limit=100)
                waiting = undelivered(session, practice=practice, number=number)
            said = {getattr(item, "reason", "") for item in found}
            assert all(practice in reason for reason in said if reason)
            assert len(found) == 2 * len(theirs)
            assert (waiting.messages if waiting else 0) == len(theirs)
            assert (waiting.escalations if waiting else 0) == len(theirs)


def _write(records: Records, calls: list[tuple[str, str, str]]) -> None:
    for number, (practice, caller, back) in enumerate(calls):
        call = finished_call(
            practice_id=practice,
            caller_number=caller,
            offered_at=datetime(2026, 11, 24, tzinfo=UTC) + timedelta(minutes=number),
            message=new_message(reason=f"of {practice}", callback_number=back),
            escalation=new_escalation(reason=f"of {practice}", callback_number=back),
        )
        records.write(lambda s, call=call: finish_call(s, finished=call))  # type: ignore[misc]
