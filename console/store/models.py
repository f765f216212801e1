"""The tables. What must always be true of a row is said here or in a migration's trigger, so that
it is held by the database whatever program writes to it.

Names, numbers, reasons and answers are encrypted (`console.store.secrecy`): they are `Secret`s,
which no SQL can ask for; what is looked for has a blind index beside it, its name ending in `_key`.

Three rules are written in the migrations: bookings that hold a provider's time never overlap (on
SQLite by triggers, on PostgreSQL by the exclusion constraint named below); rows marked `phi` exist
only for a practice with a Business Associate Agreement in force on the day of the call; and of the
audit nothing is ever changed or taken away.
"""

from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from console.store import values
from console.store.secrecy.columns import SealedPart, SealedRow, Secret, SecretDay
from console.store.secrecy.sealed import Sealer
from console.store.types import Day, Moment, Number, RowId, Slug, Words, words
from scripts.calltypes import CallType, Mode, Outcome
from softphone.wire import EndCause

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table shares: named constraints, and enums kept as checked text."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        CallType: words(CallType, "call_type"),
        Outcome: words(Outcome, "outcome"),
        Mode: words(Mode, "mode"),
        EndCause: words(EndCause, "end_cause"),
        values.Direction: words(values.Direction, "direction"),
        values.AnswerStatus: words(values.AnswerStatus, "status"),
        values.BookingStatus: words(values.BookingStatus, "status"),
        values.MessageKind: words(values.MessageKind, "kind"),
        values.Priority: words(values.Priority, "priority"),
        values.MessageStatus: words(values.MessageStatus, "status"),
        values.EscalationStatus: words(values.EscalationStatus, "status"),
        values.CallbackReason: words(values.CallbackReason, "why"),
        values.CallbackStatus: words(values.CallbackStatus, "status"),
        values.FlagAction: words(values.FlagAction, "action"),
        values.Role: words(values.Role, "role"),
        values.Consent: words(values.Consent, "consent"),
        dict[str, Any]: JSON(),
        bytes: LargeBinary(),
    }


class Practice(Base):
    """A practice as its script last described it; the script itself stays a file."""

    __tablename__ = "practices"
    __table_args__ = (
        CheckConstraint("id <> ''", name="id_given"),
        CheckConstraint("baa_ends_on IS NULL OR baa_signed_on IS NOT NULL", name="baa_signed"),
        CheckConstraint("baa_ends_on >= baa_signed_on", name="baa_ends_after_signing"),
    )

    id: Mapped[Slug] = mapped_column(primary_key=True)
    name: Mapped[Words]
    timezone: Mapped[Words]  # IANA
    version: Mapped[Words]  # hash of the script
    baa_signed_on: Mapped[Day | None]
    baa_ends_on: Mapped[Day | None]  # the last day it is in force


class Call(SealedRow, Base):
    """A call. Its facts arrive in any order and only grow; `finished_at` is set with its form.

    Times are not compared with each other here: a clock that was set back must not cost a row.
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("uid <> ''", name="uid_given"),
        CheckConstraint("finished_at IS NULL OR outcome IS NOT NULL", name="finished_has_outcome"),
        CheckConstraint("waited_s >= 0", name="waited_forwards"),
        Index(None, "practice_id", "caller_key", "offered_at"),
        Index(None, "practice_id", "offered_at"),
        Index(None, "offered_at"),
    )

    id: Mapped[RowId]
    uid: Mapped[Words]
    practice_id: Mapped[Slug | None] = mapped_column(ForeignKey("practices.id"))
    dialled_number: Mapped[Number | None]
    caller_number = Secret[str | None]()  # None for a caller who withholds it
    caller_key: Mapped[bytes | None]
    mode: Mapped[Mode | None]
    direction: Mapped[values.Direction] = mapped_column(
        default=values.Direction.INCOMING, server_default="incoming"
    )
    waiting_since: Mapped[Moment | None]  # when every line was taken and the caller began to wait
    offered_at: Mapped[Moment | None]  # when it rang here
    answered_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    waited_s: Mapped[float | None]  # seconds from the first ring to the answer, or to the end
    local_date: Mapped[Day | None]  # the day of the call in the practice's time zone
    held_s: Mapped[float | None]  # seconds on hold, of a call that is over
    end_cause: Mapped[EndCause | None]
    call_type: Mapped[CallType | None]
    outcome: Mapped[Outcome | None]
    finished_at: Mapped[Moment | None]
    agent: Mapped[Words | None]
    script_version: Mapped[Words | None]
    sip_call_id: Mapped[Words | None]
    pbx_call_id: Mapped[Words | None]

    def sealed_row(self) -> str:
        """Return the call's own name."""
        return self.uid

    def index(self, session: Session, vault: Sealer) -> None:
        """Have the call found by its number."""
        self.caller_key = vault.phone(
            session, self.practice_id, self.caller_number, self.sealed_with
        )


