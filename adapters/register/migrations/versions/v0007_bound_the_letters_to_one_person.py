"""Add when letters went to whom, and the list letters that take the place of too many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "letter_times",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_letter_times")),
    )
    op.create_index(
        "ix_letter_times_person_channel_vouched_at", "letter_times", ["person", "channel", "vouched", "at"]
    )
    op.create_table(
        "list_letters",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=True),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_list_letters")),
    )
    op.create_index("ix_list_letters_person_channel_vouched", "list_letters", ["person", "channel", "vouched"])
    op.create_table(
        "listed",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("letter", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_listed")),
    )
    op.create_index("ix_listed_letter", "listed", ["letter"])


def downgrade() -> None:
    """Take the change back; a notice that waits for a list letter is then told to nobody."""
    for table in ("listed", "list_letters", "letter_times"):
        op.drop_table(table)
