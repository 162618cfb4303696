"""The tables of the register; every constraint has a name, so that a later migration can address it.

Those about persons and who may read are in `access_tables.py`, those about single letters in `letter_tables.py`, the
one of sources in `source_tables.py`.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from adapters.register.engine.metadata import METADATA, UtcTime

numbers = Table(
    "numbers",
    METADATA,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

cases = Table(
    "cases",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("case_id", String, nullable=False, unique=True),
    Column("number", String, nullable=False, unique=True),
    Column("claim", Text, nullable=False),
    Column("claim_key", String),
    Column("running", Boolean, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("sightings", Integer, nullable=False),
    Column("districts", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("stage", String, nullable=False),
    Column("level", String, nullable=False),
    Column("lead", String),
    Column("topic", String),
    Column("district", String),
    Column("overdue", Boolean, nullable=False),
    Column("units", Text, nullable=False),
    Column("owners", Text, nullable=False),
    Column("summary", Text),
    Column("merged_into", String),
    Column("sources", Integer, nullable=False, server_default=text("0")),
    Column("surge_at", Integer),
)
Index("ix_cases_merged_into", cases.c.merged_into, sqlite_where=text("merged_into IS NOT NULL"))
# Two processes that file the same new claim at once must not both open a case.
Index("uq_cases_running_claim_key", cases.c.claim_key, unique=True, sqlite_where=text("running = 1"))
Index("ix_cases_claim_key", cases.c.claim_key)

reports = Table(
    "reports",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("report_id", String, nullable=False, unique=True),
    Column("key", String, nullable=False, unique=True),
    Column("body_digest", String, nullable=False),
    Column("case_id", String, ForeignKey("cases.case_id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcTime),
    Column("place", String),
    Column("channel", String, nullable=False),
    Column("url", Text),
    Column("claim_key", String),
    Column("level", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("accepted_at", UtcTime, nullable=False),
    Column("match", String, nullable=False),
    Column("known", Text),
    Column("opens", Boolean, nullable=False),
    Column("owed", Boolean, nullable=False),
    Column("rehomed", Boolean, nullable=False),
    Column("count", Integer, nullable=False),
    Column("districts", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("joined_by", Text),
    Column("named_with", String),
    Column("sources", Integer, nullable=False, server_default=text("0")),
    Column("heat", Integer, nullable=False, server_default=text("0")),
    Column("wording", String),
    Column("like_wording", String),
    Column("split", String),
)
Index("ix_reports_unnamed", reports.c.case_id, sqlite_where=text("joined_by IS NOT NULL AND named_with IS NULL"))
Index("ix_reports_named_with", reports.c.named_with, sqlite_where=text("named_with IS NOT NULL"))
Index("ix_reports_owed", reports.c.position, sqlite_where=text("owed = 1"))
Index("ix_reports_case_id_place", reports.c.case_id, reports.c.place)
Index("ix_reports_case_id_wording", *reports.c["case_id", "wording"], sqlite_where=text("wording IS NOT NULL"))
Index("ix_reports_case_id_channel", reports.c.case_id, reports.c.channel)

timeline = Table(
    "timeline",
    METADATA,
    Column("case_id", String, ForeignKey("cases.case_id"), primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("entry", Text, nullable=False),
    Column("hash", String, nullable=False),
)

# One row per case: how far its timeline is here, and when its workflow is to be asked for what is missing.
cursors = Table(
    "cursors",
    METADATA,
    Column("case_id", String, ForeignKey("cases.case_id"), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("head", String, nullable=False),
    Column("ask_at", UtcTime),
    Column("wake_at", UtcTime),
    Column("keep_at", UtcTime),
    Column("marks", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("problem", Text),
    Column("run", String, nullable=False),
    Column("alarm", String),
    Column("chain", String, nullable=False, server_default=text("''")),
    Column("nonce", String, nullable=False, server_default=text("''")),
)
Index("ix_cursors_of_no_chain", cursors.c.case_id, sqlite_where=text("chain = ''"))
Index("ix_cursors_ask_at", cursors.c.ask_at, sqlite_where=text("ask_at IS NOT NULL"))
Index("ix_cursors_stopped", cursors.c.run, sqlite_where=text("run NOT IN ('running', 'completed')"))
Index("ix_cursors_keep_at", cursors.c.keep_at, sqlite_where=text("keep_at IS NOT NULL"))
Index("ix_cursors_alarm", cursors.c.alarm, sqlite_where=text("alarm IS NOT NULL"))
Index("ix_cursors_wake_at", cursors.c.wake_at, sqlite_where=text("wake_at IS NOT NULL"))

# One row per effect whose result the case is about to take: it is asked until it has.
expectations = Table(
    "expectations",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("effect", String, primary_key=True),
    Column("mark", Integer, nullable=False),
)

# One row per start of an API with another calendar than the one in force; the last row is the calendar in force.
calendars = Table(
    "calendars",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("version", String, nullable=False),
    Column("since", UtcTime, nullable=False),
)

# Who alone does something for a while.
leases = Table(
    "leases",
    METADATA,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", UtcTime, nullable=False),
)

# The whole state of a case, one row per epoch: a workflow that is gone is started again from it.
states = Table(
    "states",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# The tables below name a case without a foreign key: after a restore from a backup a running case may be unknown
# here, and its decisions, receipts and pages must still be stored, or notices would go out twice.

decisions = Table(
    "decisions",
    METADATA,
    Column("update_id", String, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("body_digest", String, nullable=False),
    Column("actor", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("outcome", String),
    Column("seq", Integer),
    Column("second_factor", Boolean, nullable=False, server_default=text("0")),
    Column("wording", Text, nullable=False, server_default=text("''")),
)
Index("ix_decisions_case_id", decisions.c.case_id)
Index("ix_decisions_unfinished", decisions.c.created_at, sqlite_where=text("outcome IS NULL"))

# One row per decision by which a case is about to be merged into another, until its outcome is known: two officers who
# merge two cases into each other at once find out here, before either workflow has heard of it.
merge_reservations = Table(
    "merge_reservations",
    METADATA,
    Column("update_id", String, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("into_case", String, nullable=False),
)
Index("ix_merge_reservations_case_id", merge_reservations.c.case_id)

recipients = Table(
    "recipients",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("notice", String, nullable=False),
    Column("recipient", Text, nullable=False),
)
Index("ix_recipients_notice", recipients.c.notice)

# One row per notice; `told_with` is the first notice of its wave, and the wave itself is in that notice's row.
first_planned = Table(
    "first_told",
    METADATA,
    Column("notice", String, primary_key=True),
    Column("told_with", String, nullable=False),
    Column("wave", Text),
)

receipts = Table(
    "receipts",
    METADATA,
    Column("key", String, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("person", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("at", UtcTime, nullable=False),
)
Index("ix_receipts_case_id", receipts.c.case_id)

# Notices nobody could be reached with, and publications no channel takes for hours: a matter of the administrators.
undelivered = Table(
    "undelivered",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("key", String, nullable=False),
    Column("person", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("alarmed", Boolean, nullable=False),
    UniqueConstraint("key", "person", "channel"),
)
Index("ix_undelivered_case_id", undelivered.c.case_id)

INTERIM = 0
"""The version of an interim notice 正在核实: a page in the bulletin, but no answer (`domain.case.obligations.Page`)."""

publications = Table(
    "publications",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("case_id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("publication", Text, nullable=False),
    Column("mode", String, nullable=False),
    Column("published_at", UtcTime, nullable=False),
)
Index("ix_publications_case_id_version", publications.c.case_id, publications.c.version)
