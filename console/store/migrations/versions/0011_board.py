"""The board: how unfinished work stands with people, each thing done to it, and word of it to the
other desks."""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import on_postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
KINDS = ("escalation", "task", "message", "callback")
ACTS = ("take", "hand", "hold", "done", "confirm", "acknowledge", "escalate", "reach", "close")
OUTCOMES = ("done", "overtaken", "refused")
TOLD = ("tasks", "pursuits", "board_marks")


def upgrade() -> None:
    """Make the tables, the indexes a page of the board is read by, and what tells of changes."""
    op.create_table(
        "board_marks",
        sa.Column("kind", _words("kind", KINDS), nullable=False),
        sa.Column("row", ROW, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("touched_by", sa.Text(), nullable=False),
        sa.Column("hold_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("kind", "row", name=op.f("pk_board_marks")),
    )
    op.create_table(
        "board_deeds",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", _words("kind", KINDS), nullable=False),
        sa.Column("row", ROW, nullable=False),
        sa.Column("act", _words("act", ACTS), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("outcome", _words("outcome", OUTCOMES), nullable=False),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_board_deeds")),
    )
    op.create_index(
        op.f("ix_board_deeds_kind_row_at"), "board_deeds", ["kind", "row", "at"], unique=False
    )
    if not on_postgresql():
        return
    for table in TOLD:
        op.execute(
            f"CREATE TRIGGER {table}_told AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION frontdesk_tell()"
        )


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)
