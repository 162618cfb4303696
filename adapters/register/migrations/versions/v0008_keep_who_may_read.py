"""Keep which units a case asks or ever asked, which files it names, and which units handed a file in.

What cases asked before is taken from their timelines and rows. Who handed a file in before is not known: such a file is
read by those who may read a case that names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "asked_units",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_asked_units_case_id")),
        sa.PrimaryKeyConstraint("case_id", "unit", name=op.f("pk_asked_units")),
    )
    op.create_index("ix_asked_units_unit", "asked_units", ["unit"])
    op.create_table(
        "named_files",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_named_files_case_id")),
        sa.PrimaryKeyConstraint("digest", "case_id", name=op.f("pk_named_files")),
    )
    op.create_table(
        "handed_in_files",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "unit", name=op.f("pk_handed_in_files")),
    )
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    asks = sa.text("INSERT OR IGNORE INTO asked_units (case_id, unit) VALUES (:case_id, :name)")
    names = sa.text("INSERT OR IGNORE INTO named_files (case_id, digest) VALUES (:case_id, :name)")
    for row in connection.execute(sa.text("SELECT case_id, units, owners FROM cases")).all():
        for unit in (*json.loads(row.units), *json.loads(row.owners)):
            connection.execute(asks, {"case_id": row.case_id, "name": unit})
    for row in connection.execute(sa.text("SELECT case_id, entry FROM timeline")).all():
        event = json.loads(row.entry).get("event", {})
        for unit in _units(event):
            connection.execute(asks, {"case_id": row.case_id, "name": unit})
        for digest in _files(event):
            connection.execute(names, {"case_id": row.case_id, "name": digest})


def _units(event: dict[str, Any]) -> Iterator[str]:
    kind = event.get("kind")
    if kind == "request_sent":
        yield event["unit"]
    if kind in ("transfer_offered", "transfer_accepted"):
        yield event["to"]
    if kind in ("session_opened", "actions_given", "session_ruled"):
        yield from event.get("units", ())
        yield from (action["unit"] for action in event.get("actions", ()))
    if kind == "drafted":
        yield from (seat["unit"] for seats in event.get("slots", {}).values() for seat in seats)
    if kind in ("rung_rang", "notified", "nudged", "supervised"):
        yield from (seat["unit"] for seat in event.get("to", ()))
    if kind == "roster_gap":
        yield from (seat["unit"] for seat in (event["wanted"], event.get("reached")) if seat)


def _files(event: dict[str, Any]) -> Iterator[str]:
    kind = event.get("kind")
    if kind in ("finding_submitted", "finding_received", "case_paused"):
        yield from (piece["digest"] for piece in event.get("evidence", ()) if piece.get("digest"))
    if kind == "publication_recorded" and event.get("digest"):
        yield event["digest"]


def downgrade() -> None:
    """Take the change back."""
    for table in ("handed_in_files", "named_files", "asked_units"):
        op.drop_table(table)
