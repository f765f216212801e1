"""The way in: what the sign-in page shows, step by step, and who is let in at its end.

It never stands before the line: calls ring and are answered, with the greeting and the 911 line,
while nobody is signed in.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from console.desk.people.port import PeopleSignals
from console.desk.people.session import Session
from console.desk.people.views import Entry, SignInView
from console.desk.permissions import Permission, Person, Rights

if TYPE_CHECKING:  # the worker's: imported there
    from console.people.service import People
    from console.people.signing_in import Progress

Qr = tuple[tuple[bool, ...], ...]


class SigningIn:
    """The sign-in page's state."""

    def __init__(self, out: PeopleSignals, session: Session) -> None:
        self._out = out
        self._session = session
        self._stage = session.stage
        self._view: SignInView | None = None
        self._codes_of: Person | None = None  # let in once the recovery codes are kept
        self.liaison_came: Callable[[Person], None] = lambda _: None

    @property
    def open(self) -> bool:
        """Whether the page is shown."""
        return self._view is not None

    def begin(self) -> None:
        """Ask who it is, or, where there is nobody yet, for the first account."""
        self._show(SignInView(Entry.WAIT, may_leave=self._somebody()))
        self._ask(lambda people, now: people.signing.entry(now))

    def look_again(self) -> None:
        """The records are back: whoever could not be asked may be now."""
        if self._view is not None and self._view.entry in (Entry.WAIT, Entry.SIGN_IN, Entry.FIRST):
            self._ask(lambda people, now: people.signing.entry(now))

    def make_first(self, login: str, name: str, password: str) -> None:
        """Make the administrator's account."""
        self._busy(login=login, name=name)
        self._ask(lambda people, now: people.signing.make_first(login, name, password, now))

    def sign_in(self, login: str, password: str, code: str) -> None:
        """Judge a name, a password and a code."""
        self._busy(login=login)
        self._ask(lambda people, now: people.signing.sign_in(login, password, code, now))

    def choose_password(self, password: str) -> None:
        """Replace a password that was given."""
        self._busy()
        self._ask(lambda people, now: people.signing.choose_password(password, now))

    def confirm_phone(self, code: str) -> None:
        """Take the phone's first code."""
        self._busy()
        self._ask(lambda people, now: people.signing.confirm_phone(code, now))

    def codes_kept(self) -> None:
        """Let in who has written the recovery codes down."""
        person, self._codes_of = self._codes_of, None
        if person is not None:
            self._let_in(person)

    def leave(self) -> None:
        """Back to the lock, or to the start; nobody leaves once the codes are shown."""
        if self._view is None or self._codes_of is not None:
            return
        self._session.people(lambda people, _: people.signing.give_up())
        if self._somebody():
            self._view = None
            self._out.sign_in_changed.emit(None)
        else:
            self.begin()

    # --- within ----------------------------------------------------------------------------

    def _ask(self, step: "Callable[[People, datetime], Progress]") -> None:
        def work(people: "People", now: datetime) -> "tuple[Progress, Qr]":
            progress = step(people, now)
            return progress, _qr(progress.uri)

        self._session.people(work, then=self._came)

    def _came(self, result: "tuple[Progress, Qr]") -> None:
        if self._view is None:  # left meanwhile
            return
        progress, qr = result
        entry = progress.step.value
        if progress.account is not None and entry in ("done", "codes"):
            self._came_in(progress)
            return
        problem = progress.note if not progress.away or progress.login else ""
        self._show(
            SignInView(
                Entry(entry),
                note=problem,
                hint="" if problem else progress.note,
                login=progress.login or self._view.login,
                name=self._view.name,
                may_leave=self._somebody(),
                secret=_groups(progress.secret),
                qr=qr,
            )
        )

    def _came_in(self, progress: "Progress") -> None:
        account = progress.account
        assert account is not None
        person = Person(account.login, account.name, account.role, account.practice_id)
        if progress.codes:
            self._codes_of = person
            self._show(SignInView(Entry.CODES, codes=progress.codes))
        else:
            self._let_in(person, away=progress.note)

    def _let_in(self, person: Person, away: str = "") -> None:
        if not Rights(person).may(Permission.TAKE_CALLS, now=self._stage.clock()):
            if self._somebody():
                self._session.nobody()
            self.begin()  # for calls the desk is nobody's
            self.liaison_came(person)
            return
        self._view = None
        self._out.sign_in_changed.emit(None)
        self._session.enter(person, away=away)

    def _busy(self, login: str = "", name: str = "") -> None:
        if self._view is not None:
            view = self._view
            self._show(
                SignInView(
                    view.entry,
                    hint=view.hint,
                    login=login or view.login,
                    name=name or view.name,
                    may_leave=view.may_leave,
                    busy=True,
                    secret=view.secret,
                    qr=view.qr,
                )
            )

    def _show(self, view: SignInView) -> None:
        self._view = view
        self._out.sign_in_changed.emit(view)

    def _somebody(self) -> bool:
        return self._stage.rights.person is not None


def _qr(uri: str) -> Qr:
    """Return the modules of a QR code (ISO/IEC 18004) with its quiet zone, () for no address."""
    if not uri:
        return ()
    import segno  # noqa: PLC0415 - for the one day of a phone's enrolment

    made = segno.make_qr(uri, error="m")
    return tuple(tuple(bool(each) for each in row) for row in made.matrix_iter(border=4))


def _groups(secret: str) -> tuple[str, ...]:
    return tuple(secret[at : at + 4] for at in range(0, len(secret), 4))
