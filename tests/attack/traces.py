"""What an attack could leave: rows of the register people read from, and letters and pages in the outbox."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

TABLES = ("reports", "timeline", "decisions", "receipts", "publications", "recipients", "undelivered")


def traces(data: Path) -> dict[str, str]:
    """Return the digest of each table and of each file of the outbox in a data folder."""
    connection = sqlite3.connect(f"file:{data / 'register.db'}?mode=ro", uri=True)
    try:
        rows = {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3").fetchall() for name in TABLES}
    finally:
        connection.close()
    files = {str(path): path.read_bytes() for path in (data / "outbox").rglob("*") if path.is_file()}
    found = {name: repr(one).encode() for name, one in rows.items()} | files
    return {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
