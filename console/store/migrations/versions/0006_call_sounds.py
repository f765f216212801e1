"""How a call sounded."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "call_sounds",
        sa.Column("call_id", ROW, nullable=False),
        sa.Column("mos", sa.Double(), nullable=False),
        sa.Column("jitter_ms", sa.Double(), nullable=False),
        sa.Column("loss_percent", sa.Double(), nullable=False),
        sa.Column("loss_out_percent", sa.Double(), nullable=False),
        sa.Column("round_trip_ms", sa.Double(), nullable=False),
        sa.Column("codec", sa.Text(), nullable=False),
        sa.CheckConstraint("mos >= 1 AND mos <= 5", name=op.f("ck_call_sounds_mos_on_its_scale")),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_call_sounds_call_id_calls")
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_sounds")),
    )
