"""How a measurement is shown: a table for people, a JSON file for programs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the option `--json FILE`."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE as JSON")
    return made


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table."""
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    Console().print(table)


def show_beside(title: str, figures: Mapping[str, Mapping[str, object]]) -> None:
    """Print a table with one column per subject and one row per figure."""
    names = dict.fromkeys(name for one in figures.values() for name in one)
    show(title, ["", *figures], [[name, *(one.get(name, "") for one in figures.values())] for name in names])


def write(file: Path | None, figures: dict[str, Any]) -> None:
    """Write the figures if a file was asked for."""
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
