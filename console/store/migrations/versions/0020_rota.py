"""What is entered about on-call rotas during the day, beside the files that practices signed."""

import sqlalchemy as sa
from alembic import op

from console.store.ddl import on_postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("override", "swap", "vacation", "import")
ACTS = ("add", "replace", "remove", "swap", "shift")


def upgrade() -> None:
    """Make the tables, and what tells of them."""
    _changes()
    _confirmations()
    if on_postgresql():
        for table in ("rota_changes", "rota_confirmations"):
            op.execute(
                f"CREATE TRIGGER {table}_told AFTER INSERT OR UPDATE OR DELETE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION frontdesk_tell()"
            )


def _changes() -> None:
    table = "rota_changes"
    op.create_table(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("service_line", sa.Text(), nullable=False),
        sa.Column("kind", _words("kind", KINDS), nullable=False),
        sa.Column("act", _words("act", ACTS), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("by_provider", sa.Text(), nullable=False),
        sa.Column("after_min", sa.Integer(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_rota_changes_ends_after_start")),
        sa.CheckConstraint(
            "(act IN ('replace', 'swap')) = (by_provider <> '')",
            name=op.f("ck_rota_changes_by_named"),
        ),
        sa.CheckConstraint("made_by <> ''", name=op.f("ck_rota_changes_maker_named")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_rota_changes_ended_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_rota_changes_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_changes")),
        sa.UniqueConstraint("uid", name=op.f("uq_rota_changes_uid")),
    )
    op.create_index(op.f("ix_rota_changes_practice_id_ends_at"), table, ["practice_id", "ends_at"])
    op.create_index(op.f("ix_rota_changes_ends_at"), table, ["ends_at"])
    op.create_index(op.f("ix_rota_changes_entry"), table, ["entry"])


def _confirmations() -> None:
    table = "rota_confirmations"
    op.create_table(
        table,
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("service_line", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("said_by <> ''", name=op.f("ck_rota_confirmations_sayer_named")),
        sa.ForeignKeyConstraint(
            ["practice_id"],
            ["practices.id"],
            name=op.f("fk_rota_confirmations_practice_id_practices"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_confirmations")),
        sa.UniqueConstraint("uid", name=op.f("uq_rota_confirmations_uid")),
    )
    op.create_index(op.f("ix_rota_confirmations_at"), table, ["at"])


def _words(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)
