"""Keep which reports were taken out of a case again, and the wording of each report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; of earlier reports the wording is compared by the text itself."""
    op.create_table(
        "splits",
        sa.Column("to_case", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("from_case", sa.String(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("update_id", sa.String()),
        sa.Column("wording", sa.String()),
        sa.Column("claim_key", sa.String()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("to_case", name=op.f("pk_splits")),
    )
    op.create_index("ix_splits_from_case", "splits", ["from_case"])
    op.create_index(
        "ix_splits_update_id", "splits", ["update_id"], unique=True, sqlite_where=sa.text("update_id IS NOT NULL")
    )
    op.add_column("reports", sa.Column("wording", sa.String()))
    op.add_column("reports", sa.Column("like_wording", sa.String()))
    op.add_column("reports", sa.Column("split", sa.String()))
    op.create_index(
        "ix_reports_case_id_wording", "reports", ["case_id", "wording"], sqlite_where=sa.text("wording IS NOT NULL")
    )
    op.add_column("claim_texts", sa.Column("since", sa.DateTime()))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("claim_texts", "since")
    op.drop_index("ix_reports_case_id_wording", "reports")
    op.drop_column("reports", "split")
    op.drop_column("reports", "like_wording")
    op.drop_column("reports", "wording")
    op.drop_index("ix_splits_update_id", "splits")
    op.drop_index("ix_splits_from_case", "splits")
    op.drop_table("splits")
