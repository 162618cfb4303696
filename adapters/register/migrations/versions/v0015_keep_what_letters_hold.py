"""Keep what a letter holds and when it was last heard of, and which listed notices still hold when a case is closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; what is kept already counts as heard of now."""
    op.create_table(
        "letter_rows",
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("row", "letter", name=op.f("pk_letter_rows")),
    )
    op.create_index("ix_letter_rows_letter", "letter_rows", ["letter"])
    op.add_column("handovers", sa.Column("at", sa.DateTime()))
    op.add_column("listed", sa.Column("lasting", sa.Boolean(), nullable=False, server_default=sa.text("1")))
    op.execute("UPDATE handovers SET at = strftime('%Y-%m-%d %H:%M:%S.000000', 'now')")


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("listed", "lasting")
    op.drop_column("handovers", "at")
    op.drop_table("letter_rows")
