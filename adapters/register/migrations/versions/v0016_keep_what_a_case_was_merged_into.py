"""Keep which case each one was merged into, and which merges are about to be decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; what was merged before is taken from the rows of the cases."""
    op.add_column("cases", sa.Column("merged_into", sa.String()))
    op.create_index(
        "ix_cases_merged_into", "cases", ["merged_into"], sqlite_where=sa.text("merged_into IS NOT NULL")
    )
    op.create_table(
        "merge_reservations",
        sa.Column("update_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("into_case", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_merge_reservations")),
    )
    op.create_index("ix_merge_reservations_case_id", "merge_reservations", ["case_id"])
    op.execute("UPDATE cases SET merged_into = json_extract(summary, '$.original.case_id') WHERE summary IS NOT NULL")


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("merge_reservations")
    op.drop_index("ix_cases_merged_into", "cases")
    op.drop_column("cases", "merged_into")
