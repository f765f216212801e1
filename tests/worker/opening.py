"""An escalation opened for workers to pursue."""

from datetime import UTC, datetime

from console.store.finishing import finish_call
from console.store.session import Records
from scripts.calltypes import CallType, Outcome
from tests.store.builders import finished_call, new_escalation

OPENED = datetime(2026, 11, 25, 1, 42, tzinfo=UTC)  # Tuesday 19:42 in Des Moines
RIVERSIDE = "riverside_family_medicine"
PAGES_ALWAYS = "harborside_womens_health"  # Riverside's ladder calls first in its office hours
AS_SIGNED = [
    "0 page Dr. Ifeoma Okafor",
    "5 page Dr. Ifeoma Okafor",
    "10 call Dr. Luis Ortega",
    "15 page Renee Halvorsen",
    "20 page Dr. Ifeoma Okafor",
    "25 page Dr. Ifeoma Okafor",
    "30 call Dr. Luis Ortega",
    "35 page Renee Halvorsen",
    "40 tell the supervisor on duty",
]


def escalate(
    records: Records,
    opened_at: datetime = OPENED,
    *,
    uid: str | None = None,
    practice: str = RIVERSIDE,
) -> int:
    """Finish a call that is escalated; return its escalation."""
    call = finished_call(
        uid,
        practice_id=practice,
        call_type=CallType.URGENT,
        outcome=Outcome.ESCALATED,
        escalation=new_escalation(
            opened_at=opened_at, reason="chest pain since noon", owner="Dana"
        ),
    )
    rows = records.write(lambda s: finish_call(s, finished=call))
    assert rows.escalation_id is not None
    return rows.escalation_id
