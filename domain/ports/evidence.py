"""The store of files of evidence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from domain.evidence import FileContent, KeptFile


class Files(Protocol):
    """The store of files of evidence, by the SHA-256 of their content: equal content is one file, and never changes."""

    async def keep(self, chunks: AsyncIterator[bytes]) -> KeptFile:
        """Store one file as it arrives; nothing of it can be read before it is complete, checked and on the disk.

        Raises:
            TooLarge: it is larger than `domain.evidence.LIMIT` bytes; the rest was not read.
            NotAllowed: its content is of no accepted type, or of two at once.
            Infected: the scanner found malware in it.
            Unfit: it is empty, or a picture that cannot be opened.
            Unavailable: the disk or the scanner fails now; nothing was stored.

        """

    async def media_type(self, digest: str) -> str | None:
        """Return the type of a file by its first bytes, None if there is no such file; its content is not checked.

        Raises:
            Unavailable: the disk fails now.

        """

    async def original(self, digest: str) -> FileContent:
        """Return a file byte for byte as it was handed in.

        Raises:
            Unknown: there is no such file.
            Damaged: what is stored is not that file any more; to hand it in again mends it.

        """

    async def shown(self, digest: str) -> FileContent:
        """Return the copy that may be shown: of a picture encoded anew, without the metadata of its file, or of a text.

        A picture is a JPEG or a PNG, a text is in UTF-8.

        Raises:
            Unknown: there is no such file, or it is neither.
            Damaged: what is stored is not that file any more; to hand it in again mends it.
            Unavailable: the copy cannot be made now.

        """
