"""Times held for callers, under one rule with the bookings.

An exclusion constraint is of one table, so each standing booking has a row among the holds, kept by
a trigger: whoever comes second is refused, at whatever isolation. SQLite has no such constraint and
one writer at a time; a trigger looks for an overlap there.
"""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import on_postgresql, refuse

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COLUMNS = "practice_id, provider, starts_at, ends_at"
OVERLAPS = """EXISTS (
        SELECT 1 FROM holds AS other
        WHERE other.practice_id = NEW.practice_id AND other.provider = NEW.provider
        AND other.ends_at > NEW.starts_at AND other.starts_at < NEW.ends_at
    )"""
OF_NEW = (
    f"INSERT INTO holds (uid, {COLUMNS}) VALUES"
    " ('booking ' || NEW.id, NEW.practice_id, NEW.provider, NEW.starts_at, NEW.ends_at);"
)
NOT_OF_OLD = "DELETE FROM holds WHERE uid = 'booking ' || OLD.id;"


def upgrade() -> None:
    """Make the table and its rule."""
    op.create_table(
        "holds",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_holds_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_holds_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_holds")),
    )
    op.create_index(
        op.f("ix_holds_practice_id_provider_ends_at"),
        "holds",
        ["practice_id", "provider", "ends_at"],
    )
    op.execute(
        f"INSERT INTO holds (uid, {COLUMNS})"
        f" SELECT 'booking ' || id, {COLUMNS} FROM bookings WHERE status = 'booked'"
    )
    if on_postgresql():
        _on_a_server()
    else:
        _in_a_file()


def _on_a_server() -> None:
    op.execute(
        "ALTER TABLE holds ADD CONSTRAINT ex_holds_time_taken EXCLUDE USING gist"
        " (practice_id WITH =, provider WITH =, tstzrange(starts_at, ends_at) WITH &&)"
    )
    op.execute(
        "CREATE FUNCTION bookings_hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP <> 'INSERT' THEN {NOT_OF_OLD} END IF;"
        f" IF TG_OP <> 'DELETE' THEN IF NEW.status = 'booked' THEN {OF_NEW} END IF; END IF;"
        " RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER bookings_hold AFTER INSERT OR DELETE"
        f" OR UPDATE OF {COLUMNS}, status ON bookings"
        " FOR EACH ROW EXECUTE FUNCTION bookings_hold()"
    )
    op.execute(  # a hold renewed is no news
        "CREATE TRIGGER holds_told AFTER INSERT OR DELETE ON holds"
        " FOR EACH STATEMENT EXECUTE FUNCTION frontdesk_tell()"
    )


def _in_a_file() -> None:
    refuse("holds_overlap_insert", "INSERT ON holds", OVERLAPS, "frontdesk: time taken")
    update = f"UPDATE OF {COLUMNS}, status ON bookings"
    for name, on, does in (
        ("insert", "INSERT ON bookings WHEN NEW.status = 'booked'", OF_NEW),
        ("delete", "DELETE ON bookings", NOT_OF_OLD),
        ("let_go", f"{update} WHEN NEW.status <> 'booked'", NOT_OF_OLD),
        ("move", f"{update} WHEN NEW.status = 'booked'", f"{NOT_OF_OLD} {OF_NEW}"),
    ):
        op.execute(f"CREATE TRIGGER bookings_hold_{name} AFTER {on} BEGIN {does} END")
