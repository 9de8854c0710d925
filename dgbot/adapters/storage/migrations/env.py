"""Runs the migrations on the connection, and in the transaction, that schema.py hands over."""

from alembic import context

from dgbot.adapters.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
