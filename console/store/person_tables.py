"""The tables of people: accounts, recovery codes, who is at a desk now, and emergency access.

What a person proves themselves with is kept as hashes, but for the secret of their one-time codes,
which has to be computed with. None of these tables holds anything of a caller.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from console.store import values
from console.store.models import Base
from console.store.types import Moment, RowId, Slug, Words


class PersonAccount(Base):
    """Somebody's account. An account is disabled, never deleted: rows carry its name."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("login <> '' AND login = lower(login)", name="login_given"),
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("(role = 'liaison') = (practice_id IS NOT NULL)", name="liaison_practice"),
        CheckConstraint("failed >= 0", name="failed_counted"),
        CheckConstraint(
            "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="confirmed_has_secret"
        ),
    )

    login: Mapped[Words] = mapped_column(primary_key=True)
    name: Mapped[Words]  # as shown, and as escalations, messages and calls carry it
    role: Mapped[values.Role]
    practice_id: Mapped[Slug | None] = mapped_column(ForeignKey("practices.id"))
    password_hash: Mapped[Words]  # Argon2id
    must_choose: Mapped[bool]  # somebody else gave the password: the person chooses another
    totp_secret: Mapped[Words | None]  # base32
    totp_confirmed_at: Mapped[Moment | None]  # when its first code was shown to be right
    totp_step: Mapped[int | None]  # of the last code taken: neither it nor an earlier one again
    lock_hash: Mapped[Words | None]  # Argon2id, of the PIN that unlocks a desk
    active: Mapped[bool]
    failed: Mapped[int]  # wrong tries in a row
    failed_at: Mapped[Moment | None]
    created_at: Mapped[Moment]
    created_by: Mapped[Words]
    changed_at: Mapped[Moment]
    changed_by: Mapped[Words]


class RecoveryCode(Base):
    """A code that stands in for a lost phone once; SHA-256 of 80 random bits."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("login", "code_hash"),)

    id: Mapped[RowId]
    login: Mapped[Words] = mapped_column(ForeignKey("people.login"))
    code_hash: Mapped[Words]
    used_at: Mapped[Moment | None]


class Shift(Base):
    """Somebody signed in at a desk; there as long as `seen_at` is fresh and it has not ended."""

    __tablename__ = "shifts"
    __table_args__ = (
        UniqueConstraint("uid"),
        Index(None, "login", "since"),
        Index(None, "ended_at", "seen_at"),
    )

    id: Mapped[RowId]
    uid: Mapped[Words]
    login: Mapped[Words] = mapped_column(ForeignKey("people.login"))
    machine: Mapped[Words]
    since: Mapped[Moment]
    seen_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]


class EmergencyAccess(Base):
    """Rights taken in an emergency, for a reason and a time; a supervisor sees each one."""

    __tablename__ = "emergency_access"
    __table_args__ = (
        UniqueConstraint("uid"),
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("until > since", name="until_after_since"),
        CheckConstraint("(seen_at IS NULL) = (seen_by IS NULL)", name="seen_by_somebody"),
        Index(None, "seen_at"),
    )

    id: Mapped[RowId]
    uid: Mapped[Words]
    login: Mapped[Words] = mapped_column(ForeignKey("people.login"))
    reason: Mapped[Words]
    since: Mapped[Moment]
    until: Mapped[Moment]
    ended_at: Mapped[Moment | None]  # when it was given back before its time
    seen_at: Mapped[Moment | None]
    seen_by: Mapped[Words | None]
