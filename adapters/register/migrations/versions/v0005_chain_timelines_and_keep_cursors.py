"""Chain the entries of timelines, and add cursors, expectations, states and what could not be delivered.

Timelines without hashes cannot be chained afterwards, so those written before are removed; the cases keep them no
longer either. No released version wrote any.
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    connection = op.get_bind()
    known = [row.case_id for row in connection.execute(sa.text("SELECT case_id FROM cases"))]
    op.drop_table("timeline")
    op.create_table(
        "timeline",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_timeline_case_id")),
        sa.PrimaryKeyConstraint("case_id", "epoch", "seq", name=op.f("pk_timeline")),
    )
    op.create_table(
        "cursors",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("ask_at", sa.DateTime(), nullable=True),
        sa.Column("wake_at", sa.DateTime(), nullable=True),
        sa.Column("keep_at", sa.DateTime(), nullable=True),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("alarm", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_cursors_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_cursors")),
    )
    op.create_index("ix_cursors_ask_at", "cursors", ["ask_at"], sqlite_where=sa.text("ask_at IS NOT NULL"))
    op.create_index(
        "ix_cursors_stopped", "cursors", ["run"], sqlite_where=sa.text("run NOT IN ('running', 'completed')")
    )
    op.create_index("ix_cursors_keep_at", "cursors", ["keep_at"], sqlite_where=sa.text("keep_at IS NOT NULL"))
    op.create_index("ix_cursors_alarm", "cursors", ["alarm"], sqlite_where=sa.text("alarm IS NOT NULL"))
    op.create_index("ix_cursors_wake_at", "cursors", ["wake_at"], sqlite_where=sa.text("wake_at IS NOT NULL"))
    op.create_table(
        "expectations",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "effect", name=op.f("pk_expectations")),
    )
    op.create_table(
        "calendars",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_calendars")),
    )
    op.create_table(
        "states",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "epoch", name=op.f("pk_states")),
    )
    op.create_table(
        "undelivered",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("alarmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_undelivered")),
        sa.UniqueConstraint("key", "person", "channel", name=op.f("uq_undelivered_key_person_channel")),
    )
    op.create_index("ix_undelivered_case_id", "undelivered", ["case_id"])

    cursors = sa.table("cursors", *(sa.column(name) for name in ("case_id", "epoch", "seq", "head", "marks", "tries", "run")))
    begun = {"epoch": 1, "seq": 0, "marks": 0, "tries": 0, "run": "running"}
    for case_id in known:
        head = hashlib.sha256(json.dumps({"case_id": case_id}, separators=(",", ":")).encode()).hexdigest()
        connection.execute(cursors.insert().values(case_id=case_id, head=head, **begun))


def downgrade() -> None:
    """Take the change back; chained timelines are removed."""
    for table in ("undelivered", "states", "calendars", "expectations", "cursors", "timeline"):
        op.drop_table(table)
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
