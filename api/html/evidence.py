"""Evidence as a page shows it: a picture small, any other file to be saved, an address to be tapped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.access.reading import files_in
from domain.decisions import Evidence
from domain.evidence import PICTURES, TEXT
from domain.ports.rows import TimelineEntry


@dataclass(frozen=True)
class ShownFile:
    """A file of evidence on a page: where it is given out, whether it can be shown as a picture, and its type.

    `media_type` is empty where nothing is known of it, because the store has lost it or does not answer.
    """

    path: str
    media_type: str

    @property
    def picture(self) -> bool:
        """Return whether it is shown as a picture."""
        return self.media_type in PICTURES

    @property
    def text(self) -> bool:
        """Return whether it can be read as a text."""
        return self.media_type == TEXT


@dataclass(frozen=True)
class ShownEvidence:
    """One piece of evidence on a page; `url` and `file` are None where it has none."""

    kind: str
    source: str
    captured_at: datetime
    url: str | None
    file: ShownFile | None


@dataclass(frozen=True)
class ShownFiles:
    """The files a case names, as the pages of one link give them out; `types` are the known types, by digest."""

    page: str
    types: Mapping[str, str]

    def of(self, digest: str) -> ShownFile:
        """Return a file as the page shows it."""
        return ShownFile(f"{self.page}/files/{digest}", self.types.get(digest, ""))

    def known(self, digest: str) -> ShownFile | None:
        """Return a file the case names, None for another: a page gives out no other."""
        return self.of(digest) if digest in self.types else None

    def evidence(self, pieces: Iterable[Evidence]) -> Sequence[ShownEvidence]:
        """Return pieces of evidence as the page shows them."""
        return [
            ShownEvidence(
                kind=one.kind,
                source=one.source,
                captured_at=one.captured_at,
                url=str(one.url) if one.url else None,
                file=self.of(one.digest) if one.digest else None,
            )
            for one in pieces
        ]


def named_in(entries: Iterable[TimelineEntry]) -> set[str]:
    """Return the digests of the files a case names."""
    return files_in(entry.event for entry in entries)


NO_FILES = ShownFiles("", {})
"""What a form is drawn with where no case is known."""
