"""The column types of the records, each decided once.

A time without a zone is refused before it reaches the database: which instant it meant cannot be
told afterwards. Times are kept in UTC and come back aware, in UTC.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Enum, Integer, Text
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

_LONGEST_WORD = 24  # characters; fixed, so that a new enum member does not change the column's type


class NaiveDatetime(TypeError):
    """A time without a zone was to be stored: a bug, never the world's fault."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Binding a naive datetime raises `NaiveDatetime`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant in UTC, refusing one without a zone."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveDatetime("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant aware, in UTC; SQLite keeps no zone beside it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def words(kind: type[StrEnum], name: str) -> Enum:
    """Return a column type that keeps an enum's values as text, under a CHECK called `name`."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=_LONGEST_WORD,
        values_callable=lambda members: [member.value for member in members],
    )


RowId = Annotated[
    int, mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
]
Slug = Annotated[str, mapped_column(Text())]  # an id a practice's script gave
Number = Annotated[str, mapped_column(Text())]  # E.164 where the network gave one
Words = Annotated[str, mapped_column(Text())]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]
Day = Annotated[date, mapped_column(Date())]
