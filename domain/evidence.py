"""Files of evidence: which types are accepted, how large they may be, and what is kept about a stored file."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from domain.values import Frozen

LIMIT = 20 * 1024 * 1024
"""The largest accepted file, in bytes."""

PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/heic")
"""The media types of pictures that may be shown; the shown copy is always a JPEG or a PNG."""

TEXT = "text/plain"
"""The media type of a text, in whatever encoding it was handed in; the shown copy is in UTF-8."""

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "text/plain": "txt",
}
"""The accepted media types, as found in the content, each with the extension its file is given."""

ALLOWED = tuple(EXTENSIONS)

ENDINGS = (*EXTENSIONS.values(), "jpeg", "heif")
"""The endings a page asks for when a file is chosen; a name proves nothing, and is asked for nowhere else."""

DIGEST = re.compile(r"[0-9a-f]{64}")
"""A SHA-256 in lower-case hex."""


class KeptFile(Frozen):
    """A file stored under the SHA-256 of its content (hex).

    `size` is in bytes. `new` is false if the store already had the file.
    """

    digest: str
    size: int
    media_type: str
    new: bool


@dataclass(frozen=True)
class FileContent:
    """A stored file that can be read once, in pieces of bytes; nothing is opened before the first piece is requested.

    `size` is in bytes.
    """

    size: int
    media_type: str
    pieces: AsyncIterator[bytes]
