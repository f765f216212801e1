"""Changes of a rota at the desk: listed, tried, entered, ended; and somebody's word that it is
right.

What is refused is a notice and changes nothing. Everything is on record with who, when and why, and
holds at every desk within a second; while the records are away it holds here, and is written later.
"""

from datetime import datetime
from secrets import token_hex

from PySide6.QtCore import QObject, Signal

from console.desk.oncall import telling
from console.desk.oncall.todays import TodaysRota
from console.desk.oncall.views import EntryView, Plan, PreviewView
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.work import ChangedRota, ConfirmedRota, EndedRota, RotaPart
from scripts.entered import Confirmation, Entered, EnteredChange
from scripts.oncall import on_call_at
from scripts.practice import Practice
from scripts.rota_plans import NotPossible, planned


class RotaChanges(QObject):
    """What can be done about who is on call. A practice is named by its id. `changed` tells that
    something else holds than before, whoever entered it: who is on call is then asked anew."""

    changed = Signal()

    def __init__(self, stage: Stage, todays: TodaysRota, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stage, self._todays = stage, todays
        todays.changed.connect(self.changed)

    def may_change(self, practice: str) -> bool:
        """Tell whether whoever is signed in may change a practice's rota."""
        now = self._stage.clock()
        return self._stage.rights.may(Permission.CHANGE_ROTA, now=now, practice=practice)

    def entries(self, practice: str) -> tuple[EntryView, ...]:
        """Return what was entered about a practice's rota and is not long over: what holds now,
        what is to come, what was ended or is over, each in the order of its beginning."""
        found = self._practice(practice)
        if found is None:
            return ()
        return telling.entries(found, self._todays.entered.changes, self._stage.clock())

    def preview(self, practice: str, plan: Plan) -> PreviewView:
        """Return what a plan would come to, with nothing written."""
        found = self._practice(practice)
        if found is None:
            return PreviewView(problem="This desk does not have that practice.")
        try:
            changes = self._planned(found, plan)
        except NotPossible as refused:
            return PreviewView(problem=str(refused))
        return telling.preview(found, changes, self._stage.clock())

    def enter(self, practice: str, plan: Plan) -> bool:
        """Have a plan hold; tell whether it does, where not a notice says why."""
        found = self._allowed(practice)
        if found is None:
            return False
        try:
            changes = self._planned(found, plan)
        except NotPossible as refused:
            self._stage.say("The rota was not changed", str(refused), Light.WARN)
            return False
        self._stage.book.write(_work(changes))
        self._todays.enter(lambda entered: entered.with_changes(changes))
        self._stage.say("The rota is changed", telling.done(found, changes))
        return True

    def end(self, practice: str, group: str, why: str) -> bool:
        """End an entry from now on, all that was entered together; tell whether it was ended."""
        found = self._allowed(practice)
        if found is None:
            return False
        if not why.strip():
            self._stage.say("Say why", "It stands in the record beside your name.", Light.WARN)
            return False
        now, person = self._stage.clock(), self._stage.agent
        if not self._holds(group, now):
            self._stage.say("It is over already", "Somebody else may have ended it.", Light.WARN)
            return False
        work = EndedRota(uid=token_hex(12), group=group, person=person, why=why.strip(), at=now)
        self._stage.book.write(work)
        self._todays.enter(lambda entered: entered.with_ended(group, now, person))
        self._stage.say("The change is ended", telling.who_now(self._practice(practice), now))
        return True

    def confirm(self, practice: str) -> bool:
        """Put on record that whoever is on call now was asked, and is; tell whether it was."""
        found = self._allowed(practice)
        now = self._stage.clock()
        on_call = on_call_at(found, now) if found is not None else None
        if found is None or on_call is None:
            return False
        confirmation = Confirmation(
            practice=found.id,
            service_line=found.service_line,
            provider=on_call.provider.id,
            by=self._stage.agent,
            at=now,
        )
        self._stage.book.write(
            ConfirmedRota(
                uid=token_hex(12),
                practice_id=found.id,
                service_line=found.service_line,
                provider=on_call.provider.id,
                person=self._stage.agent,
                at=now,
            )
        )
        self._todays.enter(lambda entered: entered.with_confirmation(confirmation))
        self._stage.say("On call confirmed", f"{on_call.provider.full} is on call, and knows it.")
        return True

    # --- within --------------------------------------------------------------------------------

    def _practice(self, practice: str) -> Practice | None:
        return self._stage.library.by_id(practice)

    def _allowed(self, practice: str) -> Practice | None:
        if not self._stage.allowed(Permission.CHANGE_ROTA, practice=practice):
            return None
        found = self._practice(practice)
        if found is None or found.on_call is None:
            self._stage.say("No rota", "Write the practice’s on_call first.", Light.WARN)
            return None
        return found

    def _planned(self, practice: Practice, plan: Plan) -> tuple[EnteredChange, ...]:
        return planned(
            practice,
            plan,
            person=self._stage.agent or "somebody",
            now=self._stage.clock(),
            new_uid=lambda: token_hex(12),
        )

    def _holds(self, group: str, now: datetime) -> bool:
        entered: Entered = self._todays.entered
        return entered.with_ended(group, now, "somebody") is not entered


def _work(changes: tuple[EnteredChange, ...]) -> ChangedRota:
    """Return what is written of changes entered together."""
    first = changes[0]
    return ChangedRota(
        uid=first.group,
        practice_id=first.practice,
        service_line=first.service_line,
        kind=first.kind,
        why=first.why,
        person=first.made_by,
        at=first.made_at,
        changes=tuple(
            RotaPart(
                uid=each.uid,
                act=each.act,
                provider=each.provider,
                by=each.by,
                after=each.after,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
            )
            for each in changes
        ),
    )
