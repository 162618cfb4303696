"""Keep what the desk has chosen for the start of a case whose first run is not known yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; whichever run of a case filed before is heard first is taken, as it was."""
    op.add_column("cursors", sa.Column("nonce", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("cursors", "nonce")
