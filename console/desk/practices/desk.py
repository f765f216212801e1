"""The practices page's own desk: the list, the practice in hand, its drafts, versions and preview.

On the window's thread, and never waiting: a text is checked on a thread of its own, the records are
asked on theirs, and what comes back changes the view.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from console.desk.permissions import Permission
from console.desk.practices import showing, versions
from console.desk.practices.drafts import DraftKeeper
from console.desk.practices.preview import Preview
from console.desk.practices.sections import BY_CODE
from console.desk.practices.session import Inspection, Session, inspect
from console.desk.practices.views import Act, ChangeLine, SignView
from console.desk.script_keeper import ScriptKeeper
from console.desk.stage import Stage
from console.desk.views import Light
from console.desk.worker import Worker
from console.store.errors import RecordsError, VersionConflict
from scripts.diff import compare
from scripts.editing import edits
from scripts.editing.edits import CannotEdit
from scripts.editing.splice import NAME
from scripts.faults import Fault, KeyPath, PracticeFileError
from scripts.loader import load_text
from scripts.phone_numbers import display
from scripts.practice import Practice

if TYPE_CHECKING:
    from console.desk.practices.versions import Material
    from console.store.versions import DraftEdition, VersionRow

FOUND_AT_ONCE = 60  # practices shown in the list


class Practices(QObject):
    """A supervisor's page of practices."""

    list_changed = Signal(object)  # tuple[PracticeLine, ...]
    editor_changed = Signal(object)  # EditorView | None
    sign_changed = Signal(object)  # SignView | None

    def __init__(self, stage: Stage, scripts: ScriptKeeper, parent: QObject) -> None:
        super().__init__(parent)
        self._stage, self._scripts = stage, scripts
        self.preview = Preview(lambda: self._me, stage.clock, self)
        self._checker = Worker(self)
        self._checking = False
        self._drafts = DraftKeeper(stage.book, lambda: self._me, stage.clock)
        self._sessions: dict[str, Session] = {}
        self._rows: dict[str, tuple[VersionRow, ...]] = {}
        self._known_drafts: tuple[DraftEdition, ...] = ()
        self._session: Session | None = None
        self._query = ""
        self._version = 0  # the one whose differences are shown
        self._changes: tuple[ChangeLine, ...] = ()
        self._previewed = ""  # the text the preview shows
        stage.book.closing.connect(self._checker.close)

    # --- the list ----------------------------------------------------------------------------

    @property
    def may_edit(self) -> bool:
        """Whether whoever is at the desk may edit practices, without a word about it."""
        now = self._stage.clock()
        return self._stage.rights.may(Permission.EDIT_PRACTICES, now=now)

    @property
    def _me(self) -> str:
        """The name of whoever is signed in: it stands on drafts, versions and signatures."""
        person = self._stage.rights.person
        return person.name if person is not None else self._stage.agent

    def show(self) -> bool:
        """Show the page, if the person may see it; tell whether it is to be shown."""
        if not self._stage.allowed(Permission.EDIT_PRACTICES):
            return False
        self._stage.book.ask(partial(versions.drafts_of, author=self._me), then=self._found_drafts)
        self._list()
        self._tell()
        return True

    def find(self, text: str) -> None:
        """Narrow the list to the practices whose names fit."""
        self._query = text
        self._list()

    def open(self, practice_id: str) -> None:
        """Take a practice in hand: its draft, else its newest version, else its file."""
        if not self._stage.allowed(Permission.EDIT_PRACTICES, practice=practice_id):
            return
        known = self._sessions.get(practice_id)
        if known is not None:
            self._take(known)
        path, author = self._scripts.files.files.get(practice_id), self._me
        self._stage.book.ask(
            lambda ledger: versions.material(ledger, practice_id, author, path),
            then=partial(self._opened, practice_id),
        )

    def new(self) -> None:
        """Begin a new practice like the one in hand."""
        session = self._session
        if session is None or not self._stage.allowed(Permission.EDIT_PRACTICES):
            return
        text = session.text
        taken = {*self._sessions, *(p.id for p in self._stage.library.practices)}
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
        self._session = None
        self.preview.show(None)
        self._tell()
        self._list()

    # --- the practice in hand ----------------------------------------------------------------

    def go_to(self, code: str) -> None:
        """Show a section."""
        session = self._session
        if session is None:
            return
        if code in BY_CODE:
            session.go_to(BY_CODE[code])
        else:
            session.pseudo = code
            self._version, self._changes = 0, ()
            self._tell()

    def toggle(self, path: KeyPath) -> None:
        """Open an entry, or close the open one."""
        session = self._session
        if session is None:
            return
        if session.pseudo:
            self._open_version(path)
        else:
            session.toggle(path)

    def set_value(self, key: str, given: str) -> None:
        """Take what a field holds after an edit."""
        if self._session is not None and self._session.pseudo:
            self._version_act(key)
        elif session := self._editable():
            self._try(lambda: session.set_value(key, given))

    def add(self, code: str) -> None:
        """Add an entry."""
        if session := self._editable():
            self._try(lambda: session.add(code))

    def act(self, act: Act, path: KeyPath) -> None:
        """Copy, remove or move an entry."""
        if session := self._editable():
            self._try(lambda: session.act(act, path))

    def undo(self) -> None:
        """Take the last change back."""
        if session := self._editable():
            session.stack.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        if session := self._editable():
            session.stack.redo()

    def next_problem(self) -> None:
        """Go to the field with the next mistake."""
        session = self._session
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
        if session := self._editable():
            session.replace_text(session.base_text, "Throw the draft away")

    # --- saving and signing --------------------------------------------------------------------

    def ask_to_save(self) -> None:
        """Show what would be saved: the differences, or why it cannot be."""
        session = self._editable()
        if session is None:
            return
        checked = session.inspection
        if checked is None or checked.text != session.text:
            self._stage.say("Still being checked", "Try again in a moment.", Light.WARN)
            return
        wrong = self._wrong(session, checked)
        if wrong:
            self._stage.say("There are mistakes to mend first", wrong, Light.BAD)
            return
        assert checked.practice is not None
        old = self._in_force(session)
        words = "A new practice" if old is None else f"What changes for callers of {old.name}"
        changes = showing.change_lines(compare(old, checked.practice)) if old else ()
        self.sign_changed.emit(SignView("Save this version", words, changes, self._me))

    def save(self, note: str, signer: str, when: str) -> None:
        """Save what is in hand as a version; with a signer it is signed, and holds from `when`
        (the practice's own time, "" at once)."""
        session = self._editable()
        checked = session.inspection if session is not None else None
        if session is None or checked is None or checked.practice is None:
            return
        if checked.text != session.text or self._wrong(session, checked):
            self.ask_to_save()
            return
        practice, text = checked.practice, session.text
        given, at = self._moment(when, practice)
        if not given:
            return
        now = self._stage.clock()
        saving = versions.Saving(
            practice, text, self._me, session.based_on, note.strip(), signer.strip(),
            at,
        )  # fmt: skip
        self._stage.book.ask(
            lambda ledger: versions.save(ledger, saving, now),
            then=partial(self._saved, session, practice, text, bool(signer.strip()), at),
            otherwise=partial(self._not_saved, session),
            expected=RecordsError,
        )

    def sign(self, number: int, signer: str, when: str) -> None:
        """Have an earlier version hold again."""
        session = self._editable()
        if session is None or not signer.strip():
            return
        practice = self._in_force(session) or self._checked_practice(session)
        given, at = self._moment(when, practice)
        if not given:
            return
        now, practice_id = self._stage.clock(), session.practice_id
        self._stage.book.ask(
            lambda ledger: versions.sign(ledger, practice_id, number, signer.strip(), now, at),
            then=partial(self._signed, session, practice, at),
            otherwise=self._refused,
            expected=RecordsError,
        )

    def on_top(self) -> None:
        """After a conflict: go on with one's own, begun anew from the other's version."""
        session, rows = self._session, self._rows
        if session is not None and (found := rows.get(session.practice_id)):
            session.based_on = found[0].number
            self.sign_changed.emit(None)
            self.ask_to_save()

    def take_theirs(self) -> None:
        """After a conflict: go on from the other's version; one's own can be taken back."""
        session = self._session
        if session is not None and (found := self._rows.get(session.practice_id)):
            session.based_on, session.base_text = found[0].number, found[0].text
            self.sign_changed.emit(None)
            session.replace_text(found[0].text, f"Take version {found[0].number}")

    def cancel_sign(self) -> None:
        """Close the question without an answer."""
        self.sign_changed.emit(None)

    # --- within: the text ----------------------------------------------------------------------

    def _editable(self) -> Session | None:
        session = self._session
        if session is None:
            return None
        allowed = self._stage.allowed(Permission.EDIT_PRACTICES, practice=session.practice_id)
        return session if allowed else None

    def _try(self, change: Callable[[], None]) -> None:
        try:
            change()
        except CannotEdit as error:
            self._stage.say("That does not fit into a practice", f"{error}.", Light.BAD)
            self._tell()

    def _on_change(self) -> None:
        session = self._session
        if session is None:
            return
        self._tell()
        if session.inspection is None or session.inspection.text != session.text:
            self._check(session)
        practice_id = self._id_of(session)
        if session.dirty and session.text != session.kept_text:
            session.kept_text = session.text
            self._drafts.keep(
                practice_id, session.text, session.based_on, partial(self._draft_kept, session)
            )
        elif session.dirty:
            pass  # only the place has changed
        elif session.saved_at is not None:
            session.saved_at = None
            self._drafts.drop(practice_id)

    def _draft_kept(self, session: Session, at: datetime) -> None:
        session.saved_at = at if session.dirty else None
        if session is self._session:
            self._tell()

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
        now = self._session
        if session is now:
            if found.practice is not None and found.text != self._previewed:
                self._previewed = found.text
                self.preview.show(found.practice)
            self._tell()
        if now is not None and (now.inspection is None or now.inspection.text != now.text):
            self._check(now)

    def _with_clashes(self, session: Session, found: Inspection) -> Inspection:
        """Add what only the other practices know: a number, or a name, that is taken."""
        if found.practice is None:
            return found
        faults: list[Fault] = []
        for place, number in enumerate(found.practice.numbers):
            other = self._stage.library.by_number(number)
            if other is not None and other.id != found.practice.id:
                wrong = f"{display(number)} belongs to {other.name}; a number has one practice"
                faults.append(_fault(("numbers", place), wrong))
        other = self._stage.library.by_id(found.practice.id)
        if session.is_new and other is not None:
            faults.append(_fault(("id",), f"is taken by {other.name}; choose another"))
        return Inspection(found.text, found.practice, tuple(faults)) if faults else found

    def _wrong(self, session: Session, checked: Inspection) -> str:
        places = session.places
        if not checked.faults:
            return ""
        more = f", and {len(places) - 1} more" if len(places) > 1 else ""
        place = places[0][1]
        label = place.spec.label if place.spec is not None else place.item.title
        return f"{place.section.title}, {label}: {checked.faults[0].wrong}{more}."

    def _id_of(self, session: Session) -> str:
        return next(key for key, each in self._sessions.items() if each is session)

    # --- within: the records ---------------------------------------------------------------------

    def _found_drafts(self, found: "tuple[DraftEdition, ...]") -> None:
        self._known_drafts = found
        self._list()

    def _opened(self, practice_id: str, found: "Material | None") -> None:
        if found is None:
            if practice_id not in self._sessions:
                self._stage.say(
                    "This practice cannot be opened",
                    "Neither the records nor this desk's folder has its script.",
                    Light.BAD,
                )
            return
        self._rows[practice_id] = found.versions
        if practice_id in self._sessions:
            self._tell()
            return
        try:
            edits.read(found.text)
        except CannotEdit as error:
            self._stage.say("This practice cannot be edited", f"{error}.", Light.BAD)
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
            self._stage.say(
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
        self._session = session
        self._version, self._changes = 0, ()
        self._previewed = ""
        if session.inspection is not None and session.inspection.practice is not None:
            self._previewed = session.inspection.text
            self.preview.show(session.inspection.practice)
        else:
            self.preview.show(self._stage.library.by_id(session.practice_id))
        self._tell()
        self._check(session)

    def _saved(  # noqa: PLR0917 - bound beforehand, but for the last
        self,
        session: Session,
        practice: Practice,
        text: str,
        signed: bool,
        at: datetime | None,
        number: int,
    ) -> None:
        self._drafts.drop(self._id_of(session))
        session.saved_at = None
        session.saved(number, text)
        self.sign_changed.emit(None)
        if not signed:
            said = "It is not in force until somebody signs it."
        else:
            said = (
                "It is in force." if at is None else f"It is in force from {_when(at, practice)}."
            )
        self._stage.say(f"Version {number} saved", said)
        self._read_again(session)

    def _signed(
        self, session: Session, practice: Practice | None, at: datetime | None, number: int
    ) -> None:
        self.sign_changed.emit(None)
        said = "It is in force." if at is None else f"It is in force from {_when(at, practice)}."
        self._stage.say(f"Version {number} signed", said)
        self._read_again(session)

    def _read_again(self, session: Session) -> None:
        self._scripts.look()
        practice_id = session.practice_id
        path, author = self._scripts.files.files.get(practice_id), self._me
        self._stage.book.ask(
            lambda ledger: versions.material(ledger, practice_id, author, path),
            then=partial(self._opened, practice_id),
        )

    def _not_saved(self, session: Session, error: Exception) -> None:
        if not isinstance(error, VersionConflict):
            self._refused(error)
            return
        mine = self._checked_practice(session)
        changes: tuple[ChangeLine, ...] = ()
        try:
            theirs = load_text(error.text)
        except PracticeFileError:
            theirs = None
        if theirs is not None and mine is not None:
            changes = showing.change_lines(compare(theirs, mine))
        words = f"{error.message} Against that one, yours says:"
        self.sign_changed.emit(SignView(error.title, words, changes, self._me, conflict=True))
        self._read_again(session)

    def _refused(self, error: Exception) -> None:
        assert isinstance(error, RecordsError)
        self._stage.say(error.title, f"{error.message} Your draft is kept. {error.mend}", Light.BAD)

    # --- within: versions ------------------------------------------------------------------------

    def _open_version(self, path: KeyPath) -> None:
        number = path[-1]
        if self._session is None or not isinstance(number, int):
            return
        self._version = 0 if number == self._version else number
        self._changes = self._against_force(self._session, number) if self._version else ()
        self._tell()

    def _against_force(self, session: Session, number: int) -> tuple[ChangeLine, ...]:
        row = self._row(session, number)
        old = self._in_force(session)
        if row is None or old is None:
            return ()
        if old.version == row.sha256[: len(old.version)]:
            return (ChangeLine("This is what calls are answered with now"),)
        try:
            theirs = load_text(row.text)
        except PracticeFileError as error:
            return (ChangeLine(f"It can no longer be used: {error.faults[0].wrong}"),)
        return (ChangeLine("Against the version in force"), *showing.change_lines(
            compare(old, theirs)))  # fmt: skip

    def _version_act(self, key: str) -> None:
        session = self._editable()
        row = self._row(session, self._version) if session is not None else None
        if session is None or row is None:
            return
        if key == "take":
            session.pseudo = ""
            session.replace_text(row.text, f"Take version {row.number}")
            return
        try:
            load_text(row.text)
        except PracticeFileError as error:
            self._stage.say("This version cannot be signed", f"{error.faults[0].wrong}.", Light.BAD)
            return
        self.sign_changed.emit(
            SignView(
                f"Sign version {row.number}",
                "What changes for callers",
                self._changes[1:] or self._changes,
                self._me,
                number=row.number,
            )
        )

    def _row(self, session: Session, number: int) -> "VersionRow | None":
        rows = self._rows.get(session.practice_id, ())
        return next((row for row in rows if row.number == number), None)

    def _in_force(self, session: Session) -> Practice | None:
        return self._stage.library.by_id(session.practice_id)

    @staticmethod
    def _checked_practice(session: Session) -> Practice | None:
        return session.inspection.practice if session.inspection is not None else None

    def _moment(self, when: str, practice: Practice | None) -> tuple[bool, datetime | None]:
        """Return whether it can be used, and the instant typed in the practice's time, None for at
        once. What is no time is said."""
        words = when.strip()
        if not words:
            return True, None
        try:
            local = datetime.fromisoformat(words)
        except ValueError:
            local = None
        if local is None or practice is None:
            self._stage.say(
                "This is not a time", f"“{words}”; write it like 2026-11-30 08:00.", Light.BAD
            )
            return False, None
        at = local.replace(tzinfo=practice.zone) if local.tzinfo is None else local
        if at <= self._stage.clock():
            self._stage.say("That time has passed", "Leave it empty to begin at once.", Light.BAD)
            return False, None
        return True, at.astimezone(UTC)

    # --- showing -----------------------------------------------------------------------------

    def _list(self) -> None:
        library = self._stage.library
        found = (
            library.find_name(self._query, FOUND_AT_ONCE)
            if self._query.strip()
            else tuple(sorted(library.practices, key=lambda p: p.name))[:FOUND_AT_ONCE]
        )
        self.list_changed.emit(versions.practice_lines(library, self._known_drafts, found))

    def _tell(self) -> None:
        session = self._session
        if session is None:
            self.editor_changed.emit(None)
            return
        rows = self._rows.get(session.practice_id, ())
        lines = versions.version_lines(rows, self._in_force(session), self._stage.clock())
        checked = session.inspection
        self.editor_changed.emit(
            showing.editor_view(
                session,
                versions=lines,
                opened_version=self._version,
                version_changes=self._changes,
                can_edit=self.may_edit,
                previewed=checked is None or checked.practice is not None,
                heard=self.preview.heard,
            )
        )
        session.focus = ""


def _fault(path: KeyPath, wrong: str) -> Fault:
    return Fault(NAME, 1, str(path[0]), wrong, path)


def _when(at: datetime, practice: Practice | None) -> str:
    local = at.astimezone(practice.zone) if practice is not None else at.astimezone()
    return f"{local:%a} {local.day} {local:%b %H:%M}"
