"""Keep what the short links in letters are bound to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; links sent before are signed, and need no row."""
    op.create_table(
        "short_links",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("expires", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_short_links")),
    )
    op.create_index("ix_short_links_expires", "short_links", ["expires"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("short_links")
