"""Recordings: the caller's consent or refusal, the key of the file, and how it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    consent = sa.Enum(
        "given", "refused", name="consent", native_enum=False, create_constraint=True, length=24
    )
    op.create_table(
        "recordings",
        sa.Column("id", ROW, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("call_id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=True),
        sa.Column("consent", consent, nullable=False),
        sa.Column("consent_at", MOMENT, nullable=False),
        sa.Column("consent_law", sa.Text(), nullable=False),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.Text(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("pauses", sa.JSON(), nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("deleted_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "consent = 'given' OR wrapped_key IS NULL",
            name=op.f("ck_recordings_refused_has_no_key"),
        ),
        sa.CheckConstraint(
            "deleted_at IS NULL OR wrapped_key IS NULL",
            name=op.f("ck_recordings_deleted_has_no_key"),
        ),
        sa.CheckConstraint(
            "consent_version <> ''", name=op.f("ck_recordings_consent_to_given_words")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_recordings_call_id_calls")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_recordings_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("uid", name=op.f("uq_recordings_uid")),
    )
    op.create_index(op.f("ix_recordings_call_id"), "recordings", ["call_id"])
    op.create_index(
        op.f("ix_recordings_practice_id_consent_at"), "recordings", ["practice_id", "consent_at"]
    )
    op.create_index(op.f("ix_recordings_consent_at"), "recordings", ["consent_at"])
