"""Names, numbers, reasons and answers encrypted; what is already there is sealed as it stands.

The columns that held them in the clear are dropped. The copy made before this migration still has
them: it is the person's to delete.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.orm import Session

from console.store.installation import installation_of
from console.store.secrecy.vault import Vault

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IN_THE_CLEAR = {
    "calls": ("caller_number",),
    "answers": ("text", "value"),
    "bookings": ("patient_name", "callback_number", "birth_date"),
    "messages": ("reason", "patient_name", "caller_name", "callback_number"),
    "escalations": ("reason", "callback_number"),
    "callbacks": ("number",),
    "drafts": ("record", "caller_number"),
}
KEYS = {  # the blind indexes, and what they are of
    "calls": {"caller_key": "caller_number"},
    "bookings": {"callback_key": "callback_number", "patient_key": "patient_name"},
    "messages": {"callback_key": "callback_number", "patient_key": "patient_name"},
    "escalations": {"callback_key": "callback_number"},
}
NAMED = ("bookings", "messages", "escalations")  # of which a call may have several
OLD_INDEXES = {
    "calls": ("practice_id", "caller_number", "offered_at"),
    "bookings": ("practice_id", "callback_number", "id"),
    "messages": ("practice_id", "callback_number", "taken_at"),
    "escalations": ("practice_id", "callback_number", "opened_at"),
}
INDEXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("calls", ("practice_id", "caller_key", "offered_at")),
    ("bookings", ("practice_id", "callback_key", "id")),
    ("bookings", ("practice_id", "patient_key")),
    ("messages", ("practice_id", "callback_key", "taken_at")),
    ("messages", ("practice_id", "patient_key")),
    ("escalations", ("practice_id", "callback_key", "opened_at")),
)
MUST = ("answers", "bookings", "messages", "escalations", "drafts")  # have something to hide
BATCH = 500


def upgrade() -> None:
    """Make the keys' tables, seal what is there, and drop it in the clear."""
    _keys()
    _legal_holds()
    for table in IN_THE_CLEAR:
        op.add_column(table, sa.Column("sealed", sa.LargeBinary(), nullable=True))
        op.add_column(table, sa.Column("sealed_with", sa.BigInteger(), nullable=True))
        if table in NAMED:
            op.add_column(table, sa.Column("sealed_as", sa.Text(), nullable=True))
        for key in KEYS.get(table, {}):
            op.add_column(table, sa.Column(key, sa.LargeBinary(), nullable=True))
    _seal_what_is_there()
    for table, columns in OLD_INDEXES.items():
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    for table, dropped in IN_THE_CLEAR.items():
        for column in dropped:
            op.drop_column(table, column)
    for table, indexed in INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(indexed)}"), table, list(indexed))
    _refusals()


def _keys() -> None:
    op.create_table(
        "data_keys",
        sa.Column("id", ROW, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
    )
    op.create_table(
        "key_wraps",
        sa.Column("key_id", ROW, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["data_keys.id"], name=op.f("fk_key_wraps_key_id_data_keys")
        ),
        sa.ForeignKeyConstraint(
            ["desk"], ["desk_keys.id"], name=op.f("fk_key_wraps_desk_desk_keys")
        ),
        sa.PrimaryKeyConstraint("key_id", "desk", name=op.f("pk_key_wraps")),
    )


def _legal_holds() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", ROW, nullable=False),
        sa.Column("practice_id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=True),
        sa.Column("placed_at", MOMENT, nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name=op.f("fk_legal_holds_practice_id_practices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_holds")),
    )


def _seal_what_is_there() -> None:
    connection = op.get_bind()
    tables = [table for table in IN_THE_CLEAR if _has_rows(connection, table)]
    if not tables:
        return
    vault = Vault(installation_of(context.config.attributes["secrets"]))
    with Session(connection) as session:
        vault.begin(session)
        for table in tables:
            described = sa.Table(table, sa.MetaData(), autoload_with=connection)
            for row in _rows(connection, described):
                _seal(session, vault, described, row)
        session.flush()


def _seal(session: Session, vault: Vault, table: sa.Table, row: sa.RowMapping) -> None:
    plain = {name: row[name] for name in IN_THE_CLEAR[table.name]}
    if plain.get("birth_date") is not None:
        plain["birth_date"] = plain["birth_date"].isoformat()
    values: dict[str, Any] = {}
    if any(value is not None for value in plain.values()):
        if table.name in NAMED:
            values["sealed_as"] = str(row["id"])
        sealed = vault.seal(session, str(table.name), _known_as(table.name, row), plain)
        values |= {"sealed": sealed.data, "sealed_with": sealed.key_id}
    for key, of in KEYS.get(table.name, {}).items():
        blind = vault.name if of == "patient_name" else vault.phone
        values[key] = blind(session, row["practice_id"], plain[of])
    if values:
        (primary,) = table.primary_key
        session.execute(
            table.update().where(primary == row[primary.name]).values(values),
            execution_options={"synchronize_session": False},
        )


def _known_as(table: str, row: sa.RowMapping) -> str:
    if table == "answers":
        return f"{row['call_id']}/{row['link_id']}"
    return f"{row['call_id']}/{row['id']}" if table in NAMED else str(row["uid"])


def _has_rows(connection: sa.Connection, table: str) -> bool:
    return connection.execute(sa.text(f"SELECT 1 FROM {table} LIMIT 1")).first() is not None


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[sa.RowMapping]:
    """Read a table a batch at a time: it is written to meanwhile."""
    (primary,) = table.primary_key
    last: Any = None
    while True:
        following = sa.select(table).order_by(primary).limit(BATCH)
        if last is not None:
            following = following.where(primary > last)
        rows = connection.execute(following).mappings().all()
        if not rows:
            return
        yield from rows
        last = rows[-1][primary.name]


def _refusals() -> None:
    for table in MUST:
        _refuse(f"{table}_sealed_insert", f"INSERT ON {table}", "NEW.sealed IS NULL")
        _refuse(f"{table}_sealed_update", f"UPDATE OF sealed ON {table}", "NEW.sealed IS NULL")
    needed = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE sealed_with = OLD.id)" for table in IN_THE_CLEAR
    )
    _refuse("data_keys_needed", "DELETE ON data_keys", needed, "frontdesk: a row needs this key")
    _refuse("data_keys_kept", "UPDATE ON data_keys", "1 = 1", "frontdesk: a key is never changed")


def _refuse(name: str, on: str, when: str, message: str = "frontdesk: not sealed") -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {on}"
            f" WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    back = "OLD" if on.startswith("DELETE") else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';"
        f" END IF; RETURN {back}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {on} FOR EACH ROW EXECUTE FUNCTION {name}()")
