"""The bookings a patient has, found by what the form says of them: who calls from another phone
than the one they booked from has their appointment moved as well.

A name finds nothing by itself; it takes the date of birth, or the number, that was given when the
booking was made.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

from console.desk.live_call import BookedTime, LiveCall
from console.desk.stage import Stage
from console.store.audit.events import Event
from scripts.questions import Control, Feed

if TYPE_CHECKING:  # the database's library is the worker's to import
    from console.desk.ledger import Ledger

PAUSE_MS: Final = 300  # after a key press, before the look


@dataclass(frozen=True, slots=True, repr=False)
class _Patient:
    name: str
    birth_date: date | None
    number: str


class PatientsBookings:
    """Looks for the selected call's patient whenever the form says something else of them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._asked: dict[str, _Patient] = {}  # by call
        self._waiting: LiveCall | None = None
        self._pause = QTimer(stage.out, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._look)
        stage.out.call_gone.connect(lambda call: self._asked.pop(call, None))
        stage.book.closing.connect(self._pause.stop)

    def follow(self, call: LiveCall) -> None:
        """Look, once nobody has typed for a moment, if the patient is another than before."""
        patient = _patient(call)
        if patient != self._asked.get(call.call):
            self._waiting = call
            self._pause.start()

    def look_again(self, call: LiveCall) -> None:
        """Look whatever is known: bookings were made, moved or given up meanwhile."""
        self._asked.pop(call.call, None)
        self.follow(call)

    def _look(self) -> None:
        call, self._waiting = self._waiting, None
        if call is None or call.outcome is not None or call.practice.neutral:
            return
        patient = _patient(call)
        if patient is None:
            if self._asked.pop(call.call, None) is not None:
                self._found(call, None, ())
            return
        self._asked[call.call] = patient
        practice, now = call.practice.id, self._stage.clock()

        def look(ledger: "Ledger") -> tuple[BookedTime, ...] | None:
            from console.desk.looking_up import patients_bookings  # noqa: PLC0415 - the worker's

            return patients_bookings(
                ledger,
                practice=practice,
                name=patient.name,
                birth_date=patient.birth_date,
                number=patient.number,
                now=now,
            )

        self._stage.book.ask(look, then=lambda booked: self._found(call, patient, booked))

    def _found(
        self, call: LiveCall, patient: _Patient | None, booked: tuple[BookedTime, ...] | None
    ) -> None:
        if patient != self._asked.get(call.call) or call.outcome is not None:
            return  # the form says something else by now
        if booked is None:
            self._asked.pop(call.call, None)  # the records are away: looked for at the next word
            return
        found = (*booked, *_chosen(call, booked))
        if patient is not None:
            record, practice = self._stage.record, call.practice.id
            record.did(Event.SEARCHED, kind="booking", row=call.call, practice=practice)
            record.saw("booking", [(str(each.row), practice) for each in booked])
        if found != call.found_bookings:
            call.found_bookings = found
            self._stage.show_form(call)


def _chosen(call: LiveCall, booked: tuple[BookedTime, ...]) -> tuple[BookedTime, ...]:
    """Return the booking that was chosen, where it is not among those found now: what stands in the
    form is not taken away under the caller's hands."""
    answer = call.interview.fed(Feed.BOOKING) if call.interview else None
    rows = {each.row for each in (*booked, *call.bookings)}
    return tuple(
        each
        for each in call.found_bookings
        if answer is not None and str(each.row) == answer.value and each.row not in rows
    )


def _patient(call: LiveCall) -> _Patient | None:
    """Return what is known of the patient, None while it is too little to look by, or the form asks
    for no booking."""
    interview = call.interview
    if interview is None or not any(
        question.control is Control.BOOKINGS for question in interview.questions
    ):
        return None
    said = {
        feed: answer.value if (answer := interview.fed(feed)) else ""
        for feed in (Feed.PATIENT_NAME, Feed.BIRTH_DATE, Feed.CALLBACK_NUMBER)
    }
    born, number = said[Feed.BIRTH_DATE], said[Feed.CALLBACK_NUMBER]
    if len(said[Feed.PATIENT_NAME].split()) < 2 or not (born or number):
        return None
    return _Patient(said[Feed.PATIENT_NAME], date.fromisoformat(born) if born else None, number)
