"""Runs with their inputs, events, decisions and traces."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("run_events", "decisions", "rule_traces", "input_windows", "rulebooks")
REFUSE_CHANGES = """
CREATE FUNCTION refuse_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('ict.maintenance', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME
            USING HINT = 'For maintenance: SET LOCAL ict.maintenance = on';
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """Create the tables, and the triggers that keep what was recorded as it was."""
    op.create_table(
        "input_windows",
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "sha256"),
    )
    op.create_table(
        "rulebooks",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("window_sha256", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("worker", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('accepted', 'running', 'completed', 'failed', 'cancelled')", name="runs_status_is_known"
        ),
        sa.ForeignKeyConstraint(
            ["rulebook_hash"],
            ["rulebooks.hash"],
        ),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_index(
        "runs_by_owner",
        "runs",
        ["owner_id", sa.literal_column("created_at DESC"), sa.literal_column("run_id DESC")],
        unique=False,
    )
    op.create_index(
        "runs_open", "runs", ["created_at"], unique=False, postgresql_where=sa.text("status IN ('accepted', 'running')")
    )
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decision_hash", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rulebook_hash", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["rulebook_hash"],
            ["rulebooks.hash"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.run_id"],
        ),
        sa.PrimaryKeyConstraint("decision_id"),
        sa.UniqueConstraint("run_id", name="decisions_one_per_run"),
        sa.UniqueConstraint("seq"),
    )
    op.create_index("decisions_by_owner", "decisions", ["owner_id", sa.literal_column("seq DESC")], unique=False)
    op.create_index(
        "decisions_by_status", "decisions", ["owner_id", "status", sa.literal_column("seq DESC")], unique=False
    )
    op.create_index(
        "decisions_by_symbol", "decisions", ["owner_id", "symbol", sa.literal_column("seq DESC")], unique=False
    )
    op.create_index("decisions_by_time", "decisions", ["owner_id", "created_at"], unique=False)
    op.create_table(
        "rule_traces",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.run_id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "position"),
        sa.UniqueConstraint("run_id", "rule_id", name="rule_traces_one_per_rule"),
    )
    op.create_index("rule_traces_by_rule", "rule_traces", ["owner_id", "rule_id", "outcome"], unique=False)
    op.create_table(
        "run_events",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.run_id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "seq"),
    )
    # Candle windows hardly compress, and nothing ever reads a part of one: leave them as they are.
    op.execute("ALTER TABLE input_windows ALTER COLUMN payload SET STORAGE EXTERNAL")
    op.execute(REFUSE_CHANGES)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_changes()"
        )


def downgrade() -> None:
    """Drop everything this step made."""
    op.drop_table("run_events")
    op.drop_index("rule_traces_by_rule", table_name="rule_traces")
    op.drop_table("rule_traces")
    op.drop_index("decisions_by_time", table_name="decisions")
    op.drop_index("decisions_by_symbol", table_name="decisions")
    op.drop_index("decisions_by_status", table_name="decisions")
    op.drop_index("decisions_by_owner", table_name="decisions")
    op.drop_table("decisions")
    op.drop_index("runs_open", table_name="runs", postgresql_where=sa.text("status IN ('accepted', 'running')"))
    op.drop_index("runs_by_owner", table_name="runs")
    op.drop_table("runs")
    op.drop_table("rulebooks")
    op.drop_table("input_windows")
    op.execute("DROP FUNCTION refuse_changes()")
