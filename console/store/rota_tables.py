"""What is entered about practices' rotas during the day, beside the files they signed.

A change is only ever added, and ended once; a confirmation only ever added. Who was on call at a
moment can be told from them for ever.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from console.store.models import Base
from console.store.types import Moment, RowId, Slug, Words, words
from scripts.entered import ChangeAct, ChangeKind


class RotaChange(Base):
    """One change (`scripts.entered.EnteredChange`). Those of one `group` were entered together."""

    __tablename__ = "rota_changes"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(act IN ('replace', 'swap')) = (by_provider <> '')", name="by_named"),
        CheckConstraint("made_by <> ''", name="maker_named"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(None, "practice_id", "ends_at"),
        Index(None, "ends_at"),
        Index(None, "entry"),
    )

    id: Mapped[RowId]
    uid: Mapped[Words]
    entry: Mapped[Words]  # the group
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    service_line: Mapped[Slug]  # "" for the practice's own rota
    kind: Mapped[ChangeKind] = mapped_column(words(ChangeKind, "kind"))
    act: Mapped[ChangeAct] = mapped_column(words(ChangeAct, "act"))
    provider: Mapped[Slug]
    by_provider: Mapped[Slug]  # "" for nobody
    after_min: Mapped[int]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    why: Mapped[Words]  # in its maker's words
    made_by: Mapped[Words]
    made_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    ended_by: Mapped[Words | None]
    ended_why: Mapped[Words | None]


class RotaConfirmation(Base):
    """Somebody's word that a provider is on call, and knows it."""

    __tablename__ = "rota_confirmations"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("said_by <> ''", name="sayer_named"),
        Index(None, "at"),
    )

    id: Mapped[RowId]
    uid: Mapped[Words]
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    service_line: Mapped[Slug]
    provider: Mapped[Slug]
    said_by: Mapped[Words]
    at: Mapped[Moment]
