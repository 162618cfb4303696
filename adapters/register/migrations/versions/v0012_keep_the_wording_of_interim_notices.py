"""Keep with a decision the digests of the fixed text that was sent with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; of notices asked for before no text is known."""
    op.add_column("decisions", sa.Column("wording", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("decisions", "wording")
