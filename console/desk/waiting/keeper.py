"""The waiting list at the desk: filled in from the call's form, checked, written down.

Whoever offers a time that was given up is the worker (`console.worker.offers`); its item stands on
the board.
"""

from dataclasses import replace
from datetime import date, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from console.desk.board.port import Pick
from console.desk.live_call import LiveCall
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.desk.waiting.views import Standing, WaitingView
from console.store.values import Direction
from console.store.work import PutOnWaitingList, TakenOffWaitingList
from scripts import phone_numbers
from scripts.calltypes import CallType
from scripts.parse import read_date
from scripts.practice import Practice
from scripts.questions import ANY_PROVIDER, Feed
from scripts.waiting import PartOfDay

if TYPE_CHECKING:
    from console.desk.ledger import Ledger
    from console.store.waiting import WaitingRow

PARTS: Final = (
    Pick(PartOfDay.ANY, "Any time of day"),
    Pick(PartOfDay.MORNING, "Mornings only"),
    Pick(PartOfDay.AFTERNOON, "Afternoons only"),
)
UNTILS: Final = (
    Pick("7", "For a week"),
    Pick("14", "For two weeks"),
    Pick("30", "For a month"),
    Pick("90", "For three months"),
    Pick("180", "For half a year"),
)
USUAL: Final = "30"  # days


class WaitingKeeper(QObject):
    """One person at a time, of the call that was selected when the sheet was opened."""

    shown = Signal(object)  # WaitingView | None, None closes

    def __init__(self, stage: Stage, parent: QObject) -> None:
        super().__init__(parent)
        self._stage = stage
        self._call: LiveCall | None = None
        self._view: WaitingView | None = None

    def open(self) -> None:
        """Fill in what the call's form knows."""
        call = self._stage.lines.current
        if call is None or not call.was_answered:
            return
        if call.practice.neutral or not call.practice.appointment_types:
            self._stage.say(
                "No waiting list here", "Nothing is booked for this practice.", Light.WARN
            )
            return
        if not self._stage.allowed(Permission.TAKE_CALLS):
            return
        self._call = call
        self._show(_view_of(call))
        self._look(call)

    def save(self, given: dict[str, str]) -> None:
        """Put them on the list, or say what is wrong."""
        call, view = self._call, self._view
        if call is None or view is None:
            return
        problems, number, born = _checked(given, self._today(call))
        if problems:
            self._show(replace(view, given=given, problems=problems))
            return
        now = self._stage.clock()
        work = PutOnWaitingList(
            uid=token_hex(12),
            call=call.call,
            practice_id=call.practice.id,
            offered_at=call.offered_at,
            at=now,
            person=self._stage.agent,
            appointment_type=given["kind"],
            patient_name=given["patient"].strip(),
            callback_number=number,
            until=self._today(call) + timedelta(days=int(given["until"])),
            provider=given["provider"] or None,
            part=PartOfDay(given["part"]),
            new_patient=call.call_type is CallType.NEW_APPOINTMENT,
            birth_date=born,
            wishes=(given["wishes"].strip() or None) if view.may_tell else None,
            direction=Direction.OUTGOING if call.outgoing else Direction.INCOMING,
            call_type=call.call_type,
        )
        self.leave()
        self._stage.book.write(work, then=self._saved)

    def take_off(self, key: str) -> None:
        """Take somebody off the list."""
        call, view = self._call, self._view
        if call is None or view is None or key not in {each.key for each in view.standing}:
            return
        work = TakenOffWaitingList(
            uid=token_hex(12), entry=int(key), at=self._stage.clock(), person=self._stage.agent
        )
        self._show(replace(view, standing=tuple(s for s in view.standing if s.key != key)))
        self._stage.book.write(work, then=lambda: self._stage.say(
            "Taken off the waiting list", "What was held for them goes to the next."))  # fmt: skip

    def leave(self) -> None:
        """Put nobody on it."""
        self._call = self._view = None
        self.shown.emit(None)

    def _saved(self) -> None:
        if self._stage.health.records_trouble:
            self._stage.say(
                "Kept on this machine",
                "The records are away. They are put on the waiting list when they are back.",
                Light.WARN,
            )
            return
        self._stage.say(
            "On the waiting list",
            "The first time that is given up and fits comes to the board, to be offered.",
        )

    def _show(self, view: WaitingView) -> None:
        self._view = view
        self.shown.emit(view)

    def _look(self, call: LiveCall) -> None:
        """See who waits already and is called back on this number."""
        number = _fed(call, Feed.CALLBACK_NUMBER) or call.caller.number
        practice = call.practice
        if not number:
            return

        def look(ledger: "Ledger") -> "tuple[WaitingRow, ...] | None":
            from console.store.waiting import waiting_for  # noqa: PLC0415 - the worker's to import

            return ledger.read(lambda s: waiting_for(s, practice=practice.id, number=number))

        def found(rows: "tuple[WaitingRow, ...] | None") -> None:
            if rows and self._view is not None and self._call is call:
                self._stage.record.saw("waiting", [(str(row.id), practice.id) for row in rows])
                standing = tuple(Standing(str(row.id), told(practice, row)) for row in rows)
                self._show(replace(self._view, standing=standing))

        self._stage.book.ask(look, then=found)

    def _today(self, call: LiveCall) -> date:
        return self._stage.clock().astimezone(call.practice.zone).date()


