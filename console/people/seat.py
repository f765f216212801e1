"""The records as who is signed in: on a server, each person's work goes there under a role of
their own, so that what the role may not do the desk cannot do either.

Before anybody has signed in, and after, the desk works under its own role: calls must be taken and
written down. On a file there are no roles and this is nobody's.
"""

from dataclasses import dataclass, replace
from typing import Final

from console.store import rights
from console.store.errors import Away, RecordsAway, RecordsError
from console.store.place import Place, ServerPlace
from console.store.secrets import Secrets
from console.store.session import Records

NOT_KNOWN: Final = (
    "The records’ server does not let you in. Ask an administrator to reset your password."
)


@dataclass(frozen=True, slots=True, repr=False)
class _OnePassword:
    """A person's password for the server, and this machine's keys."""

    machine: Secrets
    given: str

    def key(self, name: str, *, make: bool = True) -> bytes:
        """Return the machine's key."""
        return self.machine.key(name, make=make)

    def adopt(self, name: str, key: bytes) -> None:
        """Keep a key with the machine's."""
        self.machine.adopt(name, key)

    def password(self, account: str) -> str | None:  # noqa: ARG002 - it opens one account only
        """Return the person's own."""
        return self.given


class Seat:
    """Where one person's work goes; belongs to the worker's thread."""

    def __init__(self, place: Place, secrets: Secrets) -> None:
        self._place = place
        self._secrets = secrets
        self.records: Records | None = None
        self._reading: Records | None = None  # a liaison's: what the desk writes does not go there

    @property
    def on_server(self) -> bool:
        """Whether people have roles of their own here."""
        return isinstance(self._place, ServerPlace)

    def enter(self, login: str, password: str, *, reads_only: bool = False) -> str:
        """Open the records as somebody, or for their reading only; return why they are not let in,
        "" when they are. Raises `RecordsAway` where the server cannot be asked."""
        if not isinstance(self._place, ServerPlace):
            return ""
        self.leave()
        try:
            opened = self._open(self._place, login, password)
        except RecordsAway as away:
            if away.reason is not Away.REFUSED:
                raise
            return NOT_KNOWN
        except RecordsError:
            return NOT_KNOWN
        if reads_only:
            self._reading = opened
        else:
            self.records = opened
        return ""

    def reading(self, desk: Records | None) -> Records | None:
        """Return what somebody who is signed in to read reads by: on a server under their own role
        or not at all, on a file the desk's."""
        return self._reading if self.on_server else desk

    def change_password(self, login: str, old: str, new: str) -> None:
        """Give somebody's role another password, by the one it has. Raises `RecordsError`."""
        if not isinstance(self._place, ServerPlace):
            return
        opened = self._open(self._place, login, old)
        try:
            opened.write(lambda session: rights.change_own_password(session, password=new))
        finally:
            opened.close()

    def leave(self) -> None:
        """Close what was opened for a person."""
        both = self.records, self._reading
        self.records = self._reading = None
        for opened in both:
            if opened is not None:
                opened.close()

    def _open(self, place: ServerPlace, login: str, password: str) -> Records:
        theirs = replace(place, user=rights.role_name(place.database, login))
        return Records.open(theirs, secrets=_OnePassword(self._secrets, password))
