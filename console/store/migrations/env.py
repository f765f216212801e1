"""How Alembic runs a migration here: on the connection and in the transaction it is handed."""

from alembic import context

from console.store import person_tables  # noqa: F401 - its tables are Base's too
from console.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
