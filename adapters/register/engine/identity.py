"""Whether the open file is still the one that is found under the register's path."""

from __future__ import annotations

from pathlib import Path

from domain.errors import Unavailable


class FileIdentity:
    """The identity of a register's file and of its write-ahead log, as they were when they were opened.

    What is written into a file that was moved away or replaced is found by nobody: nothing may be answered for it.
    """

    def __init__(self, file: Path) -> None:
        self._seen = {file: _identity(file)}
        self._log = file.with_name(file.name + "-wal")

    def remember_log(self) -> None:
        """Remember the write-ahead log; it stays the same file while a connection is open."""
        self._seen.setdefault(self._log, _identity(self._log))

    def check(self) -> None:
        """Check that the paths still lead to the open files.

        Raises:
            Unavailable: one was moved away, removed or replaced.

        """
        for file, seen in self._seen.items():
            if _identity(file) != seen:
                raise Unavailable(f"the register's file {file} was moved away or replaced; move it back, or restart")


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
