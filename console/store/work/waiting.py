"""Somebody who found no time and waits for one."""

from datetime import date

from console.store.values import Direction
from console.store.work.parts import Inconsistent, Moment, Work
from scripts.calltypes import CallType
from scripts.waiting import PartOfDay


class PutOnWaitingList(Work, frozen=True, kw_only=True, tag="put_on_waiting_list"):
    """A patient to be put on a practice's waiting list, from the call whose uid is `call`.

    `provider` None is any; `until` the last day, in the practice's own time; `wishes` are the
    caller's words, and `phi` goes with them.
    """

    call: str
    practice_id: str
    offered_at: Moment  # when the call came
    at: Moment
    person: str
    appointment_type: str
    patient_name: str
    callback_number: str
    until: date
    provider: str | None = None
    part: PartOfDay = PartOfDay.ANY
    new_patient: bool = False
    birth_date: date | None = None
    wishes: str | None = None
    direction: Direction = Direction.INCOMING
    call_type: CallType | None = None

    def __post_init__(self) -> None:
        if not (self.person and self.patient_name and self.callback_number):
            raise Inconsistent("who waits has a name and a number, and somebody who put them there")

    @property
    def phi(self) -> bool:
        """Whether it says more than when and with whom."""
        return bool(self.wishes)


class TakenOffWaitingList(Work, frozen=True, kw_only=True, tag="taken_off_waiting_list"):
    """Somebody does not want a time any more; `entry` is the entry's row."""

    entry: int
    at: Moment
    person: str
