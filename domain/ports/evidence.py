"""The store of files of evidence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from domain.evidence import FileContent, KeptFile


class Files(Protocol):
    """Keep files of evidence under the digest of their content: the same content is one file, and is never changed."""

    async def keep(self, chunks: AsyncIterator[bytes]) -> KeptFile:
        """Take in one file while it comes; nothing of it can be seen before it is whole, judged and on the disk.

        Raises:
            TooLarge: it is larger than `domain.evidence.LIMIT`; the rest was not asked for.
            NotAllowed: its content is of no type that is taken, or of two at once.
            Infected: the scanner knows it.
            Unfit: it is empty, or a picture that cannot be opened.
            Unavailable: the disk or the scanner does not serve now; nothing was stored.

        """

    async def original(self, digest: str) -> FileContent:
        """Return a file byte for byte as it was handed in; raises Unknown where there is none."""

    async def shown(self, digest: str) -> FileContent:
        """Return the copy of a picture that may be shown, made anew and without what its file said beside the picture.

        Raises:
            Unknown: there is no such file, or it is no picture.
            Unavailable: the copy cannot be made now.

        """
