"""What messages said before they were amended, and amendments that came too late."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from console.store.board_values import DeedOutcome
from console.store.models import Base
from console.store.secrecy.columns import SealedRow, Secret
from console.store.types import Moment, Words, words


class Amendment(SealedRow, Base):
    """One amendment: only ever added, and known by its `uid`.

    Of one that was done, the secrets are what the message said before, and `number` counts from 1.
    Of one that was overtaken they are what should have been written, and `number` is how many had
    been done by then.
    """

    __tablename__ = "amendments"
    __table_args__ = (Index(None, "message_id", "number"), Index(None, "taken_up"))

    uid: Mapped[Words] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    number: Mapped[int]
    at: Mapped[Moment]
    person: Mapped[Words]
    outcome: Mapped[DeedOutcome] = mapped_column(words(DeedOutcome, "outcome"))
    taken_up: Mapped[bool]  # no correction is still to be put into the outbox
    reason = Secret[str]()
    patient_name = Secret[str | None]()
    caller_name = Secret[str | None]()
    callback_number = Secret[str | None]()

    def sealed_row(self) -> str:
        """Return the amendment's own name."""
        return self.uid
