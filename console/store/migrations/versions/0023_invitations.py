"""What leaves may be an invitation to a booking, and goes with it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Let a dispatch name the booking it is about."""
    with op.batch_alter_table("dispatches") as dispatches:
        dispatches.add_column(sa.Column("booking_id", ROW, nullable=True))
        dispatches.create_foreign_key(
            op.f("fk_dispatches_booking_id_bookings"), "bookings", ["booking_id"], ["id"]
        )
    op.create_index(op.f("ix_dispatches_booking_id"), "dispatches", ["booking_id"])
