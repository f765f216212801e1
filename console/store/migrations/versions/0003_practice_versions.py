"""Practice scripts: versions, signatures and drafts. The first two only ever grow."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
MESSAGE = "frontdesk: practice scripts are kept"
# What stands already, of a row that would take its place: REPLACE is a way of deleting.
KEPT = {"practice_versions": "id = NEW.id", "practice_signatures": "id = NEW.id"}


def upgrade() -> None:
    """Make the tables, then the triggers."""
    _versions()
    _signatures()
    _drafts()
    if op.get_bind().dialect.name == "postgresql":
        _kept_on_postgresql()
    else:
        _kept_on_sqlite()


def _versions() -> None:
    op.create_table(
        "practice_versions",
        sa.Column("id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("baa_signed_on", sa.Date(), nullable=True),
        sa.Column("baa_ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_practice_versions_number_counts")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_practice_versions_sha256_whole")),
        sa.CheckConstraint("written_by <> ''", name=op.f("ck_practice_versions_writer_named")),
        sa.ForeignKeyConstraint(
            ["practice_id"],
            ["practices.id"],
            name=op.f("fk_practice_versions_practice_id_practices"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_versions")),
        sa.UniqueConstraint(
            "practice_id", "number", name=op.f("uq_practice_versions_practice_id_number")
        ),
    )
    op.create_index(
        op.f("ix_practice_versions_practice_id_sha256"),
        "practice_versions",
        ["practice_id", "sha256"],
        unique=False,
    )


def _signatures() -> None:
    op.create_table(
        "practice_signatures",
        sa.Column("id", ROW, nullable=False),
        sa.Column("version_id", ROW, nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("effective_at", MOMENT, nullable=False),
        sa.CheckConstraint("signed_by <> ''", name=op.f("ck_practice_signatures_signer_named")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["practice_versions.id"],
            name=op.f("fk_practice_signatures_version_id_practice_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_signatures")),
    )
    for column in ("version_id", "effective_at"):
        op.create_index(
            op.f(f"ix_practice_signatures_{column}"), "practice_signatures", [column], unique=False
        )


def _drafts() -> None:
    op.create_table(
        "practice_drafts",
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("practice_id", "author", name=op.f("pk_practice_drafts")),
    )


def _kept_on_sqlite() -> None:
    for table, taken in KEPT.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
            f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) {refuse}"
        )


def _kept_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION frontdesk_scripts_kept() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END $$"
    )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION frontdesk_scripts_kept()"
        )
