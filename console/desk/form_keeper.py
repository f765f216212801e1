"""The guided form at the desk: each answer a move of the interview, a draft written, a form shown.

Finishing turns the interview into one piece of work for the records; what comes back (saved, kept
on this machine, a time taken meanwhile) decides what the receptionist sees next.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from console.desk import drafts, finishing, forms
from console.desk.form_view import draft_line
from console.desk.held_times import HeldTimes
from console.desk.kept import CallerFile, Saved
from console.desk.live_call import LiveCall
from console.desk.oncall import relief
from console.desk.own_calendar import tell_caller, unheard
from console.desk.patients_bookings import PatientsBookings
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.audit.events import Event
from console.store.errors import BookingGone, RecordsError, TimeTaken
from console.store.values import Direction
from console.store.work import (
    DroppedDraft,
    FinishedCall,
    NewBooking,
    PutThrough,
    Reschedule,
)
from scripts.calltypes import CallType, Outcome
from scripts.oncall import on_call_at
from softphone import wire
from softphone.calls import Move, can

if TYPE_CHECKING:
    from console.store.drafts import DraftRow

_WITHOUT_FORM = {
    Outcome.WRONG_NUMBER: "Saved as a wrong number",
    Outcome.SALES: "Saved as a sales call",
    Outcome.SILENT: "Saved as a silent call",
    Outcome.HANG_UP: "Saved as a hang-up",
}
_DONE = {
    Outcome.ANSWERED: "Answered",
    Outcome.BOOKED: "Booked",
    Outcome.RESCHEDULED: "Appointment moved",
    Outcome.CANCELLED: "Appointment cancelled",
    Outcome.MESSAGE: "Message saved",
    Outcome.ESCALATED: "Escalation saved; it is yours until the provider has it",
    Outcome.EMERGENCY: "Emergency saved; tell the practice now",
}
_TO_BE_CONFIRMED = (Outcome.BOOKED, Outcome.RESCHEDULED)  # while nobody can hold the time
_CALL_MADE = {Outcome.ANSWERED: "Call made, saved"}
GOODBYE = "Thank you for calling. Is there anything else? Goodbye."


class FormKeeper:
    """The form's intents, for whichever call is selected."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._unfinished: dict[str, DraftRow] = {}
        self._times = HeldTimes(stage, self._time_taken)
        self._bookings = PatientsBookings(stage)

    # --- answering -------------------------------------------------------------------------

    def choose_type(self, call_type: CallType) -> None:
        """Begin or change the form of the selected call."""
        call = self._stage.lines.current
        if call is None or not call.was_answered or call.outcome is not None or call.saving:
            return
        forms.choose_type(call, call_type, self._stage.clock())
        self._changed(call, focus=True, pop=True)

    def set_answer(self, link_id: str, text: str) -> None:
        """Take an answer as typed or chosen so far."""
        call = self._with_form()
        if call is None or call.interview is None:
            return
        locked = call.interview.facts_locked
        type_changed = forms.set_answer(call, link_id, text, self._stage.clock())
        pop = type_changed or locked != call.interview.facts_locked
        self._changed(call, focus=type_changed, pop=pop)
        if type_changed:
            self._stage.say(
                "911 refused: this is now an urgent call",
                "Reach the provider on call. Check back every minute.",
                Light.BAD,
            )

    def mark_already_stated(self, link_id: str) -> None:
        """Record that the caller had said it before."""
        call = self._with_form()
        if call is not None:
            forms.mark_already_stated(call, link_id)
            self._changed(call)

    def skip_question(self, link_id: str) -> None:
        """Record that it was not asked."""
        call = self._with_form()
        if call is not None and call.interview is not None:
            call.interview = call.interview.skip(link_id)
            self._changed(call)

    def turn_times(self, pages: int) -> None:
        """Offer later or earlier open times."""
        call = self._with_form()
        if call is not None and forms.turn_times(call, pages):
            self._stage.show_form(call)

    def next_step(self) -> None:
        """Go on; where answers are missing the form stays and says so."""
        call = self._with_form()
        if call is None or call.interview is None:
            return
        call.interview = call.interview.next()
        self._changed(call, focus=True)

    def back_step(self) -> None:
        """Go one step back."""
        call = self._with_form()
        if call is not None and call.interview is not None:
            call.interview = call.interview.back()
            self._changed(call, focus=True)

    def go_to_step(self, number: int) -> None:
        """Go to the step with this number on its pill."""
        call = self._with_form()
        if call is None or call.interview is None:
            return
        for step in call.interview.steps:
            if step.number == number:
                call.interview = call.interview.go_to(step.index)
                self._changed(call, focus=True)
                return

    def tick_read_back(self, link_id: str) -> None:
        """Tick an answer as read back, or take the tick away."""
        call = self._with_form()
        if call is not None and call.interview is not None:
            ticked = link_id not in call.interview.ticks
            call.interview = call.interview.tick(link_id, ticked)
            self._changed(call)

    def dismiss_flag(self) -> None:
        """Put the red flag away, on record."""
        call = self._with_form()
        if call is not None and forms.dismiss_flag(call, self._stage.clock()):
            self._changed(call)

    # --- finishing -------------------------------------------------------------------------

    def finish(self) -> None:
        """Save the selected call's form, if it is complete."""
        call = self._with_form()
        if call is None or call.interview is None:
            return
        ending = call.interview.ending(self._stage.clock())
        if not call.interview.complete or ending is None:
            call.interview = call.interview.next()
            self._changed(call, focus=True)
            return
        self._save(call, finishing.finished_call(
            call, agent=self._stage.agent, now=self._stage.clock(), ending=ending))  # fmt: skip

    def end_as(self, outcome: Outcome) -> None:
        """Save the selected call without a form."""
        call = self._stage.lines.current
        if call is None or not call.was_answered or call.outcome is not None or call.saving:
            return
        self._save(call, finishing.finished_call(
            call, agent=self._stage.agent, now=self._stage.clock(), outcome=outcome))  # fmt: skip

    def escalate(self, call: LiveCall, *, transfer: bool) -> None:
        """Save an escalation, and only then put the caller through if that was chosen."""
        if call.interview is None or call.saving:
            return
        now = self._stage.clock()
        ending = call.interview.escalation(now)
        work = finishing.finished_call(call, agent=self._stage.agent, now=now, ending=ending)
        on_call = on_call_at(call.practice, now)
        target = on_call.provider.phone if on_call and transfer else None
        self._save(call, work, then_transfer=target or "")

    def transferred(self, call: LiveCall) -> None:
        """The caller has been put through."""
        if call.outcome is Outcome.ESCALATED:
            self._stage.book.write(PutThrough(uid=call.call, at=self._stage.clock()))
        if call.outcome is None:
            self._stage.say(
                "Caller put through", "Finish the form: how this call ends is not saved yet.",
                Light.GOOD,
            )  # fmt: skip

    def _save(self, call: LiveCall, work: FinishedCall, *, then_transfer: str = "") -> None:
        call.saving = True
        self._stage.show_form(call)

        def settled() -> None:
            call.saving = False

        def saved(result: Saved) -> None:
            call.outcome = work.outcome
            self._times.finished(call, written=result.rows is not None)
            call.closing_words = GOODBYE if call.is_up else ""
            self._stage.say(*_what_was_saved(call, work, result))
            if then_transfer:
                self._put_through(call, then_transfer)
            self._stage.out.call_finished.emit(call.call, result)
            self._stage.show_form(call)
            self._stage.show_pop(call)
            self._stage.refresh_overview()
            self._stage.settle()

        def refused(error: RecordsError) -> None:
            self._stage.say(error.title, f"{error.message} {error.mend}", Light.BAD)
            if isinstance(error, TimeTaken | BookingGone):
                forms.give_up_time(call)
                self._times.follow(call)
                self.look_up_caller(call)
            self._changed(call, focus=True)

        self._stage.book.finish(work, then=saved, refused=refused, always=settled)

    def _time_taken(self, call: LiveCall) -> None:
        """Somebody else was given the time while it was being chosen."""
        self._stage.say(
            "That time has just been taken",
            "It was given to somebody else a moment ago. Offer another time.",
            Light.BAD,
        )
        forms.give_up_time(call)
        self._changed(call, focus=True)

    def _put_through(self, call: LiveCall, target: str) -> None:
        if can(call.state, Move.TRANSFER):
            call.transfer_to = target
            self._stage.engine.send(wire.Transfer(call=call.call, target=target))
        else:
            self._stage.say(
                "The caller has gone",
                "The escalation is saved: reach the provider with the callback number.",
                Light.WARN,
            )

    # --- what the records know -------------------------------------------------------------

    def look_up_caller(self, call: LiveCall) -> None:
        """Find the caller's bookings and earlier items, and which times are taken."""

        def found(file: CallerFile | None) -> None:
            known = file or CallerFile()
            call.busy, call.earlier = known.busy, known.earlier
            now = self._stage.clock()
            call.unheard = unheard(call.practice, known.read, now) if file is not None else {}
            call.bookings, call.repeat = known.bookings, known.repeat
            self._times.follow(call)  # a form put back has a time already
            self._bookings.look_again(call)
            self._stage.show_pop(call)
            self._stage.show_form(call)

        if call.practice.neutral:
            found(None)
        else:
            self._stage.book.look_up_caller(
                call.practice,
                call.caller.number,
                self._stage.clock(),
                found,
                person=self._stage.agent,
                call=call.call,
            )
        relief.look_up(self._stage, call)
        known = None if call.practice.neutral else call.practice.id
        self._stage.record.saw("call", [(call.call, known)])

    # --- drafts ----------------------------------------------------------------------------

    def offer_unfinished(self) -> None:
        """Look for forms a crash or a restart left, and offer them."""

        def found(rows: "tuple[DraftRow, ...] | None") -> None:
            if rows is not None:
                self._unfinished = {row.uid: row for row in rows}
                self.attach_drafts()

        self._stage.book.look_up_drafts(found)

    def attach_drafts(self) -> None:
        """Put back the forms of calls that are still up; offer the others."""
        for row in list(self._unfinished.values()):
            call = self._stage.lines.get(row.call_uid)
            if call is None:
                continue
            del self._unfinished[row.uid]
            if call.interview is None and call.outcome is None:
                drafts.put_on(call, row)
                if call.call == self._stage.lines.selected:
                    self._stage.show_selected()
        self._offer()

    def resume(self, draft: str) -> None:
        """Take an unfinished form up again, its caller gone."""
        row = self._unfinished.pop(draft, None)
        if row is None:
            return
        call = drafts.call_of(row, self._stage.library, self._stage.timezone, self._stage.clock())
        self._stage.lines.add(call)
        self._stage.lines.selected = call.call
        self._stage.record.did(Event.RESUMED, kind="draft", row=draft, practice=row.practice_id)
        self._offer()
        self._stage.show_selected()
        self.look_up_caller(call)

    def discard(self, draft: str) -> None:
        """Throw an unfinished form away."""
        row = self._unfinished.pop(draft, None)
        if row is not None:
            self._stage.book.write(DroppedDraft(uid=draft))
            self._stage.record.did(
                Event.DISCARDED, kind="draft", row=draft, practice=row.practice_id
            )
            self._offer()

    def keep_draft(self, call: LiveCall) -> None:
        """Write a call's form down as it stands."""
        if call.outcome is not None or call.saving:
            return

        def written(at: datetime) -> None:
            call.draft_saved_at = at
            if call.call == self._stage.lines.selected and call.interview is not None:
                self._stage.out.draft_saved.emit(draft_line(at))

        self._stage.book.save_draft(drafts.draft_of(call, self._stage.clock()), written)

    def _offer(self) -> None:
        self._stage.record.saw(
            "draft", ((row.uid, row.practice_id) for row in self._unfinished.values())
        )
        self._stage.out.unfinished_changed.emit(
            tuple(drafts.unfinished(row, self._stage.library) for row in self._unfinished.values())
        )

    # --- showing ---------------------------------------------------------------------------

    def _changed(self, call: LiveCall, *, focus: bool = False, pop: bool = False) -> None:
        forms.note_flags(call, self._stage.clock())
        if pop:
            self._stage.show_pop(call)
        self._stage.show_form(call, focus=focus)
        self.keep_draft(call)
        self._times.follow(call)
        self._bookings.follow(call)

    def _with_form(self) -> LiveCall | None:
        """Return the selected call if its form can be changed now."""
        call = self._stage.lines.current
        if call is None or call.interview is None or call.outcome is not None or call.saving:
            return None
        return call


def _what_was_saved(call: LiveCall, work: FinishedCall, saved: Saved) -> tuple[str, str, Light]:
    title = _WITHOUT_FORM.get(work.outcome) or _DONE[work.outcome]
    if work.direction is Direction.OUTGOING and work.call_type is None:
        title = _CALL_MADE.get(work.outcome, title)
    if saved.rows is None and work.outcome in _TO_BE_CONFIRMED:
        return (
            "To be confirmed, and kept on this machine",
            "The records are away, so the time may be taken. Tell the caller it is not confirmed "
            "yet, and that the practice calls back if it cannot be kept.",
            Light.WARN,
        )
    if saved.rows is None:
        return (
            f"{title}, on this machine",
            "The records are away; it is written there when they are back.",
            Light.WARN,
        )
    new = work.booking if isinstance(work.booking, NewBooking | Reschedule) else None
    provider = (new.provider or "") if new is not None else ""
    if (away := call.unheard.get(provider)) is not None:
        return f"{title}, to be confirmed", f"{tell_caller(call.practice, away)}.", Light.WARN
    return title, "It is in the records.", Light.GOOD
