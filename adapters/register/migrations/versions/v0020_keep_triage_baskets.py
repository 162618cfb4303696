"""Keep which cases are triage baskets: in each of them, reports of one form wait together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; cases of before stay as they are, each with its one short report."""
    op.create_table(
        "baskets",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("worded", sa.Boolean(), nullable=False),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_baskets")),
    )
    op.create_index("uq_baskets_current_form", "baskets", ["form"], unique=True, sqlite_where=sa.text("current = 1"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("uq_baskets_current_form", "baskets", sqlite_where=sa.text("current = 1"))
    op.drop_table("baskets")