class CallSound(Base):
    """How a call sounded at its desk, for telling a bad network from a bad headset."""

    __tablename__ = "call_sounds"
    __table_args__ = (CheckConstraint("mos >= 1 AND mos <= 5", name="mos_on_its_scale"),)

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    mos: Mapped[float]  # ITU-T G.107, 1 to 4.5
    jitter_ms: Mapped[float]
    loss_percent: Mapped[float]  # of what was sent to the desk
    loss_out_percent: Mapped[float]  # of what the desk sent, as the far end said
    round_trip_ms: Mapped[float]  # 0 where the far end sent no RTCP
    codec: Mapped[Words]


class Answer(SealedRow, Base):
    """One question of a finished form, in the order it was put."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("call_id", "link_id"),
        UniqueConstraint("call_id", "position"),
    )

    id: Mapped[RowId]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    link_id: Mapped[Slug]
    text = Secret[str]()  # the caller's own words
    value = Secret[str | None]()  # the coded answer beside them
    status: Mapped[values.AnswerStatus]
    phi: Mapped[bool]
    position: Mapped[int]

    def sealed_row(self) -> str:
        """Return the call and the question."""
        return f"{self.call_id}/{self.link_id}"


class Booking(SealedPart, Base):
    """A provider's time from `starts_at` up to, not including, `ends_at`."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("replaces_id <> id", name="replaces_another"),
        ExcludeConstraint(
            ("practice_id", "="),
            ("provider", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            where=text("status = 'booked'"),
            using="gist",
            name="ex_bookings_time_taken",
        ).ddl_if(dialect="postgresql"),
        # By its end: looking for an overlap then reads what lies ahead, never the years behind.
        Index(None, "practice_id", "provider", "ends_at"),
        Index(None, "practice_id", "callback_key", "id"),
        Index(None, "practice_id", "patient_key"),
        Index(None, "call_id"),
        Index(None, "closed_call_id"),
    )

    id: Mapped[RowId]
    version: Mapped[int] = mapped_column(server_default="1")  # counts its changes
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it here
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    provider: Mapped[Slug]
    appointment_type: Mapped[Slug]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    patient_name = Secret[str]()
    patient_key: Mapped[bytes | None]
    callback_number = Secret[str | None]()
    callback_key: Mapped[bytes | None]
    birth_date = SecretDay()
    status: Mapped[values.BookingStatus]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))  # the call that made it
    closed_call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))  # that undid it
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("bookings.id"))

    def index(self, session: Session, vault: Sealer) -> None:
        """Have the booking found by number and by name."""
        self.callback_key = vault.phone(
            session, self.practice_id, self.callback_number, self.sealed_with
        )
        self.patient_key = vault.name(
            session, self.practice_id, self.patient_name, self.sealed_with
        )


