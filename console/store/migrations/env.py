"""How Alembic runs a migration here: on the connection and in the transaction it is handed."""

from alembic import context

from console.store.migrating import schema_of
from console.store.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    version_table_schema=schema_of(connection),
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
