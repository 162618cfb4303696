"""Keep the chain of runs each case belongs to: what another run of the same id says or asks for does not count."""

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
    op.create_index("ix_cursors_of_no_chain", "cursors", ["case_id"], sqlite_where=sa.text("chain = ''"))


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_cursors_of_no_chain", "cursors")
    op.drop_column("cursors", "chain")
