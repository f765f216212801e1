"""What messages said before they were amended."""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import refuse

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = ("done", "overtaken", "refused")
INDEXES = (("message_id", "number"), ("taken_up",))


def upgrade() -> None:
    """Make the table."""
    outcome = sa.Enum(
        *OUTCOMES, name="outcome", native_enum=False, create_constraint=True, length=24
    )
    op.create_table(
        "amendments",
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("message_id", ROW, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("outcome", outcome, nullable=False),
        sa.Column("taken_up", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_with", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_amendments_message_id_messages")
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_amendments")),
    )
    for columns in INDEXES:
        op.create_index(op.f(f"ix_amendments_{'_'.join(columns)}"), "amendments", list(columns))
    refuse(
        "data_keys_needed_by_amendments",
        "DELETE ON data_keys",
        "EXISTS (SELECT 1 FROM amendments WHERE sealed_with = OLD.id)",
        "frontdesk: a row needs this key",
    )
