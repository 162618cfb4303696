"""The tables of the register by which a claim finds those like it: the texts known, and which terms each holds."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from adapters.register.engine.metadata import METADATA

# Every wording of a claim that is known, folded, once for each case: of its reports, and of the case itself. `terms` is
# how many of its terms are in `claim_terms`.
claim_texts = Table(
    "claim_texts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("folded", Text, nullable=False),
    Column("terms", Integer, nullable=False),
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
