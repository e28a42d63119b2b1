"""The desk: settings as numbered snapshots, trades with their closes, confirmations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("settings", "trades", "trade_closes")


def upgrade() -> None:
    """Create the tables, and the triggers that keep what was recorded as it was."""
    op.create_table(
        "settings",
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('account', 'kill_switch', 'mode', 'profile', 'risk')", name="settings_kind_is_known"
        ),
        sa.CheckConstraint("version > 0", name="settings_version_counts_from_one"),
        sa.PrimaryKeyConstraint("owner_id", "kind", "version"),
    )
    op.create_table(
        "trades",
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("trade_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("risk_pct", sa.Float(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("direction IN ('long', 'short')", name="trades_direction_is_known"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
        sa.PrimaryKeyConstraint("owner_id", "trade_id"),
        sa.UniqueConstraint("owner_id", "client_id", name="trades_one_per_client_id"),
        sa.UniqueConstraint("seq"),
    )
    op.create_index("trades_by_time", "trades", ["owner_id", "opened_at", "seq"], unique=False)
    op.create_index("trades_by_seq", "trades", ["owner_id", "seq"], unique=False)
    op.create_table(
        "trade_closes",
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("trade_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("pnl", sa.Float(), nullable=False),
        sa.Column("result_r", sa.Float(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["owner_id", "trade_id"], ["trades.owner_id", "trades.trade_id"]),
        sa.PrimaryKeyConstraint("owner_id", "trade_id"),
        sa.UniqueConstraint("seq"),
    )
    op.create_index("trade_closes_by_seq", "trade_closes", ["owner_id", "seq"], unique=False)
    op.create_table(
        "confirmations",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("from_mode", sa.Text(), nullable=False),
        sa.Column("to_mode", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256"),
    )
    op.create_index("confirmations_by_owner", "confirmations", ["owner_id"], unique=False)
    op.create_index("runs_by_ending", "runs", ["owner_id", "finished_at"], unique=False)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_changes()"
        )


def downgrade() -> None:
    """Drop everything this step made."""
    op.drop_index("runs_by_ending", table_name="runs")
    op.drop_table("confirmations")
    op.drop_table("trade_closes")
    op.drop_table("trades")
    op.drop_table("settings")
