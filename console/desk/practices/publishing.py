"""Versions of the practice in hand: what would be saved, the signature, a conflict, going back."""

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from console.desk.practices import showing, versions
from console.desk.practices.session import Inspection, Session
from console.desk.practices.views import ChangeLine, SignView
from console.desk.views import Light
from console.desk.worker import Worker
from console.store.errors import RecordsError, VersionConflict
from scripts.diff import compare
from scripts.faults import KeyPath, PracticeFileError
from scripts.loader import load_text
from scripts.practice import Practice
from scripts.rehearse import Rehearsal, every_way, rehearse, usual_moments

if TYPE_CHECKING:
    from console.desk.practices.desk import Practices
    from console.store.versions import VersionRow


SHOWN: Final = 4  # differences of a rehearsal that are told before it is signed


class Publishing(QObject):
    """Saves, signs and schedules. `sign_changed` asks, or with None no longer does."""

    sign_changed = Signal(object)  # SignView | None
    rehearsed = Signal(str)  # which calls would end otherwise, in a sentence

    def __init__(self, page: "Practices") -> None:
        super().__init__(page)
        self._page = page
        self.rows: dict[str, tuple[VersionRow, ...]] = {}  # by practice
        self.version = 0  # the one whose differences are shown
        self.changes: tuple[ChangeLine, ...] = ()
        self._rehearser = Worker(self)  # seconds for a large script: it keeps no check waiting
        self._rehearsing = 0
        page.stage.book.closing.connect(self._rehearser.close)

    def _say(self, title: str, text: str, light: Light = Light.GOOD) -> None:
        self._page.stage.say(title, text, light)

    def forget_version(self) -> None:
        """Show no version's differences."""
        self.version, self.changes = 0, ()

    def ask_to_save(self) -> None:
        """Show what would be saved: the differences, or why it cannot be."""
        session = self._page.editable()
        if session is None:
            return
        checked = session.inspection
        if checked is None or checked.text != session.text:
            self._say("Still being checked", "Try again in a moment.", Light.WARN)
            return
        wrong = self._wrong(session, checked)
        if wrong:
            self._say("There are mistakes to mend first", wrong, Light.BAD)
            return
        assert checked.practice is not None
        old = self.in_force(session)
        words = "A new practice" if old is None else f"What changes for callers of {old.name}"
        changes = showing.change_lines(compare(old, checked.practice)) if old else ()
        self.sign_changed.emit(SignView("Save this version", words, changes, self._page.me))
        if old is not None:
            self._rehearse(old, checked.practice)

    def _rehearse(self, old: Practice, new: Practice) -> None:
        """Try every way through the forms on both editions, and tell which calls part."""
        self.rehearsed.emit("Going through the calls…")
        now = self._page.stage.clock()
        self._rehearsing += 1
        asked = self._rehearsing

        def told(found: Rehearsal) -> None:
            if asked == self._rehearsing:  # else another edition was asked about since
                self.rehearsed.emit(_told(found))

        self._rehearser.run(
            lambda: rehearse(old, new, every_way(old, usual_moments(old, now))), then=told
        )

    def save(self, note: str, signer: str, when: str) -> None:
        """Save what is in hand as a version; with a signer it is signed, and holds from `when`
        (the practice's own time, "" at once)."""
        session = self._page.editable()
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
        now = self._page.stage.clock()
        saving = versions.Saving(
            practice, text, self._page.me, session.based_on, note.strip(), signer.strip(),
            at,
        )  # fmt: skip
        self._page.stage.book.ask(
            lambda ledger: versions.save(ledger, saving, now),
            then=partial(self._saved, session, practice, text, bool(signer.strip()), at),
            otherwise=partial(self._not_saved, session),
            expected=RecordsError,
        )

    def sign(self, number: int, signer: str, when: str) -> None:
        """Have an earlier version hold again."""
        session = self._page.editable()
        if session is None or not signer.strip():
            return
        practice = self.in_force(session) or self._checked_practice(session)
        given, at = self._moment(when, practice)
        if not given:
            return
        now, practice_id = self._page.stage.clock(), session.practice_id
        self._page.stage.book.ask(
            lambda ledger: versions.sign(ledger, practice_id, number, signer.strip(), now, at),
            then=partial(self._signed, session, practice, at),
            otherwise=self._refused,
            expected=RecordsError,
        )

    def on_top(self) -> None:
        """After a conflict: go on with one's own, begun anew from the other's version."""
        session, rows = self._page.session, self.rows
        if session is not None and (found := rows.get(session.practice_id)):
            session.based_on = found[0].number
            self.sign_changed.emit(None)
            self.ask_to_save()

    def take_theirs(self) -> None:
        """After a conflict: go on from the other's version; one's own can be taken back."""
        session = self._page.session
        if session is not None and (found := self.rows.get(session.practice_id)):
            session.based_on, session.base_text = found[0].number, found[0].text
            self.sign_changed.emit(None)
            session.replace_text(found[0].text, f"Take version {found[0].number}")

    def cancel_sign(self) -> None:
        """Close the question without an answer."""
        self.sign_changed.emit(None)

    # --- within -----------------------------------------------------------------------------

    def _wrong(self, session: Session, checked: Inspection) -> str:
        places = session.places
        if not checked.faults:
            return ""
        more = f", and {len(places) - 1} more" if len(places) > 1 else ""
        place = places[0][1]
        label = place.spec.label if place.spec is not None else place.item.title
        return f"{place.section.title}, {label}: {checked.faults[0].wrong}{more}."

    def _saved(  # noqa: PLR0917 - bound beforehand, but for the last
        self,
        session: Session,
        practice: Practice,
        text: str,
        signed: bool,
        at: datetime | None,
        number: int,
    ) -> None:
        self._page.drafts.drop(self._page.id_of(session))
        session.saved_at = None
        session.saved(number, text)
        self.sign_changed.emit(None)
        if not signed:
            said = "It is not in force until somebody signs it."
        else:
            said = (
                "It is in force." if at is None else f"It is in force from {_when(at, practice)}."
            )
        self._say(f"Version {number} saved", said)
        self._read_again(session)

    def _signed(
        self, session: Session, practice: Practice | None, at: datetime | None, number: int
    ) -> None:
        self.sign_changed.emit(None)
        said = "It is in force." if at is None else f"It is in force from {_when(at, practice)}."
        self._say(f"Version {number} signed", said)
        self._read_again(session)

    def _read_again(self, session: Session) -> None:
        self._page.scripts.look()
        practice_id = session.practice_id
        path, author = self._page.scripts.files.files.get(practice_id), self._page.me
        self._page.stage.book.ask(
            lambda ledger: versions.material(ledger, practice_id, author, path),
            then=partial(self._page.opened, practice_id),
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
        self.sign_changed.emit(SignView(error.title, words, changes, self._page.me, conflict=True))
        self._read_again(session)

    def _refused(self, error: Exception) -> None:
        assert isinstance(error, RecordsError)
        self._say(error.title, f"{error.message} Your draft is kept. {error.mend}", Light.BAD)

    def open_version(self, path: KeyPath) -> None:
        number = path[-1]
        if self._page.session is None or not isinstance(number, int):
            return
        self.version = 0 if number == self.version else number
        self.changes = self._against_force(self._page.session, number) if self.version else ()
        self._page.tell()

    def _against_force(self, session: Session, number: int) -> tuple[ChangeLine, ...]:
        row = self._row(session, number)
        old = self.in_force(session)
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

    def act(self, key: str) -> None:
        session = self._page.editable()
        row = self._row(session, self.version) if session is not None else None
        if session is None or row is None:
            return
        if key == "take":
            session.pseudo = ""
            session.replace_text(row.text, f"Take version {row.number}")
            return
        try:
            load_text(row.text)
        except PracticeFileError as error:
            self._say("This version cannot be signed", f"{error.faults[0].wrong}.", Light.BAD)
            return
        self.sign_changed.emit(
            SignView(
                f"Sign version {row.number}",
                "What changes for callers",
                self.changes[1:] or self.changes,
                self._page.me,
                number=row.number,
            )
        )

    def _row(self, session: Session, number: int) -> "VersionRow | None":
        rows = self.rows.get(session.practice_id, ())
        return next((row for row in rows if row.number == number), None)

    def in_force(self, session: Session) -> Practice | None:
        return self._page.stage.library.by_id(session.practice_id)

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
            self._say(
                "This is not a time", f"“{words}”; write it like 2026-11-30 08:00.", Light.BAD
            )
            return False, None
        at = local.replace(tzinfo=practice.zone) if local.tzinfo is None else local
        if at <= self._page.stage.clock():
            self._say("That time has passed", "Leave it empty to begin at once.", Light.BAD)
            return False, None
        return True, at.astimezone(UTC)


def _told(found: Rehearsal) -> str:
    differing = len({difference.shape.id for difference in found.differences})
    if not differing:
        return f"Rehearsed: of {found.shapes} kinds of call none ends otherwise."
    some = "; ".join(difference.sentence for difference in found.differences[:SHOWN])
    more = f"; and {len(found.differences) - SHOWN} more" if len(found.differences) > SHOWN else ""
    return f"Rehearsed: {differing} of {found.shapes} kinds of call end otherwise. {some}{more}"


def _when(at: datetime, practice: Practice | None) -> str:
    local = at.astimezone(practice.zone) if practice is not None else at.astimezone()
    return f"{local:%a} {local.day} {local:%b %H:%M}"
