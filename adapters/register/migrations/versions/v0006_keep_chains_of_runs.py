"""Keep the chain of runs each case belongs to, and leases: who alone rings alarms for a while."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("cursors", sa.Column("chain", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_index("ix_cursors_of_no_chain", "cursors", ["case_id"], sqlite_where=sa.text("chain = ''"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("leases")
    op.drop_index("ix_cursors_of_no_chain", "cursors")
    op.drop_column("cursors", "chain")
