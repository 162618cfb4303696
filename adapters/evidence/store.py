"""Files of evidence on the disk, each under the digest of its content.

FOLDER/ab/ab12…          the original, byte for byte; its media type is found from its content, its size from the disk
FOLDER/ab/ab12….shown    for a picture or a text, the copy that may be shown; made at the first request
FOLDER/.incoming/        files being written; the writer holds a lock that ends with its process
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar

from adapters.evidence import file_types, pictures
from adapters.synced_folder import sync_folder
from domain.errors import Damaged, TooLarge, Unavailable, Unfit, Unknown
from domain.evidence import DIGEST, LIMIT, PICTURES, TEXT, FileContent, KeptFile

INCOMING = ".incoming"
SHOWN = ".shown"

PIECE = 256 * 1024
"""Bytes written and read at a time."""

OPENED_AT_ONCE = 2
"""Pictures open at the same time, at most: each may take a core and hundreds of MiB."""

Given = ParamSpec("Given")
Found = TypeVar("Found")


class DiskFiles:
    """A store of files in a folder: each is written aside, checked, synced to the disk, then named in one step."""

    def __init__(self, folder: Path, *, scan: Callable[[Path], Awaitable[None]] | None = None) -> None:
        self.folder, self._scan = folder, scan
        self._opening = asyncio.Semaphore(OPENED_AT_ONCE)

    def sweep(self) -> int:
        """Remove half-written files of killed processes; return how many there were."""
        incoming = self.folder / INCOMING
        left = [path for path in incoming.iterdir() if _is_left(path)] if incoming.is_dir() else []
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    async def keep(self, chunks: AsyncIterator[bytes]) -> KeptFile:
        """Store one file while it arrives; see `Files.keep`."""
        async with self._draft() as draft:
            digest, size = await _take(draft, chunks)
            media_type = await _on_disk(file_types.judge, draft.file)
            if media_type in PICTURES:
                async with self._opening:
                    await pictures.check(draft.path, media_type)
            if self._scan is not None:
                await self._scan(draft.path)
            place = self._place(digest)
            if await _on_disk(_is_damaged, place):
                await _on_disk(_remove, place)
            new = await _on_disk(draft.settle, place)
        return KeptFile(digest=digest, size=size, media_type=media_type, new=new)

    async def media_type(self, digest: str) -> str | None:
        """Return the type of a file by its first bytes; see `Files.media_type`."""
        try:
            return (await _content(self._place(digest))).media_type
        except Unknown:
            return None

    async def original(self, digest: str) -> FileContent:
        """Return a file as it was handed in; see `Files.original`."""
        place = self._place(digest)
        await _refuse_damaged(place)
        return await _content(place)

    async def shown(self, digest: str) -> FileContent:
        """Return the copy of a picture or a text that may be shown; see `Files.shown`."""
        place = self._place(digest)
        await _refuse_damaged(place)
        media_type = (await _content(place)).media_type
        if media_type not in (*PICTURES, TEXT):
            raise Unknown("no_picture")
        copy = place.with_name(digest + SHOWN)
        if not await _on_disk(copy.exists):
            await self._copy(place, media_type, copy)
        shown = await _content(copy)
        # A text stays one: in UTF-8 and without its mark it may begin like a file of another type.
        return replace(shown, media_type=TEXT) if media_type == TEXT else shown

    async def _copy(self, place: Path, media_type: str, copy: Path) -> None:
        async with self._draft() as draft:
            if media_type == TEXT:
                await _on_disk(file_types.write_in_utf8, place, draft.file)
                await _on_disk(draft.settle, copy)
                return
            try:
                async with self._opening:
                    await pictures.copy(place, media_type, draft.path)
            except Unfit:  # when it was stored, another version of the decoder could open it
                raise Unknown("no_picture") from None
            await _on_disk(draft.settle, copy)

    def _place(self, digest: str) -> Path:
        if not DIGEST.fullmatch(digest):
            raise Unknown("unknown_file")
        return self.folder / digest[:2] / digest

    @asynccontextmanager
    async def _draft(self) -> AsyncIterator[_Draft]:
        draft = await _on_disk(_Draft, self.folder / INCOMING)
        try:
            yield draft
        finally:
            draft.remove()


class _Draft:
    """A file without a name yet; it is locked, so that no sweep removes it while its writer lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / secrets.token_hex(16)
        self.file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def settle(self, place: Path) -> bool:
        """Sync the file to the disk and give it its name; return False if a whole file already has that name."""
        self.file.flush()
        os.fsync(self.file)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            place.hardlink_to(self.path)
            new = True
        except FileExistsError:
            new = False
        # Also for a known file: the process that named it may not have synced the folders.
        for folder in (place.parent, place.parent.parent):
            sync_folder(folder)
        return new

    def remove(self) -> None:
        """Remove the temporary name; a final name stays."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        with suppress(OSError):  # closing writes the rest, which fails again on a full disk
            self.file.close()


async def _take(draft: _Draft, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
    """Write a file while it arrives, in large pieces however small it comes; return its digest (hex) and its size."""
    digest, size, waiting = hashlib.sha256(), 0, bytearray()

    def write() -> None:
        digest.update(waiting)
        draft.file.write(waiting)
        waiting.clear()

    async for chunk in chunks:
        size += len(chunk)
        if size > LIMIT:
            raise TooLarge("too_large", limit=LIMIT // 1024**2)
        waiting += chunk
        if len(waiting) >= PIECE:
            await _on_disk(write)
    await _on_disk(write)
    await _on_disk(draft.file.flush)  # other processes read it by its path
    return digest.hexdigest(), size


async def _refuse_damaged(place: Path) -> None:
    if await _on_disk(_is_damaged, place):
        raise Damaged("damaged_file", digest=place.name)


def _is_damaged(place: Path) -> bool:
    """Return whether a stored file is there and its content is not what its name says."""
    try:
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() != place.name
    except FileNotFoundError:
        return False


def _remove(place: Path) -> None:
    """Remove a damaged file and the copy that was made of it."""
    for path in (place.with_name(place.name + SHOWN), place):
        path.unlink(missing_ok=True)


async def _content(place: Path) -> FileContent:
    try:
        head, size = await asyncio.to_thread(_measured, place)
    except FileNotFoundError:
        raise Unknown("unknown_file") from None
    except OSError as fault:
        raise _unavailable(fault) from fault
    return FileContent(size=size, media_type=file_types.media_type_of(head), pieces=_pieces(place))


def _measured(place: Path) -> tuple[bytes, int]:
    with place.open("rb") as file:
        return file.read(file_types.HEAD), os.fstat(file.fileno()).st_size


async def _pieces(place: Path) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(place.open, "rb") as file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


async def _on_disk(work: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs) -> Found:
    """Run work that waits for the disk in a thread; raise Unavailable if the disk is full or cannot be written."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except OSError as fault:
        raise _unavailable(fault) from fault


def _unavailable(fault: OSError) -> Unavailable:
    return Unavailable(f"the disk does not serve files: {fault.strerror or type(fault).__name__}")


def _is_left(path: Path) -> bool:
    """Return whether no process writes this file any more."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True
