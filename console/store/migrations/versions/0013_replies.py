"""Answers to pages that were heard."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = ("done", "overtaken", "not_open", "not_understood")


def upgrade() -> None:
    """Make the table."""
    outcome = sa.Enum(
        *OUTCOMES, name="outcome", native_enum=False, create_constraint=True, length=24
    )
    op.create_table(
        "replies",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalation_id", ROW, nullable=True),
        sa.Column("outcome", outcome, nullable=False),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_replies_escalation_id_escalations")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_replies")),
    )
    op.create_index(op.f("ix_replies_escalation_id"), "replies", ["escalation_id"], unique=False)
