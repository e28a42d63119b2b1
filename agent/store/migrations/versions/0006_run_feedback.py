"""What people say of recorded runs: right or wrong, and what would have been right."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table, and the trigger that keeps what was said as it was."""
    op.create_table(
        "run_feedback",
        sa.Column("feedback_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("labels", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("verdict IN ('right', 'wrong')", name="run_feedback_verdict_is_known"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"]),
        sa.PrimaryKeyConstraint("feedback_id"),
        sa.UniqueConstraint("seq"),
    )
    op.create_index("run_feedback_by_run", "run_feedback", ["owner_id", "run_id", "seq"], unique=False)
    op.execute(
        "CREATE TRIGGER run_feedback_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON run_feedback "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_changes()"
    )


def downgrade() -> None:
    """Drop everything this step made."""
    op.drop_table("run_feedback")
