"""Index the wordings of claims by their terms, so that a report finds those like it without a scan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what is known already is indexed by the sweep."""
    op.create_table(
        "claim_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_texts")),
    )
    op.create_index("ix_claim_texts_case_id_digest", "claim_texts", ["case_id", "digest"], unique=True)
    op.create_table(
        "claim_terms",
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("text", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "text", name=op.f("pk_claim_terms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "known_terms",
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_known_terms")),
        sqlite_with_rowid=False,
    )
    op.add_column("reports", sa.Column("joined_by", sa.Text()))
    op.add_column("reports", sa.Column("named_with", sa.String()))
    op.create_index(
        "ix_reports_unnamed", "reports", ["case_id"], sqlite_where=sa.text("joined_by IS NOT NULL AND named_with IS NULL")
    )
    op.create_index(
        "ix_reports_named_with", "reports", ["named_with"], sqlite_where=sa.text("named_with IS NOT NULL")
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_reports_named_with", "reports")
    op.drop_index("ix_reports_unnamed", "reports")
    op.drop_column("reports", "named_with")
    op.drop_column("reports", "joined_by")
    op.drop_table("known_terms")
    op.drop_table("claim_terms")
    op.drop_table("claim_texts")
