"""Keep how far a letter is with a receiver that does not take it at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "handovers",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime()),
        sa.Column("far", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_handovers")),
    )


def downgrade() -> None:
    """Take the change back; a letter that was refused for good is sent once more."""
    op.drop_table("handovers")
