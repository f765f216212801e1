"""Answers to pages that were heard: each once, without a word of what they said or where they came
from."""

from enum import StrEnum, unique

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from console.store.models import Base
from console.store.types import Moment, Words, words


@unique
class ReplyOutcome(StrEnum):
    """What came of an answer."""

    DONE = "done"
    OVERTAKEN = "overtaken"  # somebody else has it, or the ladder has gone on
    NOT_OPEN = "not_open"  # nothing open has that number there: too late, or a slip
    NOT_UNDERSTOOD = "not_understood"


class ReplyRow(Base):
    """One answer that was heard. `uid` is the gateway's name for it."""

    __tablename__ = "replies"
    __table_args__ = (Index(None, "escalation_id"),)

    uid: Mapped[Words] = mapped_column(primary_key=True)
    channel: Mapped[Words]
    heard_at: Mapped[Moment]
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalations.id"))
    outcome: Mapped[ReplyOutcome] = mapped_column(words(ReplyOutcome, "outcome"))
