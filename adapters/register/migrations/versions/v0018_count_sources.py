"""Count from how many different sources a claim is reported, and how many of them within an hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables; of what was reported before only the channels are known: each is one source at least."""
    op.create_table(
        "case_sources",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("last_report", sa.String(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("forget_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_case_sources_case_id")),
        sa.PrimaryKeyConstraint("case_id", "mark", name=op.f("pk_case_sources")),
    )
    op.create_index("ix_case_sources_case_id_last_at", "case_sources", ["case_id", "last_at"])
    op.create_index(
        "ix_case_sources_forget_at", "case_sources", ["forget_at"], sqlite_where=sa.text("forget_at IS NOT NULL")
    )
    op.add_column("cases", sa.Column("sources", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("cases", sa.Column("surge_at", sa.Integer()))
    op.add_column("reports", sa.Column("sources", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("reports", sa.Column("heat", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute("UPDATE cases SET sources = channels")
    op.execute(
        "INSERT INTO case_sources (case_id, mark, last_at, last_report, reports) "
        "SELECT case_id, 'unit:' || substr(channel, instr(channel, ':') + 1), max(accepted_at), report_id, count(*) "
        "FROM reports WHERE channel <> 'public' GROUP BY 1, 2"
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("reports", "heat")
    op.drop_column("reports", "sources")
    op.drop_column("cases", "surge_at")
    op.drop_column("cases", "sources")
    op.drop_table("case_sources")
