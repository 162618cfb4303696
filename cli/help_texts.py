"""The sentences of `--help` and of commands that cannot be read: `help_*` of the packaged `cli.toml`, nothing else."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent.parent / "config" / "texts" / "zh-CN" / "cli.toml"


def help_text(code: str, /, **values: object) -> str:
    """Return the sentence for a command or an option, with its braces filled."""
    sentence = _sentences()[f"help_{code}"]
    return sentence.format(**values) if values else sentence


@cache
def _sentences() -> dict[str, str]:
    found: dict[str, str] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found
