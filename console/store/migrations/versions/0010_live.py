"""Live: what one desk writes the others hear of (on PostgreSQL by NOTIFY; on SQLite they watch the
file), a version on what two people may change at once, and who is at what.

A notification names a table and nothing else. Triggers send it, so that no writer can forget to.
"""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import on_postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REVISED = ("messages", "escalations", "callbacks", "bookings")
TOLD = (*REVISED, "calls", "presence")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and the table, then what tells of them."""
    for table in REVISED:
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "presence",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "row", "desk", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_until"), "presence", ["until"])
    if on_postgresql():
        _tell()


def _tell() -> None:
    op.execute(
        "CREATE FUNCTION frontdesk_tell() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN PERFORM pg_notify('frontdesk', TG_TABLE_NAME); RETURN NULL; END $$"
    )
    for table in TOLD:
        op.execute(
            f"CREATE TRIGGER {table}_told AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION frontdesk_tell()"
        )
