"""Alembic's entry: the connection is handed in by `litwatch.store.opening`."""

from __future__ import annotations

from alembic import context

from litwatch.store.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with connection.begin(), context.begin_transaction():
    context.run_migrations()
