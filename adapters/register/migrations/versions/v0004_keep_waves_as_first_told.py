"""Add the waves sent inside an open workflow task, as first sent: the task may be run again and make them otherwise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "first_told",
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("told_with", sa.String(), nullable=False),
        sa.Column("wave", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("notice", name=op.f("pk_first_told")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("first_told")
