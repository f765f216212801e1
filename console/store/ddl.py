"""What migrations say to both databases: the rules that are triggers."""

from alembic import op


def on_postgresql() -> bool:
    """Tell whether the migration runs on PostgreSQL."""
    return op.get_bind().dialect.name == "postgresql"


def refuse(name: str, on: str, when: str, message: str) -> None:
    """Have the database refuse a row with a message.

    `on` is the event and table (`INSERT ON answers`, `UPDATE OF phi ON answers`); `when` is a
    condition on `NEW` and `OLD`, in SQL both databases read. The store gets an `IntegrityError`.
    """
    if on_postgresql():
        back = "OLD" if on.startswith("DELETE") else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';"
            f" END IF; RETURN {back}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {on} FOR EACH ROW EXECUTE FUNCTION {name}()")
        return
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {on} WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
