"""What people do about unfinished work: how an item stands with them, and each deed, once.

Apart from the items' own tables, so that tasks, escalations, messages and callers to be called back
are taken, put off and counted alike.
"""

from sqlalchemy import BigInteger, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from console.store.board_values import BoardAct, DeedOutcome, ItemKind
from console.store.models import Base
from console.store.types import Moment, Words, words

_ROW = BigInteger().with_variant(Integer(), "sqlite")  # an item's own id


class BoardMark(Base):
    """How an item stands with people. `version` counts what was done to it from the board."""

    __tablename__ = "board_marks"

    kind: Mapped[ItemKind] = mapped_column(words(ItemKind, "kind"), primary_key=True)
    row: Mapped[int] = mapped_column(_ROW, primary_key=True, autoincrement=False)
    version: Mapped[int]
    touched_at: Mapped[Moment]
    touched_by: Mapped[Words]
    hold_until: Mapped[Moment | None]


class BoardDeed(Base):
    """One thing somebody did to an item: only ever added, and known by its `uid`."""

    __tablename__ = "board_deeds"
    __table_args__ = (Index(None, "kind", "row", "at"),)

    uid: Mapped[Words] = mapped_column(primary_key=True)
    kind: Mapped[ItemKind] = mapped_column(words(ItemKind, "kind"))
    row: Mapped[int] = mapped_column(_ROW)
    act: Mapped[BoardAct] = mapped_column(words(BoardAct, "act"))
    at: Mapped[Moment]
    person: Mapped[Words]
    to: Mapped[Words]  # a colleague's name, or a provider's id
    until: Mapped[Moment | None]
    outcome: Mapped[DeedOutcome] = mapped_column(words(DeedOutcome, "outcome"))
