"""The waiting list, the times that were given up while somebody waits, and what was offered.

A time is given up when its row among the holds goes, whoever takes it away; a trigger writes it
down, only where somebody of that practice waits.
"""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import on_postgresql, refuse

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KINDS = ("escalation", "task", "message", "callback", "offer")
ACTS = (
    "take", "hand", "hold", "done", "confirm", "acknowledge", "escalate", "reach", "close",
    "book", "pass", "withdraw",
)  # fmt: skip
IN_FORCE = """
    practices.baa_signed_on <= {day}
    AND (practices.baa_ends_on IS NULL OR {day} <= practices.baa_ends_on)
"""
WITHOUT_AGREEMENT = f"""
    NEW.phi AND NOT EXISTS (
        SELECT 1 FROM calls JOIN practices ON practices.id = calls.practice_id
        WHERE calls.id = NEW.call_id AND {IN_FORCE.format(day="calls.local_date")}
    )
"""
TAKES_PHI_ALONG = f"""
    EXISTS (SELECT 1 FROM waiting_list WHERE call_id = NEW.id AND phi)
    AND NOT EXISTS (
        SELECT 1 FROM practices
        WHERE practices.id = NEW.practice_id AND {IN_FORCE.format(day="NEW.local_date")}
    )
"""
NO_AGREEMENT = "frontdesk: agreement missing"
SOMEBODY_WAITS = (
    "EXISTS (SELECT 1 FROM waiting_list WHERE practice_id = OLD.practice_id AND status = 'waiting')"
)
FREED = (
    "INSERT INTO freed_times (practice_id, provider, starts_at, ends_at)"
    " VALUES (OLD.practice_id, OLD.provider, OLD.starts_at, OLD.ends_at);"
)


def upgrade() -> None:
    """Make the tables and their rules, and let the board have offers."""
    _list()
    _freed()
    _offers()
    _rules()
    _board()


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _of(table: str, column: str, whole: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{whole}.id"], name=op.f(f"fk_{table}_{column}_{whole}")
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _list() -> None:
    name = "waiting_list"
    op.create_table(
        name,
        sa.Column("id", ROW, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("call_id", ROW, nullable=False),
        sa.Column("appointment_type", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("part", _words("part", "any", "morning", "afternoon"), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("new_patient", sa.Boolean(), nullable=False),
        sa.Column("patient_key", sa.LargeBinary(), nullable=True),
        sa.Column("callback_key", sa.LargeBinary(), nullable=True),
        sa.Column("phi", sa.Boolean(), nullable=False),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.Column("put_by", sa.Text(), nullable=False),
        sa.Column("status", _words("status", "waiting", "booked", "withdrawn"), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_with", sa.BigInteger(), nullable=True),
        sa.Column("sealed_as", sa.Text(), nullable=True),
        sa.CheckConstraint("put_by <> ''", name=op.f("ck_waiting_list_put_by_somebody")),
        sa.CheckConstraint(
            "(status = 'waiting') = (closed_at IS NULL)",
            name=op.f("ck_waiting_list_closed_has_time"),
        ),
        _of(name, "practice_id", "practices"),
        _of(name, "call_id", "calls"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_list")),
        sa.UniqueConstraint("uid", name=op.f("uq_waiting_list_uid")),
    )
    _index(name, "practice_id", "status", "put_at")
    _index(name, "practice_id", "callback_key")
    _index(name, "practice_id", "patient_key")
    _index(name, "call_id")


def _freed() -> None:
    op.create_table(
        "freed_times",
        sa.Column("id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("held_as", sa.Text(), nullable=True),
        _of("freed_times", "practice_id", "practices"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freed_times")),
    )


def _offers() -> None:
    name = "waiting_offers"
    status = _words("status", "open", "booked", "passed", "gone", "withdrawn")
    op.create_table(
        name,
        sa.Column("id", ROW, nullable=False),
        sa.Column("entry_id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("status", status, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("booking_id", ROW, nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_waiting_offers_ends_after_start")),
        sa.CheckConstraint(
            "(status = 'open') = (closed_at IS NULL)",
            name=op.f("ck_waiting_offers_closed_has_time"),
        ),
        sa.CheckConstraint(
            "(status = 'booked') = (booking_id IS NOT NULL)",
            name=op.f("ck_waiting_offers_booked_has_booking"),
        ),
        _of(name, "entry_id", "waiting_list"),
        _of(name, "practice_id", "practices"),
        _of(name, "booking_id", "bookings"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_offers")),
    )
    _index(name, "status", "offered_at")
    _index(name, "practice_id", "provider", "starts_at")
    _index(name, "entry_id")


def _rules() -> None:
    refuse("waiting_list_phi_insert", "INSERT ON waiting_list", WITHOUT_AGREEMENT, NO_AGREEMENT)
    refuse(
        "waiting_list_phi_update",
        "UPDATE OF phi, call_id ON waiting_list",
        WITHOUT_AGREEMENT,
        NO_AGREEMENT,
    )
    refuse(
        "calls_waiting_phi_update",
        "UPDATE OF practice_id, local_date ON calls",
        TAKES_PHI_ALONG,
        NO_AGREEMENT,
    )
    refuse(
        "data_keys_needed_by_waiting_list",
        "DELETE ON data_keys",
        "EXISTS (SELECT 1 FROM waiting_list WHERE sealed_with = OLD.id)",
        "frontdesk: a row needs this key",
    )
    if not on_postgresql():
        op.execute(
            f"CREATE TRIGGER holds_freed AFTER DELETE ON holds WHEN {SOMEBODY_WAITS}"
            f" BEGIN {FREED} END"
        )
        return
    op.execute(
        "CREATE FUNCTION holds_freed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {SOMEBODY_WAITS} THEN {FREED} END IF; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER holds_freed AFTER DELETE ON holds"
        " FOR EACH ROW EXECUTE FUNCTION holds_freed()"
    )
    op.execute(
        "CREATE TRIGGER waiting_offers_told AFTER INSERT OR UPDATE OR DELETE ON waiting_offers"
        " FOR EACH STATEMENT EXECUTE FUNCTION frontdesk_tell()"
    )


def _board() -> None:
    for table, column, values in (
        ("board_marks", "kind", KINDS),
        ("board_deeds", "kind", KINDS),
        ("board_deeds", "act", ACTS),
    ):
        allowed = ", ".join(f"'{value}'" for value in values)
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
            changed.create_check_constraint(
                op.f(f"ck_{table}_{column}"), f"{column} IN ({allowed})"
            )
