"""The practices page's own desk: the list, the practice in hand, its drafts, versions and preview.

On the window's thread, and never waiting: a text is checked on a thread of its own, the records are
asked on theirs, and what comes back changes the view.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.desk.permissions import Permission
from console.desk.practices import showing, versions
from console.desk.practices.drafts import DraftKeeper
from console.desk.practices.preview import Preview
from console.desk.practices.publishing import Publishing
from console.desk.practices.sections import BY_CODE
from console.desk.practices.session import Inspection, Session, inspect
from console.desk.practices.views import Act
from console.desk.script_keeper import ScriptKeeper
from console.desk.stage import Stage
from console.desk.views import Light
from console.desk.worker import Worker
from scripts.editing import edits
from scripts.editing.edits import CannotEdit
from scripts.editing.splice import NAME
from scripts.faults import Fault, KeyPath
from scripts.phone_numbers import display

if TYPE_CHECKING:
    from console.desk.practices.versions import Material
    from console.store.versions import DraftEdition

FOUND_AT_ONCE = 60  # practices shown in the list


class Practices(QObject):
    """A supervisor's page of practices."""

    list_changed = Signal(object)  # tuple[PracticeLine, ...]
    editor_changed = Signal(object)  # EditorView | None

    def __init__(self, stage: Stage, scripts: ScriptKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self.stage, self.scripts = stage, scripts
        self.preview = Preview(lambda: self.me, stage.clock, self)
        self._checker = Worker(self)
        self._checking = False
        self.drafts = DraftKeeper(stage.book, lambda: self.me, stage.clock)
        self._sessions: dict[str, Session] = {}
        self.publishing = Publishing(self)
        self._known_drafts: tuple[DraftEdition, ...] = ()
        self.session: Session | None = None
        self._query = ""
        self._previewed = ""  # the text the preview shows
        stage.book.closing.connect(self._checker.close)

    # --- the list ----------------------------------------------------------------------------

    @property
    def may_edit(self) -> bool:
        """Whether whoever is at the desk may edit practices, without a word about it."""
        now = self.stage.clock()
        return self.stage.rights.may(Permission.EDIT_PRACTICES, now=now)

    @property
    def me(self) -> str:
        """The name of whoever is signed in: it stands on drafts, versions and signatures."""
        person = self.stage.rights.person
        return person.name if person is not None else self.stage.agent

    def show(self) -> bool:
        """Show the page, if the person may see it; tell whether it is to be shown."""
        if not self.stage.allowed(Permission.EDIT_PRACTICES):
            return False
        self._look_for_drafts()
        self._list()
        self.tell()
        return True

    def find(self, text: str) -> None:
        """Narrow the list to the practices whose names fit."""
        self._query = text
        self._list()

    def open(self, practice_id: str) -> None:
        """Take a practice in hand: its draft, else its newest version, else its file."""
        if not self.stage.allowed(Permission.EDIT_PRACTICES, practice=practice_id):
            return
        known = self._sessions.get(practice_id)
        if known is not None:
            self._take(known)
        path, author = self.scripts.files.files.get(practice_id), self.me
        self.stage.book.ask(
            lambda ledger: versions.material(ledger, practice_id, author, path),
            then=partial(self.opened, practice_id),
        )

    def new(self) -> None:
        """Begin a new practice like the one in hand."""
        session = self.session
        if session is None or not self.stage.allowed(Permission.EDIT_PRACTICES):
            return
        text = session.text
        taken = {*self._sessions, *(p.id for p in self.stage.library.practices)}
        number = next(n for n in range(1, 10_000) if f"new_practice_{n}" not in taken)
        for path, value in (
            (("id",), f"new_practice_{number}"),
            (("name",), "New practice"),
            (("spoken_name",), "New practice"),
            (("numbers",), [""]),
        ):
            text = edits.put(text, path, value)
        if "baa" in edits.read(text):
            text = edits.take_out(text, ("baa",))  # an agreement is signed, never copied
        fresh = Session(text=text, based_on=None, base_text="", is_new=True, parent=self)
        self._keep(f"new_practice_{number}", fresh)

    def leave(self) -> None:
        """Put the practice out of hand; its draft stays."""
        self.session = None
        self._query = ""
        self.preview.show(None)
        self.tell()
        self._list()
        self._look_for_drafts()

    # --- the practice in hand ----------------------------------------------------------------

    def go_to(self, code: str) -> None:
        """Show a section."""
        session = self.session
        if session is None:
            return
        if code in BY_CODE:
            session.go_to(BY_CODE[code])
        else:
            session.pseudo = code
            self.publishing.forget_version()
            self.tell()

    def toggle(self, path: KeyPath) -> None:
        """Open an entry, or close the open one."""
        session = self.session
        if session is None:
            return
        if session.pseudo:
            self.publishing.open_version(path)
        else:
            session.toggle(path)

    def set_value(self, key: str, given: str) -> None:
        """Take what a field holds after an edit."""
        if self.session is not None and self.session.pseudo:
            self.publishing.act(key)
        elif session := self.editable():
            self._try(lambda: session.set_value(key, given))

    def add(self, code: str) -> None:
        """Add an entry."""
        if session := self.editable():
            self._try(lambda: session.add(code))

    def act(self, act: Act, path: KeyPath) -> None:
        """Copy, remove or move an entry."""
        if session := self.editable():
            self._try(lambda: session.act(act, path))

    def undo(self) -> None:
        """Take the last change back."""
        if session := self.editable():
            session.stack.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        if session := self.editable():
            session.stack.redo()

    def next_problem(self) -> None:
        """Go to the field with the next mistake."""
        session = self.session
        if session is None or not session.places:
            return
        places = session.places
        item = session.open_item
        here = [
            number
            for number, (_, place) in enumerate(places)
            if item is not None and place.item.key == item.key and place.section is session.section
        ]
        _, place = places[(here[-1] + 1) % len(places) if here else 0]
        key = "/".join(str(part) for part in place.spec.at) if place.spec is not None else ""
        session.go_to(place.section, place.item.key, focus=key)

    def throw_away(self) -> None:
        """Go back to what was saved last, as a change that can be taken back."""
        if session := self.editable():
            session.replace_text(session.base_text, "Throw the draft away")

    # --- within: the text ----------------------------------------------------------------------

    def editable(self) -> Session | None:
        session = self.session
        if session is None:
            return None
        allowed = self.stage.allowed(Permission.EDIT_PRACTICES, practice=session.practice_id)
        return session if allowed else None

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except CannotEdit as error:
            self.stage.say("That does not fit into a practice", f"{error}.", Light.BAD)
            self.tell()

    def _on_change(self) -> None:
        session = self.session
        if session is None:
            return
        self.tell()
        if session.inspection is None or session.inspection.text != session.text:
            self._check(session)
        practice_id = self.id_of(session)
        if session.dirty and session.text != session.kept_text:
            session.kept_text = session.text
            self.drafts.keep(
                practice_id, session.text, session.based_on, partial(self._draft_kept, session)
            )
        elif session.dirty:
            pass  # only the place has changed
        elif session.saved_at is not None:
            session.saved_at = None
            self.drafts.drop(practice_id)

    def _draft_kept(self, session: Session, at: datetime) -> None:
        session.saved_at = at if session.dirty else None
        if session is self.session:
            self.tell()

    def _check(self, session: Session) -> None:
        if self._checking:
            return
        self._checking = True
        text = session.text
        self._checker.run(
            lambda: inspect(text), then=partial(self._checked, session), always=self._has_checked
        )

    def _has_checked(self) -> None:
        self._checking = False

    def _checked(self, session: Session, found: Inspection) -> None:
        session.inspection = self._with_clashes(session, found)
        now = self.session
        if session is now:
            if found.practice is not None and found.text != self._previewed:
                self._previewed = found.text
                self.preview.show(found.practice)
            self.tell()
        if now is not None and (now.inspection is None or now.inspection.text != now.text):
            self._check(now)

    def _with_clashes(self, session: Session, found: Inspection) -> Inspection:
        """Add what only the other practices know: a number, or a name, that is taken."""
        if found.practice is None:
            return found
        faults: list[Fault] = []
        for place, number in enumerate(found.practice.numbers):
            other = self.stage.library.by_number(number)
            if other is not None and other.id != found.practice.id:
                wrong = f"{display(number)} belongs to {other.name}; a number has one practice"
                faults.append(_fault(("numbers", place), wrong))
        other = self.stage.library.by_id(found.practice.id)
        if session.is_new and other is not None:
            faults.append(_fault(("id",), f"is taken by {other.name}; choose another"))
        return Inspection(found.text, found.practice, tuple(faults)) if faults else found

    def id_of(self, session: Session) -> str:
        return next(key for key, each in self._sessions.items() if each is session)

    # --- within: the records ---------------------------------------------------------------------

    def _look_for_drafts(self) -> None:
        self.stage.book.ask(partial(versions.drafts_of, author=self.me), then=self._found_drafts)

    def _found_drafts(self, found: "tuple[DraftEdition, ...]") -> None:
        self._known_drafts = found
        self._list()

    def opened(self, practice_id: str, found: "Material | None") -> None:
        if found is None:
            if practice_id not in self._sessions:
                self.stage.say(
                    "This practice cannot be opened",
                    "Neither the records nor this desk's folder has its script.",
                    Light.BAD,
                )
            return
        self.publishing.rows[practice_id] = found.versions
        known = self._sessions.get(practice_id)
        if known is not None and (known.dirty or known.base_text == found.base_text):
            self.tell()
            return
        if known is not None:  # nothing was typed in it, and somebody has saved since
            del self._sessions[practice_id]
            if known is not self.session:
                return
        try:
            edits.read(found.text)
        except CannotEdit as error:
            self.stage.say("This practice cannot be edited", f"{error}.", Light.BAD)
            return
        session = Session(
            text=found.text,
            based_on=found.based_on,
            base_text=found.base_text,
            is_new=not found.base_text,
            parent=self,
        )
        session.saved_at = found.draft_at
        self._keep(practice_id, session)
        newest = found.versions[0].number if found.versions else None
        if session.dirty and newest != session.based_on:
            self.stage.say(
                "Somebody saved this practice meanwhile",
                f"Version {newest} is newer than your draft. You are shown what differs when you "
                "save.",
                Light.WARN,
            )

    def _keep(self, practice_id: str, session: Session) -> None:
        self._sessions[practice_id] = session
        session.changed.connect(self._on_change)
        self._take(session)
        if session.dirty and session.is_new:
            self._on_change()

    def _take(self, session: Session) -> None:
        self.session = session
        self.publishing.forget_version()
        self._previewed = ""
        if session.inspection is not None and session.inspection.practice is not None:
            self._previewed = session.inspection.text
            self.preview.show(session.inspection.practice)
        else:
            self.preview.show(self.stage.library.by_id(session.practice_id))
        self.tell()
        self._check(session)

    # --- showing -----------------------------------------------------------------------------

    def _list(self) -> None:
        library = self.stage.library
        found = (
            library.find_name(self._query, FOUND_AT_ONCE)
            if self._query.strip()
            else tuple(sorted(library.practices, key=lambda p: p.name))[:FOUND_AT_ONCE]
        )
        self.list_changed.emit(versions.practice_lines(library, self._known_drafts, found))

    def tell(self) -> None:
        session = self.session
        if session is None:
            self.editor_changed.emit(None)
            return
        rows = self.publishing.rows.get(session.practice_id, ())
        lines = versions.version_lines(rows, self.publishing.in_force(session), self.stage.clock())
        checked = session.inspection
        self.editor_changed.emit(
            showing.editor_view(
                session,
                versions=lines,
                opened_version=self.publishing.version,
                version_changes=self.publishing.changes,
                can_edit=self.may_edit,
                previewed=checked is None or checked.practice is not None,
                heard=self.preview.heard,
            )
        )
        session.focus = ""


def _fault(path: KeyPath, wrong: str) -> Fault:
    return Fault(NAME, 1, str(path[0]), wrong, path)
