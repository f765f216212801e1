"""What the parts of the desk share: the live calls, the health, and the one way to the window.

A part changes the state and then says what is to be shown again; nothing else emits a view.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from console.desk import escalating, status
from console.desk.bookkeeping import Bookkeeper
from console.desk.cards import NO_NUMBER, call_cards
from console.desk.form_view import build_form
from console.desk.kept import Overview
from console.desk.legs import Legs
from console.desk.lines import Lines
from console.desk.live_call import LiveCall
from console.desk.on_record import OnRecord
from console.desk.permissions import NotAllowed, Permission, Rights
from console.desk.pop import build_pop
from console.desk.port import DeskSignals
from console.desk.views import Callback, Light, Notice
from console.phone.engine import Engine
from console.store.audit.events import Event
from console.store.values import CallbackReason
from scripts import phone_numbers
from scripts.loader import Library
from scripts.practice import Practice
from scripts.shelf import Shelf
from softphone.calls import CallState
from softphone.wire import CallerIdBy

if TYPE_CHECKING:
    from console.store.callbacks import CallbackRow
    from console.store.presence import Present

_WHY = {
    CallbackReason.ABANDONED: "Hung up before an answer",
    CallbackReason.UNHELD: "No line was free",
    CallbackReason.UNANSWERED: "Nobody answered in time",
    CallbackReason.LOST: "The line was lost",
}


def _why(row: "CallbackRow") -> str:
    """Return why a caller is owed a call, with how long they waited for one."""
    if row.why is CallbackReason.ABANDONED and row.waited_s is not None:
        minutes, seconds = divmod(round(row.waited_s), 60)
        return f"Hung up after {minutes}:{seconds:02}"
    return _WHY[row.why]


def utc_now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


class StageSignals(DeskSignals):
    """The desk's signals, and two more for whoever drives a desk. `call_finished(call id, Saved)`
    once a record is written or kept; `call_gone(call id)` when nothing is left to do with it."""

    call_finished = Signal(str, object)
    call_gone = Signal(str)


@dataclass(slots=True, kw_only=True)
class Stage:
    """The desk's state and its window."""

    out: StageSignals
    engine: Engine
    book: Bookkeeper
    shelf: Shelf
    lines: Lines
    health: status.Health
    timezone: str
    clock: Callable[[], datetime]
    idle_since: datetime
    callbacks: "tuple[CallbackRow, ...]" = ()
    at_work: "Mapping[str, Present]" = field(default_factory=dict)  # at other desks
    legs: Legs = field(default_factory=Legs)
    caller_id_by: CallerIdBy = CallerIdBy.FROM  # which header the line takes our number in
    rights: Rights = field(default_factory=Rights)
    form_shown: Callable[[LiveCall], None] = lambda _: None  # whatever call's form has changed
    expects: Callable[[str], bool] = lambda _: False  # whether a call was asked for, by its PBX id
    record: OnRecord = field(init=False)

    def __post_init__(self) -> None:
        self.record = OnRecord(self.book, person=lambda: self.agent, clock=self.clock)

    @property
    def agent(self) -> str:
        """The name of who is signed in, as rows carry it; "" for nobody."""
        return self.rights.person.name if self.rights.person else ""

    # --- who may do it ---------------------------------------------------------------------

    def allowed(self, what: Permission, *, practice: str | None = None) -> bool:
        """Tell whether whoever is signed in may do this; where not, say so and note it."""
        try:
            self.rights.require(what, now=self.clock(), practice=practice)
        except NotAllowed as error:
            self.say(error.title, error.message, Light.WARN)
            if self.rights.person is not None:
                self.record.did(
                    Event.REFUSED, kind="permission", row=what.name.lower(), practice=practice
                )
            return False
        return True

    @property
    def library(self) -> Library:
        """The practices in force now."""
        return self.shelf.at(self.clock())

    def shown_as(self, practice: Practice | None) -> tuple[str, CallerIdBy]:
        """Return the number somebody sees when this desk calls for a practice, and how it is told:
        "" for the line's own, which needs no header of its own."""
        number = escalating.own_number(practice) if practice is not None else ""
        return number, self.caller_id_by if number else CallerIdBy.FROM

    # --- showing ---------------------------------------------------------------------------

    def say(self, title: str, text: str, light: Light = Light.GOOD) -> None:
        """Show the receptionist a sentence."""
        self.out.notice.emit(Notice(title, text, light))

    def show_calls(self) -> None:
        """Show the call list again."""
        self.out.calls_changed.emit(call_cards(self.lines, self.lines.selected, self.legs))

    def show_status(self) -> None:
        """Show the bars again."""
        shown = status.build_status(
            self.health,
            self.lines,
            person=self.rights.person,
            idle_since=self.idle_since,
            asked_since=min((leg.since for leg in self.legs), default=None),
            muted=any(
                one.muted and one.state is CallState.ACTIVE for one in (*self.lines, *self.legs)
            ),
        )
        may = self.rights.may(Permission.EDIT_PRACTICES, now=self.clock())
        self.out.status_changed.emit(replace(shown, may_edit_practices=may))

    def show_pop(self, call: LiveCall) -> None:
        """Show a call's pop again, if it is the selected one."""
        if call.call == self.lines.selected:
            self.out.pop_changed.emit(build_pop(call, self.clock()))

    def show_form(self, call: LiveCall, *, focus: bool = False) -> None:
        """Show a call's form again, if it is the selected one."""
        self.form_shown(call)
        if call.call == self.lines.selected:
            self.out.form_changed.emit(build_form(call, focus=focus))

    def show_selected(self) -> None:
        """Show the selected call whole: its card, its pop, its form."""
        self.show_calls()
        self.out.escalation_changed.emit(None)
        self.out.transfer_changed.emit(None)
        current = self.lines.current
        if current is None:
            self.out.pop_changed.emit(None)
            self.out.form_changed.emit(None)
        else:
            self.show_pop(current)
            self.show_form(current, focus=True)
        self.show_status()

    def settle(self) -> None:
        """Let finished calls go and show what is left."""
        before = [call.call for call in self.lines]
        changed = self.lines.forget_finished()
        gone = [call for call in before if self.lines.get(call) is None]
        if gone and not any(call.is_up for call in self.lines):
            self.idle_since = self.clock()
        if changed:
            self.show_selected()
        else:
            self.show_calls()
            if self.lines.current is not None:
                self.show_pop(self.lines.current)
            self.show_status()
        for call in gone:
            self.out.call_gone.emit(call)

    # --- figures ---------------------------------------------------------------------------

    def refresh_overview(self) -> None:
        """Count today's figures and callbacks again, and show them when they come."""
        midnight = self.clock().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        self.book.look_up_overview(midnight, self._on_overview)

    def _on_overview(self, overview: Overview) -> None:
        rows = {row.uid: row for row in overview.callbacks}
        if overview.away:  # what was known before still stands, but for what has been done since
            known = {row.uid: row for row in self.callbacks if row.uid not in overview.done}
            rows = {**rows, **known}
        else:
            share = overview.share
            self.health.answered_in_20 = "–" if share is None else f"{round(share * 100)} %"
            self.health.to_deliver = overview.to_deliver
        self.callbacks = tuple(rows.values())
        self.at_work = overview.at_work
        self.record.saw("callback", ((row.uid, row.practice_id) for row in self.callbacks))
        self.out.callbacks_changed.emit(tuple(self._callback(row) for row in self.callbacks))
        self.show_status()

    def _callback(self, row: "CallbackRow") -> Callback:
        practice = self.library.by_id(row.practice_id) if row.practice_id else None
        other = self.at_work.get(row.uid)
        return Callback(
            row=row.id,
            number=phone_numbers.display(row.number) if row.number else NO_NUMBER,
            practice=practice.name if practice else "Number not on file",
            since=row.since,
            why=f"{other.person} is calling them" if other else _why(row),
            owner=row.owner or "",
            due_at=row.due_at,
        )
