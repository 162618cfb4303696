"""The tables of the register that say who may read what, and what persons prove themselves by."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from adapters.register.engine.metadata import METADATA, UtcTime

# The units a case asks or ever asked: they may read it. Nothing is taken out again.
asked_units = Table(
    "asked_units",
    METADATA,
    Column("case_id", String, ForeignKey("cases.case_id"), primary_key=True),
    Column("unit", String, primary_key=True),
)
Index("ix_asked_units_unit", asked_units.c.unit)

# The files of evidence: which cases name one, and which units handed it in.
named_files = Table(
    "named_files",
    METADATA,
    Column("digest", String, primary_key=True),
    Column("case_id", String, ForeignKey("cases.case_id"), primary_key=True),
)

handed_in_files = Table(
    "handed_in_files",
    METADATA,
    Column("digest", String, primary_key=True),
    Column("unit", String, primary_key=True),
)

codes = Table(
    "codes",
    METADATA,
    Column("case_id", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("channel", String, nullable=False),
    Column("sent", Boolean, nullable=False),
)

code_uses = Table(
    "code_uses",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("case_id", String, nullable=False),
    Column("person", String, nullable=False),
    Column("use", String, nullable=False),
    Column("at", UtcTime, nullable=False),
)
Index("ix_code_uses_case_id_person", code_uses.c.case_id, code_uses.c.person)
Index("ix_code_uses_at", code_uses.c.at)

# One row per login. The cookie's value is not here, only its digest.
sessions = Table(
    "sessions",
    METADATA,
    Column("token_digest", String, primary_key=True),
    Column("session_id", String, nullable=False, unique=True),
    Column("person", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("csrf", String, nullable=False),
    Column("way", String, nullable=False),
    Column("mobile", Boolean, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)
Index("ix_sessions_person", sessions.c.person)

passkeys = Table(
    "passkeys",
    METADATA,
    Column("credential_id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("public_key", String, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("made_at", UtcTime, nullable=False),
)
Index("ix_passkeys_person", passkeys.c.person)

# One row per link in a letter. The link's code is not here, only its digest.
short_links = Table(
    "short_links",
    METADATA,
    Column("digest", String, primary_key=True),
    Column("link", Text, nullable=False),
    Column("expires", Integer, nullable=False),
)
Index("ix_short_links_expires", short_links.c.expires)