class Message(SealedPart, Base):
    """Something the practice must be told."""

    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "call_id"),
        Index(None, "status", "due_at"),
        Index(None, "practice_id", "callback_key", "taken_at"),
        Index(None, "practice_id", "taken_at"),
        Index(None, "practice_id", "patient_key"),
    )

    id: Mapped[RowId]
    version: Mapped[int] = mapped_column(server_default="1")  # counts its changes
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it here
    practice_id: Mapped[Slug | None] = mapped_column(ForeignKey("practices.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    kind: Mapped[values.MessageKind]
    recipient: Mapped[Words]
    priority: Mapped[values.Priority]
    taken_at: Mapped[Moment]
    due_at: Mapped[Moment | None]
    reason = Secret[str]()
    patient_name = Secret[str | None]()
    patient_key: Mapped[bytes | None]
    caller_name = Secret[str | None]()
    callback_number = Secret[str | None]()
    callback_key: Mapped[bytes | None]
    status: Mapped[values.MessageStatus]
    delivered_at: Mapped[Moment | None]
    owner: Mapped[Words | None]
    phi: Mapped[bool]

    def index(self, session: Session, vault: Sealer) -> None:
        """Have the message found by number and by name."""
        self.callback_key = vault.phone(
            session, self.practice_id, self.callback_number, self.sealed_with
        )
        self.patient_key = vault.name(
            session, self.practice_id, self.patient_name, self.sealed_with
        )


class Escalation(SealedPart, Base):
    """Somebody on call must be reached; the owner is the agent who sees it through."""

    __tablename__ = "escalations"
    __table_args__ = (
        CheckConstraint("owner <> ''", name="owner_given"),
        Index(None, "call_id"),
        Index(None, "status", "opened_at"),
        Index(None, "practice_id", "callback_key", "opened_at"),
        Index(None, "practice_id", "opened_at"),
    )

    id: Mapped[RowId]
    version: Mapped[int] = mapped_column(server_default="1")  # counts its changes
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it here
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    provider: Mapped[Slug]
    reason = Secret[str]()
    callback_number = Secret[str | None]()
    callback_key: Mapped[bytes | None]
    status: Mapped[values.EscalationStatus]
    owner: Mapped[Words]
    opened_at: Mapped[Moment]
    phi: Mapped[bool]

    def index(self, session: Session, vault: Sealer) -> None:
        """Have the escalation found by number."""
        self.callback_key = vault.phone(
            session, self.practice_id, self.callback_number, self.sealed_with
        )


class RedFlag(Base):
    """A red flag the form showed, and what was done with it. The rule's id, not the words."""

    __tablename__ = "red_flags"
    __table_args__ = (Index(None, "call_id"),)

    id: Mapped[RowId]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    rule: Mapped[Slug]
    action: Mapped[values.FlagAction]
    at: Mapped[Moment]


class FactRead(Base):
    """An answer of the practice's own that was read to the caller."""

    __tablename__ = "facts_read"
    __table_args__ = (Index(None, "call_id"),)

    id: Mapped[RowId]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    fact: Mapped[Slug]
    at: Mapped[Moment]


class Callback(SealedRow, Base):
    """A caller who did not get through and is owed a call back."""

    __tablename__ = "callbacks"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name="done_has_time"),
        Index(None, "status", "since"),
    )

    id: Mapped[RowId]
    version: Mapped[int] = mapped_column(server_default="1")  # counts its changes
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it here
    uid: Mapped[Words]
    practice_id: Mapped[Slug | None] = mapped_column(ForeignKey("practices.id"))
    number = Secret[str | None]()
    since: Mapped[Moment]
    why: Mapped[values.CallbackReason]
    status: Mapped[values.CallbackStatus]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    done_at: Mapped[Moment | None]
    done_by: Mapped[Words | None]
    owner: Mapped[Words | None]  # the agent who was on the line when the caller was lost

    def sealed_row(self) -> str:
        """Return the call back's own name."""
        return self.uid


class Recording(Base):
    """A caller's answer to whether the call may be recorded and, where it was yes, the key of the
    file that is named by `uid`. A recording that is deleted loses its key and keeps its row."""

    __tablename__ = "recordings"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("consent = 'given' OR wrapped_key IS NULL", name="refused_has_no_key"),
        CheckConstraint("deleted_at IS NULL OR wrapped_key IS NULL", name="deleted_has_no_key"),
        CheckConstraint("consent_version <> ''", name="consent_to_given_words"),
        Index(None, "call_id"),
        Index(None, "practice_id", "consent_at"),
        Index(None, "consent_at"),
    )

    id: Mapped[RowId]
    uid: Mapped[Words]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    agent: Mapped[Words | None]
    consent: Mapped[values.Consent]
    consent_at: Mapped[Moment]
    consent_law: Mapped[Words]
    consent_version: Mapped[Words]  # hash of the words that were read
    wrapped_key: Mapped[Words | None]
    ended_at: Mapped[Moment | None]
    seconds: Mapped[float | None]  # of sound, pauses left out
    size: Mapped[int | None] = mapped_column(BigInteger())  # bytes of the file
    sha256: Mapped[Words | None]  # of the file; null where it was not finished
    reason: Mapped[Words | None]  # why it ended by itself
    pauses: Mapped[dict[str, Any] | None]
    deleted_at: Mapped[Moment | None]
    deleted_by: Mapped[Words | None]


