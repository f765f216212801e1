"""The practices' own calendars: how far each was read, and what is taken in it.

A time that is taken there is held for nobody and booked by nobody: a trigger on the holds says so,
beside the rule that keeps bookings from overlapping.
"""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import on_postgresql, refuse

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TAKEN = """EXISTS (
        SELECT 1 FROM calendar_busy AS taken
        WHERE taken.practice_id = NEW.practice_id AND taken.provider = NEW.provider
        AND taken.booking_id IS NULL
        AND taken.ends_at > NEW.starts_at AND taken.starts_at < NEW.ends_at
    )"""


def upgrade() -> None:
    """Make the two tables and their rule."""
    _calendars()
    _busy()
    refuse("holds_calendar_insert", "INSERT ON holds", TAKEN, "frontdesk: time taken")
    if on_postgresql():
        op.execute(
            "CREATE TRIGGER calendar_busy_told AFTER INSERT OR DELETE ON calendar_busy"
            " FOR EACH STATEMENT EXECUTE FUNCTION frontdesk_tell()"
        )


def _calendars() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("whole_at", MOMENT, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_calendars_tries_counted")),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)",
            name=op.f("ck_calendars_claimed_until_a_time"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_calendars_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
        sa.UniqueConstraint(
            "practice_id", "provider", name=op.f("uq_calendars_practice_id_provider")
        ),
    )
    op.create_index(op.f("ix_calendars_next_at"), "calendars", ["next_at"])


def _busy() -> None:
    op.create_table(
        "calendar_busy",
        sa.Column("id", ROW, nullable=False),
        sa.Column("calendar_id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("booking_id", ROW, nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_calendar_busy_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendars.id"], name=op.f("fk_calendar_busy_calendar_id_calendars")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_calendar_busy_practice_id_practices")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_calendar_busy_booking_id_bookings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_busy")),
    )
    for columns in (
        ["practice_id", "provider", "ends_at"],
        ["calendar_id", "object"],
        ["booking_id"],
    ):
        op.create_index(op.f(f"ix_calendar_busy_{'_'.join(columns)}"), "calendar_busy", columns)
