"""Threads of the assistants, their runs and the runs' events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SEEN_THREADS = """
CREATE VIEW seen_threads AS
SELECT t.thread_id, t.owner_id, t.assistant_id, t.title, t.metadata, t.values, t.grounded, t.is_stateless, t.created_at,
    t.updated_at,
    CASE
        WHEN EXISTS (SELECT FROM thread_runs r WHERE r.thread_id = t.thread_id AND r.status IN ('pending', 'running'))
        THEN 'busy' ELSE t.ended_as
    END AS status
FROM threads t
WHERE t.deletes_at IS NULL OR t.deletes_at > now()
"""


def upgrade() -> None:
    """Create the tables; LangGraph's own, which hold the states, are made by `agent.store.migrate`."""
    op.create_table(
        "threads",
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("assistant_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ended_as", sa.Text(), server_default=sa.text("'idle'"), nullable=False),
        sa.Column("values", sa.Text(), nullable=True),
        sa.Column("grounded", sa.Boolean(), nullable=True),
        sa.Column("is_stateless", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("deletes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("ended_as IN ('idle', 'interrupted', 'error')", name="threads_ending_is_known"),
        sa.PrimaryKeyConstraint("thread_id"),
    )
    op.create_index(
        "threads_by_owner", "threads", ["owner_id", sa.text("updated_at DESC"), sa.text("thread_id DESC")], unique=False
    )
    op.create_index("threads_to_delete", "threads", ["deletes_at"], postgresql_where=sa.text("deletes_at IS NOT NULL"))
    op.create_table(
        "thread_runs",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("assistant_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("input", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("worker", sa.BigInteger(), nullable=True),
        sa.Column("last_seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("has_log", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'running', 'success', 'error', 'interrupted')", name="thread_runs_status_is_known"
        ),
        sa.CheckConstraint("(worker IS NULL) = (started_at IS NULL)", name="thread_runs_started_by_a_worker"),
        sa.ForeignKeyConstraint(["thread_id"], ["threads.thread_id"]),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_index("thread_runs_by_thread", "thread_runs", ["thread_id", "seq"], unique=False)
    op.create_index(
        "thread_runs_one_running",
        "thread_runs",
        ["thread_id"],
        unique=True,
        postgresql_where=sa.text("status = 'running'"),
    )
    op.create_index(
        "thread_runs_open",
        "thread_runs",
        ["thread_id", "seq"],
        postgresql_where=sa.text("status IN ('pending', 'running')"),
    )
    op.create_index("thread_runs_pending", "thread_runs", ["seq"], postgresql_where=sa.text("status = 'pending'"))
    op.create_index(
        "thread_runs_with_log",
        "thread_runs",
        ["updated_at"],
        postgresql_where=sa.text("has_log AND status IN ('success', 'error', 'interrupted')"),
    )
    op.create_table(
        "thread_events",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "seq"),
    )
    op.execute(_SEEN_THREADS)


def downgrade() -> None:
    """Drop everything this step made."""
    op.execute("DROP VIEW seen_threads")
    op.drop_table("thread_events")
    op.drop_table("thread_runs")
    op.drop_table("threads")
