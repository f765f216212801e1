"""The tables of practice scripts: versions as they were written, who signed each and from when it
holds, and drafts as they are typed.

Versions and signatures are never changed or taken away; a trigger says so to the database. What
is in force at a moment is the version whose signature took effect last before it: going back to
an earlier version is signing it again.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from console.store.models import Base
from console.store.types import Day, Moment, RowId, Slug, Words


class PracticeVersion(Base):
    """A practice's script as somebody saved it, numbered from 1."""

    __tablename__ = "practice_versions"
    __table_args__ = (
        UniqueConstraint("practice_id", "number"),
        CheckConstraint("number >= 1", name="number_counts"),
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        CheckConstraint("written_by <> ''", name="writer_named"),
        Index(None, "practice_id", "sha256"),
    )

    id: Mapped[RowId]
    practice_id: Mapped[Slug] = mapped_column(ForeignKey("practices.id"))
    number: Mapped[int]
    text: Mapped[Words]  # YAML, to the letter
    sha256: Mapped[Words]  # of the text in UTF-8; a call keeps its first twelve digits
    written_by: Mapped[Words]
    written_at: Mapped[Moment]
    note: Mapped[Words | None]  # why, in the writer's words
    baa_signed_on: Mapped[Day | None]  # the agreement as this version has it
    baa_ends_on: Mapped[Day | None]


class PracticeSignature(Base):
    """A named person's word that a version holds from a moment on."""

    __tablename__ = "practice_signatures"
    __table_args__ = (
        CheckConstraint("signed_by <> ''", name="signer_named"),
        Index(None, "version_id"),
        Index(None, "effective_at"),
    )

    id: Mapped[RowId]
    version_id: Mapped[int] = mapped_column(ForeignKey("practice_versions.id"))
    signed_by: Mapped[Words]
    signed_at: Mapped[Moment]
    effective_at: Mapped[Moment]


class PracticeDraft(Base):
    """An edition somebody is working on, as it stands; it may have faults, and be of no practice
    there is yet."""

    __tablename__ = "practice_drafts"

    practice_id: Mapped[Slug] = mapped_column(primary_key=True)
    author: Mapped[Words] = mapped_column(primary_key=True)
    text: Mapped[Words]
    based_on: Mapped[int | None]  # number of the version it was begun from
    updated_at: Mapped[Moment]
