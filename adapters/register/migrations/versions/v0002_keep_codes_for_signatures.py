"""Add the codes for signatures, and whether a decision came with one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "codes",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person", name=op.f("pk_codes")),
    )
    with op.batch_alter_table("decisions") as decisions:
        decisions.add_column(sa.Column("second_factor", sa.Boolean(), nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_column("second_factor")
    op.drop_table("codes")