class Draft(SealedRow, Base):
    """A form as it was last typed, until it is finished or dropped."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "call_uid"),)

    uid: Mapped[Words] = mapped_column(primary_key=True)
    practice_id: Mapped[Slug | None] = mapped_column(ForeignKey("practices.id"))
    call_uid: Mapped[Words]
    caller_number = Secret[str | None]()
    call_type: Mapped[CallType | None]
    record = Secret[dict[str, Any]]()
    updated_at: Mapped[Moment]

    def sealed_row(self) -> str:
        """Return the draft's own name."""
        return self.uid


class Presence(Base):
    """Somebody who is at something just now, at a desk, until they are heard of no more."""

    __tablename__ = "presence"
    __table_args__ = (Index(None, "until"),)

    kind: Mapped[Slug] = mapped_column(primary_key=True)
    row: Mapped[Slug] = mapped_column(primary_key=True)
    desk: Mapped[Slug] = mapped_column(primary_key=True)
    person: Mapped[Words]
    since: Mapped[Moment]
    until: Mapped[Moment]


class StaffMember(Base):
    """Somebody who works at this desk, and the hash that unlocks it for them."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint("name <> ''", name="name_given"),)

    name: Mapped[Words] = mapped_column(primary_key=True)
    lock_hash: Mapped[Words | None]


class DeskKey(Base):
    """An installation that has written here, and the public halves of its keys. Never changed."""

    __tablename__ = "desk_keys"

    id: Mapped[Words] = mapped_column(primary_key=True)
    signing_key: Mapped[bytes]  # Ed25519, 32 bytes
    wrapping_key: Mapped[bytes]  # X25519, 32 bytes
    first_seen_at: Mapped[Moment]


class LegalHold(Base):
    """A practice's records, or one call's, kept from deletion for a court or an investigation. The
    call's row may be named before it is known here, so it is no foreign key."""

    __tablename__ = "legal_holds"

    id: Mapped[RowId]
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    call_id: Mapped[int | None] = mapped_column(BigInteger())  # null: all of the practice's
    placed_at: Mapped[Moment]
    placed_by: Mapped[Words]
    released_at: Mapped[Moment | None]
    released_by: Mapped[Words | None]


class DataKey(Base):
    """A key that rows are sealed with, or indexed by. The key itself is only in `key_wraps`; a row
    that needs it keeps it from being destroyed."""

    __tablename__ = "data_keys"

    id: Mapped[RowId]
    purpose: Mapped[Words]  # data, index
    made_at: Mapped[Moment]


class KeyWrap(Base):
    """A data key wrapped for one desk (HPKE, RFC 9180)."""

    __tablename__ = "key_wraps"

    key_id: Mapped[int] = mapped_column(ForeignKey("data_keys.id"), primary_key=True)
    desk: Mapped[Words] = mapped_column(ForeignKey("desk_keys.id"), primary_key=True)
    wrapped: Mapped[bytes]
    made_by: Mapped[Words]
    made_at: Mapped[Moment]


class AuditChain(Base):
    """One run of the program at one desk, and the key its entries are signed with."""

    __tablename__ = "audit_chains"
    __table_args__ = (Index(None, "desk", "begun_at"), Index(None, "begun_at"))

    id: Mapped[Words] = mapped_column(primary_key=True)
    desk: Mapped[Words] = mapped_column(ForeignKey("desk_keys.id"))
    public_key: Mapped[bytes]  # Ed25519, of this run only
    certificate: Mapped[bytes]  # the desk's signature on it
    begun_at: Mapped[Moment]


class AuditEntry(Base):
    """Who did what to which row, bound to the entry before it (`console.store.audit`)."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        UniqueConstraint("uid"),
        Index(None, "at"),
        Index(None, "person", "at"),
        Index(None, "practice_id", "at"),
    )

    id: Mapped[RowId]
    chain: Mapped[Words] = mapped_column(ForeignKey("audit_chains.id"))
    seq: Mapped[int] = mapped_column(BigInteger())  # from 1, without a gap
    uid: Mapped[Words]
    at: Mapped[Moment]  # when it was done
    written_at: Mapped[Moment]  # later where the records were away
    desk: Mapped[Words]
    person: Mapped[Words]  # the account's name; "" for the program itself
    event: Mapped[Words]
    practice_id: Mapped[Slug | None]
    kind: Mapped[Words]
    row: Mapped[Words]
    detail: Mapped[Words]
    previous: Mapped[bytes]  # SHA-256 of the entry before
    hash: Mapped[bytes]
    signature: Mapped[bytes]  # Ed25519 of the hash, by the run's key
