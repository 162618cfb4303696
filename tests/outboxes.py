"""The outbox of an office in a box, read while the engine may be writing it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def letters(file: Path) -> list[dict[str, Any]]:
    """The lines written to their end; none where the file is not there yet, not the one being written."""
    written = file.read_text(encoding="utf-8").rpartition("\n")[0] if file.exists() else ""
    return [json.loads(line) for line in written.splitlines()]
