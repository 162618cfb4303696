"""Add by which channel a code was sent and whether it was, and count requests and wrong tries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; an existing code is dropped: it lived ten minutes at most, and can be requested again."""
    op.drop_table("codes")
    op.create_table(
        "codes",
        *_as_before(),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "code_uses",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_code_uses")),
    )
    op.create_index("ix_code_uses_case_id_person", "code_uses", ["case_id", "person"])
    op.create_index("ix_code_uses_at", "code_uses", ["at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("code_uses")
    op.drop_table("codes")
    op.create_table("codes", *_as_before())


def _as_before() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "person", name=op.f("pk_codes")),
    ]
