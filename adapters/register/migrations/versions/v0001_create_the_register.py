"""Create the register: reports, cases, timeline, decisions, recipients, receipts, publications, numbers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "cases",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("claim_key", sa.String(), nullable=True),
        sa.Column("running", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("sightings", sa.Integer(), nullable=False),
        sa.Column("districts", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("lead", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=True),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("owners", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_cases")),
        sa.UniqueConstraint("case_id", name=op.f("uq_cases_case_id")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_claim_key", ["claim_key"], unique=False)
        batch_op.create_index(
            "uq_cases_running_claim_key", ["claim_key"], unique=True, sqlite_where=sa.text("running = 1")
        )

    op.create_table(
        "decisions",
        sa.Column("update_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_digest", sa.String(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_case_id", ["case_id"], unique=False)
        batch_op.create_index(
            "ix_decisions_unfinished", ["created_at"], unique=False, sqlite_where=sa.text("outcome IS NULL")
        )

    op.create_table(
        "numbers",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_numbers")),
    )
    op.create_table(
        "publications",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_publications")),
        sa.UniqueConstraint("key", name=op.f("uq_publications_key")),
    )
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.create_index("ix_publications_case_id_version", ["case_id", "version"], unique=False)

    op.create_table(
        "receipts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_receipts")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index("ix_receipts_case_id", ["case_id"], unique=False)

    op.create_table(
        "recipients",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_recipients")),
    )
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.create_index("ix_recipients_notice", ["notice"], unique=False)

    op.create_table(
        "reports",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_digest", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("claim_key", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=False),
        sa.Column("match", sa.String(), nullable=False),
        sa.Column("known", sa.Text(), nullable=True),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("owed", sa.Boolean(), nullable=False),
        sa.Column("rehomed", sa.Boolean(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("districts", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_reports_case_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_reports")),
        sa.UniqueConstraint("key", name=op.f("uq_reports_key")),
        sa.UniqueConstraint("report_id", name=op.f("uq_reports_report_id")),
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index("ix_reports_case_id_channel", ["case_id", "channel"], unique=False)
        batch_op.create_index("ix_reports_case_id_place", ["case_id", "place"], unique=False)
        batch_op.create_index("ix_reports_owed", ["position"], unique=False, sqlite_where=sa.text("owed = 1"))

    op.create_table(
        "timeline",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_timeline_case_id")),
        sa.PrimaryKeyConstraint("case_id", "epoch", "seq", name=op.f("pk_timeline")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("timeline")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index("ix_reports_owed", sqlite_where=sa.text("owed = 1"))
        batch_op.drop_index("ix_reports_case_id_place")
        batch_op.drop_index("ix_reports_case_id_channel")

    op.drop_table("reports")
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.drop_index("ix_recipients_notice")

    op.drop_table("recipients")
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.drop_index("ix_receipts_case_id")

    op.drop_table("receipts")
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.drop_index("ix_publications_case_id_version")

    op.drop_table("publications")
    op.drop_table("numbers")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_unfinished", sqlite_where=sa.text("outcome IS NULL"))
        batch_op.drop_index("ix_decisions_case_id")

    op.drop_table("decisions")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("uq_cases_running_claim_key", sqlite_where=sa.text("running = 1"))
        batch_op.drop_index("ix_cases_claim_key")

    op.drop_table("cases")
