"""Files of evidence: which are taken, how large they may be, and what is said of one that was."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from domain.values import Frozen

LIMIT = 20 * 1024 * 1024
"""The largest file taken, in bytes."""

PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "text/plain": "txt",
}
"""The media types taken, as found in the content, each with the extension its file is given."""

ALLOWED = tuple(EXTENSIONS)

DIGEST = re.compile(r"[0-9a-f]{64}")


class KeptFile(Frozen):
    """Say that a file is stored under the SHA-256 of its content; `new` is false where it was there before."""

    digest: str
    size: int
    media_type: str
    new: bool


@dataclass(frozen=True)
class FileContent:
    """Be a stored file that can be read once, in pieces; nothing is open before the first piece is asked for."""

    size: int
    media_type: str
    pieces: AsyncIterator[bytes]
