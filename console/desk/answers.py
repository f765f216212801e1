"""The practice's own answers: found as they are asked for, and kept with the call once read."""

from console.desk.form_keeper import FormKeeper
from console.desk.live_call import LiveCall
from console.desk.pop import usual_facts
from console.desk.stage import Stage
from console.desk.views import Fact
from console.store.audit.events import Event
from scripts import facts


class Answers:
    """Searches for the selected call."""

    def __init__(self, stage: Stage, form: FormKeeper) -> None:
        self._stage = stage
        self._form = form

    def search(self, text: str) -> None:
        """Find answers of the practice's own; the usual ones for no words, none once a symptom has
        been given."""
        current = self._stage.lines.current
        found_changed = self._stage.out.facts_found
        if current is None or (current.interview and current.interview.facts_locked):
            found_changed.emit(())
            return
        now = self._stage.clock()
        if not text.strip():
            found_changed.emit(usual_facts(current.practice, now))
            return
        found = facts.search(current.practice, text, now)
        self._note_search(current)
        found_changed.emit(tuple(Fact(f.label, f.text, f.full) for f in found))

    def read(self, label: str) -> None:
        """Record that an answer was put on screen to be read."""
        current = self._stage.lines.current
        if current is not None and current.was_answered:
            current.facts_read += ((label, self._stage.clock()),)
            self._form.keep_draft(current)

    def _note_search(self, call: LiveCall) -> None:
        """Put a call's first search on record: the next are the same one, typed on."""
        if not call.searched:
            call.searched = True
            practice = self._stage.lines.practice_id(call)
            self._stage.record.did(Event.SEARCHED, kind="facts", row=call.call, practice=practice)
