"""What the tables need of a vault, so that they can be described without one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, Session

VAULT: Final = "frontdesk_vault"  # in a session's `info`


@dataclass(frozen=True, slots=True)
class Sealed:
    """A row's secrets as they are stored: the ciphertext, and the id of the key it takes."""

    data: bytes
    key_id: int


class Sealer(Protocol):
    """Seals and opens rows' secrets; `vault.Vault` does."""

    def seal(self, session: Session, table: str, row: str, plain: Mapping[str, Any]) -> Sealed:
        """Seal a row's secrets."""

    def open(self, session: Session, table: str, row: str, sealed: Sealed) -> dict[str, Any]:
        """Return what was sealed."""

    def phone(
        self,
        session: Session,
        practice: str | None,
        number: str | None,
        sealed_with: int | None = None,
    ) -> bytes | None:
        """Return a number's blind index, for a row that is sealed with this key."""

    def name(
        self,
        session: Session,
        practice: str | None,
        name: str | None,
        sealed_with: int | None = None,
    ) -> bytes | None:
        """Return a name's blind index, for a row that is sealed with this key."""

    def phones(
        self, session: Session, practice: str | None, number: str | None
    ) -> tuple[bytes, ...]:
        """Return what rows with a number are found by, none for a number that was withheld."""

    def names(
        self, session: Session, practice: str | None, names: Iterable[str]
    ) -> tuple[bytes, ...]:
        """Return what rows with one of these names are found by."""

    def look_again(self, session: Session) -> None:
        """Look for a key that was made since."""


def vault_of(session: Session) -> Sealer:
    """Return the vault of a session that `Records` gave."""
    vault: Sealer = session.info[VAULT]
    return vault


def found_by(
    column: InstrumentedAttribute[bytes | None], indexes: Sequence[bytes]
) -> ColumnElement[bool]:
    """Return the condition that a row has one of these blind indexes: one, but while the keys are
    being rotated."""
    return column == indexes[0] if len(indexes) == 1 else column.in_(indexes)
