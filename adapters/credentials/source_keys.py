"""The keys under which the networks of reporters are marked: a file a day, apart from the register and its backups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from adapters.credentials.key_files import KeyFileUnfit, made_key
from domain.errors import Unavailable
from domain.reports.sources import is_kept

END = ".key"


class SourceKeyFiles:
    """The keys in a folder that all API processes of an office share; whichever is first on a day makes its key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def in_use(self, today: date) -> Sequence[bytes]:
        """Return the keys in use on a day, the newest first; that of the day is made if there is none.

        Raises:
            Unavailable: a file cannot be read or made, or others than its owner can use it.

        """
        try:
            made = made_key(self._folder / f"{today}{END}")
            others = sorted(((day, file) for day, file in self._files() if day != today), reverse=True)
            return [made, *(made_key(file) for day, file in others if is_kept(day, today))]
        except (OSError, KeyFileUnfit) as fault:
            raise Unavailable(f"the keys of sources: {type(fault).__name__}") from fault

    def drop(self, today: date) -> None:
        """Remove for good the keys that are in use no more.

        Raises:
            Unavailable: a file cannot be removed.

        """
        try:
            for day, file in self._files():
                if not is_kept(day, today):
                    file.unlink(missing_ok=True)
        except OSError as fault:
            raise Unavailable(f"the keys of sources: {type(fault).__name__}") from fault

    def _files(self) -> Iterator[tuple[date, Path]]:
        """Yield the files that are named by a day; whatever else lies there is left alone."""
        for file in self._folder.glob(f"*{END}"):
            try:
                yield date.fromisoformat(file.name.removesuffix(END)), file
            except ValueError:
                continue
