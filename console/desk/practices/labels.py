"""Names of days, modes and call types as supervisors read them."""

from typing import Final

from scripts.calltypes import CallType, Mode
from scripts.fields import WEEKDAYS

DAY_NAMES: Final = dict(
    zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
MODES: Final = {
    Mode.PRIMARY: "All calls (primary)",
    Mode.OVERFLOW: "When their desk is busy (overflow)",
    Mode.AFTER_HOURS: "After hours",
}
CALL_TYPES: Final = {
    CallType.QUESTION: "Question",
    CallType.NEW_APPOINTMENT: "New appointment",
    CallType.CHANGE_APPOINTMENT: "Change appointment",
    CallType.REFILL: "Refill",
    CallType.SYMPTOM: "Symptom or diagnosis",
    CallType.URGENT: "Urgent, on call",
    CallType.EMERGENCY: "Emergency 911",
}
TYPE_OPTIONS: Final = tuple((kind.value, label) for kind, label in CALL_TYPES.items())
MODE_OPTIONS: Final = tuple((mode.value, label) for mode, label in MODES.items())
