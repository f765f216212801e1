"""Which bookings stand in the practices' own calendars, and how far each was written.

A booking whose event the practice has put elsewhere may follow it there; no other may take that
time.
"""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import refuse

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ANOTHERS = """NEW.status = 'booked' AND EXISTS (
        SELECT 1 FROM calendar_busy AS taken
        WHERE taken.practice_id = NEW.practice_id AND taken.provider = NEW.provider
        AND taken.booking_id <> COALESCE(NEW.replaces_id, 0)
        AND taken.ends_at > NEW.starts_at AND taken.starts_at < NEW.ends_at
    )"""


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "calendar_events",
        sa.Column("id", ROW, nullable=False),
        sa.Column("calendar_id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("booking_id", ROW, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "written",
                "theirs",
                "ended",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.CheckConstraint("wanted >= 0 AND tries >= 0", name=op.f("ck_calendar_events_counted")),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)",
            name=op.f("ck_calendar_events_claimed_until_a_time"),
        ),
        sa.CheckConstraint(
            "(starts_at IS NULL) = (ends_at IS NULL)",
            name=op.f("ck_calendar_events_seen_with_both_ends"),
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["calendars.id"],
            name=op.f("fk_calendar_events_calendar_id_calendars"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"],
            ["practices.id"],
            name=op.f("fk_calendar_events_practice_id_practices"),
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_calendar_events_booking_id_bookings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_events")),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_events_uid")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_calendar_events_booking_id")),
    )
    for columns in (["status", "next_at"], ["calendar_id", "object"]):
        op.create_index(op.f(f"ix_calendar_events_{'_'.join(columns)}"), "calendar_events", columns)
    refuse("bookings_calendar_insert", "INSERT ON bookings", ANOTHERS, "frontdesk: time taken")
