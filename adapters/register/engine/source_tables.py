"""The table of the sources that have reported the claim of a case; no address is in it (docs/decisions/0028)."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, text

from adapters.register.engine.metadata import METADATA, UtcTime

# One row per case and source. `forget_at` is None for a unit, whose mark is its code and no secret.
case_sources = Table(
    "case_sources",
    METADATA,
    Column("case_id", String, ForeignKey("cases.case_id"), primary_key=True),
    Column("mark", String, primary_key=True),
    Column("last_at", UtcTime, nullable=False),
    Column("last_report", String, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("forget_at", UtcTime),
)
Index("ix_case_sources_case_id_last_at", case_sources.c.case_id, case_sources.c.last_at)
Index("ix_case_sources_forget_at", case_sources.c.forget_at, sqlite_where=text("forget_at IS NOT NULL"))
