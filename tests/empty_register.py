"""A register with no case yet, laid where a test opens it: migrating a new file takes longer than most that follows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.register.engine.sqlite import register_url
from adapters.register.engine.upgrade import upgrade


def lay(folder: Path) -> None:
    """Put an empty register into a folder that has none; whoever opens it finds nothing left to migrate."""
    file = folder / "register.db"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_empty())


@cache
def _empty() -> bytes:
    """The file as migrating has made it, once per process."""
    with TemporaryDirectory() as folder:
        upgrade(register_url(f"sqlite:///{folder}/register.db"))
        return (Path(folder) / "register.db").read_bytes()
