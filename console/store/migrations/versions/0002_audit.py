"""The audit: desks and their public keys, each run's chain, and the entries.

Nothing of it can be changed or deleted. On SQLite `INSERT OR REPLACE` deletes without asking a
trigger (https://www.sqlite.org/lang_conflict.html), so that a row that would take another's place
is refused as it is inserted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
MESSAGE = "frontdesk: the audit is never changed"
KEPT = {
    "desk_keys": "id = NEW.id",
    "audit_chains": "id = NEW.id",
    "audit": "id = NEW.id OR uid = NEW.uid OR (chain = NEW.chain AND seq = NEW.seq)",
}


def upgrade() -> None:
    """Make the tables, then what keeps them."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _kept_on_sqlite()
    else:
        _kept_on_postgresql()


def _tables() -> None:
    op.create_table(
        "desk_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrapping_key", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_keys")),
    )
    op.create_table(
        "audit_chains",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["desk"], ["desk_keys.id"], name=op.f("fk_audit_chains_desk_desk_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chains")),
    )
    op.create_index(op.f("ix_audit_chains_begun_at"), "audit_chains", ["begun_at"])
    op.create_index(op.f("ix_audit_chains_desk_begun_at"), "audit_chains", ["desk", "begun_at"])
    _entries()


def _entries() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ROW, nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chain"], ["audit_chains.id"], name=op.f("fk_audit_chain_audit_chains")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_audit_chain_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_audit_uid")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_audit_person_at"), "audit", ["person", "at"])
    op.create_index(op.f("ix_audit_practice_id_at"), "audit", ["practice_id", "at"])


def _kept_on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for table, taken in KEPT.items():
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) {refuse}"
        )


def _kept_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION frontdesk_audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION frontdesk_audit_kept()"
        )
