"""What each thread has spent on a language model, over all its runs and forks."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; threads that are there already begin at nothing."""
    op.create_table(
        "thread_spending",
        sa.Column("thread_id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost_usd", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("thread_id"),
    )


def downgrade() -> None:
    """Drop everything this step made."""
    op.drop_table("thread_spending")
