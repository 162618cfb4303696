"""The tables of the register about single letters: how far each is, and which are told by a list letter."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, text

from adapters.register.engine.metadata import METADATA, UtcTime

# Letters a receiver does not take at once: how far each is, which process has it under way until when, and when any of
# that was last said.
handovers = Table(
    "handovers",
    METADATA,
    Column("key", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", UtcTime),
    Column("far", Text, nullable=False),
    Column("at", UtcTime),
)

# What these letters hold: keys of receipts.
letter_rows = Table(
    "letter_rows",
    METADATA,
    Column("row", String, primary_key=True),
    Column("letter", String, primary_key=True),
)
Index("ix_letter_rows_letter", letter_rows.c.letter)

# When letters went to somebody: what a person has had within the hour decides whether a further one is listed.
letter_times = Table(
    "letter_times",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("person", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("vouched", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
)
Index("ix_letter_times_person_channel_vouched_at", *letter_times.c["person", "channel", "vouched", "at"])

list_letters = Table(
    "list_letters",
    METADATA,
    Column("key", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("vouched", Boolean, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("taken_at", UtcTime),
    Column("sent", Boolean, nullable=False),
)
Index("ix_list_letters_person_channel_vouched", *list_letters.c["person", "channel", "vouched"])

# Recipients whose notice is told by a list letter; `letter` is its key, once there is one; `lasting` is whether the
# notice still holds when its case is closed. Gone when the letter is sent.
listed = Table(
    "listed",
    METADATA,
    Column("key", String, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("person", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("vouched", Boolean, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("letter", String),
    Column("lasting", Boolean, nullable=False, server_default=text("1")),
)
Index("ix_listed_letter", listed.c.letter)
