"""The floors of the single files, which import-linter cannot root: who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {"domain", "texts", "activities", "adapters", "temporal", "workflows", "desk", "api", "wiring", "cli"}
FILES = {"settings", "logs", "worker", "starter"}
MAY_IMPORT = {
    "settings": set(),
    "logs": set(),
    "worker": {"wiring", "settings", "logs", "cli"},
    "starter": {"wiring", "settings", "logs", "cli"},
}
ROOM_MAY_IMPORT = {
    "domain": set(),
    "texts": {"settings"},
    "activities": set(),
    "adapters": {"settings"},
    "temporal": {"settings"},
    "workflows": set(),
    "desk": {"settings", "logs"},
    "api": {"settings", "logs"},
    "wiring": {"settings", "logs"},
    "cli": {"settings", "logs"},
}


def imported(file: Path) -> set[str]:
    """Our own top-level names a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names & (ROOMS | FILES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_single_file_imports_only_what_stands_below_it(name: str) -> None:
    assert imported(ROOT / f"{name}.py") - {name} <= MAY_IMPORT[name]


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_the_single_files_open_to_it(room: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        assert imported(file) & FILES <= ROOM_MAY_IMPORT[room], file


def test_no_file_of_ours_is_longer_than_300_lines() -> None:
    ours = [file for room in ROOMS for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts]
    long = {
        str(file.relative_to(ROOT)): count
        for file in [*ours, *(ROOT / f"{name}.py" for name in FILES)]
        if (count := len(file.read_text(encoding="utf-8").splitlines())) > 300
    }

    assert long == {}


def test_the_run_of_the_case_stays_under_20_lines() -> None:
    tree = ast.parse((ROOT / "workflows" / "rumor_case.py").read_text(encoding="utf-8"))
    run = next(n for n in ast.walk(tree) if isinstance(n, ast.AsyncFunctionDef) and n.name == "run")

    assert run.end_lineno is not None
    assert run.end_lineno - run.lineno + 1 < 20