def told(practice: Practice, row: "WaitingRow") -> str:
    """Return who waits and for what: “Ann Example: Office visit with Dr. Lee, mornings only, until
    24 December”."""
    kind = practice.appointment_type(row.appointment_type)
    provider = practice.provider(row.provider) if row.provider else None
    part = next(pick.label for pick in PARTS if pick.code == row.part)
    with_whom = f" with {provider.spoken}" if provider else ""
    wanted = f"{kind.name if kind else row.appointment_type}{with_whom}, {part.lower()}"
    return f"{row.patient_name}: {wanted}, until {row.until.day} {row.until:%B}"


def _view_of(call: LiveCall) -> WaitingView:
    practice = call.practice
    kinds = tuple(Pick(each.id, each.name) for each in practice.appointment_types)
    providers = (
        Pick("", "Whoever is free first"),
        *(Pick(each.id, each.spoken) for each in practice.providers),
    )
    named = _fed(call, Feed.PROVIDER)
    booked = next((b for b in call.bookings if str(b.row) == _fed(call, Feed.BOOKING)), None)
    kind = _fed(call, Feed.APPOINTMENT_TYPE) or (booked.appointment_type if booked else "")
    number = _fed(call, Feed.CALLBACK_NUMBER) or call.caller.number
    name = _fed(call, Feed.PATIENT_NAME) or _fed(call, Feed.CALLER_NAME)
    return WaitingView(
        practice=practice.name,
        given={
            "patient": name or (booked.patient_name if booked else ""),
            "number": phone_numbers.display(number) if number else "",
            "birth_date": _american(_fed(call, Feed.BIRTH_DATE)),
            "wishes": "",
            "kind": kind or kinds[0].code,
            "provider": named if named != ANY_PROVIDER and practice.provider(named) else "",
            "part": PartOfDay.ANY.value,
            "until": USUAL,
        },
        kinds=kinds,
        providers=providers,
        parts=PARTS,
        untils=UNTILS,
        may_tell=call.baa_in_force,
    )


def _fed(call: LiveCall, feed: Feed) -> str:
    answer = call.interview.fed(feed) if call.interview is not None else None
    return answer.value if answer else ""


def _american(day: str) -> str:
    return f"{date.fromisoformat(day):%m/%d/%Y}" if day else ""


def _checked(given: dict[str, str], today: date) -> tuple[dict[str, str], str, date | None]:
    """Return what is wrong, by field, then the number and the birth date as they are kept."""
    problems: dict[str, str] = {}
    number, born = "", None
    if not given["patient"].strip():
        problems["patient"] = "Who waits? Write the patient’s name"
    try:
        number = phone_numbers.to_e164(given["number"])
    except phone_numbers.NotANumber:
        problems["number"] = "Not a phone number; write ten digits, area code first"
    if day := given["birth_date"].strip():
        born = read_date(day, today)
        if born is None or born > today:
            problems["birth_date"] = "Not a birth date; write month/day/year, as 05/04/1979"
    return problems, number, born
