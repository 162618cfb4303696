"""The sentences of `--help`: `help_*` of the packaged `cli.toml`, read without loading anything else."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "config" / "texts" / "zh-CN" / "cli.toml"


def help_text(code: str) -> str:
    """Return the sentence that `--help` shows for a command or an option."""
    return _sentences()[f"help_{code}"]


@cache
def _sentences() -> dict[str, str]:
    found: dict[str, str] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found
