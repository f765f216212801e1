"""Columns that read as if they were in the clear.

A table with secrets keeps all of a row's in one ciphertext, sealed as the row is flushed and opened
when the first of them is read. A secret cannot be asked for in SQL: comparing one is a bug and says
so; what is looked for has a blind index beside it.
"""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Generic, NoReturn, TypeVar, overload

from sqlalchemy import BigInteger, Text, event
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from console.store.errors import Tampered
from console.store.secrecy.sealed import Sealed, Sealer, vault_of

T = TypeVar("T")

_PENDING: Final = b"\0"  # what a changed row's ciphertext is until it is flushed
_PLAIN: Final = "_opened"


class Secret(Generic[T]):
    """One of a row's secrets: a plain JSON value."""

    name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type) -> "Secret[T]": ...
    @overload
    def __get__(self, row: "SealedRow", owner: type) -> T: ...
    def __get__(self, row: "SealedRow | None", owner: type) -> "Secret[T] | T":
        if row is None:
            return self
        return self.read(row.opened().get(self.name))

    def __set__(self, row: "SealedRow", value: T) -> None:
        row.change(self.name, self.written(value))

    def read(self, plain: Any) -> T:
        """Return the value of what was sealed."""
        value: T = plain
        return value

    def written(self, value: T) -> object:
        """Return the plain JSON value to seal."""
        return value

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError(f"{self.name} is encrypted: look it up by its blind index")

    __hash__ = object.__hash__


class SecretDay(Secret[date | None]):
    """A day."""

    def read(self, plain: Any) -> date | None:
        """Return the day of its ISO form."""
        return None if plain is None else date.fromisoformat(plain)

    def written(self, value: date | None) -> object:
        """Return the day's ISO form."""
        return None if value is None else value.isoformat()


class SealedRow:
    """What a table with secrets has: their ciphertext, and the key it takes. Both are null in a row
    that has nothing to hide."""

    sealed: Mapped[bytes | None]
    sealed_with: Mapped[int | None] = mapped_column(BigInteger())

    def sealed_row(self) -> str:
        """Return what this row is known by for as long as it lives; its secrets are bound to it."""
        raise NotImplementedError

    def index(self, session: Session, vault: Sealer) -> None:
        """Set the blind indexes."""

    def opened(self) -> Mapping[str, Any]:
        """Return the secrets by name."""
        kept = self.__dict__.get(_PLAIN)
        if kept is not None and kept[0] == self.sealed:
            plain: dict[str, Any] = kept[1]
            return plain
        if self.sealed is None:
            return {}
        if self.sealed_with is None:
            raise Tampered(table_of(self))
        session = object_session(self)
        if session is None:
            raise RuntimeError("a row's secrets are read while its session is open")
        sealed = Sealed(self.sealed, self.sealed_with)
        opened = vault_of(session).open(session, table_of(self), self.sealed_row(), sealed)
        self.__dict__[_PLAIN] = (self.sealed, opened)
        return opened

    def change(self, name: str, value: object) -> None:
        """Have a secret sealed when the row is next flushed."""
        before = self.opened()
        if name in before and before[name] == value:
            return
        plain = {**before, name: value}
        self.sealed = _PENDING
        self.__dict__[_PLAIN] = (_PENDING, plain)


class SealedPart(SealedRow):
    """A row of which a call may have several: known by its call and a name drawn for it."""

    sealed_as: Mapped[str | None] = mapped_column(Text())

    def sealed_row(self) -> str:
        """Return the call and the name, drawn when it is first asked for."""
        if self.sealed_as is None:
            self.sealed_as = secrets.token_hex(8)
        return f"{self.call_id}/{self.sealed_as}"  # type: ignore[attr-defined]


def table_of(row: SealedRow | type[SealedRow]) -> str:
    """Return the name of a row's table, without a schema."""
    name: str = row.__tablename__  # type: ignore[union-attr]
    return name


def sealed_values(
    session: Session, table: str, row: str, plain: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the two columns of a row that is inserted without the unit of work."""
    sealed = vault_of(session).seal(session, table, row, plain)
    return {"sealed": sealed.data, "sealed_with": sealed.key_id}


def seal_again(row: SealedRow) -> None:
    """Have a row's secrets sealed with the key in use when it is flushed."""
    plain = row.opened()
    row.sealed = _PENDING
    row.__dict__[_PLAIN] = (_PENDING, plain)


def seal(session: Session, row: SealedRow) -> None:
    """Seal what a row hides, and set its blind indexes, as it is about to be written."""
    vault = vault_of(session)
    if row.sealed == _PENDING:
        plain = row.__dict__[_PLAIN][1]
        if any(value is not None for value in plain.values()):
            made = vault.seal(session, table_of(row), row.sealed_row(), plain)
            row.sealed, row.sealed_with = made.data, made.key_id
        else:
            row.sealed = row.sealed_with = None
        row.__dict__[_PLAIN] = (row.sealed, plain)
    row.index(session, vault)


def _seal(_mapper: object, _connection: object, row: SealedRow) -> None:
    session = object_session(row)
    if session is None:
        raise AssertionError("a row that is flushed has a session")
    seal(session, row)


event.listen(SealedRow, "before_insert", _seal, propagate=True)
event.listen(SealedRow, "before_update", _seal, propagate=True)
