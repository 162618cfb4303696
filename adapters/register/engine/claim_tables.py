"""The tables of the register by which a claim finds those like it: the texts known, and which terms each holds."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, text

from adapters.register.engine.metadata import METADATA, UtcTime

# Every wording of a claim that is known, folded, once for each case: of its reports, and of the case itself. `terms` is
# how many of its terms are in `claim_terms`, `since` when it was first handed in, if that is known.
claim_texts = Table(
    "claim_texts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("folded", Text, nullable=False),
    Column("terms", Integer, nullable=False),
    Column("since", UtcTime),
)
Index("ix_claim_texts_case_id_digest", *claim_texts.c["case_id", "digest"], unique=True)

# The terms of each text, in the order of the term, so that one term's texts lie together.
claim_terms = Table(
    "claim_terms",
    METADATA,
    Column("term", String, primary_key=True),
    Column("text", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# How many texts hold a term.
known_terms = Table(
    "known_terms",
    METADATA,
    Column("term", String, primary_key=True),
    Column("texts", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# One row per triage basket: the case in which reports of one form wait together, until when it takes further ones, and
# how often a person has moved reports out of it. `current` is false once there is another for its form, `worded` is
# whether a person has said what its claim is, so that it is a case like any other.
baskets = Table(
    "baskets",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("form", String, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("worded", Boolean, nullable=False),
    Column("moves", Integer, nullable=False),
)
# Two processes that file a form at once must not both open a basket of it.
Index("uq_baskets_current_form", baskets.c.form, unique=True, sqlite_where=text("current = 1"))

# One row per split: the reports of one wording that were taken out of a case, or are about to be, and the case they
# get. It stays for good: no rule joins a wording again to the case a person has taken it out of. `wording` is the
# digest in `claim_texts`; `made` is whether the decision has been taken.
splits = Table(
    "splits",
    METADATA,
    Column("to_case", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("from_case", String, nullable=False),
    Column("report_id", String, nullable=False),
    Column("update_id", String),
    Column("wording", String),
    Column("claim_key", String),
    Column("reason", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("made", Boolean, nullable=False),
)
Index("ix_splits_from_case", splits.c.from_case)
Index("ix_splits_update_id", splits.c.update_id, unique=True, sqlite_where=text("update_id IS NOT NULL"))
