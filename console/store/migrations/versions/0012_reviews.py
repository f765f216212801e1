"""Calls that are looked at again, what was found, and how long a caller was on hold."""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import refuse

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WHYS = (
    "sampled",
    "emergency",
    "escalated",
    "long_hold",
    "not_delivered",
    "called_again",
    "asked",
)
CAUSES = (
    "wrong_on_call",
    "number_wrong",
    "spelling",
    "change_not_entered",
    "instructions",
    "appointment_wrong",
    "urgency_missed",
    "words_lost",
    "late",
    "manner",
)
INDEXES = (("reviewed_at", "week"), ("agent", "reviewed_at"), ("practice_id", "local_date"))


def upgrade() -> None:
    """Make both tables, and the column of the calls'."""
    op.add_column("calls", sa.Column("held_s", sa.Double(), nullable=True))
    op.create_table(
        "reviews",
        sa.Column("id", ROW, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("call_id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=True),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("why", _words("why", WHYS), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_with", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("mark >= 1 AND mark <= 5", name=op.f("ck_reviews_mark_on_its_scale")),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (mark IS NULL) AND (reviewed_at IS NULL) = (reviewer IS NULL)",
            name=op.f("ck_reviews_reviewed_with_a_mark"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_reviews_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_reviews_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("call_id", name=op.f("uq_reviews_call_id")),
    )
    op.create_table(
        "review_causes",
        sa.Column("review_id", ROW, nullable=False),
        sa.Column("cause", _words("cause", CAUSES), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name=op.f("fk_review_causes_review_id_reviews")
        ),
        sa.PrimaryKeyConstraint("review_id", "cause", name=op.f("pk_review_causes")),
    )
    for columns in INDEXES:
        op.create_index(op.f(f"ix_reviews_{'_'.join(columns)}"), "reviews", list(columns))
    refuse(
        "data_keys_needed_by_reviews",
        "DELETE ON data_keys",
        "EXISTS (SELECT 1 FROM reviews WHERE sealed_with = OLD.id)",
        "frontdesk: a row needs this key",
    )


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)
