"""Files of evidence at the desk: a file is for the unit that handed it in, and for whoever may read a case of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping

import structlog

from domain.access.reading import ReadingRight
from domain.errors import Unavailable, Unknown
from domain.evidence import FileContent, KeptFile
from domain.ports.evidence import Files
from domain.ports.register import Register

log = structlog.get_logger(__name__)


class FileAccess:
    """What takes files in and gives them back to those who may have them."""

    def __init__(self, files: Files, register: Register) -> None:
        self._files, self._register = files, register

    async def keep(self, chunks: AsyncIterator[bytes], right: ReadingRight) -> KeptFile:
        """Store a file and who handed it in; it is called new to a unit that could not have had it before.

        A register that does not answer keeps nobody from handing in: the unit may then read the file once a case of its
        own names it, or it is handed in again.

        Raises:
            Refused: the store does not take it; its subclass says why.
            Unavailable: the store does not answer; the same file may be handed in again.

        """
        kept = await self._files.keep(chunks)
        known = False
        try:
            known = await self._register.may_read_file(kept.digest, right)
            await self._register.handed_in(kept.digest, right.unit)
        except Unavailable as problem:
            log.warning("file.hander_unwritten", digest=kept.digest, reason=str(problem))
        return kept if known else kept.model_copy(update={"new": True})

    async def types(self, digests: Iterable[str]) -> Mapping[str, str]:
        """Return the types of those files that are there, by digest; they are named in a case whoever asks has read.

        None at all while the store does not answer: a page is shown without pictures rather than not at all.
        """
        try:
            found = {digest: await self._files.media_type(digest) for digest in digests}
        except Unavailable as problem:
            log.warning("file.types_unknown", reason=str(problem))
            return {}
        return {digest: kind for digest, kind in found.items() if kind is not None}

    async def original(self, digest: str, right: ReadingRight) -> FileContent:
        """Return a file byte for byte as it was handed in.

        Raises:
            Unknown: there is no such file, or whoever asks may not know of it.

        """
        await self._must_know(digest, right)
        return await self._files.original(digest)

    async def shown(self, digest: str, right: ReadingRight) -> FileContent:
        """Return the copy of a picture that may be shown.

        Raises:
            Unknown: there is no such file, it is no picture, or whoever asks may not know of it.
            Unavailable: the copy cannot be made now.

        """
        await self._must_know(digest, right)
        return await self._files.shown(digest)

    async def _must_know(self, digest: str, right: ReadingRight) -> None:
        if not await self._register.may_read_file(digest, right):
            raise Unknown("unknown_file")
