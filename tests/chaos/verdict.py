"""How a run that breaks things ends: its figures told and kept, what is wrong said, and the exit code."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def judged(seed: int, begun: float, figures: dict[str, Any], file: Path | None) -> int:
    """Tell the figures of a run that `begun` at that monotonic second; returns 1 when `wrong` holds anything."""
    figures = {"seed": seed, "seconds": round(time.monotonic() - begun), **figures}
    if file:
        file.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for line in figures["wrong"]:
        print(f"✗ {line}", file=sys.stderr)
    print(", ".join(f"{name} {value}" for name, value in figures.items() if name != "wrong"))
    print(f"{'✗' if figures['wrong'] else '✓'} {len(figures['wrong'])} wrong")
    return 1 if figures["wrong"] else 0
