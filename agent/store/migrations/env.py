"""Alembic's entry: run the steps on the connection that ``agent.store.migrate`` hands in."""

from alembic import context
from sqlmodel import SQLModel

from agent.store import (  # noqa: F401  registers them in the metadata
    chain_tables,
    desk_tables,
    feedback_tables,
    tables,
    thread_tables,
)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
)
with context.begin_transaction():
    context.run_migrations()
