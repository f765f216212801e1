"""A change of a rota typed at the desk: tried at every key, written when it is what was seen.

What another desk writes meanwhile shows at once in what would change. Nothing is written over it:
where the preview is no longer what was looked at, it is shown anew and has to be written again.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from console.desk.oncall.changing import RotaChanges
from console.desk.oncall.views import EntryView, Plan, PreviewView
from console.desk.permissions import Permission
from console.desk.rota import plans
from console.desk.rota.edit_views import EditKind, EditView, Typed
from console.desk.rota.plans import Doing
from console.desk.rota.views import ShiftView
from console.desk.stage import Stage
from console.desk.views import Light
from scripts.practice import Practice
from scripts.rota_plans import NotPossible

PAUSE_MS: Final = 120  # after a key, before what would change is worked out
BOTH_WITHIN: Final = timedelta(
    minutes=2
)  # of one's own entry, another's for the same hours is told
CLASH: Final = "▲ Changed at another desk meanwhile. Look at what would change now, then write it."
ANEW: Final = "▲ This is what would change. Look at it, then write it."


@dataclass(slots=True)
class _Edit:
    """What is being done, and what was seen of it."""

    practice: str
    doing: Doing
    opening: int
    typed: Typed = field(default_factory=Typed)
    seen: tuple[str, ...] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Own:
    """An entry of this desk's, and the others' that were known by then."""

    practice: str
    entry: EntryView
    at: datetime
    known: frozenset[str]


class RotaEditing(QObject):
    """`changed` carries the sheet, None for none. What cannot be done is a sentence in it, or a
    notice where nothing of it may be shown."""

    changed = Signal(object)  # EditView | None

    def __init__(self, stage: Stage, changes: RotaChanges, parent: QObject) -> None:
        super().__init__(parent)
        self._stage, self._changes = stage, changes
        self._edit: _Edit | None = None
        self._openings = 0
        self._own: tuple[_Own, ...] = ()
        self._writing = False
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._look)
        changes.changed.connect(self._on_changed)
        stage.book.closing.connect(self._pause.stop)

    # --- opening and closing -------------------------------------------------------------------

    def override(self, practice: str, shift: ShiftView) -> None:
        """Put somebody else on call for a shift, or for any hours of it."""
        self._open(practice, Doing(EditKind.OVERRIDE, shift))

    def vacation(self, practice: str, shift: ShiftView) -> None:
        """Have somebody's shifts taken while they are away."""
        self._open(practice, Doing(EditKind.VACATION, shift))

    def swap(self, practice: str, shift: ShiftView, second: ShiftView) -> None:
        """Have two people change places."""
        if shift.provider == second.provider:
            self._stage.say(
                "Both shifts are the same person’s", "Go to somebody else’s shift.", Light.WARN
            )
            return
        self._open(practice, Doing(EditKind.SWAP, shift, second))

    def remove(self, practice: str, shift: ShiftView) -> None:
        """End the change a shift comes from."""
        if not shift.change:
            title = "There is no change to remove"
            self._stage.say(title, "This shift stands in the practice’s own rota.", Light.WARN)
            return
        self._open(practice, Doing(EditKind.REMOVE, shift))

    def confirm(self, practice: str, shift: ShiftView) -> None:
        """Put on record that whoever is on call now was asked, and is."""
        self._open(practice, Doing(EditKind.CONFIRM, shift))

    def leave(self) -> None:
        """Close the sheet; nothing is written."""
        self._edit = None
        self._pause.stop()
        self.changed.emit(None)

    # --- typing and writing ----------------------------------------------------------------------

    def type(self, typed: Typed) -> None:
        """Take what stands in the fields after each key."""
        if self._edit is not None:
            self._edit.typed, self._edit.note = typed, ""
            self._pause.start()

    def write(self, typed: Typed) -> None:
        """Write it, if it still does what was seen."""
        edit, practice = self._edit, self._practice()
        if edit is None or practice is None:
            return
        edit.typed = typed
        self._pause.stop()
        before = edit.seen
        view = self._look()
        if view is None or not view.can_write:
            return
        if view.lines != before:
            self._note(edit, view, ANEW)
            return
        self._writing = True
        try:
            done = self._written(edit, practice)
        finally:
            self._writing = False
        if done:
            self.leave()

    # --- within ----------------------------------------------------------------------------------

    def _practice(self) -> Practice | None:
        return self._stage.library.by_id(self._edit.practice) if self._edit is not None else None

    def _open(self, practice: str, doing: Doing) -> None:
        if not self._stage.allowed(Permission.CHANGE_ROTA, practice=practice):
            return
        found = self._stage.library.by_id(practice)
        if found is None or found.on_call is None:
            return
        self._openings += 1
        typed = plans.filled_in(found, doing, self._stage.clock())
        self._edit = _Edit(practice, doing, self._openings, typed)
        self._look()

    def _look(self) -> EditView | None:
        """Work out what would change, and show it."""
        edit, practice = self._edit, self._practice()
        if edit is None or practice is None:
            return None
        edit.typed = plans.picked(practice, edit.doing.shift, edit.typed)
        preview = self._preview(edit, practice)
        lines = tuple(line.words for line in preview.lines)
        if preview.more:
            lines += (preview.more,)
        edit.seen = lines
        view = plans.view(practice, edit.doing, edit.typed, edit.opening)
        view = replace(
            view,
            lines=lines,
            problem="" if plans.asks_for_somebody(view) else preview.problem,
            note=edit.note,
            can_write=bool(lines) and not preview.problem
            and (not view.asks_why or bool(edit.typed.why.strip())),
        )  # fmt: skip
        self.changed.emit(view)
        return view

    def _preview(self, edit: _Edit, practice: Practice) -> PreviewView:
        now = self._stage.clock()
        try:
            match edit.doing.kind:
                case EditKind.REMOVE:
                    return plans.without(practice, edit.doing.shift.change, now)
                case EditKind.CONFIRM:
                    return plans.who_it_is(practice, now)
                case _:
                    plan = plans.plan(practice, edit.doing, edit.typed, now)
                    return self._changes.preview(practice.id, plan)
        except NotPossible as refused:
            return PreviewView(problem=str(refused))

    def _written(self, edit: _Edit, practice: Practice) -> bool:
        match edit.doing.kind:
            case EditKind.REMOVE:
                return self._changes.end(practice.id, edit.doing.shift.change, edit.typed.why)
            case EditKind.CONFIRM:
                return self._changes.confirm(practice.id)
            case _:
                now = self._stage.clock()
                plan = plans.plan(practice, edit.doing, edit.typed, now)
                return self._entered(practice.id, plan)

    def _entered(self, practice: str, plan: Plan) -> bool:
        before = {entry.group for entry in self._changes.entries(practice)}
        if not self._changes.enter(practice, plan):
            return False
        now = self._stage.clock()
        entries = self._changes.entries(practice)
        self._own = tuple(own for own in self._own if now - own.at < BOTH_WITHIN) + tuple(
            _Own(practice, entry, now, frozenset(e.group for e in entries))
            for entry in entries
            if entry.group not in before
        )
        return True

    # --- what others write -----------------------------------------------------------------------

    def _on_changed(self) -> None:
        self._tell_of_both()
        edit = self._edit
        if edit is None or self._writing:
            return
        before = edit.seen
        view = self._look()
        if view is not None and view.lines != before:
            self._note(edit, view, CLASH)

    def _note(self, edit: _Edit, view: EditView, note: str) -> None:
        edit.note = note
        self.changed.emit(replace(view, note=note))

    def _tell_of_both(self) -> None:
        """Say so where another desk has entered something for hours that were changed here just
        now: both stand, and the later holds."""
        now, kept = self._stage.clock(), []
        for own in self._own:
            if now - own.at >= BOTH_WITHIN:
                continue
            entries = self._changes.entries(own.practice)
            for other in entries:
                if other.group not in own.known and other.can_end and _overlap(own.entry, other):
                    self._stage.say(
                        "Two changes for the same hours",
                        f"{other.what}, {other.when} ({other.made}). Both stand, the later holds: "
                        "look who is on call, and remove the one that is not meant.",
                        Light.WARN,
                    )
            kept.append(replace(own, known=frozenset(entry.group for entry in entries)))
        self._own = tuple(kept)


def _overlap(one: EntryView, other: EntryView) -> bool:
    return one.start < other.end and other.start < one.end
